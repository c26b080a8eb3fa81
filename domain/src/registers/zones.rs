//! The fold of 三区三联: with whom an enterprise is linked, and when workers were handed over.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Occurred, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, UnitCode, posting::Event};

/// The relation of linked zones, by enterprise.
pub(super) const ZONES: &str = "zones";

/// What is known of an enterprise's zones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRow {
    /// Whose they are.
    pub enterprise: Option<EnterpriseId>,
    /// The links, in the order of telling; the last one holds.
    pub links: Vec<ZoneLink>,
    /// When workers were handed over, and how many.
    pub handovers: Vec<(Occurred, Option<u32>)>,
}

/// Community, park and production area, linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneLink {
    /// Since this day.
    pub from: Date,
    /// The community.
    pub community: String,
    /// The park.
    pub park: Option<UnitCode>,
    /// Whom to speak to at the production area.
    pub site: Personal,
    /// What they do together.
    pub measures: Vec<Personal>,
}

/// Takes an event of the seats; only two speak of zones.
pub(super) fn take(rows: &mut Rows, event: &Recorded, happened: &Event) -> Result<(), Failure> {
    let id = &*event.aggregate_id;
    match happened {
        Event::ZonesLinked { community, park, site, measures } => {
            let mut row: ZoneRow = rows.get(ZONES, id)?.unwrap_or_default();
            row.enterprise = id.parse().ok();
            row.links.push(ZoneLink {
                from: event.occurred().day(),
                community: community.clone(),
                park: park.clone(),
                site: site.clone(),
                measures: measures.clone(),
            });
            rows.put(ZONES, id, &row)
        }
        Event::HandoverLogged { at, workers, .. } => {
            let mut row: ZoneRow = rows.get(ZONES, id)?.unwrap_or_default();
            row.enterprise = id.parse().ok();
            row.handovers.push((*at, *workers));
            rows.put(ZONES, id, &row)
        }
        Event::OfficerAssigned { .. }
        | Event::Transferred { .. }
        | Event::Substituted { .. }
        | Event::SubstitutionEnded { .. }
        | Event::Withdrawn { .. }
        | Event::VisitLogged { .. } => Ok(()),
    }
}
