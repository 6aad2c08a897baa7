//! What is there after an upload, compared with what it said.
use dataverse_files_proto::{
    DownloadStrategy, Error, ErrorKind, Target, UploadPlan, UploadStrategy, Uploaded,
};
use dataverse_files_tests::{Place, World};

use crate::verdict::Verdict;

/// The strategies that a place takes; some of them more often than others.
pub(crate) fn ways_up(place: Place) -> &'static [Option<UploadStrategy>] {
    use UploadStrategy::{Blocks, Chunked, Single};
    match place {
        Place::Column => &[None, Some(Single), Some(Chunked), Some(Blocks), Some(Blocks)],
        Place::Attachment => &[None, Some(Single)],
        Place::Note | Place::NewNote | Place::NewAttachment => {
            &[None, Some(Single), Some(Blocks), Some(Blocks)]
        }
    }
}

pub(crate) fn ways_down(place: Place) -> &'static [Option<DownloadStrategy>] {
    use DownloadStrategy::{Blocks, Ranged, Record, Sas, Single};
    match place {
        Place::Column => &[None, Some(Single), Some(Ranged), Some(Blocks), Some(Sas)],
        _ => &[None, Some(Single), Some(Record), Some(Blocks), Some(Sas)],
    }
}

/// A place that held `old` before, or nothing.
pub(crate) fn replaced(
    world: &mut World,
    plan: &UploadPlan,
    source: &Vec<u8>,
    old: Option<&Vec<u8>>,
    outcome: Result<Uploaded, Error>,
) -> Verdict {
    let (now, commits) = (world.organization.held(&plan.target), world.organization.commits);
    let there = now.as_ref() == Some(source);
    let once = plan.strategy() == UploadStrategy::Single || commits <= 1;
    if !once {
        return Verdict::Twice;
    }
    if !there && now.as_ref() != old {
        return Verdict::Torn;
    }
    let silent = there && commits > 0 && plan.strategy() != UploadStrategy::Single;
    judged(outcome.map(|_| there), silent)
}

/// A place that the upload makes.
pub(crate) fn made(
    world: &mut World,
    plan: &UploadPlan,
    source: &Vec<u8>,
    outcome: Result<Uploaded, Error>,
) -> Verdict {
    let called = world.organization.called("a.bin");
    let whole = |world: &mut World, it: &Target| world.organization.held(it).as_ref() == Some(source);
    if called.len() > 1 {
        return Verdict::Twice;
    }
    if called.iter().any(|it| !whole(world, it)) {
        return Verdict::Torn;
    }
    // A commit happens once; writing it under its id may be repeated.
    let silent = !called.is_empty() && plan.strategy() != UploadStrategy::Single;
    judged(outcome.map(|up| !called.is_empty() && whole(world, &up.target)), silent)
}

fn judged(outcome: Result<bool, Error>, silent: bool) -> Verdict {
    match outcome {
        Ok(true) => Verdict::Good,
        Ok(false) => Verdict::Lost,
        Err(e) if silent && !may_be_there(&e) => Verdict::Silent(e.kind()),
        Err(e) => Verdict::GaveUp(e.kind()),
    }
}

/// Errors that leave open, or say, that a file is there.
fn may_be_there(e: &Error) -> bool {
    matches!(e.kind(), ErrorKind::CommitUnknown | ErrorKind::Integrity | ErrorKind::Protocol)
}
