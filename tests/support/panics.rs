//! Panics that somebody catches are panics, too.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Panics since [`watch_panics`].
#[derive(Clone, Debug, Default)]
pub struct Panics(Arc<AtomicU64>);

impl Panics {
    /// How many there were, in any thread, caught or not.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts the panics of this process from now on; each is told of as before.
pub fn watch_panics() -> Panics {
    let panics = Panics::default();
    let (counted, tell) = (panics.clone(), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        counted.0.fetch_add(1, Ordering::Relaxed);
        tell(panic);
    }));
    panics
}
