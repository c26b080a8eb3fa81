use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use super::Seated;
use crate::{Advisory, OfficerId, UnitCode, codes::Seat};

/// What can be asked of the seats of an enterprise.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Put an officer on a seat.
    AssignOfficer {
        /// Which seat.
        seat: Seat,
        /// The unit that fills it.
        unit: UnitCode,
        /// Who.
        officer: OfficerId,
        /// From when.
        from: Occurred,
        /// Why he may hold more than one plant.
        concurrent_reason: Option<Personal>,
        /// The event id of the assignment or transfer that this one puts right.
        #[serde(default)]
        supersedes: Option<String>,
        /// Whom that one put on the seat: whoever looked it up passes it on.
        #[serde(default)]
        was: Option<Seated>,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
    },
    /// Pass the seat on.
    Transfer {
        /// Which seat.
        seat: Seat,
        /// To whom.
        to: OfficerId,
        /// When.
        effective_at: Occurred,
        /// Why he may hold more than one plant.
        concurrent_reason: Option<Personal>,
        /// The unit whose the seat is by then.
        #[serde(skip)]
        unit: Option<UnitCode>,
    },
    /// Let somebody stand in (顶岗).
    Substitute {
        /// Which seat.
        seat: Seat,
        /// Who stands in.
        substitute: OfficerId,
        /// From when.
        from: Occurred,
        /// Until when, that day included.
        until: Occurred,
        /// The event id of the substitution that this one puts right.
        #[serde(default)]
        supersedes: Option<String>,
        /// Who stood in by that one, and from when: whoever looked it up passes it on.
        #[serde(default)]
        was: Option<Seated>,
    },
    /// A substitution may have come to its end: a timer asks.
    EndSubstitution {
        /// Which seat.
        seat: Seat,
        /// The day that has begun.
        #[serde(skip)]
        today: chrono::NaiveDate,
    },
    /// Take the officer off the seat.
    Withdraw {
        /// Which seat.
        seat: Seat,
        /// When.
        at: Occurred,
        /// Why, in words.
        reason: Option<Personal>,
        /// Why, when a rule does it.
        rule: Option<String>,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
    },
    /// Log a visit.
    LogVisit {
        /// Which seat.
        seat: Seat,
        /// When.
        at: Occurred,
        /// What was looked at, by code.
        items: Vec<String>,
        /// What was seen.
        notes: Option<Personal>,
        /// The event id of the visit it corrects.
        supersedes: Option<String>,
        /// The moment which that visit gave: whoever looked it up passes it on.
        #[serde(default)]
        was: Option<Occurred>,
        /// The officer who speaks of himself.
        #[serde(skip)]
        visitor: Option<OfficerId>,
    },
    /// Link community, park and production area (三区三联).
    LinkZones {
        /// The community (社区).
        community: String,
        /// The park, if it lies in one.
        park: Option<UnitCode>,
        /// Whom to speak to at the production area.
        site: Personal,
        /// What they do together (联动联防联控).
        measures: Vec<Personal>,
    },
    /// Log that workers passed from one's care into another's (接续管理).
    LogHandover {
        /// When.
        at: Occurred,
        /// Out of whose care.
        from: Personal,
        /// Into whose.
        to: Personal,
        /// How many.
        workers: Option<u32>,
        /// What was said.
        notes: Option<Personal>,
    },
}
