//! `dvf info`
use dataverse_files_metadata::{self as metadata, ColumnKind};
use dataverse_files_reqwest::{Column, Guid, Target};

use crate::definition;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::{Content, Information};

const EXAMPLES: &str = "\
Examples:
  dvf info 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf info --json 'annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)'

An empty column or a note without a file is an answer, not an error.";

/// Show the file of a column, a note or an attachment (name, size, MIME type, id; both sizes of an image), and the limit
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InfoArguments {
    /// TABLE(ID)/COLUMN, annotations(ID) or activitymimeattachments(ID)
    #[arg(value_name = "TARGET", value_parser = super::existing)]
    target: Target,
}

pub(crate) fn run(arguments: &InfoArguments, invocation: &Invocation) -> Result<(), Failure> {
    let connection = invocation.connect(invocation.site()?)?;
    let (target, engine) = (&arguments.target, &connection.engine);
    match target {
        Target::Column(column) => of_column(column, engine, invocation),
        Target::Note(note) => of_note(target, known(note.id(), target)?, engine, invocation),
        Target::Attachment(it) => of_attachment(target, known(it.id(), target)?, engine, invocation),
    }
}

fn known<'a>(id: Option<&'a Guid>, target: &Target) -> Result<&'a Guid, Failure> {
    id.ok_or_else(|| Failure::usage(format!("{target} is yet to be made; name one that is there")))
}

fn of_column(target: &Column, engine: &Engine, invocation: &Invocation) -> Result<(), Failure> {
    let table = engine.table(target.set())?;
    let column = engine.call(|organization| metadata::column(organization, &table, target.name()))?;
    let (file, image);
    let content = match column.kind {
        ColumnKind::File => {
            file = engine.call(|organization| Ok(metadata::file_details(organization, &table, target)))?;
            Content::File(&column, file.as_ref())
        }
        ColumnKind::Image => {
            image = engine.call(|organization| Ok(metadata::image_details(organization, target)))?;
            Content::Image(&column, image.as_ref())
        }
    };
    invocation.report.information(&Information { target: &target.to_string(), content });
    Ok(())
}

/// The record first: whether it is there matters more than what the organization takes.
fn of_note(target: &Target, id: &Guid, engine: &Engine, invocation: &Invocation) -> Result<(), Failure> {
    let note = engine.call(|organization| Ok(metadata::note_details(organization, id)))?;
    let limits = definition::limits(engine, &invocation.report)?;
    let content = Content::Note(&note, limits.as_ref());
    invocation.report.information(&Information { target: &target.to_string(), content });
    Ok(())
}

fn of_attachment(
    target: &Target,
    id: &Guid,
    engine: &Engine,
    invocation: &Invocation,
) -> Result<(), Failure> {
    let attachment = engine.call(|organization| Ok(metadata::attachment_details(organization, id)))?;
    let limits = definition::limits(engine, &invocation.report)?;
    let content = Content::Attachment(&attachment, limits.as_ref());
    invocation.report.information(&Information { target: &target.to_string(), content });
    Ok(())
}
