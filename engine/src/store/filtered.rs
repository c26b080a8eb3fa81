//! Finding the events that a filter wants.
//!
//! What is about certain aggregates is found by their keys: by position it would read the whole
//! log for a few events. The key begins with the kind, so where only ids are known, the kinds are
//! found first, each by one step over the key. An index by id would do as well, and would cost
//! every append a third more; so would one by type, and types alone are looked for by position.

use std::collections::BTreeSet;

use super::{
    db::{Db, Value},
    events::{COLUMNS, collect},
};
use crate::{Filter, error::Trouble};
use fugong_core::{LogId, Position, Recorded};

/// The kinds of aggregate that anything happened to in the log.
const KINDS: &str = "WITH RECURSIVE kinds (kind) AS (SELECT (SELECT aggregate_type FROM events \
                     WHERE +log_id = ?1 AND aggregate_type > '' \
                     ORDER BY aggregate_type LIMIT 1) \
                     UNION ALL SELECT (SELECT aggregate_type FROM events \
                     WHERE +log_id = ?1 AND aggregate_type > kind \
                     ORDER BY aggregate_type LIMIT 1) FROM kinds WHERE kind IS NOT NULL) ";

/// The events that `filter` wants, after `after`, in order, at most `limit`.
pub(super) fn filtered(
    db: &Db,
    log: LogId,
    after: Position,
    limit: usize,
    filter: &Filter,
) -> Result<Vec<Recorded>, Trouble> {
    let wanted = Wanted::by(filter);
    let (sql, values) = query(log, (after, limit), filter, &wanted, db.is_far());
    collect(db, log, &sql, &values)
}

/// What a filter lists, each text once.
struct Wanted {
    ids: Option<Vec<String>>,
    /// `kind/id`.
    aggregates: Option<Vec<String>>,
    types: Vec<String>,
}

impl Wanted {
    fn by(filter: &Filter) -> Self {
        let once = |texts: &Vec<String>| {
            texts.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect::<Vec<_>>()
        };
        let paired = |pairs: &Vec<(String, String)>| {
            let texts = pairs.iter().map(|(kind, id)| format!("{kind}/{id}"));
            texts.collect::<BTreeSet<_>>().into_iter().collect()
        };
        Self {
            ids: filter.ids.as_ref().map(once),
            aggregates: filter.aggregates.as_ref().map(paired),
            types: once(&filter.types),
        }
    }
}

/// A statement and what its parameters stand for.
fn query<'a>(
    log: LogId,
    (after, limit): (Position, usize),
    filter: &'a Filter,
    wanted: &'a Wanted,
    is_far: bool,
) -> (String, Vec<Value<'a>>) {
    let mut values: Vec<Value<'a>> = Vec::new();
    let mut place = |value: Value<'a>| {
        values.push(value);
        format!("?{}", values.len())
    };
    let (mut with, mut from, mut wheres) = ("", "events".to_owned(), Vec::new());
    let listed = filter.ids.is_some() || filter.aggregates.is_some();
    let keyed = listed || filter.kind.is_some() || filter.aggregate.is_some();
    // A server's planner, which knows little of an inner list, might read all events for it.
    let by_row = keyed && !is_far;
    let bound = |sign: &str, position: String| match (by_row, keyed) {
        (true, _) => format!("+events.rowid {sign} {}", row_at(&position)),
        // Plus signs keep the planner from going by position where a key is known.
        (false, true) => format!("+position {sign} {position}"),
        (false, false) => format!("position {sign} {position}"),
    };
    wheres.push(format!("{}log_id = {}", if keyed { "+" } else { "" }, place(log.0.into())));
    wheres.push(bound(">", place(after.0.into())));
    if let Some(upto) = filter.upto {
        wheres.push(bound("<=", place(upto.0.into())));
    }
    if let Some(kind) = &filter.kind {
        wheres.push(format!("aggregate_type = {}", place(kind.into())));
    }
    if let Some((kind, id)) = &filter.aggregate {
        wheres.push(format!("aggregate_type = {}", place(kind.into())));
        wheres.push(format!("aggregate_id = {}", place(id.into())));
    }
    if let Some(pairs) = &wanted.aggregates {
        from = format!("{{pairs {}}} CROSS JOIN events", place(pairs.as_slice().into()));
        wheres.push("aggregate_type = pairs.kind AND aggregate_id = pairs.id".to_owned());
    }
    if let Some(ids) = &wanted.ids {
        let ids = place(ids.as_slice().into());
        let known = filter.aggregate.is_some() || filter.aggregates.is_some();
        if known || filter.kind.is_some() {
            wheres.push(format!("aggregate_id {{in {ids}}}"));
        } else {
            with = KINDS;
            from = format!("kinds CROSS JOIN {{each {ids}}} CROSS JOIN events");
            wheres.push("aggregate_type = kinds.kind AND aggregate_id = wanted.value".to_owned());
        }
    }
    if !wanted.types.is_empty() {
        wheres.push(format!("event_type {{in {}}}", place(wanted.types.as_slice().into())));
    }
    let limit = place(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let wheres = wheres.join(" AND ");
    if !by_row {
        let order = format!("ORDER BY position LIMIT {limit}");
        return (format!("{with}SELECT {COLUMNS} FROM {from} WHERE {wheres} {order}"), values);
    }
    // Rows are written in the order of their positions, and those that are wanted are told by the
    // key alone: of a long history a page is read and no more. Only numbers are sorted: to carry
    // whole events along takes twice as long.
    let sql = format!(
        "SELECT {COLUMNS} FROM events WHERE rowid IN ({with}SELECT events.rowid FROM {from} \
         WHERE {wheres} ORDER BY events.rowid LIMIT {limit}) ORDER BY position"
    );
    (sql, values)
}

