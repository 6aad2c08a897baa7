//! Every error the organization answers, as data: code, status and text of errors-and-limits.
use http::StatusCode;

/// One line of the error tables.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::core) struct Code {
    /// As JSON bodies print it in hexadecimal.
    pub(in crate::core) number: u32,
    /// As the tables say; 400 where they are silent (E1).
    pub(in crate::core) status: StatusCode,
    /// With `{0}`, `{1}`, … for what is inserted.
    pub(in crate::core) text: &'static str,
}

const fn code(number: u32, status: StatusCode, text: &'static str) -> Code {
    Code { number, status, text }
}

const BAD: StatusCode = StatusCode::BAD_REQUEST;

// File codes, errors-and-limits §4.
pub(in crate::core) const FILE_RANGE: Code = code(
    0x8009_0000,
    BAD,
    "Chunk range used in this call is either not valid or it is bigger than allowed {0} MB.",
);
pub(in crate::core) const SINGLE_REQUEST_SIZE: Code = code(
    0x8009_0001,
    BAD,
    "Maximum file size supported for {0} is [{1}] MB. File of [{2} MB] size may only be {0}ed using staged chunk {0}.",
);
pub(in crate::core) const PARAMETER_COUNT: Code =
    code(0x8009_0002, BAD, "Invalid number of parameters [{0}] provided in request URL.");
pub(in crate::core) const FILE_PARAMETER: Code =
    code(0x8009_0003, BAD, "Invalid parameter [{0}] provided in request URL.");
pub(in crate::core) const FILE_CONTENT_NULL: Code = code(0x8009_0004, BAD, "File content can not be null.");
pub(in crate::core) const CONTENT_RANGE: Code = code(
    0x8009_0005,
    BAD,
    "Content range is either not valid or size of the payload [{0}] doesn't match with the chunk size provided.",
);
pub(in crate::core) const BLOCK_LIST: Code = code(
    0x8009_0006,
    BAD,
    "Commit file operation failed. Either the specified block list is invalid or some chunk(s) are missing to upload.",
);
pub(in crate::core) const FILE_ATTRIBUTE_NAME: Code =
    code(0x8009_0007, BAD, "Invalid File Attribute Name: [{0}].");
pub(in crate::core) const CHUNK_SIZE: Code =
    code(0x8009_0008, BAD, "Invalid file chunk size: {0} MB. Maximum chunk size supported: {1} MB.");
pub(in crate::core) const DATABASE_SIZE: Code =
    code(0x8009_0016, BAD, "Maximum file size supported for files stored in the database is [{0}] MB.");
pub(in crate::core) const DATABASE_CHUNKS: Code =
    code(0x8009_0017, BAD, "{0} in multiple chunks is not supported for the files stored in the database.");
pub(in crate::core) const IMAGE_SIZE: Code = code(
    0x8007_2553,
    BAD,
    "Error occured when processing image. Reason: File size is too big. MaxSize: {0} MB, Uploaded filesize: {1} MB.",
);
/// The text ends where the documented one does (image-columns §4).
pub(in crate::core) const IMAGE_CONTENT: Code = code(
    0x8007_2553,
    BAD,
    "Error occured when processing image. Reason: Update image properties failed for objectid: {0}, logicalName: {1}, attribute: {2}",
);
pub(in crate::core) const IMAGE_WITHOUT_FULL: Code =
    code(0x8009_000d, BAD, "Image attribute {0} of entity {1} does not support storing full image.");
pub(in crate::core) const IMAGE_MAX_SIZE: Code = code(
    0x8009_000e,
    BAD,
    "Invalid MaxSizeInKB for image attribute {0} of entity {1}. Valid size should be between [{2} - {3}] KB",
);
pub(in crate::core) const FILE_MAX_SIZE: Code =
    code(0x8009_0009, BAD, "Invalid size for file type attribute. Valid size should be between [0-{0}] KB");
pub(in crate::core) const IMAGE_ON_CREATE: Code = code(
    0x8009_0487,
    BAD,
    "Non-primary image attribute {0} of entity {1} is not allowed to upload during Create operation.",
);
/// With the id of the image, its column, its table and its record (image-columns §4, I6).
pub(in crate::core) const NO_FULL_IMAGE: Code = code(
    0x8004_0217,
    StatusCode::NOT_FOUND,
    "No FileAttachment records found for imagedescriptorId: {0} for image attribute: {1} of {2} record with id {3}.",
);
pub(in crate::core) const FILE_STORE_OFF: Code =
    code(0x8007_2520, BAD, "Feature not enabled for this organization");
pub(in crate::core) const MIME_NOT_ALLOWED: Code =
    code(0x8007_2521, BAD, "Operation not allowed as mime type {0} is not in the allow list.");
pub(in crate::core) const MIME_BLOCKED: Code =
    code(0x8007_2522, BAD, "Operation not allowed as mime type {0} is blocked.");

// Notes and attachments, errors-and-limits §5; file columns share some.
pub(in crate::core) const ATTACHMENT_BLOCKED: Code = code(
    0x8004_3e09,
    BAD,
    "The attachment is either not a valid type or is too large. It cannot be uploaded or downloaded.",
);
pub(in crate::core) const ATTACHMENT_SIZE: Code = code(0x8004_4a02, BAD, "Attachment file size is too big.");
pub(in crate::core) const ATTACHMENT_EMPTY: Code = code(0x8004_4a04, BAD, "Attachment is empty.");
pub(in crate::core) const ATTACHMENT_NOT_FOUND: Code =
    code(0x8004_8493, StatusCode::NOT_FOUND, "The reference to the attachment couldn't be found.");
