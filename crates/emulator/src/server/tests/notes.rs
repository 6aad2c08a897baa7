//! Notes and attachments on real sockets, over a folder.
use std::fs;

use ::base64::Engine;
use ::base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::client::Answer;
use super::*;
use crate::store::disk::tests::killed;

const EMAIL: &str = "emails(00000000-0000-0000-0000-000000000001)";
const NOTE: &str = "annotations(7b1f3b2e-0000-4000-8000-000000000001)";

fn path(rest: &str) -> String {
    format!("/api/data/v9.2/{rest}")
}

fn send(client: &mut Client, method: &str, rest: &str, body: &Value) -> Answer {
    client.send(method, &path(rest), "Content-Type: application/json\r\n", body.to_string().as_bytes());
    client.answer()
}

fn attachment(more: (&str, Value)) -> Value {
    let mut record = json!({"objectid_email@odata.bind": EMAIL, "objecttypecode": "email"});
    record[more.0] = more.1;
    record
}

#[test]
fn notes_shared_attachments_and_open_uploads_survive_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let first = Builder::default().seed(7).data(dir.path()).start().unwrap();
    let mut client = Client::connect(&first);
    let file = bytes(3_000_001);
    let note = json!({"filename": "a.bin", "documentbody": BASE64_STANDARD.encode(&*file)});
    assert_eq!(send(&mut client, "PATCH", NOTE, &note).status, 204);
    let made = send(&mut client, "POST", "activitymimeattachments", &attachment(("body", json!("d29yZA=="))));
    let made = made.headers["odata-entityid"].rsplit('/').next().unwrap().to_owned();
    let again = attachment(("attachmentid@odata.bind", json!(made)));
    assert_eq!(send(&mut client, "POST", "activitymimeattachments", &again).status, 204);
    let target = json!({"objectid_email@odata.bind": EMAIL, "objecttypecode": "email", "filename": "b.txt",
        "mimetype": "text/plain", "@odata.type": "Microsoft.Dynamics.CRM.activitymimeattachment"});
    let opened = send(&mut client, "POST", "InitializeAttachmentBlocksUpload", &json!({ "Target": target }));
    let opened: Value = serde_json::from_slice(&opened.body).unwrap();
    let token = &opened["FileContinuationToken"];
    let block = json!({"BlockId": "MDE=", "BlockData": "YmxvY2s=", "FileContinuationToken": token});
    assert_eq!(send(&mut client, "POST", "UploadBlock", &block).status, 204);

    let dir = killed(dir.path());
    let second = Builder::default().seed(8).data(dir.path()).start().unwrap();
    let mut client = Client::connect(&second);
    let text = client.get(&path(&format!("{NOTE}/documentbody/$value")));
    assert!(BASE64_STANDARD.decode(&text.body).unwrap() == *file);
    assert_eq!(send(&mut client, "DELETE", &made, &json!({})).status, 204);
    let list = client.get(&path("activitymimeattachments?$select=body"));
    let list: Value = serde_json::from_slice(&list.body).unwrap();
    assert_eq!(list["value"][0]["body"], "d29yZA==");
    let commit = json!({"Target": target, "BlockList": ["MDE="], "FileContinuationToken": token});
    let done = send(&mut client, "POST", "CommitAttachmentBlocksUpload", &commit);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 3);
    assert_eq!(send(&mut client, "DELETE", EMAIL, &json!({})).status, 204);
    assert_eq!(send(&mut client, "DELETE", NOTE, &json!({})).status, 204);
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
}

#[test]
fn a_record_above_the_limit_is_told_so_while_it_arrives() {
    let running = Builder::default().seed(7).start().unwrap();
    let mut client = Client::connect(&running);
    let body = BASE64_STANDARD.encode(&*bytes(20 << 20));
    let answer = send(&mut client, "POST", "annotations", &json!({ "documentbody": body }));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("0x80044a02"), "{}", answer.text());
    let mut client = Client::connect(&running);
    let answer = send(&mut client, "POST", "annotations", &json!({"notetext": "t".repeat(2 << 20)}));
    assert_eq!(answer.status, 413, "what is no file may have 1 MiB");

    let mut client = Client::connect(&running);
    let me: Value = serde_json::from_slice(&client.get(&path("WhoAmI")).body).unwrap();
    let organization = format!("organizations({})", me["OrganizationId"].as_str().unwrap());
    assert_eq!(send(&mut client, "PATCH", &organization, &json!({"maxuploadfilesize": 8})).status, 204);
    for (bytes, status) in [(6, 204), (7, 400), (600_000, 400), (2 << 20, 400)] {
        let body = BASE64_STANDARD.encode(vec![7; bytes]);
        let answer = send(&mut client, "POST", "annotations", &json!({ "documentbody": body }));
        assert_eq!(answer.status, status, "{bytes}");
        assert_eq!(answer.text().contains("0x80044a02"), status == 400, "{bytes}");
    }
}

#[test]
fn damaged_downloads_are_damaged_here_too() {
    let short = Fault::Short { bytes: 1 };
    let faults = [
        (Kind::Value, 1, short.clone()),
        (Kind::Read, 1, short.clone()),
        (Kind::Read, 2, Fault::WrongSize),
        (Kind::InitializeDownload, 1, Fault::WrongSize),
        (Kind::DownloadBlock, 1, short),
    ];
    let running = Builder::default().seed(7).faults(Faults::script(faults)).start().unwrap();
    let mut client = Client::connect(&running);
    let note = json!({"filename": "a.txt", "documentbody": BASE64_STANDARD.encode(b"hello")});
    assert_eq!(send(&mut client, "PATCH", NOTE, &note).status, 204);
    let read = |answer: Answer| serde_json::from_slice::<Value>(&answer.body).unwrap();
    assert_eq!(
        client.get(&path(&format!("{NOTE}/documentbody/$value"))).text(),
        BASE64_STANDARD.encode(b"hell")
    );
    let record = read(client.get(&path(&format!("{NOTE}?$select=documentbody"))));
    assert_eq!(record["documentbody"], BASE64_STANDARD.encode(b"hell"));
    assert_eq!(read(client.get(&path(&format!("{NOTE}?$select=filesize"))))["filesize"], 6);
    let target = json!({"annotationid": NOTE.split(['(', ')']).nth(1), "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let opened =
        send(&mut client, "POST", "InitializeAnnotationBlocksDownload", &json!({ "Target": target }));
    let opened = read(opened);
    assert_eq!(opened["FileSizeInBytes"], 6);
    let block =
        json!({"Offset": 0, "BlockLength": 9, "FileContinuationToken": opened["FileContinuationToken"]});
    assert_eq!(
        read(send(&mut client, "POST", "DownloadBlock", &block))["Data"],
        BASE64_STANDARD.encode(b"hell")
    );
}
