//! Definitions over the Web API (metadata §2 to §9): tables, columns, casts.
mod column;
mod draft;
mod given;
mod path;
mod relationship;
mod table;
mod write;

use http::{Method, StatusCode};
use serde_json::{Map, Value};

use self::path::{Cast, Path, Side};
use super::fault::{Answer, Fault};
use super::odata::filter::{Class, Filter};
use super::odata::literal::Literal;
use super::odata::options::ReadOptions;
use super::request::Request;
use super::schema::{Column, Table};
use super::{Core, IGNORED, answer, errors};
use crate::payload::{Content, Intake};

/// A definition as JSON.
type Object = Map<String, Value>;

impl Core {
    /// A request below `EntityDefinitions`.
    pub(in crate::core) fn definitions(&mut self, request: &Request<'_>, content: Content) -> Answer {
        let path = Path::parse(&request.segments)?;
        match request.reads() {
            true => self.read_definition(request, &path),
            false => self.write_definition(request, &path, content),
        }
    }

    /// How the body of such a request is taken in.
    pub(in crate::core) fn definition_intake(&self, request: &Request<'_>) -> Intake {
        match request.head.method {
            Method::POST | Method::PUT => Intake::Json { binary: Vec::new(), limit: 0 },
            _ => Intake::Bytes { limit: IGNORED },
        }
    }

    fn read_definition(&self, request: &Request<'_>, path: &Path) -> Answer {
        let options = ReadOptions::parse(&request.query)?;
        if options.top.is_some() || options.count || options.skip_token.is_some() || !options.order.is_empty()
        {
            let text = "Definitions take $select, $filter and $expand only.";
            return Err(errors::QUERY_SYNTAX.with(&[text]));
        }
        match path {
            Path::Tables => self.table_list(request, &options),
            Path::Table(key) => {
                let table = self.table_by_key(key)?;
                let mut object = table::object(table);
                self.expand_definition(table, &mut object, &options)?;
                let object = select(object, options.select.as_deref())?;
                one(request, &format!("EntityDefinitions{}", names(&options)), object)
            }
            Path::Columns(key, cast) => {
                let table = self.table_by_key(key)?;
                let columns = table.columns.iter().filter(|column| cast.covers(column));
                let objects = columns.map(|column| column::object(table, column, *cast)).collect();
                let base = format!("{}{}", columns_base(table, *cast), names(&options));
                many(request, &base, filtered(objects, &options)?)
            }
            Path::Column(key, column_key, cast) => {
                let table = self.table_by_key(key)?;
                let column = column_by_key(table, column_key)?;
                if !cast.covers(column) {
                    return Err(errors::METADATA_NOT_FOUND.fault());
                }
                let object = select(column::object(table, column, *cast), options.select.as_deref())?;
                one(request, &format!("{}{}", columns_base(table, *cast), names(&options)), object)
            }
            Path::Relationships(key, side) => {
                let table = self.table_by_key(key)?;
                let base = format!("{}{}", relationships_base(table, *side), names(&options));
                many(request, &base, filtered(self.relationship_objects(table, *side), &options)?)
            }
            Path::Relationship(key, side, wanted) => {
                let table = self.table_by_key(key)?;
                let property = if matches!(wanted, Literal::Guid(_)) { "MetadataId" } else { "SchemaName" };
                let mut all = self.relationship_objects(table, *side).into_iter();
                let found = all.find(|object| object.get(property) == Some(&wanted.to_value()));
                let object = found.ok_or_else(|| errors::METADATA_NOT_FOUND.fault())?;
                let object = select(object, options.select.as_deref())?;
                one(request, &format!("{}{}", relationships_base(table, *side), names(&options)), object)
            }
        }
    }

    fn table_list(&self, request: &Request<'_>, options: &ReadOptions) -> Answer {
        let objects = self.state.tables.values().map(|table| {
            let mut object = table::object(table);
            self.expand_definition(table, &mut object, options)?;
            Ok(object)
        });
        let objects = objects.collect::<Answer<Vec<Object>>>()?;
        many(request, &format!("EntityDefinitions{}", names(options)), filtered(objects, options)?)
    }

