//! Relationships as definitions (notes-attachments §1: "read the name from the relationship definitions").
use serde_json::{Value, json};

use super::Object;
use super::path::Side;
use crate::core::Core;
use crate::core::relationships::{PARENT, Relationship};
use crate::core::schema::Table;

impl Core {
    /// The relationships of a table, seen from one side.
    pub(super) fn relationship_objects(&self, table: &Table, side: Side) -> Vec<Object> {
        let object =
            |(parent, relationship): (&Table, Relationship)| self.relationship(parent, &relationship);
        match side {
            Side::One => {
                table.relationships().into_iter().map(|relationship| object((table, relationship))).collect()
            }
            Side::Many => {
                let all = self.state.tables.values().flat_map(|parent| {
                    parent.relationships().into_iter().map(move |relationship| (parent, relationship))
                });
                all.filter(|(_, relationship)| relationship.children == table.logical_name)
                    .map(object)
                    .collect()
            }
        }
    }

    fn relationship(&self, parent: &Table, relationship: &Relationship) -> Object {
        let Relationship { name, children, back } = relationship;
        let id = self.state.ids.named(&format!("relationship {} {name}", parent.logical_name));
        let object = json!({
            "MetadataId": id,
            "SchemaName": name,
            "RelationshipType": "OneToManyRelationship",
            "IsCustomRelationship": parent.custom,
            "IsManaged": !parent.custom,
            "IsHierarchical": false,
            "IsValidForAdvancedFind": true,
            "ReferencedEntity": parent.logical_name,
            "ReferencedAttribute": parent.primary_id,
            "ReferencedEntityNavigationPropertyName": name,
            "ReferencingEntity": children,
            "ReferencingAttribute": PARENT,
            "ReferencingEntityNavigationPropertyName": back,
            // What belongs to a record goes with it (notes-attachments §1).
            "CascadeConfiguration": {"Assign": "Cascade", "Delete": "Cascade", "Merge": "Cascade",
                "Reparent": "Cascade", "Share": "Cascade", "Unshare": "Cascade"},
        });
        match object {
            Value::Object(object) => object,
            _ => Object::new(),
        }
    }
}
