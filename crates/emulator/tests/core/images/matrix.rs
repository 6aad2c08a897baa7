//! Call × state of the column → answer (image-columns §10), held here and printed into `docs/images.md`.
use std::fmt::Write;
use std::fs;

use http::Method;
use serde_json::{Value, json};

use super::{by_messages, initialize_download, png, sas};
use crate::world::{Answer, Ask, World, from_base64};

/// States of a column, in the order of the answers below.
const STATES: [&str; 5] = [
    "full image",
    "full image, column keeps none any more",
    "thumbnail only",
    "thumbnail only, column keeps full images by now",
    "empty",
];

/// Calls and their answers.
const MATRIX: [(&str, [&str; 5]); 14] = [
    ("`GET …/col/$value`", ["200 thumbnail", "200 thumbnail", "200 thumbnail", "200 thumbnail", "204"]),
    ("`GET …/col/$value?size=full`", ["200 full", "200 full", "204", "204", "204"]),
    (
        "`GET …/col/$value` with `Range`",
        ["206 thumbnail", "206 thumbnail", "206 thumbnail", "206 thumbnail", "204"],
    ),
    ("`GET …/col/$value?size=full` with `Range`", ["206 full", "206 full", "204", "204", "204"]),
    (
        "`GET …/col`",
        [
            "200 base64 thumbnail",
            "200 base64 thumbnail",
            "200 base64 thumbnail",
            "200 base64 thumbnail",
            "204",
        ],
    ),
    (
        "`GET …/col` with `Range`",
        [
            "206 base64 thumbnail",
            "206 base64 thumbnail",
            "206 base64 thumbnail",
            "206 base64 thumbnail",
            "204",
        ],
    ),
    ("`GET …/col?size=full` with `Range`", ["206 base64 full", "206 base64 full", "204", "204", "204"]),
    (
        "`InitializeFileBlocksDownload`, `DownloadBlock`",
        ["200 base64 full", "200 base64 full", "404 `0x80040217`", "404 `0x80040217`", "404 `0x80040217`"],
    ),
    (
        "record with `$select=col`",
        [
            "200 base64 thumbnail",
            "200 base64 thumbnail",
            "200 base64 thumbnail",
            "200 base64 thumbnail",
            "200 null",
        ],
    ),
    ("record with `$select=colid`", ["200 id", "200 id", "200 id", "200 id", "200 null"]),
    ("`download.aspx`", ["200 thumbnail", "200 thumbnail", "200 thumbnail", "200 thumbnail", "204"]),
    ("`download.aspx` with `Full=true`", ["200 full", "200 full", "204", "204", "204"]),
    ("`GetFileSasUrl`", ["200 full", "200 full", "400 `0x8009000d`", "404 `0x80040217`", "400 `0x8009000d`"]),
    ("`DELETE …/col`", ["204", "204", "204", "204", "204"]),
];

/// A world whose second image column is in one of the states, and what its forms are.
struct Scene {
    world: World,
    /// `accounts(<id>)/sample_second`.
    column: String,
    /// `accounts(<id>)`.
    record: String,
    full: Vec<u8>,
    thumbnail: Vec<u8>,
}

impl Scene {
    fn new(state: usize) -> Scene {
        let mut world = World::new();
        let record = format!("accounts({})", crate::world::ID);
        let column = format!("{record}/sample_second");
        let keeps = state < 2;
        super::second_column(&mut world, "sample_Second", keeps);
        let full = png(400, 500);
        world.patch(&format!("{column}?x-ms-file-name=a.png"), &full).expect(204);
        let thumbnail = world.get(&format!("{column}/$value")).expect(200).body;
        match state {
            1 => keep(&mut world, false),
            3 => keep(&mut world, true),
            4 => {
                world.delete(&column).expect(204);
            }
            _ => {}
        }
        Scene { world, column, record, full, thumbnail }
    }

