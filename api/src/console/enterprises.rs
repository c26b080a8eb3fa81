//! 企业: every enterprise that the reader sees, as the address asks for them: searched, chosen, in
//! order, page by page, for any day.

use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveDate as Date;
use fugong_domain::{
    codes::{Listing, ProductionState, Scale, Tier},
    regime::Regime,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    frame::{Frame, Here, answer},
    overview::{Shown, shown},
    register::cells::named,
    visitor::{Listed, Visitor},
    words::EnterpriseWords,
};
use crate::{look::veiled, problem::Problem};

/// The register in which they stand.
const REGISTER: &str = "r12";
/// The rows of a page.
const ROWS: usize = 50;
/// What is read of each.
const FIELDS: &str = "enterprise,name,listing,township,park,scale,tier,production,since,works,\
                      plan_in_place,vacant_seats,open_orders,flags";
/// What the address may ask of the list, besides its day, its order and its page.
const FILTERS: [&str; 7] = ["q", "township", "park", "scale", "tier", "production", "listing"];

#[derive(Template)]
#[template(path = "console/enterprises.html")]
struct Page<'a> {
    frame: Frame<'a>,
    e: &'static EnterpriseWords,
    day: Shown,
    position: String,
    q: &'a str,
    choices: Vec<Choice>,
    /// What the form keeps beside them.
    kept: Vec<(&'static str, &'a str)>,
    is_filtered: bool,
    clear: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    total: usize,
    exports: Vec<(&'static str, String)>,
    number: usize,
    pages: usize,
    before: Option<[String; 2]>,
    after: Option<String>,
}

/// What may be chosen of a column.
struct Choice {
    name: &'static str,
    label: &'static str,
    /// Each as the address says it, what it is called, and whether it is chosen.
    options: Vec<(String, String, bool)>,
}

/// The head of a column, with the way to its rows in order.
struct Head {
    label: &'static str,
    to: Option<String>,
    order: Option<&'static str>,
    is_number: bool,
}

/// An enterprise, as it is shown.
struct Row {
    to: String,
    code: String,
    name: String,
    /// How it stands in the list, where that is not as with most.
    listing: Option<String>,
    place: String,
    scale: String,
    tier: String,
    production: String,
    works: bool,
    since: String,
    plan_in_place: bool,
    vacant: usize,
    seats: String,
    orders: u64,
    orders_to: String,
    flags: usize,
    flags_to: String,
}

/// The same as the register has it.
#[derive(Deserialize)]
struct Line {
    enterprise: String,
    #[serde(default)]
    name: Value,
    listing: String,
    township: Option<String>,
    park: Option<String>,
    #[serde(default)]
    scale: Value,
    #[serde(default)]
    tier: Value,
    production: String,
    since: Option<String>,
    works: bool,
    plan_in_place: bool,
    vacant_seats: Vec<String>,
    open_orders: u64,
    flags: Vec<String>,
}

/// The page.
///
/// # Errors
///
/// What the API answers with.
pub(super) async fn page(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    let number = here.asks("page").and_then(|text| text.parse().ok());
    let number: usize = number.unwrap_or(1).clamp(1, 100_000);
    let from = number.saturating_sub(1).saturating_mul(ROWS);
    let (limit, cursor) = (ROWS.to_string(), veiled(&from.to_string()));
    let wanted = wanted(here);
    let mut query = wanted.clone();
    query.extend([("limit", limit.as_str()), ("cursor", cursor.as_str()), ("fields", FIELDS)]);
    query.extend(here.asks("as_of").map(|day| ("as_of", day)));
    let listed: Listed = visitor.ask("list_rows", &[("name", REGISTER)], &query).await?;
    let on = listed.true_on.unwrap_or_default();
    let lines = listed.items.into_iter().filter_map(|item| Line::deserialize(item).ok());
    let lines: Vec<Line> = lines.collect();
    let told = |regime: &Regime| {
        let rows: Vec<_> = lines.iter().map(|line| row(here, regime, on, line)).collect();
        (rows, choices(here, regime, on))
    };
    let (rows, choices) = visitor.regime(told).await?;
    let e = EnterpriseWords::of(here.language);
    let pages = listed.total.div_ceil(ROWS).max(1);
    let at = |page: usize| here.again(&[("page", &page.to_string())]);
    let page = Page {
        frame: Frame::of(visitor, here, e.title_list).await?,
        day: shown(visitor, here, listed.true_on),
        position: listed.position,
        q: here.asks("q").unwrap_or_default(),
        choices,
        kept: ["as_of", "lang", "sort"]
            .into_iter()
            .filter_map(|it| Some((it, here.asks(it)?)))
            .collect(),
        is_filtered: wanted.iter().any(|(name, _)| *name != "sort"),
        clear: here.to("/enterprises", &[]),
        heads: heads(here, e),
        rows,
        total: listed.total,
        exports: exports(here, &wanted),
        number,
        pages,
        before: (1 < number).then(|| [here.again(&[("page", "")]), at(number.saturating_sub(1))]),
        after: (number < pages).then(|| at(number.saturating_add(1))),
        e,
    };
    answer(here, 200, &page)
}

