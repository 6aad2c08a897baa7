//! What a request is for, told from its head alone: faults are placed by it, and the audit reads by it.
use std::fmt;

use http::Method;
use http::request::Parts;

/// Which of the two servers a request came to.
///
/// ```
/// use dataverse_files_emulator::kind::{Kind, Origin};
///
/// let (head, ()) = http::Request::get("/files/1").body(())?.into_parts();
/// assert_eq!(Kind::of(Origin::Storage, &head), Kind::Storage);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The organization: the Web API.
    Organization,
    /// The storage service behind SAS URLs, which takes no bearer token (D20, D24).
    Storage,
}

/// The step of a transfer that a request is.
///
/// ```
/// use dataverse_files_emulator::kind::{Kind, Origin};
///
/// let (head, ()) = http::Request::patch("/api/data/v9.2/accounts(1)/sample_filecolumn?sessiontoken=t")
///     .header("Content-Range", "bytes 0-4194303/25870370")
///     .body(())?
///     .into_parts();
/// assert_eq!(Kind::of(Origin::Organization, &head), Kind::Chunk);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `Initialize…BlocksUpload`.
    InitializeUpload,
    /// `UploadBlock`.
    Block,
    /// `Commit…BlocksUpload`.
    Commit,
    /// `Initialize…BlocksDownload`.
    InitializeDownload,
    /// `DownloadBlock`.
    DownloadBlock,
    /// A whole file in one PATCH.
    Single,
    /// The opening of a chunked upload.
    Open,
    /// One chunk of a chunked upload.
    Chunk,
    /// A whole file in one GET.
    Value,
    /// One range of a file.
    Range,
    /// `GetFileSasUrl`.
    SasUrl,
    /// Anything at the storage origin.
    Storage,
    /// `DeleteFile`, or DELETE of a column.
    DeleteFile,
    /// A record, or several, read.
    Read,
    /// A record written or deleted.
    Write,
    /// Anything about definitions.
    Definition,
    /// Anything else.
    Other,
}

impl Kind {
    /// Every kind, in the order of the steps of transfers.
    pub const ALL: [Kind; 17] = [
        Kind::InitializeUpload,
        Kind::Block,
        Kind::Commit,
        Kind::InitializeDownload,
        Kind::DownloadBlock,
        Kind::Single,
        Kind::Open,
        Kind::Chunk,
        Kind::Value,
        Kind::Range,
        Kind::SasUrl,
        Kind::Storage,
        Kind::DeleteFile,
        Kind::Read,
        Kind::Write,
        Kind::Definition,
        Kind::Other,
    ];

    /// The kind of the request with this head. A head that makes no sense is [`Kind::Other`].
    pub fn of(origin: Origin, head: &Parts) -> Kind {
        if origin == Origin::Storage {
            return Kind::Storage;
        }
        if is_image_page(head) {
            return Kind::Value;
        }
        let mut segments = head.uri.path().split('/').filter(|segment| !segment.is_empty()).skip(3);
        let (Some(first), second, last) = (segments.next(), segments.next(), segments.last()) else {
            return Kind::Other;
        };
        let last = last.or(second);
        match head.method {
            Method::POST => Kind::of_message(first),
            _ if is_definition(first) => Kind::Definition,
            Method::GET | Method::HEAD if first.starts_with("GetFileSasUrl") => Kind::SasUrl,
            Method::GET | Method::HEAD => match last {
                Some(_) if head.headers.contains_key("range") && !is_base64_text(first, second) => {
                    Kind::Range
                }
                Some("$value") => Kind::Value,
                _ => Kind::Read,
            },
            Method::PATCH if second.is_some() => Kind::of_patch(head),
            Method::DELETE if second.is_some() => Kind::DeleteFile,
            Method::PATCH | Method::PUT | Method::DELETE => Kind::Write,
            _ => Kind::Other,
        }
    }

    fn of_message(name: &str) -> Kind {
        let between = |start, end| name.starts_with(start) && name.ends_with(end);
        match name {
            "UploadBlock" => Kind::Block,
            "DownloadBlock" => Kind::DownloadBlock,
            "DeleteFile" => Kind::DeleteFile,
            _ if between("Initialize", "BlocksUpload") => Kind::InitializeUpload,
            _ if between("Initialize", "BlocksDownload") => Kind::InitializeDownload,
            _ if between("Commit", "BlocksUpload") => Kind::Commit,
            _ if is_definition(name) => Kind::Definition,
            _ => Kind::Write,
        }
    }

    fn of_patch(head: &Parts) -> Kind {
        // A session token makes it a chunk, whatever else it says (U30).
        if session(head).is_some() || head.headers.contains_key("content-range") {
            return Kind::Chunk;
        }
        let opens = head.headers.get("x-ms-transfer-mode").is_some_and(|mode| mode == "chunked");
        if opens { Kind::Open } else { Kind::Single }
    }
}

/// The value of the session token in the query, in either dialect (U1); empty when it is printed without one.
pub(crate) fn session(head: &Parts) -> Option<&str> {
    head.uri.query()?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key.eq_ignore_ascii_case("sessiontoken") || key.eq_ignore_ascii_case("FileContinuationToken"))
            .then_some(value)
    })
}

/// Whether a request is for the page that `<col>_url` leads to (image-columns §7), which is outside the Web API.
/// Servers of such pages do not tell the case of paths.
pub(crate) fn is_image_page(head: &Parts) -> bool {
    head.uri.path().eq_ignore_ascii_case("/Image/download.aspx")
}

/// Whether a column holds the file of a note or an attachment as base64 text, of which there are no ranges
/// (notes-attachments §5.1).
fn is_base64_text(record: &str, column: Option<&str>) -> bool {
    [("annotations(", "documentbody"), ("activitymimeattachments(", "body")]
        .iter()
        .any(|(set, body)| record.starts_with(set) && column == Some(body))
}

