//! What can be asked on the command line.

mod ledger;
mod paper;
mod persons;
mod proof;
mod registers;
mod replay;
mod report;
mod witness;
mod workflow;

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::moment::day;

pub(crate) use ledger::Ledger;
pub(crate) use paper::{Paper, Printed};
pub(crate) use persons::{Asked, CopyFormat, Erase, Person};
pub(crate) use proof::{Export, Log};
pub(crate) use registers::{Rebuild, Registers, RollUp, RowFormat, SchemaFormat};
pub(crate) use replay::{Form, Known, Replay, Rules, WhatIf, Why};
pub(crate) use report::{Report, ReportFormat, RunReport, SaveReport, VerifyReport};
pub(crate) use witness::{Looks, Witness};
pub(crate) use workflow::{Workflow, WorkflowFormat};

/// 复工 Fugong: supervising enterprises that resume work, as an append-only history.
///
/// Start with `fugong demo`. Exit codes: 0 done, 1 refused by a rule, 2 called wrongly,
/// 3 database, file or port not available.
#[derive(Debug, Parser)]
#[command(name = "fugong", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play February and March 2020 in a fresh database, print the tables, then serve it
    Demo(Demo),
    /// Serve the HTTP API
    Serve(Serve),
    /// Create a database, or bring an older one up to date
    Migrate(Migrate),
    /// Fill a fresh database with invented enterprises; the same seed gives the same bytes
    Generate(Generate),
    /// Read acts or data into a database
    Import {
        /// What to read.
        #[command(subcommand)]
        what: Import,
    },
    /// Write a database's events as text
    Export {
        /// What to write.
        #[command(subcommand)]
        what: Export,
    },
    /// Write a paper as it is handed over, as HTML for print (打印文书)
    #[command(subcommand)]
    Paper(Paper),
    /// Look back: how it stood, what happened, why it is so, and what would have been otherwise
    Replay {
        /// What to look for.
        #[command(subcommand)]
        what: Replay,
    },
    /// Tell an enterprise's history, a sentence an event
    Timeline(Timeline),
    /// Answer the evening call (晚调度) for a day, on one page
    Evening(Evening),
    /// Show what waits to be done (待办)
    Tasks(Tasks),
    /// Draw what can happen to what, and what causes what
    Workflow(Workflow),
    /// List, check and run reports (报表)
    Report {
        /// What to do with them.
        #[command(subcommand)]
        what: Report,
    },
    /// Show and rebuild registers (台账)
    Registers {
        /// What to do with them.
        #[command(subcommand)]
        what: Registers,
    },
    /// Sign what the log holds, so that others can tell whether it was changed (存证)
    #[command(subcommand)]
    Log(Log),
    /// Erase the words about a person, on a ground of the law (删除个人信息)
    Erase(Erase),
    /// Hold, restrict, or hand out the words about a person
    #[command(subcommand)]
    Person(Person),
    /// Copy a log whole into a file, also while it is served
    Backup(Backup),
    /// Put a backup into a database that has not got its log
    Restore(Restore),
    /// Check database, lock, keys, clock, registers and policies, and say what to do
    Doctor(Database),
}

/// The database that is meant where none is named.
pub(crate) const DATABASE: &str = "fugong.db";

/// Which database.
#[derive(Debug, Clone, Args)]
pub(crate) struct Database {
    /// The database file, such as fugong.db or sqlite:fugong.db
    #[arg(long, value_name = "FILE", default_value = DATABASE)]
    pub(crate) db: String,
    /// The key file; by default the database's name with .keys behind it
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<String>,
    /// The key that signs checkpoints of the log; by default the database's name with .log-key
    /// behind it
    #[arg(long, value_name = "FILE")]
    pub(crate) log_key: Option<PathBuf>,
    /// The district by its six digits, such as 500114; by default the one that the database holds
    #[arg(long, value_name = "CODE")]
    pub(crate) district: Option<u32>,
}

/// Creates a database or brings it up to date.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
    /// The units of a district of which the program carries none: a file like
    /// fixtures/data/units.json
    #[arg(long, value_name = "FILE")]
    pub(crate) units: Option<PathBuf>,
    /// Create it with a simulated clock that stands at this instant, to try things out; see serve
    #[arg(long, value_name = "INSTANT")]
    pub(crate) clock: Option<DateTime<Utc>>,
    /// On a server: give this role what serving needs, and no more
    #[arg(long, value_name = "ROLE")]
    pub(crate) serve_role: Option<String>,
    /// On a server: let this role read
    #[arg(long, value_name = "ROLE")]
    pub(crate) read_role: Option<String>,
    /// On a server: let this role read the views of the schema reporting, of this district alone
    #[arg(long, value_name = "ROLE")]
    pub(crate) reporting_role: Option<String>,
    /// In a file: make the views reporting_…, one for each stored relation, for analysts' own tools
    #[arg(long)]
    pub(crate) reporting_views: bool,
    /// On a server with the extension citus: distribute every table by district
    #[arg(long)]
    pub(crate) distributed: bool,
}

/// Copies a log.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
    /// The file to write, which must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Copies the keys too, into this file, which must not exist: keep it apart from the backup
    #[arg(long, value_name = "FILE")]
    pub(crate) keys_to: Option<PathBuf>,
}

/// Puts a backup back.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    pub(crate) file: PathBuf,
    /// Where it goes.
    #[command(flatten)]
    pub(crate) database: Database,
    /// The keys that were copied with it
    #[arg(long, value_name = "FILE")]
    pub(crate) keys_from: Option<PathBuf>,
}

