//! What registers and stored relations name: each reference leads to one row or none, and whatever
//! names rows of another register is declared a reference, or said here not to be one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use fugong_core::{Column, Kind, Relation, Role, Rows, shanghai_day};
use fugong_domain::registers::{Line, View, all, tables};
use fugong_engine::Log;
use serde_json::Value;

use crate::story::told_to;

/// Columns with keys of other registers that are no references, and why: a list names several rows,
/// and along a list no row is one.
const LISTS: &str = "a list names several";
const NO_REFERENCES: [(&str, &str, &str); 8] = [
    ("r2", "officers", LISTS),
    ("r3", "unit", "who reported: a unit, or the enterprise itself"),
    ("r4", "substitutes", LISTS),
    ("r8", "grounds", LISTS),
    ("r12", "former_codes", LISTS),
    ("r12", "officers", LISTS),
    ("r15", "subject", "an order, a flag or a case, by the kind of the task"),
    ("r16", "officers", LISTS),
];

/// Relations with their rows, at the end of some days of the story.
type Read = BTreeMap<(&'static str, Date), Vec<Line>>;

async fn read() -> Read {
    let mut read = Read::new();
    let told = told_to(async |log, day| {
        if chrono::Datelike::day(&day) % 5 == 0 {
            read.extend(registers(log, day).await);
        }
    })
    .await;
    // What happens on the last day is told by no evening.
    let log = &told.log;
    read.extend(registers(log, shanghai_day(log.now())).await);
    assert!(150 < read.len(), "{}", read.len());
    read
}

async fn registers(log: &Log, day: Date) -> Read {
    assert_eq!(shanghai_day(log.now()), day);
    let mut read = Read::new();
    for table in tables() {
        let rows = log.rows(table.source, None).await.unwrap().rows;
        let lines = (table.lines)(&rows, day).unwrap();
        read.insert((table.relation.name, day), lines);
    }
    read
}

/// What is told of one enterprise alone is what the whole table tells of it.
#[actix_web::test]
async fn lines_of_one_enterprise_are_those_of_the_whole_table() {
    let mut compared = 0;
    told_to(async |log, day| {
        if chrono::Datelike::day(&day) % 10 != 0 {
            return;
        }
        for (table, of) in tables().iter().filter_map(|table| Some((table, table.lines_of()?))) {
            let rows = log.rows(table.source, None).await.unwrap().rows;
            let view = View::of(&rows, day).unwrap();
            let mut by_enterprise = BTreeMap::<String, Vec<Line>>::new();
            for line in (table.lines)(&rows, day).unwrap() {
                let code = line["enterprise"].as_str().unwrap().to_owned();
                by_enterprise.entry(code).or_default().push(line);
            }
            for (code, lines) in by_enterprise {
                assert_eq!(of(&view, &rows, &code).unwrap(), lines, "{code} on {day}");
                compared += 1;
            }
        }
    })
    .await;
    assert!(50 < compared, "{compared}");
}

/// The column by which rows are named, where one is enough.
fn single_key(relation: &Relation) -> Option<&'static Column> {
    let mut keys = relation.columns.iter().filter(|column| column.role == Role::Key);
    let first = keys.next()?;
    (keys.next().is_none() && first.kind == Kind::Text).then_some(first)
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

#[actix_web::test]
async fn along_a_reference_there_is_one_row() {
    let read = read().await;
    let mut followed: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let declared = tables().iter().flat_map(|table| {
        let columns = table.relation.columns.iter();
        columns.filter_map(|it| Some((table.relation.name, it.name, it.references?)))
    });
    let declared: Vec<_> = declared.collect();
    for ((name, day), lines) in &read {
        for (_, column, named) in declared.iter().filter(|(own, _, _)| own == name) {
            let target = tables().iter().find(|table| table.relation.name == *named).unwrap();
            let key = single_key(&target.relation).unwrap().name;
            let mut there: BTreeMap<&str, usize> = BTreeMap::new();
            for row in &read[&(*named, *day)] {
                *there.entry(row[key].as_str().unwrap()).or_default() += 1;
            }
            for text in lines.iter().filter_map(|line| line[*column].as_str()) {
                assert_eq!(there.get(text), Some(&1), "{name}.{column} {text} in {named} on {day}");
                *followed.entry((*name, *column)).or_default() += 1;
            }
        }
    }
    let never = declared.iter().filter(|(own, it, _)| !followed.contains_key(&(*own, *it)));
    let never: Vec<_> = never.map(|(name, column, _)| format!("{name}.{column}")).collect();
    // No firm of the story belongs to another.
    assert_eq!(never, ["r12.parent"], "the story names nothing there");
}

/// A column whose values are keys of another register could be joined along.
#[actix_web::test]
async fn what_names_rows_of_a_register_is_a_reference_or_said_to_be_none() {
    let read = read().await;
    let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for table in tables() {
        let Some(key) = single_key(&table.relation) else { continue };
        let lines = read.iter().filter(|((name, _), _)| *name == table.relation.name);
        let named =
            lines.flat_map(|(_, lines)| lines.iter().filter_map(|line| line[key.name].as_str()));
        keys.entry(table.relation.name).or_default().extend(named);
    }
    // What is named by a unit, a size or a day is a sum, and no row that somebody would look up.
    for of_codes in ["r5-summary", "r10", "r14", "r14-days", "r1-fixed"] {
        keys.remove(of_codes);
    }
    let mut undeclared = BTreeSet::new();
    for ((name, _), lines) in &read {
        let table = tables().iter().find(|table| table.relation.name == *name).unwrap();
        let own = single_key(&table.relation).map(|key| key.name);
        for column in table.relation.columns.iter().filter(|it| it.references.is_none()) {
            if own == Some(column.name) {
                continue;
            }
            let values = lines.iter().flat_map(|line| texts(&line[column.name]));
            let is_key = |text: &str| keys.values().any(|keys| keys.contains(text));
            if values.into_iter().any(is_key) {
                undeclared.insert((*name, column.name));
            }
        }
    }
    let said: BTreeSet<_> =
        NO_REFERENCES.iter().map(|(name, column, _)| (*name, *column)).collect();
    assert_eq!(undeclared, said);
}

/// The relations that are stored name each other by what their rows hold.
#[actix_web::test]
async fn what_is_stored_names_rows_that_are_stored() {
    let mut followed = BTreeSet::new();
    told_to(async |log, day| {
        if chrono::Datelike::day(&day) % 10 == 0 {
            for fold in all() {
                let rows = log.rows(fold.name(), None).await.unwrap().rows;
                for relation in fold.relations() {
                    for column in relation.columns {
                        let Some(named) = column.references else { continue };
                        follow(&rows, (relation.name, column), named);
                        followed.insert((relation.name, column.name));
                    }
                }
            }
        }
    })
    .await;
    assert!(10 < followed.len(), "{followed:?}");
}

fn follow(rows: &Rows, (relation, column): (&'static str, &Column), named: &'static str) {
    let there: BTreeSet<String> =
        rows.texts(named).unwrap().into_iter().map(|(key, _)| key.to_owned()).collect();
    for (key, text) in rows.texts(relation).unwrap() {
        let row: Value = serde_json::from_str(text).unwrap();
        // What the key says need not be in the row.
        let Some(value) = row[column.name].as_str() else { continue };
        assert!(
            there.contains(value),
            "{relation} {key}: {} {value} is not in {named}",
            column.name
        );
    }
}
