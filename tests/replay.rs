//! Replay equals life: what is folded from the log is what stands.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, NaiveDate as Date, TimeDelta, Utc};
use cqrs_es::Aggregate;
use fugong_core::{Rows, end_of_day};
use fugong_domain::{
    api_key::ApiKey, barrier::Barrier, credit::Credit, data_subject::DataSubject,
    enterprise::Enterprise, epidemic::Epidemic, inspection::Inspection, measure::ControlMeasure,
    officer::Officer, plan::Plan, posting::Posting, rectification::Rectification, regime::Regime,
    registers, report::Report, resumption::Resumption, support::Support, task::Task,
    webhook::Webhook,
};

use crate::story::{Told, told, told_to};

async fn same<A: Aggregate + 'static>(told: &Told, left: &mut BTreeSet<&str>) {
    assert!(left.remove(A::TYPE), "no {}", A::TYPE);
    let ids: BTreeSet<_> = told
        .events
        .iter()
        .filter(|event| *event.aggregate_type == *A::TYPE)
        .map(|event| event.aggregate_id.to_string())
        .collect();
    for id in ids {
        let look = |state: &A, version| (serde_json::to_value(state).unwrap(), version);
        let live = told.log.read::<A, _>(&id, look).await.unwrap();
        let (state, version) = told.log.read_at::<A>(&id, told.log.head()).await.unwrap();
        assert_eq!((serde_json::to_value(&state).unwrap(), version), live, "{} {id}", A::TYPE);
    }
}

#[actix_web::test]
async fn every_aggregate_of_the_story_folds_to_what_stands() {
    let told = told().await;
    let mut left: BTreeSet<_> = told.events.iter().map(|event| &*event.aggregate_type).collect();
    same::<Enterprise>(&told, &mut left).await;
    same::<Resumption>(&told, &mut left).await;
    same::<Plan>(&told, &mut left).await;
    same::<Posting>(&told, &mut left).await;
    same::<Officer>(&told, &mut left).await;
    same::<Inspection>(&told, &mut left).await;
    same::<Rectification>(&told, &mut left).await;
    same::<Credit>(&told, &mut left).await;
    same::<Task>(&told, &mut left).await;
    same::<Regime>(&told, &mut left).await;
    same::<Support>(&told, &mut left).await;
    same::<Barrier>(&told, &mut left).await;
    same::<Epidemic>(&told, &mut left).await;
    same::<ControlMeasure>(&told, &mut left).await;
    same::<DataSubject>(&told, &mut left).await;
    same::<Report>(&told, &mut left).await;
    same::<ApiKey>(&told, &mut left).await;
    same::<Webhook>(&told, &mut left).await;
    assert_eq!(left, BTreeSet::new(), "nobody looked at these");
}

/// A figure that was given out is the figure that `as_of` gives, however much was told since.
#[actix_web::test]
async fn every_table_read_as_of_an_evening_is_what_it_was_that_evening() {
    let mut stood = Vec::new();
    let told = told_to(async |log, day| {
        if day.day() % 4 == 0 || day.day() == 29 {
            log.advance(last_moment(day)).await.unwrap();
            for source in ["district", "inbox"] {
                let rows = log.rows(source, None).await.unwrap().rows;
                stood.push((day, source, log.head(), lines(source, &rows, day)));
            }
        }
    })
    .await;
    assert!(16 < stood.len(), "only {} evenings", stood.len());
    for (day, source, head, given) in stood {
        let position = told.log.as_of(last_moment(day)).await.unwrap();
        assert_eq!(position, head, "{day}");
        let then = told.log.rows(source, Some(position)).await.unwrap();
        assert_eq!(lines(source, &then.rows, day), given, "{source} on {day}");
    }
}

fn last_moment(day: Date) -> DateTime<Utc> {
    end_of_day(day) - TimeDelta::microseconds(1)
}

/// What every table of a register shows for a day.
fn lines(source: &str, rows: &Rows, on: Date) -> Vec<String> {
    let tables = registers::tables().iter().filter(|table| table.source == source);
    let of = |table: &registers::Table| (table.lines)(rows, on).unwrap();
    tables.flat_map(|table| of(table).into_iter().map(|line| format!("{line:?}"))).collect()
}

/// What can be asked of a column is what can stand in it.
#[actix_web::test]
async fn every_code_in_a_table_is_one_of_its_list() {
    let mut seen = BTreeSet::new();
    let told = told_to(async |log, day| {
        log.settle().await.unwrap();
        for table in registers::tables() {
            let rows = log.rows(table.source, None).await.unwrap().rows;
            for line in (table.lines)(&rows, day).unwrap() {
                for column in table.relation.columns {
                    let list = registers::code_list(table.relation.name, column.name);
                    let said = line.get(column.name).and_then(|said| said.as_str());
                    if let (Some(list), Some(said)) = (list, said) {
                        seen.insert((table.relation.name, column.name, list, said.to_owned()));
                    }
                }
            }
        }
    })
    .await;
    let regime = told.log.read::<Regime, _>("district", |regime, _| regime.clone()).await.unwrap();
    for (table, column, list, said) in &seen {
        let known = regime.codes()[*list].iter().any(|code| code.code == *said);
        assert!(known, "{table} {column}: {said} is not in {list}");
    }
    let columns: BTreeSet<_> = seen.iter().map(|(table, column, ..)| (table, column)).collect();
    assert!(30 < columns.len(), "{columns:?}");
}
