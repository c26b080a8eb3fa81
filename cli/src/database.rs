//! Opening a database with everything that runs on it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use fugong_core::{LogId, Position};
use fugong_domain::{
    Act, Ask, Principal, UnitCode, codes::Role, credit::Credit, enterprise::Enterprise,
    inspection::Inspection, officer::Officer, plan::Plan, policies, posting::Posting,
    rectification::Rectification, regime::Regime, registers, resumption::Resumption, task::Task,
};
use fugong_engine::{Builder, ClockMode, Engine, Log, Options, Order};
use fugong_fixtures::data;

use crate::{args::Database, failure::Failure};

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// To write; created if absent, with a real clock.
    Write,
    /// To write; created if absent, with a clock that stands at this instant.
    Simulated(DateTime<Utc>, u64),
    /// To read only; never created, also beside a process that writes.
    Read,
}

/// Opens a database, creates and migrates it where that is wanted, and gives a fresh log the
/// district's units, rules, calendars and codes.
pub(crate) async fn open(database: &Database, access: Access) -> Result<Log, Failure> {
    let mut options = Options::new(path(&database.db)?, LogId(data::DISTRICT));
    options.keys.clone_from(&database.keys);
    options.create = access != Access::Read;
    options.read_only = access == Access::Read;
    if let Access::Simulated(start, seed) = access {
        options.clock = ClockMode::Simulated { start, seed };
    }
    let log = engine().open(options).await?;
    if log.head() == Position::START && access != Access::Read {
        publish(&log).await?;
    }
    Ok(log)
}

/// Everything that runs on a district's log.
fn engine() -> Builder {
    let mut builder = Engine::builder()
        .aggregate::<Enterprise>(())
        .aggregate::<Resumption>(())
        .aggregate::<Plan>(())
        .aggregate::<Posting>(())
        .aggregate::<Officer>(())
        .aggregate::<Inspection>(())
        .aggregate::<Rectification>(())
        .aggregate::<Credit>(())
        .aggregate::<Task>(())
        .aggregate::<Regime>(())
        .acts::<Act>();
    for register in registers::all() {
        builder = builder.register(register);
    }
    for policy in policies() {
        builder = builder.policy(policy.into());
    }
    builder
}

/// The file that `--db` names.
pub(crate) fn path(db: &str) -> Result<PathBuf, Failure> {
    if db.starts_with("postgres:") || db.starts_with("postgresql:") {
        return Err(Failure::Usage(
            "this version keeps its data in SQLite; name a file, such as --db fugong.db".to_owned(),
        ));
    }
    let file = db.strip_prefix("sqlite:").unwrap_or(db);
    let file = file.strip_prefix("//").unwrap_or(file);
    if file.is_empty() {
        return Err(Failure::Usage("--db needs a file, such as --db fugong.db".to_owned()));
    }
    Ok(Path::new(file).to_path_buf())
}

/// Publishes what a district starts from, each with an id of its own, so that an interrupted
/// beginning goes on where it stopped.
async fn publish(log: &Log) -> Result<(), Failure> {
    let unit: UnitCode =
        "eic".parse().map_err(|_| Failure::Unavailable("the unit eic is unknown".to_owned()))?;
    for (n, command) in data::district()?.into_iter().enumerate() {
        let act = Act {
            by: Principal {
                actor: "system:opening".to_owned(),
                unit: unit.clone(),
                role: Role::System,
            },
            on_behalf_of: None,
            authority: None,
            note: None,
            occurred: None,
            ask: Ask::Regime(command),
        };
        publish_one(log, &act, n).await?;
    }
    log.settle().await?;
    Ok(())
}

async fn publish_one(log: &Log, act: &Act, n: usize) -> Result<(), Failure> {
    let order = Order {
        command_id: format!("opening/{n}"),
        fingerprint: log.fingerprint(act.ask.name().as_bytes()),
        keep_no_op: true,
        ..Order::default()
    };
    log.act(act, order).await?;
    Ok(())
}
