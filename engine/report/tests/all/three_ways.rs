//! One definition, three ways: in memory, by SQLite, by PostgreSQL, with the same table.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_cluster::Cluster;
use fugong_report::{Dialect, Line, Lines, Statement, check};
use postgres::{Client, NoTls, fallible_iterator::FallibleIterator as _};
use proptest::prelude::*;
use serde_json::json;

use super::{Shop, day, definition, line};

/// Conditions that a definition may have, on every kind of column.
const ASKED: &[&str] = &[
    "column = \"kind\"\nis = \"oat\"",
    "column = \"kind\"\nis_not = \"小麦\"",
    "column = \"kind\"\none_of = [\"oat\", \"it's; --\", \"小麦\"]",
    "column = \"kind\"\ncontains = \"麦\"",
    "column = \"kind\"\nis = { parameter = \"kind\" }",
    "column = \"kind\"\nempty = false",
    "column = \"sold\"\nis = true",
    "column = \"sold\"\nis_not = false",
    "column = \"grams\"\nat_least = 3",
    "column = \"grams\"\nat_most = -1",
    "column = \"grams\"\nempty = true",
    "column = \"baked_on\"\nat_most = \"today\"",
    "column = \"baked_on\"\nat_least = \"2020-02-28\"",
    "column = \"sold_at\"\nis = \"today\"",
    "column = \"sold_at\"\nat_least = \"2020-02-29\"",
    "column = \"seeds\"\ncontains = \"poppy\"",
    "column = \"seeds\"\nempty = true",
    "column = \"on.room\"\nis = \"back\"",
    "column = \"on.room\"\nis_not = \"back\"",
    "column = \"on.room\"\nempty = true",
];
const GROUPED: &[&str] = &[
    "column = \"kind\"\norder = [\"spelt\", \"A\", \"it's; --\"]\nlabels = { spelt = \"斯佩尔特\" }",
    "column = \"sold\"\nlabels = { true = \"已售\" }",
    "column = \"baked_on\"\nempty = \"未知\"\norder = [\"2020-03-01\", \"2020-03\"]",
    "column = \"on.room\"",
    "column = \"in.floor\"\norder = [\"2\"]",
    "column = \"grams\"",
];
/// What is computed, each by its name; the later ones of the earlier ones.
const MEASURES: &[(&str, &str)] = &[
    ("count", "count = true"),
    ("some", "count = true"),
    ("weight", "sum = \"grams\""),
    ("mean", "average = \"grams\""),
    ("floors", "sum = \"in.floor\""),
    ("called", "names = \"kind\""),
    ("sown", "names = \"seeds\"\nhidden = true"),
    ("share", "ratio = { numerator = \"some\", base = \"count\", excluded = \"floors\" }"),
    ("part", "ratio = { numerator = \"some\", base = \"weight\" }"),
    ("points", "difference = { of = \"share\", days = 1 }"),
    ("points_of_two_days", "difference = { of = \"part\", days = 2 }"),
    ("more", "difference = { of = \"weight\", days = 1 }"),
    ("mean_before", "earlier = { of = \"mean\", days = 2 }"),
    ("share_before", "earlier = { of = \"share\", days = 1 }"),
    ("called_before", "earlier = { of = \"called\", days = 1 }"),
];
const SHOWN: &[&str] = &[
    "loaf", "kind", "sold", "grams", "baked_on", "sold_at", "seeds", "baker", "on.room", "in.floor",
];
const SORTED: &[&str] = &["kind", "sold", "grams", "baked_on", "sold_at", "on.room", "in.floor"];

/// What definitions of both forms have: a parameter, joins, filters, perhaps a limit and a total.
fn begun() -> impl Strategy<Value = String> {
    let filters = prop::sample::subsequence(ASKED, 0..3);
    let limit = prop::option::of(1..12);
    (filters, limit, any::<bool>()).prop_map(|(filters, limit, total)| {
        let mut text = if total { "total = \"合计\"\n" } else { "" }.to_owned();
        if let Some(limit) = limit {
            writeln!(text, "limit = {limit}").unwrap();
        }
        text.push_str(
            "numbered = true\n[[parameter]]\nname = \"kind\"\nkind = \"text\"\nlabel = \"种类\"\n\
             [[join]]\nas = \"on\"\non = \"shelf\"\n[[join]]\nas = \"in\"\non = \"on.room\"\n",
        );
        for filter in filters {
            write!(text, "[[filter]]\n{filter}\n").unwrap();
        }
        text
    })
}

