//! Reads a file as any other reader, in order, and never holds more of it than a few parts.
//!
//! `cargo run -p dataverse-files-ureq --example blocking_streaming_download`
mod organization;

use std::env;
use std::error::Error;
use std::io::Read;

use dataverse_files_ureq::{Bytes, Client};

fn main() -> Result<(), Box<dyn Error>> {
    let organization = organization::organization()?;
    let client = Client::builder(&organization.url)?.token(organization.token.clone()).build()?;
    if env::var_os("DATAVERSE_URL").is_none() {
        // The emulator begins without files.
        let text = Bytes::from("a line of text\n".repeat(1_000_000));
        client.upload(&organization.column, text).name("lines.txt").run()?;
    }
    let mut reader = client.download(&organization.column).parallel(4).reader();
    let (mut bytes, mut lines, mut buffer) = (0, 0, vec![0; 64 * 1024]);
    loop {
        let chunk = match reader.read(&mut buffer)? {
            0 => break,
            n => &buffer[..n],
        };
        bytes += chunk.len();
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    let name = reader.downloaded().and_then(|file| file.name.clone()).unwrap_or_default();
    println!("done: {name} has {bytes} bytes in {lines} lines");
    Ok(())
}
