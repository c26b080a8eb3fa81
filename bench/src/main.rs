//! What Fugong costs against stock cqrs-es, measured alternately in one run.
//!
//! `cargo run --release -p fugong-bench -- CASE…` prints a JSON line for each case; without a name
//! it runs them all. Absolute times on a shared machine move a lot: read the ratios, and the
//! processor time a command takes.

mod cases;

mod append;
mod commands;
mod dated;
mod http;
mod lag;
mod million;
mod replay;
mod reports;
mod sealed;
mod served;

mod bare;
mod counted;
mod cpu;
mod pages;
mod place;
mod sides;
mod stock;
mod ticket;
mod told;

use std::fmt;

use cases::{Case, NAMES};
use told::say;

/// Something went wrong, so nothing was measured.
pub(crate) struct Failed(pub(crate) String);

/// This is what `main` shows.
impl fmt::Debug for Failed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

/// Whatever else goes wrong is told and ends the run.
impl<E: std::error::Error> From<E> for Failed {
    fn from(error: E) -> Self {
        // Some say only "db error", and leave the rest to their source.
        let source = error.source().map(|source| format!(": {source}"));
        Self(format!("{error}{}", source.unwrap_or_default()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    if let Some((replay::TURN, turn)) = named.split_first().map(|(name, turn)| (&**name, turn)) {
        return replay::take_turn(turn).await;
    }
    let all = || NAMES.iter().map(|name| (*name).to_owned()).collect();
    let named = if named.is_empty() { all() } else { named };
    let cases: Result<Vec<Case>, Failed> = named.iter().map(|name| name.parse()).collect();
    for (name, case) in named.iter().zip(cases?) {
        run(name, case).await?;
    }
    Ok(())
}

async fn run(name: &str, case: Case) -> Result<(), Failed> {
    match case {
        Case::Commands { store, clients, hot } => {
            say(&commands::run(name, store, clients, hot).await?)
        }
        Case::Seen { store, clients } => say(&commands::seen(name, store, clients).await?),
        Case::Lag { store, clients } => say(&lag::registers(name, store, clients).await?),
        Case::SealedLag { store, clients } => say(&lag::seals(name, store, clients).await?),
        Case::Append(store) => say(&append::run(name, store).await?),
        Case::Http { store, clients } => say(&http::run(name, store, clients).await?),
        Case::Enterprise => say(&served::run(name).await?),
        Case::Replay(store) => say(&replay::replay(name, store).await?),
        Case::Rebuild(store) => say(&replay::rebuild(name, store).await?),
        Case::AsOf(store) => say(&dated::run(name, store).await?),
        Case::Sealed { store, clients } => say(&sealed::commands(name, store, clients).await?),
        Case::Proofs(store) => say(&sealed::proofs(name, store).await?),
        Case::Serve => say(&million::run(name).await?),
        Case::Pages => say(&pages::run(name).await?),
        Case::Daily(enterprises) => say(&reports::daily(name, enterprises)?),
        Case::Workbook(rows) => say(&reports::workbook(name, rows)?),
        Case::Items(rows) => say(&reports::items(name, rows)?),
    }
}
