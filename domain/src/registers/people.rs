//! The fold of officers: a row for each.

use fugong_core::{Failure, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, UnitCode, codes::Seat, officer};

/// The relation of officers, by id.
pub(super) const OFFICERS: &str = "officers";

/// A stationed officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerRow {
    /// His id.
    pub officer: String,
    /// His name.
    pub name: Personal,
    /// His unit.
    pub unit: UnitCode,
    /// His title.
    pub title: Option<String>,
    /// His telephone.
    pub phone: Option<Personal>,
    /// The seats he holds.
    pub posts: Vec<(EnterpriseId, Seat)>,
    /// How many findings about his duty were referred to his unit.
    pub referred: u32,
    /// On how many of them his unit has decided.
    pub decided: u32,
}

/// Takes an event of an officer.
pub(super) fn take(
    rows: &mut Rows,
    event: &Recorded,
    happened: &officer::Event,
) -> Result<(), Failure> {
    use officer::Event as E;
    let id = &*event.aggregate_id;
    if let E::Enrolled { name, unit, title, phone, supersedes: _ } = happened {
        let before = rows.get::<OfficerRow>(OFFICERS, id)?;
        let row = OfficerRow {
            officer: id.to_owned(),
            name: name.clone(),
            unit: unit.clone(),
            title: title.clone(),
            phone: phone.clone(),
            referred: before.as_ref().map_or(0, |row| row.referred),
            decided: before.as_ref().map_or(0, |row| row.decided),
            posts: before.map(|row| row.posts).unwrap_or_default(),
        };
        return rows.put(OFFICERS, id, &row);
    }
    let Some(mut row) = rows.get::<OfficerRow>(OFFICERS, id)? else {
        return Err(Failure(format!("officer {id} was never enrolled")));
    };
    match happened {
        E::Enrolled { .. } => {}
        E::PostTaken { enterprise, seat, .. } => row.posts.push((enterprise.clone(), *seat)),
        E::PostLeft { enterprise, seat, .. } => {
            row.posts.retain(|(at, which)| at != enterprise || which != seat);
        }
        E::DutyReferred { .. } => row.referred = row.referred.saturating_add(1),
        E::DutyOutcomeRecorded { .. } => row.decided = row.decided.saturating_add(1),
    }
    rows.put(OFFICERS, id, &row)
}
