//! Long seeded stories of many clients at once, against a model that is a map: what was committed is what is there.
use std::collections::BTreeMap;

use http::Method;
use serde_json::json;

use crate::world::{Ask, COLUMN, World, block_id, bytes};
use crate::{chunked, download, messages};

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// An upload by blocks as its client remembers it.
struct Blocks {
    token: String,
    sent: BTreeMap<usize, Vec<u8>>,
}

/// An upload by chunks.
struct Chunks {
    location: String,
    file: Vec<u8>,
    sent: usize,
}

struct Story {
    world: World,
    dice: Dice,
    /// What the column holds.
    file: Option<Vec<u8>>,
    blocks: Vec<Blocks>,
    chunks: Vec<Chunks>,
    /// Files that became visible by a commit or a last chunk.
    committed: u32,
}

impl Story {
    fn new(seed: u64) -> Story {
        let mut world = World::new();
        world.careful = false;
        Story { world, dice: Dice(seed), file: None, blocks: Vec::new(), chunks: Vec::new(), committed: 0 }
    }

    fn some_bytes(&mut self) -> Vec<u8> {
        let length = 1 + self.dice.roll(300);
        let start = self.dice.roll(200);
        bytes(start + length)[start..].to_vec()
    }

    fn step(&mut self) {
        match self.dice.roll(12) {
            0 => self.single(),
            1 => self.open_blocks(),
            2..=4 => self.send_block(),
            5 => self.commit(),
            6 => self.open_chunks(),
            7 | 8 => self.send_chunk(),
            9 => self.delete(),
            10 => self.world.restart(),
            _ => self.nonsense(),
        }
    }

    fn single(&mut self) {
        let file = self.some_bytes();
        self.world.patch(&format!("{COLUMN}?x-ms-file-name=a.bin"), &file).expect(204);
        self.file = Some(file);
    }

    fn open_blocks(&mut self) {
        let token = messages::initialize(&mut self.world, "a.pdf");
        self.blocks.push(Blocks { token, sent: BTreeMap::new() });
    }

    fn send_block(&mut self) {
        if self.blocks.is_empty() {
            return;
        }
        let (at, number, data) = (self.dice.roll(self.blocks.len()), self.dice.roll(5), self.some_bytes());
        messages::block(&mut self.world, &self.blocks[at].token, &block_id(number), &data).expect(204);
        self.blocks[at].sent.insert(number, data);
    }

    fn commit(&mut self) {
        if self.blocks.is_empty() {
            return;
        }
        let at = self.dice.roll(self.blocks.len());
        let mut numbers: Vec<usize> = self.blocks[at].sent.keys().copied().collect();
        if numbers.is_empty() {
            messages::commit(&mut self.world, &self.blocks[at].token, "a.pdf", &[block_id(0)]).expect(400);
            return;
        }
        let turns = self.dice.roll(numbers.len());
        numbers.rotate_left(turns);
        numbers.truncate(1 + self.dice.roll(numbers.len()));
        let ids: Vec<String> = numbers.iter().copied().map(block_id).collect();
        let upload = self.blocks.swap_remove(at);
        messages::commit(&mut self.world, &upload.token, "a.pdf", &ids).expect(200);
        self.committed += 1;
        self.file = Some(numbers.iter().flat_map(|number| upload.sent[number].clone()).collect());
    }

    fn open_chunks(&mut self) {
        let (location, file) = (chunked::open(&mut self.world, "a.bin"), self.some_bytes());
        self.chunks.push(Chunks { location, file, sent: 0 });
    }

    fn send_chunk(&mut self) {
        if self.chunks.is_empty() {
            return;
        }
        let at = self.dice.roll(self.chunks.len());
        let Chunks { location, file, sent } = &self.chunks[at];
        let end = (sent + 1 + self.dice.roll(150)).min(file.len());
        let range = format!("bytes {sent}-{}/{}", end - 1, file.len());
        let done = end == file.len();
        let answer = chunked::chunk(&mut self.world, location, &range, &file[*sent..end]);
        answer.expect(if done { 204 } else { 206 });
        self.chunks[at].sent = end;
        if done {
            self.committed += 1;
            self.file = Some(self.chunks.swap_remove(at).file);
        }
    }

    fn delete(&mut self) {
        self.world.delete(COLUMN).expect(204);
        self.file = None;
    }

    /// Whatever comes, the answer is one and nothing changes.
    fn nonsense(&mut self) {
        const PIECES: [&str; 16] = [
            "accounts",
            "(",
            ")",
            "00000000-0000-0000-0000-000000000001",
            "/",
            "sample_filecolumn",
            "$value",
            "?",
            "$filter=",
            "name%20eq%20'x'",
            "&",
            "%27",
            "EntityDefinitions",
            "LogicalName='account'",
            "$expand=",
            "%E6",
        ];
        const METHODS: [Method; 4] = [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT];
        let count = 1 + self.dice.roll(8);
        let path: String = (0..count).map(|_| PIECES[self.dice.roll(PIECES.len())]).collect();
        let ask = Ask::new(METHODS[self.dice.roll(METHODS.len())].clone(), &format!("/api/data/v9.2/{path}"));
        let status = self.world.send(ask.json(&json!({"value": [path]}))).status.as_u16();
        assert!((200..=501).contains(&status) && status != 500, "{status} {path}");
    }

    /// The column holds what the model says, read in one of the ways.
    fn check(&mut self) {
        let Some(file) = self.file.clone() else {
            self.world.get(&format!("{COLUMN}/$value")).expect(404);
            return;
        };
        if self.dice.roll(2) == 0 {
            assert_eq!(self.world.get(&format!("{COLUMN}/$value")).expect(200).body, file);
            return;
        }
        let (start, length) = (self.dice.roll(file.len()), 1 + self.dice.roll(400));
        let part = &file[start..file.len().min(start + length)];
        let range = format!("bytes={start}-{}", start + length - 1);
        assert_eq!(self.world.range(&format!("{COLUMN}/$value"), &range).expect(206).body, part);
        let token = download::initialize(&mut self.world)["FileContinuationToken"].clone();
        let (start, length) = (i64::try_from(start).unwrap(), i64::try_from(length).unwrap());
        let block = download::block(&mut self.world, &token, start, length).expect(200).json();
        assert_eq!(crate::world::from_base64(&block["Data"]), part);
    }
}

#[test]
fn what_was_committed_is_what_is_there_whatever_happens_around_it() {
    for seed in 0..10 {
        let mut story = Story::new(seed);
        for _ in 0..200 {
            story.step();
            story.check();
            if story.dice.roll(5) == 0 {
                story.world.check();
            }
        }
        assert!(story.committed > 5, "seed {seed} told no story");
    }
}

#[test]
fn a_day_later_nothing_but_the_file_is_left() {
    let mut story = Story::new(4);
    for _ in 0..200 {
        story.step();
    }
    assert!(story.world.store.blobs().len() > 1, "there is something to leave behind");
    story.file = Some(b"last".to_vec());
    story.world.now.0 += std::time::Duration::from_secs(24 * 3600);
    story.world.upload("a.bin", b"last");
    story.check();
    assert_eq!(story.world.store.blobs().len(), 1);
}
