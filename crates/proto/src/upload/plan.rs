//! What is to be uploaded, and how.
use crate::wire::name::{check_mime, check_name};
use crate::wire::{LARGEST_BLOCK, SINGLE_LIMIT};
use crate::{Column, Error, ErrorKind, Organization, RetryPolicy};

/// The service's three ways to take a file (file-columns §2).
///
/// ```
/// use dataverse_files_proto::UploadStrategy;
/// assert_eq!("blocks".parse::<UploadStrategy>().unwrap(), UploadStrategy::Blocks);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadStrategy {
    /// One PATCH with the whole file: less than 128 MB.
    Single,
    /// An opening, then ordered PATCHes; the service names their size.
    Chunked,
    /// Base64 blocks in any order, then a commit that lists them. The only way to choose a MIME type.
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
/// Most blocks of one file: what the storage behind the service takes.
const MOST_BLOCKS: u64 = 50_000;

/// Everything an [`Upload`](crate::Upload) needs to know. Fields not set keep the documented or sensible value.
///
/// ```
/// use dataverse_files_proto::{Organization, UploadPlan, UploadStrategy};
///
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// let plan = UploadPlan::new(contoso, column, "25mb.pdf", 25_870_370);
/// assert_eq!(plan.strategy(), UploadStrategy::Blocks, "above 16 MiB, and when a MIME type is asked for");
/// assert!(plan.needs_table());
/// ```
#[derive(Clone, Debug)]
pub struct UploadPlan {
    /// Where to.
    pub organization: Organization,
    /// Into which column; messages also need [`Column::with_table`].
    pub column: Column,
    /// 1 to 255 characters, no control characters.
    pub file_name: String,
    /// A MIME type asked for by the caller: only blocks can keep it (U12).
    pub mime: Option<String>,
    /// The MIME type blocks are committed with when none is asked for; the samples guess it from the name's extension.
    pub guessed_mime: String,
    /// Length of the source in bytes; 1 at least (U19).
    pub size: u64,
    /// `None` is `auto`: one PATCH up to [`AUTO_SINGLE`], blocks above, blocks whenever a MIME type is asked for.
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
    pub fn new(organization: Organization, column: Column, file_name: impl Into<String>, size: u64) -> Self {
        Self {
            organization,
            column,
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
        match self.strategy {
            Some(chosen) => chosen,
            None if self.mime.is_some() || self.size > AUTO_SINGLE => UploadStrategy::Blocks,
            None => UploadStrategy::Single,
        }
    }

    /// Whether the table's names must be known: look them up with [`query::table`](crate::query::table).
    #[must_use]
    pub fn needs_table(&self) -> bool {
        self.strategy() == UploadStrategy::Blocks && self.column.table().is_none()
    }

    /// Whether the plan can work, as far as that can be told without asking the service. [`Upload::new`](crate::Upload::new)
    /// asks it too; ask before a look-up, so that nothing is sent for a plan that cannot work.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] or [`ErrorKind::TooLarge`]: empty file, bad name, bad MIME type, bad block size.
    pub fn check(&self) -> Result<(), Error> {
        check_name(&self.file_name)?;
        check_mime(self.mime.as_deref().unwrap_or(&self.guessed_mime))?;
        if self.size == 0 {
            return Err(Error::input("the file is empty; the service keeps no empty files"));
        }
        let strategy = self.strategy();
        if self.mime.is_some() && strategy != UploadStrategy::Blocks {
            return Err(Error::input(
                "the service only keeps a MIME type with blocks; leave one of the two out",
            ));
        }
        if strategy == UploadStrategy::Single && self.size >= SINGLE_LIMIT {
            let why = format!("one request takes less than {SINGLE_LIMIT} bytes; use blocks or chunked");
            return Err(Error::new(ErrorKind::TooLarge, "input").because(why));
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
}
