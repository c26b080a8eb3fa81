//! 检查整改: inspections, orders and reinspections, difficulties and barriers, and the two fields by
//! which a resumption is reported. Nothing here conditions a resumption (§四).

mod acting;
mod choices;
mod due;
mod facts;
mod forms;
mod things;

use actix_web::HttpResponse;
use askama::Template;
use fugong_domain::regime::Regime;
use serde_json::Value;

use super::{
    form::Sent,
    frame::{Frame, Here, answer},
    visitor::{Listed, Query, Visitor},
    words::InspectWords,
};
use crate::{http::inside, json::At as _, problem::Problem};
use things::{Thing, code, labels};

/// The orders that stand, those first that are late.
const ORDERS: [&str; 4] = ["lapsed", "reported", "served", "ordered"];
/// The difficulties in hand.
const CASES: [&str; 3] = ["raised", "assigned", "resolved"];
/// The most rows of each state.
const ROWS: &str = "30";

#[derive(Template)]
#[template(path = "console/inspect.html")]
struct Page<'a> {
    frame: Frame<'a>,
    i: &'static InspectWords,
    done: Option<&'static str>,
    begin: Vec<(&'static str, &'static str, String)>,
    find: String,
    lang: Option<&'a str>,
    asked: Option<Asked<'a>>,
    orders: Option<Vec<Line>>,
    cases: Option<Vec<Line>>,
    all: [String; 2],
}

/// An enterprise whose inspections are looked for.
struct Asked<'a> {
    code: &'a str,
    wrong: Option<String>,
    lines: Vec<Line>,
    open: Option<String>,
}

/// A line of a list, with the way to its page.
struct Line {
    to: String,
    first: String,
    cells: Vec<String>,
    state: String,
    is_late: bool,
}

/// The page, or one of those below it.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn page(
    visitor: &Visitor,
    here: &Here,
    place: &[&str],
) -> Result<HttpResponse, Problem> {
    match place {
        [] => overview(visitor, here).await,
        ["due"] => due::part(visitor, here).await,
        ["acts", id] => acting::page(visitor, here, id).await,
        [place, id] => match Thing::at(place) {
            Some(thing) => things::page(visitor, here, (thing, id)).await,
            None => Err(absent(here)),
        },
        _ => Err(absent(here)),
    }
}

/// What a form of these pages asks to be done.
///
/// # Errors
///
/// What the API would answer with, but for what is wrong with what was typed: that stands there.
pub(super) async fn done(
    visitor: &Visitor,
    here: &Here,
    place: &[&str],
    sent: &Sent,
) -> Result<HttpResponse, Problem> {
    match place {
        ["acts", id] => acting::sent(visitor, here, (id, sent)).await,
        _ => Err(absent(here)),
    }
}

fn absent(here: &Here) -> Problem {
    Problem::absent(format!("page {}", here.path))
}

async fn overview(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    let i = InspectWords::of(here.language);
    let may = inside::may_act(&visitor.desk, &visitor.caller, forms::IDS).await?;
    let begin = forms::all().filter(|form| form.of.is_none() && may.contains(form.id));
    let language = here.language;
    let begin = begin.map(|form| {
        let to = here.to(&format!("/inspections/acts/{}", form.id), &[]);
        (forms::said(form.title, language), forms::said(form.about, language), to)
    });
    let open = may.contains("open_inspection");
    let page = Page {
        frame: Frame::of(visitor, here, i.title).await?,
        i,
        done: here.asks("done").map(|done| if done == "already" { i.already } else { i.recorded }),
        begin: begin.collect(),
        find: here.bare(),
        lang: here.asks("lang"),
        asked: asked(visitor, here, i, open).await?,
        orders: lines(visitor, here, &ORDER_LIST).await?,
        cases: lines(visitor, here, &CASE_LIST).await?,
        all: ["r7", "r9"].map(|register| here.rows(register, &[])),
    };
    answer(here, 200, &page)
}

