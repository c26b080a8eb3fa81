//! Registers (台账): which there are, their columns, their rows.

mod lines;

use std::sync::Arc;

use fugong_core::{Column, Position};
use fugong_domain::{
    Principal,
    act::REGIME,
    regime::Regime,
    registers::{GUARDED, Line, Table, table, tables, withhold},
};
use fugong_engine::RegisterStatus;
use fugong_report::write::harmless;
use serde_json::{Value, json};

use super::rows::{Held, held_for, is_for_all, keep_in_sight, unname, unreadable};
use crate::{
    Progress,
    desk::{Desk, trouble},
    filters, known,
    look::{
        AS_OF, AT_POSITION, Asked, BOM, CURSOR, Format, Found, LIMIT, Look, Page, StandsOn,
        TRUE_ON, veiled,
    },
    problem::Problem,
    schema::answers,
    sight::{self, Reach},
};
use lines::{fits, plain, says, sort};

const fn look(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    answer: &'static str,
) -> Look {
    Look {
        id,
        answer,
        path,
        summary,
        query: &[],
        formats: &[Format::Json],
        stands_on: StandsOn::Registers,
        roles: "everybody who is known",
        deed: None,
        run: list,
    }
}

pub(super) const LOOKS: &[Look] = &[
    look("list_registers", "/v1/registers", "The registers, and where they stand", "RegisterList"),
    Look {
        run: schema,
        ..look(
            "read_register",
            "/v1/registers/{name}",
            "The columns of a register",
            "RegisterSchema",
        )
    },
    Look {
        run: rows,
        query: &[
            ("<column>", "Any column of the register: only rows with this value in it"),
            ("q", "Only rows in which this stands, in any column but those about persons"),
            ("sort", "A column, or -column for the other way round"),
            ("fields", "Only these columns, by their names with commas between; all if absent"),
            AS_OF,
            AT_POSITION,
            TRUE_ON,
            LIMIT,
            CURSOR,
            BOM,
        ],
        formats: &[Format::Json, Format::Ndjson, Format::Csv],
        roles: "everybody, what he may see: an enterprise itself, a unit its area, the district all",
        ..look("list_rows", "/v1/registers/{name}/rows", "The rows of a register", "Rows")
    },
];

/// The members of a query that are no columns.
const NOT_COLUMNS: [&str; 9] =
    ["q", "sort", "fields", "as_of", "at_position", "true_on", "limit", "cursor", "bom"];

fn list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let who = asked.who()?;
        let lenient = asked.caught_up(desk).await?;
        let progress = Progress::of(desk.log()).await;
        let folds: Vec<_> = progress.iter().map(|fold| &fold.status).collect();
        let head = desk.log().head();
        let position = folds.iter().map(|fold| fold.position).min().unwrap_or(head);
        let items: Vec<_> = tables()
            .iter()
            .map(|table| {
                let fold = folds.iter().find(|fold| fold.name == table.source);
                json!({
                    "name": table.relation.name,
                    "label_zh": table.relation.label_zh,
                    "label_en": table.relation.label_en,
                    "source": table.source,
                    "version": fold.map(|fold| fold.version),
                    "position": fold.map(|fold| fold.position.to_string()),
                    "stuck": fold.and_then(|fold| stuck(fold.stuck.as_ref())),
                })
            })
            .collect();
        let folds: Vec<_> = progress.iter().map(|fold| told(fold, who)).collect();
        let body = json!({"items": items, "folds": folds, "position": position.to_string()});
        Ok(Page { lenient, ..Page::json(position, body) })
    })
}

/// Where a fold stands.
pub(super) fn standing(fold: &RegisterStatus) -> Value {
    json!({
        "name": fold.name,
        "version": fold.version,
        "position": fold.position.to_string(),
        "head": fold.head.to_string(),
        "stuck": stuck(fold.stuck.as_ref()),
    })
}

/// The same with how it gets on. Which rows lack an event names enterprises, so it is for those who
/// see all of them.
fn told(fold: &Progress, who: &Principal) -> Value {
    let mut told = standing(&fold.status);
    if let Value::Object(members) = &mut told {
        let apart = &fold.status.apart;
        for (name, value) in [
            ("state", json!(fold.state())),
            ("lag_events", json!(fold.status.lag())),
            ("lag_seconds", json!(fold.waited)),
            ("events_per_second", json!(fold.rate)),
            ("rows_apart", json!(apart.len())),
        ] {
            members.insert(name.to_owned(), value);
        }
        if sight::reach(who) == Reach::District {
            members.insert("apart".to_owned(), json!(apart));
        }
    }
    told
}