/// Plays the story.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// A file for the database that does not exist yet; by default one in the folder for
    /// temporary files
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<String>,
    /// End after the tables instead of serving
    #[arg(long)]
    pub(crate) no_serve: bool,
    /// Let whoever develops have everything go back to the end of the story, by POST /dev/reset; only
    /// of a database in the folder for temporary files
    #[arg(long, conflicts_with_all = ["db", "no_serve"])]
    pub(crate) sandbox: bool,
    /// Where to serve
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,
}

/// How lines of the process's log are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// An object a line, for programs
    Json,
}

/// Serves the API.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The database file, such as fugong.db; once more for each further district. The first is
    /// served at /v1/…, each at /v1/districts/CODE/…
    #[arg(long, value_name = "FILE", default_value = "fugong.db")]
    pub(crate) db: Vec<String>,
    /// The key that signs checkpoints of each district, in the same order; by default its name with
    /// .log-key behind it
    #[arg(long, value_name = "FILE")]
    pub(crate) log_key: Vec<PathBuf>,
    /// The key file of each district, in the same order; by default its name with .keys behind it
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Vec<String>,
    /// The district, by default the one that the database holds; once more for each further one in
    /// a database on a server
    #[arg(long, value_name = "CODE")]
    pub(crate) district: Vec<u32>,
    /// Where to serve
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,
    /// To whom events of each district are sent, in the same order; docs/integrating.md has the form
    #[arg(long, value_name = "FILE")]
    pub(crate) webhooks: Vec<PathBuf>,
    /// To which stream of NATS `JetStream` events of each district are handed, in the same order;
    /// docs/integrating.md has the form
    #[cfg(feature = "nats")]
    #[arg(long, value_name = "FILE")]
    pub(crate) nats: Vec<PathBuf>,
    /// Accept `Authorization: Bearer dev:<actor>:<unit>:<role>`; loopback addresses only
    #[arg(long)]
    pub(crate) dev: bool,
    /// Who is believed: a file of settings (TOML); see docs/integrating.md
    #[arg(long, value_name = "FILE")]
    pub(crate) auth: Option<PathBuf>,
    /// The key that seals the console's sessions, so that a restart or another process knows who has
    /// logged in; made if it is not there. By default each start draws one
    #[arg(long, value_name = "FILE")]
    pub(crate) console_session_key: Option<PathBuf>,
    /// Where figures for Prometheus are told, at /metrics, to whoever asks: loopback, or a network
    /// of one's own, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) admin: Option<String>,
    /// A collector of OpenTelemetry that is told what is done (OTLP over HTTP), such as
    /// `http://127.0.0.1:4318`; by default that of `OTEL_EXPORTER_OTLP_ENDPOINT`, if it is set
    #[cfg(feature = "otel")]
    #[arg(long, value_name = "URL")]
    pub(crate) otlp_endpoint: Option<String>,
    /// How much one actor may ask for in a second; 0 is as much as he likes. An act or a look costs
    /// 1, what goes back in the log, a report or another form than JSON 10, what goes through the
    /// whole log 100 [default: 200, with --dev 0]
    #[arg(long, value_name = "COST")]
    pub(crate) rate: Option<u32>,
    /// How much of it he may ask for at once
    #[arg(long, value_name = "COST", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) burst: u32,
    /// How the log of the process is written, to standard error. A line for each request is written
    /// where `RUST_LOG` lets it, such as `RUST_LOG=warn,fugong::requests=info`
    #[arg(long, value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
    /// Create the database with a simulated clock that stands at this instant, such as
    /// 2020-02-20T08:00:00+08:00; needs --dev
    #[arg(long, value_name = "INSTANT", requires = "dev")]
    pub(crate) clock: Option<DateTime<Utc>>,
}

/// Fills a database.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// Which database; it must not exist yet
    #[command(flatten)]
    pub(crate) database: Database,
    /// How many enterprises
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) enterprises: u32,
    /// How many days, from 20 February 2020
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=300))]
    pub(crate) days: u32,
    /// The seed
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What can be read in.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// A file of acts, one JSON object a line
    Acts {
        /// The file, or - for standard input
        file: PathBuf,
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// A ledger that others kept (CSV, XLSX, NDJSON): each row is an act (导入台账)
    Ledger(Ledger),
    /// The events of a cqrs-es database (sqlite-es, postgres-es), into a log of their own
    CqrsEs(CqrsEs),
}

/// Imports from cqrs-es.
#[derive(Debug, Args)]
pub(crate) struct CqrsEs {
    /// Its file, such as old.db, or the URL of its PostgreSQL database
    #[arg(value_name = "URL")]
    pub(crate) from: String,
    /// The table of its events
    #[arg(long, value_name = "NAME", default_value = "events")]
    pub(crate) table: String,
    /// The database into which they go, made if it is not there
    #[arg(long, value_name = "FILE")]
    pub(crate) db: String,
    /// Its key file; by default the database's name with .keys behind it
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<String>,
    /// The number of the log; by default the one that the database holds, else 1
    #[arg(long, value_name = "NUMBER")]
    pub(crate) log: Option<u32>,
}

/// Tells a history.
#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// The enterprise's code
    pub(crate) uscc: String,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}

/// Answers the evening call.
#[derive(Debug, Args)]
pub(crate) struct Evening {
    /// The day
    #[arg(value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) date: NaiveDate,
    /// What is known now of that day, also where its figures were fixed at the cut-off
    #[arg(long)]
    pub(crate) latest: bool,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}

/// Shows the inbox.
#[derive(Debug, Args)]
pub(crate) struct Tasks {
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
    /// Only this unit's, such as eic or 500114106
    #[arg(long)]
    pub(crate) unit: Option<String>,
    /// As of the end of this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) on: Option<NaiveDate>,
}
