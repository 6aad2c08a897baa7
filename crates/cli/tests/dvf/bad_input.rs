//! Bad input gets a clear error and the right exit code, and nothing is lost.
use std::fs;

use dataverse_files_emulator::kind::Kind;

use crate::world::{TARGET, World, dvf, run, words};

fn moved(world: &World) -> u64 {
    let kinds = [Kind::Single, Kind::Open, Kind::Chunk, Kind::InitializeUpload, Kind::Block, Kind::Commit];
    kinds.into_iter().map(|kind| world.server.requests_of(kind)).sum()
}

/// Refused with a usage error that says this, before anything was sent.
fn refused(world: &World, line: &str, says: &str) {
    let said = world.dvf(line).failed(2);
    assert!(said.contains(says), "{line}: {said}");
    assert_eq!(world.server.requests(), 0, "{line}");
}

#[test]
fn b02_an_empty_file_is_refused_before_anything_is_sent() {
    let world = World::new();
    world.file("empty", 0);
    for strategy in ["auto", "single", "chunked", "blocks"] {
        for engine in ["async", "blocking"] {
            refused(
                &world,
                &format!("upload empty TARGET --strategy {strategy} --engine {engine}"),
                "is empty",
            );
        }
    }
}

#[test]
fn a_folder_and_a_missing_file_are_refused() {
    let world = World::new();
    fs::create_dir(world.path("folder")).unwrap();
    refused(&world, "upload folder TARGET", "is a folder");
    refused(&world, "upload none.bin TARGET", "none.bin");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let path = world.file("locked.bin", 10);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        // Whoever runs this may read everything; a pipe is something nobody can upload by name.
        refused(&world, "upload /dev/null TARGET", "not a regular file");
        return;
    }
    refused(&world, "upload locked.bin TARGET", "permission denied");
}

#[test]
fn names_that_the_service_cannot_keep_are_refused() {
    let world = World::new();
    let file = world.file("a.bin", 10);
    let long = "x".repeat(256);
    for (name, says) in [(long.as_str(), "255"), ("a\nb", "control characters"), ("", "needs a name")] {
        let said = world.run(["upload", file.to_str().unwrap(), TARGET, "--name", name]).failed(2);
        assert!(said.contains(says), "{said}");
    }
    assert_eq!(world.server.requests(), 0);
}

#[test]
fn a_target_that_is_none_is_refused() {
    let world = World::new();
    world.file("a.bin", 10);
    for target in
        ["accounts", "accounts(1)/doc", "accounts(00000000-0000-0000-0000-000000000001)", "a/b/c/d", "''"]
    {
        for line in [format!("upload a.bin {target}"), format!("info {target}"), format!("delete {target}")] {
            let said = world.dvf(&line).failed(2);
            assert!(said.contains(target), "{line}: {said}");
        }
    }
    assert_eq!(world.server.requests(), 0);
}

#[test]
fn without_a_url_all_three_ways_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["", " "] {
        let said = run(dvf(folder.path()).env("DATAVERSE_URL", url).args(words("info TARGET"))).failed(2);
        for way in ["--url https://", "DATAVERSE_URL", "--url embedded"] {
            assert!(said.contains(way), "{said}");
        }
    }
    run(dvf(folder.path()).args(words("info TARGET"))).failed(2);
}

#[test]
fn plain_http_reaches_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    for url in
        ["http://contoso.crm.dynamics.com", "http://192.168.0.1:8080", "ftp://x", "contoso", "https://x/api"]
    {
        let said =
            run(dvf(folder.path()).args(["--url", url, "--token", "t"]).args(words("info TARGET"))).failed(2);
        assert!(said.to_lowercase().contains("url") || said.contains("https://"), "{said}");
    }
}

#[test]
fn what_does_not_exist_is_exit_code_3() {
    let world = World::new();
    world.file("a.bin", 10);
    let id = "00000000-0000-0000-0000-000000000001";
    let none = "00000000-0000-0000-0000-00000000dead";
    for engine in ["async", "blocking"] {
        for target in [
            format!("accounts({id})/no_such_column"),
            format!("accounts({none})/sample_filecolumn"),
            format!("acounts({id})/sample_filecolumn"),
        ] {
            for command in ["upload a.bin", "info", "download"] {
                let line = format!("{command} {target} --engine {engine}");
                let said = world.dvf(&line).failed(3);
                assert!(said.contains("not found"), "{line}: {said}");
            }
        }
    }
}

