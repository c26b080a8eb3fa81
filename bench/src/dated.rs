//! The rows of a register dated back into a log of a million events: how soon they are there, and
//! how much the store keeps for it.

use std::time::Instant;

use serde::Serialize;

use fugong_core::Position;

use crate::{
    Failed, bare,
    place::Store,
    replay,
    sides::{Ours, Side as _},
};

/// How many positions are asked for.
const ASKED: u64 = 200;
/// They lie so far apart, round the log again and again, so that what was asked before is of no use.
const STRIDE: u64 = 618_033;

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Dated {
    case: String,
    events: u64,
    /// How many rows the register has at the end.
    rows: usize,
    median_ms: f64,
    p99_ms: f64,
    worst_ms: f64,
    /// Without anything kept: the fold from the first event to the last.
    unkept_ms: f64,
    /// What is kept for it, and the whole database, in MiB.
    kept_mib: f64,
    database_mib: f64,
}

pub(crate) async fn run(case: &str, store: Store) -> Result<Dated, Failed> {
    let fresh = replay::fill_ours(store).await?;
    let ours = Ours::open(&fresh.place).await?;
    ours.0.rebuild("counts").await?;
    let events = ours.0.head().0;
    let mut times = Vec::new();
    for n in 1..=ASKED {
        let at = n.saturating_mul(STRIDE).rem_euclid(events.max(1));
        let began = Instant::now();
        ours.0.rows("counts", Some(Position(at))).await?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let rows = ours.0.rows("counts", None).await?.rows.held();
    ours.close().await;
    let kept_mib = bare::kept(&fresh.place)?;
    let database_mib = bare::size(&fresh.place)?;
    bare::forget(&fresh.place)?;
    let ours = Ours::open(&fresh.place).await?;
    let began = Instant::now();
    ours.0.rows("counts", Some(ours.0.head())).await?;
    let unkept_ms = (began.elapsed().as_secs_f64() * 1e3).round();
    ours.close().await;
    times.sort_by(f64::total_cmp);
    let at = |part: usize| {
        let index = times.len().saturating_mul(part).div_euclid(100);
        times.get(index).copied().unwrap_or_default().round()
    };
    Ok(Dated {
        case: case.to_owned(),
        events,
        rows,
        median_ms: at(50),
        p99_ms: at(99),
        worst_ms: times.last().copied().unwrap_or_default().round(),
        unkept_ms,
        kept_mib,
        database_mib,
    })
}
