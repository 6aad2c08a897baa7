//! The rules of the organization row: which files it takes (metadata §10, U26).
use super::errors;
use super::fault::Answer;
use super::mime;
use super::seed::MAX_UPLOAD_FILE_SIZE;
use super::state::State;

impl State {
    /// A text setting; empty when it is null.
    fn setting(&self, name: &str) -> &str {
        let row = self.record("organization", self.ids.named("organization"));
        row.and_then(|row| row.values.get(name)).and_then(serde_json::Value::as_str).unwrap_or_default()
    }

    /// `maxuploadfilesize`: characters of base64 in a note or an attachment at most, as of now (N2).
    fn max_upload_file_size(&self) -> u64 {
        let row = self.record("organization", self.ids.named("organization"));
        row.and_then(|row| row.values.get("maxuploadfilesize"))
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(MAX_UPLOAD_FILE_SIZE)
    }

    /// The largest file of a note or an attachment in bytes: the most of which `4*ceil(n/3)` is within the limit (N2).
    pub(in crate::core) fn largest_body(&self) -> u64 {
        self.max_upload_file_size() / 4 * 3
    }

    /// Refuses a name whose extension is in `blockedattachments`.
    pub(in crate::core) fn check_extension(&self, name: &str) -> Answer<()> {
        let Some(extension) = mime::extension(name) else { return Ok(()) };
        match lists(self.setting("blockedattachments"), &extension) {
            true => Err(errors::ATTACHMENT_BLOCKED.fault()),
            false => Ok(()),
        }
    }

    /// Refuses a MIME type: one outside `allowedmimetypes` when that is set, else one in `blockedmimetypes`.
    pub(in crate::core) fn check_mime(&self, mime: &str) -> Answer<()> {
        let essence = mime::essence(mime);
        let allowed = self.setting("allowedmimetypes");
        if !allowed.trim().is_empty() {
            return match lists(allowed, &essence) {
                true => Ok(()),
                false => Err(errors::MIME_NOT_ALLOWED.with(&[mime])),
            };
        }
        match lists(self.setting("blockedmimetypes"), &essence) {
            true => Err(errors::MIME_BLOCKED.with(&[mime])),
            false => Ok(()),
        }
    }
}

/// Whether a list with `;` between its members has this one, whatever the case.
fn lists(list: &str, member: &str) -> bool {
    list.split(';').any(|known| known.trim().eq_ignore_ascii_case(member))
}
