//! The one task of this process that appends.
//!
//! What is ready goes into one call; while the server carries it out, the next is on its way, for
//! half of those who seem to ask. It stands after the one before, or nothing of it is written: the
//! server looks whether this process wrote last and left the head there.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use fugong_core::Position;
use futures::StreamExt as _;
use tokio::sync::{mpsc, watch};

use super::{
    append::Signed,
    flight::{Batch, Flying, Landed, Outcome, answer},
    line::{Line, Written},
    open::Opener,
};
use crate::{
    error::Trouble,
    store::{
        Evict,
        append::{Append, sound},
        crowd::{Asking, BATCH},
        gauges::Gauges,
        queue::Item,
        tail::Tail,
    },
};

/// So many events of others are read at once.
const AT_ONCE: u64 = 1_000;
/// When others have written more than this, everything in memory is folded again.
const MUCH: u64 = 20_000;

/// The state of the task that appends.
pub(super) struct Scribe {
    opener: Opener,
    /// None after a failure, until the database can be reached again.
    line: Option<Arc<Line>>,
    by: Signed,
    /// The last position that this process knows of.
    head: u64,
    /// Where the head is when all that is on its way has been appended.
    ahead: u64,
    told: Told,
    /// Whether others may have written last.
    crowded: bool,
    /// Batches of which nothing was written, since something has to be checked.
    again: Vec<Batch>,
    /// Batches of which nobody knows what became of them.
    lost: Vec<(Batch, Trouble)>,
    asking: Asking,
    gauges: Gauges,
}

/// Whom the task that appends tells what it knows.
pub(super) struct Told {
    pub(super) heads: watch::Sender<Position>,
    /// Counts the failed batches.
    pub(super) epoch: Arc<AtomicU64>,
    /// Counts how often others' events were found.
    pub(super) foreign: Arc<AtomicU64>,
    /// Told of every event before anybody is told that there is one.
    pub(super) tail: Arc<Tail>,
    /// Forgets what others have changed.
    pub(super) evict: Evict,
}

impl Scribe {
    pub(super) fn new(opener: Opener, by: Signed, head: u64, told: Told) -> Self {
        Self {
            opener,
            line: None,
            by,
            head,
            ahead: head,
            told,
            crowded: true,
            again: Vec::new(),
            lost: Vec::new(),
            asking: Asking::default(),
            gauges: Gauges::of("fugong-writer"),
        }
    }

    /// Appends what comes until it is told to stop, or nobody is left who could ask.
    pub(super) async fn write(mut self, mut items: mpsc::Receiver<Item>) {
        let (mut flying, mut waiting) = (Flying::new(), Batch::default());
        let (mut stop, mut open) = (None, true);
        while open || !waiting.is_empty() || !flying.is_empty() {
            if self.may_send(&waiting, flying.len()) {
                self.send(std::mem::take(&mut waiting), &mut flying).await;
                continue;
            }
            tokio::select! {
                biased;
                Some(landed) = flying.next() => {
                    self.land(landed).await;
                    self.settle(&mut flying).await;
                }
                item = items.recv(), if open && waiting.appends.len() < BATCH => {
                    open = item.is_some();
                    let mut next = item;
                    while let Some(item) = next {
                        if let Item::Stop(answer) = item {
                            stop = Some(answer);
                            items.close();
                        } else {
                            waiting.take(item, &self.gauges);
                        }
                        let full = BATCH <= waiting.appends.len();
                        next = if full { None } else { items.try_recv().ok() };
                    }
                }
            }
        }
        drop(self);
        if let Some(stop) = stop {
            let _gone = stop.send(());
        }
    }

    /// Whether what waits is to be sent now: at once if nothing is on its way; behind a batch that
    /// is, if it is for half of those who ask, or somebody only waits for the head.
    fn may_send(&self, waiting: &Batch, flying: usize) -> bool {
        match flying {
            0 => !waiting.is_empty(),
            1 => self.asking.most() <= waiting.appends.len() || !waiting.barriers.is_empty(),
            _more => false,
        }
    }

