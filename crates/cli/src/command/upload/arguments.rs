//! What the command line of `dvf upload` says.
use std::io;
use std::path::PathBuf;

use clap::ValueEnum;
use dataverse_files_io::{FileSource, spool};
use dataverse_files_reqwest::{Target, UploadPlan, UploadStrategy};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::size;

const EXAMPLES: &str = "\
Examples:
  dvf upload report.pdf 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf upload --parallel 8 --resume film.mp4 \\
    'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf upload report.pdf \\
    'accounts(00000000-0000-0000-0000-000000000001)/annotations' --subject Report
  dvf upload report-2.pdf 'annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)'
  dvf upload report.pdf 'emails(00000000-0000-0000-0000-000000000001)/attachments'
  tar cz folder | dvf upload - --name folder.tgz \\
    'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'

A new note or attachment is named when it is there: `created annotations(ID)`. Uploading into one
that is there replaces its file. An upload of more than one block keeps a checkpoint in the user's
state folder until it has succeeded.";

/// Upload a file into a column, a note or an e-mail attachment
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UploadArguments {
    /// The file, or - for standard input (with --name)
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,

    /// TABLE(ID)/COLUMN, annotations(ID) or activitymimeattachments(ID); TABLE(ID)/annotations or
    /// emails(ID)/attachments make a new one
    #[arg(value_name = "TARGET", value_parser = crate::command::target)]
    pub(super) target: Target,

    /// Store the file under NAME [the file's own name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Store the file with this MIME type; in a column only blocks keep one [by the name's extension]
    #[arg(long, value_name = "TYPE")]
    mime: Option<String>,

    /// Title of the note or attachment (not of a column)
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,

    /// Text of the note (notes only)
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,

    /// How the file is sent
    #[arg(long, value_name = "STRATEGY", default_value = "auto")]
    strategy: Strategy,

    /// Most requests in the air at once, 1 to 52 (blocks only)
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = crate::command::parallel)]
    pub(super) parallel: usize,

    /// Size of a block, 1 to 4MiB (blocks only)
    #[arg(long, value_name = "BYTES", default_value = "4MiB", value_parser = block_size)]
    block_size: u64,

    /// Go on with an upload that was interrupted
    #[arg(long)]
    pub(super) resume: bool,

    /// Download the file again afterwards and compare the SHA-256 of both
    #[arg(long)]
    pub(super) verify: bool,

    /// Do not ask beforehand what the target and the organization take
    #[arg(long)]
    pub(super) no_preflight: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Strategy {
    /// columns: one request up to 16 MiB, blocks above or when a MIME type is given; others: one request up to 3 MiB, blocks
    /// above, and never blocks for an attachment that is there
    Auto,
    /// one request: less than 128 MiB into a column, base64 in the record of a note or an attachment
    Single,
    /// ordered chunks of the service's choice (columns only)
    Chunked,
    /// blocks in parallel and a commit; can be resumed (not for an attachment that is there)
    Blocks,
}

impl Strategy {
    fn chosen(self) -> Option<UploadStrategy> {
        match self {
            Strategy::Auto => None,
            Strategy::Single => Some(UploadStrategy::Single),
            Strategy::Chunked => Some(UploadStrategy::Chunked),
            Strategy::Blocks => Some(UploadStrategy::Blocks),
        }
    }
}

fn block_size(text: &str) -> Result<u64, String> {
    let size = size::parse(text)?;
    let fits = (1..=4_194_304).contains(&size);
    if fits { Ok(size) } else { Err(format!("a block has 1 to 4194304 bytes, not {size}")) }
}

impl UploadArguments {
    pub(super) fn is_stdin(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    pub(super) fn name(&self) -> Result<String, Failure> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        if self.is_stdin() {
            return Err(Failure::usage("standard input has no name; give one with --name"));
        }
        let own = self.file.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        own.ok_or_else(|| {
            Failure::usage(format!(
                "{} has no name that is Unicode; give one with --name",
                self.file.display()
            ))
        })
    }

    /// What cannot be opened was named wrongly: nothing has been sent.
    pub(super) fn open(&self, invocation: &Invocation) -> Result<FileSource, Failure> {
        if !self.is_stdin() {
            return FileSource::open(&self.file).map_err(|e| Failure::usage(e.to_string()));
        }
        if invocation.common.token.as_ref().is_some_and(|token| token.reveal() == "-") {
            return Err(Failure::usage(
                "standard input is the file or the token, not both; use --token-file",
            ));
        }
        spool(&mut io::stdin().lock()).map_err(|e| Failure::local(&e))
    }

