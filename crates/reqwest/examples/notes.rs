//! Puts a file on an account as a note and on an e-mail as an attachment, reads both back, hands out a URL, and tidies up.
//!
//! `cargo run -p dataverse-files-reqwest --example async_notes`
mod organization;

use std::error::Error;

use dataverse_files_reqwest::{Attachment, Bytes, Client, Note, Record, Target};

const EMAIL: &str = "emails(00000000-0000-0000-0000-000000000001)";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let organization = organization::organization()?;
    let client = Client::builder(&organization.url)?.token(organization.token.clone()).build()?;
    let (account, email): (Record, Record) = (organization.column.record().clone(), EMAIL.parse()?);

    let offer = Bytes::from_static(b"We offer 1,000 widgets.");
    let note = Note::on(account).subject("Offer").text("As discussed on the phone.");
    let attachment = Attachment::on(email).subject("Our offer");
    for new in [Target::from(note), Target::from(attachment)] {
        let made = client.upload(new, offer.clone()).name("offer.txt").await?.target;
        let held = client.held(&made).await?;
        println!("{made} holds {}, {} bytes", held.name.unwrap_or_default(), held.size.unwrap_or_default());

        // Here into memory, at most 1,000 bytes; `to_file` and `stream` take files of any size.
        let back = client.download(&made).bytes(1_000).await?;
        println!("it says: {}", String::from_utf8_lossy(&back));

        let link = client.link(&made).await?;
        println!("a URL of it leads to {} bytes until {}", link.size, link.expires.unwrap_or_default());
        client.delete(&made).await?;
    }
    Ok(())
}
