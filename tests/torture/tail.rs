//! Readers that follow a log, and what they missed.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// How long anything may take that nothing disturbs.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);

/// How long somebody waits who got no answer, before the next attempt.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

/// What tells writers and readers when to end. Dropped early, it sends all of them home, so that a
/// failed test ends too.
#[derive(Debug)]
pub(super) struct End<'a> {
    signs: &'a Signs,
}

/// Whether writing is over, and what the readers have to see before they may go.
#[derive(Debug)]
pub(super) struct Signs {
    over: AtomicBool,
    last: AtomicU64,
}

impl Signs {
    pub(super) const fn new() -> Self {
        Self { over: AtomicBool::new(false), last: AtomicU64::new(u64::MAX) }
    }

    /// Whether writers end.
    pub(super) fn over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }
}

impl<'a> End<'a> {
    pub(super) const fn of(signs: &'a Signs) -> Self {
        Self { signs }
    }

    /// Writers end.
    pub(super) fn of_writing(&self) {
        self.signs.over.store(true, Ordering::Release);
    }

    /// Readers end once they have met this place.
    pub(super) fn of_reading(&self, last: u64) {
        self.signs.last.store(last, Ordering::Release);
    }
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.of_writing();
        if thread::panicking() {
            self.of_reading(0);
        }
    }
}

/// Reads whatever comes after what it has read, again and again, until it has met the last. `more`
/// reads once, after a place; nothing when it got no answer.
pub(super) fn follow<T>(
    signs: &Signs,
    place: impl Fn(&T) -> u64,
    mut more: impl FnMut(u64) -> Option<Vec<T>>,
) -> Vec<T> {
    let mut read = Vec::new();
    let mut at = 0;
    let mut moved = Instant::now();
    while at < signs.last.load(Ordering::Acquire) {
        assert!(moved.elapsed() < PATIENCE, "nothing comes after {at}");
        match more(at) {
            None => thread::sleep(PAUSE),
            Some(found) => {
                if let Some(newest) = found.last() {
                    at = place(newest);
                    moved = Instant::now();
                }
                read.extend(found);
            }
        }
    }
    read
}

/// What became of a reader's events.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Missed {
    /// Stored and never read.
    pub(super) skipped: usize,
    /// Read again.
    pub(super) twice: usize,
    /// Read and not stored.
    pub(super) invented: usize,
    /// Read after one that stands behind it.
    pub(super) late: usize,
}

/// Holds what was read against what is stored.
pub(super) fn missed<T: Ord>(read: &[T], stored: &[T]) -> Missed {
    let (seen, kept) =
        (read.iter().collect::<BTreeSet<_>>(), stored.iter().collect::<BTreeSet<_>>());
    Missed {
        skipped: kept.difference(&seen).count(),
        twice: read.len() - seen.len(),
        invented: seen.difference(&kept).count(),
        late: read.windows(2).filter(|pair| pair[1] < pair[0]).count(),
    }
}

#[test]
fn a_reader_that_misses_something_is_found_out() {
    let missed = missed(&[1, 5, 4, 4, 9], &[1, 2, 3, 4, 5]);
    assert_eq!(missed, Missed { skipped: 2, twice: 1, invented: 1, late: 1 });
}
