//! Rows of registers, and of policies' states, in the store.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use fugong_core::{Change, Failure, LogId, Position, Row, Rows, Want};

use crate::{
    error::Trouble,
    store::db::{Db, Row as Found, Value, number, values, whole},
};

/// How often one event may ask for more rows; a fold that asks for ever is a defect.
const ROUNDS: usize = 1_000;

/// Whose rows: a register and the version of its fold, or `policy:<name>` and 0.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) log: LogId,
    pub(crate) name: String,
    pub(crate) version: u32,
}

impl Owner {
    /// Fetches into `rows` what is wanted.
    pub(crate) fn supply(&self, db: &Db, rows: &mut Rows, wants: Vec<Want>) -> Result<(), Trouble> {
        let (keys, prefixes) = sorted(wants);
        for (relation, prefix) in prefixes {
            self.supply_prefix(db, rows, relation, prefix)?;
        }
        for (relation, keys) in keys {
            let keys: Vec<_> = keys.into_iter().collect();
            self.find(db, relation, &keys, |key, row| rows.supply(relation, &key, row))?;
        }
        Ok(())
    }

    /// Tells `take` of each of `keys` which row is there, or that there is none.
    pub(crate) fn find(
        &self,
        db: &Db,
        relation: &str,
        keys: &[String],
        mut take: impl FnMut(String, Option<Row>),
    ) -> Result<(), Trouble> {
        let (log, name, version) = (self.log.0, &self.name, self.version);
        if let [key] = keys {
            let sql = "SELECT row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                       AND version = ?3 AND relation = ?4 AND row_key = ?5";
            let read = |row: &Found<'_>| row.text(0).map(Row::from);
            take(key.clone(), db.first(sql, values![log, name, version, relation, key], read)?);
            return Ok(());
        }
        // Key by key: for a list of keys, a planner that has seen no rows reads all there are.
        let sql = "SELECT wanted.value, (SELECT row FROM register_rows WHERE log_id = ?1 \
                   AND register = ?2 AND version = ?3 AND relation = ?4 \
                   AND row_key = wanted.value) FROM {each ?5}";
        db.each(sql, values![log, name, version, relation, keys], |row| {
            take(row.text(0)?.to_owned(), row.maybe_text(1)?.map(Row::from));
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Hands to `take` every row whose key begins with `prefix`, in order of key.
    pub(crate) fn beginning(
        &self,
        db: &Db,
        relation: &str,
        prefix: &str,
        mut take: impl FnMut(&str, &str),
    ) -> Result<(), Trouble> {
        let (log, name, version) = (self.log.0, &self.name, self.version);
        let sql = "SELECT row_key, row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                   AND version = ?3 AND relation = ?4 AND row_key >= ?5 AND row_key < ?6 \
                   ORDER BY row_key";
        let after = format!("{prefix}{}", char::MAX);
        db.each(sql, values![log, name, version, relation, prefix, &after], |row| {
            take(row.text(0)?, row.text(1)?);
            Ok(ControlFlow::Continue(()))
        })
    }

    fn supply_prefix(
        &self,
        db: &Db,
        rows: &mut Rows,
        relation: &'static str,
        prefix: String,
    ) -> Result<(), Trouble> {
        self.beginning(db, relation, &prefix, |key, row| {
            rows.supply(relation, key, Some(Row::from(row)));
        })?;
        rows.supplied(relation, prefix);
        Ok(())
    }

    /// Every row of `relations`, as a complete set.
    pub(crate) fn all(&self, db: &Db, relations: &[&'static str]) -> Result<Rows, Trouble> {
        let mut rows = Rows::complete();
        for relation in relations {
            self.supply_prefix(db, &mut rows, relation, String::new())?;
        }
        Ok(rows)
    }

    /// Stores what changed.
    pub(crate) fn write(&self, db: &Db, changes: &[Change]) -> Result<(), Trouble> {
        if db.is_far() {
            return self.write_at_once(db, changes);
        }
        let put = "INSERT INTO register_rows (log_id, register, version, relation, row_key, row) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                   ON CONFLICT (log_id, register, version, relation, row_key) \
                   DO UPDATE SET row = excluded.row";
        let delete = "DELETE FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                      AND version = ?3 AND relation = ?4 AND row_key = ?5";
        let (log, name, version) = (self.log.0, &self.name, self.version);
        for (relation, key, row) in changes {
            match row {
                Some(row) => db.run(put, values![log, name, version, *relation, key, &**row])?,
                None => db.run(delete, values![log, name, version, *relation, key])?,
            };
        }
        Ok(())
    }
}

/// Keys of relations, and prefixes.
type Sorted = (BTreeMap<&'static str, BTreeSet<String>>, Vec<(&'static str, String)>);

/// What is wanted, each once.
pub(crate) fn sorted(wants: Vec<Want>) -> Sorted {
    let (mut keys, mut prefixes) = (BTreeMap::new(), Vec::new());
    for want in wants {
        match want {
            Want::Key(relation, key) => {
                BTreeSet::insert(keys.entry(relation).or_default(), key);
            }
            Want::Prefix(relation, prefix) => prefixes.push((relation, prefix)),
        }
    }
    (keys, prefixes)
}

/// A register that has been folded on.
#[derive(Debug)]
pub(crate) struct Moved<'a> {
    pub(crate) owner: &'a Owner,
    /// Where it stood.
    pub(crate) from: Position,
    /// Where it stands.
    pub(crate) to: Position,
    pub(crate) stuck: Option<&'a (Position, String)>,
    /// What changed.
    pub(crate) rows: &'a [Change],
}

/// Stores what changed with the checkpoints on a server, in one statement; an error if one of
/// them does not stand where it was left.
pub(crate) fn keep_at_once(db: &Db, log: LogId, all: &[Moved<'_>]) -> Result<(), Trouble> {
    let names: Vec<_> = all.iter().map(|it| it.owner.name.as_str()).collect();
    let versions: Vec<_> = all.iter().map(|it| i64::from(it.owner.version)).collect();
    let from: Vec<_> = all.iter().map(|it| whole(it.from.0)).collect();
    let to: Vec<_> = all.iter().map(|it| whole(it.to.0)).collect();
    let stuck: Vec<_> = all.iter().map(|it| it.stuck.map(|(at, _)| whole(at.0))).collect();
    let reasons: Vec<_> = all.iter().map(|it| it.stuck.map(|(_, why)| why.as_str())).collect();
    let (mut owners, mut of) = (Vec::new(), Vec::new());
    let (mut relations, mut keys, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for Moved { owner, rows: changes, .. } in all {
        for ((relation, key), row) in last(changes) {
            owners.push(owner.name.as_str());
            of.push(i64::from(owner.version));
            relations.push(relation);
            keys.push(key);
            rows.push(row);
        }
    }
    let sql = "SELECT keep(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let values: &[Value<'_>] = values![
        log.0,
        &names[..],
        &versions[..],
        &from[..],
        &to[..],
        &stuck[..],
        &reasons[..],
        &owners[..],
        &of[..],
        &relations[..],
        &keys[..],
        &rows[..]
    ];
    db.run(sql, values).map(|_| ())
}

/// What was changed last counts.
fn last(changes: &[Change]) -> BTreeMap<(&str, &str), Option<&str>> {
    let changes = changes.iter();
    changes.map(|(relation, key, row)| ((*relation, key.as_str()), row.as_deref())).collect()
}

impl Owner {
    /// The same in two statements, where each is a way to a server and back.
    fn write_at_once(&self, db: &Db, changes: &[Change]) -> Result<(), Trouble> {
        let (put, gone): (Vec<_>, Vec<_>) =
            last(changes).into_iter().partition(|(_, row)| row.is_some());
        let (log, name, version) = (self.log.0, &self.name, self.version);
        if !put.is_empty() {
            let relations: Vec<_> = put.iter().map(|((relation, _), _)| *relation).collect();
            let keys: Vec<_> = put.iter().map(|((_, key), _)| *key).collect();
            let rows: Vec<_> = put.iter().filter_map(|(_, row)| *row).collect();
            let sql = "INSERT INTO register_rows \
                       (log_id, register, version, relation, row_key, row) \
                       SELECT ?1, ?2, ?3, * FROM unnest(?4::text[], ?5::text[], ?6::text[]) \
                       ON CONFLICT (log_id, register, version, relation, row_key) \
                       DO UPDATE SET row = excluded.row";
            db.run(sql, values![log, name, version, &relations[..], &keys[..], &rows[..]])?;
        }
        if !gone.is_empty() {
            let relations: Vec<_> = gone.iter().map(|((relation, _), _)| *relation).collect();
            let keys: Vec<_> = gone.iter().map(|((_, key), _)| *key).collect();
            let sql = "DELETE FROM register_rows \
                       USING unnest(?4::text[], ?5::text[]) AS gone (relation, row_key) \
                       WHERE log_id = ?1 AND register = ?2 AND version = ?3 \
                       AND register_rows.relation = gone.relation \
                       AND register_rows.row_key = gone.row_key";
            db.run(sql, values![log, name, version, &relations[..], &keys[..]])?;
        }
        Ok(())
    }
}

/// The event that could not be taken, and why, as it stands in column `at` and the next.
pub(crate) fn stuck(row: &Found<'_>, at: usize) -> Result<Option<(Position, String)>, Trouble> {
    let why = row.maybe_text(at.saturating_add(1))?.unwrap_or_default();
    Ok(row.maybe_int(at)?.map(|position| (Position(number(position)), why.to_owned())))
}

/// Applies one event: fetches what it wants and applies it again until nothing is wanting, then
/// keeps what it changed, or forgets it if it failed.
pub(crate) fn apply<T>(
    rows: &mut Rows,
    mut fetch: impl FnMut(&mut Rows, Vec<Want>) -> Result<(), Trouble>,
    mut fold: impl FnMut(&mut Rows) -> Result<T, Failure>,
) -> Result<Result<T, Failure>, Trouble> {
    for _ in 0..ROUNDS {
        let done = catch_unwind(AssertUnwindSafe(|| fold(rows)))
            .unwrap_or_else(|_| Err(Failure("it panicked; this is a defect".to_owned())));
        let wants = rows.take_wants();
        if wants.is_empty() {
            match done {
                Ok(_) => rows.keep(),
                Err(_) => rows.forget(),
            }
            return Ok(done);
        }
        rows.forget();
        fetch(rows, wants)?;
    }
    Ok(Err(Failure(format!("it asked for rows {ROUNDS} times; this is a defect"))))
}
