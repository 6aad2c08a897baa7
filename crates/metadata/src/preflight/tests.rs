//! Every rule at its boundary, and what a person is told.
use dataverse_files_proto::ErrorKind;

use super::*;
use crate::{ColumnKind, ImageType};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const NOTE_LIMIT: u64 = 5_242_880;

fn column(kind: ColumnKind, max_size_in_kb: u64) -> ColumnDefinition {
    ColumnDefinition {
        logical_name: "sample_column".into(),
        schema_name: "sample_Column".into(),
        kind,
        max_size_in_kb,
        can_store_full_image: kind == ColumnKind::Image,
        is_primary_image: false,
    }
}

fn limits() -> OrganizationLimits {
    let words = |text: &str| text.split(';').map(str::to_owned).collect();
    OrganizationLimits {
        organization_id: "7a4814f9-b0b8-ea11-a812-000d3a122b89".parse().unwrap(),
        max_upload_size_in_bytes: NOTE_LIMIT,
        blocked_extensions: words("bat;exe;svg"),
        blocked_mime_types: words("image/svg+xml"),
        allowed_mime_types: Vec::new(),
    }
}

fn file() -> FileFacts<'static> {
    FileFacts { name: "25mb.pdf", size: 1, mime: Some("application/pdf"), first_bytes: b"%PDF-1.7" }
}

fn image() -> FileFacts<'static> {
    FileFacts { name: "a.png", size: 1, mime: Some("image/png"), first_bytes: PNG }
}

fn into_file(file: &FileFacts<'_>) -> Vec<Finding> {
    preflight(file, &column(ColumnKind::File, 10_240), Some(&limits())).err().unwrap_or_default()
}

fn into_image(file: &FileFacts<'_>) -> Vec<Finding> {
    preflight(file, &column(ColumnKind::Image, 10_240), Some(&limits())).err().unwrap_or_default()
}

fn into_note(file: &FileFacts<'_>, limits: &OrganizationLimits) -> Vec<Finding> {
    let found = preflight_note(file, None, Some(limits)).err().unwrap_or_default();
    assert_eq!(found, preflight_attachment(file, Some(limits)).err().unwrap_or_default(), "the same rules");
    found
}

#[test]
fn b16_a_column_takes_its_limit_to_the_byte() {
    for max_size_in_kb in [0, 1, 10_240, 30_720, 10_485_760] {
        let column = column(ColumnKind::File, max_size_in_kb);
        let limit = max_size_in_kb * 1_024;
        let takes = |size| preflight(&FileFacts { size, ..file() }, &column, Some(&limits())).is_ok();
        if limit > 0 {
            assert!(takes(limit - 1) && takes(limit), "{max_size_in_kb}");
        }
        // Divided down to whole KB, all of these would look as if they fitted.
        for over in [1, 512, 1_023, 1_024] {
            assert!(!takes(limit + over), "{max_size_in_kb} KB and {over} bytes");
        }
    }
}

#[test]
fn a_column_whose_limit_is_not_to_be_believed_overflows_nothing() {
    let endless = column(ColumnKind::File, u64::MAX);
    let largest = 10_485_760 * 1_024;
    let takes = |size| preflight(&FileFacts { size, ..file() }, &endless, None).is_ok();
    assert!(takes(largest) && !takes(largest + 1) && !takes(u64::MAX));
}

#[test]
fn no_image_column_takes_more_than_30_mb_whatever_its_definition_says() {
    let documented = column(ColumnKind::Image, 102_400);
    let takes = |size| preflight(&FileFacts { size, ..image() }, &documented, Some(&limits())).is_ok();
    assert!(takes(31_457_279) && takes(31_457_280) && !takes(31_457_281));
    let small = column(ColumnKind::Image, 10_240);
    let takes = |size| preflight(&FileFacts { size, ..image() }, &small, Some(&limits())).is_ok();
    assert!(takes(10_485_759) && takes(10_485_760) && !takes(10_485_761));
}

