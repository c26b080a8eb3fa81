//! The time limit that an order would have, counted by the calendar of the day.

use actix_web::HttpResponse;
use askama::Template;
use chrono::{Datelike as _, NaiveDate as Date};

use super::super::{
    frame::{Here, answer},
    visitor::Visitor,
    words::InspectWords,
};
use crate::problem::{Language, Problem};

#[derive(Template)]
#[template(path = "console/due.html")]
struct Part {
    due: Option<String>,
}

/// It as a part of a page.
///
/// # Errors
///
/// When the log cannot be read.
pub(super) async fn part(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    let due = told(visitor, here, here.asks("working_days").unwrap_or_default()).await?;
    answer(here, 200, &Part { due })
}

/// When an order of so many working days would be due that is served today; nothing for what is no
/// number of days.
///
/// # Errors
///
/// When the log cannot be read.
pub(super) async fn told(
    visitor: &Visitor,
    here: &Here,
    days: &str,
) -> Result<Option<String>, Problem> {
    // An order of a year is none; and a calendar is not counted through for long.
    let Some(days) = days.parse::<u32>().ok().filter(|days| (1..=366).contains(days)) else {
        return Ok(None);
    };
    let i = InspectWords::of(here.language);
    let today = fugong_core::shanghai_day(visitor.desk.log().now());
    let due = visitor.regime(|regime| regime.calendars().due(today, days, Some(today))).await?;
    Ok(Some(match due {
        Ok(deadline) => format!("{} {}", i.due_if_served, day(here, deadline.due)),
        Err(_) => i.not_covered.to_owned(),
    }))
}

fn day(here: &Here, day: Date) -> String {
    if here.language == Language::English {
        return day.format("%Y-%m-%d (%A)").to_string();
    }
    let names = ["一", "二", "三", "四", "五", "六", "日"];
    let at = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
    let name = names.get(at).copied().unwrap_or_default();
    format!("{}（星期{name}）", day.format("%Y年%-m月%-d日"))
}
