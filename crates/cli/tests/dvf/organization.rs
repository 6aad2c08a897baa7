//! `dvf organization`: what the organization takes, and its limit.
use dataverse_files_emulator::faults::{Answer, ErrorBody, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::world::World;

const ENGINES: [&str; 2] = ["async", "blocking"];

#[test]
fn limits_and_lists_are_shown_for_people_and_for_programs() {
    let world = World::new();
    for engine in ENGINES {
        let text = world.dvf(&format!("organization --engine {engine}")).ok().text();
        for said in ["3,932,160 bytes at most", "maxuploadfilesize is 5,242,880", " exe", "svg"] {
            assert!(text.contains(said), "{said}: {text}");
        }
        let told = world.dvf(&format!("organization --json --engine {engine}")).ok().last_event();
        assert_eq!((&told["event"], &told["max_upload_bytes"]), (&"organization".into(), &5_242_880.into()));
        assert_eq!(told["max_file_bytes"], 3_932_160);
        assert!(told["blocked_extensions"].as_array().unwrap().iter().any(|word| word == "exe"), "{told}");
        assert_eq!(told["allowed_mime_types"].as_array().map(Vec::len), Some(0));
        assert!(told["organization_id"].is_string() && told["blocked_mime_types"].is_array(), "{told}");
    }
}

#[test]
fn the_limit_is_set_and_told_with_what_it_was() {
    let world = World::new();
    for (engine, size, bytes, fits) in
        [("async", "125MiB", 131_072_000, 98_304_000), ("blocking", "1000", 1_000, 750)]
    {
        let done =
            world.dvf(&format!("organization set-limit {size} --json --engine {engine}")).ok().last_event();
        assert_eq!((&done["event"], &done["command"]), (&"done".into(), &"organization set-limit".into()));
        assert_eq!((&done["max_upload_bytes"], &done["max_file_bytes"]), (&bytes.into(), &fits.into()));
        let told = world.dvf("organization --json").ok().last_event();
        assert_eq!(told["max_upload_bytes"], bytes);
    }
    let said = world.dvf("organization set-limit 5MiB").ok().text();
    assert!(said.contains("5,242,880 now and was 1,000") && said.contains("3,932,160 bytes"), "{said}");
}

#[test]
fn a_limit_that_no_organization_has_is_never_sent() {
    let world = World::new();
    for size in ["0", "131072001", "128MB", "-1", "much", ""] {
        let run = world.run(["organization", "set-limit", size]);
        assert_eq!(run.code, Some(2), "{size}: {run:?}");
    }
    assert_eq!(world.server.requests(), 0);
}

#[test]
fn a_user_who_may_not_set_it_is_told_so() {
    let world = World::new();
    let body = ErrorBody::OData { code: "0x80040220", message: "Not for you." };
    let no = Answer { status: 403.try_into().unwrap(), retry_after: RetryAfter::Absent, body };
    for engine in ENGINES {
        world.server.set_faults(Faults::script([(Kind::Write, 1, Fault::Answer(no.clone()))]));
        let said = world.dvf(&format!("organization set-limit 1000 --engine {engine}")).failed(4);
        assert!(said.contains("Not for you."), "{said}");
    }
}
