//! Tables' names, each asked for once however many want to know.
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{Error, ErrorKind, Table};

#[derive(Default)]
pub(crate) struct Tables {
    by_set: Mutex<HashMap<String, Slot>>,
    changed: Condvar,
}

enum Slot {
    /// Somebody is asking.
    Asked,
    Known(Table),
}

impl Tables {
    /// The names of the table with this set name. The first who wants them asks, with the time that is left; who comes
    /// meanwhile waits, at most `until`; when asking fails, the next one asks.
    pub fn get(
        &self,
        set: &str,
        until: Option<Instant>,
        ask: impl FnOnce(Option<Duration>) -> Result<Table, Error>,
    ) -> Result<Table, Error> {
        let left = || until.map(|until| until.saturating_duration_since(Instant::now()));
        let mut slots = self.lock();
        loop {
            match slots.get(set) {
                Some(Slot::Known(table)) => return Ok(table.clone()),
                Some(Slot::Asked) => {}
                None => break,
            }
            slots = match left() {
                None => self.changed.wait(slots).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => {
                    let e = Error::new(ErrorKind::Deadline, "look up table");
                    return Err(e.because("the time allowed for it has passed"));
                }
                Some(left) => {
                    self.changed.wait_timeout(slots, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        slots.insert(set.to_owned(), Slot::Asked);
        drop(slots);
        let asking = Asking { tables: self, set };
        let table = ask(left())?;
        self.lock().insert(set.to_owned(), Slot::Known(table.clone()));
        drop(asking);
        Ok(table)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Slot>> {
        self.by_set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whatever becomes of the asking, nobody waits for ever.
struct Asking<'a> {
    tables: &'a Tables,
    set: &'a str,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut slots = self.tables.lock();
        if matches!(slots.get(self.set), Some(Slot::Asked)) {
            slots.remove(self.set);
        }
        self.tables.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn who_waits_in_vain_asks_next() {
        let (tables, asked) = (Tables::default(), AtomicU32::new(0));
        let ask = |_| match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Err(Error::new(ErrorKind::Transport, "look up table")),
            _ => Table::new("account", "accountid"),
        };
        let outcomes: Vec<bool> = thread::scope(|scope| {
            let all: Vec<_> =
                (0..5).map(|_| scope.spawn(|| tables.get("accounts", None, ask).is_ok())).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 4);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn nobody_waits_longer_than_allowed() {
        let tables = Tables::default();
        tables.lock().insert("accounts".into(), Slot::Asked);
        let soon = Instant::now() + Duration::from_millis(20);
        let e = tables.get("accounts", Some(soon), |_| Table::new("account", "accountid")).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Deadline);
    }
}
