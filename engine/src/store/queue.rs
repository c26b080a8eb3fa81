//! What waits for a thread or a task that writes.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::{self, JoinHandle},
    time::Instant,
};

use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task,
};

use super::{
    append::Append,
    crowd::{Asking, Crowd},
    db::Db,
    gauges::Gauges,
};
use crate::error::Trouble;

/// How many items may wait; beyond it, callers wait to get in.
const QUEUE: usize = 1024;

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

/// A thread or a task that writes what is queued, and the way to it.
pub(super) struct Writer {
    queue: mpsc::Sender<Item>,
    crowd: Arc<Crowd>,
    running: Mutex<Option<Running>>,
}

enum Running {
    Thread(JoinHandle<()>),
    Task(task::JoinHandle<()>),
}

/// A place in a writer's queue.
pub(crate) struct Place {
    permit: mpsc::OwnedPermit<Item>,
    crowd: Arc<Crowd>,
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
        Ok(Self { queue, crowd, running: Mutex::new(Some(Running::Thread(thread))) })
    }

    /// Starts a task that writes what comes until it is told to stop, or nobody is left who could
    /// ask.
    pub(super) fn on<F: Future<Output = ()> + Send + 'static>(
        runtime: &Handle,
        write: impl FnOnce(mpsc::Receiver<Item>) -> F,
    ) -> Self {
        let (queue, items) = mpsc::channel(QUEUE);
        let task = runtime.spawn(write(items));
        let running = Mutex::new(Some(Running::Task(task)));
        Self { queue, crowd: Arc::default(), running }
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
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        match running {
            Some(Running::Thread(thread)) => super::join(thread).await,
            Some(Running::Task(task)) => super::told(task.await.is_ok()),
            None => {}
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
