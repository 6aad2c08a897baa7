//! What both drivers promise, on real sockets. Each promise is a plain function, run once per driver; when its site goes,
//! the emulator's audit must have found nothing wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
mod columns;
mod going_on;
mod letting_go;
mod limits;
mod names;
mod pace;
mod places;
mod records;
mod strategies;
mod tokens;
mod wire;

macro_rules! promises {
    ($($room:ident: $($promise:ident),+;)+) => {
        mod reqwest {
            $($(#[test] fn $promise() { super::$room::$promise(super::Driver::Reqwest) })+)+
        }
        mod ureq {
            $($(#[test] fn $promise() { super::$room::$promise(super::Driver::Ureq) })+)+
        }
    };
}

promises! {
    strategies:
        b01_every_upload_of_every_size_arrives_without_a_request_too_many,
        b01_every_download_of_every_size_comes_without_a_request_too_many,
        real_block_sizes_arrive_and_come_back,
        auto_takes_the_way_that_suits_the_size,
        progress_goes_forward_and_ends_at_the_size;
    names: b04_names_arrive_unchanged_by_every_way;
    tokens:
        b05_the_token_is_asked_for_every_attempt,
        b05_a_token_that_ends_in_the_middle_is_renewed_once,
        a_token_that_is_never_taken_ends_at_once,
        no_token_reaches_an_error;
    wire:
        u28_one_server_answers_all_of_a_transfer,
        u28_without_cookies_a_sticky_service_refuses,
        d02_lengths_may_be_announced_or_not,
        u03_chunks_have_the_size_that_the_service_names,
        a_stream_gives_the_bytes_in_order;
    columns:
        d11_an_empty_column_is_not_found,
        x07_a_record_that_does_not_exist_is_not_found,
        b18_a_column_that_does_not_exist_is_an_error_and_stays_so,
        x02_deleting_twice_is_fine,
        u23_a_new_file_has_a_new_id;
    limits:
        b16_one_byte_above_the_limit_is_too_large,
        b02_an_empty_file_is_refused_before_anything_is_sent,
        u13_one_request_takes_less_than_its_limit,
        d22_files_in_the_database_come_whole,
        d09_a_service_that_gives_no_large_file_at_once_gives_ranges,
        a_source_of_unknown_length_is_spooled,
        b02_a_source_that_shrinks_makes_no_file;
    going_on:
        an_upload_goes_on_from_its_checkpoint,
        a_commit_whose_answer_is_lost_is_not_repeated_by_resume,
        a_download_goes_on_from_its_checkpoint,
        d17_a_file_that_was_replaced_begins_anew;
    letting_go:
        a_reader_that_is_dropped_frees_its_connections,
        a_transfer_past_its_deadline_frees_its_connections;
    pace:
        b19_nobody_comes_before_retry_after_is_over,
        no_more_requests_are_in_the_air_than_allowed;
    records:
        n01_files_of_records_arrive_and_come_back_by_every_way,
        auto_writes_small_files_with_their_record,
        n02_the_limit_counts_characters_of_base64,
        n03_a_lost_answer_makes_no_second_record,
        a_file_of_a_record_is_replaced_and_deleted,
        n05_a_note_without_a_file_is_not_found_by_any_way,
        a_link_leads_to_the_file_without_a_token,
        d22_files_of_records_in_the_database_come_whole;
    places:
        an_existing_file_is_left_alone,
        a_locked_place_is_left_alone,
        b17_a_failed_download_leaves_nothing_behind;
}

use dataverse_files_tests::sockets::Driver;