/// The event that could not be taken, and why.
pub(super) fn stuck(stuck: Option<&(Position, String)>) -> Option<Value> {
    stuck.map(|(at, why)| json!({"position": at.to_string(), "detail": why}))
}

fn named(asked: &Asked) -> Result<&'static Table, Problem> {
    let name = asked.param("name");
    table(name).ok_or_else(|| Problem::absent(format!("register {name}; see /v1/registers")))
}

fn schema<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.who()?;
        let table = named(asked)?;
        let relation = &table.relation;
        let body = json!({
            "name": relation.name,
            "label_zh": relation.label_zh,
            "label_en": relation.label_en,
            "source": table.source,
            "columns": relation.columns,
            "schema": answers::row(relation),
        });
        Ok(Page::json(desk.log().head(), body))
    })
}

fn rows<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.who()?;
        let table = named(asked)?;
        check_columns(table, asked)?;
        let held = held_for(desk, asked, table).await?;
        check_values(desk, table, asked).await?;
        let wanted = wanted(desk, table, asked, &held).await?;
        let lines = lines(desk, table, &held, &wanted)?;
        let lines = for_reader(lines, table, asked, &held)?;
        let lines = unname(desk, lines, table, asked.who()?).await?;
        let looked_for = asked.query("q");
        let fitting = lines.iter().filter(|line| {
            fits(line, &wanted) && looked_for.is_none_or(|text| says(line, table, text))
        });
        let mut lines: Vec<&Line> = fitting.collect();
        keep_in_sight(desk, &mut lines, table, asked.who()?, &held).await?;
        sort(&mut lines, asked.query("sort"));
        let kind = if table.relation.name == "r9" { "support" } else { table.source };
        let may_see = asked.principal.as_ref().is_some_and(|who| sight::opens(who, kind));
        let columns = columns(table, asked);
        // What is not asked for is not opened either.
        let shown = |line: &Line| desk.opened(only(line.object(), &columns), may_see);
        let bom = asked.bom()?;
        if asked.format == Format::Json {
            return page(asked, &held, &lines, shown);
        }
        let lines: Vec<Value> = lines.into_iter().map(shown).collect();
        let text = match asked.format {
            Format::Csv => csv(&columns, &lines, bom),
            // Others than JSON, NDJSON and CSV are not offered.
            Format::Json
            | Format::Ndjson
            | Format::Xlsx
            | Format::Html
            | Format::Stream
            | Format::CloudEvents => {
                lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat()
            }
        };
        let page = Page::text(held.position, asked.format.media(), text);
        Ok(Page { lenient: held.lenient, ..page })
    })
}

/// The lines of the table; where it is asked for one enterprise, those of the others need not be told.
fn lines(
    desk: &Desk,
    table: &'static Table,
    held: &Held,
    wanted: &[(String, String)],
) -> Result<Arc<Vec<Line>>, Problem> {
    let one = wanted.iter().find(|(name, _)| name == "enterprise").map(|(_, code)| code);
    let lines = match (one, table.lines_of()) {
        (Some(code), Some(of)) => {
            let view = held.view(desk)?;
            of(&view, &held.rows, code).map(Arc::new)
        }
        (_, _) => desk.views().lines(table, &held.rows, held.stand.on),
    };
    lines.map_err(|failure| unreadable(&failure))
}

/// The lines without the small figures that whoever asks is not to see: also what is asked of a
/// column is asked of these.
fn for_reader(
    lines: Arc<Vec<Line>>,
    table: &Table,
    asked: &Asked,
    held: &Held,
) -> Result<Arc<Vec<Line>>, Problem> {
    let guarded = table.relation.columns.iter().any(|column| GUARDED.contains(&column.name));
    let who = asked.who()?;
    let sees = if is_for_all(table) { sight::sees_small_sums } else { sight::sees_small_figures };
    if !guarded || sees(who) {
        return Ok(lines);
    }
    let mut lines = lines.to_vec();
    let withheld = withhold(table, &held.rows, held.stand.on, &mut lines);
    withheld.map_err(|failure| unreadable(&failure))?;
    Ok(Arc::new(lines))
}

fn check_columns(table: &Table, asked: &Asked) -> Result<(), Problem> {
    let known: Vec<_> = table.relation.columns.iter().map(|column| column.name).collect();
    let sort = asked.query("sort").map(|sort| sort.trim_start_matches('-'));
    let asked_for = asked.query.keys().map(String::as_str);
    let columns = asked_for.filter(|name| !NOT_COLUMNS.contains(name)).map(|name| (name, name));
    let shown = asked.query("fields").into_iter().flat_map(|names| names.split(','));
    let columns = columns.chain(shown.map(|name| ("fields", name)));
    let mut columns = columns.chain(sort.map(|sort| ("sort", sort)));
    columns.try_for_each(|(name, column)| filters::one_of(name, column, &known))
}

