//! Papers to print.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Database;

/// Which paper.
#[derive(Debug, Subcommand)]
pub(crate) enum Paper {
    /// An order to rectify (责令限期整改通知书), by its id
    Order(Printed),
    /// The proof of service (送达回证) of an order, by its id
    OrderService(Printed),
    /// The notice before an entry into a credit record (诚信记录事前告知书), by the flag, CODE.N
    Notice(Printed),
    /// The proof of service (送达回证) of such a notice, by the flag, CODE.N
    NoticeService(Printed),
}

/// What it is about, and where it is written.
#[derive(Debug, Args)]
pub(crate) struct Printed {
    /// The order or the flag
    pub(crate) id: String,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
    /// As it was known by this moment: an instant, a day (its end), or a position of the log
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
    /// The file to write: HTML, or PDF by a browser that is installed if its name ends in .pdf; by
    /// default HTML is printed
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
