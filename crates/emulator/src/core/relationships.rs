//! How records lead to each other: collections from a parent, references from a child.
//!
//! Relationships follow from the definitions of tables, so there is nothing to keep: a table made a moment ago has the
//! collections that its notes and files need.
use super::schema::{Column, Kind, Table};

/// The table that stands for all activities in the name of a navigation property (notes-attachments §1).
pub(in crate::core) const ANY_ACTIVITY: &str = "activitypointer";
/// Notes, attachments and file rows all name their parent in the same column.
pub(in crate::core) const PARENT: &str = "objectid";

/// A 1:N relationship, seen from the one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::core) struct Relationship {
    /// Also the name of the collection in URLs.
    pub(in crate::core) name: String,
    /// Logical name of the table of the many; their column is [`PARENT`].
    pub(in crate::core) children: &'static str,
    /// The single-valued navigation property of the many.
    pub(in crate::core) back: String,
}

/// A lookup by the name of its navigation property.
#[derive(Clone, Copy, Debug)]
pub(in crate::core) struct Reference<'a> {
    pub(in crate::core) column: &'a Column,
    /// Logical names of the tables it may lead to.
    pub(in crate::core) targets: &'a [String],
    /// The one that the name tells.
    pub(in crate::core) named: Option<&'a str>,
}

impl Reference<'_> {
    /// Whether a record of this table is what the name means.
    pub(in crate::core) fn means(&self, table: &Table) -> bool {
        let logical_name = table.logical_name.as_str();
        let fits = match self.named {
            Some(ANY_ACTIVITY) => table.is_activity || logical_name == ANY_ACTIVITY,
            Some(named) => named == logical_name,
            None => true,
        };
        fits && self.targets.iter().any(|target| target == logical_name)
    }
}

impl Table {
    /// The collections of each of its records.
    pub(in crate::core) fn relationships(&self) -> Vec<Relationship> {
        let name = &self.logical_name;
        let back = format!("{PARENT}_{name}");
        let to = |name: String, children| Relationship { name, children, back: back.clone() };
        let mut all = Vec::new();
        // The first file column brings it (file-columns §1).
        all.extend(self.has_files().then(|| to(format!("{name}_FileAttachments"), "fileattachment")));
        all.extend(self.has_notes.then(|| to(self.notes_relationship(), "annotation")));
        if self.is_activity {
            let any = to("activity_pointer_activity_mime_attachment".to_owned(), "activitymimeattachment");
            all.push(Relationship { back: format!("{PARENT}_{ANY_ACTIVITY}"), ..any });
            all.push(to(format!("{name}_activity_mime_attachment"), "activitymimeattachment"));
        }
        if name == "template" {
            all.push(to("template_activity_mime_attachments".to_owned(), "activitymimeattachment"));
        }
        all
    }

    /// `Account_Annotation`, but `<table>_Annotations` for custom tables (notes-attachments §1).
    fn notes_relationship(&self) -> String {
        match self.custom {
            true => format!("{}_Annotations", self.logical_name),
            false => format!("{}_Annotation", self.schema_name),
        }
    }

    /// By the name of its collection.
    pub(in crate::core) fn relationship(&self, name: &str) -> Option<Relationship> {
        self.relationships().into_iter().find(|relationship| relationship.name == name)
    }

    /// The lookup behind a navigation property, such as `objectid_account`: where it can lead to several tables the name
    /// has to tell which one.
    pub(in crate::core) fn reference<'a>(&'a self, navigation: &'a str) -> Option<Reference<'a>> {
        self.columns.iter().find_map(|column| {
            let Kind::Lookup { targets } = &column.kind else { return None };
            let rest = navigation.strip_prefix(column.logical_name.as_str())?;
            let named = rest.strip_prefix('_');
            let known = match named {
                None => rest.is_empty() && targets.len() == 1,
                Some(named) => targets.iter().any(|target| target == named),
            };
            known.then_some(Reference { column, targets, named })
        })
    }
}
