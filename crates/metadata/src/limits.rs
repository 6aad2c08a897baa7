//! The organization's own limits (metadata §10).
use dataverse_files_proto::{Answer, Call, Error, Guid, Organization};
use http::{HeaderValue, Method};
use serde_json::{Map, Value, json};

use crate::answer::{lacks, needed, optional, single};
use crate::request::{get, with, write};

/// What `maxuploadfilesize` is where nobody has set it, in bytes (attachment-annotation-files).
const DEFAULT_MAX_UPLOAD_SIZE: u64 = 5_242_880;

/// What the organization takes, beside the limits of single columns.
///
/// ```
/// use dataverse_files_metadata::OrganizationLimits;
/// let limits = OrganizationLimits {
///     organization_id: "7a4814f9-b0b8-ea11-a812-000d3a122b89".parse()?,
///     max_upload_size_in_bytes: 5_242_880,
///     blocked_extensions: vec!["exe".into()],
///     blocked_mime_types: vec!["image/svg+xml".into()],
///     allowed_mime_types: vec![],
/// };
/// assert_eq!(limits.max_note_size_in_bytes(), 3_932_160);
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OrganizationLimits {
    /// Names the one row of settings; also what `WhoAmI` tells.
    #[serde(serialize_with = "as_text")]
    pub organization_id: Guid,
    /// `maxuploadfilesize`: for notes and attachments only, and counted in characters of base64, not in bytes of the
    /// file (N2). 5,242,880 unless set, 131,072,000 at most (N1).
    pub max_upload_size_in_bytes: u64,
    /// `blockedattachments`: extensions without their dot, in lower case. For file columns, notes and attachments.
    pub blocked_extensions: Vec<String>,
    /// `blockedmimetypes`: in lower case. Without any effect while there are allowed ones.
    pub blocked_mime_types: Vec<String>,
    /// `allowedmimetypes`: in lower case. Empty means not set: every type that is not blocked is allowed.
    pub allowed_mime_types: Vec<String>,
}

impl OrganizationLimits {
    /// The largest `maxuploadfilesize`, in bytes; the service calls it 128 MB (N1).
    pub const LARGEST_MAX_UPLOAD_SIZE_IN_BYTES: u64 = 131_072_000;

    /// The largest file that a note or attachment takes, in bytes.
    #[must_use]
    pub fn max_note_size_in_bytes(&self) -> u64 {
        Self::note_size_within(self.max_upload_size_in_bytes)
    }

    /// The largest file, in bytes, that a note or attachment takes under this `maxuploadfilesize`: the largest n with
    /// 4·⌈n/3⌉ ≤ `maxuploadfilesize` (N2).
    #[must_use]
    pub const fn note_size_within(max_upload_size_in_bytes: u64) -> u64 {
        max_upload_size_in_bytes / 4 * 3
    }
}

/// What the organization takes: one request.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let call = dataverse_files_metadata::organization_limits(&contoso);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn organization_limits(organization: &Organization) -> Call<OrganizationLimits> {
    let path = "organizations?$select=maxuploadfilesize,blockedattachments,blockedmimetypes,allowedmimetypes";
    Call::paged("look up limits", get(organization, path), |_, body| {
        // There is exactly one row; a user who may not read it sees none.
        Ok(match single(body)? {
            Some(row) => Answer::Whole(read(&row)?),
            None => Answer::Missing("the token's user may not read the organization's settings".into()),
        })
    })
}

/// Set `maxuploadfilesize`, which notes and attachments obey, in bytes of base64: a file of n bytes needs 4·⌈n/3⌉ (N2).
/// It is the organization's setting, for everyone in it.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// use dataverse_files_metadata::set_organization_limit;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let id = "7a4814f9-b0b8-ea11-a812-000d3a122b89".parse()?;
/// assert!(set_organization_limit(&contoso, &id, 131_072_000).is_ok());
/// assert!(set_organization_limit(&contoso, &id, 131_072_001).is_err());
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](dataverse_files_proto::ErrorKind::Input) when the size is not in 1..=131,072,000.
pub fn set_organization_limit(
    organization: &Organization,
    organization_id: &Guid,
    max_upload_size_in_bytes: u64,
) -> Result<Call<()>, Error> {
    let largest = OrganizationLimits::LARGEST_MAX_UPLOAD_SIZE_IN_BYTES;
    if !(1..=largest).contains(&max_upload_size_in_bytes) {
        let why = format!("maxuploadfilesize must be 1 to {largest} bytes, not {max_upload_size_in_bytes}");
        return Err(Error::input(why));
    }
    let body = json!({"maxuploadfilesize": max_upload_size_in_bytes});
    let path = format!("organizations({organization_id})");
    let request = write(organization, Method::PATCH, &path, &body);
    // Never create a row by mistake (X6).
    let request = with(request, "if-match", HeaderValue::from_static("*"));
    Ok(Call::new("set limit", request, |_, _| Ok(())))
}

fn read(row: &Map<String, Value>) -> Result<OrganizationLimits, String> {
    let id = needed(row.get("organizationid"), "organizationid")?;
    let max_upload_size_in_bytes = match row.get("maxuploadfilesize") {
        Some(Value::Null) => DEFAULT_MAX_UPLOAD_SIZE,
        size => size.and_then(Value::as_u64).ok_or_else(|| lacks("maxuploadfilesize"))?,
    };
    let list = |name: &str| row.contains_key(name).then(|| listed(row.get(name))).ok_or_else(|| lacks(name));
    Ok(OrganizationLimits {
        organization_id: id.parse().map_err(|_| "the answer's organizationid is no id")?,
        max_upload_size_in_bytes,
        blocked_extensions: list("blockedattachments")?
            .iter()
            .map(|extension| extension.trim_start_matches('.').to_owned())
            .collect(),
        blocked_mime_types: list("blockedmimetypes")?,
        allowed_mime_types: list("allowedmimetypes")?,
    })
}

