//! How a [`Client`] is made.
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use rustls::pki_types::CertificateDer;
use ureq::Agent;
use ureq::unversioned::resolver::DefaultResolver;

use crate::exchange::Wire;
use crate::pace::Pace;
use crate::socket;
use crate::workers::Workers;
use crate::{ApiVersion, Client, Error, Guid, Organization, PacerLimits, RetryPolicy, TokenSource, tls};

/// Idle connections kept for reuse: at least as many as one client may have in use at once (api-limits: 52).
const IDLE_CONNECTIONS: usize = 52;
/// An idle connection is not reused after this long.
const IDLE_AGE: Duration = Duration::from_secs(90);

/// Settings of a [`Client`]. Only the token source has no default.
///
/// ```
/// use std::time::Duration;
/// use dataverse_files_ureq::{ApiVersion, Client, RetryPolicy};
///
/// let client = Client::builder("https://contoso.crm.dynamics.com")?
///     .token("eyJ0...")
///     .api_version(ApiVersion::V9_1)
///     .alias("https://contoso.api.crm.dynamics.com")?
///     .retry(RetryPolicy { max_attempts: 3, ..RetryPolicy::default() })
///     .connect_timeout(Duration::from_secs(5))
///     .build()?;
/// # let _ = client;
/// # Ok::<(), dataverse_files_ureq::Error>(())
/// ```
pub struct ClientBuilder {
    organization: Organization,
    token: Option<Arc<dyn TokenSource>>,
    retry: RetryPolicy,
    limits: PacerLimits,
    affinity: bool,
    user_agent: String,
    roots: Vec<CertificateDer<'static>>,
    connect_timeout: Duration,
}

impl ClientBuilder {
    pub(crate) fn new(url: &str) -> Result<Self, Error> {
        Ok(Self {
            organization: Organization::new(url)?,
            token: None,
            retry: RetryPolicy::default(),
            limits: PacerLimits::default(),
            affinity: true,
            user_agent: concat!("dataverse-files/", env!("CARGO_PKG_VERSION")).into(),
            roots: Vec::new(),
            connect_timeout: Duration::from_secs(10),
        })
    }

    /// Where access tokens come from: a text, a function of `fresh`, or any [`TokenSource`].
    #[must_use]
    pub fn token(mut self, source: impl TokenSource + 'static) -> Self {
        self.token = Some(Arc::new(source));
        self
    }

    /// Speak to the organization by another version of its documents.
    #[must_use]
    pub fn api_version(mut self, version: ApiVersion) -> Self {
        self.organization = self.organization.with_version(version);
        self
    }

    /// Another origin that is the same organization: it gets the token, too.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the text is no such URL.
    pub fn alias(mut self, url: &str) -> Result<Self, Error> {
        self.organization = self.organization.with_alias(url)?;
        Ok(self)
    }

    /// How often, how long and how patiently. `seed` and `unix_zero` are set by the client.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// What all transfers of this client allow themselves together.
    #[must_use]
    pub fn limits(mut self, limits: PacerLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether a transfer gives back the cookies that tie it to one web server (U28); it does by default.
    #[must_use]
    pub fn affinity(mut self, on: bool) -> Self {
        self.affinity = on;
        self
    }

    /// What the client calls itself; `dataverse-files/<version>` by default.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Trust one more certificate authority beside those of the system, as PEM text.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when it is no PEM text with a certificate in it.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.roots.extend(tls::certificates(pem.as_ref())?);
        Ok(self)
    }

    /// How long connecting may take, TLS included; 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when there is no token source, the user agent is no header value, or TLS
    /// cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let Some(token) = self.token else {
            return Err(Error::input("the client needs a token source"));
        };
        let origin = self.organization.origin();
        let user_agent = HeaderValue::try_from(self.user_agent.as_str());
        user_agent.map_err(|_| Error::input("the user agent has characters that no header can carry"))?;
        let tls = tls::config(&self.roots, origin.is_https())?;
        let mut config = Agent::config_builder()
            // The session judges every status; an error here would lose the service's own words.
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(self.user_agent)
            .timeout_resolve(Some(self.connect_timeout))
            .timeout_connect(Some(self.connect_timeout))
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS)
            .max_idle_age(IDLE_AGE);
        if origin.is_loopback() {
            config = config.proxy(None);
        }
        let http = Agent::with_parts(config.build(), socket::connector(tls), DefaultResolver::default());
        let unix_zero = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let pace = Pace::new(self.limits);
        let wire = Wire { http, organization: self.organization, token, pace, workers: Workers::default() };
        Ok(Client::new(wire, RetryPolicy { unix_zero, ..self.retry }, self.affinity))
    }
}

/// A number that no other transfer has.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(SystemTime::now())
}

/// For a note: its id is made by the client.
pub(crate) fn new_id() -> Guid {
    let random = u128::from(random()) << 64 | u128::from(random());
    Guid::from_random(random.to_be_bytes())
}

impl fmt::Debug for ClientBuilder {
    /// Without the token source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("organization", &self.organization).finish_non_exhaustive()
    }
}
