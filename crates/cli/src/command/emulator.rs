//! `dvf emulator`
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::core::{Options, RangePastEnd};
use dataverse_files_emulator::faults::{Faults, Profile};
use dataverse_files_emulator::server::Running;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::Report;
use crate::secret::Secret;
use crate::size;

const EXAMPLES: &str = "\
Examples:
  dvf emulator --listen 127.0.0.1:8080 --data ./organization
  dvf emulator --faults storm --seed 7
  dvf --url http://127.0.0.1:8080 --token any upload a.pdf \\
    'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'

The first line on standard output is `listening on http://127.0.0.1:PORT`. It serves until SIGINT
or SIGTERM. Account and e-mail 00000000-0000-0000-0000-000000000001 are there; accounts have the
file column sample_filecolumn and the image column sample_imagecolumn, both records take notes,
and the e-mail takes attachments.";

/// Serve an organization with files, images, notes and e-mail attachments on this machine, for tests
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EmulatorArguments {
    /// Where to listen: ADDRESS:PORT or PORT; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    listen: SocketAddr,

    /// Where its storage service listens, to which shared access URLs lead [a free port beside it]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    listen_storage: Option<SocketAddr>,

    /// Keep everything in DIR, over restarts [in memory]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// What goes wrong on purpose
    #[arg(long, value_name = "NAME", default_value = "none", value_parser = profile(), hide_possible_values = false)]
    faults: Profile,

    /// Make ids, tokens and faults the same as in another run with N [random; -v and --json tell that of the faults]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Accept this token only [any]
    #[arg(long, value_name = "TOKEN")]
    require_token: Option<Secret>,

    /// Allow addresses that other machines can reach; everything travels unencrypted
    #[arg(long)]
    allow_remote: bool,

    /// Print at the end what clients did wrong though they got away with it
    #[arg(long)]
    audit: bool,

    #[command(flatten)]
    rulings: Rulings,
}

/// Where the documents leave something open; strict without these.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "How the organization reads what the documents leave open")]
struct Rulings {
    /// The tolerant reading of all of these
    #[arg(long)]
    loose: bool,

    /// Refuse a block that does not bring back the ARRAffinity cookie of its upload (U28)
    #[arg(long)]
    sticky: bool,

    /// Keep files in the database, as with a key of the customer's own: no second block, no ranges, no SAS URL (D22)
    #[arg(long)]
    self_managed_key: bool,

    /// Chunk size that is recommended to clients, 1 to 4MiB (U3)
    #[arg(long, value_name = "BYTES", value_parser = chunk_size)]
    chunk_size: Option<u64>,

    /// Refuse single uploads of this size and above [128MiB] (U13)
    #[arg(long, value_name = "BYTES", value_parser = size::parse)]
    single_upload_limit: Option<u64>,

    /// Refuse single downloads above this size; no limit when not given (D9)
    #[arg(long, value_name = "BYTES", value_parser = size::parse)]
    single_download_limit: Option<u64>,

    /// Forget an upload or download session after so many seconds; a day when not given (U7)
    #[arg(long, value_name = "SECONDS")]
    session_lifetime: Option<u64>,

    /// Let a shared access URL work for so many seconds; an hour when not given
    #[arg(long, value_name = "SECONDS")]
    sas_lifetime: Option<u64>,

    /// Announce Content-Length in downloads (D2)
    #[arg(long)]
    content_length: bool,

    /// Send Content-Range with ranges (D3)
    #[arg(long)]
    content_range: bool,

    /// Answer 416 instead of 400 to a range past the end (D5)
    #[arg(long)]
    range_past_end_416: bool,
}

impl Rulings {
    fn options(&self) -> Options {
        let mut options = if self.loose { Options::loose() } else { Options::default() };
        options.sticky |= self.sticky;
        options.chunking_supported &= !self.self_managed_key;
        options.content_length |= self.content_length;
        options.content_range |= self.content_range;
        if self.range_past_end_416 {
            options.range_past_end = RangePastEnd::NotSatisfiable;
        }
        if let Some(size) = self.chunk_size {
            options.chunk_size = size;
            options.chunk_size_v91 = size;
        }
        options.single_upload_limit = self.single_upload_limit.unwrap_or(options.single_upload_limit);
        options.single_download_limit = self.single_download_limit.or(options.single_download_limit);
        options.session_lifetime =
            self.session_lifetime.map_or(options.session_lifetime, Duration::from_secs);
        options.sas_lifetime = self.sas_lifetime.map_or(options.sas_lifetime, Duration::from_secs);
        options
    }
}

