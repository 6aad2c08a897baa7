//! The table.
use std::time::Duration;

use dataverse_files_emulator::faults::{Answer, Ending, ErrorBody, Fault, Handling, RetryAfter};
use dataverse_files_proto::ErrorKind::{
    CommitUnknown, Forbidden, Integrity, Refused, Server, SessionExpired, Throttled, Transport,
    Unauthenticated,
};
use dataverse_files_tests::sockets::Driver;
use http::StatusCode;

use crate::deed::{Deed, Often, Outcome, check};
use Often::{Always, Once};
use Outcome::{Either, Fails, Whole};

/// Longer than any client of this suite waits for anything.
const PATIENT: u32 = 100_000;

fn answer(status: u16, body: ErrorBody) -> Fault {
    let status = StatusCode::from_u16(status).unwrap();
    Fault::Answer(Answer { status, retry_after: RetryAfter::Absent, body })
}

fn said(status: u16) -> Fault {
    answer(status, ErrorBody::OData { code: "", message: "no" })
}

fn cut(thousandths: u16, ending: Ending) -> Fault {
    Fault::Cut { thousandths, ending }
}

/// What ends well for everything that can be tried again, whatever it is.
fn passing() -> Vec<(&'static str, Fault)> {
    let drops = Fault::Trickle { bytes: 1_500, pause: Duration::from_millis(1) };
    vec![
        ("connection dropped before anything is handled", Fault::Drop),
        ("429 for a second", Fault::Answer(Answer::throttled(RetryAfter::Seconds(1)))),
        ("429 until a date", Fault::Answer(Answer::throttled(RetryAfter::Date(1)))),
        ("429 without a word", Fault::Answer(Answer::throttled(RetryAfter::Absent))),
        ("408", said(408)),
        ("500", Fault::Answer(Answer::unexpected())),
        ("500 torn", answer(500, ErrorBody::Torn)),
        ("502 in HTML", answer(502, ErrorBody::Html)),
        ("503 without a word", Fault::Answer(Answer::unavailable(RetryAfter::Absent))),
        ("503 for a second", Fault::Answer(Answer::unavailable(RetryAfter::Seconds(1)))),
        ("504", answer(504, ErrorBody::Html)),
        ("504 with nothing", answer(504, ErrorBody::Empty)),
        ("401 once", Fault::Answer(Answer::token_expired())),
        ("silence", Fault::Silence(Handling::Ignored)),
        ("trickle", drops),
    ]
}

/// What is handled though nobody is told: harmless where a request may come twice.
fn lost() -> Vec<(&'static str, Fault)> {
    vec![
        ("answer lost", Fault::Lost),
        ("handled, then silence", Fault::Silence(Handling::Handled)),
        ("handled, then 504", Fault::Masked(Answer::gateway(StatusCode::GATEWAY_TIMEOUT))),
        ("handled twice", Fault::Twice),
        ("reset after the head", cut(0, Ending::Reset)),
        ("closed after the head", cut(0, Ending::Close)),
    ]
}

/// What bodies of answers suffer.
fn broken_bodies() -> Vec<(&'static str, Fault)> {
    vec![
        ("reset in the middle", cut(500, Ending::Reset)),
        ("closed in the middle", cut(500, Ending::Close)),
        ("closed just before the end", cut(999, Ending::Close)),
    ]
}

