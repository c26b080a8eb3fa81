//! One definition, three ways: in memory, by SQLite, by PostgreSQL, with the same figures.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _, sync::Arc};

use fugong_cluster::Cluster;
use fugong_report::{Cell, Dialect, Level, Line, Lines, Literal, Plan, Statement, check};
use postgres::{Client, NoTls, fallible_iterator::FallibleIterator as _};
use proptest::prelude::*;
use serde_json::json;

use super::{Shop, day, definition};

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
const GROUPED: &[&str] = &["kind", "sold", "baked_on", "on.room", "grams"];

/// A definition: filters, groups, and the condition of its measures.
fn defined() -> impl Strategy<Value = String> {
    let asked = || prop::sample::subsequence(ASKED, 0..3);
    let groups = prop::sample::subsequence(GROUPED, 0..4).prop_shuffle();
    (asked(), groups, asked()).prop_map(|(filters, groups, when)| {
        let mut text = "total = \"合计\"\n[[parameter]]\nname = \"kind\"\nkind = \"text\"\n\
                        label = \"种类\"\n[[join]]\nas = \"on\"\non = \"shelf\"\n"
            .to_owned();
        for filter in filters {
            write!(text, "[[filter]]\n{filter}\n").unwrap();
        }
        for group in groups {
            write!(text, "[[group]]\ncolumn = \"{group}\"\n").unwrap();
        }
        for measure in ["count = true", "sum = \"grams\"", "average = \"grams\""] {
            let name = measure.split(' ').next().unwrap();
            write!(text, "[[measure]]\nname = \"{name}\"\n{measure}\n").unwrap();
            for condition in &when {
                write!(text, "[[measure.when]]\n{condition}\n").unwrap();
            }
        }
        text
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
    (kind, days, at, shelf, seeds, grams, any::<bool>()).prop_map(
        |(kind, baked_on, sold_at, shelf, seeds, grams, sold)| {
            let line = json!({
                "loaf": "x", "kind": kind, "baked_on": baked_on, "sold_at": sold_at,
                "shelf": shelf, "seeds": seeds, "grams": grams, "sold": sold,
            });
            line.as_object().unwrap().clone()
        },
    )
}

fn shelves() -> Vec<Line> {
    let shelf = |shelf: &str, room: Option<&str>| json!({"shelf": shelf, "room": room});
    let all = [shelf("left", Some("front")), shelf("right", Some("back"))];
    all.iter().map(|line| line.as_object().unwrap().clone()).collect()
}

/// The innermost groups with their figures, in memory.
fn in_memory(plan: &Plan, chosen: &BTreeMap<String, Literal>, lines: &Lines) -> Vec<Vec<String>> {
    let table = plan.run(day(), chosen, lines, &Shop).unwrap();
    let grouped = table.heads.first().is_some_and(|head| head.name != "all");
    let kept = table.rows.iter().filter(|row| (row.level == Level::Detail) == grouped);
    let mut rows: Vec<Vec<String>> = kept
        .map(|row| {
            let skipped = usize::from(!grouped);
            row.cells.iter().skip(skipped).map(average_or_printed).collect()
        })
        .collect();
    rows.sort();
    rows
}

/// An average as what it is made of: how many, and their sum.
fn average_or_printed(cell: &Cell) -> String {
    if let Cell::Average { sum, count } = cell {
        return format!("{count} {sum}");
    }
    cell.printed()
}

/// The same of what a database answers: keys, then two figures a measure.
fn figures(keys: usize, answered: Vec<Vec<Option<String>>>) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = answered
        .into_iter()
        .map(|row| {
            let (named, counted) = row.split_at(keys);
            let key = |key: &Option<String>| match key.as_deref() {
                None | Some("") => "（未填）".to_owned(),
                Some("true") => "是".to_owned(),
                Some("false") => "否".to_owned(),
                Some(other) => other.to_owned(),
            };
            let known = |at: usize| counted[at].clone().unwrap();
            let figures = [known(0), known(3), format!("{} {}", known(4), known(5))];
            named.iter().map(key).chain(figures).collect()
        })
        .collect();
    rows.sort();
    rows
}

fn parameters(statement: &Statement, lines: &Lines) -> Vec<String> {
    let of = |register: &&'static str| json!(*lines[&(*register, day())]).to_string();
    let values = statement.values.to_string();
    statement.registers.iter().map(of).chain([values]).collect()
}

fn by_sqlite(statement: &Statement, lines: &Lines) -> Vec<Vec<Option<String>>> {
    let sqlite = rusqlite::Connection::open_in_memory().unwrap();
    let mut prepared = sqlite.prepare(&statement.text).unwrap();
    let columns = prepared.column_count();
    let given = rusqlite::params_from_iter(parameters(statement, lines));
    let cell = |row: &rusqlite::Row<'_>, at| match row.get_unwrap(at) {
        rusqlite::types::Value::Null => None,
        rusqlite::types::Value::Integer(number) => Some(number.to_string()),
        rusqlite::types::Value::Text(text) => Some(text),
        rusqlite::types::Value::Real(_) | rusqlite::types::Value::Blob(_) => {
            panic!("a statement answers text and whole numbers")
        }
    };
    let row = |row: &rusqlite::Row<'_>| Ok((0..columns).map(|at| cell(row, at)).collect());
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
    let cell = |row: &postgres::Row, at: usize| match row.columns()[at].type_().name() {
        "int8" => row.get::<_, Option<i64>>(at).map(|number| number.to_string()),
        _ => row.get::<_, Option<String>>(at),
    };
    rows.iter().map(|row| (0..row.len()).map(|at| cell(row, at)).collect()).collect()
}