    /// Sends a batch that nobody can have come before; any other is appended with care, alone.
    async fn send(&mut self, batch: Batch, flying: &mut Flying) {
        let foreign = self.told.foreign.load(Ordering::Acquire);
        // What was decided before others' events were known is checked.
        let old = batch.appends.iter().any(|append| append.stamp.foreign != foreign);
        let line = self.line.clone().filter(|_| !old && !self.crowded);
        let line = match line {
            Some(line) if !flying.is_empty() || line.is_alive().await => line,
            _other => {
                self.drain(flying).await;
                self.carefully(batch).await;
                return;
            }
        };
        if flying.is_empty() {
            self.ahead = self.head;
        }
        let appends = sound(batch.appends, self.told.epoch.load(Ordering::Acquire));
        let batch = Batch { appends, barriers: batch.barriers };
        if batch.is_empty() {
            return;
        }
        self.asking.took(batch.appends.len(), 0);
        let (known, begun) = (self.ahead, Instant::now());
        self.ahead = known.saturating_add(batch.events());
        flying.push_back(Box::pin(async move {
            let outcome = if batch.appends.is_empty() {
                line.head().await.map(Outcome::Head)
            } else {
                line.append(known, &batch.appends).await.map(Outcome::Written)
            };
            Landed { batch, known, begun, outcome }
        }));
    }

    /// Appends what holds of a batch, while nothing else is on its way.
    async fn carefully(&mut self, batch: Batch) {
        let begun = Instant::now();
        let outcome = match self.reconnect().await {
            Ok(line) => {
                let appends = sound(batch.appends, self.told.epoch.load(Ordering::Acquire));
                let batch = Batch { appends, barriers: batch.barriers };
                let outcome = if batch.appends.is_empty() {
                    line.head().await.map(Outcome::Head)
                } else {
                    line.append_checked(&batch.appends).await.map(Outcome::Written)
                };
                Landed { batch, known: self.head, begun, outcome }
            }
            Err(trouble) => Landed { batch, known: self.head, begun, outcome: Err(trouble) },
        };
        self.land(outcome).await;
        self.give_up().await;
    }

    /// Waits until nothing is on its way, and for what comes of that.
    async fn drain(&mut self, flying: &mut Flying) {
        while let Some(landed) = flying.next().await {
            self.land(landed).await;
        }
        self.settle(flying).await;
    }

    /// Where something has to be checked, or nobody knows what became of it: nothing else is done
    /// until that is.
    async fn settle(&mut self, flying: &mut Flying) {
        if self.again.is_empty() && self.lost.is_empty() {
            return;
        }
        while let Some(landed) = flying.next().await {
            self.land(landed).await;
        }
        self.give_up().await;
        for batch in std::mem::take(&mut self.again) {
            self.carefully(batch).await;
        }
    }

    /// Tells those whose batch failed. Whether it was committed shows under the lock of the head,
    /// which a transaction that still runs holds: only then the receipts can be looked up.
    async fn give_up(&mut self) {
        if self.lost.is_empty() {
            return;
        }
        if let Err(trouble) = self.reconnect().await {
            tracing::error!(error = %trouble, "the database cannot be reached");
        }
        for (batch, trouble) in std::mem::take(&mut self.lost) {
            for append in batch.appends {
                append.failed(trouble.clone());
            }
            answer(batch.barriers, &Err(trouble));
        }
    }