/// Up to two orders by these.
fn sorted(by: Vec<&'static str>) -> impl Strategy<Value = String> {
    let by = prop::sample::subsequence(by, 0..=2).prop_shuffle();
    (by, any::<bool>()).prop_map(|(by, descending)| {
        let order = |by: &&str| format!("[[sort]]\nby = \"{by}\"\ndescending = {descending}\n");
        by.iter().map(order).collect()
    })
}

fn measures(names: &[&str], when: &[&str]) -> String {
    let mut text = String::new();
    for (name, how) in MEASURES.iter().filter(|(name, _)| names.contains(name)) {
        write!(text, "[[measure]]\nname = \"{name}\"\n{how}\n").unwrap();
        let conditions = if *name == "count" { &[] } else { when };
        for condition in conditions {
            write!(text, "[[measure.when]]\n{condition}\n").unwrap();
        }
    }
    text
}

/// A line is a group: with subtotals, and every kind of measure.
fn grouped() -> impl Strategy<Value = String> {
    let names: Vec<_> = MEASURES.iter().map(|(name, _)| *name).collect();
    let is_text = |name: &&str| ["called", "sown", "called_before"].contains(name);
    let sortable = names.iter().copied().filter(|name| !is_text(name)).collect();
    let groups = prop::sample::subsequence(GROUPED, 0..4).prop_shuffle();
    let asked = prop::sample::subsequence(ASKED, 0..3);
    let subtotals = prop::sample::subsequence(&[0_usize, 1, 2][..], 0..=3);
    let dates = prop::sample::select(&["iso", "chinese", "month", "year"][..]);
    (begun(), groups, subtotals, asked, sorted(sortable), dates).prop_map(
        move |(mut text, groups, subtotals, when, sort, date)| {
            for (at, group) in groups.iter().enumerate() {
                write!(text, "[[group]]\n{group}\n").unwrap();
                if group.contains("baked_on") {
                    writeln!(text, "date = \"{date}\"").unwrap();
                }
                if subtotals.contains(&at) {
                    text.push_str("subtotal = \"小计\"\n");
                }
            }
            text + &measures(&names, &when) + &sort
        },
    )
}

/// A line is a row: with sums below columns.
fn listed() -> impl Strategy<Value = String> {
    let shown = prop::sample::subsequence(SHOWN, 1..6).prop_shuffle();
    let asked = prop::sample::subsequence(ASKED, 0..2);
    (begun(), shown, asked, sorted(SORTED.to_vec())).prop_map(|(text, shown, when, sort)| {
        let mut text = if text.contains("limit") { text } else { format!("limit = 100\n{text}") };
        for column in &shown {
            write!(text, "[[column]]\ncolumn = \"{column}\"\ndate = \"short\"\n").unwrap();
        }
        // In a list a measure stands below the column of its name.
        let sum = measures(&["weight"], &when).replace("\"weight\"", "\"grams\"");
        text + if shown.contains(&"grams") { &sum } else { "" } + &sort
    })
}

fn loaf() -> impl Strategy<Value = Line> {
    let kinds = ["oat", "spelt", "小麦", "it's; --", "", "A", "a"];
    let kind = prop::option::of(prop::sample::select(kinds.to_vec()));
    let days =
        prop::option::of(prop::sample::select(&["2020-02-27", "2020-02-29", "2020-03-01"][..]));
    let at = ["2020-02-28T15:59:59Z", "2020-02-28T16:00:00Z", "2020-02-29T15:59:59.5Z"];
    let at = prop::option::of(prop::sample::select(at.to_vec()));
    let shelf = prop::option::of(prop::sample::select(&["left", "right", "none"][..]));
    let seeds = prop::sample::subsequence(&["poppy", "it's"][..], 0..=2);
    let grams = prop::option::of(-3_i64..9);
    let loaf = "[a-c\"'=]{0,2}";
    (loaf, kind, days, at, shelf, seeds, grams, any::<bool>()).prop_map(
        |(loaf, kind, baked_on, sold_at, shelf, seeds, grams, sold)| {
            let told = json!({
                "loaf": loaf, "kind": kind, "baked_on": baked_on, "sold_at": sold_at,
                "shelf": shelf, "seeds": seeds, "grams": grams, "sold": sold,
                "baker": {"hidden": true},
            });
            line("loaves", &told)
        },
    )
}

