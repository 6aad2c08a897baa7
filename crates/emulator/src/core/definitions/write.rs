//! Definitions on their way in: columns and tables made, replaced and deleted (metadata §6 to §9).
use http::{Method, StatusCode, header};

use super::column;
use super::draft::{Draft, replaced};
use super::given::{Given, fault};
use super::path::{Cast, Key, Path};
use super::{column_by_key, table::New};
use crate::core::fault::{Answer, Fault};
use crate::core::records::ENTITY_ID;
use crate::core::request::Request;
use crate::core::schema::{Access, Column, Kind, Source, Table};
use crate::core::{Core, answer, errors};
use crate::payload::Content;

impl Core {
    pub(super) fn write_definition(
        &mut self,
        request: &Request<'_>,
        path: &Path,
        content: Content,
    ) -> Answer {
        match (&request.head.method, path) {
            (&Method::POST, Path::Tables) => self.create_table(request, &Given::of(content)?),
            (&Method::POST, Path::Columns(table, Cast::Any)) => {
                self.create_column(request, table, &Given::of(content)?)
            }
            (&Method::PUT, Path::Column(table, column, cast)) => {
                self.replace_column(request, (table, column), *cast, &Given::of(content)?)
            }
            (&Method::DELETE, Path::Table(table)) => self.delete_table(table),
            (&Method::DELETE, Path::Column(table, column, Cast::Any)) => {
                self.delete_column(request, table, column)
            }
            (&Method::PUT, Path::Table(_)) => Err(errors::NOT_IMPLEMENTED.fault()),
            (_, Path::Tables | Path::Columns(_, Cast::Any)) => {
                Err(Fault::method_not_allowed("GET,HEAD,POST,OPTIONS"))
            }
            (_, Path::Table(_)) => Err(Fault::method_not_allowed("GET,HEAD,DELETE,OPTIONS")),
            (_, Path::Column(_, _, Cast::Any)) => {
                Err(Fault::method_not_allowed("GET,HEAD,PUT,DELETE,OPTIONS"))
            }
            (_, Path::Column(..)) => Err(Fault::method_not_allowed("GET,HEAD,PUT,OPTIONS")),
            (_, Path::Columns(..) | Path::Relationships(..) | Path::Relationship(..)) => {
                Err(Fault::method_not_allowed("GET,HEAD,OPTIONS"))
            }
        }
    }

    fn create_table(&mut self, request: &Request<'_>, given: &Given) -> Answer {
        let new = New::read(given)?;
        self.check_free(&new)?;
        let mut table = new.table(&mut self.state.ids);
        for draft in new.columns {
            draft.add(request.now, &mut self.state, &mut table)?;
        }
        let address = request.address(&format!("EntityDefinitions({})", table.metadata_id));
        self.state.put_table(table);
        Ok(made(&address))
    }

    /// No other table has one of its names.
    fn check_free(&self, new: &New) -> Answer<()> {
        let taken = self.state.tables.contains_key(&new.logical_name);
        let set_taken = self.state.table_of_set(&new.set_name).is_some();
        let name = if taken { &new.logical_name } else { &new.set_name };
        match taken || set_taken {
            true => {
                Err(errors::OBJECT_EXISTS.with(&[&format!("A table with the name {name} already exists.")]))
            }
            false => Ok(()),
        }
    }

    fn create_column(&mut self, request: &Request<'_>, key: &Key, given: &Given) -> Answer {
        let mut table = self.changeable(key)?;
        let draft = Draft::read(&table.logical_name, given)?;
        if draft.names_the_record {
            return Err(fault("the table has a primary name already"));
        }
        let id = draft.add(request.now, &mut self.state, &mut table)?;
        if let Some(column) = table.columns.iter().find(|column| column.metadata_id == id)
            && let cast @ (Cast::File | Cast::Image) = Cast::of(column)
        {
            given.check_names(&column::object(&table, column, cast), "AttributeMetadata")?;
        }
        let address = request.address(&format!("EntityDefinitions({})/Attributes({id})", table.metadata_id));
        self.state.put_table(table);
        Ok(made(&address))
    }

