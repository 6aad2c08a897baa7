//! Actions and functions: their names and parameters as data.
use std::collections::BTreeMap;

use http::{Method, Response, StatusCode};
use serde_json::{Map, Value};

use super::family::Family;
use super::fault::{Answer, Fault};
use super::options::{BLOCK_LIMIT, DATABASE_LIMIT, MEGABYTE, Options};
use super::request::Request;
use super::{Core, IGNORED, answer, errors};
use crate::payload::{Content, Intake, Payload, Stored};

/// The messages this organization knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Message {
    WhoAmI,
    GetFileSasUrl,
    /// `Initialize…BlocksUpload`.
    InitializeUpload(Family),
    UploadBlock,
    /// `Commit…BlocksUpload`.
    CommitUpload(Family),
    /// `Initialize…BlocksDownload`.
    InitializeDownload(Family),
    DownloadBlock,
    DeleteFile,
}

/// The parameters of an action.
#[derive(Debug)]
struct Parameters {
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

/// Names of the parameters, exactly as they are written (file-columns §3, §7.3, §8.1; notes-attachments §4, §5.2).
const TARGET: &str = "Target";
const TOKEN: &str = "FileContinuationToken";
const BLOCK_DATA: &str = "BlockData";

/// An action's body, checked against its parameters.
#[derive(Debug)]
pub(in crate::core) struct Call {
    message: Message,
    values: Map<String, Value>,
    blobs: BTreeMap<String, Stored>,
}

impl Message {
    pub(in crate::core) fn parse(name: &str) -> Option<Message> {
        Some(match name {
            "WhoAmI" => Message::WhoAmI,
            "GetFileSasUrl" => Message::GetFileSasUrl,
            "UploadBlock" => Message::UploadBlock,
            "DownloadBlock" => Message::DownloadBlock,
            "DeleteFile" => Message::DeleteFile,
            _ => return Family::ALL.into_iter().find_map(|family| Message::of_family(name, family)),
        })
    }

    fn of_family(name: &str, family: Family) -> Option<Message> {
        let (verb, direction) = name.split_once(&format!("{}Blocks", family.word()))?;
        match (verb, direction) {
            ("Initialize", "Upload") => Some(Message::InitializeUpload(family)),
            ("Commit", "Upload") => Some(Message::CommitUpload(family)),
            ("Initialize", "Download") => Some(Message::InitializeDownload(family)),
            _ => None,
        }
    }

    /// As URLs spell it.
    pub(in crate::core) fn name(self) -> String {
        match self {
            Message::InitializeUpload(family) => format!("Initialize{}BlocksUpload", family.word()),
            Message::CommitUpload(family) => format!("Commit{}BlocksUpload", family.word()),
            Message::InitializeDownload(family) => format!("Initialize{}BlocksDownload", family.word()),
            plain => format!("{plain:?}"),
        }
    }

    /// Functions are asked with GET, actions with POST.
    pub(in crate::core) fn is_function(self) -> bool {
        matches!(self, Message::WhoAmI | Message::GetFileSasUrl)
    }

    fn parameters(self) -> Parameters {
        let (required, optional): (&[&str], &[&str]) = match self {
            Message::WhoAmI | Message::GetFileSasUrl => (&[], &[]),
            Message::InitializeUpload(Family::Column) => (&[TARGET, "FileName", "FileAttributeName"], &[]),
            // Of a note or an attachment the record itself says all of that.
            Message::InitializeUpload(_) | Message::InitializeDownload(Family::Note | Family::Attachment) => {
                (&[TARGET], &[])
            }
            Message::UploadBlock => (&["BlockId", BLOCK_DATA, TOKEN], &[]),
            Message::CommitUpload(Family::Column) => (&["FileName", "MimeType", "BlockList", TOKEN], &[]),
            Message::CommitUpload(_) => (&[TARGET, "BlockList", TOKEN], &[]),
            Message::InitializeDownload(Family::Column) => (&[TARGET, "FileAttributeName"], &["DataSource"]),
            // The handler asks for both numbers itself: an option makes up for them (D15).
            Message::DownloadBlock => (&[TOKEN], &["Offset", "BlockLength"]),
            Message::DeleteFile => (&["FileId"], &[]),
        };
        Parameters { required, optional }
    }

    pub(in crate::core) fn check_method(self, request: &Request<'_>) -> Answer<()> {
        let (right, allowed) = match self.is_function() {
            true => (request.reads(), "GET,HEAD,OPTIONS"),
            false => (request.head.method == Method::POST, "POST,OPTIONS"),
        };
        if right { Ok(()) } else { Err(Fault::method_not_allowed(allowed)) }
    }

