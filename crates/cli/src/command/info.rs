//! `dvf info`
use dataverse_files_metadata::{self as metadata, ColumnKind};
use dataverse_files_reqwest::Column;

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::{Content, Information};

const EXAMPLES: &str = "\
Examples:
  dvf info 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf info --json 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'

An empty column is an answer, not an error.";

/// Show what a column holds (name, size, MIME type, id; both sizes of an image), and its limit
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
    let (file, image);
    let content = match column.kind {
        ColumnKind::File => {
            file = engine.call(|organization| Ok(metadata::file_details(organization, &table, target)))?;
            Content::File(file.as_ref())
        }
        ColumnKind::Image => {
            image = engine.call(|organization| Ok(metadata::image_details(organization, target)))?;
            Content::Image(image.as_ref())
        }
    };
    invocation.report.information(&Information { target: &target.to_string(), column: &column, content });
    Ok(())
}