#[test]
fn a_note_takes_3_932_160_bytes_and_not_one_more() {
    for (size, good) in [(3_932_159, true), (3_932_160, true), (3_932_161, false)] {
        assert_eq!(into_note(&FileFacts { size, ..file() }, &limits()).is_empty(), good, "{size}");
    }
    let found = into_note(&FileFacts { size: 3_932_161, ..file() }, &limits());
    let expected = Finding::TooLargeAsBase64 {
        size_in_bytes: 3_932_161,
        base64_size_in_bytes: 5_242_884,
        max_upload_size_in_bytes: NOTE_LIMIT,
    };
    assert_eq!(found, [expected]);
}

#[test]
fn preflight_and_the_largest_note_agree_at_any_limit() {
    for limit in [4, 5, 6, 7, 8, 1_000_000, 131_072_000] {
        let limits = OrganizationLimits { max_upload_size_in_bytes: limit, ..limits() };
        let most = limits.max_note_size_in_bytes();
        assert!(into_note(&FileFacts { size: most, ..file() }, &limits).is_empty(), "{limit}");
        assert!(!into_note(&FileFacts { size: most + 1, ..file() }, &limits).is_empty(), "{limit}");
    }
    assert!(!into_note(&FileFacts { size: u64::MAX, ..file() }, &limits()).is_empty());
}

#[test]
fn an_empty_file_is_refused_everywhere_and_for_that_reason_only() {
    let empty = FileFacts { size: 0, first_bytes: b"", ..image() };
    assert_eq!(into_file(&empty), [Finding::Empty]);
    assert_eq!(into_image(&empty), [Finding::Empty]);
    assert_eq!(into_note(&empty, &limits()), [Finding::Empty]);
}

#[test]
fn names_that_the_service_cannot_keep() {
    let named = |name: &str| into_file(&FileFacts { name, ..file() });
    for good in ["a", "r&d #1 50%.txt", "日本 テスト.txt", &"x".repeat(255), &"𝄞".repeat(127)] {
        assert_eq!(named(good), [], "{good}");
    }
    assert_eq!(named(""), [Finding::NameMissing]);
    assert_eq!(named(&"x".repeat(256)), [Finding::NameTooLong { characters: 256 }]);
    assert_eq!(named(&"𝄞".repeat(128)), [Finding::NameTooLong { characters: 256 }], "two units each");
    for control in ["a\nb", "a\u{7f}", "a\u{85}b"] {
        assert_eq!(named(control), [Finding::NameHasControls { name: control.into() }]);
    }
    assert!(into_note(&FileFacts { name: "a\0", ..file() }, &limits()).len() == 1);
}

#[test]
fn the_last_extension_decides_in_any_case() {
    let blocked = |name: &str| {
        let found = into_file(&FileFacts { name, ..file() });
        assert!(found.is_empty() || matches!(found[..], [Finding::ExtensionBlocked { .. }]), "{found:?}");
        !found.is_empty()
    };
    for no in ["a.exe", "A.EXE", "a.pdf.Bat", ".exe", "日本.exe", "a b.exe ", "c:\\x.y\\a.exe"] {
        assert!(blocked(no), "{no:?}");
    }
    for good in ["exe", "a.exe.pdf", "a.exec", "aexe", "a.", "a.exe.", "a.exe/b"] {
        assert!(!blocked(good), "{good:?}");
    }
    assert!(!into_note(&FileFacts { name: "a.exe", ..file() }, &limits()).is_empty());
}

#[test]
fn the_list_of_extensions_is_not_for_image_columns() {
    assert_eq!(into_image(&FileFacts { name: "a.exe", ..image() }), []);
}

#[test]
fn blocked_types_are_told_whatever_their_case_and_parameters() {
    let typed = |mime| into_file(&FileFacts { mime, ..file() });
    let blocked = [Finding::MimeBlocked { mime: "image/svg+xml".into() }];
    for mime in ["image/svg+xml", "Image/SVG+XML", "image/svg+xml; charset=utf-8", " image/svg+xml ;a=b"] {
        assert_eq!(typed(Some(mime)), blocked, "{mime}");
    }
    assert_eq!(typed(Some("image/svg")), []);
    assert_eq!(typed(None), [], "what is not known is not judged");
}