    fn answer(&mut self, call: usize) -> String {
        let Scene { column, record, .. } = &self;
        let (value, full) = (format!("{column}/$value"), format!("{column}/$value?size=full"));
        let (column, record) = (column.clone(), record.clone());
        let world = &mut self.world;
        let range = "bytes=0-4194303";
        match call {
            0 => raw(&world.get(&value), self),
            1 => raw(&world.get(&full), self),
            2 => raw(&world.range(&value, range), self),
            3 => raw(&world.range(&full, range), self),
            4 => encoded(&world.get(&column), "value", self),
            5 => encoded(&world.range(&column, range), "value", self),
            6 => encoded(&world.range(&format!("{column}?size=full"), range), "value", self),
            7 => match initialize_download(world, &column) {
                opened if opened.status == 200 => {
                    assert_eq!(by_messages(world, &column), self.full);
                    "200 base64 full".to_owned()
                }
                refused => raw(&refused, self),
            },
            8 => encoded(&world.get(&format!("{record}?$select=sample_second")), "sample_second", self),
            9 => {
                let answer = world.get(&format!("{record}?$select=sample_secondid")).expect(200).json();
                format!("200 {}", if answer["sample_secondid"].is_null() { "null" } else { "id" })
            }
            10 | 11 => {
                let url = world.get(&format!("{record}?$select=sample_second_url")).expect(200).json();
                // Of an empty column there is no address but one of before.
                let gone = "/Image/download.aspx?Entity=account&Attribute=sample_second&Id=00000000-0000-0000-0000-000000000009&Timestamp=1";
                let url = url["sample_second_url"].as_str().unwrap_or(gone).to_owned();
                let full = if call == 11 { "&Full=true" } else { "" };
                raw(&world.get(&format!("{url}{full}")), self)
            }
            12 => match sas(world, &column) {
                given if given.status == 200 => {
                    let url = given.json()["Result"]["SasUrl"].as_str().unwrap().to_owned();
                    let answer = world.storage(Method::GET, &url, &[]);
                    raw(&answer, self)
                }
                refused => raw(&refused, self),
            },
            _ => raw(&world.delete(&column), self),
        }
    }

    fn form(&self, bytes: &[u8]) -> &'static str {
        match bytes {
            bytes if bytes == self.full => "full",
            bytes if bytes == self.thumbnail => "thumbnail",
            _ => "something else",
        }
    }
}

/// Bytes as they are.
fn raw(answer: &Answer, scene: &Scene) -> String {
    let status = answer.status.as_u16();
    match status {
        204 => {
            assert!(answer.body.is_empty());
            "204".to_owned()
        }
        200..300 => format!("{status} {}", scene.form(&answer.body)),
        _ => format!("{status} `{}`", answer.json()["error"]["code"].as_str().unwrap()),
    }
}

/// Bytes as base64 in a property.
fn encoded(answer: &Answer, name: &str, scene: &Scene) -> String {
    let status = answer.status.as_u16();
    if status == 204 {
        return raw(answer, scene);
    }
    match &answer.json()[name] {
        Value::Null => format!("{status} null"),
        value => format!("{status} base64 {}", scene.form(&from_base64(value))),
    }
}

/// Lets the column keep full images from now on, or no more.
fn keep(world: &mut World, full: bool) {
    let column = "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='sample_second')";
    let cast = "Microsoft.Dynamics.CRM.ImageAttributeMetadata";
    let mut definition = world.get(&format!("{column}/{cast}")).expect(200).json();
    definition["CanStoreFullImage"] = json!(full);
    definition["@odata.type"] = json!(cast);
    world.send(Ask::new(Method::PUT, column).json(&definition)).expect(204);
}

/// As the documentation shows it.
fn markdown() -> String {
    let mut text = format!("| call | {} |\n|---|{}\n", STATES.join(" | "), "---|".repeat(STATES.len()));
    for (call, answers) in MATRIX {
        writeln!(text, "| {call} | {} |", answers.join(" | ")).unwrap();
    }
    text
}

#[test]
fn every_call_answers_by_the_state_of_the_column() {
    for (at, (call, answers)) in MATRIX.into_iter().enumerate() {
        for (state, answer) in answers.into_iter().enumerate() {
            assert_eq!(Scene::new(state).answer(at), answer, "{call}: {}", STATES[state]);
        }
    }
}

/// `WRITE_DOCS=1 cargo test` writes the table instead of comparing it.
#[test]
fn the_documentation_shows_the_same_matrix() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images.md");
    let text = fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- matrix -->\n", "<!-- end of matrix -->");
    let (before, rest) = text.split_once(begin).unwrap();
    let (shown, after) = rest.split_once(end).unwrap();
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(path, format!("{before}{begin}{}{end}{after}", markdown())).unwrap();
        return;
    }
    assert_eq!(shown, markdown(), "WRITE_DOCS=1 writes it anew");
}