    /// Takes in what became of a batch.
    async fn land(&mut self, landed: Landed) {
        let Landed { batch, known, begun, outcome } = landed;
        let commands = batch.appends.len();
        let base = match outcome {
            Ok(Outcome::Written(Written::Nothing)) => {
                self.crowded = true;
                self.again.push(batch);
                return;
            }
            Ok(Outcome::Written(Written::All)) => Ok((known, vec![true; commands])),
            Ok(Outcome::Written(Written::Some { base, kept })) => {
                self.crowded = base != self.head;
                Ok((base, kept))
            }
            Ok(Outcome::Head(head)) => Ok((head, Vec::new())),
            Err(trouble) => Err(trouble),
        };
        let seen = match base {
            Ok((base, kept)) => self.learn(base).await.map(|()| (base, kept)),
            Err(trouble) => Err(trouble),
        };
        match seen {
            Ok((base, kept)) => {
                self.written(base, kept, batch.appends);
                self.gauges.wrote(commands, begun);
                answer(batch.barriers, &Ok(()));
            }
            Err(trouble) => {
                tracing::error!(error = %trouble, appends = commands, "a batch failed");
                self.line = None;
                self.told.epoch.fetch_add(1, Ordering::AcqRel);
                self.lost.push((batch, trouble));
            }
        }
    }

    /// Tells everybody what was appended after `base`.
    fn written(&mut self, base: u64, kept: Vec<bool>, appends: Vec<Append>) {
        let foreign = self.told.foreign.load(Ordering::Acquire);
        let (mut head, mut late) = (base, false);
        let mut placed = Vec::with_capacity(appends.len());
        for (mut append, kept) in appends.into_iter().zip(kept) {
            let appended = kept.then(|| append.placed(head));
            if let Some(appended) = &appended {
                self.told.tail.add(&appended.events);
                head = appended.position.0;
                if append.stamp.foreign != foreign {
                    // It was decided on what has been forgotten since: who asked meanwhile may
                    // have folded the aggregate without it.
                    (self.told.evict)(&appended.events);
                    late = true;
                }
            }
            placed.push((append, appended));
        }
        if late {
            self.told.foreign.fetch_add(1, Ordering::AcqRel);
        }
        self.head = head;
        self.told.heads.send_if_modified(|known| {
            let moved = known.0 < head;
            known.0 = known.0.max(head);
            moved
        });
        for (append, appended) in placed {
            match appended {
                Some(appended) => append.appended(appended),
                None => append.sent_back(),
            }
        }
    }

    /// Takes in others' events up to `head`: what they changed is forgotten first, and only then
    /// it is said that they have written.
    async fn learn(&mut self, head: u64) -> Result<(), Trouble> {
        if head < self.head {
            return Err(self.behind(head));
        }
        if head == self.head {
            return Ok(());
        }
        self.crowded = true;
        if MUCH < head.saturating_sub(self.head) {
            self.told.epoch.fetch_add(1, Ordering::AcqRel);
            self.head = head;
        }
        let line = self.line.clone().ok_or_else(closed)?;
        while self.head < head {
            let end = Position(self.head.saturating_add(AT_ONCE).min(head));
            let found = line.events(self.by.log, Position(self.head), end).await?;
            self.head = end.0;
            self.told.tail.add(&found);
            (self.told.evict)(&found);
        }
        self.told.foreign.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// A connection that stands, and what others wrote while there was none.
    async fn reconnect(&mut self) -> Result<Arc<Line>, Trouble> {
        if let Some(line) = &self.line
            && line.is_alive().await
        {
            return Ok(Arc::clone(line));
        }
        self.line = None;
        let (opener, by) = (self.opener.clone(), self.by);
        let line = opener.patiently_async(|| Line::connect(&opener.server, by)).await?;
        let line = Arc::new(line);
        self.line = Some(Arc::clone(&line));
        let head = line.head().await;
        let learnt = match head {
            Ok(head) => self.learn(head).await,
            Err(trouble) => Err(trouble),
        };
        learnt.inspect_err(|_| self.line = None)?;
        Ok(line)
    }

    fn behind(&mut self, head: u64) -> Trouble {
        self.line = None;
        Trouble::Corrupt(format!(
            "the head was {} and is now {head}: the database was replaced by an older one; stop, \
             and restore what is missing",
            self.head
        ))
    }
}

fn closed() -> Trouble {
    Trouble::Unavailable("the database is not open".to_owned())
}
