//! Columns are listed, created, changed and deleted.
use crate::world::{TARGET, World, assert_same, bytes};

const NEW: &str = "accounts(00000000-0000-0000-0000-000000000001)/new_contract";

#[test]
fn the_columns_of_a_table_are_listed_by_either_of_its_names() {
    let world = World::new();
    for engine in ["async", "blocking"] {
        for table in ["account", "accounts"] {
            let text = world.dvf(&format!("columns {table} --engine {engine}")).ok().text();
            let rows: Vec<Vec<&str>> =
                text.lines().map(|line| line.split("  ").map(str::trim).collect()).collect();
            let row = |name: &str| {
                let row = rows.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("{name}: {text}"));
                row.iter().copied().filter(|cell| !cell.is_empty()).collect::<Vec<_>>()
            };
            assert_eq!(row("COLUMN"), ["COLUMN", "KIND", "LIMIT KB", "LIMIT", "PRIMARY", "FULL IMAGES"]);
            assert_eq!(
                row("sample_filecolumn"),
                ["sample_filecolumn", "file", "10,485,760", "10 GiB", "-", "-"]
            );
            assert_eq!(
                row("sample_imagecolumn"),
                ["sample_imagecolumn", "image", "30,720", "30 MiB", "yes", "yes"]
            );
        }
    }
}

#[test]
fn programs_get_one_line_per_column_and_their_number() {
    let world = World::new();
    let events = world.dvf("columns account --json").ok().events();
    let (done, columns) = events.split_last().unwrap();
    assert_eq!((&done["event"], &done["table"]), (&"done".into(), &"account".into()));
    assert_eq!(done["columns"], columns.len());
    let image = columns.iter().find(|column| column["name"] == "sample_imagecolumn").unwrap();
    assert_eq!((&image["event"], &image["kind"]), (&"column".into(), &"image".into()));
    assert_eq!((&image["max_kb"], &image["max_bytes"]), (&30_720.into(), &31_457_280.into()));
    assert_eq!((&image["primary"], &image["full_images"]), (&true.into(), &true.into()));
}

#[test]
fn a_table_that_is_not_there_is_exit_code_3() {
    let world = World::new();
    for command in ["columns nothings", "column delete nothings a", "column set-limit nothings a 5"] {
        let said = world.dvf(command).failed(3);
        assert!(said.contains("nothings"), "{said}");
    }
}

#[test]
fn a_new_column_takes_a_file_at_once() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        world.file("a.bin", 5_000);
        let line = format!("column create account new_Contract --kind file --max-kb 20480 --engine {engine}");
        let said = world.dvf(&line).ok().text();
        assert!(said.contains("account/new_contract") && said.contains("20,480 KB"), "{said}");
        world.dvf(&format!("upload a.bin {NEW} --engine {engine}")).ok();
        world.dvf(&format!("download {NEW} b.bin --engine {engine}")).ok();
        assert_same(&world.path("b.bin"), &bytes(5_000));
        let info = world.dvf(&format!("info {NEW} --json")).ok().last_event();
        assert_eq!(info["max_bytes"], 20_480 * 1_024);
    }
}

#[test]
fn a_column_that_is_there_already_is_exit_code_9_and_stays_as_it_is() {
    let world = World::new();
    world.dvf("column create account new_contract --kind file --max-kb 20480").ok();
    let run = world.dvf("column create accounts new_contract --kind image --full-images --json");
    assert_eq!(run.code, Some(9), "{run:?}");
    assert_eq!(run.last_event()["kind"], "exists");
    let info = world.dvf(&format!("info {NEW} --json")).ok().last_event();
    assert_eq!((&info["kind"], &info["max_bytes"]), (&"file".into(), &(20_480 * 1_024).into()));
}

#[test]
fn a_limit_that_is_raised_lets_the_file_in() {
    let world = World::new();
    world.file("a.bin", 10 * 1_024 + 1);
    world.dvf("column create account new_contract --kind file --max-kb 10").ok();
    let said = world.dvf(&format!("upload a.bin {NEW}")).failed(8);
    assert!(said.contains("raise the column's MaxSizeInKB to 11"), "{said}");
    world.dvf("column set-limit account new_contract 11").ok();
    world.dvf(&format!("upload a.bin {NEW}")).ok();
    world.dvf("column set-limit account new_missing 11").failed(3);
    let said = world.dvf("column set-limit account sample_imagecolumn 30721").failed(2);
    assert!(said.contains("30720"), "{said}");
}

#[test]
fn a_deleted_column_is_gone_and_deleting_it_again_is_exit_code_3() {
    let world = World::new();
    world.dvf("column create account new_contract --kind file").ok();
    let done = world.dvf("column delete account new_contract --json").ok().last_event();
    assert_eq!((&done["command"], &done["column"]), (&"column delete".into(), &"new_contract".into()));
    world.dvf("column delete account new_contract").failed(3);
    world.dvf(&format!("info {NEW}")).failed(3);
    world.dvf(&format!("info {TARGET}")).ok();
}

#[test]
fn what_makes_no_column_is_refused_before_it_is_asked() {
    let world = World::new();
    for line in [
        "column create account new_a --kind film",
        "column create account new_a",
        "column create account new_a --kind file --full-images",
        "column create account new_a --kind file --max-kb 10485761",
        "column create account new_a --kind image --max-kb 30721",
        "column create account a'b --kind file",
        "column set-limit account new_a many",
        "column",
    ] {
        let run = world.dvf(line);
        assert_eq!(run.code, Some(2), "{line}: {run:?}");
    }
}
