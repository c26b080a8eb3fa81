//! A log of jars on a database of its own.

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use fugong_engine::{
    Builder, ClockMode, Filter, Log, Options, Order, Receipt,
    core::{LogId, Policy, Position, Recorded, Register},
};
use tempfile::{TempDir, tempdir};

use crate::jars::{Ask, Command, Jar, TooFew};

pub(crate) type Error = fugong_engine::Error<TooFew>;

/// A folder with a database and its keys.
pub(crate) struct Kitchen {
    folder: TempDir,
    clock: ClockMode,
}

/// What runs on the log.
#[derive(Clone, Default)]
pub(crate) struct Setup {
    registers: Vec<Arc<dyn Register>>,
    policies: Vec<Arc<dyn Policy>>,
    without_acts: bool,
}

impl Setup {
    pub(crate) fn register(mut self, register: impl Register + 'static) -> Self {
        self.registers.push(Arc::new(register));
        self
    }

    pub(crate) fn policy(mut self, policy: impl Policy + 'static) -> Self {
        self.policies.push(Arc::new(policy));
        self
    }

    /// Intents cannot be carried out.
    pub(crate) fn without_acts(mut self) -> Self {
        self.without_acts = true;
        self
    }
}

/// Where the simulated clock stands first.
pub(crate) fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_582_680_600, 0).unwrap()
}

pub(crate) fn minutes(n: i64) -> DateTime<Utc> {
    morning() + Duration::minutes(n)
}

impl Kitchen {
    /// One with a simulated clock.
    pub(crate) fn new() -> Self {
        Self::seeded(7)
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        let clock = ClockMode::Simulated { start: morning(), seed };
        Self { folder: tempdir().unwrap(), clock }
    }

    /// One with the system's clock.
    pub(crate) fn real() -> Self {
        Self { folder: tempdir().unwrap(), clock: ClockMode::Real }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("jars.db")
    }

    pub(crate) async fn open(&self, setup: &Setup) -> Log {
        self.open_as(setup, false).await
    }

    /// Beside the process that writes.
    pub(crate) async fn open_to_read(&self, setup: &Setup) -> Log {
        self.open_as(setup, true).await
    }

    async fn open_as(&self, setup: &Setup, read_only: bool) -> Log {
        let mut builder = Builder::new().aggregate::<Jar>(());
        if !setup.without_acts {
            builder = builder.acts::<Ask>();
        }
        for register in &setup.registers {
            builder = builder.register(Arc::clone(register));
        }
        for policy in &setup.policies {
            builder = builder.policy(Arc::clone(policy));
        }
        let options =
            Options { clock: self.clock, read_only, ..Options::new(self.database(), LogId(7)) };
        builder.open(options).await.unwrap()
    }
}

/// Carries out one command under an id.
pub(crate) async fn ask(
    log: &Log,
    id: &str,
    jar: &str,
    command: Command,
) -> Result<Receipt, Error> {
    let order = Order { command_id: id.to_owned(), keep_no_op: true, ..Order::default() };
    log.act(&Ask::new(jar, command), order).await
}

/// Every event of the log.
pub(crate) async fn events(log: &Log) -> Vec<Recorded> {
    let events = log.events(Position::START, 1_000_000, &Filter::default()).await;
    events.unwrap()
}

/// How many beans are in a jar.
pub(crate) async fn beans(log: &Log, jar: &str) -> u64 {
    log.read::<Jar, _>(jar, |jar, _| jar.beans).await.unwrap()
}
