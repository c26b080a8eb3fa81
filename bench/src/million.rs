//! `fugong serve` on a log of a million events: how soon it answers, how much memory it takes.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::Serialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::{Child, Command},
    time::sleep,
};

use crate::Failed;

/// So many enterprises and days come to about a million events.
const ENTERPRISES: &str = "2400";
const DAYS: &str = "120";
/// The longest it may take to answer.
const PATIENCE: Duration = Duration::from_mins(10);
pub(crate) const PORT: u16 = 18_473;
/// How many moments of the past are asked for.
const ASKED: u64 = 200;

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Served {
    case: String,
    /// How many events the log has.
    events: u64,
    /// How fast they were generated, acts, policies and registers with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    generated_per_s: Option<f64>,
    /// From the start of the process to the first answer of `/readyz`.
    start_ms: f64,
    /// What the process holds in memory then, and after the first list of enterprises.
    rss_mib: u64,
    rss_after_list_mib: u64,
    first_list_ms: f64,
    second_list_ms: f64,
    #[serde(flatten)]
    asked: Asked,
    /// The same of a server that was just started, when the system holds no page of the files in
    /// memory; only root can have it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    cold: Option<Asked>,
    /// The size of the database file.
    database_mib: u64,
}

/// The first page of an enterprise's timeline, one enterprise after the other, and R1 of days long
/// past, as known then: 99 of 100 answers came sooner.
#[derive(Debug, Serialize)]
struct Asked {
    timeline_p99_ms: f64,
    as_of_p99_ms: f64,
}

pub(crate) async fn run(case: &str) -> Result<Served, Failed> {
    let program = program()?;
    let database = std::env::temp_dir().join("fugong-bench-million.db");
    let generated_per_s = if database.exists() {
        None
    } else {
        Some(fill(&program, &database, (ENTERPRISES, DAYS)).await?)
    };
    let began = Instant::now();
    let mut server = start(&program, &database).await?;
    let start_ms = millis(began);
    let rss_mib = resident(&server)?;
    let began = Instant::now();
    let answer = get("/v1/enterprises?limit=50").await?;
    let first_list_ms = millis(began);
    let began = Instant::now();
    get("/v1/enterprises?limit=50").await?;
    let second_list_ms = millis(began);
    let events = position(&answer).unwrap_or_default();
    let asked = ask(events, || Ok(())).await?;
    let rss_after_list_mib = resident(&server)?;
    server.kill().await?;
    let cold = if forget().is_ok() {
        let mut server = start(&program, &database).await?;
        let cold = ask(events, forget).await?;
        server.kill().await?;
        Some(cold)
    } else {
        None
    };
    let database_mib = std::fs::metadata(&database)?.len().div_euclid(1 << 20);
    Ok(Served {
        case: case.to_owned(),
        events,
        generated_per_s,
        start_ms,
        rss_mib,
        rss_after_list_mib,
        first_list_ms,
        second_list_ms,
        asked,
        cold,
        database_mib,
    })
}

/// `fugong serve`, once it answers.
pub(crate) async fn start(program: &Path, database: &Path) -> Result<Child, Failed> {
    let began = Instant::now();
    let server = Command::new(program)
        .args(["serve", "--dev", "--listen", &format!("127.0.0.1:{PORT}"), "--db"])
        .arg(database)
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    while get("/readyz").await.is_err() {
        if PATIENCE < began.elapsed() {
            return Err(Failed("the server did not answer in time".to_owned()));
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok(server)
}

/// Has the system forget what it holds of files in memory.
fn forget() -> std::io::Result<()> {
    std::fs::write("/proc/sys/vm/drop_caches", "3")
}

/// Asks for timelines, and after `between` for the past.
async fn ask(events: u64, between: impl Fn() -> std::io::Result<()>) -> Result<Asked, Failed> {
    let codes = codes(&get("/v1/enterprises?limit=200").await?);
    between()?;
    let timelines = codes.iter().map(|code| format!("/v1/enterprises/{code}/timeline?limit=200"));
    let timeline_p99_ms = p99(timelines).await?;
    between()?;
    let apart = events.div_euclid(ASKED).max(1);
    let past = |n: u64| {
        // Round the log again and again, so that what was asked before is of no use.
        let at = n.saturating_mul(61).rem_euclid(ASKED).saturating_mul(apart);
        format!("/v1/registers/r1/rows?at_position={at}")
    };
    let as_of_p99_ms = p99((1..=ASKED).map(past)).await?;
    Ok(Asked { timeline_p99_ms, as_of_p99_ms })
}

/// The codes in a list of enterprises.
pub(crate) fn codes(answer: &str) -> Vec<String> {
    let after = answer.split("\"id\":\"").skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// How soon 99 of 100 of these are answered, in milliseconds.
async fn p99(paths: impl Iterator<Item = String>) -> Result<f64, Failed> {
    let mut times = Vec::new();
    for path in paths {
        let began = Instant::now();
        get(&path).await?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let index = times.len().saturating_mul(99).div_euclid(100);
    Ok(times.get(index).copied().unwrap_or_default().round())
}

/// `fugong` beside this program.
pub(crate) fn program() -> Result<PathBuf, Failed> {
    let program = std::env::current_exe()?.with_file_name("fugong");
    if program.exists() {
        return Ok(program);
    }
    Err(Failed("build the program first: cargo build --release -p fugong".to_owned()))
}

/// Generates the log; events a second.
pub(crate) async fn fill(
    program: &Path,
    database: &Path,
    (enterprises, days): (&str, &str),
) -> Result<f64, Failed> {
    let began = Instant::now();
    let made = Command::new(program)
        .args(["generate", "--enterprises", enterprises, "--days", days, "--seed", "1", "--db"])
        .arg(database)
        .output()
        .await?;
    if !made.status.success() {
        return Err(Failed(String::from_utf8_lossy(&made.stderr).into_owned()));
    }
    let said = String::from_utf8_lossy(&made.stdout);
    let events = said.split(" 个事件").next().and_then(|before| before.rsplit('，').next());
    let events: f64 = events.and_then(|number| number.trim().parse().ok()).unwrap_or_default();
    Ok((events / began.elapsed().as_secs_f64()).round())
}

/// Asks the server, as a clerk of the commission; the whole answer.
pub(crate) async fn get(path: &str) -> Result<String, Failed> {
    let mut stream = TcpStream::connect(("127.0.0.1", PORT)).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         authorization: Bearer dev:clerk:eic:commission\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if answer.starts_with("HTTP/1.1 200") {
        return Ok(answer);
    }
    Err(Failed(answer.lines().next().unwrap_or_default().to_owned()))
}

pub(crate) fn position(answer: &str) -> Option<u64> {
    let lines = answer.lines().filter_map(|line| line.split_once(": "));
    lines.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("position"))?.1.trim().parse().ok()
}

/// What a process holds in memory, in MiB.
fn resident(process: &Child) -> Result<u64, Failed> {
    let id = process.id().ok_or_else(|| Failed("the server ended".to_owned()))?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    Ok(kib.unwrap_or_default().div_euclid(1024))
}

fn millis(began: Instant) -> f64 {
    (began.elapsed().as_secs_f64() * 1e3).round()
}
