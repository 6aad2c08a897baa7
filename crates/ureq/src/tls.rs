//! TLS: rustls with ring, and the roots that the system trusts.
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::Error;

/// The system's roots and `extra`. The provider is named here, so nothing is installed for the whole process.
pub(crate) fn config(extra: &[CertificateDer<'static>], https: bool) -> Result<ClientConfig, Error> {
    let no = |e: rustls::Error| Error::input(format!("TLS cannot be set up: {e}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(no)?;
    if !https {
        // Plain http only reaches this machine: no root is needed, and a machine without any must not fail.
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(extra.iter().cloned());
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    }
    let verifier = Verifier::new_with_extra_roots(extra.iter().cloned(), provider).map_err(no)?;
    // A verifier of one's own is called dangerous; this one asks the system.
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// The certificates in a PEM text.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) => Err(Error::input("the root certificate's PEM text has no CERTIFICATE in it")),
        Err(e) => Err(Error::input(format!("the root certificate is not PEM: {e}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        for no in ["", "hello", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            assert!(certificates(no.as_bytes()).is_err(), "{no}");
        }
    }
}
