//! Where downloads go, and what they leave alone.
use std::fs;

use crate::world::{World, assert_same, bytes};

const SIZE: usize = 100_000;

fn with_file(name: &str) -> World {
    let world = World::new();
    let file = world.file("source.bin", SIZE);
    world.run(["upload", file.to_str().unwrap(), crate::world::TARGET, "--name", name]).ok();
    world
}

#[test]
fn an_existing_destination_is_left_untouched_unless_forced() {
    let world = with_file("a.bin");
    fs::write(world.path("there.bin"), "precious").unwrap();
    let before = world.server.requests();
    for engine in ["async", "blocking"] {
        let said = world.dvf(&format!("download TARGET there.bin --engine {engine}")).failed(9);
        assert!(said.contains("there.bin exists") && said.contains("--force"), "{said}");
    }
    assert_eq!(world.server.requests(), before, "it costs no request");
    assert_eq!(fs::read(world.path("there.bin")).unwrap(), b"precious");
    for engine in ["async", "blocking"] {
        fs::write(world.path("there.bin"), "precious").unwrap();
        world.dvf(&format!("download TARGET there.bin --force --engine {engine}")).ok();
        assert_same(&world.path("there.bin"), &bytes(SIZE));
    }
}

#[test]
fn without_a_destination_the_services_name_is_used_and_an_existing_one_kept() {
    let world = with_file("日本 r&d.bin");
    world.dvf("download TARGET").ok();
    assert_same(&world.path("日本 r&d.bin"), &bytes(SIZE));
    world.dvf("download TARGET").failed(9);
    fs::create_dir(world.path("folder")).unwrap();
    for dest in ["folder", "folder/"] {
        world.dvf(&format!("download TARGET {dest} --force")).ok();
        assert_same(&world.path("folder/日本 r&d.bin"), &bytes(SIZE));
    }
}

#[test]
fn b06_a_name_of_the_service_never_leads_out_of_the_folder() {
    for (name, safe) in [("../../x", "x"), ("C:\\x", "x"), ("..", "download"), (".profile", "profile")] {
        let world = with_file(name);
        fs::create_dir(world.path("folder")).unwrap();
        let line = world.dvf("download TARGET folder --json").ok().last_event();
        assert_eq!(line["name"], name, "the service's own name is told as it is");
        assert_same(&world.path("folder").join(safe), &bytes(SIZE));
        assert_eq!(fs::read_dir(world.path("folder")).unwrap().count(), 1, "{name}");
    }
}

#[test]
fn b17_nothing_but_the_file_stays_beside_a_finished_download() {
    let world = with_file("a.bin");
    fs::create_dir(world.path("folder")).unwrap();
    for strategy in ["single", "ranged", "blocks", "sas"] {
        world.dvf(&format!("download TARGET folder/b.bin --force --strategy {strategy}")).ok();
        assert_eq!(fs::read_dir(world.path("folder")).unwrap().count(), 1, "{strategy}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_no_file() {
    let world = with_file("a.bin");
    let said = world.command(["download", crate::world::TARGET, "-"]);
    let mut command = said;
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let child = command.stdout(full).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let said = crate::world::ended(child).failed(1);
    assert!(said.contains("standard output") && said.to_lowercase().contains("space"), "{said}");
}
