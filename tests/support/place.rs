//! Where the file of a story is: each kind of target, and what the organization says of it without the client.
use base64_simd::STANDARD;
use bytes::Bytes;
use dataverse_files_proto::{Attachment, Column, Guid, Note, Record, Table, Target};
use http::{Request, Response};
use serde_json::{Value, json};

use crate::Organization;

/// A kind of target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The seeded file column of the seeded account.
    Column,
    /// A note that is there.
    Note,
    /// A note to be made on the seeded account.
    NewNote,
    /// An attachment that is there.
    Attachment,
    /// An attachment to be made on the seeded e-mail.
    NewAttachment,
}

const FIRST: &str = "00000000-0000-0000-0000-000000000001";
/// The ids of what is there already.
const NOTE: &str = "10000000-0000-4000-8000-000000000001";
const ATTACHMENT: &str = "20000000-0000-4000-8000-000000000001";

impl Place {
    /// All of them.
    pub const ALL: [Place; 5] =
        [Place::Column, Place::Note, Place::NewNote, Place::Attachment, Place::NewAttachment];

    /// As an upload names it. A new note has no id yet.
    pub fn target(self) -> Target {
        let table = |logical_name, id| Table::new(logical_name, id).unwrap();
        let first = |set| Record::new(set, FIRST.parse().unwrap()).unwrap();
        let account = || first("accounts").with_table(table("account", "accountid"));
        match self {
            Place::Column => Column::of(account(), "sample_filecolumn").unwrap().into(),
            Place::Note => Note::existing(NOTE.parse().unwrap()).into(),
            Place::NewNote => Note::on(account()).subject("A story").into(),
            Place::Attachment => Attachment::existing(ATTACHMENT.parse().unwrap()).into(),
            Place::NewAttachment => {
                Attachment::on(first("emails").with_table(table("email", "activityid"))).into()
            }
        }
    }

    /// What [`Organization::put_at`] puts a file into.
    pub fn there(self) -> Target {
        match self {
            Place::NewNote => Place::Note.target(),
            Place::NewAttachment => Place::Attachment.target(),
            place => place.target(),
        }
    }

    /// As an upload names it, with an id for a new note out of a number.
    pub fn target_with(self, number: u128) -> Target {
        match self.target() {
            target if target.needs_id() => target.with_id(Guid::from_random(number.to_be_bytes())),
            target => target,
        }
    }
}

impl Organization {
    /// Put a file there, as another client would. What has to be made is made.
    pub fn put_at(&mut self, place: Place, name: &str, bytes: &[u8]) {
        let body = STANDARD.encode_to_string(bytes);
        let mime = "application/octet-stream";
        match place {
            Place::Column => self.put(name, bytes),
            Place::Note | Place::NewNote => self.write(
                &format!("annotations({NOTE})"),
                &json!({"filename": name, "mimetype": mime, "documentbody": body}),
            ),
            Place::Attachment | Place::NewAttachment => self.write(
                &format!("activitymimeattachments({ATTACHMENT})"),
                &json!({
                    "filename": name, "mimetype": mime, "body": body, "objecttypecode": "email",
                    "objectid_email@odata.bind": format!("emails({FIRST})"),
                }),
            ),
        }
    }

    /// What a target holds; `None` when there is nothing, or no such record.
    pub fn held(&mut self, target: &Target) -> Option<Vec<u8>> {
        let (path, text) = match target {
            Target::Column(column) => (format!("{column}/$value"), false),
            Target::Note(note) => (format!("annotations({})/documentbody/$value", note.id()?), true),
            Target::Attachment(it) => (format!("activitymimeattachments({})/body/$value", it.id()?), true),
        };
        let response = self.get(&path);
        let body = (response.status() == 200).then(|| response.into_body())?;
        Some(if text { STANDARD.decode_to_vec(&body).unwrap() } else { body.to_vec() })
    }

    /// What the notes of the seeded account and the attachments of the seeded e-mail of this name are.
    pub fn called(&mut self, name: &str) -> Vec<Target> {
        let mut found = Vec::new();
        for (set, id, parent) in [
            ("annotations", "annotationid", "account"),
            ("activitymimeattachments", "activitymimeattachmentid", "email"),
        ] {
            let filter = format!("filename%20eq%20'{name}'%20and%20objecttypecode%20eq%20'{parent}'");
            let response = self.get(&format!("{set}?$select=filename&$filter={filter}"));
            let list: Value = serde_json::from_slice(response.body()).unwrap();
            let rows = list["value"].as_array().unwrap_or_else(|| panic!("{list}"));
            found.extend(rows.iter().map(|row| {
                let id = row[id].as_str().unwrap();
                format!("{set}({id})").parse::<Target>().unwrap()
            }));
        }
        found
    }

    /// Notes and attachments take so many characters of base64 from now on.
    pub fn limit_records(&mut self, characters: u32) {
        let list: Value = serde_json::from_slice(self.get("organizations?$select=name").body()).unwrap();
        let id = list["value"][0]["organizationid"].as_str().unwrap();
        self.write(&format!("organizations({id})"), &json!({"maxuploadfilesize": characters}));
    }

    fn get(&mut self, path: &str) -> Response<Bytes> {
        self.plain(Request::get(format!("/api/data/v9.2/{path}")).body(Bytes::new()).unwrap())
    }

    fn write(&mut self, record: &str, body: &Value) {
        let body = Bytes::from(body.to_string());
        let request = Request::patch(format!("/api/data/v9.2/{record}"))
            .header("content-type", "application/json")
            .header("content-length", body.len());
        let response = self.plain(request.body(body).unwrap());
        assert_eq!(response.status(), 204, "{:?}", response.body());
    }
}
