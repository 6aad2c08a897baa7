//! What is to be uploaded, and how.
use crate::wire::name::{check_mime, check_name};
use crate::wire::{LARGEST_BLOCK, SINGLE_LIMIT, base64};
use crate::{Error, ErrorKind, Organization, RetryPolicy, Target};

/// The service's three ways to take a file (file-columns §2). Notes and attachments take two of them.
///
/// ```
/// use dataverse_files_proto::UploadStrategy;
/// assert_eq!("blocks".parse::<UploadStrategy>().unwrap(), UploadStrategy::Blocks);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadStrategy {
    /// One request with the whole file: less than 128 MB. Into a note or an attachment it goes as base64 in the record.
    Single,
    /// An opening, then ordered PATCHes; the service names their size. Columns only.
    Chunked,
    /// Base64 blocks in any order, then a commit that lists them. The only way to choose the MIME type of a file column.
    Blocks,
}

impl UploadStrategy {
    /// As `dvf --strategy` spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            UploadStrategy::Single => "single",
            UploadStrategy::Chunked => "chunked",
            UploadStrategy::Blocks => "blocks",
        }
    }
}

impl std::str::FromStr for UploadStrategy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Single, Self::Chunked, Self::Blocks].into_iter().find(|s| s.as_str() == text).ok_or_else(
            || Error::input(format!("{text:?} is not a way to upload; use single, chunked or blocks")),
        )
    }
}

/// Up to this size `auto` sends one PATCH. The service takes eight times as much; a broken one begins anew, though.
pub const AUTO_SINGLE: u64 = 16 * 1024 * 1024;
/// Up to this size `auto` writes a note or an attachment with its file in it: base64 in the record is advised below
/// about 4 MB (notes-attachments §2), and this makes 4 MB of base64.
pub const AUTO_RECORD: u64 = 3 * 1024 * 1024;
/// No organization takes more characters of base64 in a note or an attachment: the largest `maxuploadfilesize` (N1).
const MOST_BASE64: u64 = 131_072_000;
/// Most blocks of one file: what the storage behind the service takes.
const MOST_BLOCKS: u64 = 50_000;

/// Everything an [`Upload`](crate::Upload) needs to know. Fields not set keep the documented or sensible value.
///
/// ```
/// use dataverse_files_proto::{Organization, Target, UploadPlan, UploadStrategy};
///
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let column: Target = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// let plan = UploadPlan::new(contoso, column, "25mb.pdf", 25_870_370);
/// assert_eq!(plan.strategy(), UploadStrategy::Blocks, "above 16 MiB, and when a MIME type is asked for");
/// assert_eq!(plan.needs_table(), Some("accounts"));
/// ```
#[derive(Clone, Debug)]
pub struct UploadPlan {
    /// Where to.
    pub organization: Organization,
    /// Into what. Messages, and new notes and attachments, also need [`Target::with_table`], a new note needs
    /// [`Target::with_id`].
    pub target: Target,
    /// 1 to 255 characters, no control characters.
    pub file_name: String,
    /// A MIME type asked for by the caller. Of a file column only blocks can keep it (U12).
    pub mime: Option<String>,
    /// The MIME type that is stated when none is asked for; the samples guess it from the name's extension.
    pub guessed_mime: String,
    /// Length of the source in bytes; 1 at least (U19).
    pub size: u64,
    /// `None` is `auto`. Columns: one PATCH up to [`AUTO_SINGLE`], blocks above, blocks whenever a MIME type is asked for.
    /// Notes and attachments: with the record up to [`AUTO_RECORD`], blocks above; an attachment that is there is always
    /// replaced with its record, because blocks only make new ones.
    pub strategy: Option<UploadStrategy>,
    /// Bytes of one block, 1..=4194304 (U15). Chunks are as large as the service says (U3).
    pub block_size: u64,
    /// Most requests in the air at once; chunks go one by one (U5).
    pub window: usize,
    /// Makes the block ids of this upload its own; give each upload another one.
    pub nonce: u64,
    /// Give back the affinity cookies of the organization within this upload (U28).
    pub affinity: bool,
    /// How often, how long.
    pub retry: RetryPolicy,
}

impl UploadPlan {
    /// A plan for `auto`, with four requests in the air.
    #[must_use]
    pub fn new(
        organization: Organization,
        target: impl Into<Target>,
        file_name: impl Into<String>,
        size: u64,
    ) -> Self {
        Self {
            organization,
            target: target.into(),
            file_name: file_name.into(),
            mime: None,
            guessed_mime: "application/octet-stream".into(),
            size,
            strategy: None,
            block_size: LARGEST_BLOCK,
            window: 4,
            nonce: 0,
            affinity: true,
            retry: RetryPolicy::default(),
        }
    }

    /// The strategy in effect.
    #[must_use]
    pub fn strategy(&self) -> UploadStrategy {
        if let Some(chosen) = self.strategy {
            return chosen;
        }
        let most = match &self.target {
            Target::Column(_) if self.mime.is_some() => 0,
            Target::Column(_) => AUTO_SINGLE,
            Target::Attachment(there) if !there.is_new() => u64::MAX,
            Target::Note(_) | Target::Attachment(_) => AUTO_RECORD,
        };
        if self.size > most { UploadStrategy::Blocks } else { UploadStrategy::Single }
    }

