//! What the audit remembers of uploads by messages.
use std::collections::{HashMap, VecDeque};

use super::Slip;
use crate::payload::Stored;

/// Uploads remembered at most; the oldest go first.
const MOST: usize = 1024;

#[derive(Clone, Debug, Default)]
pub(super) struct Sessions {
    /// By a hash of the token.
    known: HashMap<u64, Session>,
    order: VecDeque<u64>,
}

#[derive(Clone, Debug, Default)]
struct Session {
    /// Length and digest by a hash of the block id.
    blocks: HashMap<u64, (u64, u64)>,
    /// Commits that were sent and not refused for certain.
    commits: u32,
}

impl Sessions {
    pub(super) fn block(&mut self, token: u64, id: u64, stored: Stored) -> Option<Slip> {
        let content = (stored.len, stored.digest);
        let before = self.session(token).blocks.insert(id, content);
        before.is_some_and(|before| before != content).then_some(Slip::BlockChanged)
    }

    pub(super) fn commit(&mut self, token: u64) -> Option<Slip> {
        let session = self.session(token);
        session.commits += 1;
        (session.commits > 1).then_some(Slip::SecondCommit)
    }

    /// Only a 4xx is a definite no, and to this one only: a refused repeat says nothing about the first.
    pub(super) fn committed(&mut self, token: u64, refused: bool) {
        let session = self.session(token);
        if refused {
            session.commits = session.commits.saturating_sub(1);
        } else {
            session.blocks = HashMap::new();
        }
    }

    fn session(&mut self, token: u64) -> &mut Session {
        if !self.known.contains_key(&token) {
            self.order.push_back(token);
            if self.order.len() > MOST
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
        self.known.entry(token).or_default()
    }
}
