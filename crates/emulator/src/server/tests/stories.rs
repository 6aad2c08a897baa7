//! Whole transfers with the real organization behind the sockets.
use std::fs;

use ::base64::Engine;
use ::base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::client::Answer;
use super::*;
use crate::audit::{Severity, Slip};
use crate::store::disk::tests::killed;

const ACCOUNT: &str = "accounts(00000000-0000-0000-0000-000000000001)";
/// Bytes in a block.
const BLOCK: usize = 1 << 20;

fn real(builder: Builder) -> Running {
    builder.seed(7).start().unwrap()
}

fn path(rest: &str) -> String {
    format!("/api/data/v9.2/{rest}")
}

/// A message; its answer, which has to be a good one.
fn call(client: &mut Client, name: &str, body: &Value) -> Value {
    let answer = try_call(client, name, body);
    assert!(answer.status < 300, "{name}: {} {}", answer.status, answer.text());
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn try_call(client: &mut Client, name: &str, body: &Value) -> Answer {
    let json = "Content-Type: application/json\r\n";
    client.send("POST", &path(name), json, body.to_string().as_bytes());
    client.answer()
}

fn target() -> Value {
    json!({
        "Target": {
            "accountid": "00000000-0000-0000-0000-000000000001",
            "@odata.type": "Microsoft.Dynamics.CRM.account",
        },
        "FileName": "25mb.pdf",
        "FileAttributeName": "sample_filecolumn",
    })
}

fn open(client: &mut Client) -> Value {
    call(client, "InitializeFileBlocksUpload", &target())["FileContinuationToken"].clone()
}

fn id(at: usize) -> String {
    BASE64_STANDARD.encode(format!("{at:04}"))
}

fn send_block(client: &mut Client, token: &Value, at: usize, bytes: &[u8]) {
    let data = BASE64_STANDARD.encode(bytes);
    call(
        client,
        "UploadBlock",
        &json!({"BlockId": id(at), "BlockData": data, "FileContinuationToken": token}),
    );
}

fn commit(token: &Value, blocks: usize) -> Value {
    let list: Vec<String> = (0..blocks).map(id).collect();
    json!({"FileName": "25mb.pdf", "MimeType": "application/pdf", "BlockList": list, "FileContinuationToken": token})
}

fn value(client: &mut Client) -> Answer {
    client.get(&path(&format!("{ACCOUNT}/sample_filecolumn/$value")))
}

#[test]
fn an_upload_by_blocks_goes_on_after_a_kill_and_is_committed_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = bytes(3 * BLOCK + 1000);
    let blocks: Vec<&[u8]> = file.chunks(BLOCK).collect();
    let first = real(Builder::default().data(dir.path()));
    let mut client = Client::connect(&first);
    let token = open(&mut client);
    send_block(&mut client, &token, 2, blocks[2]);
    send_block(&mut client, &token, 0, blocks[0]);

    let dir = killed(dir.path());
    let second = real(Builder::default().data(dir.path()));
    let mut client = Client::connect(&second);
    send_block(&mut client, &token, 1, blocks[1]);
    send_block(&mut client, &token, 3, blocks[3]);
    let done = call(&mut client, "CommitFileBlocksUpload", &commit(&token, 4));
    assert_eq!(done["FileSizeInBytes"], file.len());

    let dir = killed(dir.path());
    let third = real(Builder::default().data(dir.path()));
    let mut client = Client::connect(&third);
    assert!(value(&mut client).body == *file, "what was committed survives a kill");
    let again = try_call(&mut client, "CommitFileBlocksUpload", &commit(&token, 4));
    assert_eq!(again.status, 400, "a token is good for one commit");
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 4);
}

#[test]
fn what_an_upload_replaces_or_drops_leaves_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let running = real(Builder::default().data(dir.path()));
    let mut client = Client::connect(&running);
    for _ in 0..3 {
        let token = open(&mut client);
        send_block(&mut client, &token, 0, b"listed");
        send_block(&mut client, &token, 1, b"dropped");
        send_block(&mut client, &token, 0, b"listed instead");
        call(&mut client, "CommitFileBlocksUpload", &commit(&token, 1));
    }
    assert_eq!(value(&mut client).text(), "listed instead");
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 1);
    client.send("DELETE", &path(&format!("{ACCOUNT}/sample_filecolumn")), "", b"");
    assert_eq!(client.answer().status, 204);
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
}