/// Where the last event up to a position stands in the table; 0 is before all of them.
fn row_at(position: &str) -> String {
    format!(
        "coalesce((SELECT at.rowid FROM events AS at WHERE at.log_id = ?1 \
         AND at.position <= {position} ORDER BY at.position DESC LIMIT 1), 0)"
    )
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{super::db::Row, *};

    fn plan(filter: &Filter) -> Vec<String> {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("sqlite/schema.sql")).unwrap();
        let wanted = Wanted::by(filter);
        let (sql, values) = query(LogId(7), (Position(3), 50), filter, &wanted, false);
        let explain = format!("EXPLAIN QUERY PLAN {sql}");
        let detail = |row: &Row<'_>| row.text(3).map(str::to_owned);
        Db::Sqlite(db).all(&explain, &values, detail).unwrap()
    }

    fn searches(filter: &Filter, by: &str) -> bool {
        let plan = plan(filter);
        let events: Vec<_> = plan.iter().filter(|step| step.contains(" events")).collect();
        events.iter().any(|step| step.ends_with(by))
            && !events.iter().any(|step| step.contains("SCAN"))
            && (by.contains("position") || !events.iter().any(|step| step.contains("position>")))
    }

    const KEY: &str = "(aggregate_type=? AND aggregate_id=?)";

    #[test]
    fn what_is_about_certain_aggregates_is_found_by_their_keys() {
        let ids = Some(vec!["x".to_owned(), "y".to_owned()]);
        let types = vec!["beans-put".to_owned()];
        let (aggregate, upto) = (Some(("jar".to_owned(), "x".to_owned())), Some(Position(9)));
        let aggregates = aggregate.clone().map(|one| vec![one]);
        for filter in [
            Filter { ids: ids.clone(), ..Filter::default() },
            Filter { ids: ids.clone(), upto, types: types.clone(), ..Filter::default() },
            Filter { aggregate: aggregate.clone(), ..Filter::default() },
            Filter { aggregates: aggregates.clone(), ..Filter::default() },
            Filter { aggregates, ids: ids.clone(), ..Filter::default() },
            Filter { types, aggregate, ids, upto, ..Filter::default() },
        ] {
            assert!(searches(&filter, KEY), "{filter:?}: {:?}", plan(&filter));
        }
    }

    #[test]
    fn what_is_of_one_kind_is_found_by_its_key() {
        let filter = Filter { kind: Some("jar".to_owned()), ..Filter::default() };
        assert!(searches(&filter, "(aggregate_type=?)"), "{:?}", plan(&filter));
    }

    #[test]
    fn types_alone_are_looked_for_by_position_and_nothing_is_sorted() {
        let filter = Filter { types: vec!["beans-put".to_owned()], ..Filter::default() };
        assert!(searches(&filter, "(log_id=? AND position>?)"), "{:?}", plan(&filter));
        assert!(!plan(&filter).iter().any(|step| step.contains("ORDER BY")));
    }
}
