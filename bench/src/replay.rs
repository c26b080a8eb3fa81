//! Every event of a log once more: into a register's rows, against cqrs-es' own replay of a view
//! and against what the store gives if nobody looks at it.
//!
//! Each turn is a process of its own, so that its memory is its own too.

use std::{env, future::Future, process::Stdio, time::Instant};

use serde::{Deserialize, Serialize};
use tokio::{process::Command, sync::OnceCell};

use crate::{
    Failed, bare,
    place::{Fresh, Place, Store},
    sides::{Ours, Side},
    stock::Stock,
    told::{Told, median, say},
};

/// How many commands are given first: 16 events come of 10, a million in all.
const COMMANDS: u64 = 625_000;
const LIFE: u64 = 10;
const CLIENTS: u64 = 256;
const ROUNDS: u32 = 3;

/// Who reads the log in a turn, and what he makes of it.
#[derive(Debug, Clone, Copy)]
enum Reader {
    /// A register's rows, as they are after the last event.
    Replay,
    /// A register, compared with the one that stands.
    Rebuild,
    /// cqrs-es.
    Stock,
    /// Nothing at all.
    Bare,
}

/// What a turn says of itself.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Turn {
    events: u64,
    seconds: f64,
    /// The most memory that its process had, in MiB.
    peak_mib: f64,
}

impl Turn {
    fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.events).unwrap_or(u32::MAX)) / self.seconds
    }
}

pub(crate) async fn replay(case: &str, store: Store) -> Result<Told, Failed> {
    run(case, store, Reader::Replay).await
}

pub(crate) async fn rebuild(case: &str, store: Store) -> Result<Told, Failed> {
    run(case, store, Reader::Rebuild).await
}

async fn run(case: &str, store: Store, reader: Reader) -> Result<Told, Failed> {
    let Filled { ours: log, stock } = filled(store).await?;
    let (mut ours, mut other, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        other.push(turn(Reader::Stock, &stock.place).await?);
        ours.push(turn(reader, &log.place).await?);
        bare.push(turn(Reader::Bare, &log.place).await?);
    }
    let rate = |turns: &[Turn]| median(turns.iter().map(Turn::rate));
    let peak = |turns: &[Turn]| median(turns.iter().map(|turn| turn.peak_mib));
    Ok(Told::new(case, "events/s", rate(&ours), rate(&other))
        .with("peak_mib", peak(&ours), peak(&other))
        .with("against_bare_read", rate(&ours) / rate(&bare), rate(&other) / rate(&bare))
        .against("cqrs-es 0.5 QueryReplay into rows in memory"))
}

/// A million events, on both sides.
#[derive(Debug)]
struct Filled {
    ours: Fresh,
    stock: Fresh,
}

/// Made once for all cases of a run.
async fn filled(store: Store) -> Result<&'static Filled, Failed> {
    static SQLITE: OnceCell<Filled> = OnceCell::const_new();
    static POSTGRES: OnceCell<Filled> = OnceCell::const_new();
    let kept = match store {
        Store::Sqlite => &SQLITE,
        Store::Postgres => &POSTGRES,
    };
    kept.get_or_try_init(|| fill(store)).await
}

async fn fill(store: Store) -> Result<Filled, Failed> {
    let filled = Filled { ours: fill_ours(store).await?, stock: store.fresh()? };
    let ours = Ours::open(&filled.ours.place).await?;
    let view = ours.0.events_view();
    ours.close().await;
    Stock::open(&filled.stock.place).await?.close().await;
    bare::copy(&filled.ours.place, &view, &filled.stock.place)?;
    Ok(filled)
}

/// A million events on our side.
pub(crate) async fn fill_ours(store: Store) -> Result<Fresh, Failed> {
    let filled = store.fresh()?;
    let ours = Ours::open(&filled.place).await?;
    let mut running = Vec::new();
    for client in 0..CLIENTS {
        let ours = ours.clone();
        running.push(tokio::spawn(async move {
            for n in 0..COMMANDS.div_euclid(CLIENTS) {
                let id = format!("{client}-{}", n.div_euclid(LIFE));
                ours.execute(&id, n.rem_euclid(LIFE)).await?;
            }
            Ok::<(), Failed>(())
        }));
    }
    for task in running {
        task.await??;
    }
    ours.0.settle().await?;
    ours.close().await;
    Ok(filled)
}

/// Runs this program again, for one turn.
async fn turn(reader: Reader, place: &Place) -> Result<Turn, Failed> {
    let mut child = Command::new(env::current_exe()?);
    child.args([TURN, reader.name()]).arg(&place.folder).args(&place.database);
    let told = child.stderr(Stdio::inherit()).output().await?;
    if !told.status.success() {
        return Err(Failed(format!("a turn of {} failed: {}", reader.name(), told.status)));
    }
    Ok(serde_json::from_slice(&told.stdout)?)
}

/// What the program is called with for a turn.
pub(crate) const TURN: &str = "turn";

/// Takes the turn that the arguments tell of: who reads, the folder, the database if there is one.
pub(crate) async fn take_turn(arguments: &[String]) -> Result<(), Failed> {
    let [name, folder, database @ ..] = arguments else {
        return Err(Failed("a turn is called by this program only".to_owned()));
    };
    let place = Place { folder: folder.into(), database: database.first().cloned() };
    let all = [Reader::Replay, Reader::Rebuild, Reader::Stock, Reader::Bare];
    let reader = all.into_iter().find(|reader| name == reader.name());
    let turn = match reader {
        Some(Reader::Replay) => {
            let ours = Ours::open_without_past(&place).await?;
            timed(async { Ok(ours.0.rows("counts", Some(ours.0.head())).await?.position.0) }).await
        }
        Some(Reader::Rebuild) => {
            let ours = Ours::open(&place).await?;
            timed(async { Ok(ours.0.rebuild("counts").await?.events) }).await
        }
        Some(Reader::Stock) => {
            let stock = Stock::open(&place).await?;
            timed(stock.replay()).await
        }
        Some(Reader::Bare) => timed(async { bare::read(&place) }).await,
        None => return Err(Failed("there is no such reader".to_owned())),
    };
    say(&turn?)
}

async fn timed(read: impl Future<Output = Result<u64, Failed>>) -> Result<Turn, Failed> {
    let began = Instant::now();
    let events = read.await?;
    let seconds = began.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(Turn { events, seconds, peak_mib: kib.unwrap_or_default() / 1024.0 })
}

impl Reader {
    const fn name(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Rebuild => "rebuild",
            Self::Stock => "stock",
            Self::Bare => "bare",
        }
    }
}