fn check_all(driver: Driver, deed: Deed, outcome: Outcome, faults: Vec<(&'static str, Fault)>) {
    let cells = faults.into_iter().map(|(name, fault)| (name, fault, Once, outcome));
    check_cells(driver, deed, &cells.collect::<Vec<_>>());
}

/// Each cell waits for most of its time, and has an organization of its own: several at once take no longer than one.
fn check_cells(driver: Driver, deed: Deed, cells: &[(&'static str, Fault, Often, Outcome)]) {
    for wave in cells.chunks(24) {
        std::thread::scope(|scope| {
            for (name, fault, often, outcome) in wave {
                scope.spawn(|| check(driver, deed, name, fault, *often, *outcome));
            }
        });
    }
}

/// What lasts is an error of this kind, for every deed.
fn check_lasting(driver: Driver, deed: Deed) {
    let lasting = [
        ("dropped for ever", Fault::Drop, Transport),
        ("silence for ever", Fault::Silence(Handling::Ignored), Transport),
        ("429 for ever", Fault::Answer(Answer::throttled(RetryAfter::Absent)), Throttled),
        ("429 for days", Fault::Answer(Answer::throttled(RetryAfter::Seconds(PATIENT))), Throttled),
        ("500 for ever", Fault::Answer(Answer::unexpected()), Server),
        ("502 for ever", answer(502, ErrorBody::Html), Server),
        ("503 for ever", Fault::Answer(Answer::unavailable(RetryAfter::Absent)), Server),
        ("401 for ever", Fault::Answer(Answer::token_expired()), Unauthenticated),
        ("403", said(403), Forbidden),
        ("409", said(409), Refused),
    ];
    check_cells(driver, deed, &lasting.map(|(name, fault, kind)| (name, fault, Always, Fails(kind))));
}

pub fn upload_by_single(driver: Driver) {
    check_all(driver, Deed::Single, Whole, passing());
    // One PATCH may come again: the same file takes the place of itself.
    check_all(driver, Deed::Single, Whole, lost());
    check_lasting(driver, Deed::Single);
    // Nothing has been looked at before, so nobody can tell afterwards whose file it is.
    check(driver, Deed::Single, "always handled, never told", &Fault::Lost, Always, Either(&[Transport]));
}

pub fn upload_by_chunks(driver: Driver) {
    check_all(driver, Deed::Chunks, Whole, passing());
    // A chunk in the middle may come again (U5).
    check_all(driver, Deed::Chunks, Whole, lost());
    check(driver, Deed::Chunks, "session forgotten", &Fault::Expire, Once, Whole);
    check_lasting(driver, Deed::Chunks);
}

/// The chunk that makes the file visible.
pub fn the_last_chunk(driver: Driver) {
    check_all(driver, Deed::LastChunk, Whole, passing());
    check_all(driver, Deed::LastChunk, Whole, lost());
    check(driver, Deed::LastChunk, "session forgotten", &Fault::Expire, Once, Whole);
    check(driver, Deed::LastChunk, "always handled, never told", &Fault::Lost, Always, Whole);
}

pub fn the_opening_of_blocks(driver: Driver) {
    check_all(driver, Deed::Opening, Whole, passing());
    check_all(driver, Deed::Opening, Whole, lost());
    check_all(driver, Deed::Opening, Whole, broken_bodies());
    check_lasting(driver, Deed::Opening);
}

pub fn upload_by_blocks(driver: Driver) {
    check_all(driver, Deed::Blocks, Whole, passing());
    // The last block with an id counts (U16).
    check_all(driver, Deed::Blocks, Whole, lost());
    check(driver, Deed::Blocks, "session forgotten", &Fault::Expire, Once, Whole);
    check_lasting(driver, Deed::Blocks);
}

pub fn the_commit_of_blocks(driver: Driver) {
    check_all(driver, Deed::Commit, Whole, passing());
    check_all(driver, Deed::Commit, Whole, lost());
    check_all(driver, Deed::Commit, Whole, broken_bodies());
    check(driver, Deed::Commit, "session forgotten", &Fault::Expire, Once, Whole);
    check(driver, Deed::Commit, "wrong size", &Fault::WrongSize, Once, Fails(Integrity));
    check(driver, Deed::Commit, "always handled, never told", &Fault::Lost, Always, Whole);
    // Nobody can tell whether a commit was handled that never was answered; that it was not is what the record says.
    let silence = Fault::Silence(Handling::Ignored);
    check(
        driver,
        Deed::Commit,
        "never handled, never told",
        &silence,
        Always,
        Either(&[CommitUnknown, Transport]),
    );
}

fn download(driver: Driver, deed: Deed) {
    check_all(driver, deed, Whole, passing());
    check_all(driver, deed, Whole, lost());
    check_all(driver, deed, Whole, broken_bodies());
    check_lasting(driver, deed);
    check(driver, deed, "always cut in the middle", &cut(500, Ending::Close), Always, Either(&[Transport]));
    check(driver, deed, "always cut after the head", &cut(0, Ending::Reset), Always, Fails(Transport));
    check(driver, deed, "always short", &Fault::Short { bytes: 7 }, Always, Either(&[Integrity]));
}

pub fn download_by_single(driver: Driver) {
    download(driver, Deed::Value);
    check(driver, Deed::Value, "wrong size", &Fault::WrongSize, Always, Fails(Integrity));
}

pub fn download_by_ranges(driver: Driver) {
    download(driver, Deed::Ranges);
    check(driver, Deed::Ranges, "short once", &Fault::Short { bytes: 7 }, Once, Whole);
    check(driver, Deed::Ranges, "wrong size once", &Fault::WrongSize, Once, Either(&[Integrity]));
}

pub fn download_by_blocks(driver: Driver) {
    download(driver, Deed::DownloadBlocks);
    check(driver, Deed::DownloadBlocks, "short once", &Fault::Short { bytes: 7 }, Once, Whole);
    check(driver, Deed::DownloadBlocks, "session forgotten", &Fault::Expire, Once, Whole);
    let always = Fails(SessionExpired);
    check(driver, Deed::DownloadBlocks, "every session forgotten", &Fault::Expire, Always, always);
}

pub fn download_by_sas(driver: Driver) {
    download(driver, Deed::Sas);
}

/// It is put under an id of the client's, so it may come again.
pub fn n03_a_new_attachment_with_its_file(driver: Driver) {
    check_all(driver, Deed::NewRecord, Whole, passing());
    check_all(driver, Deed::NewRecord, Whole, lost());
    check_lasting(driver, Deed::NewRecord);
}

/// It gets an id of the service's, so it is looked for.
pub fn n03_the_commit_of_a_new_attachment(driver: Driver) {
    check_all(driver, Deed::NewCommit, Whole, passing());
    check_all(driver, Deed::NewCommit, Whole, lost());
    check_all(driver, Deed::NewCommit, Whole, broken_bodies());
    check(driver, Deed::NewCommit, "session forgotten", &Fault::Expire, Once, Whole);
    check(driver, Deed::NewCommit, "always handled, never told", &Fault::Lost, Always, Whole);
}

pub fn download_from_a_note(driver: Driver) {
    for deed in [Deed::NoteText, Deed::NoteRecord, Deed::NoteBlocks] {
        check_all(driver, deed, Whole, passing());
        check_all(driver, deed, Whole, lost());
        check_all(driver, deed, Whole, broken_bodies());
        check_lasting(driver, deed);
        check(driver, deed, "always short", &Fault::Short { bytes: 7 }, Always, Either(&[Integrity]));
    }
}

pub fn deleting(driver: Driver) {
    check_all(driver, Deed::Delete, Whole, passing());
    check_all(driver, Deed::Delete, Whole, lost());
    check_lasting(driver, Deed::Delete);
}

pub fn looking(driver: Driver) {
    check_all(driver, Deed::Look, Whole, passing());
    check_all(driver, Deed::Look, Whole, lost());
    check_all(driver, Deed::Look, Whole, broken_bodies());
    check_lasting(driver, Deed::Look);
}