/// The inspections of the enterprise that the address asks for.
async fn asked<'a>(
    visitor: &Visitor,
    here: &'a Here,
    i: &InspectWords,
    may_open: bool,
) -> Result<Option<Asked<'a>>, Problem> {
    let Some(code_of) = here.asks("enterprise").filter(|code| !code.is_empty()) else {
        return Ok(None);
    };
    let to = here.to("/inspections/acts/open_inspection", &[("enterprise", code_of)]);
    let open = may_open.then_some(to);
    let query = [("types", "inspection-opened"), ("enterprise", code_of), ("limit", "200")];
    let told: Value = match visitor.ask("list_events", &[], &query).await {
        Ok(told) => told,
        Err(problem) if matches!(problem.status(), 400 | 404 | 422) => {
            let title = crate::problem::entry(problem.code);
            let title = title.map_or(problem.code, |entry| entry.title(here.language));
            let wrong = Some(title.to_owned());
            return Ok(Some(Asked { code: code_of, wrong, lines: Vec::new(), open: None }));
        }
        Err(problem) => return Err(problem),
    };
    let lines = |regime: &Regime| {
        let one = |event: &Value| {
            let data = event.at("data");
            let id = event.at("aggregate_id").as_str().unwrap_or_default();
            Line {
                to: Thing::Inspection.to(here, id),
                first: data.at("on").as_str().unwrap_or(i.inspection).to_owned(),
                cells: vec![labels(regime, here, "inspection_subjects", data.at("subjects"))],
                state: labels(regime, here, "inspection_kinds", data.at("kind")),
                is_late: false,
            }
        };
        let items = told.at("items").as_array().into_iter().flatten();
        items.rev().map(one).collect()
    };
    let lines = visitor.regime(lines).await?;
    Ok(Some(Asked { code: code_of, wrong: None, lines, open }))
}

/// Rows of a register, state by state.
struct List {
    register: &'static str,
    thing: Thing,
    key: &'static str,
    states: &'static [&'static str],
    /// The list of codes of the states.
    codes: &'static str,
    cells: &'static [&'static str],
    fields: &'static str,
}

const ORDER_LIST: List = List {
    register: "r7",
    thing: Thing::Order,
    key: "order",
    states: &ORDERS,
    codes: "order_states",
    cells: &["township", "issued_on", "due"],
    fields: "order,name,township,issued_on,due,state,overdue",
};
const CASE_LIST: List = List {
    register: "r9",
    thing: Thing::Case,
    key: "case",
    states: &CASES,
    codes: "support_states",
    cells: &["category_label", "department", "due"],
    fields: "case,name,category_label,department,due,state,overdue",
};

/// The rows of a list; none for whom it is not.
async fn lines(visitor: &Visitor, here: &Here, list: &List) -> Result<Option<Vec<Line>>, Problem> {
    let mut rows = Vec::new();
    for state in list.states {
        let query: Query<'_> =
            &[("state", *state), ("fields", list.fields), ("limit", ROWS), ("sort", "due")];
        let listed: Option<Listed> =
            visitor.may_ask("list_rows", &[("name", list.register)], query).await?;
        let Some(listed) = listed else { return Ok(None) };
        rows.extend(listed.items);
    }
    let on = fugong_core::shanghai_day(visitor.desk.log().now());
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let told = |regime: &Regime| {
        let unit = |code: String| {
            let unit = code.parse().ok().and_then(|unit| regime.units().at(&unit, on).ok());
            unit.map_or(code, |unit| unit.short().to_owned())
        };
        let cell = |row: &Value, name: &&str| {
            let said = text(row, name);
            if *name == "department" { unit(said) } else { said }
        };
        let one = |row: &Value| Line {
            to: list.thing.to(here, &text(row, list.key)),
            first: text(row, "name"),
            cells: list.cells.iter().map(|name| cell(row, name)).collect(),
            state: regime.label(list.codes, &text(row, "state"), code(here)),
            is_late: row.at("overdue") == true,
        };
        rows.iter().map(one).collect()
    };
    Ok(Some(visitor.regime(told).await?))
}
