//! Attachments of e-mails and e-mail templates.
use crate::world::{World, assert_same, bytes};

const EMAIL: &str = "emails(00000000-0000-0000-0000-000000000001)/attachments";
const ENGINES: [&str; 2] = ["async", "blocking"];

#[test]
fn a_file_goes_into_a_new_attachment_and_comes_back_by_every_way() {
    let world = World::new();
    world.file("a.bin", 200_001);
    for engine in ENGINES {
        for up in ["auto", "single", "blocks"] {
            let line = format!(
                "upload a.bin {EMAIL} --subject Offer --strategy {up} --block-size 65536 --verify --engine {engine}"
            );
            let attachment = world.create(&line);
            assert!(attachment.starts_with("activitymimeattachments("), "{attachment}");
            assert_eq!(world.property(&attachment, "subject"), "Offer");
            for down in ["auto", "single", "record", "blocks", "sas"] {
                let line = format!("download {attachment} b.bin --force --strategy {down} --engine {engine}");
                world.dvf(&line).ok();
                assert_same(&world.path("b.bin"), &bytes(200_001));
            }
        }
    }
}

#[test]
fn each_upload_makes_one_attachment_and_a_file_above_3_mib_goes_in_blocks() {
    let world = World::new();
    world.file("a.bin", 3 * 1024 * 1024 + 1);
    for engine in ENGINES {
        let done = world.dvf(&format!("upload a.bin {EMAIL} --json --engine {engine}")).ok().last_event();
        assert_eq!(done["strategy"], "blocks");
    }
    let done = world.dvf("ls emails(00000000-0000-0000-0000-000000000001) --json").ok().last_event();
    assert_eq!(done["files"], 2);
}

#[test]
fn an_attachment_that_is_there_is_replaced_in_one_request_whatever_its_size() {
    let world = World::new();
    world.file("a.bin", 100);
    world.file("b.pdf", 3_900_000);
    for engine in ENGINES {
        let attachment = world.create(&format!("upload a.bin {EMAIL} --engine {engine}"));
        let line = format!("upload b.pdf {attachment} --verify --json --engine {engine}");
        let done = world.dvf(&line).ok().last_event();
        assert_eq!((&done["strategy"], &done["requests"]), (&"single".into(), &1.into()));
        assert!(done.get("created").is_none(), "{done}");
        let info = world.dvf(&format!("info {attachment} --json --engine {engine}")).ok().last_event();
        assert_eq!((&info["kind"], &info["name"]), (&"attachment".into(), &"b.pdf".into()));
        assert_eq!((&info["bytes"], &info["mime"]), (&3_900_000.into(), &"application/pdf".into()));
        assert_eq!(info["max_bytes"], 3_932_160);
    }
}

#[test]
fn an_attachment_downloads_under_its_own_name() {
    let world = World::new();
    world.file("offer.txt", 10);
    let attachment = world.create(&format!("upload offer.txt {EMAIL}"));
    std::fs::create_dir(world.path("in")).unwrap();
    world.dvf(&format!("download {attachment} in")).ok();
    assert_same(&world.path("in/offer.txt"), &bytes(10));
}

#[test]
fn an_attachment_is_deleted_as_a_whole_or_loses_its_file_only() {
    let world = World::new();
    world.file("a.txt", 100);
    for engine in ENGINES {
        let attachment = world.create(&format!("upload a.txt {EMAIL} --subject Kept --engine {engine}"));
        world.dvf(&format!("delete --content {attachment} --engine {engine}")).ok();
        let info = world.dvf(&format!("info {attachment} --json --engine {engine}")).ok().last_event();
        assert!(info["bytes"].is_null() && info["file_id"].is_null() && info["subject"] == "Kept", "{info}");
        assert!(world.dvf(&format!("info {attachment}")).ok().text().contains("holds no file"));
        let said = world.dvf(&format!("download {attachment} --engine {engine}")).failed(3);
        assert!(said.contains("holds no file"), "{said}");
        for _ in 0..2 {
            world.dvf(&format!("delete {attachment} --engine {engine}")).ok();
        }
        world.dvf(&format!("info {attachment} --engine {engine}")).failed(3);
    }
}

#[test]
fn an_interrupted_upload_of_an_attachment_goes_on() {
    use dataverse_files_emulator::faults::{Fault, Faults, Handling};
    use dataverse_files_emulator::kind::Kind;
    for engine in ENGINES {
        let world = World::new();
        world.file("a.bin", 10 * 65_536);
        world.server.set_faults(Faults::script([(Kind::Block, 6, Fault::Silence(Handling::Ignored))]));
        let upload = format!(
            "upload a.bin {EMAIL} --strategy blocks --block-size 65536 --parallel 1 --engine {engine}"
        );
        world.dvf(&format!("{upload} --deadline 3")).failed(10);
        world.server.set_faults(Faults::none());
        let before = world.server.requests_of(Kind::Block);
        let attachment = world.create(&format!("{upload} --resume --verify"));
        assert!(world.server.requests_of(Kind::Block) - before < 10, "some blocks were there");
        world.dvf(&format!("info {attachment}")).ok();
        let done = world.dvf("ls emails(00000000-0000-0000-0000-000000000001) --json").ok().last_event();
        assert_eq!(done["files"], 1);
    }
}
