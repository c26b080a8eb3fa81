//! Looking back.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::Database;
use crate::moment::day;

/// What can be looked for in the history. WHOSE is `district`, `register/r7`, `enterprise/CODE`, or
/// a kind of aggregate with an id, such as `rectification/ID`.
#[derive(Debug, Subcommand)]
pub(crate) enum Replay {
    /// What happened: who, when, on what authority, what
    Timeline {
        /// district, register/NAME, enterprise/CODE, or KIND/ID
        whose: String,
        /// As known when.
        #[command(flatten)]
        known: Known,
    },
    /// How it stood: what was true on a day, as known at a position
    AsOf {
        /// district, register/NAME, enterprise/CODE, or KIND/ID
        whose: String,
        /// As known when.
        #[command(flatten)]
        known: Known,
    },
    /// What changed between two positions: a JSON Patch (RFC 6902), of a register its rows
    Diff {
        /// district, register/NAME, enterprise/CODE, or KIND/ID
        whose: String,
        /// From what was known here: a position, an instant or a day
        #[arg(long, value_name = "WHEN")]
        from: String,
        /// To what was known here.
        #[command(flatten)]
        known: Known,
    },
    /// Event by event: how it stood, what happened, how it stands. Enter or n goes on, b back, a
    /// number to that position, q ends
    Step {
        /// district, register/NAME, enterprise/CODE, or KIND/ID
        whose: String,
        /// Begin after this position
        #[arg(long, value_name = "POSITION", default_value_t = 0)]
        after: u64,
        /// As known when.
        #[command(flatten)]
        known: Known,
    },
    /// Why it is so: the fewest events from which it follows, with the rules that decided
    Why(Why),
    /// Decide every stored act again, hash every event, compare every register; nothing is repaired
    Verify {
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// Live the history again under other rules: who would have been treated differently, and why.
    /// Nothing is written
    WhatIf(WhatIf),
}

/// Where an answer stands on the two clocks.
#[derive(Debug, Args)]
pub(crate) struct Known {
    /// What was known here: a position, an instant or a day (its end); now if nothing is said
    #[arg(long = "known", value_name = "WHEN")]
    pub(crate) at: Option<String>,
    /// What was true on this day in the world; by default the clock's
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) true_on: Option<NaiveDate>,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}

/// Asks why.
#[derive(Debug, Args)]
pub(crate) struct Why {
    /// flag/CODE.N, KIND/ID, or with a JSON pointer into the state: 'credit/CODE#/flags/1/state'
    pub(crate) fact: String,
    /// In which form
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub(crate) format: Form,
    /// As known when.
    #[command(flatten)]
    pub(crate) known: Known,
}

/// Thinks of other rules.
#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// A JSON file: a rule set like those in fixtures/data/rules, which takes the place of the one
    /// of its version, or {"rules": {…}, "versions": […], "calendars": […]} with what is other
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: PathBuf,
    /// Whether policies react anew to what would have been (closed), or ask for what they did ask
    #[arg(long = "loop", value_enum, default_value_t = Rules::Closed)]
    pub(crate) how: Rules,
    /// In which form
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub(crate) format: Form,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}

/// Whether policies react anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rules {
    /// They asked for the same things
    Open,
    /// They react to what would have been
    Closed,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// To be read
    Text,
    /// Data
    Json,
    /// A diagram that many tools draw
    Mermaid,
}
