//! The documented lists of columns, and what is made of them.
use dataverse_files_proto::ErrorKind;

use super::*;
use crate::exchange::{API, account, carry_out, contoso, ok, refusal};

const FILES: &str = r#"{
    "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#EntityDefinitions('account')/Attributes/Microsoft.Dynamics.CRM.FileAttributeMetadata(LogicalName,SchemaName,MaxSizeInKB)",
    "value": [
        {
            "LogicalName": "sample_filecolumn",
            "SchemaName": "sample_FileColumn",
            "MaxSizeInKB": 30720,
            "MetadataId": "f315e7f1-6355-ed11-bba3-000d3a9933c9"
        }
    ]
}"#;
const IMAGES: &str = r#"{
    "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#EntityDefinitions('account')/Attributes/Microsoft.Dynamics.CRM.ImageAttributeMetadata(SchemaName,CanStoreFullImage,MaxSizeInKB,IsPrimaryImage)",
    "value": [
        {
            "SchemaName": "sample_ImageColumn",
            "CanStoreFullImage": true,
            "MaxSizeInKB": 30720,
            "IsPrimaryImage": true,
            "MetadataId": "f415e7f1-6355-ed11-bba3-000d3a9933c9"
        }
    ]
}"#;

#[test]
fn the_documented_exchanges_list_every_column_with_its_limits() {
    let (asked, found) = carry_out(columns(&contoso(), &account()), &[ok(FILES), ok(IMAGES)]);
    let list = format!("{API}EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM.");
    let select = "?$select=LogicalName,SchemaName,";
    assert_eq!(asked[0].path, format!("{list}FileAttributeMetadata{select}MaxSizeInKB"));
    let image = "CanStoreFullImage,MaxSizeInKB,IsPrimaryImage";
    assert_eq!(asked[1].path, format!("{list}ImageAttributeMetadata{select}{image}"));
    let found = found.unwrap();
    let [file, image] = &found[..] else { panic!("{found:?}") };
    assert_eq!((file.kind, file.max_size_in_bytes()), (ColumnKind::File, 31_457_280));
    assert!(!file.can_store_full_image && !file.is_primary_image);
    assert_eq!((image.kind, image.max_size_in_kb), (ColumnKind::Image, 30_720));
    assert_eq!(image.logical_name, "sample_imagecolumn", "from the schema name, in lower case");
    assert!(image.can_store_full_image && image.is_primary_image);
}

#[test]
fn a_table_without_such_columns_has_an_empty_list() {
    let none = ok(r#"{"value":[]}"#);
    assert_eq!(carry_out(columns(&contoso(), &account()), &[none.clone(), none]).1.unwrap(), []);
}

#[test]
fn a_page_that_had_to_be_asked_for_twice_is_listed_once() {
    let broken = ok(&FILES[..200]);
    let (asked, found) = carry_out(columns(&contoso(), &account()), &[broken, ok(FILES), ok(IMAGES)]);
    assert_eq!((asked.len(), found.unwrap().len()), (3, 2));
}

#[test]
fn a_file_column_costs_one_request() {
    let (asked, found) =
        carry_out(column(&contoso(), &account(), "sample_FileColumn").unwrap(), &[ok(FILES)]);
    assert_eq!((asked.len(), found.unwrap().kind), (1, ColumnKind::File));
}

#[test]
fn an_image_column_is_found_in_the_second_list() {
    let call = column(&contoso(), &account(), "sample_imagecolumn").unwrap();
    let (asked, found) = carry_out(call, &[ok(FILES), ok(IMAGES)]);
    assert!(asked[1].path.contains("ImageAttributeMetadata"), "{asked:?}");
    assert!(found.unwrap().can_store_full_image);
}

#[test]
fn a_column_in_neither_list_is_not_found() {
    let call = column(&contoso(), &account(), "telephone1").unwrap();
    let error = carry_out(call, &[ok(FILES), ok(IMAGES)]).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("no file or image column \"telephone1\""), "{error}");
}

#[test]
fn a_table_that_does_not_exist_is_not_found() {
    let no = refusal(404, "0x80060888");
    let error = carry_out(columns(&contoso(), &account()), std::slice::from_ref(&no)).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("no table has the logical name \"account\""), "{error}");
    let call = column(&contoso(), &account(), "sample_filecolumn").unwrap();
    assert_eq!(carry_out(call, &[no]).1.unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn what_is_no_name_is_never_asked_for() {
    for no in ["", "a b", "a'b", "a/b", "a?b", "ü", &"a".repeat(129)] {
        assert_eq!(column(&contoso(), &account(), no).unwrap_err().kind(), ErrorKind::Input, "{no:?}");
    }
}

#[test]
fn a_definition_without_its_limit_is_not_guessed() {
    assert!(read_list(br#"{"value":[{"LogicalName":"a","MaxSizeInKB":null}]}"#, ColumnKind::File).is_err());
    let no_flag = br#"{"value":[{"LogicalName":"a","MaxSizeInKB":1,"IsPrimaryImage":true}]}"#;
    assert!(read_list(no_flag, ColumnKind::Image).is_err());
    assert!(read_list(br#"{"value":[{"MaxSizeInKB":1}]}"#, ColumnKind::File).is_err());
}

#[test]
fn a_column_with_an_odd_name_is_an_odd_answer() {
    let odd = br#"{"value":[{"LogicalName":"a')/x?","MaxSizeInKB":1}]}"#;
    assert!(read_list(odd, ColumnKind::File).unwrap_err().contains("is not the name"));
}