    /// The entity set name of the table whose names must be known: look them up with
    /// [`query::table`](crate::query::table). `None` when nothing has to be looked up.
    #[must_use]
    pub fn needs_table(&self) -> Option<&str> {
        let in_messages = self.strategy() == UploadStrategy::Blocks || self.target.is_new();
        self.target.unknown_table().filter(|_| in_messages)
    }

    /// What the file's MIME type is said to be.
    pub(crate) fn stated_mime(&self) -> &str {
        self.mime.as_deref().unwrap_or(&self.guessed_mime)
    }

    /// Whether the plan can work, as far as that can be told without asking the service. [`Upload::new`](crate::Upload::new)
    /// asks it too; ask before a look-up, so that nothing is sent for a plan that cannot work.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] or [`ErrorKind::TooLarge`]: empty file, bad name, bad MIME type, bad block size, a strategy
    /// that the target does not have.
    pub fn check(&self) -> Result<(), Error> {
        check_name(&self.file_name)?;
        check_mime(self.stated_mime())?;
        self.target.check()?;
        if self.size == 0 {
            return Err(Error::input("the file is empty; the service keeps no empty files"));
        }
        let strategy = self.strategy();
        match &self.target {
            Target::Column(_) => self.check_column(strategy)?,
            Target::Note(_) | Target::Attachment(_) => self.check_record(strategy)?,
        }
        if !(1..=LARGEST_BLOCK).contains(&self.block_size) {
            return Err(Error::input(format!(
                "a block has 1 to {LARGEST_BLOCK} bytes, not {}",
                self.block_size
            )));
        }
        if strategy == UploadStrategy::Blocks && self.size.div_ceil(self.block_size) > MOST_BLOCKS {
            return Err(Error::input(format!("more than {MOST_BLOCKS} blocks; choose larger ones")));
        }
        Ok(())
    }

    fn check_column(&self, strategy: UploadStrategy) -> Result<(), Error> {
        if self.mime.is_some() && strategy != UploadStrategy::Blocks {
            return Err(Error::input(
                "the service only keeps a MIME type with blocks; leave one of the two out",
            ));
        }
        if strategy == UploadStrategy::Single && self.size >= SINGLE_LIMIT {
            let why = format!("one request takes less than {SINGLE_LIMIT} bytes; use blocks or chunked");
            return Err(Error::new(ErrorKind::TooLarge, "input").because(why));
        }
        Ok(())
    }

    fn check_record(&self, strategy: UploadStrategy) -> Result<(), Error> {
        if strategy == UploadStrategy::Chunked {
            return Err(Error::input("notes and attachments take no chunks; use single or blocks"));
        }
        if strategy == UploadStrategy::Blocks
            && matches!(&self.target, Target::Attachment(it) if !it.is_new())
        {
            return Err(Error::input("blocks only make new attachments; replace one with single"));
        }
        if base64::length(self.size) > MOST_BASE64 {
            let why = format!(
                "a note or attachment takes {MOST_BASE64} characters of base64 at most, which are {} bytes",
                MOST_BASE64 / 4 * 3
            );
            return Err(Error::new(ErrorKind::TooLarge, "input").because(why));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attachment, Guid, Note};

    fn plan(target: impl Into<Target>, size: u64) -> UploadPlan {
        let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
        UploadPlan::new(contoso, target, "a.pdf", size)
    }

    fn id() -> Guid {
        "3878e950-8e51-ed11-bba1-000d3a9933c9".parse().unwrap()
    }

    #[test]
    fn auto_writes_small_files_with_their_note_and_sends_blocks_above() {
        for (size, strategy) in [
            (1, UploadStrategy::Single),
            (AUTO_RECORD, UploadStrategy::Single),
            (AUTO_RECORD + 1, UploadStrategy::Blocks),
        ] {
            assert_eq!(plan(Note::alone(), size).strategy(), strategy);
        }
        assert_eq!(plan(Attachment::existing(id()), 90_000_000).strategy(), UploadStrategy::Single);
    }

    #[test]
    fn what_a_note_or_attachment_cannot_take_is_refused_before_anything_is_sent() {
        assert!(plan(Note::alone(), 98_304_000).check().is_ok());
        let e = plan(Note::alone(), 98_304_001).check().unwrap_err();
        assert_eq!(e.kind(), ErrorKind::TooLarge);
        assert!(e.to_string().contains("98304000 bytes"), "{e}");
        let with = |target: Target, strategy| {
            UploadPlan { strategy: Some(strategy), ..plan(target, 9) }.check().map_err(|e| e.kind())
        };
        assert_eq!(with(Note::alone().into(), UploadStrategy::Chunked), Err(ErrorKind::Input));
        assert_eq!(with(Attachment::existing(id()).into(), UploadStrategy::Blocks), Err(ErrorKind::Input));
        assert_eq!(with(Attachment::existing(id()).into(), UploadStrategy::Single), Ok(()));
    }

    #[test]
    fn a_note_keeps_its_mime_type_whatever_the_way() {
        let typed = UploadPlan { mime: Some("a/b".into()), ..plan(Note::alone(), 9) };
        assert_eq!((typed.strategy(), typed.check().is_ok()), (UploadStrategy::Single, true));
    }
}
