//! The definitions that a district has laid down itself, as the log has them.
//!
//! There are few, and nobody asks for them often: they are read from their events each time, as of
//! any position.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fugong_core::{Position, Recorded, keys};
use fugong_domain::{
    Kind,
    report::{Definition, Event},
};
use fugong_engine::Filter;

use crate::{
    desk::{Desk, trouble},
    problem::Problem,
};

/// So many events are read at a time.
const PAGE: usize = 200;

/// A definition, and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defined {
    /// What was laid down.
    pub definition: Definition,
    /// The version of its report.
    pub version: u64,
    /// Where it stands in the log.
    pub position: Position,
    /// When it was laid down.
    pub at: DateTime<Utc>,
    /// By whom: a pseudonym.
    pub actor: String,
    /// For which unit.
    pub unit: String,
}

/// Which definitions are meant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    /// Those of every report.
    All,
    /// Those of the report of this name.
    Report(&'a str),
}

/// What became of reports up to a position: of each its definitions, oldest first, and whether the
/// last is run no more.
#[derive(Debug, Default)]
pub(super) struct Book(BTreeMap<String, Kept>);

#[derive(Debug, Default)]
struct Kept {
    all: Vec<Defined>,
    withdrawn: bool,
}

impl Book {
    pub(super) async fn read(desk: &Desk, of: Of<'_>, upto: Position) -> Result<Self, Problem> {
        let kind = Kind::Report.code().to_owned();
        let mut filter = Filter { upto: Some(upto), ..Filter::default() };
        match of {
            Of::All => filter.kind = Some(kind),
            Of::Report(id) => filter.aggregate = Some((kind, id.to_owned())),
        }
        let (mut book, mut after) = (Self::default(), Position::START);
        loop {
            let page = desk.log().events(after, PAGE, &filter).await.map_err(trouble)?;
            let Some(last) = page.last() else { return Ok(book) };
            after = last.position;
            for event in &page {
                book.take(event)?;
            }
        }
    }

    fn take(&mut self, event: &Recorded) -> Result<(), Problem> {
        let kept = self.0.entry(event.aggregate_id.to_string()).or_default();
        match &*event.payload_as::<Event>().map_err(Problem::unavailable)? {
            Event::Withdrawn { .. } => kept.withdrawn = true,
            Event::Defined(definition) => {
                let said = |key| event.meta(key).unwrap_or_default().to_owned();
                kept.withdrawn = false;
                kept.all.push(Defined {
                    definition: definition.clone(),
                    version: event.sequence,
                    position: event.position,
                    at: event.recorded_at,
                    actor: said(keys::ACTOR_ID),
                    unit: said(keys::ACTOR_UNIT),
                });
            }
        }
        Ok(())
    }

    /// What is run under each name.
    pub(super) fn in_use(&self) -> impl Iterator<Item = (&str, &Defined)> {
        let used = self.0.iter().filter(|(_, kept)| !kept.withdrawn);
        used.filter_map(|(id, kept)| Some((id.as_str(), kept.all.last()?)))
    }

    /// The last definition under a name with this text's digest.
    pub(super) fn with_hash(&self, id: &str, sha256: &str) -> Option<&Defined> {
        let all = self.0.get(id)?.all.iter();
        all.rev().find(|known| known.definition.sha256.as_str() == sha256)
    }

    /// The definition under a name that has this version.
    pub(super) fn version(&self, id: &str, version: u64) -> Option<&Defined> {
        self.0.get(id)?.all.iter().find(|known| known.version == version)
    }

    /// The first definition under a name.
    pub(super) fn first(&self, id: &str) -> Option<&Defined> {
        self.0.get(id)?.all.first()
    }

    /// Whether anything was laid down under a name.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }
}
