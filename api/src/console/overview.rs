//! 总览: how resumption goes in the district, each figure with the way to its rows.

mod groups;

use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveDate as Date;
use serde::Deserialize;
use serde_json::Value;

use super::{
    chart::{Curve, Series, curve},
    frame::{Frame, Here, answer},
    visitor::{Listed, Query, Visitor},
};
use crate::problem::{Language, Problem};
use groups::{Group, Line, group};

/// The most rows of a list on this page; the others are behind its link.
const ROWS: &str = "8";

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Page<'a> {
    frame: Frame<'a>,
    /// The day shown, in words and as forms send it.
    day: Shown,
    position: String,
    tiles: Vec<Tile>,
    days: Option<Days>,
    scopes: Vec<Scope>,
    territories: Option<Vec<Group>>,
    kinds: Vec<Group>,
    unlisted: Option<(u64, String)>,
    vacant: Option<List>,
    overdue: Option<List>,
    due_today: Option<List>,
    difficulties: Option<Difficulties>,
}

/// The day that a page shows.
pub(super) struct Shown {
    pub(super) words: String,
    pub(super) iso: String,
    /// Whether it is a day of the past, as known then; and the way back.
    pub(super) today: Option<String>,
    /// The latest that can be asked for.
    pub(super) latest: String,
}

/// A figure of the first line.
struct Tile {
    name: &'static str,
    figure: String,
    unit: &'static str,
    to: String,
    /// What stands below it: each with the way to its rows, where it has rows.
    notes: Vec<(String, Option<String>)>,
    is_bad: bool,
}

struct Scope {
    name: &'static str,
    to: String,
    is_here: bool,
}

struct Days {
    curve: Curve,
    lines: Vec<DayLine>,
    /// What is said of the target.
    target: Option<String>,
}

/// A day of the curve, as the table beside it has it.
struct DayLine {
    day: Date,
    is_target: bool,
    above: Option<Line>,
    all: Option<Line>,
}

/// Some rows of a register, how many there are, and the way to all.
struct List {
    total: usize,
    rows: Vec<ListRow>,
    to: String,
}

/// A row of a list, with the way to the file of its enterprise.
struct ListRow {
    to: Option<String>,
    cells: Vec<String>,
}

struct Difficulties {
    open: u64,
    overdue: u64,
    lines: Vec<CaseLine>,
    list: Option<List>,
    to: String,
}

/// The difficulties of a category.
struct CaseLine {
    label: String,
    to: String,
    /// Raised, resolved, the rate.
    figures: [String; 3],
    /// Of those that are open and of those that are overdue.
    open: (String, String),
    overdue: (String, String),
}

/// The page.
///
/// # Errors
///
/// What the API would answer with, but for what somebody of this role may not read.
pub(super) async fn page(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    let all = rows(visitor, here, "r1", &[("limit", "200")]).await?;
    let above = rows(visitor, here, "r14", &[("limit", "200")]).await?;
    let by_day = rows(visitor, here, "r14-days", &[("limit", "200")]).await?;
    let vacant = list(visitor, here, &SEATS).await?;
    let overdue = list(visitor, here, &OVERDUE).await?;
    let due_today = list(visitor, here, &DUE_TODAY).await?;
    let difficulties = difficulties(visitor, here).await?;
    let day = shown(visitor, here, all.as_ref().and_then(|all| all.true_on));
    let position = all.as_ref().map(|all| all.position.clone()).unwrap_or_default();
    let (all, above) = (lines(all), lines(above));
    let scoped = here.asks("scope") != Some("all");
    let territories = if scoped { &above } else { &all };
    let page = Page {
        tiles: tiles(here, (&all, &above), (&vacant, &overdue, &due_today), difficulties.as_ref()),
        days: by_day.as_ref().map(|listed| days(here, listed, above.as_ref())),
        scopes: scopes(here, scoped),
        territories: territories.as_ref().map(|lines| groups::territories(here, lines, scoped)),
        kinds: all.as_ref().map(|lines| groups::kinds(here, lines)).unwrap_or_default(),
        unlisted: all.as_ref().and_then(|lines| groups::unlisted(here, lines)),
        frame: Frame::of(visitor, here, here.words.title_overview).await?,
        day,
        position,
        vacant,
        overdue,
        due_today,
        difficulties,
    };
    answer(here, 200, &page)
}

/// The rows of a register for the day of the page; none for who may not read them.
async fn rows(
    visitor: &Visitor,
    here: &Here,
    register: &str,
    query: Query<'_>,
) -> Result<Option<Listed>, Problem> {
    let as_of = here.asks("as_of").map(|day| ("as_of", day));
    let query: Vec<_> = query.iter().copied().chain(as_of).collect();
    visitor.may_ask("list_rows", &[("name", register)], &query).await
}

