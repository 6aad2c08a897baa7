//! `dvf delete`
use dataverse_files_reqwest::Target;

use crate::failure::Failure;
use crate::invocation::Invocation;

const EXAMPLES: &str = "\
Examples:
  dvf delete 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'

A column that is empty already is fine: the command succeeds.";

/// Delete the file that a column holds
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DeleteArguments {
    /// The column: TABLE(ID)/COLUMN
    #[arg(value_name = "TARGET")]
    target: Target,
}

pub(crate) fn run(arguments: &DeleteArguments, invocation: &Invocation) -> Result<(), Failure> {
    invocation.connect(invocation.site()?)?.engine.delete(&arguments.target)?;
    invocation.report.deleted(&arguments.target.to_string());
    Ok(())
}
