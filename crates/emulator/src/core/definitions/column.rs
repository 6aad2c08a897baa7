//! A column's definition as JSON (metadata §3 to §5).
use serde_json::{Value, json};

use super::Object;
use super::path::Cast;
use crate::core::guid::Guid;
use crate::core::schema::{Column, Kind, Source, Table};

/// English (metadata §5).
pub(super) const LANGUAGE: u32 = 1033;
/// When what a new organization has was made.
const BEFORE: &str = "1900-01-01T00:00:00Z";
/// Sides of a thumbnail in pixels; always these (image-columns §5).
pub(super) const THUMBNAIL_SIDE: u32 = 144;

/// Properties that no column of this organization has a value for.
const NEVER_SET: [&str; 7] = [
    "HasChanged",
    "AutoNumberFormat",
    "DeprecatedVersion",
    "ExternalName",
    "InheritsFrom",
    "LinkedAttributeId",
    "SourceType",
];

/// Properties with a value that a solution may pin: the property, its value, the name of the pin.
const MANAGED: [(&str, bool, &str); 7] = [
    ("CanModifyAdditionalSettings", true, "canmodifyadditionalsettings"),
    ("IsAuditEnabled", false, "canmodifyauditsettings"),
    ("IsCustomizable", true, "iscustomizable"),
    ("IsGlobalFilterEnabled", false, "canmodifyglobalfiltersettings"),
    ("IsRenameable", true, "isrenameable"),
    ("IsSortableEnabled", false, "canmodifyissortablesettings"),
    ("IsValidForAdvancedFind", true, "canmodifysearchsettings"),
];

/// The common properties, and with a cast those of the type. A read without a cast names the type instead.
pub(super) fn object(table: &Table, column: &Column, cast: Cast) -> Object {
    let mut object = common(table, column);
    if cast == Cast::Any {
        if let Some(name) = Cast::of(column).type_name() {
            object.insert("@odata.type".to_owned(), format!("#Microsoft.Dynamics.CRM.{name}").into());
        }
        return object;
    }
    object.extend(own(table, column));
    object
}

fn common(table: &Table, column: &Column) -> Object {
    let (attribute_type, type_name) = types(&column.kind);
    let stores_file = column.source == Source::File;
    let client = column.is_written();
    let label = |text: &str| label(text, column.metadata_id, !column.custom);
    let (created, modified) = match column.changed {
        Some((created, modified)) => (created.to_string(), modified.to_string()),
        None => (BEFORE.to_owned(), BEFORE.to_owned()),
    };
    let object = json!({
        "MetadataId": column.metadata_id,
        "AttributeOf": attribute_of(column),
        "AttributeType": attribute_type,
        "AttributeTypeName": {"Value": type_name},
        "CanBeSecuredForCreate": client,
        "CanBeSecuredForRead": client,
        "CanBeSecuredForUpdate": client,
        "ColumnNumber": table.columns.iter().position(|other| other == column).map(|at| at + 1),
        "CreatedOn": created,
        "Description": column.labels.description.as_deref().map_or_else(no_label, label),
        "DisplayName": label(&column.labels.display),
        "EntityLogicalName": table.logical_name,
        "IntroducedVersion": "1.0",
        "IsCustomAttribute": column.custom,
        "IsDataSourceSecret": false,
        "IsFilterable": false,
        "IsLogical": matches!(column.source, Source::Companion { .. }),
        "IsManaged": !column.custom,
        "IsPrimaryId": column.source == Source::RecordId,
        "IsPrimaryName": table.primary_name.as_ref() == Some(&column.logical_name),
        "IsRequiredForForm": false,
        "IsRetrievable": true,
        "IsSearchable": false,
        "IsSecured": false,
        "IsValidForCreate": client || is_primary_image(table, column) || column.source == Source::RecordId
            || column.kind == Kind::Body,
        "IsValidForForm": client || stores_file,
        "IsValidForGrid": client || stores_file,
        "IsValidForRead": true,
        // False for file columns (M3): bytes go through calls of their own.
        "IsValidForUpdate": client || matches!(column.kind, Kind::Image { .. } | Kind::Body),
        "IsValidODataAttribute": true,
        "LogicalName": column.logical_name,
        "ModifiedOn": modified,
        "RequiredLevel": {"Value": column.required, "CanBeChanged": true,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings"},
        "SchemaName": column.schema_name,
        "Settings": [],
    });
    let mut object = into_object(object);
    object.extend(NEVER_SET.map(|property| (property.to_owned(), Value::Null)));
    for (property, value, pin) in MANAGED {
        let managed =
            json!({"Value": value, "CanBeChanged": column.custom, "ManagedPropertyLogicalName": pin});
        object.insert(property.to_owned(), managed);
    }
    object
}

/// A text in the one language of the organization.
pub(super) fn label(text: &str, metadata_id: Guid, managed: bool) -> Value {
    let label = json!({"Label": text, "LanguageCode": LANGUAGE, "IsManaged": managed, "MetadataId": metadata_id,
        "HasChanged": null});
    json!({"LocalizedLabels": [label], "UserLocalizedLabel": label})
}

pub(super) fn no_label() -> Value {
    json!({"LocalizedLabels": [], "UserLocalizedLabel": null})
}

/// The properties that a type adds.
fn own(table: &Table, column: &Column) -> Object {
    into_object(match &column.kind {
        Kind::File { max_kb } => json!({"MaxSizeInKB": max_kb}),
        Kind::Image { max_kb, full } => json!({
            "MaxSizeInKB": max_kb,
            "CanStoreFullImage": full,
            "IsPrimaryImage": is_primary_image(table, column),
            "MaxHeight": THUMBNAIL_SIDE,
            "MaxWidth": THUMBNAIL_SIDE,
        }),
        Kind::Text { max } => json!({"MaxLength": max, "Format": "Text"}),
        Kind::Body => json!({"MaxLength": 1_073_741_823, "Format": "TextArea"}),
        Kind::Memo { max } => json!({"MaxLength": max, "Format": "TextArea"}),
        Kind::Integer { min, max } => json!({"MinValue": min, "MaxValue": max}),
        Kind::Lookup { targets } => json!({"Targets": targets}),
        Kind::Id | Kind::Guid | Kind::BigInt | Kind::Boolean | Kind::DateTime | Kind::EntityName => json!({}),
    })
}

/// `AttributeType` and the value of `AttributeTypeName`.
fn types(kind: &Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Id | Kind::Guid => ("Uniqueidentifier", "UniqueidentifierType"),
        Kind::Text { .. } | Kind::Body => ("String", "StringType"),
        Kind::Memo { .. } => ("Memo", "MemoType"),
        Kind::Integer { .. } => ("Integer", "IntegerType"),
        Kind::BigInt => ("BigInt", "BigIntType"),
        Kind::Boolean => ("Boolean", "BooleanType"),
        Kind::DateTime => ("DateTime", "DateTimeType"),
        Kind::EntityName => ("EntityName", "EntityNameType"),
        Kind::Lookup { .. } => ("Lookup", "LookupType"),
        Kind::File { .. } => ("Virtual", "FileType"),
        Kind::Image { .. } => ("Virtual", "ImageType"),
    }
}

fn attribute_of(column: &Column) -> Option<&str> {
    match &column.source {
        Source::Companion { of, .. } => Some(of),
        _ => None,
    }
}

fn is_primary_image(table: &Table, column: &Column) -> bool {
    table.primary_image.as_ref() == Some(&column.logical_name)
}

fn into_object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
