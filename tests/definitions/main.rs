//! The questions of the metadata crate, answered by the emulator: two readings of the same documents must agree.
#![allow(clippy::unwrap_used, reason = "tests")]
use dataverse_files_metadata::{self as metadata, ColumnKind, FileFacts, Finding, ImageColumn};
use dataverse_files_proto::{Call, Error, ErrorKind, Table, Upload, UploadPlan};
use dataverse_files_tests::World;

fn ask<T>(world: &mut World, mut call: Call<T>) -> Result<T, Error> {
    world.run(&mut call, b"")
}

fn account() -> Table {
    Table::new("account", "accountid").unwrap()
}

#[test]
fn a_table_is_the_same_by_either_name() {
    let mut world = World::new(1);
    let contoso = world.contoso();
    for (logical, set, id) in [
        ("account", "accounts", "accountid"),
        ("email", "emails", "activityid"),
        ("annotation", "annotations", "annotationid"),
    ] {
        let by_name = ask(&mut world, metadata::table(&contoso, logical).unwrap()).unwrap();
        assert_eq!(by_name, ask(&mut world, metadata::table_by_set(&contoso, set).unwrap()).unwrap());
        assert_eq!((by_name.set_name.as_str(), by_name.primary_id.as_str()), (set, id));
        assert_eq!(by_name.is_activity, logical == "email", "{logical}");
    }
    for unknown in [metadata::table(&contoso, "acount"), metadata::table_by_set(&contoso, "acounts")] {
        let error = ask(&mut world, unknown.unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("check its spelling"), "{error}");
    }
}

#[test]
fn the_columns_of_a_table_come_with_their_limits() {
    let mut world = World::new(2);
    let contoso = world.contoso();
    let all = ask(&mut world, metadata::columns(&contoso, &account())).unwrap();
    let file = all.iter().find(|column| column.logical_name == "sample_filecolumn").unwrap();
    assert_eq!((file.kind, file.max_size_in_kb), (ColumnKind::File, 10_485_760));
    let image = all.iter().find(|column| column.logical_name == "sample_imagecolumn").unwrap();
    assert_eq!((image.kind, image.max_size_in_kb), (ColumnKind::Image, 30_720));
    assert!(image.can_store_full_image && image.is_primary_image);
    for listed in &all {
        let call = metadata::column(&contoso, &account(), &listed.logical_name).unwrap();
        assert_eq!(&ask(&mut world, call).unwrap(), listed);
    }
    let unknown = Table::new("acount", "acountid").unwrap();
    let error = ask(&mut world, metadata::columns(&contoso, &unknown)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[test]
fn image_columns_are_listed_for_the_whole_organization() {
    let mut world = World::new(3);
    let contoso = world.contoso();
    let image = ImageColumn { table: "account".into(), column: "sample_imagecolumn".into() };
    assert!(ask(&mut world, metadata::full_image_columns(&contoso)).unwrap().contains(&image));
    assert!(ask(&mut world, metadata::primary_images(&contoso)).unwrap().contains(&image));
}

#[test]
fn the_organizations_limits_find_what_it_would_refuse() {
    let mut world = World::new(4);
    let contoso = world.contoso();
    let limits = ask(&mut world, metadata::organization_limits(&contoso)).unwrap();
    assert_eq!((limits.max_upload_size_in_bytes, limits.max_note_size_in_bytes()), (5_242_880, 3_932_160));
    let call = metadata::column(&contoso, &account(), "sample_filecolumn").unwrap();
    let column = ask(&mut world, call).unwrap();
    let file = FileFacts { name: "a.EXE", size: 1, mime: None, first_bytes: b"M" };
    let found = metadata::preflight(&file, &column, Some(&limits)).unwrap_err();
    assert_eq!(found, [Finding::ExtensionBlocked { extension: "exe".into() }]);
}

#[test]
fn a_file_is_described_as_it_was_uploaded() {
    let mut world = World::new(5);
    let (contoso, column) = (world.contoso(), world.column());
    let empty = ask(&mut world, metadata::file_details(&contoso, &account(), &column)).unwrap();
    assert_eq!(empty, None);
    let plan = UploadPlan::new(contoso.clone(), column.clone(), "r&d #1.pdf", 11);
    world.run(&mut Upload::new(plan).unwrap(), b"hello world").unwrap();
    let held = ask(&mut world, metadata::file_details(&contoso, &account(), &column)).unwrap().unwrap();
    assert_eq!((held.name.as_deref(), held.size), (Some("r&d #1.pdf"), 11));
    assert_eq!(held.mime.as_deref(), Some("application/pdf"));
}

#[test]
fn an_empty_image_column_holds_nothing() {
    let mut world = World::new(6);
    let contoso = world.contoso();
    let column = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn".parse().unwrap();
    assert_eq!(ask(&mut world, metadata::image_details(&contoso, &column)).unwrap(), None);
}

#[test]
fn the_limit_of_notes_is_what_it_was_set_to() {
    let mut world = World::new(7);
    let contoso = world.contoso();
    let before = ask(&mut world, metadata::organization_limits(&contoso)).unwrap();
    let set = metadata::set_organization_limit(&contoso, &before.organization_id, 131_072_000).unwrap();
    ask(&mut world, set).unwrap();
    let after = ask(&mut world, metadata::organization_limits(&contoso)).unwrap();
    assert_eq!(after, metadata::OrganizationLimits { max_upload_size_in_bytes: 131_072_000, ..before });
}