pub(crate) fn run(arguments: &EmulatorArguments, invocation: &Invocation) -> Result<(), Failure> {
    let report = &invocation.report;
    let faults_seed = arguments.seed.unwrap_or_else(random);
    let running = start(arguments, faults_seed)?;
    announce(&running, faults_seed, report).map_err(|e| Failure::local(&e))?;
    invocation.interrupt.wait();
    if arguments.audit {
        for finding in running.audit() {
            report.finding(&finding.to_string());
        }
    }
    running.stop();
    Ok(())
}

fn start(arguments: &EmulatorArguments, faults_seed: u64) -> Result<Running, Failure> {
    let mut builder = Emulator::builder()
        .listen(arguments.listen)
        .options(arguments.rulings.options())
        .faults(Faults::profile(arguments.faults, faults_seed));
    if let Some(address) = arguments.listen_storage {
        builder = builder.listen_storage(address);
    }
    if let Some(dir) = &arguments.data {
        builder = builder.data(dir);
    }
    if let Some(seed) = arguments.seed {
        builder = builder.seed(seed);
    }
    if let Some(token) = &arguments.require_token {
        builder = builder.token(token.reveal());
    }
    if arguments.allow_remote {
        builder = builder.allow_remote();
    }
    builder.start().map_err(|e| match e.kind() {
        io::ErrorKind::InvalidInput => Failure::usage(format!("{e} (--allow-remote)")),
        io::ErrorKind::AddrInUse => Failure::new(Exit::Locked, "locked", e.to_string()),
        _ => Failure::local(&e),
    })
}

/// The contract with whoever started it: this line comes first, and at once.
fn announce(running: &Running, faults_seed: u64, report: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {}", running.url())?;
    out.flush()?;
    drop(out);
    report.listening(running.url(), running.storage_url(), faults_seed);
    Ok(())
}

/// Weather that nobody chose.
fn random() -> u64 {
    RandomState::new().hash_one(SystemTime::now())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
    let with_host = match text.rsplit_once(':') {
        Some(("localhost" | "", port)) => format!("127.0.0.1:{port}"),
        None => format!("127.0.0.1:{text}"),
        Some(_) => text.to_owned(),
    };
    with_host.parse().map_err(|_| format!("{text:?} is no address; write it like 127.0.0.1:8080 or 8080"))
}

fn profile() -> impl clap::builder::TypedValueParser<Value = Profile> {
    use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
    let values = Profile::ALL.map(|profile| PossibleValue::new(profile.name()).help(profile.about()));
    PossibleValuesParser::new(values).try_map(|name| name.parse::<Profile>())
}

fn chunk_size(text: &str) -> Result<u64, String> {
    let size = size::parse(text)?;
    if (1..=4_194_304).contains(&size) { Ok(size) } else { Err("a chunk has 1 to 4194304 bytes".into()) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        emulator: EmulatorArguments,
    }

    fn parse(line: &[&str]) -> Result<EmulatorArguments, clap::Error> {
        Line::try_parse_from(std::iter::once(&"emulator").chain(line)).map(|line| line.emulator)
    }

    #[test]
    fn an_address_may_be_short() {
        for (text, full) in [
            ("8080", "127.0.0.1:8080"),
            (":8080", "127.0.0.1:8080"),
            ("localhost:0", "127.0.0.1:0"),
            ("http://127.0.0.1:9/", "127.0.0.1:9"),
            ("[::1]:9", "[::1]:9"),
        ] {
            assert_eq!(address(text), Ok(full.parse().unwrap()), "{text}");
        }
        for bad in ["", "here", "127.0.0.1", "1.2.3.4:99999"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn without_flags_the_organization_is_strict() {
        assert_eq!(parse(&[]).unwrap().rulings.options(), Options::default());
        assert_eq!(parse(&["--loose"]).unwrap().rulings.options(), Options::loose());
    }

    #[test]
    fn each_ruling_has_its_flag() {
        let line =
            "--sticky --self-managed-key --chunk-size 64K --single-download-limit 16MiB --range-past-end-416";
        let options = parse(&line.split(' ').collect::<Vec<_>>()).unwrap().rulings.options();
        assert!(options.sticky && !options.chunking_supported);
        assert_eq!((options.chunk_size, options.chunk_size_v91), (65_536, 65_536));
        assert_eq!(options.single_download_limit, Some(16 << 20));
        assert_eq!(options.range_past_end, RangePastEnd::NotSatisfiable);
    }

    #[test]
    fn a_wrong_profile_lists_the_right_ones() {
        let error = parse(&["--faults", "rain"]).unwrap_err();
        assert!(error.to_string().contains("lost-answers"), "{error}");
        assert_eq!(parse(&["--faults", "storm"]).unwrap().faults, Profile::Storm);
    }
}
