//! Replay equals life: what is folded from the log is what stands.

use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use fugong_core::Position;
use fugong_domain::{
    credit::Credit, enterprise::Enterprise, inspection::Inspection, officer::Officer, plan::Plan,
    posting::Posting, rectification::Rectification, regime::Regime, resumption::Resumption,
    task::Task,
};

use crate::{
    http::bench::Bench,
    story::{Told, told},
};

async fn same<A: Aggregate + 'static>(told: &Told) {
    let ids: BTreeSet<_> = told
        .events
        .iter()
        .filter(|event| *event.aggregate_type == *A::TYPE)
        .map(|event| event.aggregate_id.to_string())
        .collect();
    assert!(!ids.is_empty(), "no {}", A::TYPE);
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
    same::<Enterprise>(&told).await;
    same::<Resumption>(&told).await;
    same::<Plan>(&told).await;
    same::<Posting>(&told).await;
    same::<Officer>(&told).await;
    same::<Inspection>(&told).await;
    same::<Rectification>(&told).await;
    same::<Credit>(&told).await;
    same::<Task>(&told).await;
    same::<Regime>(&told).await;
}

#[actix_web::test]
async fn registers_as_of_a_position_are_what_stood_there() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let mut stood: Vec<(Position, _)> = Vec::new();
    for step in 0..4 {
        match step {
            0 => {}
            1 => drop(bench.finding(&code).await),
            2 => bench.clock("2020-03-02T09:00:00+08:00").await,
            _ => {
                let path = format!("/v1/enterprises/{code}/resumptions");
                let body = serde_json::json!({"resumed_on": "2020-03-01"});
                drop(bench.act(&crate::http::bench::firm(&code), &path, body).await);
            }
        }
        for name in ["district", "inbox"] {
            let rows = bench.log.rows(name, None).await.unwrap().rows;
            stood.push((bench.log.head(), (name, lines(name, &rows))));
        }
    }
    for (position, (name, rows)) in stood {
        let then = bench.log.rows(name, Some(position)).await.unwrap();
        assert_eq!(lines(name, &then.rows), rows, "{name} at {position}");
    }
}

/// What every table of a register shows for a day.
fn lines(source: &str, rows: &fugong_core::Rows) -> Vec<String> {
    let on = "2020-03-02".parse().unwrap();
    let of = |table: &fugong_domain::registers::Table| (table.lines)(rows, on).unwrap();
    let tables = fugong_domain::registers::tables();
    let tables = tables.iter().filter(|table| table.source == source);
    tables.flat_map(|table| of(table).into_iter().map(|line| format!("{line:?}"))).collect()
}
