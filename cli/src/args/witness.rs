//! Witnesses of a log.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Database;

/// What is done about witnesses.
#[derive(Debug, Subcommand)]
pub(crate) enum Witness {
    /// At the witness: make its key
    Init {
        /// The file of the key, which must not exist
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// What the witness is called, such as audit.cq.gov.cn/w1
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// At the witness: sign the checkpoint of a request, and print it with the signature
    Sign {
        /// The request, or - for standard input
        #[arg(default_value = "-")]
        request: PathBuf,
        /// Who signs what.
        #[command(flatten)]
        looks: Looks,
    },
    /// At the witness: sign what is asked for over HTTP (POST /add-checkpoint)
    Serve {
        /// Who signs what.
        #[command(flatten)]
        looks: Looks,
        /// Where to serve
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
        listen: String,
    },
    /// At the log: print a request to a witness
    Request {
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// How many events the checkpoint has that the witness signed last
        #[arg(long, default_value_t = 0)]
        old: u64,
        /// The checkpoint that it is to sign; by default the last
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// At the log: keep a checkpoint that a witness signed
    Add {
        /// What the witness printed, or - for standard input
        #[arg(default_value = "-")]
        signed: PathBuf,
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// The key of the witness (name+id+key); once more for each further one
        #[arg(long, value_name = "KEY", required = true)]
        witness: Vec<String>,
    },
    /// At the log: ask a witness over HTTP or HTTPS, and keep what it signed
    Ask {
        /// The address of the witness, such as `http://10.0.0.7:8090` or `https://witness.example.net`
        url: String,
        /// With https: the certificates of the authorities that are trusted, as PEM, such as those of
        /// the government's own network; by default the public ones that browsers trust
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
        /// Which database.
        #[command(flatten)]
        database: Database,
        /// The key of the witness (name+id+key)
        #[arg(long, value_name = "KEY")]
        witness: String,
        /// The checkpoint that it is to sign; by default the last
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
}

/// Who signs what.
#[derive(Debug, Args)]
pub(crate) struct Looks {
    /// The key of the witness
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The key of a log that it looks at (name+id+key); once more for each further one
    #[arg(long, value_name = "KEY", required = true)]
    pub(crate) log: Vec<String>,
}
