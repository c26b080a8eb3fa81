//! Policies reading events.

use std::sync::Arc;

use fugong_core::{Change, LogId, Policy, Position, Reaction, Recorded, Rows, keys};

use super::{PolicyStatus, outbox, timers};
use crate::{
    error::Trouble,
    rows::{self, Owner, stuck},
    store::{
        Store,
        db::{Db, values},
    },
};

/// Where a policy stands.
#[derive(Debug, Clone)]
pub(super) struct Stand {
    name: String,
    /// The owner of its state's rows.
    owner: Owner,
    /// It acts only on events after this one.
    installed_at: Position,
    /// The last event it has taken.
    position: Position,
    /// The event it could not take, and why.
    pub(super) stuck: Option<(Position, String)>,
}

/// A policy's state in memory: where it stands, and rows it has met.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) stand: Stand,
    pub(super) rows: Rows,
}

/// What a policy set off, and what by.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) policy: String,
    pub(super) position: Position,
    pub(super) n: u64,
    pub(super) reaction: Reaction,
    pub(super) causation_id: String,
    pub(super) correlation_id: String,
}

/// What a batch changed for one policy.
struct Changed {
    stand: Stand,
    from: Position,
    rows: Vec<Change>,
    given: Vec<Given>,
}

/// Policies that found nothing to do in the same events: all that happened is that they have passed
/// them, which is one statement for all.
struct Passed {
    policies: Vec<String>,
    from: Position,
    to: Position,
}

impl Changed {
    /// Whether nothing happened but that the policy has gone on.
    fn is_idle(&self) -> bool {
        self.rows.is_empty() && self.given.is_empty() && self.stand.stuck.is_none()
    }
}

impl Passed {
    /// Those that went the same way together.
    fn of(idle: Vec<Changed>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for Changed { stand: Stand { name, position: to, .. }, from, .. } in idle {
            match all.iter_mut().find(|passed| (passed.from, passed.to) == (from, to)) {
                Some(passed) => passed.policies.push(name),
                None => all.push(Self { policies: vec![name], from, to }),
            }
        }
        all
    }

    /// Moves the stored checkpoints; an error if they do not all stand where they did.
    fn store(&self, db: &Db, log: LogId) -> Result<(), Trouble> {
        let sql = "UPDATE policy_checkpoints \
                   SET position = ?4, stuck_position = NULL, stuck_reason = NULL \
                   WHERE log_id = ?1 AND policy {in ?2} AND position = ?3";
        let moved =
            db.run(sql, values![log.0, self.policies.as_slice(), self.from.0, self.to.0])?;
        if usize::try_from(moved) == Ok(self.policies.len()) {
            return Ok(());
        }
        Err(faster(&self.policies.join(", "), self.from))
    }
}

fn faster(policy: &str, from: Position) -> Trouble {
    Trouble::Unavailable(format!(
        "policy {policy} no longer stands at {from}: another runner was faster"
    ))
}

impl Stand {
    /// Notes where policies begin to act that the store does not know yet.
    pub(super) fn install(db: &Db, log: LogId, names: &[String]) -> Result<(), Trouble> {
        let sql = "INSERT INTO policy_checkpoints \
                   (log_id, policy, position, installed_at_position) \
                   SELECT log_id, ?2, 0, head FROM logs WHERE log_id = ?1 ON CONFLICT DO NOTHING";
        for name in names {
            db.run(sql, values![log.0, name])?;
        }
        Ok(())
    }

    pub(super) fn load(db: &Db, log: LogId, name: &str) -> Result<Self, Trouble> {
        let sql = "SELECT position, installed_at_position, stuck_position, stuck_reason \
                   FROM policy_checkpoints WHERE log_id = ?1 AND policy = ?2";
        let found = db.first(sql, values![log.0, name], |row| {
            Ok((Position(row.count(0)?), Position(row.count(1)?), stuck(row, 2)?))
        })?;
        // A policy that is not installed acts on nothing.
        let (position, installed_at, stuck) =
            found.unwrap_or((Position::START, Position(u64::MAX), None));
        let owner = Owner { log, name: format!("policy:{name}"), version: 0 };
        Ok(Self { name: name.to_owned(), owner, installed_at, position, stuck })
    }

    /// Moves the stored checkpoint from `from` to here; an error if it does not stand there.
    fn store(&self, db: &Db, from: Position) -> Result<(), Trouble> {
        let (stuck, reason) = self.stuck.as_ref().map(|(at, why)| (at.0, why)).unzip();
        let sql = "UPDATE policy_checkpoints \
                   SET position = ?4, stuck_position = ?5, stuck_reason = ?6 \
                   WHERE log_id = ?1 AND policy = ?2 AND position = ?3";
        let log = self.owner.log.0;
        let moved =
            db.run(sql, values![log, &self.name, from.0, self.position.0, stuck, reason])?;
        if moved == 1 {
            return Ok(());
        }
        Err(faster(&self.name, from))
    }

