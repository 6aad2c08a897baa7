//! Long seeded stories of notes and attachments against a model: what was written is what is there, and no byte more.
use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use super::{by_blocks, create, id_of, target, with};
use crate::attachments;
use crate::world::{Ask, ID, World, base64, bytes};

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

struct Story {
    world: World,
    dice: Dice,
    /// By address: the parent's address and the file.
    records: BTreeMap<String, (Option<String>, Option<Vec<u8>>)>,
    emails: Vec<String>,
    made: u32,
}

impl Story {
    fn new(seed: u64) -> Story {
        let emails = vec![format!("emails({ID})")];
        Story { world: World::new(), dice: Dice(seed), records: BTreeMap::new(), emails, made: 0 }
    }

    fn some_bytes(&mut self) -> Vec<u8> {
        let (length, start) = (1 + self.dice.roll(300), self.dice.roll(200));
        bytes(start + length)[start..].to_vec()
    }

    fn some(&mut self) -> Option<String> {
        let at = self.dice.roll(self.records.len().max(1));
        self.records.keys().nth(at).cloned()
    }

    fn email(&mut self) -> String {
        if self.emails.is_empty() {
            self.emails.push(create(&mut self.world, "emails", &json!({"subject": "s"})));
        }
        self.emails[self.dice.roll(self.emails.len())].clone()
    }

    fn attachment(&mut self, more: (&str, Value)) -> (String, String) {
        let email = self.email();
        let mut record = json!({"objectid_email@odata.bind": email, "objecttypecode": "email"});
        record[more.0] = more.1;
        (attachments::create(&mut self.world, &record), email)
    }

    fn step(&mut self) {
        match self.dice.roll(10) {
            0 => {
                let (file, email) = (self.some_bytes(), self.email());
                let note = json!({"documentbody": base64(&file), "objectid_email@odata.bind": email});
                let note = create(&mut self.world, "annotations", &note);
                self.records.insert(note, (Some(email), Some(file)));
            }
            1 => {
                let file = self.some_bytes();
                let (made, email) = self.attachment(("body", json!(base64(&file))));
                self.records.insert(made, (Some(email), Some(file)));
            }
            2 => self.share(),
            3 => self.blocks(),
            4 | 5 => self.replace(),
            6 => self.clear(),
            7 => {
                let Some(record) = self.some() else { return };
                self.world.delete(&record).expect(204);
                self.records.remove(&record);
            }
            8 if self.dice.roll(4) == 0 && !self.emails.is_empty() => {
                let email = self.emails.swap_remove(self.dice.roll(self.emails.len()));
                self.world.delete(&email).expect(204);
                self.records.retain(|_, (parent, _)| parent.as_ref() != Some(&email));
            }
            8 => self.emails.push(create(&mut self.world, "emails", &json!({"subject": "s"}))),
            _ => self.world.restart(),
        }
    }

    fn share(&mut self) {
        let Some(record) = self.some().filter(|record| record.starts_with("activity")) else { return };
        let file = self.records[&record].1.clone();
        if file.is_some() {
            let (made, email) = self.attachment(("attachmentid@odata.bind", json!(record)));
            self.records.insert(made, (Some(email), file));
        }
    }

    fn blocks(&mut self) {
        self.made += 1;
        let file = self.some_bytes();
        let known = self.some().filter(|record| record.starts_with("annotations"));
        let id = match &known {
            Some(record) => id_of(record).to_owned(),
            None => format!("7b1f3b2e-0000-4000-9000-{:012}", self.made),
        };
        let email = self.email();
        let target = with(target(&id), &json!({ "objectid_email@odata.bind": email }));
        by_blocks(&mut self.world, "Annotation", &target, &file, 100).expect(200);
        self.records.insert(format!("annotations({id})"), (Some(email), Some(file)));
    }

    fn replace(&mut self) {
        let (Some(record), file) = (self.some(), self.some_bytes()) else { return };
        let body = if record.starts_with("annotations") { "documentbody" } else { "body" };
        let change = json!({ body: base64(&file), "filename": "new.txt" });
        self.world.send(Ask::new(Method::PATCH, &record).json(&change)).expect(204);
        self.records.entry(record).and_modify(|known| known.1 = Some(file));
    }

    fn clear(&mut self) {
        let Some(record) = self.some() else { return };
        let body = if record.starts_with("annotations") { "documentbody" } else { "body" };
        self.world.delete(&format!("{record}/{body}")).expect(204);
        self.records.entry(record).and_modify(|known| known.1 = None);
    }

    fn check(&mut self) {
        for (set, body) in [("annotations", "documentbody"), ("activitymimeattachments", "body")] {
            let list = self.world.get(&format!("{set}?$select=filesize,{body}")).expect(200).json();
            let key = if set == "annotations" { "annotationid" } else { "activitymimeattachmentid" };
            let found = list["value"].as_array().unwrap().iter().map(|row| {
                let address = format!("{set}({})", row[key].as_str().unwrap());
                let size = row["filesize"].as_u64();
                (address, (size, row[body].as_str().map(str::to_owned)))
            });
            let known = self.records.iter().filter(|(address, _)| address.starts_with(set));
            let known = known.map(|(address, (_, file))| {
                let size = file.as_ref().map(|file| file.len() as u64);
                (address.clone(), (size, file.as_ref().map(|file| base64(file))))
            });
            assert_eq!(found.collect::<BTreeMap<_, _>>(), known.collect::<BTreeMap<_, _>>());
        }
    }
}

#[test]
fn what_was_written_is_what_is_there_and_no_byte_more() {
    for seed in 0..8 {
        let mut story = Story::new(seed);
        for _ in 0..120 {
            story.step();
            story.check();
        }
        assert!(story.made > 3, "seed {seed} told no story");
        for email in story.emails.clone() {
            story.world.delete(&email).expect(204);
        }
        assert!(story.world.store.blobs().is_empty(), "seed {seed}");
    }
}
