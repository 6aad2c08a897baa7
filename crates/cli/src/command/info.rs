//! `dvf info`
use dataverse_files_metadata as metadata;
use dataverse_files_reqwest::Column;

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::Information;

const EXAMPLES: &str = "\
Examples:
  dvf info 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf info --json 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'

An empty column is an answer, not an error.";

/// Show name, size, MIME type and id of a column's file, and the column's limit
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InfoArguments {
    /// The column: TABLE(ID)/COLUMN
    #[arg(value_name = "TARGET")]
    target: Column,
}

pub(crate) fn run(arguments: &InfoArguments, invocation: &Invocation) -> Result<(), Failure> {
    let connection = invocation.connect(invocation.site()?)?;
    let (target, engine) = (&arguments.target, &connection.engine);
    let table = engine.table(target.set())?;
    let column = engine.call(|organization| metadata::column(organization, &table, target.name()))?;
    let file = engine.call(|organization| Ok(metadata::file_details(organization, &table, target)))?;
    invocation.report.information(&Information {
        target: &target.to_string(),
        column: &column,
        file: file.as_ref(),
    });
    Ok(())
}
