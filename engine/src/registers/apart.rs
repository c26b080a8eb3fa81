//! Rows that are set apart, since an event that belongs into them could not be taken.
//!
//! Which they are is kept as rows of the register itself, in a relation of the engine's: so it is
//! stored with the checkpoint, dated back with the rest, and gone when a fresh fold takes the event.

use fugong_core::{Apart, Failure, Keys, Recorded, Register, Rows, Unreadable, Want, touched};

/// The relation that lists them.
const APART: &str = "set apart";

/// The names of the relations that a register's rows stand in.
pub(super) fn relations(register: &dyn Register) -> Vec<&'static str> {
    let own = register.relations().iter().map(|relation| relation.name);
    own.chain(sets_apart(register).then_some(APART)).collect()
}

/// What lists them, to be read.
pub(super) fn listed(register: &dyn Register) -> Option<Want> {
    sets_apart(register).then(|| Want::Prefix(APART, String::new()))
}

/// The rows that are set apart.
pub(super) fn all(rows: &Rows) -> Vec<Apart> {
    rows.all(APART).unwrap_or_default().into_iter().map(|(_, apart)| apart).collect()
}

/// The keys that `event` is known to want.
pub(super) fn keys(register: &dyn Register, event: &Recorded) -> Vec<(&'static str, String)> {
    let Keys(mut keys) = register.keys(event);
    if sets_apart(register) {
        let apart: Vec<_> =
            keys.iter().map(|(relation, key)| (APART, name(relation, key))).collect();
        keys.extend(apart);
    }
    keys
}

/// Applies an event, unless it touches a row that is set apart: then all that it touches are.
pub(super) fn apply(
    register: &dyn Register,
    rows: &mut Rows,
    event: &Recorded,
) -> Result<(), Failure> {
    if !sets_apart(register) {
        return taken(register, rows, event);
    }
    let Keys(keys) = register.keys(event);
    let mut first: Option<Apart> = None;
    for (relation, key) in &keys {
        let apart: Option<Apart> = rows.get(APART, &name(relation, key))?;
        first = first.or(apart);
    }
    match first {
        None => taken(register, rows, event),
        Some(Apart { relation, key, position, .. }) => {
            let why = format!("{relation} {key} lacks event {position}");
            set_apart(register, rows, event, &why)
        }
    }
}

/// Applies an event, which touches only what the register says that it touches.
fn taken(register: &dyn Register, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
    rows.within(touched(register.touches(), &event.event_type));
    let taken = register.apply(rows, event);
    rows.within(None);
    match rows.strayed() {
        None => taken,
        Some(relation) => Err(Failure(format!(
            "{} touches {relation}, which the register does not say of it; a defect",
            event.event_type
        ))),
    }
}

/// Sets apart what an event touches that cannot be taken; a failure if it touches nothing.
pub(super) fn set_apart(
    register: &dyn Register,
    rows: &mut Rows,
    event: &Recorded,
    reason: &str,
) -> Result<(), Failure> {
    let Keys(keys) = register.keys(event);
    if !sets_apart(register) || keys.is_empty() {
        return Err(Failure(reason.to_owned()));
    }
    for (relation, key) in keys {
        let name = name(relation, &key);
        if rows.get::<Apart>(APART, &name)?.is_none() {
            let (relation, reason) = (relation.to_owned(), reason.to_owned());
            rows.put(APART, name, &Apart { relation, key, position: event.position, reason })?;
        }
    }
    Ok(())
}

fn sets_apart(register: &dyn Register) -> bool {
    register.unreadable() == Unreadable::SetApart
}

fn name(relation: &str, key: &str) -> String {
    format!("{relation}/{key}")
}
