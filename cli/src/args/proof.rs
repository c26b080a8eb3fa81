//! Checkpoints, proofs, and what is written for others.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Database, Witness};

/// What is done about checkpoints.
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Make the key that signs checkpoints; the log is sealed from the next start on
    Init {
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// What the log is called in its checkpoints, such as qianjiang.gov.cn/fugong; by default
        /// fugong/ and the district
        #[arg(long, value_name = "NAME")]
        origin: Option<String>,
        /// Also make a key for SM2 (国密), or that alone where there is the other: checkpoints then
        /// bear its signature and a root by SM3 as well
        #[cfg(feature = "gm")]
        #[arg(long)]
        gm: bool,
    },
    /// Print a checkpoint: over everything, signed now, or the last where another process writes
    Checkpoint {
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// Write the proof that an event is in the log, and the event as it was hashed
    Prove {
        /// The event, by its id or its position
        #[arg(value_name = "EVENT")]
        event: String,
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// The folder to write into
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// Have checkpoints signed by other offices, or sign those of others (见证)
    #[command(subcommand)]
    Witness(Witness),
    /// Check every event and receipt against the last checkpoint, or an older one
    Verify {
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// A checkpoint that was kept elsewhere
        #[arg(long, value_name = "FILE")]
        since: Option<PathBuf>,
        /// Whose signatures count; by default the key beside the database
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
}

/// What can be written.
#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Everything that `fugong-verify` needs to check the log, as files
    Bundle {
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// The folder to write, which must not exist or be empty
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Whose signatures count; by default the key beside the database
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// The log as OCEL 2.0 JSON, for process mining; what is sealed stays out
    Ocel {
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// The file to write, which must not exist
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Every event, one JSON object a line
    Events {
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// Only events after this position
        #[arg(long, default_value_t = 0)]
        after: u64,
    },
}
