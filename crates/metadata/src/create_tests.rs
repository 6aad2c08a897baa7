//! The documented definitions, word for word, and what is refused before it is sent.
use super::*;
use crate::exchange::{API, Says, account, carry_out, contoso, guid, no_content, refusal};

const ID: &str = "f315e7f1-6355-ed11-bba3-000d3a9933c9";

fn created() -> Says {
    let there = format!(
        "https://contoso.crm.dynamics.com{API}EntityDefinitions(402fa40f-287c-e511-80d2-00155d2a68d2)/Attributes({ID})"
    );
    no_content().header("location", there.clone()).header("odata-entityid", there)
}

fn file() -> NewColumn {
    NewColumn {
        max_size_in_kb: 30_720,
        description: "Sample File Column for FileOperation samples".into(),
        ..NewColumn::file("sample_FileColumn", "Sample File Column")
    }
}

fn create(new: &NewColumn) -> Result<Call<Creation>, Error> {
    create_column(&contoso(), &account(), new)
}

#[test]
fn the_documented_exchange_of_a_file_column() {
    let (asked, creation) = carry_out(create(&file()).unwrap(), &[created()]);
    assert_eq!(asked[0].method, Method::POST);
    assert_eq!(asked[0].path, format!("{API}EntityDefinitions(LogicalName='account')/Attributes"));
    let documented = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.FileAttributeMetadata",
        "AttributeTypeName": {
            "Value": "FileType"
        },
        "SchemaName": "sample_FileColumn",
        "MaxSizeInKB": 30720,
        "DisplayName": {
            "@odata.type": "Microsoft.Dynamics.CRM.Label",
            "LocalizedLabels": [
                {
                    "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
                    "Label": "Sample File Column",
                    "LanguageCode": 1033,
                    "IsManaged": false
                }
            ]
        },
        "Description": {
            "@odata.type": "Microsoft.Dynamics.CRM.Label",
            "LocalizedLabels": [
                {
                    "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
                    "Label": "Sample File Column for FileOperation samples",
                    "LanguageCode": 1033,
                    "IsManaged": false
                }
            ]
        },
        "RequiredLevel": {
            "Value": "None"
        }
    });
    assert_eq!(asked[0].json(), documented);
    assert_eq!(creation.unwrap(), Creation::Created { column_id: Some(guid(ID)) });
}

#[test]
fn the_documented_exchange_of_an_image_column() {
    let new = NewColumn {
        can_store_full_image: true,
        max_size_in_kb: 30_720,
        ..NewColumn::image("sample_ImageColumn", "Sample Image Column")
    };
    let (asked, _) = carry_out(create(&new).unwrap(), &[created()]);
    let documented = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.ImageAttributeMetadata",
        "AttributeTypeName": {
            "Value": "ImageType"
        },
        "SchemaName": "sample_ImageColumn",
        "CanStoreFullImage": true,
        "IsPrimaryImage": false,
        "MaxSizeInKB": 30720,
        "DisplayName": {
            "@odata.type": "Microsoft.Dynamics.CRM.Label",
            "LocalizedLabels": [
                {
                    "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
                    "Label": "Sample Image Column",
                    "LanguageCode": 1033,
                    "IsManaged": false
                }
            ]
        },
        "RequiredLevel": {
            "Value": "None"
        }
    });
    assert_eq!(asked[0].json(), documented);
}

#[test]
fn the_type_comes_first_in_every_object_that_has_one() {
    // Readers of OData may take an object as it streams by, and need its type before its properties.
    let text = file().definition().to_string();
    let typed = text.match_indices("\"@odata.type\"");
    assert!(typed.clone().all(|(at, _)| text[..at].ends_with('{')), "{text}");
    assert_eq!(typed.count(), 5);
}

#[test]
fn a_column_that_exists_already_is_an_answer() {
    for code in ["0x80047013", "0x80060304"] {
        let (asked, creation) = carry_out(create(&file()).unwrap(), &[refusal(400, code)]);
        assert_eq!((asked.len(), creation.unwrap()), (1, Creation::ExistsAlready), "{code}");
    }
}

#[test]
fn a_success_without_the_documented_headers_is_not_sent_again() {
    for says in [no_content(), no_content().header("odata-entityid", "odd"), no_content().status(201)] {
        let (asked, creation) = carry_out(create(&file()).unwrap(), &[says]);
        assert_eq!(asked.len(), 1);
        assert_eq!(creation.unwrap(), Creation::Created { column_id: None });
    }
}

#[test]
fn a_refusal_of_another_kind_stays_an_error() {
    let error = carry_out(create(&file()).unwrap(), &[refusal(403, "0x80040220")]).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let error = carry_out(create(&file()).unwrap(), &[refusal(404, "0x80060888")]).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "the table");
}

#[test]
fn a_solution_is_named_in_its_header() {
    let new = NewColumn { solution: Some("SampleSolution".into()), ..file() };
    let (asked, _) = carry_out(create(&new).unwrap(), &[created()]);
    assert_eq!(asked[0].header("MSCRM.SolutionUniqueName"), Some("SampleSolution"));
    let (asked, _) = carry_out(create(&file()).unwrap(), &[created()]);
    assert_eq!(asked[0].header("MSCRM.SolutionUniqueName"), None);
}

#[test]
fn what_the_service_would_refuse_is_never_sent() {
    let image = || NewColumn::image("sample_ImageColumn", "Sample Image Column");
    for (new, good) in [
        (NewColumn { max_size_in_kb: 10_485_760, ..file() }, true),
        (NewColumn { max_size_in_kb: 10_485_761, ..file() }, false),
        (NewColumn { max_size_in_kb: 30_720, ..image() }, true),
        (NewColumn { max_size_in_kb: 30_721, ..image() }, false),
        (NewColumn { max_size_in_kb: 0, ..image() }, false),
        (NewColumn { label: " ".into(), ..file() }, false),
        (NewColumn { schema_name: "sample column".into(), ..file() }, false),
        (NewColumn { schema_name: String::new(), ..file() }, false),
        (NewColumn { can_store_full_image: true, ..file() }, false),
        (NewColumn { is_primary_image: true, ..file() }, false),
        (NewColumn { solution: Some("a\r\nb: c".into()), ..file() }, false),
    ] {
        let refused = create(&new).map_err(|e| e.kind()).err();
        assert_eq!(refused, (!good).then_some(ErrorKind::Input), "{new:?}");
    }
}