fn lines(listed: Option<Listed>) -> Option<Vec<Line>> {
    let read = |items: Vec<Value>| items.into_iter().filter_map(|it| Line::deserialize(it).ok());
    listed.map(|listed| read(listed.items).collect())
}

/// A list of this page: of which register, which rows, sorted by what, in which columns.
struct Of {
    register: &'static str,
    only: &'static [(&'static str, &'static str)],
    sort: &'static str,
    columns: &'static str,
}

const SEATS: Of = Of {
    register: "r4-seats",
    only: &[("required", "true"), ("vacant", "true")],
    sort: "unit",
    columns: "enterprise,name,township,seat,unit",
};
const OVERDUE: Of = Of {
    register: "r7",
    only: &[("overdue", "true")],
    sort: "due",
    columns: "enterprise,name,township,due,state",
};
const DUE_TODAY: Of = Of { only: &[("due_today", "true")], ..OVERDUE };
const LATE_CASES: Of = Of {
    register: "r9",
    only: &[("overdue", "true")],
    sort: "due",
    columns: "enterprise,name,category_label,department,due",
};

/// What is not resolved has no day on which it was.
const OPEN: [(&str, &str); 1] = [("resolved_on", "")];

async fn list(visitor: &Visitor, here: &Here, of: &Of) -> Result<Option<List>, Problem> {
    let query = [&[("limit", ROWS), ("sort", of.sort), ("fields", of.columns)], of.only].concat();
    let Some(listed) = rows(visitor, here, of.register, &query).await? else { return Ok(None) };
    let names: Vec<_> = of.columns.split(',').skip(1).collect();
    let language = if here.language == Language::English { "en" } else { "zh" };
    let rows = visitor.regime(|regime| {
        let called = |name: &str, value: &Value| {
            let code = value.as_str().unwrap_or_default();
            let list = fugong_domain::registers::code_list(of.register, name);
            list.map_or_else(|| code.to_owned(), |list| regime.label(list, code, language))
        };
        let row = |item: &Value| ListRow {
            to: item["enterprise"].as_str().map(|code| here.enterprise(code)),
            cells: names.iter().map(|name| called(name, &item[*name])).collect(),
        };
        listed.items.iter().map(row).collect()
    });
    Ok(Some(List { total: listed.total, rows: rows.await?, to: here.rows(of.register, of.only) }))
}

async fn difficulties(visitor: &Visitor, here: &Here) -> Result<Option<Difficulties>, Problem> {
    let summary = rows(visitor, here, "r9-summary", &[("by", "category")]).await?;
    let Some(summary) = summary else { return Ok(None) };
    let count = |name: &str| {
        let each = summary.items.iter().filter_map(|it| it[name].as_u64());
        each.fold(0, u64::saturating_add)
    };
    let text = |item: &Value, name: &str| match &item[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => "—".to_owned(),
    };
    let line = |item: &Value| {
        let group = text(item, "group");
        let of =
            |more: Query<'_>| here.rows("r9", &[&[("category", group.as_str())], more].concat());
        CaseLine {
            label: text(item, "label"),
            to: of(&[]),
            figures: ["raised", "resolved", "rate"].map(|name| text(item, name)),
            open: (text(item, "open"), of(&OPEN)),
            overdue: (text(item, "overdue"), of(&[("overdue", "true")])),
        }
    };
    Ok(Some(Difficulties {
        open: count("open"),
        overdue: count("overdue"),
        lines: summary.items.iter().map(line).collect(),
        list: list(visitor, here, &LATE_CASES).await?.filter(|list| 0 < list.total),
        to: here.rows("r9", &OPEN),
    }))
}

/// The day that a page shows.
pub(super) fn shown(visitor: &Visitor, here: &Here, on: Option<Date>) -> Shown {
    let today = fugong_core::shanghai_day(visitor.desk.log().now());
    let on = on.unwrap_or(today);
    let words = match here.language {
        Language::Chinese => on.format("%Y年%-m月%-d日"),
        Language::English => on.format("%-d %B %Y"),
    };
    let back = here.asks("as_of").map(|_| here.again(&[("as_of", "")]));
    Shown { words: words.to_string(), iso: on.to_string(), today: back, latest: today.to_string() }
}

fn scopes(here: &Here, above: bool) -> Vec<Scope> {
    let w = here.words;
    let scope = |name, scope, is_here| Scope { name, to: here.again(&[("scope", scope)]), is_here };
    vec![scope(w.above_scale, "", above), scope(w.all_industry, "all", !above)]
}