#[test]
fn a_list_of_allowed_types_switches_the_blocked_ones_off() {
    let limits = OrganizationLimits {
        allowed_mime_types: vec!["Application/PDF".into(), "image/svg+xml".into()],
        ..limits()
    };
    let column = column(ColumnKind::File, 1);
    let typed = |mime| preflight(&FileFacts { mime: Some(mime), ..file() }, &column, Some(&limits));
    assert!(typed("application/pdf").is_ok() && typed("APPLICATION/pdf;v=1").is_ok());
    assert!(typed("image/svg+xml").is_ok(), "blocked, but allowed");
    assert_eq!(typed("text/plain"), Err(vec![Finding::MimeNotAllowed { mime: "text/plain".into() }]));
    assert_eq!(into_note(&FileFacts { mime: Some("text/plain"), ..file() }, &limits).len(), 1);
}

#[test]
fn an_image_is_of_the_type_that_its_bytes_are() {
    let limits = OrganizationLimits { allowed_mime_types: vec!["image/png".into()], ..limits() };
    let column = column(ColumnKind::Image, 1);
    let check =
        |mime, first_bytes| preflight(&FileFacts { mime, first_bytes, ..image() }, &column, Some(&limits));
    assert!(check(None, PNG).is_ok() && check(Some("image/gif"), PNG).is_ok());
    let gif = Err(vec![Finding::MimeNotAllowed { mime: ImageType::Gif.mime().into() }]);
    assert_eq!(check(Some("image/png"), b"GIF89a\0\0"), gif);
}

#[test]
fn a_mime_type_that_is_none_is_input_gone_wrong() {
    let typed = |mime: &str| into_file(&FileFacts { mime: Some(mime), ..file() });
    let longest = format!("a/{}", "b".repeat(254));
    for good in ["a/b", "text/plain; charset=utf-8", &longest] {
        assert_eq!(typed(good), [], "{good}");
    }
    for no in ["", "pdf", "a/", "/b", "a/b/c", "a b/c", "a/b\r\nc: d", "ä/b", &format!("{longest}c")] {
        assert_eq!(typed(no), [Finding::MimeMalformed { mime: no.into() }], "{no:?}");
    }
    let limits = OrganizationLimits { allowed_mime_types: vec!["a/b".into()], ..limits() };
    let found = into_note(&FileFacts { mime: Some("x/y\r\nz"), ..file() }, &limits);
    assert!(matches!(found[..], [Finding::MimeMalformed { .. }]), "and nothing beside it: {found:?}");
}

#[test]
fn an_image_column_takes_the_five_formats_only() {
    for bytes in [PNG, b"GIF89a..", b"\xff\xd8\xff\xe0", b"II*\0", b"MM\0*", b"BM......"] {
        assert_eq!(into_image(&FileFacts { first_bytes: bytes, ..image() }), [], "{bytes:?}");
    }
    for bytes in [b"RIFF....".as_slice(), b"<svg xmlns", b"%PDF-1.7", b"x", b""] {
        let found = into_image(&FileFacts { first_bytes: bytes, ..image() });
        assert_eq!(found, [Finding::NotAnImage { column: "sample_column".into() }], "{bytes:?}");
        assert_eq!(into_file(&FileFacts { first_bytes: bytes, ..file() }), []);
    }
}

#[test]
fn a_table_without_notes_takes_none() {
    let mut table = TableDefinition {
        logical_name: "contact".into(),
        schema_name: None,
        set_name: "contacts".into(),
        primary_id: "contactid".into(),
        primary_name: None,
        primary_image: None,
        has_notes: true,
        is_activity: false,
    };
    assert!(preflight_note(&file(), Some(&table), Some(&limits())).is_ok());
    table.has_notes = false;
    let no = Err(vec![Finding::NoNotes { table: "contact".into() }]);
    assert_eq!(preflight_note(&file(), Some(&table), Some(&limits())), no);
}

