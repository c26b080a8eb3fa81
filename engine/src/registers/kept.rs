//! Rows that are kept in memory for those who read them.
//!
//! Of each register one set of rows follows what the runner writes, so that a reader gets what
//! stands without asking the store and without folding anything; and a few sets of the past are
//! kept, which never change. A set has all rows but for relations that are kept by day: of these
//! it has the days that somebody asked for. A set is shared: it is copied only when it has to
//! change while somebody still reads it.

use std::{collections::VecDeque, sync::Arc};

use fugong_core::{Change, Position, Rows, Want};
use tokio::sync::{Mutex, MutexGuard};

use super::past::Chain;

/// The most rows of a set that is kept.
const ROWS: usize = 200_000;
/// How many sets of the past are kept; what was read longest ago goes first.
const PAST: usize = 8;

/// Rows of a register after one event.
#[derive(Debug, Clone)]
pub(super) struct Set {
    /// The last event in them.
    pub(super) position: Position,
    /// The rows.
    pub(super) rows: Arc<Rows>,
    /// Where rows of the past come from that are not here; none if every row is, or it stands.
    pub(super) chain: Option<Arc<Chain>>,
}

/// The sets that are kept for the registers of one log.
#[derive(Debug)]
pub(super) struct Kept {
    live: Vec<Mutex<Option<Set>>>,
    /// Held while one is made: each is a fold of much of the log, and the next may begin from it.
    past: Mutex<Past>,
}

/// Sets of the past, by the number of their register; what was read last stands last.
#[derive(Debug, Default)]
pub(super) struct Past(VecDeque<(usize, Set)>);

impl Kept {
    /// Nothing yet, for so many registers.
    pub(super) fn new(registers: usize) -> Self {
        let live = std::iter::repeat_with(Mutex::default).take(registers).collect();
        Self { live, past: Mutex::default() }
    }

    /// What stands of register number `at`, to be read or put.
    pub(super) async fn live(&self, at: usize) -> Option<MutexGuard<'_, Option<Set>>> {
        match self.live.get(at) {
            Some(live) => Some(live.lock().await),
            None => None,
        }
    }

    /// The sets of the past, for whoever reads one or makes one.
    pub(super) async fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().await
    }

    /// Lets what stands of register number `at` follow what was written after `from`.
    pub(super) async fn follow(&self, at: usize, from: Position, to: Position, rows: &[Change]) {
        let Some(mut live) = self.live(at).await else { return };
        let Some(set) = live.as_mut() else { return };
        if set.position == to {
            return;
        }
        if set.position == from {
            Arc::make_mut(&mut set.rows).follow(rows);
            set.position = to;
        }
        // What missed a step is read anew, and what has grown too large is not kept.
        if set.position != to || ROWS < set.rows.held() {
            *live = None;
        }
    }

    /// Forgets what stands, which the store may no longer say.
    pub(super) async fn forget(&self) {
        for at in 0..self.live.len() {
            self.forget_one(at).await;
        }
    }

    /// Forgets what stands of register number `at`.
    pub(super) async fn forget_one(&self, at: usize) {
        if let Some(mut live) = self.live(at).await {
            *live = None;
        }
    }
}

impl Set {
    /// Whether it is small enough to be kept.
    pub(super) fn is_kept(&self) -> bool {
        self.rows.held() <= ROWS
    }

    /// Whether what is asked for is here.
    pub(super) fn covers(&self, more: &[Want]) -> bool {
        more.iter().all(|want| match want {
            Want::Key(relation, key) | Want::Prefix(relation, key) => {
                self.rows.covers(relation, key)
            }
        })
    }
}

impl Past {
    /// The set of a register after the event at `position`, or the one before that is nearest.
    pub(super) fn upto(
        &mut self,
        register: usize,
        position: Position,
        more: &[Want],
    ) -> Option<Set> {
        let sets = self.0.iter().enumerate();
        let before = sets.filter(|(_, (whose, set))| {
            *whose == register && set.position <= position && set.covers(more)
        });
        let (nearest, _) = before.max_by_key(|(_, (_, set))| set.position)?;
        let found = self.0.remove(nearest)?;
        let set = found.1.clone();
        self.0.push_back(found);
        Some(set)
    }

    /// Keeps a set, and no more rows than one may have.
    pub(super) fn keep(&mut self, register: usize, set: Set) {
        if !set.is_kept() {
            return;
        }
        self.0.push_back((register, set));
        let rows = |kept: &Self| kept.0.iter().map(|(_, set)| set.rows.held()).sum::<usize>();
        while PAST < self.0.len() || ROWS < rows(self) {
            self.0.pop_front();
        }
    }

    /// Forgets the sets of a register.
    pub(super) fn forget(&mut self, register: usize) {
        self.0.retain(|(whose, _)| *whose != register);
    }
}
