//! What holds for every look-up of this crate.
use dataverse_files_proto::{Call, Column, Error};
use http::Method;

use crate::exchange::{Asked, Says, account, carry_out, contoso, ok, refusal};
use crate::{
    column, columns, file_details, full_image_columns, image_details, organization_limits, primary_images,
    table, table_by_set,
};

/// Every question of this crate at once, for an answer that suits them all.
const ANSWER: &str = r#"{
    "value": [{
        "LogicalName": "account", "SchemaName": "Account", "EntitySetName": "accounts", "PrimaryIdAttribute": "accountid",
        "HasNotes": true, "MaxSizeInKB": 1, "CanStoreFullImage": true, "IsPrimaryImage": true,
        "parententitylogicalname": "account", "attributelogicalname": "a", "primaryimageattribute": "a",
        "organizationid": "7a4814f9-b0b8-ea11-a812-000d3a122b89", "maxuploadfilesize": 1, "blockedattachments": null,
        "blockedmimetypes": null, "allowedmimetypes": null
    }],
    "account_FileAttachments": [],
    "sample_colunmid": "7a4814f9-b0b8-ea11-a812-000d3a122b89"
}"#;

/// Carry out every look-up, each against this one answer: the requests, and how each ended.
fn look_everything_up(says: &Says) -> (Vec<Asked>, Vec<Result<(), Error>>) {
    let (contoso, account) = (contoso(), account());
    let target: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_colunm".parse().unwrap();
    let (mut asked, mut ends) = (Vec::new(), Vec::new());
    let mut one = |(requests, end): (Vec<Asked>, Result<(), Error>)| {
        asked.extend(requests);
        ends.push(end);
    };
    one(end(table(&contoso, "acount").unwrap(), says));
    one(end(table_by_set(&contoso, "acounts").unwrap(), says));
    one(end(columns(&contoso, &account), says));
    one(end(column(&contoso, &account, "sample_colunm").unwrap(), says));
    one(end(full_image_columns(&contoso), says));
    one(end(primary_images(&contoso), says));
    one(end(organization_limits(&contoso), says));
    one(end(file_details(&contoso, &account, &target), says));
    one(end(image_details(&contoso, &target), says));
    (asked, ends)
}

fn end<T>(call: Call<T>, says: &Says) -> (Vec<Asked>, Result<(), Error>) {
    let (asked, end) = carry_out(call, &vec![says.clone(); 20]);
    (asked, end.map(|_| ()))
}

#[test]
fn b18_no_look_up_sends_anything_but_a_get_whatever_it_is_told() {
    let answers = [
        ok(ANSWER),
        ok(r#"{"value":[]}"#),
        ok("no JSON"),
        refusal(404, "0x80060888"),
        refusal(400, "0x80041103"),
        refusal(400, "0x80090007"),
        refusal(500, ""),
        refusal(503, "0x80072323"),
    ];
    for says in answers {
        let (asked, ends) = look_everything_up(&says);
        assert!(asked.len() >= ends.len() && ends.len() == 9);
        for request in asked {
            assert_eq!(request.method, Method::GET, "{}", request.path);
            assert_eq!(request.header("content-type"), None, "{}", request.path);
        }
    }
}

#[test]
fn the_answer_that_suits_them_all_does() {
    let (_, ends) = look_everything_up(&ok(ANSWER));
    let failed: Vec<String> = ends.into_iter().filter_map(Result::err).map(|e| e.to_string()).collect();
    // No column has the misspelt name; everything else is there.
    assert!(matches!(&failed[..], [one] if one.contains("no file or image column")), "{failed:?}");
}
