//! What can be asked of registers on the command line.

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::Database;
use crate::moment::day;

/// What can be done with registers.
#[derive(Debug, Subcommand)]
pub(crate) enum Registers {
    /// The names of all registers
    List,
    /// The columns of all registers and of what is stored: the data dictionary
    Schema {
        /// Only this register, such as r7
        name: Option<String>,
        /// In which form
        #[arg(long, value_enum, default_value_t = SchemaFormat::Table)]
        format: SchemaFormat,
    },
    /// The rows of one register
    Show {
        /// Its name, such as r1
        name: String,
        /// For this day; by default the clock's
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
        on: Option<NaiveDate>,
        /// In which form
        #[arg(long, value_enum, default_value_t = RowFormat::Table)]
        format: RowFormat,
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// Fold registers afresh, compare them with the kept ones, and put them in their place
    Rebuild(Rebuild),
    /// How far each register is
    Status {
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// The versions of each fold that have rows, also those that other programs run
    Versions {
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// Compare the rows of another version with what this program's comes to, row by row
    Diff {
        /// The fold's name, such as district
        name: String,
        /// The other version
        version: u32,
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// Delete the rows of a version that is not live: the way back to the program that runs it
    Drop {
        /// The fold's name, such as district
        name: String,
        /// The version
        version: u32,
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// R1 over several districts: each district's figures and their sum
    RollUp(RollUp),
}

/// Folds registers afresh.
#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    /// The register's name, such as r1; all if none is given
    pub(crate) name: Option<String>,
    /// The database file; once more for each further district: they are rebuilt beside each other
    #[arg(long, value_name = "FILE", default_value = "fugong.db")]
    pub(crate) db: Vec<String>,
    /// The key file of each district, in the same order; by default its name with .keys behind it
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Vec<String>,
    /// The district, by default the one that the database holds; once more for each further one in
    /// a database on a server
    #[arg(long, value_name = "CODE")]
    pub(crate) district: Vec<u32>,
}

/// Rolls R1 up.
#[derive(Debug, Args)]
pub(crate) struct RollUp {
    /// The database file of a district; once more for each further one
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) db: Vec<String>,
    /// The key file of each district, in the same order; by default its name with .keys behind it
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Vec<String>,
    /// Each district in a database on a server that holds several
    #[arg(long, value_name = "CODE")]
    pub(crate) district: Vec<u32>,
    /// For this day; by default the clock's
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) on: Option<NaiveDate>,
    /// A grouping of R1, but townships, such as scale
    #[arg(long, value_name = "GROUPING", default_value = "all")]
    pub(crate) by: String,
    /// In which form
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    pub(crate) format: RowFormat,
}

/// The forms of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// Aligned columns
    Table,
    /// One JSON object a line
    Ndjson,
}

/// The forms of a data dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFormat {
    /// Aligned columns
    Table,
    /// One JSON object
    Json,
}
