//! What waits for a thread that writes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle, Thread},
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};

use super::{append::Append, db::Db, gauges::Gauges};
use crate::error::Trouble;

/// How many items may wait; beyond it, callers wait to get in.
const QUEUE: usize = 1024;
/// The most that goes into one transaction.
const BATCH: usize = 512;
/// How long a batch waits for the next of those who are expected.
const FOR_ONE: Duration = Duration::from_micros(100);
/// And for all of them.
const FOR_ALL: Duration = Duration::from_millis(1);
/// A batch of fewer is not divided: that would cost more flushes than it saves time.
const LEAST: usize = 8;
/// By this part of the difference a batch forgets that more were there before.
const FORGOTTEN: usize = 8;

/// What a writing thread is asked for.
pub(super) enum Item {
    /// Since when it waits.
    Append(Box<Append>, Instant),
    Job(Box<dyn Job>),
    /// Answered when everything before it has been decided.
    Barrier(oneshot::Sender<Result<(), Trouble>>),
    /// Finish what is queued, let go of the database, and say so.
    Stop(oneshot::Sender<()>),
}

/// Something to be written beside the appends.
pub(super) trait Job: Send {
    /// Writes; false means that what was written is to be undone.
    fn run(&mut self, db: &Db) -> bool;
    /// When what it writes has to be durable.
    fn flush(&self) -> Flush;
    /// Tells whoever asked, once the transaction has ended.
    fn answer(self: Box<Self>, ended: Result<(), Trouble>);
}

/// When what a job writes has to be durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flush {
    /// Before anybody is answered.
    Now,
    /// With the next append: it can be made again from the log.
    Later,
    /// Likewise, and it is one statement on a server: it needs no transaction around it.
    Alone,
}

struct Work<F, T> {
    flush: Flush,
    job: Option<F>,
    result: Option<Result<T, Trouble>>,
    answer: oneshot::Sender<Result<T, Trouble>>,
}

/// `job` as an item of the queue.
pub(super) fn job<T: Send + 'static>(
    job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    flush: Flush,
    answer: oneshot::Sender<Result<T, Trouble>>,
) -> Box<dyn Job> {
    Box::new(Work { flush, job: Some(job), result: None, answer })
}

impl<F, T> Job for Work<F, T>
where
    F: FnOnce(&Db) -> Result<T, Trouble> + Send,
    T: Send,
{
    fn run(&mut self, db: &Db) -> bool {
        let result = self.job.take().map(|job| guarded(|| job(db)));
        let keep = matches!(result, Some(Ok(_)));
        self.result = result;
        keep
    }

    fn flush(&self) -> Flush {
        self.flush
    }

    fn answer(self: Box<Self>, ended: Result<(), Trouble>) {
        // Whoever asked may have gone.
        let _gone = self.answer.send(match (self.result, ended) {
            (Some(Ok(_)) | None, Err(trouble)) => Err(trouble),
            (Some(result), _) => result,
            (None, Ok(())) => Err(Trouble::Unavailable("it was not begun; a defect".to_owned())),
        });
    }
}

/// Runs what others wrote, so that its panic ends it and not the thread.
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(Trouble::Unavailable("it panicked; this is a defect, see the log".to_owned()))
    })
}

/// One round of a writing thread: what was ready when it came round.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) appends: Vec<Append>,
    pub(super) jobs: Vec<Box<dyn Job>>,
    pub(super) barriers: Vec<oneshot::Sender<Result<(), Trouble>>>,
}

/// A thread that writes what is queued, and the way to it.
pub(super) struct Writer {
    queue: mpsc::Sender<Item>,
    crowd: Arc<Crowd>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// A place in a writer's queue.
pub(crate) struct Place {
    permit: mpsc::OwnedPermit<Item>,
    crowd: Arc<Crowd>,
}

/// Those who are in the queue, and whom the thread waits for.
#[derive(Default)]
struct Crowd {
    there: AtomicUsize,
    /// How many have to be there for the thread to be woken; 0 while it does not wait.
    wanted: AtomicUsize,
    thread: OnceLock<Thread>,
}

impl Crowd {
    /// One more comes, by `send`; it is counted first, so that nobody is taken who was not.
    fn comes(&self, send: impl FnOnce()) {
        let there = self.there.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        send();
        if self.wanted.load(Ordering::Acquire) == there
            && let Some(thread) = self.thread.get()
        {
            thread.unpark();
        }
    }

