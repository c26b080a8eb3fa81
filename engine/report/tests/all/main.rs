//! Reports over a little shop's registers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by a panic")]

mod beside;
mod checks;
mod compares;
mod formats;
mod forms;
mod ratios;
mod tables;
mod three_ways;

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_core::{At, Column, Kind, Relation, Role};
use fugong_report::{Catalog, Finding, Line, Lines, Plan, Sheet, Stand, Table, check};
use serde_json::{Value, json};

/// The day of which everything here is.
pub(crate) fn day() -> Date {
    Date::from_ymd_opt(2020, 2, 29).unwrap()
}

const fn column(name: &'static str, kind: Kind, role: Role) -> Column {
    Column {
        name,
        kind,
        role,
        personal: false,
        references: None,
        at: At::Member,
        label_zh: "列",
        label_en: "column",
    }
}

static LOAVES: Relation = Relation {
    name: "loaves",
    label_zh: "面包",
    label_en: "loaves",
    columns: &[
        column("loaf", Kind::Text, Role::Key),
        column("shelf", Kind::Text, Role::Dimension).naming("shelves"),
        column("kind", Kind::Text, Role::Dimension),
        column("sold", Kind::Boolean, Role::Dimension),
        column("grams", Kind::Integer, Role::Measure),
        column("baked_on", Kind::Date, Role::Date),
        column("sold_at", Kind::Instant, Role::Date),
        column("seeds", Kind::Json, Role::Dimension),
        Column { personal: true, ..column("baker", Kind::Json, Role::Dimension) },
    ],
};

static SHELVES: Relation = Relation {
    name: "shelves",
    label_zh: "货架",
    label_en: "shelves",
    columns: &[
        column("shelf", Kind::Text, Role::Key),
        column("room", Kind::Text, Role::Dimension).naming("rooms"),
    ],
};

static ROOMS: Relation = Relation {
    name: "rooms",
    label_zh: "房间",
    label_en: "rooms",
    columns: &[
        column("room", Kind::Text, Role::Key),
        column("floor", Kind::Integer, Role::Measure),
    ],
};

/// The registers of the shop.
pub(crate) struct Shop;

impl Catalog for Shop {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        [&LOAVES, &SHELVES, &ROOMS].into_iter().find(|relation| relation.name == name)
    }

    fn names(&self) -> Vec<&'static str> {
        vec!["loaves", "shelves", "rooms"]
    }

    fn label(&self, register: &str, column: &str, code: &str) -> Option<String> {
        let known = (register, column, code) == ("loaves", "kind", "rye");
        known.then(|| "黑麦".to_owned())
    }
}

pub(crate) fn line(register: &str, value: &Value) -> Line {
    Line::told(Shop.relation(register).unwrap().columns, value.as_object().unwrap().clone())
}

/// What lies in the shop on the day; the day before, no rye was sold and there was less of it.
pub(crate) fn lines() -> Lines {
    let loaf = |loaf: &str, shelf: &str, kind: &str, sold: bool, grams: Option<i64>| {
        line(
            "loaves",
            &json!({
                "loaf": loaf, "shelf": shelf, "kind": kind, "sold": sold, "grams": grams,
                "baked_on": "2020-02-29", "seeds": ["poppy"], "baker": {"hidden": true},
            }),
        )
    };
    let now = vec![
        loaf("a", "left", "rye", true, Some(500)),
        loaf("b", "left", "rye", false, Some(700)),
        loaf("c", "right", "rye", true, None),
        loaf("d", "right", "spelt", true, Some(900)),
        loaf("=e", "nowhere", "spelt", false, Some(100)),
    ];
    let before = vec![
        loaf("a", "left", "rye", false, Some(500)),
        loaf("d", "right", "spelt", true, Some(900)),
    ];
    let shelves = vec![
        line("shelves", &json!({"shelf": "left", "room": "front"})),
        line("shelves", &json!({"shelf": "right", "room": "back"})),
    ];
    let yesterday = day().pred_opt().unwrap();
    Lines::from([
        (("loaves", day()), Arc::new(now)),
        (("loaves", yesterday), Arc::new(before)),
        (("shelves", day()), Arc::new(shelves.clone())),
        (("shelves", yesterday), Arc::new(shelves)),
    ])
}

/// A definition with what every definition has.
pub(crate) fn definition(rest: &str) -> String {
    format!("title = \"面包表\"\ntitle_en = \"Loaves\"\nregister = \"loaves\"\n{rest}")
}

pub(crate) fn plan(rest: &str) -> Plan {
    check(&definition(rest), &Shop, true).unwrap()
}

/// What is wrong with a definition, by code.
pub(crate) fn wrong(rest: &str) -> Vec<Finding> {
    check(&definition(rest), &Shop, true).unwrap_err()
}

pub(crate) fn run(rest: &str) -> Table {
    plan(rest).run(day(), &BTreeMap::new(), &lines(), &Shop).unwrap()
}

/// One loaf for each of these names.
pub(crate) fn loaves(named: impl IntoIterator<Item = (String, bool)>) -> Lines {
    let of = |(loaf, sold)| line("loaves", &json!({"loaf": loaf, "kind": "oat", "sold": sold}));
    Lines::from([(("loaves", day()), Arc::new(named.into_iter().map(of).collect()))])
}

/// The cells of a table as they are printed.
pub(crate) fn printed(table: &Table) -> Vec<Vec<String>> {
    let cells = |row: &fugong_report::Row| {
        table.heads.iter().zip(&row.cells).map(|(head, cell)| head.printed(cell)).collect()
    };
    table.rows.iter().map(cells).collect()
}

pub(crate) fn sheet(rest: &str) -> Sheet {
    sheet_of(rest, &lines())
}

pub(crate) fn sheet_of(rest: &str, lines: &Lines) -> Sheet {
    let plan = plan(rest);
    let table = plan.run(day(), &BTreeMap::new(), lines, &Shop).unwrap();
    let stand = Stand {
        as_of: "2020-02-29T16:00:00Z".parse().unwrap(),
        true_on: day(),
        position: 9,
        root: Some("ab".repeat(32)),
        district: "小店".to_owned(),
        log: 1,
        unit: "前台".to_owned(),
        reach: "全区".to_owned(),
        reader: None,
        withheld: false,
        laid_down: None,
        beside: None,
    };
    Sheet::of("loaves", &plan, table, BTreeMap::new(), stand)
}
