//! Finding the events that a filter wants.
//!
//! What is about certain aggregates is found by their keys: by position it would read the whole
//! log for a few events. The key begins with the kind, so where only ids are known, the kinds are
//! found first, each by one step over the key. An index by id would do as well, and would cost
//! every append a third more; so would one by type, and types alone are looked for by position.

use std::collections::BTreeSet;

use fugong_core::{LogId, Position, Recorded};
use rusqlite::{Connection, ToSql};

use super::events::{COLUMNS, collect, whole};
use crate::{Filter, error::Trouble};

/// The kinds of aggregate that anything happened to.
const KINDS: &str = "WITH RECURSIVE kinds (kind) AS (SELECT min(aggregate_type) FROM events \
                     UNION ALL SELECT (SELECT min(aggregate_type) FROM events \
                     WHERE aggregate_type > kind) FROM kinds WHERE kind IS NOT NULL) ";

/// The events that `filter` wants, after `after`, in order, at most `limit`.
pub(super) fn filtered(
    db: &Connection,
    log: LogId,
    after: Position,
    limit: usize,
    filter: &Filter,
) -> Result<Vec<Recorded>, Trouble> {
    let Query { sql, values } = query(log, after, limit, filter)?;
    collect(db, log, &sql, &values.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

/// A statement and what its parameters stand for.
struct Query {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

fn query(log: LogId, after: Position, limit: usize, filter: &Filter) -> Result<Query, Trouble> {
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut place = |value: Box<dyn ToSql>| {
        values.push(value);
        format!("?{}", values.len())
    };
    let (mut with, mut from, mut wheres) = ("", "events".to_owned(), Vec::new());
    // Where a key is known, plus signs keep the planner from going by position.
    let plus = if filter.aggregate.is_none() && filter.ids.is_none() { "" } else { "+" };
    wheres.push(format!("{plus}log_id = {}", place(Box::new(log.0))));
    wheres.push(format!("{plus}position > {}", place(Box::new(whole(after.0)))));
    if let Some(upto) = filter.upto {
        wheres.push(format!("{plus}position <= {}", place(Box::new(whole(upto.0)))));
    }
    if let Some((kind, id)) = &filter.aggregate {
        wheres.push(format!("aggregate_type = {}", place(Box::new(kind.clone()))));
        wheres.push(format!("aggregate_id = {}", place(Box::new(id.clone()))));
    }
    if let Some(ids) = &filter.ids {
        let ids = place(Box::new(list(ids)?));
        if filter.aggregate.is_some() {
            wheres.push(format!("aggregate_id IN (SELECT value FROM json_each({ids}))"));
        } else {
            with = KINDS;
            from = format!(
                "kinds CROSS JOIN json_each({ids}) AS wanted CROSS JOIN events \
                 ON aggregate_type = kinds.kind AND aggregate_id = wanted.value"
            );
        }
    }
    if !filter.types.is_empty() {
        let types = place(Box::new(list(&filter.types)?));
        wheres.push(format!("event_type IN (SELECT value FROM json_each({types}))"));
    }
    let limit = place(Box::new(i64::try_from(limit).unwrap_or(i64::MAX)));
    let wheres = wheres.join(" AND ");
    let sql = format!(
        "{with}SELECT {COLUMNS} FROM {from} WHERE {wheres} ORDER BY position LIMIT {limit}"
    );
    Ok(Query { sql, values })
}

/// Each text once, as a statement takes them.
fn list(texts: &[String]) -> Result<String, Trouble> {
    let texts: BTreeSet<_> = texts.iter().collect();
    serde_json::to_string(&texts).map_err(|e| Trouble::Unavailable(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(filter: &Filter) -> Vec<String> {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("schema.sql")).unwrap();
        let Query { sql, values } = query(LogId(7), Position(3), 50, filter).unwrap();
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values: Vec<_> = values.iter().map(AsRef::as_ref).collect();
        let steps = explain.query_map(values.as_slice(), |row| row.get("detail")).unwrap();
        steps.collect::<Result<_, _>>().unwrap()
    }

    fn searches(filter: &Filter, by: &str) -> bool {
        let plan = plan(filter);
        let events: Vec<_> = plan.iter().filter(|step| step.contains(" events")).collect();
        events.iter().any(|step| step.ends_with(by))
            && !events.iter().any(|step| step.contains("SCAN"))
            && (by.contains("position") || !events.iter().any(|step| step.contains("position")))
    }

    const KEY: &str = "(aggregate_type=? AND aggregate_id=?)";

    #[test]
    fn what_is_about_certain_aggregates_is_found_by_their_keys() {
        let ids = Some(vec!["x".to_owned(), "y".to_owned()]);
        let types = vec!["beans-put".to_owned()];
        let (aggregate, upto) = (Some(("jar".to_owned(), "x".to_owned())), Some(Position(9)));
        for filter in [
            Filter { ids: ids.clone(), ..Filter::default() },
            Filter { ids: ids.clone(), upto, types: types.clone(), ..Filter::default() },
            Filter { aggregate: aggregate.clone(), ..Filter::default() },
            Filter { types, aggregate, ids, upto },
        ] {
            assert!(searches(&filter, KEY), "{filter:?}: {:?}", plan(&filter));
        }
    }

    #[test]
    fn types_alone_are_looked_for_by_position_and_nothing_is_sorted() {
        let filter = Filter { types: vec!["beans-put".to_owned()], ..Filter::default() };
        assert!(searches(&filter, "(log_id=? AND position>?)"), "{:?}", plan(&filter));
        assert!(!plan(&filter).iter().any(|step| step.contains("ORDER BY")));
    }
}