    /// `$expand` of the collections that are served inside a table's definition.
    fn expand_definition(&self, table: &Table, object: &mut Object, options: &ReadOptions) -> Answer<()> {
        for expand in &options.expand {
            let objects = match (expand.name.as_str(), Side::named(&expand.name)) {
                ("Attributes", _) => {
                    table.columns.iter().map(|column| column::object(table, column, Cast::Any)).collect()
                }
                (_, Some(side)) => self.relationship_objects(table, side),
                (unknown, None) => return Err(Fault::query_name(unknown)),
            };
            if !expand.order.is_empty() || expand.top.is_some() {
                return Err(errors::QUERY_SYNTAX.with(&["Definitions take $select and $filter only."]));
            }
            let objects = chosen(objects, expand.filter.as_ref(), expand.select.as_deref())?;
            object.insert(expand.name.clone(), objects.into_iter().map(Value::Object).collect());
        }
        Ok(())
    }

    fn table_by_key(&self, key: &path::Key) -> Answer<&Table> {
        match key {
            path::Key::LogicalName(name) => self.table(name),
            path::Key::MetadataId(id) => {
                let table = self.state.tables.values().find(|table| table.metadata_id == *id);
                table.ok_or_else(|| errors::METADATA_NOT_FOUND.fault())
            }
        }
    }
}

fn column_by_key<'a>(table: &'a Table, key: &path::Key) -> Answer<&'a Column> {
    let column = match key {
        path::Key::LogicalName(name) => table.column(name),
        path::Key::MetadataId(id) => table.columns.iter().find(|column| column.metadata_id == *id),
    };
    column.ok_or_else(|| errors::METADATA_NOT_FOUND.fault())
}

fn columns_base(table: &Table, cast: Cast) -> String {
    let cast = cast.type_name().map(|name| format!("/Microsoft.Dynamics.CRM.{name}")).unwrap_or_default();
    format!("EntityDefinitions('{}')/Attributes{cast}", table.logical_name)
}

fn relationships_base(table: &Table, side: Side) -> String {
    format!("EntityDefinitions('{}')/{}", table.logical_name, side.collection())
}

/// What `@odata.context` says in parentheses.
fn names(options: &ReadOptions) -> String {
    options.select.as_ref().map(|names| format!("({})", names.join(","))).unwrap_or_default()
}

fn one(request: &Request<'_>, base: &str, object: Object) -> Answer {
    let context = request.context(&format!("{base}/$entity"));
    Ok(answer::json(StatusCode::OK, answer::with_context(context, object)))
}

fn many(request: &Request<'_>, base: &str, objects: Vec<Object>) -> Answer {
    let values = objects.into_iter().map(Value::Object).collect();
    let body = Map::from_iter([("value".to_owned(), Value::Array(values))]);
    Ok(answer::json(StatusCode::OK, answer::with_context(request.context(base), body)))
}

fn filtered(objects: Vec<Object>, options: &ReadOptions) -> Answer<Vec<Object>> {
    chosen(objects, options.filter.as_ref(), options.select.as_deref())
}

fn chosen(
    mut objects: Vec<Object>,
    filter: Option<&Filter>,
    names: Option<&[String]>,
) -> Answer<Vec<Object>> {
    if let Some(filter) = filter {
        check(filter, objects.first())?;
        objects.retain(|object| {
            filter.matches(&|name: &str| property(object, name).cloned().unwrap_or_default())
        });
    }
    objects.into_iter().map(|object| select(object, names)).collect()
}

/// All objects of a list have the same properties: any of them tells which names are known.
fn check(filter: &Filter, sample: Option<&Object>) -> Answer<()> {
    let Some(sample) = sample else { return Ok(()) };
    filter.check(&|name: &str| property(sample, name).map(|_| Class::Any))
}

/// A property, or by a path one inside it, as in `IsCustomizable/Value`.
fn property<'a>(object: &'a Object, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('/');
    let first = object.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

/// The selected properties; `MetadataId` comes always.
fn select(mut object: Object, names: Option<&[String]>) -> Answer<Object> {
    let Some(names) = names else { return Ok(object) };
    if let Some(unknown) = names.iter().find(|name| !object.contains_key(*name)) {
        return Err(Fault::query_name(unknown));
    }
    let expanded = |name: &str| name == "Attributes" || Side::named(name).is_some();
    object.retain(|name, _| name == "MetadataId" || expanded(name) || names.contains(name));
    Ok(object)
}
