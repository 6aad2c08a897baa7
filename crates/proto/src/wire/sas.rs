//! `GetFileSasUrl`: an anonymous URL, good for one hour (file-columns §7.4, notes-attachments §5.3).
use http::{Request, Uri, response::Parts};
use serde_json::Value;

use crate::wire::{get, name, object};
use crate::{Body, Column, Organization, Origin, Target};

/// The alias values stand in single quotes (D23) and are encoded, so that no proxy stumbles over braces.
/// Of notes and attachments there is no column to name. `None` for what has no id yet.
pub(crate) fn open(organization: &Organization, target: &Target) -> Option<Request<Body>> {
    let record = name::encode(&format!("{{'@odata.id':'{}'}}", target.record()?));
    let attribute = name::encode(&format!("'{}'", target.column().map(Column::name).unwrap_or_default()));
    let path = format!("GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t={record}&@f={attribute}");
    Some(get(organization, &path))
}

/// What the URL leads to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Shared {
    pub url: Uri,
    pub size: u64,
    pub name: Option<String>,
    pub mime: Option<String>,
}

impl Shared {
    /// When it ends, as the storage service writes it into its URLs (`se`), e.g. `2026-11-25T23:17:02Z`.
    pub fn expires(&self) -> Option<String> {
        let value = self.url.query()?.split('&').find_map(|pair| pair.strip_prefix("se="))?;
        percent_encoding::percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    }
}

impl std::fmt::Debug for Shared {
    /// Without the URL: who has it has the file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("size", &self.size).field("name", &self.name).finish_non_exhaustive()
    }
}

pub(crate) fn opened(organization: &Organization, _: &Parts, body: &[u8]) -> Result<Shared, String> {
    let value = object(body)?;
    let result = value.get("Result").filter(|r| r.is_object()).ok_or("the answer has no Result")?;
    let url: Uri = field(result, "SasUrl")
        .and_then(Value::as_str)
        .and_then(|url| url.parse().ok())
        .ok_or("the answer has no SasUrl")?;
    let origin = Origin::of(&url).ok_or("the SasUrl is not an absolute URL")?;
    let on_this_machine = origin.is_loopback() && organization.origin().is_loopback();
    if !origin.is_https() && !on_this_machine {
        return Err("the SasUrl is not encrypted".into());
    }
    let text = |name| field(result, name).and_then(Value::as_str).map(str::to_owned);
    let size = field(result, "FileSizeInBytes")
        .and_then(Value::as_u64)
        .ok_or("the answer has no FileSizeInBytes")?;
    Ok(Shared { url, size, name: text("FileName"), mime: text("MimeType") })
}

/// Property names in any case (D19).
fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::{example, ok};

    #[test]
    fn the_documented_exchange() {
        let (contoso, column) = example();
        let request = open(&contoso, &column.into()).unwrap();
        assert!(request.uri().path().ends_with("/GetFileSasUrl(Target=@t,FileAttributeName=@f)"));
        let query =
            percent_encoding::percent_decode_str(request.uri().query().unwrap()).decode_utf8().unwrap();
        let id = "00000000-0000-0000-0000-000000000001";
        assert_eq!(query, format!("@t={{'@odata.id':'accounts({id})'}}&@f='sample_filecolumn'"));
        let answer = br#"{"Result":{"Filename":"25mb.pdf","FileSizeInBytes":7,"MimeType":"a/b","SasUrl":"https://s.example/x?sig=SECRET"}}"#;
        let shared = opened(&contoso, &ok(), answer).unwrap();
        assert_eq!((shared.size, shared.name.as_deref()), (7, Some("25mb.pdf")));
        assert!(!format!("{shared:?}").contains("SECRET"));
    }

    #[test]
    fn a_note_has_no_column_to_name_and_a_new_one_no_url() {
        let (contoso, _) = example();
        let there = Target::from(crate::Note::existing(crate::wire::entity::tests::id()));
        let query = open(&contoso, &there).unwrap().uri().query().unwrap().to_owned();
        assert!(query.ends_with("&@f=%27%27"), "{query}");
        assert!(open(&contoso, &crate::Note::alone().into()).is_none());
    }

    #[test]
    fn the_end_of_a_url_is_read_where_it_is_told() {
        let (contoso, _) = example();
        let expires = |url: &str| {
            let answer = format!(r#"{{"Result":{{"FileSizeInBytes":7,"SasUrl":"{url}"}}}}"#);
            opened(&contoso, &ok(), answer.as_bytes()).unwrap().expires()
        };
        let told = expires("https://s.example/x?sv=1&se=2026-11-25T23%3A17%3A02Z&sig=a");
        assert_eq!(told.as_deref(), Some("2026-11-25T23:17:02Z"));
        assert_eq!(expires("https://s.example/x?sig=a"), None);
    }

    #[test]
    fn a_url_in_clear_text_is_refused() {
        let (contoso, _) = example();
        for url in ["http://s.example/x", "/x", "ftp://s/x", ""] {
            let answer = format!(r#"{{"Result":{{"FileSizeInBytes":7,"SasUrl":"{url}"}}}}"#);
            assert!(opened(&contoso, &ok(), answer.as_bytes()).is_err(), "{url}");
        }
    }
}