/// The lists whose lengths are shown at the top.
type Lists<'a> = (&'a Option<List>, &'a Option<List>, &'a Option<List>);

fn tiles(
    here: &Here,
    (all, above): (&Option<Vec<Line>>, &Option<Vec<Line>>),
    (vacant, overdue, due_today): Lists<'_>,
    difficulties: Option<&Difficulties>,
) -> Vec<Tile> {
    let w = here.words;
    let mut tiles = Vec::new();
    if let Some(line) = above.as_ref().and_then(|lines| lines.first()) {
        tiles.push(rate(
            here,
            w.above_rate,
            group(here, line, &[("scale", "above")], "in_above_base"),
        ));
    }
    let whole = |lines: &'_ Vec<Line>| lines.iter().find(|line| line.by == "all").cloned();
    if let Some(line) = all.as_ref().and_then(whole) {
        tiles.push(rate(here, w.all_rate, group(here, &line, &[], "in_base")));
    }
    if let Some(list) = vacant {
        tiles.push(Tile {
            name: w.vacant,
            figure: list.total.to_string(),
            unit: w.units_seats,
            to: list.to.clone(),
            notes: vec![(w.vacant_about.to_owned(), None)],
            is_bad: 0 < list.total,
        });
    }
    if let (Some(late), Some(today)) = (overdue, due_today) {
        tiles.push(Tile {
            name: w.orders,
            figure: late.total.to_string(),
            unit: w.overdue,
            to: late.to.clone(),
            notes: vec![(format!("{} {}", w.due_today, today.total), Some(today.to.clone()))],
            is_bad: 0 < late.total,
        });
    }
    if let Some(cases) = difficulties {
        let late = here.rows("r9", &[("overdue", "true")]);
        tiles.push(Tile {
            name: w.difficulties,
            figure: cases.open.to_string(),
            unit: w.open_cases,
            to: cases.to.clone(),
            notes: vec![(format!("{} {}", w.overdue, cases.overdue), Some(late))],
            is_bad: 0 < cases.overdue,
        });
    }
    tiles
}

fn rate(here: &Here, name: &'static str, group: Group) -> Tile {
    let w = here.words;
    let mut notes = vec![
        (
            format!("{} {} / {}", w.of_base, group.of_base.figure, group.base.figure),
            group.base.to.clone(),
        ),
        (
            format!(
                "{} {} · {} / {}",
                w.of_all, group.rate_all, group.working.figure, group.total.figure
            ),
            group.total.to.clone(),
        ),
    ];
    if let Some(new) = &group.new_today {
        notes.push((format!("{} {}", w.new_today, new.figure), new.to.clone()));
    }
    if let Some(delta) = group.delta.as_ref().filter(|delta| *delta != "—") {
        notes.push((format!("{} {delta} {}", w.since_yesterday, w.pp), None));
    }
    let to = group.of_base.to.clone().unwrap_or_default();
    Tile { name, figure: group.rate, unit: "", to, notes, is_bad: false }
}

fn days(here: &Here, listed: &Listed, above: Option<&Vec<Line>>) -> Days {
    let w = here.words;
    let mut days: Vec<DayLine> = Vec::new();
    for item in &listed.items {
        let Some((day, Ok(line))) = item
            .get("day")
            .and_then(Value::as_str)
            .and_then(|day| day.parse().ok())
            .map(|day: Date| (day, Line::deserialize(item)))
        else {
            continue;
        };
        if days.last().is_none_or(|last| last.day != day) {
            let is_target = item.get("is_target").and_then(Value::as_bool).unwrap_or(false);
            days.push(DayLine { day, is_target, above: None, all: None });
        }
        if let Some(last) = days.last_mut() {
            let place = if line.group == "all" { &mut last.all } else { &mut last.above };
            *place = Some(line);
        }
    }
    let series = |class, name: &'static str, of: fn(&DayLine) -> Option<&Line>| Series {
        class,
        name,
        label: days.last().and_then(of).map(|line| line.rate.clone()).unwrap_or_default(),
        values: days.iter().map(|day| of(day).and_then(Line::hundredths)).collect(),
    };
    let both = vec![
        series("above", w.above_scale, |day| day.above.as_ref()),
        series("all", w.all_industry, |day| day.all.as_ref()),
    ];
    let all: Vec<_> = days.iter().map(|day| day.day).collect();
    let target = days.iter().find(|day| day.is_target).map(|day| day.day);
    let said = above.and_then(|lines| lines.first()).and_then(|line| groups::target(w, line));
    Days { curve: curve(&all, both, target), target: said, lines: days }
}
