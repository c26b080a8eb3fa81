//! Folding batches of events.

use std::{borrow::Cow, slice, sync::Arc};

use fugong_core::{Change, Failure, LogId, Position, Reads, Recorded, Register, Rows, Want};
use futures::{StreamExt as _, stream};
use tokio::{join, sync::mpsc, task::spawn_blocking};

use super::{
    BATCH, apart,
    checkpoints::Checkpoint,
    kept::Set,
    past::{Chain, Concern},
};
use crate::{
    error::Trouble,
    rows::{self, Moved},
    store::{Store, db::Db, events},
};

/// So many reads of events run at the same time, and so many more wait to be folded in memory.
const READING: usize = 2;

/// Of heads alone so many times as many are read at a time: they are smaller.
const HEADS: usize = 2;

/// A register's fold in memory: where it stands, and rows it has met.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) stand: Checkpoint,
    pub(super) rows: Rows,
}

/// What a batch changed of one register.
#[derive(Debug)]
pub(super) struct Written {
    /// The register's number.
    pub(super) at: usize,
    /// Where it stood before.
    pub(super) from: Position,
    /// Where it stands.
    pub(super) stand: Checkpoint,
    /// What changed.
    pub(super) rows: Vec<Change>,
}

impl Written {
    fn moved(&self) -> Moved<'_> {
        let (Self { from, stand, rows, .. }, to) = (self, self.stand.position);
        Moved { owner: &stand.owner, from: *from, to, stuck: stand.stuck.as_ref(), rows }
    }
}

impl Fold {
    /// From where the store has it.
    pub(super) fn new(stand: Checkpoint) -> Self {
        Self { stand, rows: Rows::partial() }
    }

    /// From the first event, holding every row.
    pub(super) fn afresh(log: LogId, register: &dyn Register) -> Self {
        Self { stand: Checkpoint::start(log, register), rows: Rows::complete() }
    }

    /// From a set of rows as they were after some event.
    pub(super) fn from(log: LogId, register: &dyn Register, set: &Set) -> Self {
        let start = Checkpoint::start(log, register);
        let stand = Checkpoint { position: set.position, ..start };
        Self { stand, rows: Rows::clone(&set.rows) }
    }

    /// As [`Self::take`], with rows of the past, and gives itself back.
    pub(super) fn taking(
        mut self,
        db: &Db,
        chain: &Chain,
        register: &dyn Register,
        events: &[Recorded],
    ) -> Result<Self, Trouble> {
        let wants = self.wants(register, events);
        chain.supply(db, &mut self.rows, wants)?;
        self.take(|rows, wants| chain.supply(db, rows, wants), register, events)?;
        Ok(self)
    }

    /// As [`Self::taking`], with those events up to `upto` that concern somebody; the others touch
    /// nothing that he reads.
    fn taking_some(
        mut self,
        db: &Db,
        chain: &Chain,
        register: &dyn Register,
        (events, upto): (&[Recorded], Position),
    ) -> Result<Self, Trouble> {
        let wants = self.wants(register, events);
        chain.supply(db, &mut self.rows, wants)?;
        for event in events {
            self.stand.position = Position(event.position.0.saturating_sub(1));
            self.take(
                |rows, wants| chain.supply(db, rows, wants),
                register,
                slice::from_ref(event),
            )?;
            if self.stand.stuck.is_some() {
                return Ok(self);
            }
        }
        self.stand.position = upto;
        Ok(self)
    }

    pub(super) fn drop_rows(&mut self) {
        self.rows = Rows::partial();
    }

