//! `fugong paper`: papers as they are handed over, as HTML for print or as PDF.

use std::{
    ffi::OsString,
    fmt::Display,
    fs,
    io::{ErrorKind, Write as _},
    path::Path,
    process::Command,
    str::FromStr,
};

use fugong_api::{Desk, Form, paper};

use crate::{
    args::{Paper, Printed},
    database::{self, Access},
    failure::Failure,
    print::say,
    whole,
};

pub(crate) async fn run(what: Paper) -> Result<(), Failure> {
    match what {
        Paper::Order(printed) => print(&printed, Form::Order).await,
        Paper::OrderService(printed) => print(&printed, Form::OrderService).await,
        Paper::Notice(printed) => print(&printed, Form::Notice).await,
        Paper::NoticeService(printed) => print(&printed, Form::NoticeService).await,
    }
}

async fn print<T>(printed: &Printed, form: fn(T) -> Form) -> Result<(), Failure>
where
    T: FromStr<Err: Display>,
{
    let id = printed.id.parse().map_err(|why: T::Err| Failure::Usage(why.to_string()))?;
    let log = database::open(&printed.database, Access::Read).await?;
    let html = paper(&Desk::new(log.clone()), &form(id), true).await?;
    log.close().await;
    let Some(out) = &printed.out else { return Ok(say(html.trim_end())?) };
    if out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")) {
        whole::made(out, |part| pdf(&html, part))?;
        return Ok(say(&format!("已写入 {}。", out.display()))?);
    }
    whole::written(out, |file| Ok(file.write_all(html.as_bytes())?))?;
    Ok(say(&format!("已写入 {}，可在浏览器中打印（A4）。", out.display()))?)
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
