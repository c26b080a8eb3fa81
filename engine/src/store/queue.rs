//! What waits for a thread that writes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};

use super::{append::Append, db::Db};
use crate::error::Trouble;

/// How many items may wait; beyond it, callers wait to get in.
const QUEUE: usize = 1024;
/// The most that goes into one transaction.
const BATCH: usize = 512;

/// What a writing thread is asked for.
pub(super) enum Item {
    Append(Box<Append>),
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
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// A place in a writer's queue.
pub(crate) struct Place(mpsc::OwnedPermit<Item>);

impl Writer {
    /// Starts a thread that lets `carry_out` write one batch after the other until it is told to
    /// stop, or nobody is left who could ask; then `end` is called. A batch waits `for_company`
    /// until as many are there as were in the last: those who have just been answered ask again.
    pub(super) fn start<S: Send + 'static>(
        name: &str,
        for_company: Duration,
        mut state: S,
        carry_out: fn(&mut S, Batch),
        end: fn(S),
    ) -> Result<Self, std::io::Error> {
        let (queue, mut items) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let (mut stop, mut last) = (None, 0);
            while let Some(first) = items.blocking_recv() {
                wait_for(last, for_company, &items);
                let batch = gather(first, &mut items, &mut stop);
                last = batch.appends.len();
                carry_out(&mut state, batch);
            }
            // Only then the lock may go.
            end(state);
            if let Some(stop) = stop {
                let _gone = stop.send(());
            }
        })?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Waits for a place while the queue is full.
    pub(super) async fn place(&self) -> Result<Place, Trouble> {
        let queue = self.queue.clone();
        Ok(Place(queue.reserve_owned().await.map_err(|_| super::stopped())?))
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
        self.send(Item::Append(Box::new(append)));
    }

    pub(super) fn send(self, item: Item) {
        self.0.send(item);
    }
}

/// Waits a little until so many are there, one of them taken already.
fn wait_for(many: usize, patience: Duration, items: &mpsc::Receiver<Item>) {
    let began = Instant::now();
    while items.len().saturating_add(1) < many && began.elapsed() < patience {
        thread::yield_now();
    }
}

/// What is ready, beginning with `first`.
fn gather(
    first: Item,
    items: &mut mpsc::Receiver<Item>,
    stop: &mut Option<oneshot::Sender<()>>,
) -> Batch {
    let mut batch = Batch::default();
    let mut next = Some(first);
    let mut taken = 0_usize;
    while let Some(item) = next {
        match item {
            Item::Append(append) => batch.appends.push(*append),
            Item::Job(job) => batch.jobs.push(job),
            Item::Barrier(answer) => batch.barriers.push(answer),
            Item::Stop(answer) => {
                *stop = Some(answer);
                items.close();
            }
        }
        taken = taken.saturating_add(1);
        next = if taken < BATCH { items.try_recv().ok() } else { None };
    }
    batch
}