    /// Takes those of `events` that come next, until one fails; rows that are not here are fetched.
    fn take(
        &mut self,
        fetch: impl Fn(&mut Rows, Vec<Want>) -> Result<(), Trouble>,
        register: &dyn Register,
        events: &[Recorded],
    ) -> Result<(), Trouble> {
        for event in events {
            if event.position != self.stand.position.next() {
                continue;
            }
            let event = &*shown(register, event);
            let mut taken =
                rows::apply(&mut self.rows, &fetch, |rows| apart::apply(register, rows, event))?;
            if let Err(Failure(why)) = &taken {
                // With what it touches set apart, the register goes on.
                taken = rows::apply(&mut self.rows, &fetch, |rows| {
                    apart::set_apart(register, rows, event, why)
                })?;
            }
            match taken {
                Ok(()) => self.stand.position = event.position,
                Err(failure) => {
                    tracing::error!(
                        register = self.stand.owner.name, position = %event.position, error = %failure,
                        "a register stopped at an event it cannot take"
                    );
                    self.stand.stuck = Some((event.position, failure.0));
                    break;
                }
            }
        }
        Ok(())
    }

    fn take_with(
        &mut self,
        db: &Db,
        register: &dyn Register,
        events: &[Recorded],
    ) -> Result<(), Trouble> {
        let owner = self.stand.owner.clone();
        self.take(|rows, wants| owner.supply(db, rows, wants), register, events)
    }

    /// Fetches what `events` are known to want, in one query for each relation.
    fn prefetch(
        &mut self,
        db: &Db,
        register: &dyn Register,
        events: &[Recorded],
    ) -> Result<(), Trouble> {
        let wants = self.wants(register, events);
        self.stand.owner.supply(db, &mut self.rows, wants)
    }

    /// What `events` are known to want and is not here.
    fn wants(&mut self, register: &dyn Register, events: &[Recorded]) -> Vec<Want> {
        for event in events.iter().filter(|event| self.stand.position < event.position) {
            for (relation, key) in apart::keys(register, &shown(register, event)) {
                self.rows.want(relation, &key);
            }
        }
        self.rows.take_wants()
    }
}

/// What a register is shown of an event, wherever it was read: so that it makes the same rows of it.
fn shown<'a>(register: &dyn Register, event: &'a Recorded) -> Cow<'a, Recorded> {
    match register.reads() {
        Reads::Head if !event.payload.is_empty() => Cow::Owned(event.head()),
        Reads::Head | Reads::Whole => Cow::Borrowed(event),
    }
}

/// Folds all of them, which hold every row, up to `upto` in memory, in one pass over the log: while
/// some events are folded, the next are read.
pub(super) async fn run(
    store: &Store,
    registers: &[Arc<dyn Register>],
    folds: Vec<Fold>,
    upto: Position,
) -> Result<Vec<Fold>, Trouble> {
    run_all(store, registers, (folds, false), upto).await
}

