//! The lines of `--json`. Their keys are a contract: add, never change. The order of keys is that of the documentation.
use std::time::Duration;

use serde::Serialize;

use dataverse_files_metadata::{ColumnDefinition, ImageDetails};

use super::{Alteration, Altered, Content, Done, Information, Start};
use crate::failure::Failure;

#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(super) enum Line<'a> {
    Start {
        command: &'a str,
        target: &'a str,
        name: Option<&'a str>,
        bytes: Option<u64>,
        strategy: &'a str,
        parallel: usize,
        resumed: u64,
    },
    Progress {
        done: u64,
        total: u64,
    },
    Retry {
        attempt: u32,
        wait_seconds: f64,
        why: &'a str,
    },
    Restart {},
    Note {
        message: &'a str,
    },
    Done {
        bytes: u64,
        name: Option<&'a str>,
        sha256: Option<&'a str>,
        requests: u64,
        retries: u64,
        strategy: &'a str,
        file_id: Option<&'a str>,
        command: &'a str,
        target: &'a str,
        lookups: u64,
        seconds: f64,
        mime: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<&'a str>,
        #[serde(skip_serializing_if = "is_false")]
        verified: bool,
    },
    #[serde(rename = "done")]
    Deleted {
        target: &'a str,
    },
    Info {
        target: &'a str,
        name: Option<&'a str>,
        bytes: Option<u64>,
        mime: Option<&'a str>,
        file_id: Option<&'a str>,
        created_on: Option<&'a str>,
        kind: String,
        max_bytes: u64,
    },
    #[serde(rename = "info")]
    Image {
        target: &'a str,
        name: Option<&'a str>,
        bytes: Option<u64>,
        mime: Option<&'a str>,
        file_id: Option<&'a str>,
        created_on: Option<&'a str>,
        kind: String,
        max_bytes: u64,
        full_images: bool,
        image: Option<&'a ImageDetails>,
    },
    Column {
        table: &'a str,
        name: &'a str,
        schema_name: &'a str,
        kind: String,
        max_kb: u64,
        max_bytes: u64,
        primary: bool,
        full_images: bool,
    },
    #[serde(rename = "done")]
    Listed {
        table: &'a str,
        columns: usize,
    },
    #[serde(rename = "done")]
    Altered {
        command: &'static str,
        table: &'a str,
        column: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_kb: Option<u64>,
    },
    Listening {
        url: &'a str,
        storage_url: &'a str,
        faults_seed: u64,
    },
    Finding {
        message: &'a str,
    },
    Error {
        kind: &'a str,
        exit: u8,
        message: &'a str,
        code: Option<String>,
        request_id: Option<&'a str>,
    },
}

impl<'a> Line<'a> {
    pub(super) fn start(start: &Start<'a>) -> Line<'a> {
        Line::Start {
            command: start.command,
            target: start.target,
            name: start.name,
            bytes: start.total,
            strategy: start.strategy,
            parallel: start.parallel,
            resumed: start.resumed,
        }
    }

    pub(super) fn done(done: &Done<'a>) -> Line<'a> {
        Line::Done {
            bytes: done.bytes,
            name: done.name,
            sha256: done.sha256,
            requests: done.requests,
            retries: done.retries,
            strategy: done.strategy,
            file_id: done.file_id,
            command: done.command,
            target: done.target,
            lookups: done.lookups,
            seconds: seconds(done.took),
            mime: done.mime,
            path: done.path,
            verified: done.verified,
        }
    }

    pub(super) fn information(information: &Information<'a>) -> Line<'a> {
        let column = information.column;
        let file = match information.content {
            Content::File(file) => file,
            Content::Image(image) => return Line::image(information, image),
        };
        Line::Info {
            target: information.target,
            name: file.and_then(|f| f.name.as_deref()),
            bytes: file.map(|f| f.size),
            mime: file.and_then(|f| f.mime.as_deref()),
            file_id: file.map(|f| f.file_id.as_str()),
            created_on: file.and_then(|f| f.created_on.as_deref()),
            kind: column.kind.to_string(),
            max_bytes: column.max_size_in_bytes(),
        }
    }

    /// An image has no file, so the file's keys tell of its full copy as far as that has them.
    fn image(information: &Information<'a>, image: Option<&'a ImageDetails>) -> Line<'a> {
        let full = image.and_then(|image| image.full_image.as_ref());
        Line::Image {
            target: information.target,
            name: None,
            bytes: full.and_then(|full| full.size_in_bytes),
            mime: full.and_then(|full| full.mime.as_deref()),
            file_id: None,
            created_on: None,
            kind: information.column.kind.to_string(),
            max_bytes: information.column.max_size_in_bytes(),
            full_images: information.column.can_store_full_image,
            image,
        }
    }

    pub(super) fn column(table: &'a str, column: &'a ColumnDefinition) -> Line<'a> {
        Line::Column {
            table,
            name: &column.logical_name,
            schema_name: &column.schema_name,
            kind: column.kind.to_string(),
            max_kb: column.max_size_in_kb,
            max_bytes: column.max_size_in_bytes(),
            primary: column.is_primary_image,
            full_images: column.can_store_full_image,
        }
    }

    pub(super) fn altered(altered: &Altered<'a>) -> Line<'a> {
        Line::Altered {
            command: match altered.alteration {
                Alteration::Created => "column create",
                Alteration::Limited => "column set-limit",
                Alteration::Deleted => "column delete",
            },
            table: altered.table,
            column: altered.column,
            kind: altered.kind.map(|kind| kind.to_string()),
            max_kb: altered.max_kb,
        }
    }

    pub(super) fn error(failure: &'a Failure) -> Line<'a> {
        Line::Error {
            kind: failure.kind,
            exit: failure.exit.code(),
            message: &failure.message,
            code: failure.code.map(|code| format!("0x{code:08x}")),
            request_id: failure.request_id.as_deref(),
        }
    }

    /// One line, without its end.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// To the millisecond.
pub(super) fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000.0).round() / 1_000.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn the_last_line_of_a_transfer_is_as_documented() {
        let done = Done {
            command: "upload",
            target: "accounts(1)/doc",
            bytes: 7,
            name: Some("日本 \"x\".txt"),
            sha256: Some("ab"),
            requests: 3,
            lookups: 1,
            retries: 0,
            strategy: "blocks",
            file_id: None,
            mime: None,
            path: None,
            verified: false,
            took: Duration::from_micros(1_234_567),
        };
        assert_eq!(
            Line::done(&done).text(),
            r#"{"event":"done","bytes":7,"name":"日本 \"x\".txt","sha256":"ab","requests":3,"retries":0,"strategy":"blocks","file_id":null,"command":"upload","target":"accounts(1)/doc","lookups":1,"seconds":1.235,"mime":null}"#
        );
    }

    #[test]
    fn an_error_is_one_line_with_the_services_code() {
        let failure = Failure {
            code: Some(0x8004_4a02),
            request_id: Some("8a3c".into()),
            ..Failure::new(Exit::Refused, "too_large", "open: too large\n\"quoted\"")
        };
        assert_eq!(
            Line::error(&failure).text(),
            r#"{"event":"error","kind":"too_large","exit":8,"message":"open: too large\n\"quoted\"","code":"0x80044a02","request_id":"8a3c"}"#
        );
    }

    #[test]
    fn events_without_content_are_objects_too() {
        assert_eq!(Line::Restart {}.text(), r#"{"event":"restart"}"#);
    }
}
