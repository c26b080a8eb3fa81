//! Arguments of `fugong import ledger`.

use std::path::PathBuf;

use clap::Args;

use super::Database;

/// Takes in a ledger.
#[derive(Debug, Args)]
pub(crate) struct Ledger {
    /// The ledger: a file whose name ends with .csv, .xlsx or .ndjson
    pub(crate) file: PathBuf,
    /// Which act a row is, and what its columns mean (TOML); docs/integrating.md has the form
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: PathBuf,
    /// Who takes it in: actor:unit:role, such as zhang:eic:commission
    #[arg(long = "as", value_name = "WHO")]
    pub(crate) by: String,
    /// Only try each row: nothing is recorded
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// A file for what became of each row, an object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}
