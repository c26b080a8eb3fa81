//! How far the registers, or the checkpoints, are behind while many clients give commands.

use std::{collections::VecDeque, time::Duration};

use chrono::Utc;
use serde::Serialize;
use tokio::{
    task::JoinHandle,
    time::{Instant, interval},
};

use crate::{
    Failed,
    commands::{SLICE, live},
    place::Store,
    sides::{Ours, Sealed, Side},
};

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(5);

/// What is told: nothing stands against it.
#[derive(Debug, Serialize)]
pub(crate) struct Lag<'a> {
    case: &'a str,
    unit: &'static str,
    /// The 99th percentile of how long ago the oldest event was recorded that is in none of them yet.
    p99: f64,
    longest: f64,
    looks: usize,
    /// Commands a second meanwhile.
    commands: f64,
}

/// Looks at the registers again and again while so many clients give commands.
pub(crate) async fn registers(case: &str, store: Store, clients: u64) -> Result<Lag<'_>, Failed> {
    let fresh = store.fresh()?;
    let side = Ours::open(&fresh.place).await?;
    let log = side.0.clone();
    let looking = tokio::spawn(async move {
        let (mut lags, mut ticks) = (Vec::new(), interval(EVERY));
        let began = Instant::now();
        while began.elapsed() < SLICE {
            ticks.tick().await;
            let status = log.register_status().await;
            let since = status.into_iter().filter_map(|it| it.waiting_since).min();
            lags.push(since.map_or(Duration::ZERO, |since| {
                Utc::now().signed_duration_since(since).to_std().unwrap_or_default()
            }));
        }
        Ok(lags)
    });
    told(case, side, (store, clients), looking).await
}

/// Looks at the last checkpoint again and again meanwhile.
pub(crate) async fn seals(case: &str, store: Store, clients: u64) -> Result<Lag<'_>, Failed> {
    let fresh = store.fresh()?;
    let side = Sealed::open(&fresh.place).await?;
    let log = side.log().clone();
    let looking = tokio::spawn(async move {
        let (mut lags, mut ticks) = (Vec::new(), interval(EVERY));
        // When the log was first seen to be so long.
        let mut seen: VecDeque<(Instant, u64)> = VecDeque::new();
        let began = Instant::now();
        while began.elapsed() < SLICE {
            ticks.tick().await;
            seen.push_back((Instant::now(), log.head().0));
            let note = log.checkpoint().await?.unwrap_or_default();
            let sealed = note.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0_u64);
            while seen.front().is_some_and(|(_, head)| *head <= sealed) {
                seen.pop_front();
            }
            lags.push(seen.front().map_or(Duration::ZERO, |(since, _)| since.elapsed()));
        }
        Ok(lags)
    });
    told(case, side, (store, clients), looking).await
}

async fn told<S: Side>(
    case: &str,
    side: S,
    (store, clients): (Store, u64),
    looking: JoinHandle<Result<Vec<Duration>, Failed>>,
) -> Result<Lag<'_>, Failed> {
    let giving = side.clone();
    let turn = live(store, clients, move |id, number| {
        let side = giving.clone();
        async move { side.execute(&id, number).await }
    })
    .await?;
    let mut lags = looking.await??;
    side.close().await;
    lags.sort();
    let at = lags.len().saturating_mul(99).div_euclid(100);
    let (p99, longest) = (lags.get(at).copied(), lags.last().copied());
    let round =
        |lag: Option<Duration>| (lag.unwrap_or_default().as_secs_f64() * 10_000.0).round() / 10.0;
    Ok(Lag {
        case,
        unit: "ms",
        p99: round(p99),
        longest: round(longest),
        looks: lags.len(),
        commands: turn.rate().round(),
    })
}
