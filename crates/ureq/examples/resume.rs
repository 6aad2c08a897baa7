//! An upload that ends half-way, because its token does, and goes on later from its checkpoint.
//!
//! `cargo run -p dataverse-files-ureq --example blocking_resume`
mod organization;

use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};

use dataverse_files_ureq::{BoxError, CheckpointFile, Client, FileSource, Saved, UploadStrategy, Uploaded};

fn main() -> Result<(), Box<dyn Error>> {
    let organization = organization::organization()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("25mb.bin");
    std::fs::write(&path, vec![7; 25_870_370])?;
    let kept = CheckpointFile::new(folder.path().join("25mb.bin.checkpoint"));

    // This token is good for five requests only.
    let (token, asked) = (organization.token.clone(), AtomicU32::new(0));
    let short = move |_: bool| {
        let given = asked.fetch_add(1, Ordering::Relaxed) < 5;
        given.then(|| token.clone()).ok_or(BoxError::from("signed out"))
    };
    let client = Client::builder(&organization.url)?.token(short).build()?;
    match upload(&client, &organization, &path, &kept) {
        Ok(_) => return Err("five requests cannot carry 25 MB".into()),
        Err(e) => println!("stopped: {e}"),
    }

    let client = Client::builder(&organization.url)?.token(organization.token.clone()).build()?;
    let uploaded = upload(&client, &organization, &path, &kept)?;
    println!("done: {} bytes, {} requests this time", uploaded.size, uploaded.counts.requests);
    Ok(())
}

/// Upload, from the checkpoint where there is one that belongs to this file.
fn upload(
    client: &Client,
    organization: &organization::Organization,
    path: &std::path::Path,
    kept: &CheckpointFile,
) -> Result<Uploaded, Box<dyn Error>> {
    let fingerprint = FileSource::open(path)?.fingerprint();
    let mut request =
        client.upload(&organization.column, path).strategy(UploadStrategy::Blocks).parallel(1).checkpoints(
            |checkpoint| kept.save(&Saved { source: Some(fingerprint), checkpoint: checkpoint.clone() }),
        );
    if let Some(saved) = kept.load()? {
        request = request.resume(saved.of_source(fingerprint)?);
    }
    let uploaded = request.run()?;
    kept.remove()?;
    Ok(uploaded)
}
