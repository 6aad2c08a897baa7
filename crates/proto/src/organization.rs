//! Where requests go, and where a credential may follow.
use core::net::IpAddr;
use std::fmt;

use http::Uri;

use crate::{Error, ErrorKind};

/// Which documents the service is spoken to by.
///
/// ```
/// use dataverse_files_proto::ApiVersion;
/// assert_eq!(ApiVersion::default(), ApiVersion::V9_2);
/// assert_eq!("9.1".parse::<ApiVersion>().unwrap(), ApiVersion::V9_1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ApiVersion {
    /// Today's documents.
    #[default]
    V9_2,
    /// The older ones: relative `Location`, small chunks, quoted names, the next range at `Location` (U1-U3, D8, D14).
    V9_1,
}

impl ApiVersion {
    /// As it stands in URLs, without the `v`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ApiVersion::V9_2 => "9.2",
            ApiVersion::V9_1 => "9.1",
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ApiVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim_start_matches('v') {
            "9.2" => Ok(ApiVersion::V9_2),
            "9.1" => Ok(ApiVersion::V9_1),
            other => Err(Error::input(format!("API version {other:?} is not known; use 9.2 or 9.1"))),
        }
    }
}

/// Scheme, host and port, normalized so that equal origins compare equal.
///
/// ```
/// use dataverse_files_proto::Origin;
/// let a: Origin = "https://Contoso.crm.dynamics.com".parse().unwrap();
/// let b: Origin = "https://contoso.crm.dynamics.com:443/".parse().unwrap();
/// assert_eq!(a, b);
/// assert_eq!(a.to_string(), "https://contoso.crm.dynamics.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an absolute URL; `None` when it is relative or neither http nor https.
    #[must_use]
    pub fn of(uri: &Uri) -> Option<Origin> {
        let https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return None;
        }
        let port = authority.port_u16().unwrap_or(if https { 443 } else { 80 });
        Some(Origin { https, host: authority.host().to_ascii_lowercase(), port })
    }

    /// Whether bytes to it are encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether it is this machine: `localhost`, 127.0.0.0/8 or ::1.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.https { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl std::str::FromStr for Origin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let no = || {
            Error::input(
                "the URL must be https://host, or http:// for this machine, without user or password",
            )
        };
        let uri: Uri = text.trim().parse().map_err(|_| no())?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(Error::input(format!("the URL must end after the host, without {:?}", uri.path())));
        }
        Origin::of(&uri).ok_or_else(no)
    }
}

/// An organization (environment) and the version it is spoken to by.
///
/// ```
/// use dataverse_files_proto::{ApiVersion, Organization};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// assert_eq!(contoso.api(), "https://contoso.crm.dynamics.com/api/data/v9.2");
/// assert!(Organization::new("http://contoso.crm.dynamics.com").is_err(), "plain http only reaches this machine");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    origin: Origin,
    aliases: Vec<Origin>,
    version: ApiVersion,
}

impl Organization {
    /// From the environment's URL, `https://<name>.crm<n>.dynamics.com`; `http://` is for loopback only.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when the text is no such URL.
    pub fn new(url: &str) -> Result<Self, Error> {
        let origin: Origin = url.parse()?;
        if !origin.is_https() && !origin.is_loopback() {
            let why = format!(
                "{origin} would send the token in clear text; use https:// (http:// is for this machine only)"
            );
            return Err(Error::new(ErrorKind::Input, "url").because(why));
        }
        Ok(Self { origin, aliases: Vec::new(), version: ApiVersion::default() })
    }

    /// Speak to it by another version.
    #[must_use]
    pub fn with_version(mut self, version: ApiVersion) -> Self {
        self.version = version;
        self
    }

    /// Another origin that is the same organization, such as `https://contoso.api.crm.dynamics.com`: a `Location` there
    /// is followed and gets the token.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when the text is no such URL.
    pub fn with_alias(mut self, url: &str) -> Result<Self, Error> {
        self.aliases.push(Organization::new(url)?.origin);
        Ok(self)
    }

    /// The origin requests go to.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The version it is spoken to by.
    #[must_use]
    pub fn version(&self) -> ApiVersion {
        self.version
    }

    /// What every Web API URL begins with, without a slash at the end.
    #[must_use]
    pub fn api(&self) -> String {
        format!("{}/api/data/v{}", self.origin, self.version)
    }

    /// Whether a URL belongs to the organization, so that its token may go there.
    #[must_use]
    pub fn owns(&self, uri: &Uri) -> bool {
        Origin::of(uri).is_some_and(|o| o == self.origin || self.aliases.contains(&o))
    }

    /// A `Location` as an absolute URL of this organization. A relative one is a path from the origin, with or without
    /// a leading slash (U2); one of another origin is refused.
    pub(crate) fn resolve(&self, location: &str) -> Option<Uri> {
        let text = match location.split_once("://") {
            Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => location.to_owned(),
            _ if location.starts_with("//") => return None,
            _ => format!("{}/{}", self.origin, location.trim_start_matches('/')),
        };
        text.parse().ok().filter(|uri| self.owns(uri))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contoso() -> Organization {
        Organization::new("https://contoso.crm.dynamics.com").unwrap()
    }

    #[test]
    fn a_relative_location_is_a_path_from_the_origin() {
        let there = contoso().resolve("api/data/v9.1/accounts(1)/doc?FileContinuationToken").unwrap();
        assert_eq!(
            there,
            "https://contoso.crm.dynamics.com/api/data/v9.1/accounts(1)/doc?FileContinuationToken"
        );
        assert_eq!(contoso().resolve("/x?y").unwrap(), "https://contoso.crm.dynamics.com/x?y");
    }

    #[test]
    fn a_location_elsewhere_is_refused_unless_configured() {
        let there = "https://contoso.api.crm.dynamics.com/api/data/v9.2/x";
        assert_eq!(contoso().resolve(there), None);
        assert_eq!(contoso().resolve("//evil.example/x"), None);
        assert_eq!(contoso().resolve("http://contoso.crm.dynamics.com/x"), None);
        assert_eq!(contoso().resolve("https://contoso.crm.dynamics.com@evil.example/x"), None);
        let known = contoso().with_alias("https://contoso.api.crm.dynamics.com").unwrap();
        assert!(known.resolve(there).is_some());
    }

    #[test]
    fn only_this_machine_is_reached_without_encryption() {
        for ok in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:9/", "https://x.example"] {
            assert!(Organization::new(ok).is_ok(), "{ok}");
        }
        for no in [
            "http://192.168.0.1",
            "ftp://x",
            "contoso",
            "",
            "https://a:b@x.example",
            "https://x.example/api",
            "http://localhost.evil.example",
        ] {
            assert_eq!(Organization::new(no).unwrap_err().kind(), ErrorKind::Input, "{no}");
        }
    }
}
