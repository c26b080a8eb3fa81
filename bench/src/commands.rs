//! Commands in one process: the same tickets on both sides.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use crate::{
    Cpu, Failed, Measured,
    cpu::{Began, Took},
    median,
    sides::{Ours, Stock},
};

/// How long each measurement runs.
const SLICE: Duration = Duration::from_secs(3);
/// How often the two sides take turns.
const ROUNDS: u32 = 5;

/// What one side did in one turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    done: f64,
    took: Took,
}

/// Both sides in turn with this many clients; the medians count.
pub(crate) async fn run(case: &str, clients: u64) -> Result<Measured, Failed> {
    let (mut stock, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        let side = Stock::open(folder.path()).await?;
        stock.push(
            live(clients, move |id, n| {
                let side = side.clone();
                async move { side.execute(&id, n).await }
            })
            .await?,
        );
        let folder = tempfile::tempdir()?;
        let side = Ours::open(folder.path()).await?;
        let log = side.clone();
        ours.push(
            live(clients, move |id, n| {
                let side = side.clone();
                async move { side.execute(&id, n).await }
            })
            .await?,
        );
        log.0.close().await;
    }
    Ok(compared(case, &ours, &stock, "cqrs-es 0.5 with sqlite-es, synchronous=NORMAL"))
}

/// The medians of two sides, commands a second.
pub(crate) fn compared(
    case: &str,
    ours: &[Turn],
    other: &[Turn],
    against: &'static str,
) -> Measured {
    let rate = |turns: &[Turn]| median(turns.iter().map(|it| it.done / it.took.wall).collect());
    let cost = |turns: &[Turn]| median(turns.iter().map(|it| it.took.cpu / it.done).collect());
    let micros = |turns: &[Turn]| (cost(turns) * 1e7).round() / 10.0;
    let (us, them) = (rate(ours), rate(other));
    Measured {
        case: case.to_owned(),
        unit: "commands/s",
        ours: us.round(),
        other: them.round(),
        ratio: (us / them * 100.0).round() / 100.0,
        cpu: Some(Cpu { ours: micros(ours), other: micros(other) }),
        against,
    }
}

/// `clients` that each live tickets one after another for a while.
pub(crate) async fn live<F, D>(clients: u64, execute: F) -> Result<Turn, Failed>
where
    F: Fn(String, u64) -> D + Clone + Send + 'static,
    D: Future<Output = Result<(), Failed>> + Send,
{
    let began = Began::now()?;
    let started = Instant::now();
    let mut running = Vec::new();
    for client in 0..clients {
        let execute = execute.clone();
        running.push(tokio::spawn(async move {
            let (mut done, mut life) = (0_u32, 0_u64);
            while started.elapsed() < SLICE {
                for number in 0..10 {
                    execute(format!("{client}-{life}"), number).await?;
                    done = done.saturating_add(1);
                }
                life = life.saturating_add(1);
            }
            Ok::<u32, Failed>(done)
        }));
    }
    let mut done = 0.0;
    for task in running {
        done += f64::from(task.await??);
    }
    Ok(Turn { done, took: began.took()? })
}
