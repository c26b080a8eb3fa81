//! Reports over a large district: how soon a table is there, and what a workbook costs.

use std::{collections::BTreeMap, fs, sync::Arc, time::Instant};

use chrono::NaiveDate as Date;
use cqrs_es::Aggregate;
use fugong_core::{Relation, Rows};
use fugong_domain::{
    CreditCode,
    regime::{Event, Regime},
    registers::{Dossier, table, tables},
    reports::READY,
};
use fugong_fixtures::data;
use fugong_report::{
    Catalog, Cell, DateForm, Level, Lines, Literal, Plan, Row, Sheet, Stand, check, write,
};
use serde::Serialize;
use serde_json::json;

use crate::{Failed, told::median};

/// How often each is done; the median is told.
const TIMES: usize = 5;

/// A ready report over a large district.
#[derive(Debug, Serialize)]
pub(crate) struct Daily {
    case: String,
    enterprises: usize,
    /// Of the registers, for each day.
    register_lines: usize,
    lines: usize,
    /// From the lines of its register for the day and the day before.
    table_ms: f64,
    /// These lines, from the rows of the fold.
    register_ms: f64,
}

/// A workbook.
#[derive(Debug, Serialize)]
pub(crate) struct Workbook {
    case: String,
    rows: usize,
    columns: usize,
    seconds: f64,
    /// What the process held with the table, and at most while the file was made of it.
    table_mib: f64,
    peak_mib: f64,
    file_mib: f64,
}

/// The daily table over so many enterprises.
pub(crate) fn daily(case: &str, enterprises: usize) -> Result<Daily, Failed> {
    made(case, "daily-resumption", &district(enterprises)?, (enterprises, &BTreeMap::new()))
}

/// The file of one enterprise, out of so many items of all of them or a few more.
pub(crate) fn items(case: &str, items: usize) -> Result<Daily, Failed> {
    let each = (table("r12-items").ok_or_else(|| Failed("there are no items".to_owned()))?.lines)(
        &district(1)?,
        day("2020-02-29")?,
    );
    let each = each.map_err(|failure| Failed(failure.0))?.len().max(1);
    let enterprises = items.div_ceil(each);
    let rows = district(enterprises)?;
    let code = CreditCode::from_stem("91500114MA0000000")?.to_string();
    let chosen = BTreeMap::from([("enterprise".to_owned(), Literal::Text(code))]);
    made(case, "dossier", &rows, (enterprises, &chosen))
}

/// A ready report over a district, with what is chosen of it.
fn made(
    case: &str,
    report: &str,
    rows: &Rows,
    (enterprises, chosen): (usize, &BTreeMap<String, Literal>),
) -> Result<Daily, Failed> {
    let ready = READY.iter().find(|(known, _)| *known == report);
    let (_, text) = ready.ok_or_else(|| Failed(format!("there is no report {report}")))?;
    let plan = checked(text)?;
    let on = day("2020-02-29")?;
    let (mut lines, mut register) = (Lines::new(), Vec::new());
    for _ in 0..TIMES {
        let began = Instant::now();
        lines = lines_of(&plan, on, rows)?;
        register.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let (mut took, mut printed) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let began = Instant::now();
        let made = plan.run(on, chosen, &lines, &Registers);
        printed = made.map_err(|failure| Failed(failure.0))?.rows.len();
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Daily {
        case: case.to_owned(),
        enterprises,
        register_lines: lines.values().map(|lines| lines.len()).max().unwrap_or_default(),
        lines: printed,
        table_ms: median(took).round(),
        register_ms: median(register).round(),
    })
}

/// A list of so many enterprises as a workbook.
pub(crate) fn workbook(case: &str, rows: usize) -> Result<Workbook, Failed> {
    let sheet = list(rows)?;
    let columns = sheet.table.heads.len();
    let table_mib = resident("VmRSS:")?.round();
    let began = Instant::now();
    let bytes = write::xlsx(&sheet)?;
    let seconds = (began.elapsed().as_secs_f64() * 1e3).round() / 1e3;
    let peak_mib = resident("VmHWM:")?.round();
    let file_mib = (f64::from(u32::try_from(bytes.len())?) / 1_048_576.0).round();
    Ok(Workbook { case: case.to_owned(), rows, columns, seconds, table_mib, peak_mib, file_mib })
}

