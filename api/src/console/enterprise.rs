//! 一企一档: all that is kept of one enterprise, and how it came about, at any moment as it was known
//! then.

mod changes;
mod graph;
mod story;
mod why;

pub(super) use story::Told;
pub(super) use why::{kind, page as why};

use actix_web::HttpResponse;
use askama::Template;
use fugong_domain::regime::Regime;
use serde::Deserialize;
use serde_json::Value;

use super::{
    frame::{Frame, Here, answer},
    overview::{Shown, shown},
    register::cells::named,
    visitor::{Listed, Visitor},
    words::EnterpriseWords,
};
use crate::problem::{Language, Problem};
use changes::{Change, changes};
use story::{Moment, Story};

/// The register of the file, item by item.
const REGISTER: &str = "r12-items";
/// The most items that are shown.
const ITEMS: &str = "200";

#[derive(Template)]
#[template(path = "console/enterprise.html")]
struct Page<'a> {
    frame: Frame<'a>,
    e: &'static EnterpriseWords,
    day: Shown,
    code: String,
    name: String,
    badges: Vec<Badge>,
    position: String,
    sections: Vec<Section>,
    is_cut: bool,
    story: Story,
    facts: Vec<(String, String)>,
    /// The two moments that are compared, and what is otherwise.
    between: Option<(usize, usize, Vec<Change>)>,
    links: Vec<(&'static str, String)>,
}

/// A word about it at the top.
struct Badge {
    text: String,
    class: &'static str,
}

/// A section of the file, with its lines.
struct Section {
    id: String,
    name: String,
    lines: Vec<Item>,
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    section: String,
    called: String,
    on: String,
    content: String,
}

/// What is told of the enterprise at the top.
#[derive(Deserialize)]
pub(super) struct Record {
    name: Option<String>,
    uscc: Option<String>,
    id: String,
    state: Value,
    #[serde(default)]
    scale: Value,
    #[serde(default)]
    tier: Value,
    production_state: Value,
    production_since: Option<String>,
}

impl Record {
    /// What can be told of it before anything was known: by which name it goes.
    fn before(self) -> Self {
        let none = Value::Null;
        Self {
            state: none.clone(),
            scale: none.clone(),
            tier: none.clone(),
            production_state: none,
            production_since: None,
            ..self
        }
    }

    /// What it is called; else its code.
    pub(super) fn called(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.clone())
    }
}

/// The page.
///
/// # Errors
///
/// What the API answers with.
pub(super) async fn page(
    visitor: &Visitor,
    here: &Here,
    code: &str,
) -> Result<HttpResponse, Problem> {
    let e = EnterpriseWords::of(here.language);
    let told = story::read(visitor, code).await?;
    let story = Story::of(here, &told, visitor.sealed().await?);
    let facts = why::facts(here, code, story.upto_here(&told));
    let moment = story.moment();
    let record = record(visitor, code, moment.as_ref()).await?;
    let (items, listed) = items(visitor, here, code, moment.as_ref()).await?;
    let between = match (story.asked(here, "from"), story.asked(here, "to")) {
        (Some(from), Some(to)) => {
            let (before, _) = self::items(visitor, here, code, story.at(from).as_ref()).await?;
            let (after, _) = self::items(visitor, here, code, story.at(to).as_ref()).await?;
            Some((from, to, changes(&before, &after)))
        }
        (Some(_) | None, _) => None,
    };
    let day = shown(visitor, here, listed.true_on);
    let page = Page {
        frame: Frame::of(visitor, here, record.called()).await?,
        code: record.uscc.clone().unwrap_or_else(|| record.id.clone()),
        name: record.called(),
        badges: visitor.regime(|regime| badges(here, regime, &listed, &record)).await?,
        is_cut: items.len() < listed.total,
        position: listed.position,
        sections: sections(here, e, items),
        links: links(here, e, code),
        day,
        e,
        facts,
        story,
        between,
    };
    answer(here, 200, &page)
}

