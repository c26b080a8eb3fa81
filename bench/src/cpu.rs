//! Processor time, of this process and of the server: unlike the time on the wall it repeats on a
//! busy machine.

use std::time::Instant;

use fugong_cluster::Cluster;

use crate::Failed;

/// Ticks a second in `/proc`, on every Linux that we know.
const TICKS: f64 = 100.0;

/// Began to measure.
#[derive(Debug)]
pub(crate) struct Began {
    at: Instant,
    ticks: f64,
    server: Option<(&'static Cluster, f64)>,
}

/// What it took, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) wall: f64,
    /// This process, clients included.
    pub(crate) cpu: f64,
    /// The server's processes, where there is one.
    pub(crate) server: f64,
}

impl Began {
    pub(crate) fn now(server: Option<&'static Cluster>) -> Result<Self, Failed> {
        let server = match server {
            Some(server) => Some((server, server.processor_time()?.as_secs_f64())),
            None => None,
        };
        Ok(Self { at: Instant::now(), ticks: ticks()?, server })
    }

    /// Since then.
    pub(crate) fn took(&self) -> Result<Took, Failed> {
        let wall = self.at.elapsed().as_secs_f64();
        let server = match self.server {
            Some((server, before)) => server.processor_time()?.as_secs_f64() - before,
            None => 0.0,
        };
        Ok(Took { wall, cpu: (ticks()? - self.ticks) / TICKS, server })
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
