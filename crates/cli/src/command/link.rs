//! `dvf link`
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dataverse_files_metadata::{self as metadata, Ticks};
use dataverse_files_reqwest::{ErrorKind, Target, query};

use crate::definition::Known;
use crate::engine::Engine;
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::{Report, SharedUrl};

const EXAMPLES: &str = "\
Examples:
  dvf link 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  curl -o report.pdf \"$(dvf link 'annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)')\"

The URL needs no token: whoever has it can download the file until it expires, which is one hour.
It cannot be taken back. It goes to standard output, alone on its line; when it expires goes to
standard error. Images give one only when their full copy is kept, and organizations that keep
their files in the database give none.";

/// Print a URL that gives the file to anyone for an hour, without a token
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LinkArguments {
    /// TABLE(ID)/COLUMN, annotations(ID) or activitymimeattachments(ID)
    #[arg(value_name = "TARGET", value_parser = super::existing)]
    target: Target,
}

/// Such a URL leads to a server that ends with this process.
const EMBEDDED: &str = "an embedded organization ends with this command, and its URLs with it; serve it with dvf emulator \
                        --data DIR, and ask there";

/// How long a shared access URL lives (getfilesasurl).
const LIFETIME: Duration = Duration::from_secs(3_600);
/// .NET ticks of 100 ns in a second, and those between the year 1 and 1970.
const TICKS_PER_SECOND: u64 = 10_000_000;
const TICKS_BEFORE_1970: u64 = 621_355_968_000_000_000;

pub(crate) fn run(arguments: &LinkArguments, invocation: &Invocation) -> Result<(), Failure> {
    let connection = invocation.connect(invocation.site()?)?;
    let (target, engine) = (&arguments.target, &connection.engine);
    // Before the question: a URL that is said to end a moment too early does no harm.
    let asked = SystemTime::now();
    let link = engine
        .call(|organization| query::link(organization, target))
        .map_err(|failure| explain(failure, target, engine, &invocation.report))?;
    if connection.is_embedded() {
        invocation.report.warn(EMBEDDED);
    }
    let expires = link.expires.unwrap_or_else(|| written(asked + LIFETIME));
    invocation.report.link(&SharedUrl {
        target: &target.to_string(),
        url: &link.url,
        expires: &expires,
        name: link.name.as_deref(),
        bytes: link.size,
        mime: link.mime.as_deref(),
    });
    Ok(())
}

/// An image without a full copy gives no URL, and the service does not say in plain words why.
fn explain(failure: Failure, target: &Target, engine: &Engine, report: &Report) -> Failure {
    let unclear = [ErrorKind::NotFound, ErrorKind::NoFullImage, ErrorKind::Refused];
    if !failure.is_of(&unclear) || !has_thumbnail_only(target, engine, report).unwrap_or(false) {
        return failure;
    }
    let why = format!(
        "get shared access URL: {target} holds a thumbnail only, and such URLs lead to full images; download it with \
         --size thumbnail, or have the column keep full images and upload it again ({})",
        failure.message
    );
    let kind = kind_name(ErrorKind::NoFullImage);
    Failure { exit: Exit::Refused, kind, message: why, ..failure }
}

fn has_thumbnail_only(target: &Target, engine: &Engine, report: &Report) -> Result<bool, Failure> {
    let known = Known::for_download(engine, target, report)?;
    let Some(column) = known.target.column().filter(|column| column.is_image()) else { return Ok(false) };
    let details = engine.call(|organization| Ok(metadata::image_details(organization, column)))?;
    Ok(details.is_some_and(|image| image.full_image.is_none()))
}

/// RFC 3339, UTC, to the second: as the service writes its own times.
fn written(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Ticks(TICKS_BEFORE_1970 + seconds * TICKS_PER_SECOND).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_the_service_writes_it() {
        assert_eq!(written(UNIX_EPOCH), "1970-01-01T00:00:00Z");
        let at = UNIX_EPOCH + Duration::from_millis(1_795_648_622_999);
        assert_eq!(written(at + LIFETIME), "2026-11-26T00:17:02Z");
    }
}
