//! What the views for analysts have in common on both stores.

use std::sync::Arc;

use fugong_core::{Column, LogId, Register, Relation};

use super::{Store, postgres, sqlite};
use crate::{Database, OpenError};

impl Store {
    /// Makes the views for analysts on a server, and lets a role read them.
    pub(crate) fn report(
        database: &Database,
        log: LogId,
        role: &str,
        registers: &[Arc<dyn Register>],
    ) -> Result<(), OpenError> {
        postgres::report(database.url()?, log, role, registers)
    }

    /// Makes the views for analysts in a file.
    pub(crate) fn report_in_file(
        database: &Database,
        registers: &[Arc<dyn Register>],
    ) -> Result<(), OpenError> {
        match database {
            Database::File(path) => sqlite::report(path, registers),
            Database::Server(_) => Err(OpenError::Unavailable(
                "the database is on a server: name the role that is to read the views there"
                    .to_owned(),
            )),
        }
    }
}

/// The columns that a view has: those without words about persons.
pub(super) fn shown(relation: &Relation) -> impl Iterator<Item = &Column> {
    relation.columns.iter().filter(|column| !column.personal)
}

/// A name in a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in a statement.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
