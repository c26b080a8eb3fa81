//! Rows of a register (台账), as the address asks for them: filtered, sorted, page by page, for any day.

pub(super) mod cells;

use actix_web::{HttpResponse, http::header};
use askama::Template;
use fugong_core::{Column, Kind};
use fugong_domain::registers::{Table, table, tables};

use super::{
    frame::{Frame, Here, OWN, answer, led_to},
    overview::{Shown, shown},
    visitor::{Listed, Visitor},
};
use crate::{
    look::{Content, Format, veiled},
    problem::{Language, Problem},
};
use cells::Cell;

/// The rows of a page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "console/registers.html")]
struct Registers<'a> {
    frame: Frame<'a>,
    registers: Vec<(String, &'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "console/register.html")]
struct Page<'a> {
    frame: Frame<'a>,
    day: Shown,
    name: &'a str,
    heads: Vec<Head>,
    rows: Vec<Vec<Cell>>,
    total: usize,
    position: String,
    chosen: Vec<Chosen>,
    columns: Vec<(&'static str, &'static str)>,
    /// What the form for another filter keeps.
    kept: Vec<(String, String)>,
    action: String,
    exports: [(&'static str, String); 2],
    number: usize,
    pages: usize,
    before: Option<[String; 2]>,
    after: Option<String>,
}

/// The head of a column, with the way to its rows in order.
struct Head {
    label: &'static str,
    sort: Option<String>,
    order: Option<&'static str>,
    is_number: bool,
}

/// A filter that is in use, and the way to the rows without it.
struct Chosen {
    label: &'static str,
    value: String,
    without: String,
}

/// All registers.
///
/// # Errors
///
/// When the log cannot be read.
pub(super) async fn list(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    let one = |table: &Table| {
        let relation = &table.relation;
        let label = pick(here, relation.label_zh, relation.label_en);
        (here.rows(relation.name, &[]), label, relation.name)
    };
    let frame = Frame::of(visitor, here, here.words.title_registers).await?;
    answer(here, 200, &Registers { frame, registers: tables().iter().map(one).collect() })
}

/// The rows of one.
///
/// # Errors
///
/// What the API answers with.
pub(super) async fn page(
    visitor: &Visitor,
    here: &Here,
    name: &str,
) -> Result<HttpResponse, Problem> {
    let table = named(name)?;
    if let (Some(column), value) = (here.asks("column"), here.asks("value").unwrap_or_default()) {
        // What the form for another filter says, as an address that can be kept.
        let columns = table.relation.columns.iter().map(|it| it.name).chain(["q"]);
        let column = columns.into_iter().find(|it| *it == column).unwrap_or_default();
        let plain = here.again(&[("column", ""), ("value", ""), ("page", ""), (column, value)]);
        return Ok(led_to(&plain));
    }
    let number = here.asks("page").and_then(|text| text.parse().ok());
    let number: usize = number.unwrap_or(1).clamp(1, 100_000);
    let from = number.saturating_sub(1).saturating_mul(ROWS);
    let (limit, cursor) = (ROWS.to_string(), veiled(&from.to_string()));
    let wanted = wanted(here, table);
    let mut query = wanted.clone();
    query.extend([("limit", limit.as_str()), ("cursor", cursor.as_str())]);
    let listed: Listed = visitor.ask("list_rows", &[("name", name)], &query).await?;
    let pages = listed.total.div_ceil(ROWS).max(1);
    let at = |page: usize| here.again(&[("page", &page.to_string())]);
    let first = || here.again(&[("page", "")]);
    let day = shown(visitor, here, listed.true_on);
    let rows = cells::of(visitor, here, table, &listed).await?;
    let export = |form: &str| {
        let query: Vec<_> = wanted.iter().copied().filter(|(name, _)| *name != "as_of").collect();
        here.rows(&format!("{name}.{form}"), &query)
    };
    let relation = &table.relation;
    let own = |name: &str| matches!(name, "as_of" | "lang" | "sort");
    let page = Page {
        frame: Frame::of(visitor, here, pick(here, relation.label_zh, relation.label_en)).await?,
        day,
        name,
        heads: relation.columns.iter().map(|column| head(here, column)).collect(),
        rows,
        total: listed.total,
        position: listed.position,
        chosen: chosen(visitor, here, table).await?,
        columns: filterable(here, table),
        kept: wanted
            .iter()
            .copied()
            .chain(here.asks("lang").map(|lang| ("lang", lang)))
            .filter(|(name, _)| own(name) || !OWN.contains(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        action: here.rows(name, &[]).split('?').next().unwrap_or_default().to_owned(),
        exports: [
            (here.words.export_csv, export("csv")),
            (here.words.export_ndjson, export("ndjson")),
        ],
        number,
        pages,
        before: (1 < number).then(|| [first(), at(number.saturating_sub(1))]),
        after: (number < pages).then(|| at(number.saturating_add(1))),
    };
    answer(here, 200, &page)
}

/// All rows that the address asks for, as a file.
///
/// # Errors
///
/// What the API answers with.
pub(super) async fn carried(
    visitor: &Visitor,
    here: &Here,
    name: &str,
    form: &str,
) -> Result<HttpResponse, Problem> {
    let table = named(name)?;
    let absent = || Problem::absent(format!("form {form} of a register; there are csv and ndjson"));
    let forms = [("csv", Format::Csv), ("ndjson", Format::Ndjson)];
    let (_, format) = forms.into_iter().find(|(known, _)| *known == form).ok_or_else(absent)?;
    let mut query = wanted(here, table);
    if format == Format::Csv {
        // Spreadsheets know by it that the text is Chinese.
        query.push(("bom", "true"));
    }
    let page = visitor.page("list_rows", &[("name", name)], &query, format).await?;
    let (media, bytes) = match page.content {
        Content::Text(media, text) => (media, text.into_bytes()),
        Content::Bytes(media, bytes) => (media, bytes),
        Content::Json(value) => (Format::Json.media(), value.to_string().into_bytes()),
    };
    let file = format!("attachment; filename=\"{name}.{form}\"");
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((header::CONTENT_DISPOSITION, file))
        .body(bytes))
}

fn named(name: &str) -> Result<&'static Table, Problem> {
    table(name).ok_or_else(|| Problem::absent(format!("register {name}")))
}

/// Of a pair, the one in the language of the page.
fn pick(here: &Here, zh: &'static str, en: &'static str) -> &'static str {
    if here.language == Language::Chinese { zh } else { en }
}

/// What the address asks of the rows.
fn wanted<'a>(here: &'a Here, table: &Table) -> Vec<(&'a str, &'a str)> {
    let is_asked = |name: &str| {
        let is_column = |column: &Column| column.name == name;
        matches!(name, "as_of" | "sort" | "q") || table.relation.columns.iter().any(is_column)
    };
    let all = here.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    all.filter(|(name, _)| is_asked(name)).collect()
}

