//! The pages of the console, as a browser asks `fugong serve` for them: over 2,000 enterprises and more
//! than 100,000 events, how soon 95 of 100 are there, and how large they are.

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use serde::Serialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    Failed,
    million::{PORT, codes, fill, get, position, program, start},
};

const ENTERPRISES: &str = "2000";
const DAYS: &str = "14";
/// How often each page is asked for, each time for another enterprise or event.
const ASKED: usize = 100;

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    case: String,
    events: u64,
    pages: BTreeMap<&'static str, Page>,
}

/// A page: in milliseconds, and how large the largest was.
#[derive(Debug, Serialize)]
struct Page {
    p50_ms: f64,
    p95_ms: f64,
    largest_kib: usize,
}

/// The address of a page, each time another.
type Address<'a> = Box<dyn Fn(usize) -> String + 'a>;

pub(crate) async fn run(case: &str) -> Result<Shown, Failed> {
    let (program, database) = filled().await?;
    let mut server = start(&program, &database).await?;
    let shown = pages(case).await;
    server.kill().await?;
    shown
}

/// `fugong`, and a log of more than 100,000 events that it generated, kept for the next run.
pub(crate) async fn filled() -> Result<(PathBuf, PathBuf), Failed> {
    let program = program()?;
    let database = std::env::temp_dir().join("fugong-bench-pages.db");
    if !database.exists() {
        fill(&program, &database, (ENTERPRISES, DAYS)).await?;
    }
    Ok((program, database))
}

async fn pages(case: &str) -> Result<Shown, Failed> {
    let cookie = log_in().await?;
    let answer = get("/v1/enterprises?limit=200").await?;
    let (codes, head) = (codes(&answer), position(&answer).unwrap_or_default());
    let mut ids = Vec::new();
    let apart = head.div_euclid(u64::try_from(ASKED).unwrap_or(u64::MAX).max(1));
    let mut after = 0_u64;
    for _ in 0..ASKED {
        let event = get(&format!("/v1/events?after={after}&limit=1")).await?;
        let id = event.split("\"event_id\":\"").nth(1).and_then(|rest| rest.split('"').next());
        ids.extend(id.map(str::to_owned));
        after = after.saturating_add(apart);
    }
    let code = |n: usize| codes.get(n.rem_euclid(codes.len().max(1))).cloned().unwrap_or_default();
    let id = |n: usize| ids.get(n.rem_euclid(ids.len().max(1))).cloned().unwrap_or_default();
    let (paths, mut pages): (Vec<(&str, Address<'_>)>, _) = (
        vec![
            ("overview", Box::new(|_| "/".to_owned())),
            (
                "register",
                Box::new(|n| {
                    format!("/console/registers/r1-enterprises?page={}", n.rem_euclid(40))
                }),
            ),
            (
                "enterprises",
                Box::new(|n| {
                    format!("/console/enterprises?page={}&sort=-open_orders", n.rem_euclid(40))
                }),
            ),
            ("enterprises-found", Box::new(|n| format!("/console/enterprises?q={}", code(n)))),
            ("enterprise", Box::new(|n| format!("/console/enterprises/{}", code(n)))),
            (
                "enterprise-then",
                Box::new(|n| {
                    format!(
                        "/console/enterprises/{}?step={}",
                        code(n),
                        n.rem_euclid(30).saturating_add(1)
                    )
                }),
            ),
            (
                "enterprise-between",
                Box::new(|n| {
                    format!(
                        "/console/enterprises/{}?from=2&to={}",
                        code(n),
                        n.rem_euclid(30).saturating_add(3)
                    )
                }),
            ),
            (
                "why",
                Box::new(|n| format!("/console/enterprises/{0}/why?fact=resumption/{0}", code(n))),
            ),
            ("event", Box::new(|n| format!("/console/events/{}", id(n)))),
        ],
        BTreeMap::new(),
    );
    for (name, path) in paths {
        pages.insert(name, measured(&cookie, path.as_ref()).await?);
    }
    Ok(Shown { case: case.to_owned(), events: head, pages })
}

/// How soon a page is there.
async fn measured(cookie: &str, path: &dyn Fn(usize) -> String) -> Result<Page, Failed> {
    // What is worked out once for everybody is not what is asked for again and again.
    page(cookie, &path(0)).await?;
    let (mut times, mut largest) = (Vec::new(), 0);
    for n in 1..=ASKED {
        let began = Instant::now();
        let size = page(cookie, &path(n)).await?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        largest = size.max(largest);
    }
    times.sort_by(f64::total_cmp);
    let of_100 = |n: usize| {
        let index = times.len().saturating_mul(n).div_euclid(100);
        times.get(index.min(times.len().saturating_sub(1))).copied().unwrap_or_default().round()
    };
    Ok(Page { p50_ms: of_100(50), p95_ms: of_100(95), largest_kib: largest.div_ceil(1024) })
}

/// Logs in as the commission; the cookie of the session.
async fn log_in() -> Result<String, Failed> {
    let page = said("GET /console/login HTTP/1.1\r\n", "").await?;
    let part = |text: &str, before: &str, after: char| {
        let rest = text.split_once(before).map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split(after).next()).unwrap_or_default().to_owned()
    };
    let token = part(&page, "name=\"form_token\" value=\"", '"');
    let before = part(&page, "set-cookie: ", ';');
    let form = format!("form_token={token}&who=clerk:eic:commission");
    let head = format!(
        "POST /console/login HTTP/1.1\r\ncookie: {before}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
        form.len()
    );
    let answer = said(&head, &form).await?;
    let cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let own =
        cookies.filter_map(|set| set.split(';').next()).find(|set| set.starts_with("fugong="));
    own.map(str::to_owned).ok_or_else(|| Failed("nobody was logged in".to_owned()))
}

/// Asks for a page; how many bytes it has.
async fn page(cookie: &str, path: &str) -> Result<usize, Failed> {
    let answer = said(&format!("GET {path} HTTP/1.1\r\ncookie: {cookie}\r\n"), "").await?;
    let is_page = answer.starts_with("HTTP/1.1 200");
    let failed = || Failed(format!("{path}: {}", answer.lines().next().unwrap_or_default()));
    if is_page { Ok(answer.len()) } else { Err(failed()) }
}

/// What the server answers.
async fn said(head: &str, body: &str) -> Result<String, Failed> {
    let mut stream = TcpStream::connect(("127.0.0.1", PORT)).await?;
    let request = format!("{head}host: 127.0.0.1:{PORT}\r\nconnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
