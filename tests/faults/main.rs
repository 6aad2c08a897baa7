//! What goes wrong × what is done × who does it, with the outcome of every cell: whole, with identical bytes, or an error of
//! a known kind. Real sockets, small timeouts, no sleeping.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
mod connecting;
mod deed;
mod elsewhere;
mod storms;
mod table;

macro_rules! both_drivers {
    ($($room:ident: $($promise:ident),+;)+) => {
        mod reqwest {
            $($(#[test] fn $promise() { super::$room::$promise(super::Driver::Reqwest) })+)+
        }
        mod ureq {
            $($(#[test] fn $promise() { super::$room::$promise(super::Driver::Ureq) })+)+
        }
    };
}

both_drivers! {
    table:
        upload_by_single,
        upload_by_chunks, the_last_chunk,
        the_opening_of_blocks, upload_by_blocks, the_commit_of_blocks,
        download_by_single, download_by_ranges, download_by_blocks, download_by_sas,
        n03_a_new_attachment_with_its_file, n03_the_commit_of_a_new_attachment, download_from_a_note,
        deleting, looking;
    storms: every_profile_ends_whole_or_with_an_honest_error;
    connecting: a_port_that_nobody_listens_on, a_host_that_does_not_exist, a_port_without_tls, a_certificate_of_nobody;
    elsewhere:
        redirects_are_not_followed,
        a_success_that_is_none_is_an_error,
        b03_an_opening_without_a_chunk_size_still_sends_every_byte,
        b23_a_range_of_another_place_is_an_error,
        early_hints_are_passed_over;
}

use dataverse_files_tests::sockets::Driver;
