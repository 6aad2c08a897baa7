//! The command line: what is common to all commands. Each command has its own file in `command`.
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use dataverse_files_reqwest::ApiVersion;

use crate::command::{column, columns, delete, download, emulator, info, link, ls, organization, upload};
use crate::secret::Secret;

const EXAMPLES: &str = "\
Examples:
  export DATAVERSE_URL=https://contoso.crm.dynamics.com DATAVERSE_TOKEN=…
  dvf upload report.pdf 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf download 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn' report.pdf
  dvf upload report.pdf 'accounts(00000000-0000-0000-0000-000000000001)/annotations'
  dvf ls 'accounts(00000000-0000-0000-0000-000000000001)'
  dvf --url embedded upload report.pdf \\
    'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'

A TARGET is where a file is or will be:
  TABLE(ID)/COLUMN             a file or image column of a record
  annotations(ID)              a note
  activitymimeattachments(ID)  an attachment of an e-mail or an e-mail template
  TABLE(ID)/annotations        a new note on a record (upload only)
  emails(ID)/attachments       a new attachment; also templates(ID)/attachments (upload only)

TABLE is the table's entity set name (accounts), ID the record's GUID, COLUMN the column's logical
name. dvf ls lists the targets that a record has.

Exit codes: 0 ok, 1 local file error, 2 usage, 3 not found, 4 authentication or permission, 5
transport (retries spent), 7 integrity, 8 refused by the service or a limit, 9 the destination
exists, 10 deadline, 11 locked, 130 interrupted.";

/// Move files into and out of Microsoft Dataverse.
#[derive(Debug, Parser)]
#[command(name = "dvf", version, about, after_help = EXAMPLES, max_term_width = 110)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command, before or after its name.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// The organization: https://HOST, http:// for this machine only, or embedded[:DIR], an emulator inside dvf
    /// that keeps its data in DIR [.dvf]
    #[arg(long, global = true, env = "DATAVERSE_URL", value_name = "URL")]
    pub(crate) url: Option<String>,

    /// Access token, or - to read it from standard input [env: DATAVERSE_TOKEN]
    #[arg(long, global = true, value_name = "TOKEN", conflicts_with = "token_file")]
    pub(crate) token: Option<Secret>,

    /// Read the access token from FILE, and again when the service no longer takes it
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Version of the Web API: 9.2, or the older 9.1
    #[arg(long, global = true, value_name = "VERSION", default_value = "9.2", value_parser = api_version)]
    pub(crate) api_version: ApiVersion,

    /// HTTP engine
    #[arg(long, global = true, value_name = "ENGINE", default_value = "async")]
    pub(crate) engine: EngineName,

    /// Give up after so many seconds in all (exit code 10)
    #[arg(long, global = true, value_name = "SECONDS", value_parser = deadline)]
    pub(crate) deadline: Option<Duration>,

    /// Print JSON Lines on standard output, nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print nothing but errors and what was asked for
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Tell on standard error what happens: retries, waits, what was decided
    #[arg(long, short, global = true, action = ArgAction::SetTrue)]
    pub(crate) verbose: bool,
}

/// Which HTTP client carries the requests. Both do the same; one of them may suit a machine better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// reqwest on tokio
    Async,
    /// ureq on threads
    Blocking,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Upload(upload::UploadArguments),
    Download(download::DownloadArguments),
    Delete(delete::DeleteArguments),
    Info(info::InfoArguments),
    Ls(ls::LsArguments),
    Link(link::LinkArguments),
    Columns(columns::ColumnsArguments),
    Column(column::ColumnArguments),
    Organization(organization::OrganizationArguments),
    Emulator(emulator::EmulatorArguments),
}

fn api_version(text: &str) -> Result<ApiVersion, String> {
    text.parse().map_err(|e: dataverse_files_reqwest::Error| e.to_string())
}

/// Decimals are welcome; zero, negative and absurd ones are not.
fn deadline(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|s| *s > 0.0);
    seconds
        .and_then(|s| Duration::try_from_secs_f64(s).ok())
        .ok_or_else(|| format!("{text:?} is no number of seconds above zero"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    const TARGET: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";

    fn parse(line: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once(&"dvf").chain(line))
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn common_options_stand_before_or_after_the_command() {
        let before = parse(&["--url", "embedded", "--json", "info", TARGET]).unwrap().common;
        let after = parse(&["info", TARGET, "--url", "embedded", "--json"]).unwrap().common;
        for common in [before, after] {
            assert!(common.json && common.url.as_deref() == Some("embedded"));
        }
    }

    #[test]
    fn what_is_not_given_has_the_documented_value() {
        let common = parse(&["--url", "embedded", "info", TARGET]).unwrap().common;
        assert_eq!(common.api_version, ApiVersion::V9_2);
        assert_eq!(common.engine, EngineName::Async);
        assert_eq!(common.deadline, None);
        assert!(!common.json && !common.quiet && !common.verbose);
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for bad in [
            ["--deadline", "0"],
            ["--deadline", "-1"],
            ["--deadline", "soon"],
            ["--deadline", "NaN"],
            ["--deadline", "inf"],
            ["--api-version", "8.2"],
            ["--engine", "fast"],
        ] {
            let error = parse(&[bad[0], bad[1], "info", TARGET]).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{bad:?}");
        }
        let common = parse(&["--deadline", "1.5", "info", TARGET]).unwrap().common;
        assert_eq!(common.deadline, Some(Duration::from_millis(1_500)));
    }

    #[test]
    fn a_token_is_not_shown_by_debug() {
        let arguments = parse(&["--token", "s3cret", "info", TARGET]).unwrap();
        assert!(!format!("{arguments:?}").contains("s3cret"));
    }

    #[test]
    fn every_option_has_a_line_of_help() {
        let mut command = Arguments::command();
        command.build();
        for each in std::iter::once(&command).chain(command.get_subcommands()) {
            assert!(each.get_about().is_some(), "{}", each.get_name());
            for option in each.get_arguments() {
                assert!(option.get_help().is_some(), "{} {}", each.get_name(), option.get_id());
            }
        }
    }
}
