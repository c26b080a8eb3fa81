//! `fugong log` and `fugong export bundle`: checkpoints, proofs, and what others check them with.

#[cfg(feature = "gm")]
mod gm;
mod witness;

use std::{
    fs,
    path::{Path, PathBuf},
};

use fugong_core::{Position, Recorded};
use fugong_engine::{
    Engine, Filter, Log, Options,
    leaf::Leaf,
    proof::{FileKey, Signer as _, export_bundle},
};
use fugong_verify::{Verdict, Wrong, bundle as check, policy::Policy};

use crate::{
    args::{self, Database},
    database::{self, Access},
    failure::Failure,
    print::say,
};

pub(crate) async fn run(what: args::Log) -> Result<(), Failure> {
    match what {
        #[cfg(not(feature = "gm"))]
        args::Log::Init { database, origin } => init(&database, origin),
        #[cfg(feature = "gm")]
        args::Log::Init { database, origin, gm } => gm::init(&database, origin, gm),
        args::Log::Checkpoint { database } => checkpoint(&database).await,
        args::Log::Prove { event, database, out } => prove(&event, &database, &out).await,
        args::Log::Witness(what) => witness::run(what).await,
        args::Log::Verify { database, since, policy } => {
            verify(&database, since.as_deref(), policy.as_deref()).await
        }
    }
}

/// Makes the key.
fn init(database: &Database, origin: Option<String>) -> Result<(), Failure> {
    let options = options(database)?;
    if !Engine::logs(&options.database)?.contains(&options.log) {
        return Err(Failure::Unavailable(format!(
            "{} 中没有日志 {}：请先运行 fugong migrate。",
            options.database, options.log
        )));
    }
    let origin = origin.unwrap_or_else(|| format!("fugong/{}", options.log));
    let place = options.log_key_place();
    let key = FileKey::make(&place, &origin)?;
    say(&format!("签名密钥已生成：{}。请另存一份，与数据库分开保管。", place.display()))?;
    say("验证公钥如下，请交给审计机关和见证方；持有公钥者才能核对签名：")?;
    Ok(say(key.verifier_key())?)
}

/// Signs where this process may write, and prints the last that was signed where it may not.
async fn checkpoint(database: &Database) -> Result<(), Failure> {
    let (log, signs) = match database::open(database, Access::Mend).await {
        Err(Failure::Locked(_)) => (database::open(database, Access::Read).await?, false),
        opened => (opened?, true),
    };
    let note = if signs { Some(log.sign_checkpoint().await?) } else { log.checkpoint().await? };
    log.close().await;
    let unsealed = || Failure::Unavailable("日志尚未签署过检查点。".to_owned());
    let note = note.ok_or_else(unsealed)?;
    Ok(say(note.trim_end())?)
}

/// Writes a proof and the event that it is about.
async fn prove(event: &str, database: &Database, out: &Path) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    let event = find(&log, event).await?;
    let position = event.position;
    let none = || {
        Failure::Refused(format!(
            "第 {position} 号事件尚未列入检查点：请先运行 fugong log checkpoint。"
        ))
    };
    let proof = log.prove(position).await?.ok_or_else(none)?;
    let leaf = Leaf::of(&event).encode();
    let leaf = leaf.map_err(|error| Failure::Unavailable(error.to_string()))?;
    let files = [("tlog-proof", proof.into_bytes()), ("leaf", leaf)];
    #[cfg(feature = "gm")]
    let files = files
        .into_iter()
        .chain(log.prove_by_sm3(position).await?.map(|proof| ("sm3-proof", proof.into_bytes())));
    fs::create_dir_all(out)?;
    for (ending, bytes) in files {
        let path = out.join(format!("{position}.{ending}"));
        fs::write(&path, bytes)?;
        say(&path.display().to_string())?;
    }
    log.close().await;
    Ok(())
}