/// A list such as clerks hand up: names, places, days, figures.
fn list(rows: usize) -> Result<Sheet, Failed> {
    let plan = checked(LIST)?;
    let on = day("2020-02-29")?;
    let mut table = plan
        .run(on, &BTreeMap::new(), &lines_of(&plan, on, &district(0)?)?, &Registers)
        .map_err(|failure| Failed(failure.0))?;
    for (n, number) in (0..rows).zip(1..) {
        let cells = vec![
            Cell::Number(number),
            Cell::Text(format!("91500114MA{n:07}X")),
            Cell::Text(format!("黔江区第{n}示例制造有限公司")),
            Cell::Text("正阳街道".to_owned()),
            Cell::Text(if n.rem_euclid(2) == 0 { "是" } else { "否" }.to_owned()),
            Cell::Text("规模以下".to_owned()),
            Cell::Text("已复工复产".to_owned()),
            Cell::Date(on, DateForm::Iso),
            Cell::Number(number.rem_euclid(97)),
            Cell::Number(number.rem_euclid(1_009)),
        ];
        table.rows.push(Row { level: Level::Detail, cells });
    }
    Ok(Sheet::of("list", &plan, table, BTreeMap::new(), stand(on)?))
}

const LIST: &str = r#"
title = "企业清单"
title_en = "Enterprise by enterprise"
register = "r12"
numbered = true
limit = 200000
[[column]]
column = "enterprise"
[[column]]
column = "name"
[[column]]
column = "township"
[[column]]
column = "plan_in_place"
[[column]]
column = "scale"
[[column]]
column = "production"
[[column]]
column = "since"
[[column]]
column = "open_orders"
[[column]]
column = "headcount"
"#;

fn checked(text: &str) -> Result<Plan, Failed> {
    check(text, &Registers, true).map_err(|found| Failed(format!("{found:?}")))
}

fn lines_of(plan: &Plan, on: Date, rows: &Rows) -> Result<Lines, Failed> {
    let mut lines = Lines::new();
    for (register, day) in plan.needs(on) {
        let table = table(register).ok_or_else(|| Failed(register.to_owned()))?;
        let made = (table.lines)(rows, day).map_err(|failure| Failed(failure.0))?;
        lines.insert((register, day), Arc::new(made));
    }
    Ok(lines)
}

/// The registers of the domain, without what codes are called.
struct Registers;

impl Catalog for Registers {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        table(name).map(|table| &table.relation)
    }

    fn names(&self) -> Vec<&'static str> {
        tables().iter().map(|table| table.relation.name).collect()
    }

    fn label(&self, _register: &str, _column: &str, _code: &str) -> Option<String> {
        None
    }
}

/// A district of so many enterprises, two of three of which work.
fn district(enterprises: usize) -> Result<Rows, Failed> {
    let units = data::units()?;
    let townships: Vec<_> = units.divisions.iter().map(|it| it.code.to_string()).collect();
    let mut rows = Rows::complete();
    let mut regime = Regime::default();
    regime.apply(Event::UnitsPublished { units });
    let failed = |failure: fugong_core::Failure| Failed(failure.0);
    rows.put("regime", "district", &regime).map_err(failed)?;
    for (n, township) in (0..enterprises).zip(townships.iter().cycle()) {
        let row = dossier(n, township)?;
        rows.put("enterprises", row.enterprise.to_string(), &row).map_err(failed)?;
    }
    rows.keep();
    Ok(rows)
}

fn dossier(n: usize, township: &str) -> Result<Dossier, Failed> {
    let code = CreditCode::from_stem(&format!("91500114MA{n:07}"))?;
    let since = "2020-02-20";
    let state = if n.rem_euclid(3) == 0 { "suspended" } else { "resumed" };
    let resumed = if n.rem_euclid(2) == 0 { "2020-02-25" } else { "2020-02-29" };
    let size = if n.rem_euclid(5) == 0 { "above" } else { "below" };
    let park = (n.rem_euclid(4) == 0).then_some("park-zy");
    let mut row = serde_json::to_value(Dossier::unknown(code.to_string().parse()?))?;
    let told = json!({
        "name": format!("黔江区第{n}示例制造有限公司"),
        "industry_code": "1371",
        "section": (if n.rem_euclid(7) == 0 { "D" } else { "C" }),
        "listings": [{"from": since, "until": null}],
        "places": [{"from": since, "value": {"township": township, "park": park}}],
        "sizes": [{"from": since, "known_on": since, "scale": size}],
        "production": [{"event": "", "from": resumed, "state": state, "on_post": null}],
    });
    if let (Some(row), Some(told)) = (row.as_object_mut(), told.as_object()) {
        row.extend(told.clone());
    }
    Ok(serde_json::from_value(row)?)
}

fn stand(on: Date) -> Result<Stand, Failed> {
    Ok(Stand {
        as_of: "2020-02-29T16:00:00Z".parse()?,
        true_on: on,
        position: 1_000_000,
        root: Some("0".repeat(64)),
        district: "黔江区".to_owned(),
        log: 500_114,
        unit: "区经信委".to_owned(),
        reach: "全区".to_owned(),
        reader: None,
        withheld: false,
        laid_down: None,
        beside: None,
    })
}

fn day(text: &str) -> Result<Date, Failed> {
    Ok(text.parse()?)
}

/// What this process holds in memory, or held at most, in MiB.
fn resident(what: &str) -> Result<f64, Failed> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kib.unwrap_or_default() / 1024.0)
}
