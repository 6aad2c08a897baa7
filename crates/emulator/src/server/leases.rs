//! Blobs that are being read: freed ones stay until the last reader is done.
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::payload::BlobId;
use crate::store::Store;

#[derive(Debug)]
pub(crate) struct Leases {
    store: Arc<dyn Store>,
    held: Mutex<HashMap<BlobId, Held>>,
}

#[derive(Debug, Default)]
struct Held {
    readers: usize,
    freed: bool,
}

/// Keeps blobs readable until it is dropped.
pub(crate) struct Lease {
    leases: Arc<Leases>,
    blobs: HashSet<BlobId>,
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lease").field(&self.blobs).finish()
    }
}

impl Leases {
    pub(crate) fn new(store: Arc<dyn Store>) -> Leases {
        Leases { store, held: Mutex::default() }
    }

    pub(crate) fn hold(self: &Arc<Leases>, blobs: &HashSet<BlobId>) -> Lease {
        let mut held = self.held();
        for blob in blobs {
            held.entry(*blob).or_default().readers += 1;
        }
        drop(held);
        Lease { leases: self.clone(), blobs: blobs.clone() }
    }

    /// Removes blobs now, or when their last reader is done.
    pub(crate) fn free(&self, blobs: &[BlobId]) {
        let mut held = self.held();
        let (wait, go): (Vec<BlobId>, Vec<BlobId>) = blobs.iter().partition(|blob| held.contains_key(blob));
        for blob in wait {
            held.entry(blob).or_default().freed = true;
        }
        drop(held);
        self.remove(&go);
    }

    fn remove(&self, blobs: &[BlobId]) {
        for blob in blobs {
            // No row names it any more: what cannot be removed now is swept when the store is opened again.
            let _ = self.store.remove(*blob);
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<BlobId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut held = self.leases.held();
        let mut go = Vec::new();
        for blob in &self.blobs {
            let Some(entry) = held.get_mut(blob) else { continue };
            entry.readers -= 1;
            if entry.readers == 0 {
                go.extend(entry.freed.then_some(*blob));
                held.remove(blob);
            }
        }
        drop(held);
        self.leases.remove(&go);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Memory;

    fn blob(store: &Memory) -> BlobId {
        let mut writer = store.create().unwrap();
        writer.write(b"Contoso").unwrap();
        writer.finish().unwrap().id
    }

    #[test]
    fn a_freed_blob_stays_until_its_last_reader_is_done() {
        let store = Memory::new();
        let leases = Arc::new(Leases::new(Arc::new(store.clone())));
        let blob = blob(&store);
        let first = leases.hold(&HashSet::from([blob]));
        let second = leases.hold(&HashSet::from([blob]));
        leases.free(&[blob]);
        drop(first);
        assert_eq!(store.read(blob, 0..7).unwrap(), "Contoso");
        drop(second);
        assert_eq!(store.blobs(), 0);
    }

    #[test]
    fn a_blob_nobody_reads_goes_at_once_and_a_read_one_that_is_not_freed_stays() {
        let store = Memory::new();
        let leases = Arc::new(Leases::new(Arc::new(store.clone())));
        let (freed, kept) = (blob(&store), blob(&store));
        drop(leases.hold(&HashSet::from([kept])));
        leases.free(&[freed]);
        assert_eq!(store.blobs(), 1);
        assert_eq!(store.read(kept, 0..7).unwrap(), "Contoso");
    }
}