async fn find(log: &Log, event: &str) -> Result<Recorded, Failure> {
    let none = || Failure::Refused(format!("没有事件 {event}。"));
    if let Ok(id) = event.parse() {
        return log.event(id).await?.ok_or_else(none);
    }
    let before = event.parse::<u64>().ok().and_then(|position| position.checked_sub(1));
    let before = before.ok_or_else(|| Failure::Usage(format!("{event} 不是事件编号或位置。")))?;
    let events = log.events(Position(before), 1, &Filter::default()).await?;
    events.into_iter().next().ok_or_else(none)
}

/// Checks the log as somebody would who has a bundle of it and nothing else.
async fn verify(
    database: &Database,
    since: Option<&Path>,
    policy: Option<&Path>,
) -> Result<(), Failure> {
    let text = policy_of(database, policy)?;
    let folder = tempfile::tempdir()?;
    let options = options(database)?;
    let dir = folder.path().to_owned();
    let witnessed = witnessed(&options)?;
    export_bundle(options.database, options.log, dir.clone(), text.clone(), witnessed).await?;
    let policy = Policy::parse(&text).map_err(Failure::Usage)?;
    let verdict = match since {
        None => check::check(&dir, &policy),
        Some(old) => check::check_since(old, &dir, &policy),
    };
    told(&verdict)
}

fn told(verdict: &Verdict) -> Result<(), Failure> {
    let all: Vec<_> = verdict
        .wrong
        .iter()
        .map(|wrong| match wrong {
            Wrong::Tampered(what) => format!("被改动：{what}。"),
            Wrong::CannotTell(what) => format!("无法判断：{what}。"),
        })
        .collect();
    match verdict.code() {
        0 => Ok(say(&format!("完好：{}。", verdict.sound))?),
        1 => Err(Failure::Refused(all.join("\n"))),
        _ => Err(Failure::Unavailable(all.join("\n"))),
    }
}

/// Writes a bundle.
pub(crate) async fn bundle(
    database: &Database,
    out: PathBuf,
    policy: Option<&Path>,
) -> Result<(), Failure> {
    let (options, policy) = (options(database)?, policy_of(database, policy)?);
    let witnessed = witnessed(&options)?;
    let written =
        export_bundle(options.database, options.log, out.clone(), policy, witnessed).await?;
    let (log, size) = (written.log, written.size);
    say(&format!(
        "日志 {log} 的 {size} 个事件已写入 {}，请用 fugong-verify 核对。",
        out.display()
    ))?;
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::Unavailable(format!("{} 无法读取（{error}）。", path.display())))
}

/// The last checkpoint that witnesses signed.
fn witnessed(options: &Options) -> Result<Option<String>, Failure> {
    let place = PathBuf::from(format!("{}.witnessed", options.log_key_place().display()));
    if place.exists() { read(&place).map(Some) } else { Ok(None) }
}

/// Whose signatures count: what was said, or the key beside the database alone.
fn policy_of(database: &Database, policy: Option<&Path>) -> Result<String, Failure> {
    if let Some(path) = policy {
        return read(path);
    }
    let place = options(database)?.log_key_place();
    let public = |ending| PathBuf::from(format!("{}{ending}", place.display()));
    let key = |path: PathBuf| {
        fs::read_to_string(&path).map_err(|error| {
            let path = path.display();
            Failure::Unavailable(format!(
                "{path} 无法读取（{error}）：请用 --policy 指明信任谁的签名。"
            ))
        })
    };
    let mut policy = format!("log {}\n", key(public(".pub"))?.trim());
    let second = public(".sm2.pub");
    if second.exists() {
        policy = format!("{policy}log {}\n", key(second)?.trim());
    }
    Ok(format!("{policy}quorum none\n"))
}

fn options(database: &Database) -> Result<Options, Failure> {
    let mut options = Options::new(database::path(&database.db)?, database::district(database)?);
    options.log_key.clone_from(&database.log_key);
    Ok(options)
}