    /// Where to read on, if it is behind `head` and can go on.
    pub(super) fn behind(&self, head: Position) -> Option<Position> {
        (self.stuck.is_none() && self.position < head).then_some(self.position)
    }

    pub(super) fn status(&self, head: Position) -> PolicyStatus {
        PolicyStatus {
            name: self.name.clone(),
            installed_at: self.installed_at,
            position: self.position,
            head,
            stuck: self.stuck.clone(),
        }
    }
}

impl Fold {
    pub(super) fn new(stand: Stand) -> Self {
        Self { stand, rows: Rows::partial() }
    }

    pub(super) fn drop_rows(&mut self) {
        self.rows = Rows::partial();
    }

    /// Takes those of `events` that come next, until one fails; answers what they set off.
    fn take(
        &mut self,
        db: &Db,
        policy: &dyn Policy,
        events: &[Recorded],
    ) -> Result<Vec<Given>, Trouble> {
        let owner = self.stand.owner.clone();
        let mut given = Vec::new();
        for event in events {
            if event.position != self.stand.position.next() {
                continue;
            }
            let fetch = |rows: &mut Rows, wants| owner.supply(db, rows, wants);
            match rows::apply(&mut self.rows, fetch, |rows| policy.react(rows, event))? {
                Ok(reactions) => {
                    self.stand.position = event.position;
                    if self.stand.installed_at < event.position {
                        given.extend(set_off(&self.stand.name, event, reactions));
                    }
                }
                Err(failure) => {
                    tracing::error!(
                        policy = self.stand.name, position = %event.position, error = %failure,
                        "a policy stopped at an event it cannot take"
                    );
                    self.stand.stuck = Some((event.position, failure.0));
                    break;
                }
            }
        }
        Ok(given)
    }
}

fn set_off(
    policy: &str,
    event: &Recorded,
    reactions: Vec<Reaction>,
) -> impl Iterator<Item = Given> {
    let began = event.meta(keys::CORRELATION_ID).or_else(|| event.meta(keys::COMMAND_ID));
    let correlation_id = began.map_or_else(|| event.event_id.to_string(), str::to_owned);
    let (policy, position) = (policy.to_owned(), event.position);
    let causation_id = event.event_id.to_string();
    (0_u64..).zip(reactions).map(move |(n, reaction)| Given {
        policy: policy.clone(),
        position,
        n,
        reaction,
        causation_id: causation_id.clone(),
        correlation_id: correlation_id.clone(),
    })
}

/// Lets all policies that come to `events` take them, and stores state, checkpoints, outbox and
/// timers in one transaction.
pub(super) async fn batch(
    store: &Store,
    policies: Vec<Arc<dyn Policy>>,
    mut folds: Vec<Fold>,
    events: Vec<Recorded>,
) -> Result<Vec<Fold>, Trouble> {
    let log = store.log();
    let (folds, changed) = store
        .fold(events.len(), move |db| {
            let mut changed = Vec::new();
            for (fold, policy) in folds.iter_mut().zip(&policies) {
                let from = fold.stand.position;
                if fold.stand.stuck.is_some() {
                    continue;
                }
                let given = fold.take(db, &**policy, &events)?;
                if fold.stand.position != from || fold.stand.stuck.is_some() {
                    let rows = fold.rows.take_changes()?;
                    changed.push(Changed { stand: fold.stand.clone(), from, rows, given });
                }
            }
            Ok((folds, changed))
        })
        .await?;
    let (idle, busy): (Vec<_>, Vec<_>) = changed.into_iter().partition(Changed::is_idle);
    let passed = Passed::of(idle);
    match <[Passed; 1]>::try_from(passed) {
        Ok([passed]) if busy.is_empty() => {
            store.write_alone(move |db| passed.store(db, log)).await?;
        }
        Ok(passed) => write(store, passed.into(), busy).await?,
        Err(passed) => write(store, passed, busy).await?,
    }
    Ok(folds)
}

/// Stores what a batch changed, in one transaction.
async fn write(store: &Store, passed: Vec<Passed>, busy: Vec<Changed>) -> Result<(), Trouble> {
    let log = store.log();
    store
        .write_lazily(move |db| {
            passed.iter().try_for_each(|passed| passed.store(db, log))?;
            for Changed { stand, from, rows, given } in &busy {
                stand.store(db, *from)?;
                stand.owner.write(db, rows)?;
                for given in given {
                    note(db, log, given)?;
                }
            }
            Ok(())
        })
        .await
}

fn note(db: &Db, log: LogId, given: &Given) -> Result<(), Trouble> {
    match &given.reaction {
        Reaction::Do(intent) => outbox::put(db, log, given, intent),
        Reaction::At { key, due, intent } => timers::set(db, log, given, (key, *due), intent),
        Reaction::Forget { key } => timers::forget(db, log, &given.policy, key),
    }
}
