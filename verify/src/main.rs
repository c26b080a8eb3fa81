//! The auditor's program.

mod recompute;

use std::{
    fs,
    io::{Write as _, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use fugong_verify::{Verdict, Wrong, access, bundle, policy::Policy, proof};

/// 复工 Fugong: checks a log on a machine without network, database or the program that wrote it.
///
/// Exit codes: 0 sound, 1 tampered, 2 cannot tell.
#[derive(Debug, Parser)]
#[command(name = "fugong-verify", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check that an event is in a log
    Proof {
        /// The proof, as `fugong log prove` or /v1/events/{id}/proof gives it
        proof: PathBuf,
        /// The event as it was hashed, as `fugong log prove` writes it
        #[arg(long, value_name = "FILE")]
        leaf: PathBuf,
        #[command(flatten)]
        trusted: Trusted,
    },
    /// Check a bundle against the checkpoint in it
    Bundle {
        /// What `fugong export bundle` wrote
        dir: PathBuf,
        #[command(flatten)]
        trusted: Trusted,
    },
    /// Check a bundle, and that it continues a checkpoint that was kept elsewhere
    Since {
        /// The checkpoint, or an older bundle, which can tell which events were changed
        old: PathBuf,
        /// What `fugong export bundle` wrote
        dir: PathBuf,
        #[command(flatten)]
        trusted: Trusted,
    },
    /// Check that nothing was changed in an access log, or taken out of it
    Access {
        /// A file of <database>.access/
        file: PathBuf,
        /// How many lines it had and the SHA-256 of the last, as /v1/access-log told it before:
        /// without it, what was cut off at the end is not found
        #[arg(long, value_name = "LINES:SHA256")]
        head: Option<access::Head>,
    },
    /// Check that a report speaks of the log that was signed, and make it again from that
    Report {
        /// The report, as `fugong report run … -o FILE` writes it: .json, .xlsx or .html
        file: PathBuf,
        /// What `fugong export bundle` wrote
        #[arg(long, value_name = "DIR")]
        bundle: PathBuf,
        #[command(flatten)]
        trusted: Trusted,
    },
}

/// Whose signatures count.
#[derive(Debug, Args)]
struct Trusted {
    /// The policy; by default the one in the bundle, which whoever made the bundle chose
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    policy: Option<PathBuf>,
    /// The log's key for those who verify (name+id+key), instead of a policy
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

fn main() -> ExitCode {
    let verdict = match Cli::parse().what {
        What::Proof { proof, leaf, trusted } => {
            trusted.policy(None).map(|policy| proof::check(&proof, &leaf, &policy))
        }
        What::Bundle { dir, trusted } => {
            trusted.policy(Some(&dir)).map(|policy| bundle::check(&dir, &policy))
        }
        What::Access { file, head } => Ok(access::check(&file, head.as_ref())),
        What::Report { file, bundle, trusted } => {
            trusted.policy(Some(&bundle)).map(|policy| recompute::check(&file, &bundle, &policy))
        }
        What::Since { old, dir, trusted } => {
            trusted.policy(Some(&dir)).map(|policy| bundle::check_since(&old, &dir, &policy))
        }
    };
    let verdict = verdict.unwrap_or_else(|why| Verdict {
        sound: String::new(),
        wrong: vec![Wrong::CannotTell(why)],
    });
    let mut out = stdout().lock();
    // Where nobody listens, the exit code still says it.
    let _unheard = match verdict.wrong.as_slice() {
        [] => writeln!(out, "完好：{}。", verdict.sound),
        wrong => wrong.iter().try_for_each(|wrong| match wrong {
            Wrong::Tampered(what) => writeln!(out, "被改动：{what}。"),
            Wrong::CannotTell(what) => writeln!(out, "无法判断：{what}。"),
        }),
    };
    ExitCode::from(verdict.code())
}

impl Trusted {
    fn policy(&self, bundle: Option<&Path>) -> Result<Policy, String> {
        if let Some(key) = &self.key {
            return Policy::of_key(key);
        }
        let carried = bundle.map(|bundle| bundle.join("policy"));
        let path = self.policy.clone().or(carried);
        let path = path.ok_or_else(|| "请用 --policy 或 --key 指明信任谁的签名".to_owned())?;
        let text = fs::read_to_string(&path);
        Policy::parse(&text.map_err(|error| format!("无法读取 {}：{error}", path.display()))?)
    }
}
