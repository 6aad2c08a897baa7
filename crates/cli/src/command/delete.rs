//! `dvf delete`
use dataverse_files_reqwest::{Target, query};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::Deleted;

const EXAMPLES: &str = "\
Examples:
  dvf delete 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf delete 'annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)'
  dvf delete --content 'annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)'

A column only loses its file; a note or an attachment goes as a whole, with its subject and text,
unless --content is given. What is empty or gone already is fine: the command succeeds.";

/// Delete the file of a column, or a note or an attachment
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DeleteArguments {
    /// TABLE(ID)/COLUMN, annotations(ID) or activitymimeattachments(ID)
    #[arg(value_name = "TARGET", value_parser = super::existing)]
    target: Target,

    /// Delete only the file of a note or an attachment, and keep the rest of it
    #[arg(long)]
    content: bool,
}

pub(crate) fn run(arguments: &DeleteArguments, invocation: &Invocation) -> Result<(), Failure> {
    let DeleteArguments { target, content } = arguments;
    let deleted = match (target, content) {
        (Target::Column(_), true) => {
            return Err(Failure::usage("a column has nothing but its file; leave --content out"));
        }
        (Target::Column(_), false) => Deleted::File,
        (_, true) => Deleted::Content,
        (_, false) => Deleted::Record,
    };
    let connection = invocation.connect(invocation.site()?)?;
    match deleted {
        Deleted::Content => {
            connection.engine.call(|organization| query::delete_content(organization, target))?;
        }
        Deleted::File | Deleted::Record => connection.engine.delete(target)?,
    }
    invocation.report.deleted(&target.to_string(), deleted);
    Ok(())
}