#[test]
fn refused_requests_leave_no_bytes_behind() {
    let dir = tempfile::tempdir().unwrap();
    let running = real(Builder::default().data(dir.path()));
    let mut client = Client::connect(&running);
    let token = open(&mut client);
    let good = BASE64_STANDARD.encode(b"block");
    for body in [
        json!({"BlockId": "no base64", "BlockData": good, "FileContinuationToken": token}),
        json!({"BlockId": "MDE=", "BlockData": good, "FileContinuationToken": "unknown"}),
        json!({"BlockId": "MDE=", "BlockData": "no base64", "FileContinuationToken": token}),
        json!({"BlockId": "MDE=", "BlockData": BASE64_STANDARD.encode(vec![0; 4_194_305]), "FileContinuationToken": token}),
        json!({"BlockId": "MDE=", "BlockData": good, "FileContinuationToken": token, "More": 1}),
        json!({"BlockData": good}),
    ] {
        let answer = try_call(&mut client, "UploadBlock", &body);
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
}

#[test]
fn a_sas_url_serves_the_file_without_a_token_and_refuses_one() {
    let running = real(Builder::default());
    let mut client = Client::connect(&running);
    client.send("PATCH", &path(&format!("{ACCOUNT}/sample_filecolumn?x-ms-file-name=a.txt")), "", b"Contoso");
    assert_eq!(client.answer().status, 204);
    let target = format!(
        "GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t=%7B'@odata.id':'{ACCOUNT}'%7D&@f='sample_filecolumn'"
    );
    let answer: Value = serde_json::from_slice(&client.get(&path(&target)).body).unwrap();
    let url = answer["Result"]["SasUrl"].as_str().unwrap();
    let secret = url.strip_prefix(running.storage_url()).unwrap().to_owned();

    let mut storage = Client::to(running.storage_url());
    storage.raw(format!("GET {secret} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    let answer = storage.answer();
    assert_eq!((answer.status, answer.headers["content-length"].as_str()), (200, "7"));
    assert_eq!(answer.text(), "Contoso");
    assert_eq!(storage.get(&secret).status, 401, "with the bearer token");

    let findings = running.audit();
    assert!(findings.iter().any(|finding| finding.slip == Slip::TokenToStorage), "{findings:?}");
    assert!(!format!("{findings:?}").contains(secret.split('?').next().unwrap()));
}

#[test]
fn only_the_right_token_gets_in() {
    let running = real(Builder::default().random_token());
    let mut client = Client::connect(&running);
    let answer = client.get(&path("WhoAmI"));
    assert_eq!(answer.status, 401);
    assert!(answer.headers["www-authenticate"].starts_with("Bearer authorization_uri="));
    let token = running.token().unwrap();
    client.raw(
        format!("GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n", path("WhoAmI"))
            .as_bytes(),
    );
    assert_eq!(client.answer().status, 200);
}

#[test]
fn a_commit_whose_answer_is_lost_and_is_sent_again_is_found_by_the_audit() {
    let running = real(Builder::default().faults(Faults::script([(Kind::Commit, 1, Fault::Lost)])));
    let mut client = Client::connect(&running);
    let token = open(&mut client);
    send_block(&mut client, &token, 0, b"once");
    let body = commit(&token, 1).to_string();
    client.send("POST", &path("CommitFileBlocksUpload"), "", body.as_bytes());
    assert!(client.try_answer().is_err());
    let mut client = Client::connect(&running);
    assert_eq!(value(&mut client).text(), "once");
    assert_eq!(try_call(&mut client, "CommitFileBlocksUpload", &commit(&token, 1)).status, 400);
    let wrongs: Vec<Slip> = running
        .audit()
        .into_iter()
        .filter(|finding| finding.slip.severity() == Severity::Wrong)
        .map(|finding| finding.slip)
        .collect();
    assert_eq!(wrongs, [Slip::SecondCommit]);
}
