//! Reads a file as a stream, in order, and never holds more of it than a few parts.
//!
//! `cargo run -p dataverse-files-reqwest --example async_streaming_download`
mod organization;

use std::env;
use std::error::Error;

use dataverse_files_reqwest::{Bytes, Client};
use futures::TryStreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let organization = organization::organization()?;
    let client = Client::builder(&organization.url)?.token(organization.token.clone()).build()?;
    if env::var_os("DATAVERSE_URL").is_none() {
        // The emulator begins without files.
        let text = Bytes::from("a line of text\n".repeat(1_000_000));
        client.upload(&organization.column, text).name("lines.txt").await?;
    }
    let mut stream = client.download(&organization.column).parallel(4).stream();
    let (mut bytes, mut lines) = (0, 0);
    while let Some(chunk) = stream.try_next().await? {
        bytes += chunk.len();
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    let name = stream.downloaded().and_then(|file| file.name.clone()).unwrap_or_default();
    println!("done: {name} has {bytes} bytes in {lines} lines");
    Ok(())
}
