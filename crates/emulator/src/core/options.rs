//! What the documents leave open, as switches. Each field names its ruling.
use std::fmt;
use std::time::Duration;

/// Bytes in a block or chunk at most: 4 MB before base64 (file-columns §2, U15).
pub(in crate::core) const BLOCK_LIMIT: u64 = 4_194_304;
/// Bytes in a file of an organization that keeps its files in the database: 128 MB (file-columns §2).
pub(in crate::core) const DATABASE_LIMIT: u64 = 134_217_728;
/// Bytes in a megabyte of the limits and of error texts.
pub(in crate::core) const MEGABYTE: u64 = 1_048_576;

/// What a server may put before the text of a raw property value (notes-attachments §5.1).
pub(in crate::core) const BYTE_ORDER_MARK: char = '\u{feff}';

/// How the organization reads what the documents leave open. [`Options::default`] is strict.
///
/// ```
/// use dataverse_files_emulator::core::Options;
///
/// let small_chunks = Options { chunk_size: 256, ..Options::default() };
/// assert!(small_chunks.chunking_supported);
/// ```
#[derive(Clone, PartialEq)]
pub struct Options {
    /// Scheme of the organization's own URLs in answers: `http`, or `https` behind a TLS proxy.
    pub scheme: String,
    /// Origin of SAS URLs, e.g. `http://127.0.0.1:8081`; no `/` at the end.
    pub storage_origin: String,
    /// The one bearer token that is accepted; any is when `None`.
    pub required_token: Option<String>,
    /// Bytes that `x-ms-chunk-size` recommends (U3).
    pub chunk_size: u64,
    /// The same under `/api/data/v9.1/`, where the older documents print 4096 (U3).
    pub chunk_size_v91: u64,
    /// How long an upload or download token is known (U7); undocumented.
    pub session_lifetime: Duration,
    /// How long a SAS URL works; documented as one hour (getfilesasurl).
    pub sas_lifetime: Duration,
    /// What a file name outside ASCII in a request header leads to (U10).
    pub header_names: HeaderNames,
    /// The smallest size in bytes that one PATCH may not carry: 128 MB (U13). 16,777,217 gives the 16 MB limit
    /// of the oldest document (U14).
    pub single_upload_limit: u64,
    /// The largest size in bytes that one GET may fetch, if there is a limit; 16,777,216 in older documents (D9).
    pub single_download_limit: Option<u64>,
    /// Whether an upload must return the `ARRAffinity` cookie that its opening set (U28).
    pub sticky: bool,
    /// Whether downloads announce `Content-Length` (D2).
    pub content_length: bool,
    /// Whether ranged downloads carry `Content-Range` (D3).
    pub content_range: bool,
    /// What a range that starts past the end leads to (D5).
    pub range_past_end: RangePastEnd,
    /// How a file name outside ASCII is written into a response header (D13).
    pub names_in_headers: NamesInHeaders,
    /// Whether `DownloadBlock` without `Offset` and `BlockLength` gives the whole file (D15).
    pub whole_file_block: bool,
    /// Whether `DownloadBlock` may ask for more than 4 MB (D25).
    pub long_download_blocks: bool,
    /// `IsChunkingSupported`: `false` for an organization with a key of its own, whose files live in the
    /// database (D22): no second block, no chunks, no ranges, no SAS URLs, 128 MB.
    pub chunking_supported: bool,
    /// Whether a record update may set a file column to `null` (X1).
    pub null_deletes_file: bool,
    /// Whether the text of a property's `$value` begins with a UTF-8 byte order mark, as servers may send it
    /// (notes-attachments §5.1): `name/$value` and the base64 of `documentbody/$value` alike.
    pub value_byte_order_mark: bool,
    /// Characters in a token; documented bodies imply about 800 (file-columns §3.1).
    pub token_length: usize,
    /// Rows in a page when `odata.maxpagesize` asks for no fewer.
    pub page_size: usize,
    /// The `x-ms-dop-hint` of every answer (send-parallel-requests).
    pub dop_hint: u32,
}

/// What a file name outside ASCII in a request header leads to (U10).
///
/// ```
/// use dataverse_files_emulator::core::{HeaderNames, Options};
///
/// assert_eq!(Options::loose().header_names, HeaderNames::Latin1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderNames {
    /// 400: the documents allow ASCII only.
    Refuse,
    /// Each byte is one character, as older servers read headers.
    Latin1,
}

/// What a range that starts at or past the end leads to (D5).
///
/// ```
/// use dataverse_files_emulator::core::{Options, RangePastEnd};
///
/// assert_eq!(Options::default().range_past_end, RangePastEnd::BadRequest);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangePastEnd {
    /// 400 `0x80090000`.
    BadRequest,
    /// 416 with the same code.
    NotSatisfiable,
}

/// How a file name outside ASCII is written into a response header (D13).
///
/// ```
/// use dataverse_files_emulator::core::{NamesInHeaders, Options};
///
/// let raw = Options { names_in_headers: NamesInHeaders::Utf8, ..Options::default() };
/// assert_ne!(raw, Options::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamesInHeaders {
    /// UTF-8, each byte outside ASCII as `%XX`.
    PercentEncoded,
    /// UTF-8 as it is.
    Utf8,
}

impl fmt::Debug for Options {
    /// Never shows the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("storage_origin", &self.storage_origin)
            .field("requires_token", &self.required_token.is_some())
            .field("chunk_size", &self.chunk_size)
            .field("chunking_supported", &self.chunking_supported)
            .field("sticky", &self.sticky)
            .finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Options {
        const HOUR: Duration = Duration::from_secs(3600);
        Options {
            scheme: "http".to_owned(),
            storage_origin: "http://127.0.0.1".to_owned(),
            required_token: None,
            chunk_size: BLOCK_LIMIT,
            chunk_size_v91: 4096,
            session_lifetime: 24 * HOUR,
            sas_lifetime: HOUR,
            header_names: HeaderNames::Refuse,
            single_upload_limit: 134_217_728,
            single_download_limit: None,
            sticky: false,
            content_length: false,
            content_range: false,
            range_past_end: RangePastEnd::BadRequest,
            names_in_headers: NamesInHeaders::PercentEncoded,
            whole_file_block: false,
            long_download_blocks: false,
            chunking_supported: true,
            null_deletes_file: false,
            value_byte_order_mark: false,
            token_length: 800,
            page_size: 5000,
            dop_hint: 4,
        }
    }
}

impl Options {
    /// The tolerant reading: what some server or some document would let pass, passes.
    ///
    /// ```
    /// use dataverse_files_emulator::core::Options;
    ///
    /// assert!(Options::loose().null_deletes_file);
    /// ```
    pub fn loose() -> Options {
        Options {
            header_names: HeaderNames::Latin1,
            content_length: true,
            content_range: true,
            whole_file_block: true,
            long_download_blocks: true,
            null_deletes_file: true,
            ..Options::default()
        }
    }
}
