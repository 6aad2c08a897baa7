//! File names of uploads (file-columns §6).
use super::FILE_NAME;
use crate::core::fault::Answer;
use crate::core::request::Request;
use crate::core::{Core, HeaderNames, errors, mime};

/// UTF-16 units in a file name at most (fileattachment reference).
const NAME_LENGTH: usize = 255;
/// UTF-16 units in a MIME type (fileattachment reference).
const MIME_LENGTH: usize = 256;
/// Besides control characters. The documents name none: these are in no file's name, and quotes, question marks and
/// separators pass, so that clients can be tried with names that lead astray.
const NO_ATTACHMENT: [char; 4] = ['<', '>', '|', '*'];

impl Core {
    /// The name in the header, or else in the query (U9); `None` without one.
    pub(super) fn given_name(&self, request: &Request<'_>) -> Answer<Option<String>> {
        if let Some((name, ascii)) = request.header_latin1(FILE_NAME).filter(|(name, _)| !name.is_empty()) {
            if !ascii && self.options.header_names == HeaderNames::Refuse {
                return Err(errors::FILE_NAME_CHARACTERS.fault());
            }
            return Ok(Some(name));
        }
        Ok(request.query.get(FILE_NAME).filter(|name| !name.is_empty()).map(str::to_owned))
    }

    /// The name of an upload that begins; without one there is no upload (U11).
    pub(super) fn required_name(&self, request: &Request<'_>) -> Answer<String> {
        let name = self.given_name(request)?.ok_or_else(|| errors::PARAMETER_COUNT.with(&["0"]))?;
        self.check_name(&name)?;
        Ok(name)
    }

    /// A name of a note's or an attachment's file, of a kind that the organization takes; none at all will do.
    pub(in crate::core) fn check_attachment_name(&self, name: &str) -> Answer<()> {
        if name.encode_utf16().count() > NAME_LENGTH {
            return Err(errors::STRING_TOO_LONG.fault());
        }
        if name.chars().any(|c| c.is_control() || NO_ATTACHMENT.contains(&c)) {
            return Err(errors::FILE_NAME_CHARACTERS.fault());
        }
        self.state.check_extension(name)
    }

    /// A MIME type that can be stored and sent as a header, and that the organization takes.
    pub(in crate::core) fn check_given_mime(&self, mime: &str) -> Answer<()> {
        if mime.encode_utf16().count() > MIME_LENGTH {
            return Err(errors::STRING_TOO_LONG.fault());
        }
        if mime.is_empty() || mime.chars().any(|c| !c.is_ascii() || c.is_ascii_control()) {
            return Err(errors::INVALID_ARGUMENT.with(&["MimeType is no MIME type."]));
        }
        self.state.check_mime(mime)
    }

    /// A name that can be stored, of a kind of file that the organization takes (U26).
    pub(super) fn check_name(&self, name: &str) -> Answer<()> {
        if name.encode_utf16().count() > NAME_LENGTH {
            return Err(errors::STRING_TOO_LONG.fault());
        }
        if name.chars().any(char::is_control) {
            return Err(errors::FILE_NAME_CHARACTERS.fault());
        }
        self.state.check_extension(name)?;
        match mime::of_name(name) {
            Some(mime) => self.state.check_mime(mime),
            None => Ok(()),
        }
    }
}
