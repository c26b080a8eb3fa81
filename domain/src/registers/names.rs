//! What enterprises are called, and by which codes, for registers that know nothing else of them.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};

use super::dossier::{Dated, held_on};
use crate::{CreditCode, EnterpriseId, enterprise, resumption};

/// The relation of names, by the id of the enterprise or site.
pub(super) const NAMES: &str = "names";

/// What an enterprise is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct NameRow {
    /// Its name: of the list, else of the first report.
    name: String,
    /// Whether the list gave that name.
    listed: bool,
    /// The codes that it got after its first one.
    codes: Vec<Dated<CreditCode>>,
}

/// Names and codes of all enterprises and sites.
#[derive(Debug)]
pub struct Names(BTreeMap<String, Arc<NameRow>>);

impl Names {
    /// Those that the rows of a fold have.
    ///
    /// # Errors
    ///
    /// When a row is not what this version of the fold writes.
    pub fn of(rows: &Rows) -> Result<Self, Failure> {
        Ok(Self(rows.shared(NAMES)?.into_iter().collect()))
    }

    /// What an enterprise or site is called, if anybody said.
    pub fn name(&self, enterprise: &EnterpriseId) -> Option<&str> {
        let row = self.0.get(&enterprise.to_string());
        row.map(|row| row.name.as_str()).filter(|name| !name.is_empty())
    }

    /// An enterprise or site under the code that it has on `day`.
    pub fn named_on(&self, enterprise: &EnterpriseId, day: Date) -> EnterpriseId {
        let row = self.0.get(&enterprise.whole().to_string());
        let code = row.and_then(|row| held_on(&row.codes, day));
        code.map_or_else(|| enterprise.clone(), |code| enterprise.under(*code))
    }
}

/// Takes a name or a code that the list gives.
pub(super) fn list(
    rows: &mut Rows,
    event: &Recorded,
    happened: &enterprise::Event,
) -> Result<(), Failure> {
    use enterprise::Event as E;
    match happened {
        E::Registered { name, .. } | E::DetailsCorrected { name: Some(name), .. } => {
            change(rows, event, |row| (row.name, row.listed) = (name.clone(), true))
        }
        E::CodeChanged { to, .. } => {
            let code = Dated { from: event.occurred().day(), value: *to };
            change(rows, event, |row| row.codes.push(code))
        }
        E::DetailsCorrected { name: None, .. }
        | E::ScaleReclassified { .. }
        | E::Relocated { .. }
        | E::TierAssigned { .. }
        | E::ListingJoined { .. }
        | E::JoinedTo { .. }
        | E::Excluded { .. }
        | E::Readmitted { .. }
        | E::ClosureBegun { .. }
        | E::Closed { .. }
        | E::EarlierPaperRecorded { .. }
        | E::OtherLawReferenceRecorded { .. }
        | E::Guided { .. }
        | E::SupplyLinkDeclared { .. }
        | E::KeyProjectMarked { .. }
        | E::KeyProjectStarted { .. }
        | E::SetAside { .. } => Ok(()),
    }
}

/// Takes the name by which something that is not in the list was reported to work.
pub(super) fn report(
    rows: &mut Rows,
    event: &Recorded,
    happened: &resumption::Event,
) -> Result<(), Failure> {
    use resumption::Event as E;
    match happened {
        E::Resumed { name: Some(name), .. } | E::Joined { name: Some(name), .. } => {
            change(rows, event, |row| {
                if !row.listed {
                    row.name.clone_from(name);
                }
            })
        }
        E::Resumed { name: None, .. }
        | E::ContinuousProductionDeclared { .. }
        | E::Planned { .. }
        | E::DailyReported(_)
        | E::Suspended { .. }
        | E::Corrected { .. }
        | E::Ended { .. }
        | E::Joined { name: None, .. }
        | E::JoinedTo { .. } => Ok(()),
    }
}

fn change(
    rows: &mut Rows,
    event: &Recorded,
    how: impl FnOnce(&mut NameRow),
) -> Result<(), Failure> {
    let id = &*event.aggregate_id;
    let mut row: NameRow = rows.get(NAMES, id)?.unwrap_or_default();
    how(&mut row);
    rows.put(NAMES, id, &row)
}