/// The same, where it may be noted what changes on the way.
async fn run_all(
    store: &Store,
    registers: &[Arc<dyn Register>],
    (mut folds, noted): (Vec<Fold>, bool),
    upto: Position,
) -> Result<Vec<Fold>, Trouble> {
    let Some(after) = folds.iter().filter_map(|fold| fold.stand.behind(upto)).min() else {
        return Ok(folds);
    };
    let (send, mut read) = mpsc::channel(READING);
    let (log, registers) = (store.log(), registers.to_vec());
    let reads = registers.iter().map(|it| it.reads()).max().unwrap_or(Reads::Whole);
    let at_once = store.many().saturating_mul(if reads == Reads::Head { HEADS } else { 1 });
    let spans = (after.0..upto.0).step_by(at_once).map(|after| {
        let end = after.saturating_add(u64::try_from(at_once).unwrap_or(u64::MAX)).min(upto.0);
        store.read(move |db| events::many(db, log, (Position(after), Position(end)), reads))
    });
    let mut spans = stream::iter(spans).buffered(READING);
    let reading = async move {
        while let Some(some) = spans.next().await {
            if send.send(some?).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    // It ends where nobody waits for it any more: then nothing comes.
    let folding = spawn_blocking(move || {
        for fold in &mut folds {
            fold.rows.note_changes(noted);
        }
        while let Some(events) = read.blocking_recv() {
            for (fold, register) in folds.iter_mut().zip(&registers) {
                fold.take(|_, _| Ok(()), &**register, &events)?;
            }
            if folds.iter().all(|fold| fold.stand.behind(upto).is_none()) {
                break;
            }
        }
        for fold in &mut folds {
            fold.rows.note_changes(true);
        }
        Ok::<_, Trouble>(folds)
    });
    let (read, folded) = join!(reading, folding);
    let folds = folded.map_err(|lost| Trouble::Unavailable(lost.to_string()))??;
    read.map(|()| folds)
}

/// Folds a register on from rows of the past, up to `upto` in memory, as far as it concerns
/// somebody; the rows that do not are gone from the fold then.
pub(super) async fn run_on(
    store: &Store,
    register: &Arc<dyn Register>,
    (mut fold, concern): (Fold, Concern),
    chain: &Arc<Chain>,
    upto: Position,
) -> Result<Fold, Trouble> {
    let (log, concern) = (store.log(), Arc::new(concern));
    fold.rows.retain(|relation| concern.keeps(relation));
    while let Some(after) = fold.stand.behind(upto) {
        let (register, chain, concern) =
            (Arc::clone(register), Arc::clone(chain), Arc::clone(&concern));
        let folding = move |db: &Db| {
            let some = |event_type: &str| concern.has(event_type);
            let (events, last) = events::some(db, log, (after, BATCH, upto), some)?;
            fold.taking_some(db, &chain, &*register, (&events, last))
        };
        fold = store.read(folding).await?;
    }
    // An event that was taken may have touched more, which others that were not taken touch too.
    fold.rows.retain(|relation| concern.keeps(relation));
    Ok(fold)
}

/// Folds one register, of which every row is held, up to `upto` in memory.
pub(super) async fn run_one(
    store: &Store,
    register: &Arc<dyn Register>,
    fold: Fold,
    upto: Position,
) -> Result<Fold, Trouble> {
    only(store, register, (fold, false), upto).await
}

/// The same, and notes in it what changes.
pub(super) async fn run_noting(
    store: &Store,
    register: &Arc<dyn Register>,
    fold: Fold,
    upto: Position,
) -> Result<Fold, Trouble> {
    only(store, register, (fold, true), upto).await
}

async fn only(
    store: &Store,
    register: &Arc<dyn Register>,
    (fold, noted): (Fold, bool),
    upto: Position,
) -> Result<Fold, Trouble> {
    let empty = fold.stand.clone();
    let folded = run_all(store, slice::from_ref(register), (vec![fold], noted), upto).await?;
    Ok(folded.into_iter().next().unwrap_or_else(|| Fold::new(empty)))
}

/// Folds `events` into all registers that come to them, and stores what changed with the
/// checkpoints, in one transaction; gives back what was written.
pub(super) async fn batch(
    store: &Store,
    registers: Vec<Arc<dyn Register>>,
    mut folds: Vec<Fold>,
    events: Vec<Recorded>,
) -> Result<(Vec<Fold>, Vec<Written>), Trouble> {
    let (folds, changed) = store
        .fold(events.len(), move |db| {
            let mut changed = Vec::new();
            for (at, (fold, register)) in folds.iter_mut().zip(&registers).enumerate() {
                let from = fold.stand.position;
                if fold.stand.stuck.is_some() {
                    continue;
                }
                fold.prefetch(db, &**register, &events)?;
                fold.take_with(db, &**register, &events)?;
                if fold.stand.position != from || fold.stand.stuck.is_some() {
                    let (stand, rows) = (fold.stand.clone(), fold.rows.take_changes()?);
                    changed.push(Written { at, from, stand, rows });
                }
            }
            Ok((folds, changed))
        })
        .await?;
    let log = store.log();
    let written = store
        .write_alone(move |db| {
            if db.is_far() {
                let moved: Vec<_> = changed.iter().map(Written::moved).collect();
                rows::keep_at_once(db, log, &moved)?;
                return Ok(changed);
            }
            for Written { from, stand, rows, .. } in &changed {
                stand.store(db, *from)?;
                stand.owner.write(db, rows)?;
            }
            Ok(changed)
        })
        .await?;
    Ok((folds, written))
}