fn head(here: &Here, column: &Column) -> Head {
    let sorted = here.asks("sort").unwrap_or_default();
    let (order, next) = match sorted.strip_prefix('-') {
        Some(name) if name == column.name => (Some("descending"), column.name.to_owned()),
        None if sorted == column.name => (Some("ascending"), format!("-{}", column.name)),
        Some(_) | None => (None, column.name.to_owned()),
    };
    // What is sealed, or a list, has no order.
    let sorts = !column.personal && column.kind != Kind::Json;
    Head {
        label: pick(here, column.label_zh, column.label_en),
        sort: sorts.then(|| here.again(&[("sort", &next), ("page", "")])),
        order,
        is_number: column.kind == Kind::Integer,
    }
}

/// The columns by which rows can be looked for.
fn filterable(here: &Here, table: &Table) -> Vec<(&'static str, &'static str)> {
    let columns = table.relation.columns.iter();
    let plain = columns.filter(|column| !column.personal && column.kind != Kind::Json);
    let named = plain.map(|it| (it.name, pick(here, it.label_zh, it.label_en)));
    std::iter::once(("q", here.words.anywhere)).chain(named).collect()
}

async fn chosen(visitor: &Visitor, here: &Here, table: &Table) -> Result<Vec<Chosen>, Problem> {
    let columns = table.relation.columns.iter();
    let used = columns.filter_map(|column| Some((column, here.query.get(column.name)?)));
    let told = used.map(|(column, value)| (column, cells::read(column, value)));
    let told: Vec<_> = told.collect();
    let value = |(column, value): &(&Column, serde_json::Value)| (column.name, value.clone());
    let pairs: Vec<_> = told.iter().map(value).collect();
    let shown = cells::words(visitor, here, table, &pairs).await?;
    let one = |((column, _), value): (&(&Column, _), String)| Chosen {
        label: pick(here, column.label_zh, column.label_en),
        value: if value.is_empty() { here.words.none.to_owned() } else { value },
        without: here.again(&[(column.name, ""), ("page", "")]),
    };
    let looked_for = here.asks("q").filter(|text| !text.is_empty()).map(|text| Chosen {
        label: here.words.anywhere,
        value: text.to_owned(),
        without: here.again(&[("q", ""), ("page", "")]),
    });
    Ok(looked_for.into_iter().chain(told.iter().zip(shown).map(one)).collect())
}