    fn replace_column(
        &mut self,
        request: &Request<'_>,
        (table_key, column_key): (&Key, &Key),
        cast: Cast,
        given: &Given,
    ) -> Answer {
        let mut table = self.changeable(table_key)?;
        let column = column_by_key(&table, column_key)?;
        if !cast.covers(column) {
            return Err(errors::METADATA_NOT_FOUND.fault());
        }
        if !matches!(column.kind, Kind::File { .. } | Kind::Image { .. }) {
            return Err(errors::NOT_IMPLEMENTED.fault());
        }
        let column = replaced(request.now, &table, column, given)?;
        if let Some(primary) = given.boolean("IsPrimaryImage")?.filter(|_| is_image(&column)) {
            set_primary(&mut table, &column, primary)?;
        }
        if let Some(old) = table.columns.iter_mut().find(|old| old.metadata_id == column.metadata_id) {
            *old = column;
        }
        self.state.put_table(table);
        let mut response = answer::empty(StatusCode::NO_CONTENT);
        answer::set(&mut response, ENTITY_ID, &request.own_address());
        Ok(response)
    }

    fn delete_column(&mut self, request: &Request<'_>, table: &Key, column: &Key) -> Answer {
        let mut table = self.changeable(table)?;
        let column = column_by_key(&table, column)?.clone();
        let name = &column.logical_name;
        if let Source::Companion { of, .. } = &column.source {
            return Err(errors::IN_USE.with(&[&format!("{name} belongs to {of}.")]));
        }
        if table.primary_name.as_ref() == Some(name) {
            return Err(errors::IN_USE.with(&[&format!("{name} is the primary name of its table.")]));
        }
        if !column.custom {
            return Err(errors::NOT_SUPPORTED.fault());
        }
        table.columns.retain(|other| {
            other.logical_name != *name
                && !matches!(&other.source, Source::Companion { of, .. } if of == name)
        });
        if table.primary_image.as_ref() == Some(name) {
            // Another one takes its place (image-columns §6).
            table.primary_image = table
                .columns
                .iter()
                .find(|column| is_image(column))
                .map(|column| column.logical_name.clone());
        }
        self.state.empty_column(request.now, &table.logical_name, name);
        self.state.put_table(table);
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }

    fn delete_table(&mut self, key: &Key) -> Answer {
        let table = self.table_by_key(key)?;
        if !table.custom {
            return Err(errors::NOT_SUPPORTED.fault());
        }
        let name = table.logical_name.clone();
        self.state.delete_table(&name);
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }

    /// A table whose columns clients may change: one whose records they may.
    fn changeable(&self, key: &Key) -> Answer<Table> {
        let table = self.table_by_key(key)?;
        match table.access {
            Access::Full => Ok(table.clone()),
            Access::Update | Access::Read | Access::List => Err(errors::NOT_SUPPORTED.fault()),
        }
    }
}

/// There is always a primary image while there are image columns: it changes hands, it is not given up
/// (image-columns §6).
fn set_primary(table: &mut Table, column: &Column, primary: bool) -> Answer<()> {
    let is_primary = table.primary_image.as_ref() == Some(&column.logical_name);
    match (is_primary, primary) {
        (true, false) => Err(errors::INVALID_ARGUMENT.with(&[
            "IsPrimaryImage can not be set to false; set it to true for another image column of the table.",
        ])),
        (false, true) => {
            table.primary_image = Some(column.logical_name.clone());
            Ok(())
        }
        _ => Ok(()),
    }
}

fn is_image(column: &Column) -> bool {
    matches!(column.kind, Kind::Image { .. })
}

/// 204 with the address of what was made, twice (metadata §6).
fn made(address: &str) -> http::Response<crate::payload::Payload> {
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    answer::set(&mut response, header::LOCATION, address);
    answer::set(&mut response, ENTITY_ID, address);
    response
}
