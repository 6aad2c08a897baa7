//! What reqwest's errors mean to a session.
use std::error::Error;
use std::io;

use dataverse_files_io::SourceError;

use crate::Failure;

/// URLs are taken out: they may carry what only the service should see.
pub(crate) fn failure(e: reqwest::Error) -> Failure {
    if let Some(own) = SourceError::find(&e) {
        return Failure::Source(own);
    }
    // Before timeouts: a connection that took too long to make has carried nothing.
    if e.is_connect() {
        return Failure::Connect(text(&e.without_url()).into());
    }
    if e.is_timeout() || timed_out(&e) {
        return Failure::Timeout;
    }
    Failure::Lost(text(&e.without_url()).into())
}

fn timed_out(e: &(dyn Error + 'static)) -> bool {
    let is = |e: &(dyn Error + 'static)| {
        e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::TimedOut)
    };
    is(e) || e.source().is_some_and(timed_out)
}

/// The whole chain of causes in one line: the outermost alone says little.
fn text(e: &(dyn Error + 'static)) -> String {
    let mut line = e.to_string();
    let mut next = e.source();
    while let Some(e) = next {
        let cause = e.to_string();
        if !line.ends_with(&cause) {
            line = format!("{line}: {cause}");
        }
        next = e.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_says_its_innermost_cause_and_no_url() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = "http://127.0.0.1:1/x?sig=secret";
        let e = reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap_err();
        let failure = failure(e);
        assert!(matches!(failure, Failure::Connect(_)), "{failure}");
        let text = format!("{failure} {failure:?}");
        assert!(text.contains("refused") && !text.contains("secret"), "{text}");
    }
}
