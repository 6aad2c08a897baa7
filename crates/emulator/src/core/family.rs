//! The families of block messages: the same steps for columns, notes and attachments, told apart by data.
//!
//! A column holds a file beside its record; a note or an attachment *is* the file, so that its messages carry the
//! whole record (notes-attachments §4). Nothing else differs, and nothing else may: there is one upload and one
//! download.

/// What the messages of a family move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Family {
    /// File and image columns of any table.
    Column,
    Note,
    Attachment,
}

/// A table whose records are files (notes-attachments §1).
#[derive(Debug, PartialEq, Eq)]
pub(in crate::core) struct Holder {
    /// Logical name.
    pub(in crate::core) table: &'static str,
    /// The primary id, which is also how `Target` names a record.
    pub(in crate::core) key: &'static str,
    /// The column of the bytes.
    pub(in crate::core) body: &'static str,
    /// The id in the answer to a commit.
    pub(in crate::core) answer_id: &'static str,
    /// What `Target` must have besides `@odata.type` (notes-attachments §4).
    pub(in crate::core) required: &'static [&'static str],
    /// Whether a record can not be without a parent (notes-attachments §1; N4 for notes).
    pub(in crate::core) needs_parent: bool,
    /// Whether a commit may update a record that exists (notes-attachments §4).
    pub(in crate::core) updates: bool,
}

static NOTE: Holder = Holder {
    table: "annotation",
    key: "annotationid",
    body: "documentbody",
    answer_id: "AnnotationId",
    required: &["annotationid", "filename", "mimetype"],
    needs_parent: false,
    updates: true,
};

/// Its files are also the rows of the mirror `attachment`, and can be shared.
pub(in crate::core) static ATTACHMENT: Holder = Holder {
    table: "activitymimeattachment",
    key: "activitymimeattachmentid",
    body: "body",
    answer_id: "ActivityMimeAttachmentId",
    required: &["filename", "mimetype", "objecttypecode"],
    needs_parent: true,
    updates: false,
};

impl Family {
    pub(in crate::core) const ALL: [Family; 3] = [Family::Column, Family::Note, Family::Attachment];

    /// As the names of messages spell it: `Initialize<word>BlocksUpload`.
    pub(in crate::core) fn word(self) -> &'static str {
        match self {
            Family::Column => "File",
            Family::Note => "Annotation",
            Family::Attachment => "Attachment",
        }
    }

    /// The table of its records; `None` when any table will do.
    pub(in crate::core) fn holder(self) -> Option<&'static Holder> {
        match self {
            Family::Column => None,
            Family::Note => Some(&NOTE),
            Family::Attachment => Some(&ATTACHMENT),
        }
    }
}

impl Holder {
    /// By the logical name of the table.
    pub(in crate::core) fn of(table: &str) -> Option<&'static Holder> {
        [&NOTE, &ATTACHMENT].into_iter().find(|holder| holder.table == table)
    }
}
