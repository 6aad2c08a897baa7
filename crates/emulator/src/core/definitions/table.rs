//! A table's definition as JSON (metadata §2).
use serde_json::{Value, json};

use super::Object;
use super::column::{label, no_label};
use super::draft::Draft;
use super::given::{Given, fault};
use crate::core::errors;
use crate::core::fault::Answer;
use crate::core::ids::Ids;
use crate::core::schema::{Access, Kind, Labels, Table, basic_columns};

/// Where the type codes of custom tables begin.
const CUSTOM_CODES: u32 = 10_000;

/// The properties that matter for files, and those that tell one table from another.
pub(super) fn object(table: &Table) -> Object {
    let label = |text: &str| label(text, table.metadata_id, !table.custom);
    let object = json!({
        "MetadataId": table.metadata_id,
        "LogicalName": table.logical_name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.set_name,
        "LogicalCollectionName": table.set_name,
        "CollectionSchemaName": table.schema_name,
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryNameAttribute": table.primary_name,
        "PrimaryImageAttribute": table.primary_image,
        "HasNotes": table.has_notes,
        "HasActivities": false,
        "IsActivity": table.is_activity,
        "IsCustomEntity": table.custom,
        "IsOptimisticConcurrencyEnabled": matches!(table.access, Access::Full | Access::Update),
        "ObjectTypeCode": table.object_type_code,
        "DisplayName": label(&table.labels.display),
        "Description": table.labels.description.as_deref().map_or_else(no_label, label),
        "DisplayCollectionName": label(&table.set_name),
        "IsCustomizable": {"Value": true, "CanBeChanged": true, "ManagedPropertyLogicalName": "iscustomizable"},
    });
    match object {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

/// A table in the making.
#[derive(Debug)]
pub(super) struct New {
    schema_name: String,
    pub(super) logical_name: String,
    pub(super) set_name: String,
    labels: Labels,
    has_notes: bool,
    pub(super) columns: Vec<Draft>,
}

impl New {
    /// A table needs a schema name and one text column that names its records (`IsPrimaryName`).
    pub(super) fn read(given: &Given) -> Answer<New> {
        if given.type_name()? != "EntityMetadata" {
            return Err(fault("'@odata.type' is not Microsoft.Dynamics.CRM.EntityMetadata"));
        }
        let schema_name = given.schema_name()?.to_owned();
        let logical_name = schema_name.to_lowercase();
        if given.boolean("IsActivity")?.unwrap_or_default() {
            return Err(errors::NOT_SUPPORTED.fault());
        }
        let columns = given.list("Attributes")?;
        let columns = columns
            .iter()
            .map(|column| Draft::read(&logical_name, column))
            .collect::<Answer<Vec<Draft>>>()?;
        let names = columns.iter().filter(|column| column.names_the_record).collect::<Vec<_>>();
        if !matches!(names.as_slice(), [Draft { kind: Kind::Text { .. }, .. }]) {
            return Err(fault("'Attributes' holds no text column, or several, with 'IsPrimaryName' true"));
        }
        let set_name = match (given.text("EntitySetName")?, given.text("LogicalCollectionName")?) {
            (Some(name), _) | (None, Some(name)) => name.to_owned(),
            (None, None) => format!("{logical_name}s"),
        };
        if set_name.is_empty() || !set_name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(errors::INVALID_ARGUMENT.with(&[&format!("'{set_name}' is no name of a set.")]));
        }
        let labels = Labels {
            display: given.label("DisplayName")?.unwrap_or_else(|| schema_name.clone()),
            description: given.label("Description")?,
        };
        let has_notes = given.boolean("HasNotes")?.unwrap_or_default();
        Ok(New { schema_name, logical_name, set_name, labels, has_notes, columns })
    }

    /// The table with the columns that every table has; its own are still to be added.
    pub(super) fn table(&self, ids: &mut Ids) -> Table {
        let primary_id = format!("{}id", self.logical_name);
        let primary_name = self.columns.iter().find(|column| column.names_the_record);
        Table {
            metadata_id: ids.guid(),
            logical_name: self.logical_name.clone(),
            schema_name: self.schema_name.clone(),
            set_name: self.set_name.clone(),
            columns: basic_columns(&primary_id, |_| ids.guid()),
            primary_id,
            primary_name: primary_name.map(|column| column.schema_name.to_lowercase()),
            primary_image: None,
            has_notes: self.has_notes,
            is_activity: false,
            object_type_code: CUSTOM_CODES + u32::try_from(ids.serial() % 90_000).unwrap_or_default(),
            access: Access::Full,
            custom: true,
            labels: self.labels.clone(),
            version: 0,
            keys: Vec::new(),
        }
    }
}