pub(in crate::core) const ATTACHMENT_ID: Code = code(0x8005_0005, BAD, "Invalid activityMimeAttachmentId.");
pub(in crate::core) const FILE_NAME_CHARACTERS: Code =
    code(0x8004_4a08, BAD, "Attachment file name contains invalid characters.");

// General codes, errors-and-limits §6.
pub(in crate::core) const NOT_FOUND: Code =
    code(0x8004_0217, StatusCode::NOT_FOUND, "The specified object was not found.");
pub(in crate::core) const DUPLICATE_RECORD: Code =
    code(0x8004_0237, StatusCode::PRECONDITION_FAILED, "A record with matching key values already exists.");
pub(in crate::core) const NO_SUCH_KEY_VALUE: Code = code(
    0x8006_0891,
    StatusCode::NOT_FOUND,
    "A record with the specified key values does not exist in {0} entity",
);
pub(in crate::core) const KEY_NOT_DEFINED: Code =
    code(0x8006_0890, BAD, "The specified key attributes are not a defined key for the {0} entity");
pub(in crate::core) const INVALID_ARGUMENT: Code = code(0x8004_0203, BAD, "Invalid argument. {0}");
pub(in crate::core) const BAD_REQUEST: Code =
    code(0x8005_f100, BAD, "The request could not be understood by the server. {0}");
pub(in crate::core) const NOT_IMPLEMENTED: Code =
    code(0x8004_0219, StatusCode::NOT_IMPLEMENTED, "The requested functionality is not yet implemented.");
pub(in crate::core) const UNEXPECTED: Code =
    code(0x8004_0216, StatusCode::INTERNAL_SERVER_ERROR, "An unexpected error occurred. {0}");
pub(in crate::core) const NOT_SUPPORTED: Code =
    code(0x8004_0315, StatusCode::METHOD_NOT_ALLOWED, "This action is not supported.");
pub(in crate::core) const REQUEST_TOO_LARGE: Code =
    code(0x8004_418a, StatusCode::PAYLOAD_TOO_LARGE, "Request message length is too large.");
pub(in crate::core) const PAYLOAD: Code = code(
    0x8004_8d19,
    BAD,
    "Error identified in Payload provided by the user for Entity :'{0}', For more information on this error please \
     follow this help link {2}  ---->  InnerException : {1}.",
);
/// As a URL segment 404, as a query option 400 (M4).
pub(in crate::core) const SEGMENT: Code =
    code(0x8006_0888, StatusCode::NOT_FOUND, "Resource not found for the segment '{0}'.");
/// The same number for a URL that can not be read at all.
pub(in crate::core) const QUERY_SYNTAX: Code =
    code(0x8006_0888, BAD, "Bad Request - Error in query syntax. {0}");
pub(in crate::core) const BODY_PROPERTY: Code =
    code(0x8009_0801, BAD, "Invalid property '{0}' was found in entity '{1}'.");
pub(in crate::core) const BIND_PROPERTY: Code =
    code(0x8009_0800, BAD, "Invalid URL '{0}' for the property '{1}'.");
pub(in crate::core) const ENTITY_NOT_SUPPORTED: Code =
    code(0x8010_0008, BAD, "{0} entity does not support this message.");
pub(in crate::core) const ENTITY_NOT_FOUND: Code =
    code(0x8009_4005, StatusCode::NOT_FOUND, "Could not find table with name '{0}'.");
pub(in crate::core) const METADATA_NOT_FOUND: Code =
    code(0x8004_024a, StatusCode::NOT_FOUND, "Metadata not found.");
/// A column whose schema name is taken; the text is all insert.
pub(in crate::core) const DUPLICATE_COLUMN: Code = code(0x8004_7013, BAD, "{0}");
/// A column that would take the name of one that the organization made by itself.
pub(in crate::core) const COLUMN_EXISTS: Code =
    code(0x8006_0304, BAD, "Attribute {0} already exists for entity {1}.");
/// A table whose name is taken. The text of the tables is not known; it says what is in the way.
pub(in crate::core) const OBJECT_EXISTS: Code = code(0x8004_e30a, BAD, "{0}");
/// The text of the tables is not known.
pub(in crate::core) const IN_USE: Code =
    code(0x8004_f01f, BAD, "The component cannot be deleted because it is in use: {0}");
pub(in crate::core) const STRING_TOO_LONG: Code =
    code(0x8004_4331, BAD, "A validation error occurred. A string value provided is too long.");

// Concurrency, errors-and-limits §7.
pub(in crate::core) const VERSION_MISMATCH: Code = code(
    0x8006_0882,
    StatusCode::PRECONDITION_FAILED,
    "The version of the existing record doesn't match the RowVersion property provided.",
);

// Authentication, errors-and-limits §8.
pub(in crate::core) const NOT_AUTHENTICATED: Code =
    code(0x8004_4302, StatusCode::UNAUTHORIZED, "Request is not authenticated.");
pub(in crate::core) const TOKEN_INVALID: Code =
    code(0x8004_1d50, StatusCode::UNAUTHORIZED, "The OAuth token is invalid");
