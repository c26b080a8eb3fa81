//! Whether a log is well, and what to do if it is not.

use std::{convert::Infallible, fmt};

use chrono::{DateTime, Utc};
use fugong_core::Position;
use serde::Serialize;

use super::Log;
use crate::{
    ClockMode, Error, PolicyStatus, RegisterStatus, Waiting,
    error::Trouble,
    leaf::Leaf,
    registers::BATCH,
    store::{Times, db::Db},
};

/// How far an event may lie ahead of the clock, in seconds.
const AHEAD: i64 = 2;

/// How a log does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The file it lives in.
    pub database: String,
    /// The file of its keys.
    pub keys: String,
    /// Whether this process may write it; then it holds the lock.
    pub writes: bool,
    /// The time, by its clock.
    pub now: DateTime<Utc>,
    /// By which clock it runs.
    pub clock: ClockMode,
    /// The last durable position.
    pub head: Position,
    /// Where its registers stand.
    pub registers: Vec<RegisterStatus>,
    /// Where its policies stand.
    pub policies: Vec<PolicyStatus>,
    /// What waits to happen by itself.
    pub waiting: Waiting,
    /// What is wrong, and what to do; nothing if all is well.
    pub problems: Vec<String>,
    /// What is not wrong now, and good to know.
    pub remarks: Vec<String>,
}

impl Health {
    /// Whether nothing is wrong.
    pub fn is_well(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Log {
    /// How the log does: database, lock, keys, clock, head, registers, policies, timers.
    pub async fn health(&self) -> Health {
        let (desk, options) = (&self.0.desk, &self.0.options);
        let mut problems = Vec::new();
        if let Err(trouble) = desk.store.refresh().await {
            problems.push(trouble.to_string());
        }
        let remark = self.check().await.unwrap_or_else(|trouble| {
            problems.push(trouble.to_string());
            None
        });
        let waiting = self.0.policies.waiting().await.unwrap_or_else(|trouble| {
            problems.push(trouble.to_string());
            Waiting::default()
        });
        problems.extend(waiting.held.iter().map(|why| format!("a command is held back: {why}")));
        let sealing = self.sealer().and_then(|sealer| sealer.trouble());
        problems.extend(match sealing {
            Some(trouble) => Some(trouble),
            None => self.unlike_the_last_note().await,
        });
        let (registers, policies) =
            (self.0.registers.status().await, self.0.policies.status().await);
        for (name, stuck) in registers
            .iter()
            .map(|register| (&register.name, &register.stuck))
            .chain(policies.iter().map(|policy| (&policy.name, &policy.stuck)))
        {
            if let Some((position, why)) = stuck {
                problems.push(format!(
                    "{name} is stuck at event {position} ({why}): mend the program and rebuild it"
                ));
            }
        }
        for register in &registers {
            let Some(first) = register.apart.iter().min_by_key(|it| it.position) else { continue };
            problems.push(format!(
                "{} has set {} rows apart since event {} ({}): mend the program and rebuild it",
                register.name,
                register.apart.len(),
                first.position,
                first.reason
            ));
        }
        Health {
            database: options.database.to_string(),
            keys: options.key_place().to_string(),
            writes: desk.store.writable(),
            now: self.now(),
            clock: self.clock_mode(),
            head: self.head(),
            registers,
            policies,
            waiting,
            problems,
            remarks: remark.into_iter().collect(),
        }
    }

    /// Reads the whole database file and every event of the log, and says what is damaged; nothing
    /// if the file is whole and each event is, to the byte, what was recorded.
    ///
    /// It takes as long as reading the file does: for somebody who asks, not for every probe.
    ///
    /// # Errors
    ///
    /// When the file cannot be read at all.
    pub async fn damage(&self) -> Result<Option<String>, Error<Infallible>> {
        let looked = async {
            self.0.desk.store.read(Db::look_through).await?;
            self.check_events().await
        };
        match looked.await {
            Ok(()) => Ok(None),
            Err(Trouble::Corrupt(what)) => Ok(Some(what)),
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// Every position is there, and the bytes at it have the hash that was stored with them.
    async fn check_events(&self) -> Result<(), Trouble> {
        let store = &self.0.desk.store;
        store.refresh().await?;
        let mut after = Position::START;
        loop {
            let events = store.events_after(after, BATCH).await?;
            let Some(last) = events.last() else { return Ok(()) };
            after = last.position;
            let altered = events
                .iter()
                .find(|it| Leaf::of(it).hash() != Ok(it.leaf_hash) || !it.metadata.is_as_written());
            if let Some(event) = altered {
                return Err(Trouble::Corrupt(format!(
                    "the event at position {} is not what was recorded (its hash or the text of its \
                     metadata does not fit): \
                     stop, keep the file, and restore a backup",
                    event.position
                )));
            }
        }
    }

    /// The database is whole as far as a short look shows, and the clock is not behind it now;
    /// a remark if it once was ahead.
    async fn check(&self) -> Result<Option<String>, Trouble> {
        let (store, head) = (&self.0.desk.store, self.head());
        let (log, now) = (store.log(), self.now().timestamp_micros());
        let last = store.events_after(Position(head.0.saturating_sub(1)), 1).await?;
        let ahead = last.last().map_or(0, |last| seconds(last.recorded_at.timestamp_micros(), now));
        if AHEAD < ahead {
            return Err(Trouble::Unavailable(format!(
                "the newest event was recorded {ahead} s after the present: set the clock right"
            )));
        }
        let latest = store.read(move |db| Ok(Times::load(db, log)?.latest)).await?;
        let ahead = latest.map_or(0, |latest| seconds(latest, now));
        Ok((AHEAD < ahead).then(|| {
            format!(
                "an event was recorded {ahead} s after the present: the clock was ahead then, or \
                 is behind now"
            )
        }))
    }
}

/// How far `at` lies after `now`, both in microseconds.
fn seconds(at: i64, now: i64) -> i64 {
    at.saturating_sub(now).checked_div(1_000_000).unwrap_or_default()
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = match self.clock {
            ClockMode::Real => "real",
            ClockMode::Simulated { .. } => "simulated",
        };
        writeln!(f, "database  {}", self.database)?;
        writeln!(f, "keys      {}", self.keys)?;
        writeln!(f, "lock      {}", if self.writes { "held" } else { "not needed, read-only" })?;
        writeln!(f, "clock     {clock}, {}", self.now.to_rfc3339())?;
        writeln!(f, "head      {}", self.head)?;
        for register in &self.registers {
            writeln!(
                f,
                "register  {} v{} at {}",
                register.name, register.version, register.position
            )?;
        }
        for policy in &self.policies {
            writeln!(f, "policy    {} at {}", policy.name, policy.position)?;
        }
        writeln!(f, "waiting   {} commands, {} timers", self.waiting.open, self.waiting.timers)?;
        for problem in &self.problems {
            writeln!(f, "problem   {problem}")?;
        }
        for remark in &self.remarks {
            writeln!(f, "remark    {remark}")?;
        }
        Ok(())
    }
}
