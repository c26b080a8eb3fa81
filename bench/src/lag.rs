//! How far the registers are behind while many clients give commands.

use std::time::Duration;

use chrono::Utc;
use serde::Serialize;
use tokio::time::{Instant, interval};

use crate::{
    Failed,
    commands::{SLICE, live},
    place::Store,
    sides::{Ours, Side},
};

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(5);

/// What is told: nothing stands against it.
#[derive(Debug, Serialize)]
pub(crate) struct Lag<'a> {
    case: &'a str,
    unit: &'static str,
    /// The 99th percentile of how long ago the oldest event was recorded that is in no row yet.
    p99: f64,
    longest: f64,
    looks: usize,
    /// Commands a second meanwhile.
    commands: f64,
}

/// Looks again and again while so many clients give commands.
pub(crate) async fn run(case: &str, store: Store, clients: u64) -> Result<Lag<'_>, Failed> {
    let fresh = store.fresh()?;
    let side = Ours::open(&fresh.place).await?;
    let (log, giving) = (side.0.clone(), side.clone());
    let looking = tokio::spawn(async move {
        let (mut lags, mut ticks) = (Vec::new(), interval(EVERY));
        let began = Instant::now();
        while began.elapsed() < SLICE {
            ticks.tick().await;
            let status = log.register_status().await;
            let since = status.into_iter().filter_map(|it| it.waiting_since).min();
            let lag = since.map_or(Duration::ZERO, |since| {
                Utc::now().signed_duration_since(since).to_std().unwrap_or_default()
            });
            lags.push(lag.as_secs_f64() * 1e3);
        }
        lags
    });
    let turn = live(store, clients, move |id, number| {
        let side = giving.clone();
        async move { side.execute(&id, number).await }
    })
    .await?;
    let mut lags = looking.await?;
    side.close().await;
    lags.sort_by(f64::total_cmp);
    let at = lags.len().saturating_mul(99).div_euclid(100);
    let (p99, longest) = (lags.get(at).copied(), lags.last().copied());
    let round = |ms: Option<f64>| (ms.unwrap_or_default() * 10.0).round() / 10.0;
    Ok(Lag {
        case,
        unit: "ms",
        p99: round(p99),
        longest: round(longest),
        looks: lags.len(),
        commands: turn.rate().round(),
    })
}
