//! A filter finds what looking at every event would find, in the same order.

use std::ops::Range;

use fugong_engine::{
    Filter, Log, Options,
    core::{LogId, Position, Recorded},
};

use super::Kitchen;
use crate::{
    jars::Command,
    kitchen::{Setup, ask, events},
    pots::{Step, step},
};

fn wants(filter: &Filter, event: &Recorded) -> bool {
    let (kind, id) = (&*event.aggregate_type, &*event.aggregate_id);
    filter.upto.is_none_or(|upto| event.position <= upto)
        && (filter.types.is_empty() || filter.types.iter().any(|it| **it == *event.event_type))
        && filter.kind.as_ref().is_none_or(|wanted| wanted == kind)
        && filter.aggregate.as_ref().is_none_or(|(k, i)| k == kind && i == id)
        && filter.aggregates.as_ref().is_none_or(|all| all.iter().any(|(k, i)| k == kind && i == id))
        && filter.ids.as_ref().is_none_or(|ids| ids.iter().any(|it| it == id))
}

fn filters() -> Vec<Filter> {
    let texts = |all: &[&str]| all.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let ids = [&["x"][..], &["x", "y", "x", "nobody"], &["12"], &["%"], &[]];
    let ids = ids.map(|ids| Some(texts(ids))).into_iter().chain([None]);
    let aggregates = [Some(("jar", "x")), Some(("pot", "nobody")), None];
    let types = [&[][..], &["beans-put"], &["grains-added", "beans-put", "beans-put"]];
    let mut filters = Vec::new();
    for ids in ids {
        for aggregate in aggregates {
            for types in types {
                for (upto, kind) in [(None, None), (Some(Position(17)), None), (None, Some("pot"))] {
                    let aggregate = aggregate.map(|(kind, id)| (kind.to_owned(), id.to_owned()));
                    let (types, kind) = (texts(types), kind.map(str::to_owned));
                    let ids = ids.clone();
                    filters.push(Filter { types, kind, aggregate, ids, upto, ..Filter::default() });
                }
            }
        }
    }
    let pairs = |all: &[(&str, &str)]| {
        all.iter().map(|(kind, id)| ((*kind).to_owned(), (*id).to_owned())).collect::<Vec<_>>()
    };
    let listed = [&[("jar", "x"), ("pot", "y"), ("jar", "x"), ("jar", "no/body")][..], &[]];
    let these = |filter: &Filter, listed: &[(&str, &str)]| Filter {
        aggregates: Some(pairs(listed)),
        ..filter.clone()
    };
    let more: Vec<_> =
        filters.iter().flat_map(|filter| listed.map(|listed| these(filter, listed))).collect();
    filters.extend(more);
    filters
}

/// Another log, of the same database, whose events stand between the first one's.
async fn beside(kitchen: &Kitchen) -> Log {
    let other = Options { log: LogId(8), ..kitchen.options(false) };
    kitchen.builder(&Setup::default()).open(other).await.unwrap()
}

#[tokio::test]
async fn every_filter_finds_what_it_wants_page_by_page() {
    let kitchen = Kitchen::new();
    for part in [0..15, 15..30] {
        let log = kitchen.open(&Setup::default()).await;
        fill(&log, part.clone()).await;
        log.close().await;
        let other = beside(&kitchen).await;
        fill(&other, part).await;
        other.close().await;
    }
    let log = kitchen.open(&Setup::default()).await;
    found_page_by_page(&log).await;
    log.close().await;
    found_page_by_page(&beside(&kitchen).await).await;
}

async fn fill(log: &Log, part: Range<usize>) {
    for n in part {
        // The same ids in both kinds, also one that looks like a number.
        let id = ["x", "y", "12", "%"][n % 4];
        ask(log, &format!("jar {n}"), id, Command::Put(2)).await.unwrap();
        if n % 3 == 0 {
            step(log, &format!("pot {n}"), id, Step::Add(1)).await.unwrap();
            ask(log, &format!("take {n}"), id, Command::Take(1)).await.unwrap();
        }
    }
}

async fn found_page_by_page(log: &Log) {
    let all = events(log).await;
    let beyond = Position(log.head().0 + 1);
    for mut filter in filters() {
        let wanted: Vec<_> =
            all.iter().filter(|it| wants(&filter, it)).map(|it| it.position).collect();
        let (mut after, mut found) = (Position::START, Vec::new());
        loop {
            let page = log.events(after, 4, &filter).await.unwrap();
            assert!(page.len() <= 4);
            let Some(last) = page.last() else { break };
            after = last.position;
            found.extend(page.iter().map(|event| event.position));
        }
        assert_eq!(found, wanted, "{filter:?}");
        assert!(log.events(beyond, 4, &filter).await.unwrap().is_empty(), "{filter:?}");
        if filter.upto.is_none() {
            filter.upto = Some(beyond);
            let found = log.events(Position::START, 500, &filter).await.unwrap();
            assert_eq!(found.iter().map(|it| it.position).collect::<Vec<_>>(), wanted);
        }
    }
}