#[test]
fn a_definition_gives_the_same_figures_in_memory_and_in_both_databases() {
    let cluster = Cluster::shared().unwrap();
    let client = RefCell::new(Client::connect(&cluster.database().unwrap(), NoTls).unwrap());
    let cases = (defined(), prop::collection::vec(loaf(), 0..25), any::<bool>());
    proptest!(ProptestConfig::with_cases(300), |((text, loaves, choose) in cases)| {
        let plan = check(&definition(&text), &Shop, true).unwrap();
        let given = choose.then(|| ("kind".to_owned(), "oat".to_owned())).into_iter().collect();
        let chosen = plan.chosen(&given).unwrap();
        let lines = Lines::from([
            (("loaves", day()), Arc::new(loaves)),
            (("shelves", day()), Arc::new(shelves())),
        ]);
        let expected = in_memory(&plan, &chosen, &lines);
        let said = |dialect| plan.statement(day(), &chosen, dialect).unwrap();
        let keys = text.matches("[[group]]").count();
        let (sqlite, postgres) = (said(Dialect::Sqlite), said(Dialect::Postgres));
        prop_assert_eq!(&figures(keys, by_sqlite(&sqlite, &lines)), &expected, "{}", sqlite.text);
        let theirs = by_postgres(&mut client.borrow_mut(), &postgres, &lines);
        prop_assert_eq!(&figures(keys, theirs), &expected, "{}", postgres.text);
    });
}

/// Whatever a definition says, its values are a parameter and its names are names of columns.
#[test]
fn no_text_of_a_definition_stands_in_a_statement() {
    let text = "[[filter]]\ncolumn = \"kind\"\nis = \"x'); DROP TABLE events; --\"\n\
                [[measure]]\nname = \"n\"\nheading = \"y\\\"'\"\ncount = true\n";
    let plan = check(&definition(text), &Shop, true).unwrap();
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let statement = plan.statement(day(), &BTreeMap::new(), dialect).unwrap();
        assert!(!statement.text.contains("DROP") && !statement.text.contains("y\""));
        assert_eq!(statement.values, json!(["x'); DROP TABLE events; --"]));
        assert_eq!(statement.measures, ["n"]);
    }
    let list =
        check(&definition("limit = 1\n[[column]]\ncolumn = \"loaf\"\n"), &Shop, true).unwrap();
    assert_eq!(list.statement(day(), &BTreeMap::new(), Dialect::Sqlite), None::<Statement>);
}
