//! A filter finds what looking at every event would find, in the same order.

use fugong_engine::{
    Filter,
    core::{Position, Recorded},
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

#[tokio::test]
async fn every_filter_finds_what_it_wants_page_by_page() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    for n in 0..30 {
        // The same ids in both kinds, also one that looks like a number.
        let id = ["x", "y", "12", "%"][n % 4];
        ask(&log, &format!("jar {n}"), id, Command::Put(2)).await.unwrap();
        if n % 3 == 0 {
            step(&log, &format!("pot {n}"), id, Step::Add(1)).await.unwrap();
            ask(&log, &format!("take {n}"), id, Command::Take(1)).await.unwrap();
        }
    }
    let all = events(&log).await;
    for filter in filters() {
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
    }
}