    pub(super) fn plan(&self, plan: UploadPlan) -> UploadPlan {
        UploadPlan {
            mime: self.mime.clone(),
            strategy: self.strategy.chosen(),
            block_size: self.block_size,
            window: self.parallel,
            ..plan
        }
    }

    /// The target with what is to be written beside its file.
    pub(super) fn described(&self) -> Result<Target, Failure> {
        let mut target = self.target.clone();
        if let Some(subject) = &self.subject {
            target = match target {
                Target::Note(note) => note.subject(subject).into(),
                Target::Attachment(attachment) => attachment.subject(subject).into(),
                Target::Column(_) => return Err(no_words("--subject", &self.target)),
            };
        }
        match (&self.text, target) {
            (None, target) => Ok(target),
            (Some(text), Target::Note(note)) => Ok(note.text(text).into()),
            (Some(_), Target::Attachment(_)) => Err(Failure::usage(
                "an attachment has a subject and no text of its own; leave --text out, or use --subject",
            )),
            (Some(_), Target::Column(_)) => Err(no_words("--text", &self.target)),
        }
    }
}

fn no_words(option: &str, target: &Target) -> Failure {
    let record = target.record().map(|record| record.to_string()).unwrap_or_default();
    Failure::usage(format!(
        "a column holds a file and nothing else; leave {option} out, or make a note: {record}/annotations"
    ))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    use crate::exit::Exit;

    const TARGET: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";
    const NOTE: &str = "accounts(00000000-0000-0000-0000-000000000001)/annotations";
    const EMAIL: &str = "emails(00000000-0000-0000-0000-000000000001)/attachments";

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        upload: UploadArguments,
    }

    fn parse(line: &[&str]) -> Result<UploadArguments, clap::Error> {
        Line::try_parse_from(std::iter::once(&"upload").chain(line)).map(|line| line.upload)
    }

    #[test]
    fn block_sizes_are_read_with_units_and_bounds() {
        let size = |text: &str| parse(&["a", TARGET, "--block-size", text]).map(|a| a.block_size).ok();
        assert_eq!(size("4MiB"), Some(4_194_304));
        assert_eq!(size("512K"), Some(524_288));
        assert_eq!(size("1"), Some(1));
        for bad in ["0", "4194305", "5MiB", "x", ""] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }

    #[test]
    fn parallel_is_what_the_service_takes() {
        let parallel = |text: &str| parse(&["a", TARGET, "--parallel", text]).map(|a| a.parallel).ok();
        assert_eq!((parallel("1"), parallel("52")), (Some(1), Some(52)));
        assert_eq!((parallel("0"), parallel("53"), parallel("many")), (None, None, None));
    }

    #[test]
    fn a_target_that_is_none_says_how_one_looks() {
        let error = parse(&["a", "accounts/sample_filecolumn"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("accounts(<guid>)/sample_filecolumn"), "{error}");
    }

    #[test]
    fn the_name_is_the_files_own_unless_given() {
        assert_eq!(parse(&["dir/日本.txt", TARGET]).unwrap().name().unwrap(), "日本.txt");
        assert_eq!(parse(&["dir/a.txt", TARGET, "--name", "b"]).unwrap().name().unwrap(), "b");
        assert_eq!(parse(&["-", TARGET]).unwrap().name().unwrap_err().exit, Exit::Usage);
        assert_eq!(parse(&["..", TARGET]).unwrap().name().unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn words_go_where_the_service_has_a_place_for_them() {
        let described = |line: &[&str]| parse(line).unwrap().described().map(|target| format!("{target:?}"));
        let both = described(&["a", NOTE, "--subject", "s", "--text", "t"]).unwrap();
        assert!(both.contains(r#"subject: Some("s")"#) && both.contains(r#"text: Some("t")"#), "{both}");
        assert!(described(&["a", EMAIL, "--subject", "s"]).unwrap().contains(r#"subject: Some("s")"#));
        for (target, option) in [(TARGET, "--subject"), (TARGET, "--text"), (EMAIL, "--text")] {
            let refused = described(&["a", target, option, "x"]).unwrap_err();
            assert_eq!(refused.exit, Exit::Usage);
            assert!(refused.message.contains(option), "{}", refused.message);
        }
        assert!(described(&["a", TARGET, "--text", "x"]).unwrap_err().message.contains("01)/annotations"));
    }
}