/// What the address asks of the rows, but for the day.
fn wanted(here: &Here) -> Vec<(&'static str, &str)> {
    let asked = FILTERS.into_iter().chain(["sort"]);
    asked.filter_map(|name| Some((name, here.asks(name).filter(|it| !it.is_empty())?))).collect()
}

/// The same rows in other forms, and with all their columns.
fn exports(here: &Here, wanted: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let w = here.words;
    let e = EnterpriseWords::of(here.language);
    let form = |form: &str| here.rows(&format!("{REGISTER}.{form}"), wanted);
    vec![
        (w.export_csv, form("csv")),
        (w.export_ndjson, form("ndjson")),
        (e.as_register, here.rows(REGISTER, wanted)),
    ]
}

fn heads(here: &Here, e: &'static EnterpriseWords) -> Vec<Head> {
    let w = here.words;
    let sorted = here.asks("sort").unwrap_or_default();
    let head = |(label, column, is_number): (&'static str, &str, bool)| {
        let (order, next) = match sorted.strip_prefix('-') {
            Some(name) if name == column => (Some("descending"), column.to_owned()),
            None if sorted == column => (Some("ascending"), format!("-{column}")),
            // Of figures the largest are looked for.
            Some(_) | None => {
                (None, if is_number { format!("-{column}") } else { column.to_owned() })
            }
        };
        let to = here.again(&[("sort", &next), ("page", "")]);
        Head { label, to: (!column.is_empty()).then_some(to), order, is_number }
    };
    let columns = [
        (w.enterprise, "name", false),
        (w.territory, "township", false),
        (e.size, "scale", false),
        (w.kind, "tier", false),
        (e.production, "production", false),
        (e.since, "since", false),
        (e.plan, "plan_in_place", false),
        (w.vacant, "", true),
        (e.open_orders, "open_orders", true),
        (e.flags, "", true),
    ];
    columns.into_iter().map(head).collect()
}

fn row(here: &Here, regime: &Regime, on: Date, line: &Line) -> Row {
    let told = |name, value: &Value| named((here, regime, on), (REGISTER, name), value);
    let code = line.enterprise.as_str();
    let rows = |register, more: &[(&str, &str)]| {
        here.rows(register, &[&[("enterprise", code)], more].concat())
    };
    let name = told("name", &line.name);
    let listing = Value::from(line.listing.as_str());
    let township = line.township.as_deref().unwrap_or_default();
    Row {
        to: here.enterprise(code),
        name: if name.is_empty() { code.to_owned() } else { name },
        code: code.to_owned(),
        listing: (line.listing != Listing::Listed.code()).then(|| told("listing", &listing)),
        place: match line.park.as_deref() {
            Some(park) => format!("{township} · {park}"),
            None => township.to_owned(),
        },
        scale: told("scale", &line.scale),
        tier: told("tier", &line.tier),
        production: told("production", &Value::from(line.production.as_str())),
        works: line.works,
        since: line.since.clone().unwrap_or_default(),
        plan_in_place: line.plan_in_place,
        vacant: line.vacant_seats.len(),
        seats: rows("r4-seats", &[("vacant", "true")]),
        orders: line.open_orders,
        orders_to: rows("r7", &[]),
        flags: line.flags.len(),
        flags_to: rows("r8", &[]),
    }
}

fn choices(here: &Here, regime: &Regime, on: Date) -> Vec<Choice> {
    let (w, e) = (here.words, EnterpriseWords::of(here.language));
    let of = |name: &'static str, label, values: Vec<(String, String)>| {
        let chosen = here.asks(name).unwrap_or_default();
        let option = |(value, called): (String, String)| {
            let is_chosen = value == chosen;
            (value, called, is_chosen)
        };
        Choice { name, label, options: values.into_iter().map(option).collect() }
    };
    let codes = |name: &str, codes: Vec<&'static str>| {
        let called = |code: &str| named((here, regime, on), (REGISTER, name), &Value::from(code));
        codes.into_iter().map(|code| (code.to_owned(), called(code))).collect()
    };
    let units = regime.units();
    let townships = units.divisions.iter().filter(|division| division.holds_on(on));
    let townships = townships.map(|it| (it.name.clone(), it.name.clone())).collect();
    let parks = units.parks.iter().map(|park| (park.short.clone(), park.short.clone())).collect();
    let states = ProductionState::ALL.iter().map(|it| it.code()).collect();
    vec![
        of("township", w.territory, townships),
        of("park", e.park, parks),
        of("scale", e.size, codes("scale", Scale::ALL.iter().map(|it| it.code()).collect())),
        of("tier", w.kind, codes("tier", Tier::ALL.iter().map(|it| it.code()).collect())),
        of("production", e.production, codes("production", states)),
        of(
            "listing",
            e.listing,
            codes("listing", Listing::ALL.iter().map(|it| it.code()).collect()),
        ),
    ]
}
