//! Folding a register afresh, against cqrs-es' own replay of a view over as many events.

use std::sync::Arc;

use crate::{
    Failed, Measured,
    cpu::Began,
    median,
    sides::{Ours, Stock},
};

/// How many commands are given first; 16 events come of 10.
const COMMANDS: u64 = 62_500;
const CLIENTS: u64 = 32;
const ROUNDS: u32 = 3;

pub(crate) async fn run(case: &str) -> Result<Measured, Failed> {
    let (ours_folder, stock_folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let ours = Ours::open(ours_folder.path()).await?;
    let filled = ours.clone();
    fill(move |id, n| {
        let ours = filled.clone();
        async move { ours.execute(&id, n).await }
    })
    .await?;
    let stock = Stock::open(stock_folder.path()).await?;
    let filled = stock.clone();
    fill(move |id, n| {
        let stock = filled.clone();
        async move { stock.execute(&id, n).await }
    })
    .await?;
    let (mut us, mut them) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Began::now()?;
        let rebuilt = ours.0.rebuild("counts").await.map_err(|error| Failed(error.to_string()))?;
        let events = u32::try_from(rebuilt.events).map_err(|error| Failed(error.to_string()))?;
        us.push(f64::from(events) / began.took()?.wall);
        let began = Began::now()?;
        let events = u32::try_from(stock.replay().await?).map_err(|e| Failed(e.to_string()))?;
        them.push(f64::from(events) / began.took()?.wall);
    }
    ours.0.close().await;
    let (us, them) = (median(us), median(them));
    Ok(Measured {
        case: case.to_owned(),
        unit: "events/s",
        ours: us.round(),
        other: them.round(),
        ratio: (us / them * 100.0).round() / 100.0,
        cpu: None,
        against: "cqrs-es 0.5 QueryReplay over sqlite-es into a counter in memory",
    })
}

async fn fill<F, D>(execute: F) -> Result<(), Failed>
where
    F: Fn(String, u64) -> D + Send + Sync + 'static,
    D: Future<Output = Result<(), Failed>> + Send + 'static,
{
    let execute = Arc::new(execute);
    let mut running = Vec::new();
    for client in 0..CLIENTS {
        let execute = Arc::clone(&execute);
        running.push(tokio::spawn(async move {
            for n in 0..COMMANDS.div_euclid(CLIENTS) {
                execute(format!("{client}-{}", n.div_euclid(10)), n.rem_euclid(10)).await?;
            }
            Ok::<(), Failed>(())
        }));
    }
    for task in running {
        task.await??;
    }
    Ok(())
}