fn is_definition(segment: &str) -> bool {
    ["EntityDefinitions", "RelationshipDefinitions", "GlobalOptionSetDefinitions", "$metadata"]
        .iter()
        .any(|set| segment.starts_with(set))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::InitializeUpload => "initialize-upload",
            Kind::Block => "block",
            Kind::Commit => "commit",
            Kind::InitializeDownload => "initialize-download",
            Kind::DownloadBlock => "download-block",
            Kind::Single => "single",
            Kind::Open => "open",
            Kind::Chunk => "chunk",
            Kind::Value => "value",
            Kind::Range => "range",
            Kind::SasUrl => "sas-url",
            Kind::Storage => "storage",
            Kind::DeleteFile => "delete-file",
            Kind::Read => "read",
            Kind::Write => "write",
            Kind::Definition => "definition",
            Kind::Other => "other",
        })
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn kind(method: &str, path: &str, header: Option<(&str, &str)>) -> Kind {
        let mut request = Request::builder().method(method).uri(format!("/api/data/v9.2/{path}"));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        Kind::of(Origin::Organization, &request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn every_step_of_every_transfer_is_told_apart() {
        let column = "accounts(1)/sample_filecolumn";
        let range = Some(("Range", "bytes=0-1"));
        let mode = Some(("x-ms-transfer-mode", "chunked"));
        for (method, path, header, expected) in [
            ("POST", "InitializeFileBlocksUpload", None, Kind::InitializeUpload),
            ("POST", "InitializeAnnotationBlocksUpload", None, Kind::InitializeUpload),
            ("POST", "UploadBlock", None, Kind::Block),
            ("POST", "CommitAttachmentBlocksUpload", None, Kind::Commit),
            ("POST", "InitializeFileBlocksDownload", None, Kind::InitializeDownload),
            ("POST", "DownloadBlock", None, Kind::DownloadBlock),
            ("POST", "DeleteFile", None, Kind::DeleteFile),
            ("DELETE", column, None, Kind::DeleteFile),
            ("PATCH", column, None, Kind::Single),
            ("PATCH", &format!("{column}?x-ms-file-name=a"), mode, Kind::Open),
            ("PATCH", &format!("{column}?sessiontoken=t"), mode, Kind::Chunk),
            ("PATCH", &format!("{column}?FileContinuationToken"), None, Kind::Chunk),
            ("PATCH", column, Some(("Content-Range", "bytes 0-1/2")), Kind::Chunk),
            ("GET", &format!("{column}/$value"), None, Kind::Value),
            ("GET", &format!("{column}/$value?size=full"), range, Kind::Range),
            ("GET", column, range, Kind::Range),
            ("GET", column, None, Kind::Read),
            ("GET", "accounts(1)?$select=name", None, Kind::Read),
            ("GET", "accounts", None, Kind::Read),
            ("POST", "InitializeAttachmentBlocksUpload", None, Kind::InitializeUpload),
            ("POST", "CommitAnnotationBlocksUpload", None, Kind::Commit),
            ("POST", "InitializeAnnotationBlocksDownload", None, Kind::InitializeDownload),
            ("POST", "InitializeAttachmentBlocksDownload", None, Kind::InitializeDownload),
            ("GET", "annotations(1)/documentbody/$value", None, Kind::Value),
            ("GET", "annotations(1)/documentbody/$value", range, Kind::Value),
            ("GET", "annotations(1)/new_file/$value", range, Kind::Range),
            ("GET", "activitymimeattachments(1)/body/$value", None, Kind::Value),
            ("GET", "annotations(1)/documentbody", None, Kind::Read),
            ("GET", "annotations(1)?$select=documentbody", None, Kind::Read),
            ("GET", "accounts(1)/Account_Annotation", None, Kind::Read),
            ("POST", "annotations", None, Kind::Write),
            ("PATCH", "annotations(1)", None, Kind::Write),
            ("PUT", "annotations(1)/documentbody", None, Kind::Write),
            ("DELETE", "annotations(1)", None, Kind::Write),
            ("DELETE", "annotations(1)/documentbody", None, Kind::DeleteFile),
            ("GET", "GetFileSasUrl(Target=@t,FileAttributeName=@f)?@f='x'", None, Kind::SasUrl),
            ("PATCH", "accounts(1)", None, Kind::Write),
            ("PUT", "accounts(1)/name", None, Kind::Write),
            ("DELETE", "accounts(1)", None, Kind::Write),
            ("POST", "accounts", None, Kind::Write),
            ("GET", "EntityDefinitions(LogicalName='account')/Attributes", None, Kind::Definition),
            ("POST", "EntityDefinitions(LogicalName='account')/Attributes", None, Kind::Definition),
            ("OPTIONS", column, None, Kind::Other),
            ("GET", "", None, Kind::Other),
        ] {
            assert_eq!(kind(method, path, header), expected, "{method} {path}");
        }
    }

    #[test]
    fn the_page_of_images_is_a_download_outside_the_web_api() {
        let uri = "/Image/download.aspx?Entity=account&Attribute=a&Id=1&Timestamp=2";
        let (head, ()) = Request::get(uri).body(()).unwrap().into_parts();
        assert_eq!(Kind::of(Origin::Organization, &head), Kind::Value);
    }

    #[test]
    fn everything_at_the_storage_origin_is_storage() {
        let head = Request::get("/api/data/v9.2/accounts").body(()).unwrap().into_parts().0;
        assert_eq!(Kind::of(Origin::Storage, &head), Kind::Storage);
    }
}