/// What is told of it at a moment. Before it was listed nothing was known but, from now, its name.
///
/// # Errors
///
/// What the API answers with.
async fn record(visitor: &Visitor, code: &str, moment: Option<&Moment>) -> Result<Record, Problem> {
    let query = moment.map(Moment::query).unwrap_or_default();
    let params = [("uscc", code)];
    match visitor.ask("read_enterprise", &params, &query).await {
        Err(problem) if problem.code == "ENTERPRISE_UNKNOWN" && !query.is_empty() => {
            let now: Record = visitor.ask("read_enterprise", &params, &[]).await?;
            Ok(now.before())
        }
        record => record,
    }
}

/// The lines of the file at a moment.
async fn items(
    visitor: &Visitor,
    here: &Here,
    code: &str,
    moment: Option<&Moment>,
) -> Result<(Vec<Item>, Listed), Problem> {
    let mut query = vec![("enterprise", code), ("limit", ITEMS)];
    query.extend(moment.map(Moment::query).unwrap_or_default());
    let listed: Listed = visitor.ask("list_rows", &[("name", REGISTER)], &query).await?;
    let items = listed.items.iter().map(|item| self::item(here, item)).collect();
    Ok((items, listed))
}

fn item(here: &Here, item: &Value) -> Item {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let words = item.get("words").and_then(Value::as_array).into_iter().flatten();
    let words = words.map(|word| match word {
        Value::String(word) => word.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            here.words.mark(word).to_owned()
        }
    });
    let content = Some(text("content")).filter(|text| !text.is_empty());
    let content: Vec<_> = content.into_iter().chain(words).collect();
    Item {
        section: text("section"),
        called: text("item"),
        on: text("on"),
        content: content.join("；"),
    }
}

fn sections(here: &Here, e: &EnterpriseWords, items: Vec<Item>) -> Vec<Section> {
    let titles = [
        e.section_basics,
        e.section_plan,
        e.section_seats,
        e.section_production,
        e.section_reports,
        e.section_inspections,
        e.section_flags,
        e.section_supports,
        e.section_papers,
    ];
    let mut sections: Vec<Section> = Vec::new();
    let mut last = String::new();
    for item in items {
        if sections.is_empty() || last != item.section {
            let number = sections.len();
            let title = titles.get(number).copied().unwrap_or_default();
            // The register says them in Chinese; in English they go by their place.
            let is_chinese = here.language == Language::Chinese;
            let name = if is_chinese { item.section.clone() } else { title.to_owned() };
            last.clone_from(&item.section);
            sections.push(Section { id: format!("section-{number}"), name, lines: Vec::new() });
        }
        if let Some(section) = sections.last_mut() {
            section.lines.push(item);
        }
    }
    sections
}

fn badges(here: &Here, regime: &Regime, listed: &Listed, record: &Record) -> Vec<Badge> {
    let on = listed.true_on.unwrap_or_default();
    let called = |column: &str, value: &Value| named((here, regime, on), ("r12", column), value);
    let works = ["resumed", "continuous"].iter().any(|state| record.production_state == *state);
    let since = record.production_since.as_deref().map(|day| format!(" {day}"));
    let production = called("production", &record.production_state);
    let first = Badge {
        text: format!("{production}{}", since.unwrap_or_default()),
        class: if works { "good" } else { "" },
    };
    let others = [("listing", &record.state), ("scale", &record.scale), ("tier", &record.tier)];
    let others = others.into_iter().map(|(column, value)| called(column, value));
    let others = others.map(|text| Badge { text, class: "" });
    std::iter::once(first).chain(others).filter(|badge| !badge.text.is_empty()).collect()
}

/// Where its rows stand in the registers.
fn links(here: &Here, e: &EnterpriseWords, code: &str) -> Vec<(&'static str, String)> {
    let w = here.words;
    let of = |name, register: &str| (name, here.rows(register, &[("enterprise", code)]));
    vec![
        of(e.seats, "r4-seats"),
        of(w.orders, "r7"),
        of(e.flags, "r8"),
        of(w.difficulties, "r9"),
        of(e.file, REGISTER),
    ]
}
