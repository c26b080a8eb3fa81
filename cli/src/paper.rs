//! `fugong paper`: papers as they are handed over, as HTML for print or as PDF.

use std::{
    ffi::OsString,
    fs,
    io::{ErrorKind, Write as _},
    path::Path,
    process::Command,
    str::FromStr,
};

use chrono::{DateTime, Utc};
use fugong_api::{Desk, Form, History, paper};
use fugong_core::Position;
use fugong_engine::{Filter, Log};

use crate::{
    args::{Paper, Printed},
    database::{self, Access},
    failure::Failure,
    moment,
    print::say,
    whole,
};

pub(crate) async fn run(what: Paper) -> Result<(), Failure> {
    match what {
        Paper::Order(printed) => print(&printed, ORDER, Form::Order).await,
        Paper::OrderService(printed) => print(&printed, ORDER, Form::OrderService).await,
        Paper::Notice(printed) => print(&printed, FLAG, Form::Notice).await,
        Paper::NoticeService(printed) => print(&printed, FLAG, Form::NoticeService).await,
    }
}

/// What a paper is about, and how that is named.
type About = (&'static str, &'static str);

const ORDER: About = ("责令限期整改", "回执给出的 UUID");
const FLAG: About = ("诚信记录", "企业代码.序号，例如 91500114MAYY010106.1");

async fn print<T: FromStr>(
    printed: &Printed,
    (about, named): About,
    form: fn(T) -> Form,
) -> Result<(), Failure> {
    let asked = &printed.id;
    let no_id = |_| Failure::Usage(format!("「{asked}」不是{about}的编号，请写{named}。"));
    let id = asked.parse().map_err(no_id)?;
    let log = database::open(&printed.database, Access::Read).await?;
    let desk = Desk::new(log.clone());
    let at = match &printed.as_of {
        None => None,
        Some(text) => {
            let known = History::of(&desk).known_by(text).await;
            Some(known.map_err(|why| moment::unknown("--as-of", text, log.head(), why))?)
        }
    };
    let html = paper(&desk, &form(id), at, true).await.map_err(|problem| {
        let then = if at.is_some() { "到所问的时刻为止" } else { "" };
        match problem.code() {
            "NOT_FOUND" => Failure::Refused(format!(
                "{then}没有编号为「{asked}」的{about}，或尚无可印的内容。"
            )),
            _ => problem.into(),
        }
    })?;
    let known = last_known(&log, at).await?;
    log.close().await;
    let Some(out) = &printed.out else { return Ok(say(html.trim_end())?) };
    if out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")) {
        whole::made(out, |part| {
            pdf(&html, part)?;
            let made = fs::read(part)?;
            Ok(fs::write(part, dated(made, known))?)
        })?;
        return Ok(say(&format!("已写入 {}。", out.display()))?);
    }
    whole::written(out, |file| Ok(file.write_all(html.as_bytes())?))?;
    Ok(say(&format!("已写入 {}，可在浏览器中打印（A4）。", out.display()))?)
}

/// When the last event was recorded of which a paper knows.
async fn last_known(log: &Log, at: Option<Position>) -> Result<DateTime<Utc>, Failure> {
    let before = Position(at.unwrap_or_else(|| log.head()).0.saturating_sub(1));
    let last = log.events(before, 1, &Filter::default()).await?;
    Ok(last.first().map_or_else(|| log.now(), |event| event.recorded_at))
}

/// A PDF that says it was made when its paper knows the last of, whenever a browser printed it: the
/// same paper is the same file. It stays as long as it was, since a PDF finds its parts by counting.
fn dated(mut file: Vec<u8>, at: DateTime<Utc>) -> Vec<u8> {
    let at = at.format("%Y%m%d%H%M%S").to_string();
    for mark in [b"/CreationDate (D:".as_slice(), b"/ModDate (D:"] {
        let places: Vec<_> = (0..file.len())
            .filter(|place| file.get(*place..).is_some_and(|rest| rest.starts_with(mark)))
            .collect();
        for place in places {
            let from = place.saturating_add(mark.len());
            let digits = file.get_mut(from..from.saturating_add(at.len()));
            let digits = digits.filter(|it| it.iter().all(u8::is_ascii_digit));
            if let Some(digits) = digits {
                digits.copy_from_slice(at.as_bytes());
            }
        }
    }
    file
}

/// Browsers that print a page to a file, by the names under which they are installed.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "microsoft-edge"];

/// Has the first browser that is there print the page.
fn pdf(html: &str, file: &Path) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let page = folder.path().join("paper.html");
    fs::write(&page, html)?;
    for browser in BROWSERS {
        let mut asked = Command::new(browser);
        asked.args(["--headless", "--disable-gpu", "--no-pdf-header-footer"]);
        asked.arg(option("--user-data-dir=", folder.path()));
        asked.arg(option("--print-to-pdf=", file));
        if is_root() {
            // It refuses to run as root with one; the page is ours and runs nothing.
            asked.arg("--no-sandbox");
        }
        let done = match asked.arg(&page).output() {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            done => done?,
        };
        let is_made = fs::metadata(file).is_ok_and(|it| 0 < it.len());
        if done.status.success() && is_made {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        let last = said.lines().next_back().unwrap_or_default();
        return Err(Failure::Unavailable(format!("{browser} 未能打印为 PDF：{last}")));
    }
    let wanted = BROWSERS.join("、");
    let why = format!("打印为 PDF 须装有浏览器（{wanted} 之一）；或以 .html 结尾写出后自行打印。");
    Err(Failure::Unavailable(why))
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// Whether this process is root's, where there is one.
fn is_root() -> bool {
    #[cfg(unix)]
    return fs::metadata("/proc/self")
        .is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0);
    #[cfg(not(unix))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_paper_is_the_same_file_whenever_it_is_printed() {
        let at = "2020-03-06T03:00:00Z".parse().unwrap();
        let printed = |clock: &str| {
            let file =
                format!("%PDF-1.4 /CreationDate (D:{clock}+00'00')\n/ModDate (D:{clock}+00'00')");
            String::from_utf8(dated(file.into_bytes(), at)).unwrap()
        };
        let one = printed("20261127130101");
        assert_eq!(one, printed("20301231235959"));
        assert_eq!(one.matches("(D:20200306030000+00'00')").count(), 2, "{one}");
        // What is no date is left as it is.
        assert_eq!(dated(b"/ModDate (D:x".to_vec(), at), b"/ModDate (D:x");
    }
}
