//! `dvf organization`
use clap::Subcommand;
use dataverse_files_metadata::{self as metadata, OrganizationLimits};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::Raised;
use crate::size;

const EXAMPLES: &str = "\
Examples:
  dvf organization
  dvf organization set-limit 125MiB
  dvf organization set-limit 5242880

maxuploadfilesize is for notes and attachments, and counts a file as base64: 4 for every 3 bytes.
The token's user needs a role that may change the organization's settings to set it; file and
image columns have limits of their own (dvf columns).";

/// Show how large files in notes and attachments may be, and which files the organization blocks
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true)]
pub(crate) struct OrganizationArguments {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Set maxuploadfilesize, for everyone in the organization
    SetLimit {
        /// 1 to 131072000 bytes of base64, or with a unit: 5242880, 10MiB, 125MiB (the most)
        #[arg(value_name = "SIZE", value_parser = max_upload_size)]
        size: u64,
    },
}

fn max_upload_size(text: &str) -> Result<u64, String> {
    let (size, most) = (size::parse(text)?, OrganizationLimits::LARGEST_MAX_UPLOAD_SIZE_IN_BYTES);
    match size {
        1.. if size <= most => Ok(size),
        _ => Err(format!("maxuploadfilesize is 1 to {most} bytes (125MiB), not {size}")),
    }
}

pub(crate) fn run(arguments: &OrganizationArguments, invocation: &Invocation) -> Result<(), Failure> {
    let connection = invocation.connect(invocation.site()?)?;
    let engine = &connection.engine;
    let limits = engine.call(|organization| Ok(metadata::organization_limits(organization)))?;
    let Some(Action::SetLimit { size }) = &arguments.action else {
        invocation.report.organization(&limits);
        return Ok(());
    };
    let id = &limits.organization_id;
    engine.call(|organization| metadata::set_organization_limit(organization, id, *size))?;
    invocation.report.raised(Raised { from: limits.max_upload_size_in_bytes, to: *size });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_what_the_service_takes() {
        assert_eq!((max_upload_size("1"), max_upload_size("125MiB")), (Ok(1), Ok(131_072_000)));
        for bad in ["0", "131072001", "128MB", "many", ""] {
            assert!(max_upload_size(bad).is_err(), "{bad}");
        }
        assert!(max_upload_size("128MB").unwrap_err().contains("131072000 bytes (125MiB)"));
    }
}
