//! The documented change and deletion, and what must not be changed.
use serde_json::json;

use super::*;
use crate::exchange::{API, account, carry_out, contoso, no_content, ok, refusal};

fn image() -> ColumnDefinition {
    ColumnDefinition {
        logical_name: "sample_imagecolumn".into(),
        schema_name: "sample_ImageColumn".into(),
        kind: ColumnKind::Image,
        max_size_in_kb: 10_240,
        can_store_full_image: false,
        is_primary_image: false,
    }
}

fn file() -> ColumnDefinition {
    ColumnDefinition { kind: ColumnKind::File, ..image() }
}

/// A whole definition with a property that this crate knows nothing about.
fn definition() -> Value {
    json!({
        "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#EntityDefinitions('account')/Attributes/Microsoft.Dynamics.CRM.ImageAttributeMetadata/$entity",
        "LogicalName": "sample_imagecolumn",
        "SchemaName": "sample_ImageColumn",
        "CanStoreFullImage": false,
        "MaxSizeInKB": 10240,
        "DisplayName": {"LocalizedLabels": [{"Label": "Bild", "LanguageCode": 1031}], "UserLocalizedLabel": null},
        "ColumnNumber": 10042,
        "Unknown": [{"a": 1.5}, null],
    })
}

fn update(changes: &[ColumnChange]) -> Call<()> {
    update_column(&contoso(), &account(), &image(), changes).unwrap()
}

fn column_path() -> String {
    format!("{API}EntityDefinitions(LogicalName='account')/Attributes(LogicalName='sample_imagecolumn')")
}

#[test]
fn the_documented_exchange_of_a_change() {
    let changes = [ColumnChange::CanStoreFullImage(true), ColumnChange::MaxSizeInKb(30_720)];
    let (asked, done) = carry_out(update(&changes), &[ok(&definition().to_string()), no_content()]);
    assert!(done.is_ok());
    let [get, put] = &asked[..] else { panic!("{asked:?}") };
    let path = column_path();
    assert_eq!(
        get.path,
        format!("{path}/Microsoft.Dynamics.CRM.ImageAttributeMetadata"),
        "no $select: all of it"
    );
    assert_eq!((get.method.as_str(), get.header("consistency")), ("GET", Some("Strong")));
    assert_eq!((put.method.as_str(), put.path.as_str()), ("PUT", path.as_str()));
    assert_eq!(put.header("MSCRM.MergeLabels"), Some("true"));
    let mut expected = definition();
    expected.as_object_mut().unwrap().remove("@odata.context");
    expected["@odata.type"] = "Microsoft.Dynamics.CRM.ImageAttributeMetadata".into();
    expected["CanStoreFullImage"] = true.into();
    expected["MaxSizeInKB"] = 30_720.into();
    assert_eq!(put.json(), expected, "every other property as it was");
}

#[test]
fn a_column_becomes_the_primary_image() {
    let (asked, _) =
        carry_out(update(&[ColumnChange::MakePrimaryImage]), &[ok(&definition().to_string()), no_content()]);
    assert_eq!(asked[1].json()["IsPrimaryImage"], true);
}

#[test]
fn a_definition_in_a_list_of_one_is_put_back_as_one_object() {
    let listed = json!({"@odata.context": "x", "value": [definition()]}).to_string();
    let (asked, _) = carry_out(update(&[ColumnChange::MaxSizeInKb(1)]), &[ok(&listed), no_content()]);
    assert_eq!((&asked[1].json()["MaxSizeInKB"], asked[1].json().get("value")), (&json!(1), None));
}

#[test]
fn a_part_of_a_definition_is_never_put_in_place_of_the_whole() {
    let part = json!({"LogicalName": "sample_imagecolumn", "SchemaName": "sample_ImageColumn"}).to_string();
    let (asked, done) = carry_out(update(&[ColumnChange::MaxSizeInKb(1)]), &vec![ok(&part); 3]);
    assert!(asked.iter().all(|request| request.method == Method::GET), "{asked:?}");
    assert_eq!(done.unwrap_err().kind(), ErrorKind::Protocol);
}

#[test]
fn a_change_of_what_is_not_there_is_not_found() {
    let (asked, done) = carry_out(update(&[ColumnChange::MaxSizeInKb(1)]), &[refusal(404, "0x8004024a")]);
    let error = done.unwrap_err();
    assert_eq!((error.kind(), asked.len()), (ErrorKind::NotFound, 1));
    assert!(error.to_string().contains("no such column \"sample_imagecolumn\""), "{error}");
}

#[test]
fn a_change_that_the_service_refuses_says_what_it_takes() {
    let says = [ok(&definition().to_string()), refusal(400, "0x8009000E")];
    let error = carry_out(update(&[ColumnChange::MaxSizeInKb(30_720)]), &says).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("30720"), "{error}");
}

#[test]
fn a_change_that_cannot_be_is_never_sent() {
    use ColumnChange::{CanStoreFullImage, MakePrimaryImage, MaxSizeInKb};
    let changes = |column: &ColumnDefinition, changes: &[ColumnChange]| {
        update_column(&contoso(), &account(), column, changes).is_ok()
    };
    assert!(!changes(&image(), &[]));
    assert!(changes(&image(), &[MaxSizeInKb(30_720)]) && !changes(&image(), &[MaxSizeInKb(30_721)]));
    assert!(changes(&file(), &[MaxSizeInKb(10_485_760)]) && !changes(&file(), &[MaxSizeInKb(10_485_761)]));
    assert!(!changes(&file(), &[CanStoreFullImage(true)]) && !changes(&file(), &[MakePrimaryImage]));
    let odd = ColumnDefinition { logical_name: "a')/x".into(), ..image() };
    assert!(!changes(&odd, &[MaxSizeInKb(1)]));
}

#[test]
fn the_documented_exchange_of_a_deletion() {
    let call = delete_column(&contoso(), &account(), "sample_imagecolumn").unwrap();
    let (asked, done) = carry_out(call, &[no_content()]);
    assert!(done.is_ok());
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("DELETE", column_path().as_str()));
    assert_eq!(asked[0].header("consistency"), Some("Strong"));
    assert_eq!(asked[0].header("content-length"), None);
}

#[test]
fn a_deletion_of_what_is_not_there_is_not_found_unless_the_call_itself_deleted_it() {
    let delete = || delete_column(&contoso(), &account(), "sample_imagecolumn").unwrap();
    let gone = refusal(404, "0x8004024a");
    let (_, done) = carry_out(delete(), std::slice::from_ref(&gone));
    assert_eq!(done.unwrap_err().kind(), ErrorKind::NotFound);
    let (asked, done) = carry_out(delete(), &[refusal(503, ""), gone]);
    assert_eq!((asked.len(), done.is_ok()), (2, true));
}

#[test]
fn a_column_that_is_in_use_stays_and_the_error_says_what_to_do() {
    let call = delete_column(&contoso(), &account(), "sample_imagecolumn").unwrap();
    let error = carry_out(call, &[refusal(400, "0x8004F01F")]).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("something still uses it"), "{error}");
}
