//! What is to be downloaded, and how.
use super::DownloadCheckpoint;
use crate::wire::LARGEST_BLOCK;
use crate::{Error, Organization, RetryPolicy, Target};

/// The service's ways to give a file (file-columns §7, notes-attachments §5).
///
/// ```
/// use dataverse_files_proto::DownloadStrategy;
/// assert_eq!("sas".parse::<DownloadStrategy>().unwrap(), DownloadStrategy::Sas);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DownloadStrategy {
    /// One GET with the whole file: bytes of a column, base64 text of a note or an attachment.
    Single,
    /// GETs of ranges, in parallel. Columns only.
    Ranged,
    /// Base64 blocks of a session, in parallel; the session is bound to one file, whatever replaces it.
    Blocks,
    /// Ranges of an anonymous storage URL.
    Sas,
    /// One GET of the record with the file in its JSON. Notes and attachments only.
    Record,
}

impl DownloadStrategy {
    /// As `dvf --strategy` spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DownloadStrategy::Single => "single",
            DownloadStrategy::Ranged => "ranged",
            DownloadStrategy::Blocks => "blocks",
            DownloadStrategy::Sas => "sas",
            DownloadStrategy::Record => "record",
        }
    }
}

impl std::str::FromStr for DownloadStrategy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Single, Self::Ranged, Self::Blocks, Self::Sas, Self::Record]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| {
                let why =
                    format!("{text:?} is not a way to download; use single, ranged, blocks, sas or record");
                Error::input(why)
            })
    }
}

/// Which of the two an image column gives.
///
/// ```
/// use dataverse_files_proto::ImageSize;
/// assert_eq!("thumbnail".parse::<ImageSize>().unwrap(), ImageSize::Thumbnail);
/// assert_eq!(ImageSize::default(), ImageSize::Full);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ImageSize {
    /// The bytes that were uploaded, where the column kept them.
    #[default]
    Full,
    /// A square of at most 144 pixels, in a format of the service's choice. It comes in one request.
    Thumbnail,
}

impl std::str::FromStr for ImageSize {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "full" => Ok(ImageSize::Full),
            "thumbnail" => Ok(ImageSize::Thumbnail),
            other => Err(Error::input(format!("{other:?} is no image size; use full or thumbnail"))),
        }
    }
}

/// Everything a [`Download`](crate::Download) needs to know. Fields not set keep the documented or sensible value.
///
/// ```
/// use dataverse_files_proto::{DownloadPlan, DownloadStrategy, Organization, Target};
///
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let column: Target = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// let plan = DownloadPlan { strategy: Some(DownloadStrategy::Blocks), ..DownloadPlan::new(contoso, column) };
/// assert_eq!(plan.part_size, 4_194_304);
/// ```
#[derive(Clone, Debug)]
pub struct DownloadPlan {
    /// Where from.
    pub organization: Organization,
    /// From where; without [`Target::with_table`], blocks of a column look the table's names up first.
    pub target: Target,
    /// `None` is `auto`. Columns: one request when its answer is the whole file, parallel ranges above; one request, then
    /// one block, when the organization gives no ranges (D9, D22). Notes and attachments: a look at the record tells the
    /// size; one request up to [`part_size`](Self::part_size), parallel blocks above.
    pub strategy: Option<DownloadStrategy>,
    /// Of an image column ([`Column::as_image`](crate::Column::as_image)); files have one size only.
    pub image_size: ImageSize,
    /// Bytes of one range or block, 1..=4194304 (D6, D25).
    pub part_size: u64,
    /// Most requests in the air at once.
    pub window: usize,
    /// How many parts behind the first missing one may be asked for; bounds what a reader in order must hold back.
    /// `None`: no bound, for a destination that takes any position.
    pub ahead: Option<usize>,
    /// Whether the destination can take back what it has got ([`Event::Restart`](crate::Event::Restart)); without, a file that
    /// was replaced half-way is an error at once.
    pub may_restart: bool,
    /// Make a checkpoint possible: costs one look at the record where the file has more than one part.
    pub resumable: bool,
    /// Go on from here.
    pub resume: Option<DownloadCheckpoint>,
    /// Fail when the file is larger than this many bytes.
    pub limit: Option<u64>,
    /// Give back the affinity cookies of the organization within this download (U28).
    pub affinity: bool,
    /// How often, how long.
    pub retry: RetryPolicy,
}

impl DownloadPlan {
    /// A plan for `auto`, with four requests in the air.
    #[must_use]
    pub fn new(organization: Organization, target: impl Into<Target>) -> Self {
        Self {
            organization,
            target: target.into(),
            strategy: None,
            image_size: ImageSize::default(),
            part_size: LARGEST_BLOCK,
            window: 4,
            ahead: None,
            may_restart: true,
            resumable: false,
            resume: None,
            limit: None,
            affinity: true,
            retry: RetryPolicy::default(),
        }
    }

    pub(super) fn is_thumbnail(&self) -> bool {
        self.target.is_image() && self.image_size == ImageSize::Thumbnail
    }

    /// The entity set name of the table whose names must be known: look them up with
    /// [`query::table`](crate::query::table). `None` when nothing has to be looked up.
    #[must_use]
    pub fn needs_table(&self) -> Option<&str> {
        self.target.unknown_table().filter(|_| self.strategy == Some(DownloadStrategy::Blocks))
    }

    /// Whether the plan can work, as far as that can be told without asking the service. [`Download::new`](crate::Download::new)
    /// asks it too; ask before a look-up, so that nothing is sent for a plan that cannot work.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input): bad part size, a strategy that the target does not have, nothing there
    /// yet, a checkpoint of another download.
    pub fn check(&self) -> Result<(), Error> {
        if !(1..=LARGEST_BLOCK).contains(&self.part_size) {
            return Err(Error::input(format!(
                "a part has 1 to {LARGEST_BLOCK} bytes, not {}",
                self.part_size
            )));
        }
        if self.is_thumbnail()
            && matches!(self.strategy, Some(DownloadStrategy::Blocks | DownloadStrategy::Sas))
        {
            return Err(Error::input(
                "blocks and sas only give full images; get the thumbnail with auto or single",
            ));
        }
        let is_column = self.target.column().is_some();
        match self.strategy {
            Some(DownloadStrategy::Ranged) if !is_column => {
                return Err(Error::input(
                    "notes and attachments have no ranges; use single, record, blocks or sas",
                ));
            }
            Some(DownloadStrategy::Record) if is_column => {
                return Err(Error::input("only notes and attachments hold their file in the record"));
            }
            _ => {}
        }
        if self.target.record().is_none() || self.target.is_new() {
            return Err(Error::input(format!(
                "{} is yet to be made and holds nothing to download; name one that is there",
                self.target
            )));
        }
        if self.resume.as_ref().is_some_and(|from| from.target != self.target.to_string()) {
            return Err(Error::input("the checkpoint belongs to another download; start without --resume"));
        }
        Ok(())
    }
}
