//! What Fugong costs against stock cqrs-es, measured alternately in one run.
//!
//! `cargo run --release -p fugong-bench -- CASE…` prints a JSON line for each case; without a name
//! it runs them all. Absolute times on a shared machine move a lot: read the ratios, and the
//! processor time a command takes.

mod commands;
mod cpu;
mod http;
mod million;
mod rebuild;
mod sides;
mod ticket;

use serde::Serialize;

/// The cases, by name.
const CASES: &[&str] = &[
    "commands-sqlite-1",
    "commands-sqlite-8",
    "commands-sqlite-32",
    "http-sqlite-1",
    "http-sqlite-8",
    "http-sqlite-32",
    "rebuild-sqlite",
    "serve-million",
];

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

impl From<tokio::task::JoinError> for Failed {
    fn from(error: tokio::task::JoinError) -> Self {
        Self(error.to_string())
    }
}

/// What a case measured: ours, the other side's, and ours through the other's.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    case: String,
    /// What is counted.
    unit: &'static str,
    ours: f64,
    other: f64,
    ratio: f64,
    /// Processor time of the whole process, client included, in µs for one of the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<Cpu>,
    /// What the other side is.
    against: &'static str,
}

/// Processor time on both sides.
#[derive(Debug, Serialize)]
pub(crate) struct Cpu {
    ours: f64,
    other: f64,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = named.iter().find(|name| !CASES.contains(&name.as_str())) {
        return Err(Failed(format!("there is no case {unknown}; there are {}", CASES.join(", "))));
    }
    let all = || CASES.iter().map(|name| (*name).to_owned()).collect();
    for case in if named.is_empty() { all() } else { named } {
        run(&case).await?;
    }
    Ok(())
}

async fn run(case: &str) -> Result<(), Failed> {
    let clients = case.rsplit('-').next().and_then(|number| number.parse().ok());
    match (case.split('-').next(), clients) {
        (Some("commands"), Some(clients)) => say(&commands::run(case, clients).await?),
        (Some("http"), Some(clients)) => say(&http::run(case, clients).await?),
        (Some("rebuild"), _) => say(&rebuild::run(case).await?),
        _ => say(&million::run(case).await?),
    }
}

fn say(measured: &impl Serialize) -> Result<(), Failed> {
    let line = serde_json::to_string(measured).map_err(|error| Failed(error.to_string()))?;
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    {
        println!("{line}");
    }
    Ok(())
}

/// The one in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len().div_euclid(2)).copied().unwrap_or_default()
}
