//! What the engine costs against stock cqrs-es, measured alternately in one run.
//!
//! `cargo run --release -p fugong-bench` prints a table for docs/performance.md. Absolute times
//! on a shared machine move a lot: read the ratios.

mod sides;
mod ticket;

use std::{
    future::Future,
    path::Path,
    time::{Duration, Instant},
};

use sides::{Ours, Stock};

/// How long each measurement runs.
const SLICE: Duration = Duration::from_secs(3);
/// How often the two sides take turns.
const ROUNDS: u32 = 3;

/// Something went wrong, so nothing was measured.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failed(pub(crate) String);

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    say("| commands/s, in-process | stock sqlite-es | fugong | ratio |");
    say("|---|---|---|---|");
    for clients in [1, 8, 32] {
        compare(clients).await?;
    }
    rebuild().await
}

/// Both sides in turn with this many clients; the median of the rounds is printed.
async fn compare(clients: u64) -> Result<(), Failed> {
    let (mut stock, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        let side = Stock::open(folder.path()).await?;
        stock.push(
            rate(clients, move |id, n| {
                let side = side.clone();
                async move { side.execute(&id, n).await }
            })
            .await?,
        );
        let folder = tempfile::tempdir()?;
        let side = Ours::open(folder.path()).await?;
        let log = side.clone();
        ours.push(
            rate(clients, move |id, n| {
                let side = side.clone();
                async move { side.execute(&id, n).await }
            })
            .await?,
        );
        log.0.close().await;
    }
    let (stock, ours) = (median(stock), median(ours));
    say(&format!("| {clients} clients | {stock:.0} | {ours:.0} | {:.1} |", ours / stock));
    Ok(())
}

/// Commands per second of `clients` that each live tickets one after another.
async fn rate<F, D>(clients: u64, execute: F) -> Result<f64, Failed>
where
    F: Fn(String, u64) -> D + Clone + Send + 'static,
    D: Future<Output = Result<(), Failed>> + Send,
{
    let started = Instant::now();
    let mut running = Vec::new();
    for client in 0..clients {
        let execute = execute.clone();
        running.push(tokio::spawn(async move {
            let mut done = 0_u32;
            let mut life = 0_u64;
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
    let mut total = 0.0;
    for task in running {
        total += f64::from(task.await.map_err(|error| Failed(error.to_string()))??);
    }
    Ok(total / started.elapsed().as_secs_f64())
}

/// How fast a register is folded afresh.
async fn rebuild() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let ours = Ours::open(folder.path()).await?;
    fill(&ours, 20_000).await?;
    let started = Instant::now();
    let rebuilt = ours.0.rebuild("counts").await.map_err(|error| Failed(error.to_string()))?;
    let events = u32::try_from(rebuilt.events).map_err(|error| Failed(error.to_string()))?;
    let rate = f64::from(events) / started.elapsed().as_secs_f64();
    say(&format!("\nrebuild of a register: {events} events, {rate:.0} events/s"));
    ours.0.close().await;
    size(folder.path())
}

async fn fill(ours: &Ours, commands: u64) -> Result<(), Failed> {
    let mut running = Vec::new();
    for client in 0..32_u64 {
        let ours = ours.clone();
        running.push(tokio::spawn(async move {
            for n in 0..commands.div_euclid(32) {
                ours.execute(&format!("{client}-{}", n.div_euclid(10)), n.rem_euclid(10)).await?;
            }
            Ok::<(), Failed>(())
        }));
    }
    for task in running {
        task.await.map_err(|error| Failed(error.to_string()))??;
    }
    Ok(())
}

fn size(folder: &Path) -> Result<(), Failed> {
    let bytes = std::fs::metadata(folder.join("ours.db"))?.len();
    say(&format!("database file: {} MiB", bytes.div_euclid(1 << 20)));
    Ok(())
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len().div_euclid(2)).copied().unwrap_or_default()
}

fn say(line: &str) {
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    {
        println!("{line}");
    }
}
