//! Which organization is spoken to, and with which token.
use std::env;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::server::Running;
use dataverse_files_reqwest::Organization;

use crate::arguments::Common;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::secret::Secret;

/// Where the embedded organization lives when no folder is named.
const EMBEDDED_DIR: &str = ".dvf";

/// Where requests go.
#[derive(Debug)]
pub(crate) struct Site {
    /// The organization's URL.
    pub(crate) url: String,
    pub(crate) token: Token,
    /// What stays the same from run to run: the URL, or the embedded organization's folder.
    pub(crate) key: String,
    /// Stops when dropped.
    pub(crate) embedded: Option<Running>,
}

/// Where the token comes from.
#[derive(Clone, Debug)]
pub(crate) enum Token {
    Fixed(Secret),
    File(PathBuf),
}

impl Site {
    /// From the options. Starts the emulator when it is to be embedded.
    pub(crate) fn open(common: &Common) -> Result<Site, Failure> {
        let url = common.url.as_deref().map(str::trim).filter(|url| !url.is_empty()).ok_or_else(no_url)?;
        match embedded_dir(url)? {
            Some(dir) => Site::embedded(dir),
            None => {
                Organization::new(url)?;
                let key = url.trim_end_matches('/').to_ascii_lowercase();
                Ok(Site { token: token(common)?, key, url: url.to_owned(), embedded: None })
            }
        }
    }

    /// As plans want it.
    pub(crate) fn organization(&self) -> Result<Organization, Failure> {
        Ok(Organization::new(&self.url)?)
    }

    fn embedded(dir: &Path) -> Result<Site, Failure> {
        let running = Emulator::builder().data(dir).random_token().start().map_err(|e| {
            Failure::local(&io::Error::new(e.kind(), format!("opening the embedded organization: {e}")))
        })?;
        let dir = dir.canonicalize().map_err(|e| Failure::local(&e))?;
        let token = Token::Fixed(running.token().unwrap_or_default().into());
        let (url, key) = (running.url().to_owned(), format!("embedded:{}", dir.display()));
        Ok(Site { url, token, key, embedded: Some(running) })
    }
}

fn no_url() -> Failure {
    Failure::usage(
        "no organization is named; give --url https://NAME.crm.dynamics.com, set DATAVERSE_URL, or use \
         --url embedded[:DIR] for an organization on this machine",
    )
}

/// `embedded`, `embedded:DIR`; everything else is a URL.
fn embedded_dir(url: &str) -> Result<Option<&Path>, Failure> {
    match url.strip_prefix("embedded") {
        Some("") => Ok(Some(Path::new(EMBEDDED_DIR))),
        Some(":") => Err(Failure::usage("--url embedded: names no folder; leave the colon out for .dvf")),
        Some(rest) => Ok(rest.strip_prefix(':').map(Path::new)),
        None => Ok(None),
    }
}

fn token(common: &Common) -> Result<Token, Failure> {
    if let Some(file) = &common.token_file {
        read_token(file)?;
        return Ok(Token::File(file.clone()));
    }
    let given = match &common.token {
        Some(token) if token.reveal() == "-" => {
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line).map_err(|e| Failure::local(&e))?;
            Some(line)
        }
        Some(token) => Some(token.reveal().to_owned()),
        None => env::var("DATAVERSE_TOKEN").ok(),
    };
    let given = given.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
    given.map(|token| Token::Fixed(Secret::from(token))).ok_or_else(|| {
        let why = "no token; give --token TOKEN, --token-file FILE, --token - to read it from standard input, or set \
                   DATAVERSE_TOKEN";
        Failure::new(Exit::Access, "unauthenticated", why)
    })
}

/// The token that a file holds now. The file may be written anew while a transfer goes on.
pub(crate) fn read_token(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Failure::usage(format!("reading the token from {}: {e}", file.display())))?;
    match text.trim() {
        "" => {
            Err(Failure::new(Exit::Access, "unauthenticated", format!("{} holds no token", file.display())))
        }
        token => Ok(token.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_may_name_its_folder() {
        assert_eq!(embedded_dir("embedded").unwrap(), Some(Path::new(".dvf")));
        assert_eq!(embedded_dir("embedded:/tmp/x y").unwrap(), Some(Path::new("/tmp/x y")));
        assert_eq!(embedded_dir("https://contoso.crm.dynamics.com").unwrap(), None);
        assert_eq!(embedded_dir("embeddedx").unwrap(), None, "is left for the URL's own check");
        assert_eq!(embedded_dir("embedded:").unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn without_a_url_all_three_ways_are_named() {
        let message = no_url().message;
        for way in ["--url https://", "DATAVERSE_URL", "--url embedded[:DIR]"] {
            assert!(message.contains(way), "{message}");
        }
    }

    #[test]
    fn a_token_file_may_end_with_a_newline_but_not_be_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "abc\n").unwrap();
        assert_eq!(read_token(&path).unwrap(), "abc");
        std::fs::write(&path, " \n").unwrap();
        assert_eq!(read_token(&path).unwrap_err().exit, Exit::Access);
        assert_eq!(read_token(&folder.path().join("none")).unwrap_err().exit, Exit::Usage);
    }
}
