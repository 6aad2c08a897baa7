//! `dvf columns`
use dataverse_files_metadata as metadata;

use crate::definition;
use crate::failure::Failure;
use crate::invocation::Invocation;

const EXAMPLES: &str = "\
Examples:
  dvf columns accounts
  dvf columns account --json";

/// List the file and image columns of a table with their limits
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ColumnsArguments {
    /// The table: its set name (accounts) or its logical name (account)
    #[arg(value_name = "TABLE")]
    table: String,
}

pub(crate) fn run(arguments: &ColumnsArguments, invocation: &Invocation) -> Result<(), Failure> {
    let connection = invocation.connect(invocation.site()?)?;
    let table = definition::table(&connection.engine, &arguments.table)?;
    let columns = connection.engine.call(|organization| Ok(metadata::columns(organization, &table)))?;
    invocation.report.columns(table.logical_name(), &columns);
    Ok(())
}
