//! `GetFileSasUrl`: an anonymous URL, good for one hour (file-columns §7.4).
use http::{Request, Uri, response::Parts};
use serde_json::Value;

use crate::wire::{get, name, object};
use crate::{Body, Column, Organization, Origin};

/// The alias values stand in single quotes (D23) and are encoded, so that no proxy stumbles over braces.
pub(crate) fn open(organization: &Organization, column: &Column) -> Request<Body> {
    let target = name::encode(&format!("{{'@odata.id':'{}'}}", column.record()));
    let attribute = name::encode(&format!("'{}'", column.name()));
    get(organization, &format!("GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t={target}&@f={attribute}"))
}

/// What the URL leads to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Shared {
    pub url: Uri,
    pub size: u64,
    pub name: Option<String>,
    pub mime: Option<String>,
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
        let (contoso, column, _) = example();
        let request = open(&contoso, &column);
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
    fn a_url_in_clear_text_is_refused() {
        let (contoso, ..) = example();
        for url in ["http://s.example/x", "/x", "ftp://s/x", ""] {
            let answer = format!(r#"{{"Result":{{"FileSizeInBytes":7,"SasUrl":"{url}"}}}}"#);
            assert!(opened(&contoso, &ok(), answer.as_bytes()).is_err(), "{url}");
        }
    }
}
