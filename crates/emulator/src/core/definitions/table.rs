//! A table's definition as JSON (metadata §2).
use serde_json::{Value, json};

use super::Object;
use crate::core::schema::{Access, Table};

/// The properties that matter for files, and those that tell one table from another.
pub(super) fn object(table: &Table) -> Object {
    let label = |text: &str| {
        let label = json!({"Label": text, "LanguageCode": 1033, "IsManaged": true, "MetadataId": table.metadata_id,
            "HasChanged": null});
        json!({"LocalizedLabels": [label], "UserLocalizedLabel": label})
    };
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
        "IsCustomEntity": false,
        "IsOptimisticConcurrencyEnabled": table.access != Access::Read,
        "ObjectTypeCode": table.object_type_code,
        "DisplayName": label(&table.schema_name),
        "DisplayCollectionName": label(&table.set_name),
        "IsCustomizable": {"Value": true, "CanBeChanged": true, "ManagedPropertyLogicalName": "iscustomizable"},
    });
    match object {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
