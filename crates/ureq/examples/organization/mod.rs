//! Where the examples work: the organization that `DATAVERSE_URL` and `DATAVERSE_TOKEN` name, or an emulator in this process.
use std::env;
use std::error::Error;

use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::server::Running;
use dataverse_files_ureq::Column;

pub struct Organization {
    pub url: String,
    pub token: String,
    pub column: Column,
    _emulator: Option<Running>,
}

/// The column is `DATAVERSE_TARGET`, or a file column that the emulator has.
pub fn organization() -> Result<Organization, Box<dyn Error>> {
    let sample = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";
    let column = env::var("DATAVERSE_TARGET").unwrap_or(sample.into()).parse()?;
    if let Ok(url) = env::var("DATAVERSE_URL") {
        return Ok(Organization { url, token: env::var("DATAVERSE_TOKEN")?, column, _emulator: None });
    }
    let emulator = Emulator::builder().random_token().start()?;
    let (url, token) = (emulator.url().to_owned(), emulator.token().unwrap_or_default().to_owned());
    Ok(Organization { url, token, column, _emulator: Some(emulator) })
}
