//! Days and moments as they are asked for on the command line, and what is said of those that are none.

use std::{
    error::Error as _,
    io::{Write as _, stderr},
    process::ExitCode,
};

use chrono::NaiveDate;
use clap::{
    Parser as _,
    error::{ContextKind, ContextValue},
};
use fugong_api::Problem;
use fugong_core::Position;

use crate::{args::Cli, failure::Failure, print::harmless};

/// A text that is no day.
#[derive(Debug, thiserror::Error)]
#[error("不是日期，请写作 2020-02-29")]
pub(crate) struct NoDay;

/// Reads a day.
pub(crate) fn day(text: &str) -> Result<NaiveDate, NoDay> {
    text.parse().map_err(|_| NoDay)
}

/// What was asked for. What is wrong with it is said: of a day in Chinese, else as the parser says it.
pub(crate) fn parsed() -> Result<Cli, ExitCode> {
    let wrong = match Cli::try_parse() {
        Ok(cli) => return Ok(cli),
        Err(wrong) => wrong,
    };
    let said = |kind| match wrong.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        Some(_) | None => None,
    };
    let no_day = wrong.source().filter(|why| why.is::<NoDay>());
    let named = said(ContextKind::InvalidArg).zip(said(ContextKind::InvalidValue));
    let (Some(why), Some((option, value))) = (no_day, named) else { wrong.exit() };
    let said = harmless(&format!("{option}「{value}」{why}。"));
    // Where nobody listens, the exit code still says it.
    let _unheard = writeln!(stderr(), "fugong: {said}");
    Err(ExitCode::from(2))
}

/// Why `option` names no moment of a log with so many events.
pub(crate) fn unknown(option: &str, text: &str, head: Position, problem: Problem) -> Failure {
    let why = match problem.code() {
        "INVALID_FIELD" => {
            "不是时刻（2020-02-29T18:00:00+08:00）、日期（2020-02-29）或日志中的位置（128）"
                .to_owned()
        }
        "MOMENT_UNKNOWN" if text.bytes().all(|digit| digit == b'0') => {
            "在第一个事件之前，没有日期，请写时刻、日期或以后的位置".to_owned()
        }
        "MOMENT_UNKNOWN" => format!("超出日志，日志现有 {head} 个事件"),
        _ => return problem.into(),
    };
    Failure::Usage(format!("{option}「{text}」{why}。"))
}