    /// Waits until so many are there, as long as one comes after the other.
    fn wait_for(&self, many: usize) {
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
struct Asking {
    many: usize,
    /// How many were in the last batch: they decide while the next is written.
    last: usize,
}

impl Asking {
    /// The most that a batch takes.
    fn most(&self) -> usize {
        self.many.div_ceil(2).clamp(LEAST, BATCH)
    }

    /// How many a batch waits for.
    fn expected(&self) -> usize {
        self.many.min(self.most())
    }

    /// A batch took so many, and left so many. Who was in the last one and has come back already
    /// counts twice: of 32 clients 28 go into a batch, and true halves were slower, at a quarter more
    /// processor time each.
    fn took(&mut self, taken: usize, left: usize) {
        let now = taken.saturating_add(left).saturating_add(self.last);
        let fewer = self.many.saturating_sub(now).div_ceil(FORGOTTEN);
        self.many = self.many.saturating_sub(fewer).max(now);
        self.last = taken;
    }
}

impl Writer {
    /// Starts a thread that lets `carry_out` write one batch after the other until it is told to
    /// stop, or nobody is left who could ask; then `end` is called. Whoever has been answered asks
    /// again: so a batch is for half of those who seem to ask, and while it is written, others
    /// decide. It waits for so many, as long as one comes after the other.
    pub(super) fn start<S: Send + 'static>(
        name: &str,
        mut state: S,
        carry_out: fn(&mut S, Batch),
        end: fn(S),
    ) -> Result<Self, std::io::Error> {
        let (queue, mut items) = mpsc::channel(QUEUE);
        let crowd = Arc::<Crowd>::default();
        let (here, gauges) = (Arc::clone(&crowd), Gauges::of(name));
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            // It is set once.
            let _set = here.thread.set(thread::current());
            let (mut stop, mut asking) = (None, Asking::default());
            while let Some(first) = items.blocking_recv() {
                here.wait_for(asking.expected());
                let (batch, taken) = gather(first, &mut items, &mut stop, asking.most(), &gauges);
                let (begun, commands) = (Instant::now(), batch.appends.len());
                let left = here.there.fetch_sub(taken, Ordering::AcqRel).saturating_sub(taken);
                asking.took(taken, left);
                carry_out(&mut state, batch);
                gauges.wrote(commands, begun);
            }
            // Only then the lock may go.
            end(state);
            if let Some(stop) = stop {
                let _gone = stop.send(());
            }
        })?;
        Ok(Self { queue, crowd, thread: Mutex::new(Some(thread)) })
    }

    /// Waits for a place while the queue is full.
    pub(super) async fn place(&self) -> Result<Place, Trouble> {
        let queue = self.queue.clone();
        let permit = queue.reserve_owned().await.map_err(|_| super::stopped())?;
        Ok(Place { permit, crowd: Arc::clone(&self.crowd) })
    }

    /// Answers when everything queued before has been decided: committed or failed.
    pub(super) async fn barrier(&self) -> Result<(), Trouble> {
        let (answer, answered) = oneshot::channel();
        self.place().await?.send(Item::Barrier(answer));
        answered.await.map_err(|_| super::stopped())?
    }

    /// Lets what is queued be written, and waits until the database is let go.
    pub(super) async fn stop(&self) {
        if let Ok(place) = self.place().await {
            let (answer, answered) = oneshot::channel();
            place.send(Item::Stop(answer));
            // An error means that it had ended already.
            let _ended = answered.await;
        }
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            super::join(thread).await;
        }
    }
}

impl Place {
    /// Takes the place for an append; order of calls is order in the log.
    pub(crate) fn append(self, append: Append) {
        self.send(Item::Append(Box::new(append), Instant::now()));
    }

    pub(super) fn send(self, item: Item) {
        self.crowd.comes(|| {
            self.permit.send(item);
        });
    }
}

/// What is ready, beginning with `first`, at most so many items, and how many it is.
fn gather(
    first: Item,
    items: &mut mpsc::Receiver<Item>,
    stop: &mut Option<oneshot::Sender<()>>,
    most: usize,
    gauges: &Gauges,
) -> (Batch, usize) {
    let mut batch = Batch::default();
    let mut next = Some(first);
    let mut taken = 0_usize;
    while let Some(item) = next {
        match item {
            Item::Append(append, since) => {
                gauges.waited(since);
                batch.appends.push(*append);
            }
            Item::Job(job) => batch.jobs.push(job),
            Item::Barrier(answer) => batch.barriers.push(answer),
            Item::Stop(answer) => {
                *stop = Some(answer);
                items.close();
            }
        }
        taken = taken.saturating_add(1);
        next = if taken < most { items.try_recv().ok() } else { None };
    }
    (batch, taken)
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
