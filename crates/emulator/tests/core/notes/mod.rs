//! Notes (notes-attachments.md).
mod blocks;
mod documented;
mod limits;
mod parents;
mod records;
mod sas;
mod storm;

use serde_json::{Value, json};

use crate::messages;
use crate::world::{Answer, World, base64, block_id, from_base64};

/// An id that no record of a new organization has.
pub(crate) const NOTE: &str = "7b1f3b2e-0000-4000-8000-000000000001";

/// Makes a note of this JSON and gives its address.
#[track_caller]
pub(crate) fn create(world: &mut World, set: &str, record: &Value) -> String {
    let made = world.post(set, record).expect(204);
    made.header("odata-entityid").rsplit('/').next().unwrap().to_owned()
}

/// Makes a note that is a file.
#[track_caller]
pub(crate) fn file(world: &mut World, name: &str, bytes: &[u8]) -> String {
    let note = json!({"filename": name, "mimetype": "text/plain", "documentbody": base64(bytes)});
    create(world, "annotations", &note)
}

/// A `Target` of the note messages.
pub(crate) fn target(id: &str) -> Value {
    json!({"annotationid": id, "subject": "large PDF file", "filename": "25mb.pdf",
        "notetext": "Please see new attached pdf file.", "mimetype": "application/pdf",
        "@odata.type": "Microsoft.Dynamics.CRM.annotation"})
}

/// The value with some members replaced, or with `null` taken away.
pub(crate) fn with(mut value: Value, change: &Value) -> Value {
    let object = value.as_object_mut().unwrap();
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => object.remove(name),
            value => object.insert(name.clone(), value.clone()),
        };
    }
    value
}

/// The token of an upload of this family.
#[track_caller]
pub(crate) fn initialize(world: &mut World, family: &str, target: &Value) -> String {
    let answer = world.post(&format!("Initialize{family}BlocksUpload"), &json!({ "Target": target }));
    answer.expect(200).json()["FileContinuationToken"].as_str().unwrap().to_owned()
}

pub(crate) fn commit(world: &mut World, family: &str, target: &Value, token: &str, ids: &[String]) -> Answer {
    let body = json!({"Target": target, "BlockList": ids, "FileContinuationToken": token});
    world.post(&format!("Commit{family}BlocksUpload"), &body)
}

/// The commit of an upload of these bytes in blocks.
#[track_caller]
pub(crate) fn by_blocks(
    world: &mut World,
    family: &str,
    target: &Value,
    bytes: &[u8],
    block: usize,
) -> Answer {
    let token = initialize(world, family, target);
    let mut ids = Vec::new();
    for (number, part) in bytes.chunks(block).enumerate() {
        messages::block(world, &token, &block_id(number), part).expect(204);
        ids.push(block_id(number));
    }
    commit(world, family, target, &token, &ids)
}

pub(crate) fn initialize_download(world: &mut World, family: &str, target: &Value) -> Answer {
    world.post(&format!("Initialize{family}BlocksDownload"), &json!({ "Target": target }))
}

/// The whole file by messages.
#[track_caller]
pub(crate) fn by_messages(world: &mut World, id: &str) -> Vec<u8> {
    let target = json!({"annotationid": id, "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let opened = initialize_download(world, "Annotation", &target).expect(200).json();
    let mut file = Vec::new();
    while (file.len() as u64) < opened["FileSizeInBytes"].as_u64().unwrap() {
        let body = json!({"Offset": file.len(), "BlockLength": 4_194_304,
            "FileContinuationToken": opened["FileContinuationToken"]});
        file.extend(from_base64(&world.post("DownloadBlock", &body).expect(200).json()["Data"]));
    }
    file
}

/// The organization takes files of another size from now on.
#[track_caller]
pub(crate) fn limit(world: &mut World, characters: u64) {
    let id = world.get("WhoAmI").json()["OrganizationId"].as_str().unwrap().to_owned();
    let body = json!({"maxuploadfilesize": characters}).to_string();
    world.patch(&format!("organizations({id})"), body.as_bytes()).expect(204);
}

/// The id in the address of a record.
pub(crate) fn id_of(address: &str) -> &str {
    address.split(['(', ')']).nth(1).unwrap()
}