/// What lay in the shop on the day and on the two days before.
fn shop() -> impl Strategy<Value = Lines> {
    let told = |register: &str, all: &[serde_json::Value]| {
        Arc::new(all.iter().map(|it| line(register, it)).collect::<Vec<_>>())
    };
    let shelves = told(
        "shelves",
        &[
            json!({"shelf": "left", "room": "front"}),
            json!({"shelf": "right", "room": "back"}),
            json!({"shelf": "lost", "room": null}),
        ],
    );
    let rooms = told(
        "rooms",
        &[json!({"room": "front", "floor": 2}), json!({"room": "back", "floor": 10})],
    );
    prop::collection::vec(prop::collection::vec(loaf(), 0..20), 3).prop_map(move |loaves| {
        let days = day().iter_days().rev();
        let of_day = days.zip(loaves).flat_map(|(day, loaves)| {
            [
                (("loaves", day), Arc::new(loaves)),
                (("shelves", day), Arc::clone(&shelves)),
                (("rooms", day), Arc::clone(&rooms)),
            ]
        });
        of_day.collect()
    })
}

fn parameters(statement: &Statement, lines: &Lines) -> Vec<String> {
    let of = |need: &(&'static str, Date)| json!(*lines[need]).to_string();
    let values = statement.values.to_string();
    statement.needs.iter().map(of).chain([values]).collect()
}

fn by_sqlite(statement: &Statement, lines: &Lines) -> Vec<Vec<Option<String>>> {
    let sqlite = rusqlite::Connection::open_in_memory().unwrap();
    let mut prepared = sqlite.prepare(&statement.text).unwrap();
    let columns = prepared.column_count();
    let given = rusqlite::params_from_iter(parameters(statement, lines));
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect();
    prepared.query_map(given, row).unwrap().map(Result::unwrap).collect()
}

fn by_postgres(
    client: &mut Client,
    statement: &Statement,
    lines: &Lines,
) -> Vec<Vec<Option<String>>> {
    let given = parameters(statement, lines);
    let statement = client.prepare(&statement.text).unwrap();
    let found = client.query_raw(&statement, &given).unwrap();
    let rows: Vec<postgres::Row> = found.collect().unwrap();
    rows.iter().map(|row| (0..row.len()).map(|at| row.get(at)).collect()).collect()
}

#[test]
fn a_definition_gives_the_same_table_in_memory_and_by_both_databases() {
    let cluster = Cluster::shared().unwrap();
    let client = RefCell::new(Client::connect(&cluster.database().unwrap(), NoTls).unwrap());
    let definitions = prop_oneof![2 => grouped(), 1 => listed()];
    let cases = (definitions, shop(), any::<bool>());
    proptest!(ProptestConfig::with_cases(400), |((text, lines, choose) in cases)| {
        let plan = check(&definition(&text), &Shop, true).map_err(|it| format!("{it:?}")).unwrap();
        let given = choose.then(|| ("kind".to_owned(), "oat".to_owned())).into_iter().collect();
        let chosen = plan.chosen(&given).unwrap();
        let expected = plan.run(day(), &chosen, &lines, &Shop).unwrap();
        let said = |dialect| plan.statement(day(), &chosen, dialect);
        let (sqlite, postgres) = (said(Dialect::Sqlite), said(Dialect::Postgres));
        let answered = by_sqlite(&sqlite, &lines);
        let read = plan.table(&answered, &Shop).unwrap();
        prop_assert_eq!(&read, &expected, "{}\n{}", &text, sqlite.text);
        let answered = by_postgres(&mut client.borrow_mut(), &postgres, &lines);
        let read = plan.table(&answered, &Shop).unwrap();
        prop_assert_eq!(&read, &expected, "{}\n{}", &text, postgres.text);
    });
}

/// Whatever a definition says, its values are a parameter and its names are names of columns.
#[test]
fn no_text_of_a_definition_stands_in_a_statement() {
    let text = "[[filter]]\ncolumn = \"kind\"\nis = \"x'); DROP TABLE events; --\"\n\
                [[group]]\ncolumn = \"kind\"\nempty = \"y\\\"'\"\norder = [\"a'b\\\"c\"]\n\
                [[measure]]\nname = \"n\"\nheading = \"y\\\"'\"\ncount = true\n";
    let plan = check(&definition(text), &Shop, true).unwrap();
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let statement = plan.statement(day(), &BTreeMap::new(), dialect);
        assert!(!statement.text.contains("DROP") && !statement.text.contains("y\""));
        assert_eq!(statement.values, json!(["x'); DROP TABLE events; --", "a'b\"c"]));
    }
}

#[test]
fn what_is_no_answer_of_the_statement_is_no_table() {
    let plan =
        check(&definition("[[measure]]\nname = \"n\"\ncount = true\n"), &Shop, true).unwrap();
    let read = |texts: &[&str]| {
        let line = texts.iter().map(|text| Some((*text).to_owned())).collect();
        plan.table(&[line], &Shop)
    };
    assert!(read(&["0", "0", "5"]).is_ok());
    for wrong in [&["0", "0"][..], &["0", "0", "many"], &["x", "0", "5"]] {
        assert!(read(wrong).is_err(), "{wrong:?}");
    }
}
