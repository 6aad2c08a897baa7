//! Deleting, and the small questions.
use dataverse_files_proto::{ErrorKind, Target, query};

use crate::stage::{HELLO, tell};

#[test]
fn a_column_is_emptied_and_an_empty_one_stays_empty() {
    tell("delete_column", |stage| {
        stage.world.organization.put("hello.txt", HELLO);
        for _ in 0..2 {
            let mut call = query::delete(&stage.contoso(), stage.column()).unwrap();
            stage.world.run(&mut call, &[]).unwrap();
            stage.show();
        }
    });
}

#[test]
fn a_file_is_deleted_by_its_id_and_a_deleted_one_is_no_error() {
    tell("delete_file", |stage| {
        stage.world.organization.put("hello.txt", HELLO);
        let held = stage.world.run(&mut query::held(&stage.contoso(), stage.column()).unwrap(), &[]).unwrap();
        let id = held.file_id.unwrap().parse().unwrap();
        for _ in 0..2 {
            stage.world.run(&mut query::delete_file(&stage.contoso(), &id), &[]).unwrap();
            stage.show();
        }
    });
}

#[test]
fn a_tables_names_are_looked_up() {
    tell("look_up_table", |stage| {
        let table = stage.world.run(&mut query::table(&stage.contoso(), "accounts").unwrap(), &[]).unwrap();
        assert_eq!((table.logical_name(), table.primary_id()), ("account", "accountid"));
        stage.world.run(&mut query::table(&stage.contoso(), "nothings").unwrap(), &[]).unwrap_err();
    });
}

#[test]
fn a_misspelt_column_is_not_an_empty_one() {
    tell("delete_misspelt", |stage| {
        let column: Target =
            "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolum".parse().unwrap();
        let e = stage.world.run(&mut query::delete(&stage.contoso(), column).unwrap(), &[]).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::NotFound);
    });
}