/// A list with `;` between its words, compared without case.
fn listed(value: Option<&Value>) -> Vec<String> {
    let text = optional(value).unwrap_or_default();
    text.split(';').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect()
}

fn as_text<S: serde::Serializer>(id: &Guid, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_str())
}

#[cfg(test)]
mod tests {
    use dataverse_files_proto::ErrorKind;

    use super::*;
    use crate::exchange::{API, carry_out, contoso, guid, no_content, ok, refusal};

    const ID: &str = "7a4814f9-b0b8-ea11-a812-000d3a122b89";
    const DOCUMENTED: &str = r#"{
        "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#organizations(maxuploadfilesize,blockedattachments,blockedmimetypes,allowedmimetypes)",
        "value": [
            {
                "@odata.etag": "W/\"77676290\"",
                "maxuploadfilesize": 5242880,
                "blockedattachments": "ade;adp;app;svg",
                "blockedmimetypes": "image/svg+xml",
                "allowedmimetypes": null,
                "organizationid": "7a4814f9-b0b8-ea11-a812-000d3a122b89"
            }
        ]
    }"#;

    fn limits(body: &str) -> Result<OrganizationLimits, Error> {
        carry_out(organization_limits(&contoso()), &vec![ok(body); 3]).1
    }

    #[test]
    fn the_documented_exchange() {
        let (asked, found) = carry_out(organization_limits(&contoso()), &[ok(DOCUMENTED)]);
        let select = "maxuploadfilesize,blockedattachments,blockedmimetypes,allowedmimetypes";
        assert_eq!(asked[0].path, format!("{API}organizations?$select={select}"));
        let found = found.unwrap();
        assert_eq!(found.organization_id, guid(ID));
        assert_eq!(found.max_upload_size_in_bytes, 5_242_880);
        assert_eq!(found.blocked_extensions, ["ade", "adp", "app", "svg"]);
        assert_eq!(found.blocked_mime_types, ["image/svg+xml"]);
        assert!(found.allowed_mime_types.is_empty());
    }

    #[test]
    fn lists_are_read_whatever_their_case_dots_and_blanks() {
        let body = DOCUMENTED.replace("ade;adp;app;svg", " EXE ;.Bat;;").replace("null", "\"\"");
        let found = limits(&body).unwrap();
        assert_eq!(found.blocked_extensions, ["exe", "bat"]);
        assert!(found.allowed_mime_types.is_empty(), "an empty text is not a list of allowed types");
        let none = limits(&DOCUMENTED.replace("\"ade;adp;app;svg\"", "null")).unwrap();
        assert!(none.blocked_extensions.is_empty());
    }

    #[test]
    fn a_setting_that_is_not_told_is_not_guessed() {
        for name in [
            "maxuploadfilesize",
            "blockedattachments",
            "blockedmimetypes",
            "allowedmimetypes",
            "organizationid",
        ] {
            let error = limits(&DOCUMENTED.replace(&format!("\"{name}\""), "\"other\"")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{name}");
            assert!(error.to_string().contains(name), "{error}");
        }
        let unset = limits(&DOCUMENTED.replace("5242880", "null")).unwrap();
        assert_eq!(unset.max_upload_size_in_bytes, 5_242_880);
    }

    #[test]
    fn settings_that_may_not_be_read_are_not_found() {
        assert_eq!(limits(r#"{"value":[]}"#).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn the_limit_is_patched_in_its_one_row_and_never_creates_another() {
        let call = set_organization_limit(&contoso(), &guid(ID), 131_072_000).unwrap();
        let (asked, done) = carry_out(call, &[no_content()]);
        assert!(done.is_ok());
        assert_eq!(
            (asked[0].method.as_str(), asked[0].path.as_str()),
            ("PATCH", &*format!("{API}organizations({ID})"))
        );
        assert_eq!(asked[0].header("if-match"), Some("*"));
        assert_eq!(asked[0].json(), json!({"maxuploadfilesize": 131_072_000}));
    }

    #[test]
    fn a_limit_outside_the_documented_range_is_never_sent() {
        for (size, good) in
            [(0, false), (1, true), (131_072_000, true), (131_072_001, false), (u64::MAX, false)]
        {
            assert_eq!(set_organization_limit(&contoso(), &guid(ID), size).is_ok(), good, "{size}");
        }
    }

    #[test]
    fn a_user_without_the_right_to_set_it_is_told_so() {
        let call = set_organization_limit(&contoso(), &guid(ID), 1).unwrap();
        let error = carry_out(call, &[refusal(403, "0x80040220")]).1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
    }

    #[test]
    fn the_largest_note_is_the_one_whose_base64_just_fits() {
        for limit in [1_u64, 3, 4, 5, 7, 8, 5_242_880, 5_242_881, 131_072_000] {
            let limits =
                OrganizationLimits { max_upload_size_in_bytes: limit, ..limits(DOCUMENTED).unwrap() };
            let most = limits.max_note_size_in_bytes();
            assert!(4 * most.div_ceil(3) <= limit, "{limit}");
            assert!(4 * (most + 1).div_ceil(3) > limit, "{limit}");
        }
    }

    #[test]
    fn limits_are_printed_with_their_units() {
        let printed = serde_json::to_value(limits(DOCUMENTED).unwrap()).unwrap();
        assert_eq!(printed["organization_id"], ID);
        assert_eq!(printed["max_upload_size_in_bytes"], 5_242_880);
    }
}
