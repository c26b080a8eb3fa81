//! What can be asked of reports on the command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::{Asked, Database, SchemaFormat};
use crate::moment::day;

/// What can be done with reports.
#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// The reports that can be run: the district's own, the ready ones, then one for each register
    List {
        /// In which form
        #[arg(long, value_enum, default_value_t = SchemaFormat::Table)]
        format: SchemaFormat,
        /// Which database; without one there are none of the district's own.
        #[command(flatten)]
        database: Database,
    },
    /// The JSON Schema of definitions, for editors
    Schema,
    /// Say what is wrong with a definition, with line and column
    Check {
        /// The file
        file: PathBuf,
    },
    /// Run a report and print it, or write it into a file
    Run(RunReport),
    /// Compute a report again that was written as JSON, and say what is not the same
    Verify(VerifyReport),
    /// Print a definition to begin with: a register under each of its columns, or another report
    New {
        /// A register such as r7, or a report such as daily-resumption
        from: String,
        /// Which database; without one there are no reports of the district's own.
        #[command(flatten)]
        database: Database,
    },
    /// Keep a definition in the log, as a report of the district's own; it is checked first
    Save(SaveReport),
    /// Run a report of the district's own no more
    Withdraw {
        /// Its name
        report: String,
        /// Why; it is sealed
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who asks.
        #[command(flatten)]
        asked: Asked,
    },
}

/// Runs a report.
#[derive(Debug, Args)]
pub(crate) struct RunReport {
    /// Its name, such as daily-resumption or r7; or a file with its definition
    pub(crate) report: String,
    /// As the log knew it then: an instant, a day (its end) or a position; by default now
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
    /// For this day of the world; by default that of --as-of
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) true_on: Option<NaiveDate>,
    /// Another moment: the figures as known then stand beside each measure
    #[arg(long, value_name = "WHEN")]
    pub(crate) beside: Option<String>,
    /// The SHA-256 of a definition that the district laid down; by default that of --as-of
    #[arg(long, value_name = "SHA256")]
    pub(crate) definition: Option<String>,
    /// What is chosen, such as township=正阳街道; once more for each further parameter
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// The file to write; its ending says in which form
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// In which form, whatever the ending
    #[arg(long, value_enum)]
    pub(crate) format: Option<ReportFormat>,
    /// Put a byte order mark before CSV, so that spreadsheets read its Chinese
    #[arg(long)]
    pub(crate) bom: bool,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}

/// Keeps a definition.
#[derive(Debug, Args)]
pub(crate) struct SaveReport {
    /// The file with the definition
    pub(crate) file: PathBuf,
    /// Its name: small letters, digits and hyphens; by default that of the file
    #[arg(long, value_name = "NAME")]
    pub(crate) id: Option<String>,
    /// The version whose place it takes, where there is one under this name
    #[arg(long, value_name = "VERSION")]
    pub(crate) replaces: Option<u64>,
    /// Run it in the place of the ready report of this name
    #[arg(long)]
    pub(crate) instead_of_ready: bool,
    /// Who asks.
    #[command(flatten)]
    pub(crate) asked: Asked,
}

/// Computes a report again.
#[derive(Debug, Args)]
pub(crate) struct VerifyReport {
    /// The report, as JSON
    pub(crate) file: PathBuf,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}

/// The forms of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Aligned columns
    #[value(alias = "txt", alias = "table")]
    Text,
    /// One JSON object
    Json,
    /// One JSON object a line
    Ndjson,
    /// Comma-separated values
    Csv,
    /// A spreadsheet
    Xlsx,
    /// A page that prints
    #[value(alias = "htm")]
    Html,
    /// Columns for analysts
    #[cfg(feature = "parquet")]
    Parquet,
}
