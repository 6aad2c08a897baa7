//! What the organization says about the place that a command is about, and what is done where it does not say.
use dataverse_files_metadata::{
    self as metadata, ColumnDefinition, ColumnKind, OrganizationLimits, TableDefinition,
};
use dataverse_files_reqwest::{Column, ErrorKind, Table, Target};

use crate::engine::Engine;
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::report::Report;

/// Answers after which a transfer goes on without the look-up: the user may not read definitions, or the service tells
/// of them in a way of its own. Whether the column is there is then told by the transfer itself.
const SERVICE_WILL_JUDGE: [ErrorKind; 5] = [
    ErrorKind::Forbidden,
    ErrorKind::NotFound,
    ErrorKind::Refused,
    ErrorKind::Unsupported,
    ErrorKind::Protocol,
];
/// Failures of a look-up that the transfer after it would meet as well, after the same attempts.
const TRANSFER_WILL_FAIL: [ErrorKind; 3] =
    [ErrorKind::Unauthenticated, ErrorKind::Transport, ErrorKind::Deadline];

/// Where a file is or will be; of a column with its definition, where that was told.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// As transfers want it: an image where the definition says so, with the table's names.
    pub(crate) target: Target,
    /// Notes and attachments have none: the organization's limits are theirs.
    pub(crate) definition: Option<ColumnDefinition>,
}

impl Known {
    /// Nothing is asked; a column is taken for a file column.
    pub(crate) fn unasked(target: impl Into<Target>) -> Known {
        Known { target: target.into(), definition: None }
    }

    /// The column's definition, or why there is none.
    fn look_up(engine: &Engine, target: &Column) -> Result<Known, Failure> {
        let table = engine.table(target.set())?;
        let definition = engine.call(|organization| metadata::column(organization, &table, target.name()))?;
        let column = target.clone().with_table(table);
        let column = match definition.kind {
            ColumnKind::File => column,
            ColumnKind::Image => column.as_image(),
        };
        Ok(Known { target: column.into(), definition: Some(definition) })
    }

    /// For an upload: what cannot be looked up is left for the service to judge.
    pub(crate) fn for_upload(engine: &Engine, target: &Column, report: &Report) -> Result<Known, Failure> {
        let what = "preflight: the column's definition";
        let known = unless_untold(Known::look_up(engine, target), what, report)?;
        Ok(known.unwrap_or_else(|| Known::unasked(target)))
    }

    /// For a download, which only needs to know whether it is an image: anything untold means that it is not.
    pub(crate) fn for_download(engine: &Engine, target: &Target, report: &Report) -> Result<Known, Failure> {
        let Some(column) = target.column() else { return Ok(Known::unasked(target)) };
        match Known::look_up(engine, column) {
            Err(failure) if failure.exit == Exit::Interrupted || failure.is_of(&TRANSFER_WILL_FAIL) => {
                Err(failure)
            }
            Err(failure) => {
                let why = failure.message;
                report.note(&format!(
                    "the column's definition is not told, so it is taken for a file column ({why})"
                ));
                Ok(Known::unasked(target))
            }
            known => known,
        }
    }

    pub(crate) fn kind(&self) -> Option<ColumnKind> {
        self.definition.as_ref().map(|definition| definition.kind)
    }
}

/// `None`, and a note, when the service would not say it.
pub(crate) fn unless_untold<T>(
    told: Result<T, Failure>,
    what: &str,
    report: &Report,
) -> Result<Option<T>, Failure> {
    match told {
        Ok(told) => Ok(Some(told)),
        Err(failure) if failure.is_of(&SERVICE_WILL_JUDGE) => {
            let why = failure.message;
            report.note(&format!("{what} may not be read; the service will judge ({why})"));
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// The organization's settings; `None`, and a note, when they may not be read.
pub(crate) fn limits(engine: &Engine, report: &Report) -> Result<Option<OrganizationLimits>, Failure> {
    let limits = engine.call(|organization| Ok(metadata::organization_limits(organization)));
    unless_untold(limits, "the organization's settings", report)
}

/// A table by the name that stands in addresses (`accounts`). Who wrote its logical name is told the other one.
pub(crate) fn by_set(engine: &Engine, set: &str) -> Result<TableDefinition, Failure> {
    engine.call(|organization| metadata::table_by_set(organization, set)).map_err(|failure| {
        if !failure.is_of(&[ErrorKind::NotFound]) {
            return failure;
        }
        match engine.call(|organization| metadata::table(organization, set)) {
            Ok(table) => {
                let advice = format!("that is its logical name; in addresses it is {}", table.set_name);
                failure.advise(&advice)
            }
            Err(_) => failure,
        }
    })
}

/// A table by the name that stands in addresses (`accounts`) or by its logical name (`account`).
pub(crate) fn table(engine: &Engine, name: &str) -> Result<Table, Failure> {
    let by_set = engine.call(|organization| metadata::table_by_set(organization, name));
    let definition = match by_set {
        Err(failure) if failure.is_of(&[ErrorKind::NotFound]) => {
            engine.call(|organization| metadata::table(organization, name)).map_err(|failure| {
                if failure.is_of(&[ErrorKind::NotFound]) { no_table(name) } else { failure }
            })?
        }
        told => told?,
    };
    Ok(definition.names()?)
}

fn no_table(name: &str) -> Failure {
    let why = format!("no table has the set name or logical name {name:?}; check its spelling");
    Failure::new(Exit::NotFound, kind_name(ErrorKind::NotFound), why)
}
