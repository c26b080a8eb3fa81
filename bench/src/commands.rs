//! Commands in one process: the same tickets on both sides.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    Failed,
    counted::counted,
    cpu::{Began, Took},
    place::Store,
    sides::{Ours, Seen, Side},
    stock::Stock,
    told::{Told, median},
};

/// How long each measurement runs.
pub(crate) const SLICE: Duration = Duration::from_secs(3);
/// How often the two sides take turns.
const ROUNDS: u32 = 5;
/// How many commands a ticket lives.
const LIFE: u64 = 10;
/// More clients than these only wait for one another on the other side, with its pool of ten.
const MOST: u64 = 32;

/// What one side did in one turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    done: f64,
    took: Took,
    /// The 99th percentile of a command, in ms.
    p99: f64,
}

/// What is told of a turn.
type Figure = fn(&Turn) -> f64;

impl Turn {
    /// Commands a second.
    pub(crate) fn rate(&self) -> f64 {
        self.done / self.took.wall
    }
}

/// Both sides in turn with this many clients; the medians count.
pub(crate) async fn run(case: &str, store: Store, clients: u64, hot: bool) -> Result<Told, Failed> {
    let (mut ours, mut other) = (Vec::new(), Vec::new());
    let others = clients.min(MOST);
    for _ in 0..ROUNDS {
        other.push(turn::<Stock>(store, others, hot).await?);
        ours.push(turn::<Ours>(store, clients, hot).await?);
    }
    let told =
        compared(case, &ours, &other).against(format!("{}, {others} clients", store.stock()));
    let Some(server) = store.server()?.filter(|_| !hot) else { return Ok(told) };
    let (ours, other) =
        (counted::<Ours>(server, clients).await?, counted::<Stock>(server, others).await?);
    Ok(told.with("round_trips", ours.round_trips, other.round_trips).with(
        "flushes",
        ours.flushes,
        other.flushes,
    ))
}

/// Both sides in turn with clients who wait until a view shows what they did.
pub(crate) async fn seen(case: &str, store: Store, clients: u64) -> Result<Told, Failed> {
    let (mut ours, mut other) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        other.push(turn::<Stock>(store, clients, false).await?);
        ours.push(turn::<Seen>(store, clients, false).await?);
    }
    Ok(compared(case, &ours, &other).against(store.stock()))
}

/// One turn of a side, at a fresh place.
pub(crate) async fn turn<S: Side>(store: Store, clients: u64, hot: bool) -> Result<Turn, Failed> {
    let fresh = store.fresh()?;
    let side = S::open(&fresh.place).await?;
    let lives = side.clone();
    let turn = if hot {
        let all = Arc::<AtomicU64>::default();
        live(store, clients, move |_, _| {
            // One ticket at a time, whoever comes.
            let (side, n) = (lives.clone(), all.fetch_add(1, Ordering::Relaxed));
            async move { side.execute(&n.div_euclid(LIFE).to_string(), n.rem_euclid(LIFE)).await }
        })
        .await
    } else {
        live(store, clients, move |id, n| {
            let side = lives.clone();
            async move { side.execute(&id, n).await }
        })
        .await
    };
    side.close().await;
    turn
}

/// The medians of two sides, commands a second.
pub(crate) fn compared(case: &str, ours: &[Turn], other: &[Turn]) -> Told {
    let of = |turns: &[Turn], figure: Figure| median(turns.iter().map(figure));
    let both = |figure: Figure| (of(ours, figure), of(other, figure));
    let (us, them) = both(Turn::rate);
    let mut told = Told::new(case, "commands/s", us, them);
    let figures: [(&str, Figure); 3] = [
        ("p99_ms", |turn| turn.p99),
        ("cpu_us", |turn| (turn.took.cpu + turn.took.server) / turn.done * 1e6),
        ("cpu_server_us", |turn| turn.took.server / turn.done * 1e6),
    ];
    for (name, figure) in figures {
        let (us, them) = both(figure);
        if us.max(them) != 0.0 {
            told = told.with(name, us, them);
        }
    }
    told
}

/// `clients` that each live tickets one after another for a while.
pub(crate) async fn live<F, D>(store: Store, clients: u64, execute: F) -> Result<Turn, Failed>
where
    F: Fn(String, u64) -> D + Clone + Send + 'static,
    D: Future<Output = Result<(), Failed>> + Send,
{
    let began = Began::now(store.server()?)?;
    let started = Instant::now();
    let mut running = Vec::new();
    for client in 0..clients {
        let execute = execute.clone();
        running.push(tokio::spawn(async move {
            let (mut waits, mut life) = (Vec::new(), 0_u64);
            while started.elapsed() < SLICE {
                for number in 0..LIFE {
                    let asked = Instant::now();
                    execute(format!("{client}-{life}"), number).await?;
                    waits.push(asked.elapsed());
                }
                life = life.saturating_add(1);
            }
            Ok::<_, Failed>(waits)
        }));
    }
    let mut waits = Vec::new();
    for task in running {
        waits.extend(task.await??);
    }
    let took = began.took()?;
    waits.sort();
    let late = waits.get(waits.len().saturating_mul(99).div_euclid(100)).copied();
    let p99 = late.unwrap_or_default().as_secs_f64() * 1e3;
    Ok(Turn { done: f64::from(u32::try_from(waits.len())?), took, p99 })
}
