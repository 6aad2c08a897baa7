//! `dvf column`
use clap::{Subcommand, ValueEnum};
use dataverse_files_metadata::{self as metadata, ColumnChange, ColumnKind, Creation, NewColumn};
use dataverse_files_reqwest::{ErrorKind, Table};

use crate::definition;
use crate::engine::Engine;
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::{Alteration, Altered};

const EXAMPLES: &str = "\
Examples:
  dvf column create accounts new_Contract --kind file --max-kb 131072
  dvf column create accounts new_Photo --kind image --full-images --label Photo
  dvf column set-limit accounts new_contract 262144
  dvf column delete accounts new_contract

The token's user needs a role that may customize the organization.";

/// Create, change and delete file and image columns
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct ColumnArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a column
    Create(CreateArguments),
    /// Set the largest file that a column takes; what is there already stays
    SetLimit {
        #[command(flatten)]
        place: Place,
        /// The limit in KB of 1,024 bytes: up to 10485760 for files, 30720 for images
        #[arg(value_name = "KB")]
        max_kb: u64,
    },
    /// Delete a column with everything in it, in every record; there is no way back
    Delete {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, clap::Args)]
struct Place {
    /// The table: its set name (accounts) or its logical name (account)
    #[arg(value_name = "TABLE")]
    table: String,

    /// The column's name with its publisher's prefix, such as new_Contract
    #[arg(value_name = "COLUMN")]
    column: String,
}

#[derive(Debug, clap::Args)]
struct CreateArguments {
    #[command(flatten)]
    place: Place,

    /// What it will hold
    #[arg(long, value_name = "KIND")]
    kind: Kind,

    /// Largest file in KB of 1,024 bytes [32768 for files, 10240 for images]
    #[arg(long, value_name = "KB")]
    max_kb: Option<u64>,

    /// Keep images as they are uploaded, beside their thumbnail (images only)
    #[arg(long)]
    full_images: bool,

    /// What people see [the column's name]
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// files of any type
    File,
    /// pictures: GIF, JPEG, TIFF, BMP, PNG
    Image,
}

impl CreateArguments {
    fn new_column(&self) -> NewColumn {
        let name = &self.place.column;
        let label = self.label.as_deref().unwrap_or(name);
        let new = match self.kind {
            Kind::File => NewColumn::file(name, label),
            Kind::Image => NewColumn::image(name, label),
        };
        NewColumn {
            max_size_in_kb: self.max_kb.unwrap_or(new.max_size_in_kb),
            can_store_full_image: self.full_images,
            ..new
        }
    }
}

pub(crate) fn run(arguments: &ColumnArguments, invocation: &Invocation) -> Result<(), Failure> {
    let engine = &invocation.connect(invocation.site()?)?.engine;
    let (place, alteration) = match &arguments.action {
        Action::Create(asked) => (&asked.place, Alteration::Created),
        Action::SetLimit { place, .. } => (place, Alteration::Limited),
        Action::Delete { place } => (place, Alteration::Deleted),
    };
    let table = definition::table(engine, &place.table)?;
    let (kind, max_kb) = match &arguments.action {
        Action::Create(asked) => create(engine, &table, &asked.new_column())?,
        Action::SetLimit { place, max_kb } => set_limit(engine, &table, &place.column, *max_kb)?,
        Action::Delete { place } => {
            engine.call(|organization| metadata::delete_column(organization, &table, &place.column))?;
            (None, None)
        }
    };
    let column = place.column.to_ascii_lowercase();
    invocation.report.altered(&Altered {
        alteration,
        table: table.logical_name(),
        column: &column,
        kind,
        max_kb,
    });
    Ok(())
}

type Shape = (Option<ColumnKind>, Option<u64>);

fn create(engine: &Engine, table: &Table, new: &NewColumn) -> Result<Shape, Failure> {
    match engine.call(|organization| metadata::create_column(organization, table, new))? {
        Creation::Created { .. } => Ok((Some(new.kind), Some(new.max_size_in_kb))),
        Creation::ExistsAlready => {
            let (table, name) = (table.logical_name(), new.logical_name());
            let why = format!(
                "table {table:?} has a column {name:?} already, which was left as it is; see dvf columns {table}"
            );
            Err(Failure::new(Exit::Exists, kind_name(ErrorKind::Exists), why))
        }
    }
}

fn set_limit(engine: &Engine, table: &Table, name: &str, max_kb: u64) -> Result<Shape, Failure> {
    let column = engine.call(|organization| metadata::column(organization, table, name))?;
    let change = [ColumnChange::MaxSizeInKb(max_kb)];
    engine.call(|organization| metadata::update_column(organization, table, &column, &change))?;
    Ok((Some(column.kind), Some(max_kb)))
}
