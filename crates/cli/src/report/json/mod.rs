//! The lines of `--json`. Their keys are a contract: add, never change. The order of keys is that of the documentation.
mod info;

use std::time::Duration;

use dataverse_files_metadata::{ColumnDefinition, OrganizationLimits};
use serde::Serialize;

use self::info::Info;
use super::{Alteration, Altered, Deleted, Done, Entry, Information, Raised, SharedUrl, Start};
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
        #[serde(skip_serializing_if = "Option::is_none")]
        created: Option<&'a str>,
        #[serde(skip_serializing_if = "is_false")]
        verified: bool,
    },
    #[serde(rename = "done")]
    Deleted {
        target: &'a str,
        command: &'static str,
        #[serde(skip_serializing_if = "is_false")]
        content: bool,
    },
    Info(Info<'a>),
    File(&'a Entry),
    #[serde(rename = "done")]
    Held {
        command: &'static str,
        target: &'a str,
        files: usize,
    },
    Link(&'a SharedUrl<'a>),
    Organization {
        organization_id: &'a str,
        max_upload_bytes: u64,
        max_file_bytes: u64,
        blocked_extensions: &'a [String],
        blocked_mime_types: &'a [String],
        allowed_mime_types: &'a [String],
    },
    #[serde(rename = "done")]
    Raised {
        command: &'static str,
        max_upload_bytes: u64,
        max_file_bytes: u64,
        was: u64,
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
            created: done.created,
            verified: done.verified,
        }
    }

    pub(super) fn deleted(target: &'a str, deleted: Deleted) -> Line<'a> {
        Line::Deleted { target, command: "delete", content: deleted == Deleted::Content }
    }

    pub(super) fn information(information: &Information<'a>) -> Line<'a> {
        Line::Info(Info::of(information))
    }

    pub(super) fn organization(limits: &'a OrganizationLimits) -> Line<'a> {
        Line::Organization {
            organization_id: limits.organization_id.as_str(),
            max_upload_bytes: limits.max_upload_size_in_bytes,
            max_file_bytes: limits.max_note_size_in_bytes(),
            blocked_extensions: &limits.blocked_extensions,
            blocked_mime_types: &limits.blocked_mime_types,
            allowed_mime_types: &limits.allowed_mime_types,
        }
    }

    pub(super) fn raised(raised: Raised) -> Line<'a> {
        Line::Raised {
            command: "organization set-limit",
            max_upload_bytes: raised.to,
            max_file_bytes: OrganizationLimits::note_size_within(raised.to),
            was: raised.from,
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
            bytes: 7,
            name: Some("日本 \"x\".txt"),
            sha256: Some("ab"),
            requests: 3,
            took: Duration::from_micros(1_234_567),
            ..Done::example()
        };
        assert_eq!(
            Line::done(&done).text(),
            r#"{"event":"done","bytes":7,"name":"日本 \"x\".txt","sha256":"ab","requests":3,"retries":0,"strategy":"blocks","file_id":null,"command":"upload","target":"accounts(1)/doc","lookups":1,"seconds":1.235,"mime":null}"#
        );
    }

    #[test]
    fn what_a_record_holds_is_told_with_every_key() {
        let entry = Entry {
            kind: "note",
            target: "annotations(2)".into(),
            name: Some("a.txt".into()),
            bytes: Some(7),
            mime: None,
            id: "2".into(),
            subject: None,
            created_on: None,
        };
        assert_eq!(
            Line::File(&entry).text(),
            r#"{"event":"file","kind":"note","target":"annotations(2)","name":"a.txt","bytes":7,"mime":null,"id":"2","subject":null,"created_on":null}"#
        );
        let held = Line::Held { command: "ls", target: "accounts(1)", files: 1 };
        assert_eq!(held.text(), r#"{"event":"done","command":"ls","target":"accounts(1)","files":1}"#);
    }

    #[test]
    fn a_shared_url_is_told_with_its_end() {
        let url = SharedUrl {
            target: "annotations(2)",
            url: "https://s.example/x?sig=1",
            expires: "2026-11-25T23:17:02Z",
            name: Some("a.txt"),
            bytes: 7,
            mime: None,
        };
        assert_eq!(
            Line::Link(&url).text(),
            r#"{"event":"link","target":"annotations(2)","url":"https://s.example/x?sig=1","expires":"2026-11-25T23:17:02Z","name":"a.txt","bytes":7,"mime":null}"#
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