/// The columns that are asked for, in the order of the register.
fn columns(table: &Table, asked: &Asked) -> Vec<Column> {
    let wanted = asked.query("fields");
    let is_wanted = |column: &&Column| {
        wanted.is_none_or(|names| names.split(',').any(|name| name == column.name))
    };
    table.relation.columns.iter().filter(is_wanted).copied().collect()
}

fn only(mut line: Value, columns: &[Column]) -> Value {
    if let Value::Object(members) = &mut line {
        members.retain(|name, _| columns.iter().any(|column| column.name == name));
    }
    line
}

/// That what is asked of a column is something that it can hold.
async fn check_values(desk: &Desk, table: &Table, asked: &Asked) -> Result<(), Problem> {
    let columns = table.relation.columns.iter();
    let mut named = columns.filter_map(|column| Some((column, asked.query.get(column.name)?)));
    let fit = |regime: &Regime, _| {
        let name = table.relation.name;
        named.try_for_each(|(column, value)| filters::fits_column(regime, name, column, value))
    };
    desk.log().read::<Regime, _>(REGIME, fit).await.map_err(trouble)?
}

/// What is wanted in which columns. An enterprise is found by any code that it has or had.
async fn wanted(
    desk: &Desk,
    table: &Table,
    asked: &Asked,
    held: &Held,
) -> Result<Vec<(String, String)>, Problem> {
    let columns = asked.query.iter().filter(|(name, _)| !NOT_COLUMNS.contains(&name.as_str()));
    let mut wanted: Vec<_> = columns.map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, value) in &mut wanted {
        if let ("enterprise" | "anchor", Ok(id)) = (name.as_str(), value.parse()) {
            let first = known::first(desk, id).await?;
            let shown = match table.source {
                "inbox" => held.names()?.named_on(&first, held.stand.on),
                _ => held.listing(desk)?.named_on(&first),
            };
            *value = shown.to_string();
        }
    }
    Ok(wanted)
}

fn page(
    asked: &Asked,
    held: &Held,
    lines: &[&Line],
    shown: impl Fn(&Line) -> Value,
) -> Result<Page, Problem> {
    let limit = asked.limit()?;
    let wrong = || Problem::invalid("cursor", "send the next_cursor of an answer as it was");
    let from = match asked.cursor()? {
        Some(cursor) => cursor.parse::<usize>().map_err(|_| wrong())?,
        None => 0,
    };
    let total = lines.len();
    let upto = from.saturating_add(limit);
    let items: Vec<_> = lines.iter().skip(from).take(limit).map(|line| shown(line)).collect();
    let rest = json!({
        "total": total,
        "next_cursor": (upto < total).then(|| veiled(&upto.to_string())),
        "position": held.position.to_string(),
        "true_on": held.stand.on,
    });
    Ok(Page { lenient: held.lenient, ..Page::listed(held.position, items, rest) })
}

/// What stands in a table for words that were erased or are not used, or that whoever asks may not
/// read.
pub(crate) fn worded(value: Value) -> Value {
    if let Value::Array(values) = value {
        return values.into_iter().map(worded).collect();
    }
    let marks = [
        ("erased", "（已删除）"),
        ("restricted", "（已限制处理）"),
        ("hidden", "（不予显示）"),
        ("unreadable", "（密钥缺失）"),
    ];
    let found = marks.into_iter().find(|(mark, _)| value.get(*mark).is_some());
    found.map_or(value, |(_, shown)| Value::from(shown))
}

/// RFC 4180; with a byte order mark, spreadsheets read its Chinese.
pub(super) fn csv(columns: &[Column], lines: &[Value], bom: bool) -> String {
    let cell = |text: &str| {
        let text = harmless(text);
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    let heads: Vec<_> = columns.iter().map(|column| cell(column.label_zh)).collect();
    let mark = if bom { "\u{feff}" } else { "" };
    let mut text = format!("{mark}{}\r\n", heads.join(","));
    for line in lines {
        let cells: Vec<_> = columns
            .iter()
            .map(|column| match line.get(column.name).cloned() {
                Some(value) if column.personal => cell(&plain(&worded(value))),
                Some(value) => cell(&plain(&value)),
                None => String::new(),
            })
            .collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}
