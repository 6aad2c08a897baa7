//! An organization with a key of its own keeps its files in the database: no second block, no ranges, no URL (D22).
use dataverse_files_emulator::core::Options;
use dataverse_files_proto::DownloadStrategy::{Blocks, Ranged, Sas, Single};
use dataverse_files_proto::{AUTO_SINGLE, Upload, UploadPlan, UploadStrategy, query};
use dataverse_files_tests::Place;

use crate::stage::{HELLO, Stage, tell_with};

fn tell(name: &str, story: impl Fn(&mut Stage)) {
    tell_with(name, &Options { chunking_supported: false, ..Options::default() }, story);
}

#[test]
fn a_file_comes_back_whole_and_what_cannot_be_says_why() {
    for (name, place) in [("column", Place::Column), ("note", Place::Note)] {
        tell(&format!("self_managed_{name}"), |stage| {
            stage.world.organization.put_at(place, "hello.txt", HELLO);
            let ways = [None, Some(Single), Some(Blocks), Some(Ranged), Some(Sas)];
            for way in ways.into_iter().filter(|way| place == Place::Column || *way != Some(Ranged)) {
                stage.download_from(place, way);
            }
            let mut link = query::link(&stage.contoso(), place.there()).unwrap();
            stage.world.run(&mut link, &[]).unwrap_err();
        });
    }
}

#[test]
fn what_auto_began_by_blocks_goes_in_one_request() {
    tell("self_managed_upload", |stage| {
        let source = vec![b'x'; AUTO_SINGLE as usize + 1];
        let plan = UploadPlan {
            strategy: None,
            block_size: AUTO_SINGLE / 4,
            size: source.len() as u64,
            ..stage.upload_plan(UploadStrategy::Single)
        };
        let up = stage.world.run(&mut Upload::new(plan).unwrap(), &source).unwrap();
        stage.world.note(&format!("by {:?}, {:?}", up.strategy, up.counts));
        assert!(stage.world.organization.file().unwrap() == source);
    });
}
