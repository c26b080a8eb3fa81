//! How many ask a writing thread at once, and how long it waits for them.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// The most that goes into one transaction.
pub(super) const BATCH: usize = 512;
/// How long a batch waits for the next of those who are expected.
const FOR_ONE: Duration = Duration::from_micros(100);
/// And for all of them.
const FOR_ALL: Duration = Duration::from_millis(1);
/// A batch of fewer is not divided: that would cost more flushes than it saves time.
pub(super) const LEAST: usize = 8;
/// By this part of the difference a batch forgets that more were there before.
const FORGOTTEN: usize = 8;

/// Those who are in the queue, and whom the thread waits for.
#[derive(Default)]
pub(super) struct Crowd {
    pub(super) there: AtomicUsize,
    /// How many have to be there for the thread to be woken; 0 while it does not wait.
    wanted: AtomicUsize,
    pub(super) thread: OnceLock<Thread>,
}

impl Crowd {
    /// One more comes, by `send`; it is counted first, so that nobody is taken who was not.
    pub(super) fn comes(&self, send: impl FnOnce()) {
        let there = self.there.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        send();
        if self.wanted.load(Ordering::Acquire) == there
            && let Some(thread) = self.thread.get()
        {
            thread.unpark();
        }
    }

    /// Waits until so many are there, as long as one comes after the other.
    pub(super) fn wait_for(&self, many: usize) {
        self.wanted.store(many, Ordering::Release);
        let (began, mut there) = (Instant::now(), self.there.load(Ordering::Acquire));
        while there < many && began.elapsed() < FOR_ALL {
            thread::park_timeout(FOR_ONE);
            let now = self.there.load(Ordering::Acquire);
            if now == there {
                break;
            }
            there = now;
        }
        self.wanted.store(0, Ordering::Release);
    }
}

/// How many ask one after the other.
#[derive(Debug, Default)]
pub(super) struct Asking {
    many: usize,
    /// How many were in the last batch: they decide while the next is written.
    last: usize,
}

impl Asking {
    /// The most that a batch takes.
    pub(super) fn most(&self) -> usize {
        self.many.div_ceil(2).clamp(LEAST, BATCH)
    }

    /// How many a batch waits for.
    pub(super) fn expected(&self) -> usize {
        self.many.min(self.most())
    }

    /// A batch took so many, and left so many. Who was in the last one and has come back already
    /// counts twice: of 32 clients 28 go into a batch, and true halves were slower, at a quarter more
    /// processor time each.
    pub(super) fn took(&mut self, taken: usize, left: usize) {
        let now = taken.saturating_add(left).saturating_add(self.last);
        let fewer = self.many.saturating_sub(now).div_ceil(FORGOTTEN);
        self.many = self.many.saturating_sub(fewer).max(now);
        self.last = taken;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, atomic::Ordering},
        thread,
        time::{Duration, Instant},
    };

    use super::{Asking, BATCH, Crowd, LEAST};

    const PATIENCE: Duration = Duration::from_secs(1);

    /// The sizes of batches while so many ask, each again when he has been answered.
    fn sizes(asking: &mut Asking, clients: usize, batches: usize) -> Vec<usize> {
        let (mut there, mut sizes) = (clients, Vec::new());
        for _ in 0..batches {
            let taken = there.min(asking.most());
            // While this one was written, those of the batch before have decided.
            let back = asking.last.min(clients.saturating_sub(there));
            there = there.saturating_sub(taken);
            asking.took(taken, there);
            there = there.saturating_add(back);
            sizes.push(taken);
        }
        sizes
    }

    #[test]
    fn a_batch_is_for_half_of_those_who_ask() {
        for clients in [1, 5, LEAST] {
            let sizes = sizes(&mut Asking::default(), clients, 20);
            assert_eq!(*sizes.first().unwrap(), clients, "one batch for few: {sizes:?}");
        }
        for clients in [20, 32, 256] {
            let sizes = sizes(&mut Asking::default(), clients, 40);
            let late = &sizes[30..];
            assert!(
                late.iter().all(|size| size.abs_diff(clients / 2) <= 2),
                "{clients}: {sizes:?}"
            );
        }
        let mut asking = Asking::default();
        assert!(sizes(&mut asking, 5_000, 50).iter().all(|size| *size <= BATCH));
        sizes(&mut asking, 32, 100);
        assert!(asking.most() <= 18, "it is forgotten that more were there: {asking:?}");
    }

    /// Whether all five were there at the end of one wait, who came when it had begun.
    fn all_came() -> bool {
        let crowd = Arc::<Crowd>::default();
        crowd.thread.set(thread::current()).unwrap();
        let others = Arc::clone(&crowd);
        let coming = thread::spawn(move || {
            let began = Instant::now();
            while others.wanted.load(Ordering::Acquire) != 5 && began.elapsed() < PATIENCE {}
            (0..5).for_each(|_| others.comes(|| ()));
        });
        crowd.wait_for(5);
        let there = crowd.there.load(Ordering::Acquire);
        coming.join().unwrap();
        there == 5
    }

    #[test]
    fn those_who_come_are_waited_for_and_nobody_else_is() {
        // On a busy machine they may come too late.
        assert!((0..1_000).any(|_| all_came()));
        let (crowd, began) = (Crowd::default(), Instant::now());
        crowd.wait_for(5);
        assert!(began.elapsed() < PATIENCE);
    }
}