#[test]
fn everything_that_is_wrong_is_found_at_once() {
    let name = &format!("{}.exe", "x".repeat(252));
    let bad = FileFacts { name, size: u64::MAX, mime: Some("image/svg+xml"), first_bytes: b"" };
    let found = into_file(&bad);
    assert!(
        matches!(
            found[..],
            [
                Finding::NameTooLong { .. },
                Finding::TooLarge { .. },
                Finding::ExtensionBlocked { .. },
                Finding::MimeBlocked { .. }
            ]
        ),
        "{found:?}"
    );
    let error = refusal(&found).unwrap();
    assert_eq!(error.kind(), ErrorKind::Input, "the first one's");
    for finding in &found {
        assert!(error.to_string().contains(&finding.to_string()), "{error}");
    }
}

#[test]
fn without_limits_only_the_organizations_rules_are_left_to_the_service() {
    let bad = FileFacts { name: "a.exe", size: 10_485_761, mime: Some("image/svg+xml"), first_bytes: b"" };
    let found = preflight(&bad, &column(ColumnKind::File, 10_240), None).unwrap_err();
    assert!(matches!(found[..], [Finding::TooLarge { .. }]), "{found:?}");
    assert!(preflight_note(&bad, None, None).is_ok());
}

#[test]
fn a_finding_says_what_to_do() {
    let over = |kind, size| {
        let column = column(kind, 10_240);
        preflight(&FileFacts { size, ..image() }, &column, None).unwrap_err()[0].to_string()
    };
    assert_eq!(
        over(ColumnKind::File, 25_870_370),
        "the file has 25,870,370 bytes and file column sample_column takes 10,485,760 at most; \
         raise the column's MaxSizeInKB to 25,265 or more, or choose a smaller file"
    );
    assert_eq!(
        over(ColumnKind::Image, 31_457_281),
        "the file has 31,457,281 bytes and image column sample_column takes 10,485,760 at most; \
         choose a smaller file: no image column takes more than 30,720 KB"
    );
    assert!(over(ColumnKind::Image, 31_457_280).contains("MaxSizeInKB to 30,720 or more"));
    let note = |size| into_note(&FileFacts { size, ..file() }, &limits())[0].to_string();
    assert_eq!(
        note(3_932_161),
        "the file has 3,932,161 bytes, and notes and attachments of this organization take 3,932,160 at most: as base64 \
         it has 5,242,884 characters, and maxuploadfilesize is 5,242,880; have an administrator raise maxuploadfilesize \
         to 5,242,884 or more, or use a file column"
    );
    assert!(note(98_304_000).contains("raise maxuploadfilesize to 131,072,000"));
    assert!(
        note(98_304_001).contains("no organization's notes and attachments take more than 98,304,000 bytes")
    );
}

#[test]
fn every_finding_has_advice_and_a_kind_with_an_exit_code() {
    let all = [
        Finding::NameMissing,
        Finding::NameTooLong { characters: 256 },
        Finding::NameHasControls { name: "a\nb".into() },
        Finding::Empty,
        Finding::TooLarge {
            column: "a".into(),
            kind: ColumnKind::File,
            size_in_bytes: 2,
            max_size_in_bytes: 1,
        },
        Finding::TooLargeAsBase64 { size_in_bytes: 2, base64_size_in_bytes: 4, max_upload_size_in_bytes: 1 },
        Finding::ExtensionBlocked { extension: "exe".into() },
        Finding::MimeMalformed { mime: "x".into() },
        Finding::MimeNotAllowed { mime: "a/b".into() },
        Finding::MimeBlocked { mime: "a/b".into() },
        Finding::NotAnImage { column: "a".into() },
        Finding::NoNotes { table: "a".into() },
    ];
    for finding in all {
        let text = finding.to_string();
        assert!(text.contains("; ") && !text.chars().any(char::is_control), "{text:?}");
        assert!(matches!(finding.kind(), ErrorKind::Input | ErrorKind::TooLarge | ErrorKind::Refused));
        let printed = serde_json::to_value(&finding).unwrap();
        assert!(printed["finding"].as_str().is_some_and(|name| !name.is_empty()), "{printed}");
    }
}