    /// The parameters of an action, out of its body.
    pub(in crate::core) fn call(self, content: Content, options: &Options) -> Answer<Call> {
        let (values, blobs) = match content {
            Content::Json { value: Value::Object(values), blobs } => (values, blobs),
            Content::Malformed(reason) => return Err(self.payload_fault(&reason)),
            Content::TooLong(length) if self == Message::UploadBlock => {
                return Err(block_too_long(length, options));
            }
            Content::TooLong(_) => return Err(errors::REQUEST_TOO_LARGE.fault()),
            Content::Json { .. } | Content::Bytes(_) | Content::Blob(_) => {
                return Err(self.payload_fault("the body is no JSON object"));
            }
        };
        let call = Call { message: self, values, blobs };
        call.check()?;
        Ok(call)
    }

    fn payload_fault(self, reason: &str) -> Fault {
        Fault::payload(&self.name(), reason)
    }
}

/// A block above what one message may carry. In the database that is a whole file (D22).
fn block_too_long(length: u64, options: &Options) -> Fault {
    let limit = block_limit(options);
    if !options.chunking_supported {
        return errors::DATABASE_SIZE.with(&[&(limit / MEGABYTE).to_string()]);
    }
    errors::CHUNK_SIZE.with(&[&(length / MEGABYTE).to_string(), &(limit / MEGABYTE).to_string()])
}

/// Bytes in one block. Files in the database come whole, in one block.
fn block_limit(options: &Options) -> u64 {
    if options.chunking_supported { BLOCK_LIMIT } else { DATABASE_LIMIT }
}

impl Call {
    /// No parameter is unknown, none that is required is missing or null.
    fn check(&self) -> Answer<()> {
        let Parameters { required, optional } = self.message.parameters();
        let given = self.values.keys().chain(self.blobs.keys()).map(String::as_str);
        for name in given.filter(|name| !name.starts_with('@')) {
            if !required.contains(&name) && !optional.contains(&name) {
                let operation = self.message.name();
                let reason = format!(
                    "The parameter '{name}' in the request payload is not a valid parameter for the operation '{operation}'"
                );
                return Err(self.message.payload_fault(&reason));
            }
        }
        match required.iter().find(|name| !self.has(name)) {
            Some(name) => {
                Err(errors::INVALID_ARGUMENT.with(&[&format!("The parameter '{name}' is missing.")]))
            }
            None => Ok(()),
        }
    }

    /// The answer to the message, named after it.
    pub(in crate::core) fn response(
        &self,
        request: &Request<'_>,
        body: Map<String, Value>,
    ) -> Response<Payload> {
        let context = request.context(&format!("Microsoft.Dynamics.CRM.{}Response", self.message.name()));
        answer::json(StatusCode::OK, answer::with_context(context, body))
    }

    fn has(&self, name: &str) -> bool {
        self.blobs.contains_key(name) || self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// A parameter that is text.
    pub(in crate::core) fn text(&self, name: &str) -> Answer<&str> {
        let value = self.values.get(name).and_then(Value::as_str);
        value.ok_or_else(|| self.message.payload_fault(&format!("The parameter '{name}' is no text")))
    }

    /// A parameter that is a whole number; `None` when it was left out.
    pub(in crate::core) fn number(&self, name: &str) -> Answer<Option<i64>> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let fault = || self.message.payload_fault(&format!("The parameter '{name}' is no Edm.Int64"));
                value.as_i64().map(Some).ok_or_else(fault)
            }
        }
    }

    /// A parameter that is a list of texts.
    pub(in crate::core) fn texts(&self, name: &str) -> Answer<Vec<&str>> {
        let list = self.values.get(name).and_then(Value::as_array);
        let texts = list.and_then(|list| list.iter().map(Value::as_str).collect());
        texts
            .ok_or_else(|| self.message.payload_fault(&format!("The parameter '{name}' is no list of texts")))
    }

    /// `Target`.
    pub(in crate::core) fn target(&self) -> Answer<&Map<String, Value>> {
        let target = self.values.get(TARGET).and_then(Value::as_object);
        target.ok_or_else(|| self.message.payload_fault("The parameter 'Target' is no record"))
    }

    pub(in crate::core) fn token(&self) -> Answer<&str> {
        self.text(TOKEN)
    }

    /// `BlockData`, which is a blob by now.
    pub(in crate::core) fn block_data(&self) -> Answer<Stored> {
        let blob = self.blobs.get(BLOCK_DATA).copied();
        blob.ok_or_else(|| self.message.payload_fault("The parameter 'BlockData' is no Edm.Binary"))
    }
}

impl Core {
    /// Blocks go past the core; other parameters are small.
    pub(in crate::core) fn message_intake(&self, request: &Request<'_>, message: Message) -> Answer<Intake> {
        message.check_method(request)?;
        if message.is_function() {
            return Ok(Intake::Bytes { limit: IGNORED });
        }
        let binary = match message {
            Message::UploadBlock => vec![BLOCK_DATA.to_owned()],
            _ => Vec::new(),
        };
        Ok(Intake::Json { binary, limit: block_limit(&self.options) })
    }
}
