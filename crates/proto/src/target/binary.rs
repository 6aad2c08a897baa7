//! What notes and attachments have in common: a record that is the file's place, there already or yet to be made.
use std::fmt;

use super::{Guid, Record};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binary {
    id: Option<Guid>,
    is_new: bool,
    parent: Option<Record>,
}

impl Binary {
    pub fn existing(id: Guid) -> Self {
        Self { id: Some(id), is_new: false, parent: None }
    }

    pub fn new(parent: Option<Record>) -> Self {
        Self { id: None, is_new: true, parent }
    }

    pub fn with_id(self, id: Guid) -> Self {
        Self { id: Some(id), ..self }
    }

    pub fn with_parent(self, parent: Record) -> Self {
        Self { parent: Some(parent), ..self }
    }

    pub fn id(&self) -> Option<&Guid> {
        self.id.as_ref()
    }

    pub fn is_new(&self) -> bool {
        self.is_new
    }

    pub fn parent(&self) -> Option<&Record> {
        self.parent.as_ref()
    }

    /// `set(<guid>)` once it is there; until then below its parent, whatever id it has got.
    pub fn write(&self, set: &str, below: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.id, &self.parent) {
            (Some(id), _) if !self.is_new => write!(f, "{set}({id})"),
            (_, Some(parent)) => write!(f, "{parent}/{below}"),
            _ => f.write_str(set),
        }
    }
}
