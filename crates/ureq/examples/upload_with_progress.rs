//! Uploads a file, or 20 MiB of nothing in particular, and tells how far it is.
//!
//! `cargo run -p dataverse-files-ureq --example blocking_upload_with_progress -- 25mb.pdf`
mod organization;

use std::env;
use std::error::Error;
use std::path::PathBuf;

use dataverse_files_ureq::{Bytes, Client, Event, UploadSource};

fn main() -> Result<(), Box<dyn Error>> {
    let organization = organization::organization()?;
    let client = Client::builder(&organization.url)?.token(organization.token.clone()).build()?;
    let (source, name): (UploadSource, String) = match env::args_os().nth(1).map(PathBuf::from) {
        Some(path) => ((&path).into(), path.file_name().unwrap_or_default().to_string_lossy().into()),
        None => (Bytes::from(vec![7; 20 << 20]).into(), "sevens.bin".into()),
    };
    let uploaded = client
        .upload(&organization.column, source)
        .name(name)
        .parallel(8)
        .progress(|p| println!("{:3.0} %  {} of {} bytes", p.fraction() * 100.0, p.done, p.total))
        .events(|event| {
            if let Event::Retry { attempt, why, .. } = event {
                println!("attempt {attempt} failed: {why}");
            }
        })
        .run()?;
    println!("done: {} requests, file id {:?}", uploaded.counts.requests, uploaded.file_id);
    Ok(())
}