/// A file that takes no place on the disk.
fn sparse(world: &World, name: &str, size: u64) {
    fs::File::create(world.path(name)).unwrap().set_len(size).unwrap();
}

#[test]
fn a_file_above_the_columns_limit_is_refused_without_sending_it() {
    let world = World::new();
    let limit = 10_485_760 * 1_024;
    sparse(&world, "big.bin", limit + 1);
    for engine in ["async", "blocking"] {
        let run = world.dvf(&format!("upload big.bin TARGET --json --engine {engine}"));
        assert_eq!(run.code, Some(8), "{run:?}");
        assert_eq!((&run.last_event()["kind"], &run.last_event()["exit"]), (&"too_large".into(), &8.into()));
        assert!(run.stderr.contains("10,737,418,240 at most"), "{}", run.stderr);
        assert_eq!(moved(&world), 0, "preflight sends nothing of the file");
    }
    sparse(&world, "fits.bin", limit);
    let said = world.dvf("upload fits.bin TARGET --strategy single").failed(8);
    assert!(said.contains("134217728"), "the limit of one request is another: {said}");
}

#[test]
fn without_preflight_the_service_refuses_a_file_above_the_limit() {
    let world = World::new();
    sparse(&world, "big.bin", 10_485_760 * 1_024 + 1);
    for engine in ["async", "blocking"] {
        let run = world.dvf(&format!(
            "upload big.bin TARGET --no-preflight --strategy chunked --json --engine {engine}"
        ));
        assert_eq!(run.code, Some(8), "{run:?}");
        let error = run.last_event();
        assert_eq!((&error["kind"], &error["code"]), (&"too_large".into(), &"0x80044a02".into()));
    }
    world.dvf("info TARGET").ok();
}

#[test]
fn an_image_column_has_its_own_limit() {
    let world = World::new();
    let target = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn";
    sparse(&world, "big.bin", 30_720 * 1_024 + 1);
    let said = world.dvf(&format!("upload big.bin {target}")).failed(8);
    assert!(said.contains("31,457,280 at most"), "{said}");
}

#[test]
fn a_wrong_token_and_none_are_exit_code_4() {
    let world = World::new();
    world.file("a.bin", 10);
    for engine in ["async", "blocking"] {
        for command in ["upload a.bin TARGET", "download TARGET b.bin", "delete TARGET", "info TARGET"] {
            let said = world.dvf(&format!("{command} --token wrong-t0ken --engine {engine}")).failed(4);
            assert!(said.contains("401") && said.contains("token"), "{said}");
            assert!(!said.contains("wrong-t0ken"), "{said}");
        }
    }
    let mut command = world.command(words("info TARGET"));
    let said = run(command.env_remove("DATAVERSE_TOKEN")).failed(4);
    assert!(said.contains("--token-file") && said.contains("DATAVERSE_TOKEN"), "{said}");
}

#[test]
fn a_server_that_is_not_there_is_exit_code_5_or_the_deadlines_10() {
    let folder = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    for engine in ["async", "blocking"] {
        let mut command = dvf(folder.path());
        command.args(["--url", &url, "--token", "t", "--deadline", "0.5", "--engine", engine]);
        let said = run(command.args(words("info TARGET"))).failed(10);
        assert!(said.contains("time"), "{said}");
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let world = World::new();
    world.file("a.bin", 10);
    for (line, says) in [
        ("upload a.bin TARGET --block-size 5MiB", "4194304"),
        ("upload a.bin TARGET --parallel 0", "1 to 52"),
        ("upload a.bin TARGET --strategy fast", "chunked"),
        ("upload a.bin TARGET --mime nonsense", "MIME type"),
        ("upload a.bin TARGET --mime a/b --strategy single", "MIME type"),
        ("upload - TARGET", "--name"),
        ("download TARGET --api-version 8", "9.2"),
        ("download TARGET - --resume", "--resume"),
        ("download TARGET no/such/folder/x", "no such file or folder"),
        ("frobnicate", "frobnicate"),
    ] {
        refused(&world, line, says);
    }
}
