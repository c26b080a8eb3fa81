//! The fold of measures of control: a row for each, with its steps.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{
    DocumentNumber, MeasureId, UnitCode,
    codes::MeasureKind,
    measure::{self, Target},
};

/// The relation of measures, by id.
pub(super) const MEASURES: &str = "measures";

/// A measure and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRow {
    /// Its id.
    pub measure: MeasureId,
    /// What it is over.
    pub target: Target,
    /// What kind.
    pub kind: MeasureKind,
    /// Who imposed it.
    pub by: UnitCode,
    /// The document on which it rests.
    pub authority: Option<DocumentNumber>,
    /// The day from which it is in force.
    pub imposed_on: Date,
    /// When it was relaxed (true) or kept.
    pub(super) steps: Vec<(Date, bool)>,
    /// The day from which it is no more.
    pub lifted_on: Option<Date>,
}

impl MeasureRow {
    /// By how many steps it had been relaxed by `day`.
    pub(super) fn steps_by(&self, day: Date) -> usize {
        self.steps.iter().filter(|(on, relaxed)| *relaxed && *on <= day).count()
    }

    /// When somebody had last looked at it by `day`.
    pub(super) fn reviewed_by(&self, day: Date) -> Date {
        let looked = self.steps.iter().map(|(on, _)| *on).filter(|on| *on <= day);
        looked.max().unwrap_or(self.imposed_on).max(self.imposed_on)
    }

    /// The day from which it is no more, if that was by `day`.
    pub fn lifted_by(&self, day: Date) -> Option<Date> {
        self.lifted_on.filter(|on| *on <= day)
    }
}

/// Takes an event of a measure.
pub(super) fn take(
    rows: &mut Rows,
    event: &Recorded,
    happened: &measure::Event,
) -> Result<(), Failure> {
    use measure::Event as E;
    let id = &*event.aggregate_id;
    if let E::Imposed { target, kind, by, authority, on, .. } = happened {
        let row = MeasureRow {
            measure: id.parse().map_err(|_| Failure(format!("{id:?} is no measure")))?,
            target: target.clone(),
            kind: *kind,
            by: by.clone(),
            authority: authority.clone(),
            imposed_on: *on,
            steps: Vec::new(),
            lifted_on: None,
        };
        return rows.put(MEASURES, id, &row);
    }
    let Some(mut row) = rows.get::<MeasureRow>(MEASURES, id)? else {
        return Err(Failure(format!("measure {id} was never imposed")));
    };
    match happened {
        E::Imposed { .. } => {}
        E::Relaxed { on, .. } => row.steps.push((*on, true)),
        E::Kept { on, .. } => row.steps.push((*on, false)),
        E::Lifted { on, .. } => row.lifted_on = Some(*on),
    }
    rows.put(MEASURES, id, &row)
}
