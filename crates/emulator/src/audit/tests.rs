use std::time::Duration;

use http::{Request, Response};
use serde_json::json;

use super::*;
use crate::faults::{Answer, RetryAfter};
use crate::payload::BlobId;

fn at(milliseconds: u64) -> Now {
    Now(Duration::from_millis(milliseconds))
}

fn head(method: &str, target: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(format!("/api/data/v9.2/{target}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

const REQUIRED: [(&str, &str); 5] = [
    ("Accept", "application/json"),
    ("OData-MaxVersion", "4.0"),
    ("OData-Version", "4.0"),
    ("If-None-Match", "null"),
    ("Content-Length", "0"),
];

/// A head with everything required, and more.
fn good(method: &str, target: &str, more: &[(&str, &str)]) -> Parts {
    head(method, target, &[&REQUIRED, more].concat())
}

fn slips(head: &Parts) -> Vec<Slip> {
    let mut audit = Audit::new();
    audit.begin(at(0), Origin::Organization, head);
    audit.findings().iter().map(|finding| finding.slip.clone()).collect()
}

fn message(token: &str, more: serde_json::Value, blob: Option<Stored>) -> Content {
    let mut value = more;
    value["FileContinuationToken"] = json!(token);
    Content::Json { value, blobs: blob.map(|stored| ("BlockData".to_owned(), stored)).into_iter().collect() }
}

fn ok() -> response::Parts {
    Response::new(()).into_parts().0
}

fn refused(status: u16) -> response::Parts {
    Response::builder().status(status).body(()).unwrap().into_parts().0
}

/// One message from begin to end.
fn exchange(audit: &mut Audit, name: &str, content: &Content, end: End<'_>) {
    let head = good("POST", name, &[]);
    let ticket = audit.begin(at(0), Origin::Organization, &head);
    audit.content(at(0), ticket, &head, content);
    audit.end(at(0), ticket, end);
}

#[test]
fn a_client_that_does_everything_right_is_not_found_fault_with() {
    let column = "accounts(1)/sample_filecolumn";
    let range = [("Range", "bytes=0-4194303")];
    let content = [("Content-Range", "bytes 4194304-8388607/25870370")];
    for head in [
        good("POST", "InitializeFileBlocksUpload", &[]),
        good(
            "PATCH",
            &format!("{column}?x-ms-file-name=r%26d%20%2B1.txt"),
            &[("x-ms-transfer-mode", "chunked")],
        ),
        good("PATCH", &format!("{column}?sessiontoken=a+b"), &content),
        good("GET", &format!("{column}/$value"), &range),
        good("DELETE", column, &[]),
    ] {
        assert_eq!(slips(&head), [], "{} {}", head.method, head.uri);
    }
}

#[test]
fn what_a_head_does_wrong_is_named() {
    let column = "accounts(1)/sample_filecolumn";
    let value = format!("{column}/$value");
    let mode = [("x-ms-transfer-mode", "chunked")];
    let wide = [("Content-Range", "bytes 0-4194304/25870370")];
    for (head, expected) in [
        (good("PATCH", &format!("{column}?sessiontoken=t"), &mode), Slip::TransferModeOnChunk),
        (good("PATCH", &format!("{column}?sessiontoken=t"), &wide), Slip::RangeTooWide { bytes: 4_194_305 }),
        (good("PATCH", &format!("{column}?x-ms-file-name=a+b.txt"), &[]), Slip::PlusInFileName),
        (good("PATCH", column, &[("x-ms-file-name", "日本.txt")]), Slip::NameOutsideAscii),
        (good("PATCH", column, &[("Expect", "100-continue")]), Slip::Expect),
        (good("GET", &value, &[("Range", "bytes=0-4194304")]), Slip::RangeTooWide { bytes: 4_194_305 }),
        (good("GET", &value, &[("Range", "0-4194304/9")]), Slip::RangeTooWide { bytes: 4_194_305 }),
        (good("GET", &value, &[("Range", "bytes=5-")]), Slip::RangeForm),
        (good("GET", &value, &[("Range", "bytes=-5")]), Slip::RangeForm),
        (good("GET", &value, &[("Range", "bytes=0-1,3-4")]), Slip::RangeForm),
        (head("PATCH", column, &REQUIRED[..4]), Slip::NoContentLength),
    ] {
        assert_eq!(slips(&head), [expected], "{} {}", head.method, head.uri);
    }
}

#[test]
fn each_required_header_that_is_missing_is_a_note_and_told_once_with_a_count() {
    let mut audit = Audit::new();
    for _ in 0..3 {
        audit.begin(at(0), Origin::Organization, &head("GET", "WhoAmI", &[("OData-Version", "4.0")]));
    }
    let names: Vec<&str> = audit
        .findings()
        .iter()
        .map(|finding| match finding.slip {
            Slip::Header { name, .. } => name,
            ref other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["Accept", "OData-MaxVersion", "If-None-Match"]);
    assert!(audit.findings().iter().all(|finding| finding.times == 3));
    assert_eq!(audit.wrongs().count(), 0);
    assert_eq!(slips(&head("OPTIONS", "accounts", &[])), [], "a browser asks for itself");
}

#[test]
fn a_request_before_retry_after_is_over_is_found_and_one_after_it_is_not() {
    let head = good("GET", "WhoAmI", &[]);
    // 1970-01-01T00:00:30Z, by seconds and by date.
    for retry_after in [RetryAfter::Seconds(30), RetryAfter::Date(30)] {
        let mut audit = Audit::new();
        let ticket = audit.begin(at(0), Origin::Organization, &head);
        let (answer, _) = Answer::throttled(retry_after).response(at(0)).into_parts();
        audit.end(at(0), ticket, End::Answered(&answer));
        audit.begin(at(200), Origin::Organization, &head);
        assert_eq!(audit.findings(), [], "it was under way already");
        audit.begin(at(29_000), Origin::Organization, &head);
        audit.begin(at(30_000), Origin::Organization, &head);
        audit.begin(at(100), Origin::Storage, &head);
        let slips: Vec<&Slip> = audit.findings().iter().map(|finding| &finding.slip).collect();
        assert_eq!(slips, [&Slip::TooEarly { by: Duration::from_secs(1) }]);
    }
}

#[test]
fn a_retry_after_that_is_no_time_is_ignored() {
    for value in ["soon", "-1", "", "99999999999999999999"] {
        let head = good("GET", "WhoAmI", &[]);
        let mut audit = Audit::new();
        let ticket = audit.begin(at(0), Origin::Organization, &head);
        let answer =
            Response::builder().status(429).header("Retry-After", value).body(()).unwrap().into_parts().0;
        audit.end(at(0), ticket, End::Answered(&answer));
        audit.begin(at(1000), Origin::Organization, &head);
        assert_eq!(audit.findings(), [], "{value}");
    }
}

#[test]
fn one_block_id_with_two_contents_is_found_and_a_repeat_of_the_same_is_not() {
    let block = |id: &str, digest| {
        message("t", json!({"BlockId": id}), Some(Stored { id: BlobId(1), len: 5, digest }))
    };
    let answer = ok();
    let mut audit = Audit::new();
    for content in [block("a", 1), block("b", 2), block("a", 1)] {
        exchange(&mut audit, "UploadBlock", &content, End::Answered(&answer));
    }
    let other = message("u", json!({"BlockId": "a"}), Some(Stored { id: BlobId(9), len: 5, digest: 3 }));
    exchange(&mut audit, "UploadBlock", &other, End::Answered(&answer));
    assert_eq!(audit.findings(), []);
    exchange(&mut audit, "UploadBlock", &block("b", 3), End::Answered(&answer));
    assert_eq!(audit.findings()[0].slip, Slip::BlockChanged);
}

#[test]
fn the_messages_of_notes_and_attachments_are_watched_like_those_of_columns() {
    for family in ["Annotation", "Attachment"] {
        let mut audit = Audit::new();
        let stored = |digest| Stored { id: BlobId(1), len: 3, digest };
        for digest in [1, 2] {
            let block = message("t", json!({"BlockId": "MDE="}), Some(stored(digest)));
            exchange(&mut audit, "UploadBlock", &block, End::Answered(&ok()));
        }
        let commit = message("t", json!({"Target": {}, "BlockList": ["MDE="]}), None);
        for _ in 0..2 {
            exchange(&mut audit, &format!("Commit{family}BlocksUpload"), &commit, End::Answered(&ok()));
        }
        let wrongs: Vec<&Slip> = audit.wrongs().map(|finding| &finding.slip).collect();
        assert_eq!(wrongs, [&Slip::BlockChanged, &Slip::SecondCommit], "{family}");
    }
}

#[test]
fn a_second_commit_is_found_unless_the_first_was_refused_for_certain() {
    let commit = message("t", json!({"BlockList": []}), None);
    let (done, bad, lost) = (ok(), refused(400), End::Lost);
    for (first, found) in [
        (End::Answered(&done), true),
        (lost, true),
        (End::Answered(&refused(504)), true),
        (End::Answered(&bad), false),
    ] {
        let mut audit = Audit::new();
        exchange(&mut audit, "CommitFileBlocksUpload", &commit, first);
        exchange(&mut audit, "CommitFileBlocksUpload", &commit, End::Answered(&bad));
        assert_eq!(audit.wrongs().count(), usize::from(found), "{first:?}");
        exchange(&mut audit, "CommitFileBlocksUpload", &commit, End::Answered(&bad));
        assert_eq!(
            audit.wrongs().count(),
            2 * usize::from(found),
            "a refused repeat says nothing about the first"
        );
    }
}

#[test]
fn the_fifty_third_request_in_the_air_is_one_too_many() {
    let head = good("GET", "WhoAmI", &[]);
    let mut audit = Audit::new();
    let tickets: Vec<Ticket> = (0..52).map(|_| audit.begin(at(0), Origin::Organization, &head)).collect();
    audit.begin(at(0), Origin::Storage, &head);
    audit.end(at(0), tickets[0], End::Lost);
    audit.begin(at(0), Origin::Organization, &head);
    assert_eq!(audit.findings(), []);
    audit.begin(at(0), Origin::Organization, &head);
    assert_eq!(audit.findings()[0].slip, Slip::TooManyInTheAir { requests: 53 });
}

#[test]
fn no_secret_reaches_a_finding() {
    let mut audit = Audit::new();
    let secret = [("Authorization", "Bearer SECRET")];
    let storage = head("GET", "SECRET/blob?sig=SECRET", &secret);
    audit.begin(at(0), Origin::Storage, &storage);
    let chunk = head("PATCH", "accounts(1)/col?sessiontoken=SECRET&x-ms-file-name=SE+CRET", &secret);
    audit.begin(at(0), Origin::Organization, &chunk);
    assert!(audit.findings().iter().any(|finding| finding.slip == Slip::TokenToStorage));
    for finding in audit.findings() {
        let shown = format!("{finding} {finding:?}");
        assert!(!shown.contains("SECRET") && !shown.contains("CRET"), "{shown}");
    }
}

#[test]
fn findings_are_printed_for_people_and_bounded() {
    let mut audit = Audit::new();
    for _ in 0..3000 {
        audit.begin(at(0), Origin::Organization, &good("PATCH", "accounts(1)/col?x-ms-file-name=a+b", &[]));
    }
    let first = audit.findings()[0].to_string();
    assert_eq!(
        first,
        "wrong: PATCH /api/data/v9.2/accounts(1)/col: a raw + in the file name of the query, which means a blank (request 1)"
    );
    assert_eq!(audit.findings().len(), MOST);
}
