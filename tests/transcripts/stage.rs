//! What a story needs, and how it is told.
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Fault, Faults};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{
    ApiVersion, Column, Download, DownloadPlan, DownloadStrategy, Organization, RetryPolicy, Upload,
    UploadPlan, UploadStrategy,
};
use dataverse_files_tests::{Place, World};

/// Eleven bytes, in parts of four.
pub(crate) const HELLO: &[u8] = b"hello world";

/// A small world: parts and chunks of four bytes, unless its options say otherwise.
pub(crate) struct Stage {
    pub world: World,
    version: ApiVersion,
}

impl Stage {
    fn new(version: ApiVersion, options: Options) -> Stage {
        let usual = Options::default().chunk_size;
        let options = match options.chunk_size == usual {
            true => Options { chunk_size: 4, chunk_size_v91: 4, ..options },
            false => options,
        };
        Stage { world: World::with(7, options, Faults::none()), version }
    }

    pub(crate) fn contoso(&self) -> Organization {
        self.world.contoso().with_version(self.version)
    }

    pub(crate) fn column(&self) -> Column {
        self.world.column()
    }

    /// The n-th request of a kind, from now on, meets a fault.
    pub(crate) fn when(&mut self, placed: impl IntoIterator<Item = (Kind, u64, Fault)>) {
        self.world.organization.weather(Faults::script(placed));
    }

    pub(crate) fn upload_plan(&self, strategy: UploadStrategy) -> UploadPlan {
        UploadPlan {
            strategy: Some(strategy),
            block_size: 4,
            window: 2,
            nonce: 7,
            retry: retry(),
            ..UploadPlan::new(self.contoso(), self.column(), "hello.txt", HELLO.len() as u64)
        }
    }

    /// The same into any place.
    pub(crate) fn plan_to(&self, place: Place, strategy: Option<UploadStrategy>) -> UploadPlan {
        UploadPlan { target: place.target_with(7), strategy, ..self.upload_plan(UploadStrategy::Single) }
    }

    /// Upload into any place, and say what is there then.
    pub(crate) fn upload_to(&mut self, place: Place, strategy: Option<UploadStrategy>) {
        let outcome = self.world.run(&mut Upload::new(self.plan_to(place, strategy)).unwrap(), HELLO);
        self.world.organization.weather(Faults::none());
        if let Ok(up) = outcome {
            let held = self.world.organization.held(&up.target);
            let held = held.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            self.world.note(&format!("{} by {:?} holds {held:?}, {:?}", up.target, up.strategy, up.counts));
        }
        let called = self.world.organization.called("hello.txt").len();
        self.world.note(&format!("records of this name: {called}"));
    }

    /// Download from any place, and say what has arrived.
    pub(crate) fn download_from(&mut self, place: Place, strategy: Option<DownloadStrategy>) {
        let plan = DownloadPlan { target: place.there(), ..self.download_plan(strategy) };
        self.world.sink.restart();
        self.run_download(Download::new(plan).unwrap());
    }

    /// Upload, and say what the column holds then.
    pub(crate) fn upload(&mut self, strategy: UploadStrategy) {
        let plan = self.upload_plan(strategy);
        self.run_upload(Upload::new(plan).unwrap());
    }

    pub(crate) fn run_upload(&mut self, mut upload: Upload) {
        let outcome = self.world.run(&mut upload, HELLO);
        if let Ok(up) = outcome {
            self.world.note(&format!("{:?}", up.counts));
        }
        self.show();
    }

    pub(crate) fn show(&mut self) {
        self.world.organization.weather(Faults::none());
        let held = self.world.organization.file().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        self.world.note(&format!("the column holds {held:?}, commits: {}", self.world.organization.commits));
    }

    pub(crate) fn download_plan(&self, strategy: Option<DownloadStrategy>) -> DownloadPlan {
        DownloadPlan {
            strategy,
            part_size: 4,
            window: 2,
            retry: retry(),
            ..DownloadPlan::new(self.contoso(), self.column())
        }
    }

    /// Download, and say what has arrived.
    pub(crate) fn download(&mut self, strategy: Option<DownloadStrategy>) {
        let plan = self.download_plan(strategy);
        self.run_download(Download::new(plan).unwrap());
    }

    pub(crate) fn run_download(&mut self, mut download: Download) {
        let outcome = self.world.run(&mut download, &[]);
        let got = self.world.sink.whole().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if let Ok(down) = outcome {
            self.world.note(&format!("{got:?} as {:?} by {:?}, {:?}", down.name, down.strategy, down.counts));
        }
    }
}

pub(crate) fn retry() -> RetryPolicy {
    RetryPolicy { max_attempts: 4, seed: 7, unix_zero: World::BEGIN, ..RetryPolicy::default() }
}

/// Tell a story in both dialects.
pub(crate) fn tell(name: &str, story: impl Fn(&mut Stage)) {
    tell_with(name, &Options::default(), story);
}

/// The same, of an organization with other options.
pub(crate) fn tell_with(name: &str, options: &Options, story: impl Fn(&mut Stage)) {
    for version in [ApiVersion::V9_2, ApiVersion::V9_1] {
        let mut stage = Stage::new(version, options.clone());
        story(&mut stage);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}@{version}"), stage.world.story());
        });
    }
}
