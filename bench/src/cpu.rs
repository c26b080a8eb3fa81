//! The processor time of this process: unlike the time on the wall it repeats on a busy machine.

use std::time::Instant;

use crate::Failed;

/// Ticks a second in `/proc`, on every Linux that we know.
const TICKS: f64 = 100.0;

/// Began to measure.
#[derive(Debug)]
pub(crate) struct Began {
    at: Instant,
    ticks: f64,
}

/// What it took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

impl Began {
    pub(crate) fn now() -> Result<Self, Failed> {
        Ok(Self { at: Instant::now(), ticks: ticks()? })
    }

    /// Seconds since then.
    pub(crate) fn took(&self) -> Result<Took, Failed> {
        let cpu = (ticks()? - self.ticks) / TICKS;
        Ok(Took { wall: self.at.elapsed().as_secs_f64(), cpu })
    }
}

/// User and system time of all threads, ended ones included.
fn ticks() -> Result<f64, Failed> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program stands in brackets and may hold anything.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    Ok(fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum())
}
