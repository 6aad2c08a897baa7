//! What a seed stands for: an operation, a file, weather, and accidents.
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Faults, Profile};
use dataverse_files_proto::{
    ApiVersion, Checkpoint, Download, DownloadCheckpoint, DownloadPlan, DownloadStrategy, Error,
    Organization, RetryPolicy, Upload, UploadPlan, UploadStrategy, Uploaded,
};
use dataverse_files_tests::{Crash, Dice, Place, World};

use crate::outcome::{made, replaced, ways_down, ways_up};
use crate::verdict::Verdict;

#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    seed: u64,
    operation: Operation,
    place: Place,
    version: ApiVersion,
    size: u64,
    part: u64,
    window: usize,
    weather: Profile,
    unreachable: u64,
    accident: Accident,
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Upload(Option<UploadStrategy>),
    Download(Option<DownloadStrategy>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Accident {
    None,
    /// The process dies now and then, and goes on from its checkpoint.
    Crashes,
    /// While it is read: someone replaces the file. While it is written: the source changes.
    Changes,
}

impl Scenario {
    pub(crate) fn of(seed: u64) -> Scenario {
        let mut dice = Dice::new(seed);
        let place = match dice.below(2) {
            0 => Place::Column,
            _ => dice.pick(&Place::ALL),
        };
        let operation = match dice.below(2) {
            0 => Operation::Upload(dice.pick(ways_up(place))),
            _ => Operation::Download(dice.pick(ways_down(place))),
        };
        let size = match dice.below(6) {
            0 => 1,
            1 => 256 * (1 + dice.below(8)),
            2 => 256 * (1 + dice.below(8)) + 1,
            _ => 1 + dice.below(4_000),
        };
        Scenario {
            seed,
            operation,
            place,
            version: dice.pick(&[ApiVersion::V9_2, ApiVersion::V9_2, ApiVersion::V9_1]),
            size,
            part: dice.pick(&[1 + size / 12, 256, 700]),
            window: 1 + dice.below(6) as usize,
            weather: dice.pick(&Profile::ALL),
            unreachable: dice.pick(&[0, 0, 10]),
            accident: dice.pick(&[Accident::None, Accident::None, Accident::Crashes, Accident::Changes]),
        }
    }

    /// The story and what it came to.
    pub(crate) fn play(&self) -> (String, Verdict) {
        let options = Options { chunk_size: 256, chunk_size_v91: 100, ..Options::default() };
        let mut world = World::with(self.seed, options, Faults::none());
        world.unreachable = self.unreachable;
        let verdict = match self.operation {
            Operation::Upload(strategy) => self.upload(&mut world, strategy),
            Operation::Download(strategy) => self.download(&mut world, strategy),
        };
        (world.story(), verdict)
    }

    fn contoso(&self, world: &World) -> Organization {
        world.contoso().with_version(self.version)
    }

    fn retry(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: 20, seed: self.seed, unix_zero: World::BEGIN, ..RetryPolicy::default() }
    }

    fn storm(&self, world: &mut World) {
        world.organization.weather(Faults::profile(self.weather, self.seed));
    }

    fn upload(&self, world: &mut World, strategy: Option<UploadStrategy>) -> Verdict {
        let mut dice = Dice::new(self.seed ^ 1);
        let source = dice.bytes(self.size);
        let there = matches!(self.place, Place::Note | Place::Attachment);
        let old = (there || dice.chance(50)).then(|| dice.bytes(1 + self.size / 2));
        if let Some(old) = old.as_ref().filter(|_| there || self.place == Place::Column) {
            world.organization.put_at(self.place, "a.bin", old);
        }
        world.source_changes = self.accident == Accident::Changes && dice.chance(50);
        self.storm(world);
        let plan = UploadPlan {
            strategy,
            block_size: self.part,
            window: self.window,
            nonce: self.seed,
            retry: self.retry(),
            ..UploadPlan::new(
                self.contoso(world),
                self.place.target_with(u128::from(self.seed)),
                "a.bin",
                self.size,
            )
        };
        let outcome = self.upload_with_crashes(world, &plan, &source, &mut dice);
        world.organization.weather(Faults::none());
        match self.place {
            Place::NewNote | Place::NewAttachment => made(world, &plan, &source, outcome),
            Place::Column | Place::Note | Place::Attachment => {
                replaced(world, &plan, &source, old.as_ref(), outcome)
            }
        }
    }

    fn upload_with_crashes(
        &self,
        world: &mut World,
        plan: &UploadPlan,
        source: &[u8],
        dice: &mut Dice,
    ) -> Result<Uploaded, Error> {
        let mut upload = Upload::new(plan.clone())?;
        let mut saved: Option<Checkpoint> = None;
        for crashes in 0.. {
            let steps = self.steps(crashes, dice);
            let outcome = world.run_for(&mut upload, source, steps, |upload| saved = upload.checkpoint());
            match outcome {
                Ok(outcome) => return outcome,
                // Sometimes the last save is some time ago: it still knows of every commit.
                Err(Crash) if dice.chance(50) => saved = upload.checkpoint(),
                Err(Crash) => {}
            }
            let mut plan = plan.clone();
            if plan.strategy() == UploadStrategy::Blocks {
                // Another process makes another id; the checkpoint knows the one that counts.
                plan.target = self.place.target_with(u128::from(dice.roll()));
            }
            upload = match &saved {
                Some(checkpoint) => {
                    let text = serde_json::to_string(checkpoint).unwrap();
                    Upload::resume(plan, serde_json::from_str(&text).unwrap())?
                }
                None => Upload::new(plan)?,
            };
        }
        unreachable!("the last process lives as long as it needs")
    }

    /// How long this process lives.
    fn steps(&self, crashes: u32, dice: &mut Dice) -> usize {
        /// After so many crashes the next process lives.
        const MOST: u32 = 6;
        if self.accident == Accident::Crashes && crashes < MOST {
            dice.below(80) as usize
        } else {
            usize::MAX
        }
    }

    fn download(&self, world: &mut World, strategy: Option<DownloadStrategy>) -> Verdict {
        let mut dice = Dice::new(self.seed ^ 2);
        let first = dice.bytes(self.size);
        world.organization.put_at(self.place, "a.bin", &first);
        let same_size = dice.chance(50);
        let second = dice.bytes(if same_size { self.size } else { 1 + self.size / 2 });
        self.storm(world);
        let ahead = dice.pick(&[None, Some(1), Some(3)]);
        let plan = DownloadPlan {
            strategy,
            part_size: self.part,
            window: self.window,
            ahead,
            may_restart: true,
            resumable: self.accident == Accident::Crashes,
            retry: self.retry(),
            ..DownloadPlan::new(self.contoso(world), self.place.there())
        };
        let replaced = (self.accident == Accident::Changes).then_some(&second);
        let outcome = self.download_with_crashes(world, &plan, replaced, &mut dice);
        let got = world.sink.whole();
        let whole = got.as_ref() == Some(&first) || (replaced.is_some() && got.as_ref() == Some(&second));
        match outcome {
            Ok(()) if whole => Verdict::Good,
            Ok(()) if got.is_none() => Verdict::Lost,
            Ok(()) => Verdict::Torn,
            Err(e) => Verdict::GaveUp(e.kind()),
        }
    }

    fn download_with_crashes(
        &self,
        world: &mut World,
        plan: &DownloadPlan,
        replaced: Option<&Vec<u8>>,
        dice: &mut Dice,
    ) -> Result<(), Error> {
        let mut download = Download::new(plan.clone())?;
        let mut saved: Option<DownloadCheckpoint> = None;
        if let Some(second) = replaced {
            let steps = 1 + dice.below(40) as usize;
            match world.step(&mut download, &[], steps) {
                Some(outcome) => return outcome.map(|_| ()),
                None => world.replace(self.place, "a.bin", second),
            }
        }
        for crashes in 0.. {
            let steps = self.steps(crashes, dice);
            let outcome = world.run_for(&mut download, &[], steps, |_| {});
            if world.sink.take_voided() {
                saved = None;
            }
            match outcome {
                Ok(outcome) => return outcome.map(|_| ()),
                Err(Crash) if dice.chance(70) => saved = download.checkpoint(),
                Err(Crash) => {}
            }
            world.sink.reopen();
            if saved.is_none() {
                world.sink.restart();
            }
            download = Download::new(DownloadPlan { resume: saved.clone(), ..plan.clone() })?;
        }
        unreachable!("the last process lives as long as it needs")
    }
}
