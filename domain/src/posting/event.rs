use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{Advisory, OfficerId, UnitCode, codes::Seat, event_types::event_types};

/// What has happened to the seats (驻厂) of an enterprise.
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// An officer took a seat.
    OfficerAssigned {
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supersedes: Option<String>,
        /// Whom that one put on the seat, where he never sat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Seated>,
        /// Remarks.
        advisories: Vec<Advisory>,
    },
    /// The seat passed to another officer, without overlap and without gap.
    Transferred {
        /// Which seat.
        seat: Seat,
        /// The unit that fills it.
        unit: UnitCode,
        /// Who left it.
        officer: OfficerId,
        /// Who took it.
        to: OfficerId,
        /// When.
        effective_at: Occurred,
        /// Why the one who took it may hold more than one plant.
        concurrent_reason: Option<Personal>,
    },
    /// 顶岗: somebody stands in for a while.
    Substituted {
        /// Which seat.
        seat: Seat,
        /// Whose it is.
        officer: OfficerId,
        /// Who stands in.
        substitute: OfficerId,
        /// From when.
        from: Occurred,
        /// Until when, that day included.
        until: Occurred,
        /// The event id of the substitution that this one puts right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supersedes: Option<String>,
        /// Who stood in by that one, where he never did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Seated>,
    },
    /// The substitution came to its end.
    SubstitutionEnded {
        /// Which seat.
        seat: Seat,
        /// Who stood in.
        substitute: OfficerId,
    },
    /// An officer left the seat and nobody took it.
    Withdrawn {
        /// Which seat.
        seat: Seat,
        /// Who left.
        officer: OfficerId,
        /// When.
        at: Occurred,
        /// Why, in words.
        reason: Option<Personal>,
        /// Why, when the rules did it: the unit no longer owns the seat, or the enterprise closed.
        rule: Option<String>,
        /// Remarks.
        advisories: Vec<Advisory>,
    },
    /// An officer was there.
    VisitLogged {
        /// Which seat.
        seat: Seat,
        /// Who.
        officer: OfficerId,
        /// When.
        at: Occurred,
        /// What he looked at, by code.
        items: Vec<String>,
        /// What he saw.
        notes: Option<Personal>,
        /// The event id of the visit it corrects.
        supersedes: Option<String>,
        /// The moment which that visit gave.
        was: Option<Occurred>,
    },
    /// 三区三联: community, park and production area were linked, or linked anew.
    ZonesLinked {
        /// The community (社区).
        community: String,
        /// The park, if it lies in one.
        park: Option<UnitCode>,
        /// Whom to speak to at the production area.
        site: Personal,
        /// What they do together (联动联防联控).
        measures: Vec<Personal>,
    },
    /// 接续管理: workers passed from one's care into another's, without a gap.
    HandoverLogged {
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

/// Who was put on a seat, or stood in on it, and from when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seated {
    /// Who.
    pub officer: OfficerId,
    /// From when.
    pub from: Occurred,
}

event_types! {
    Event {
        OfficerAssigned => "posting-officer-assigned",
        Transferred => "posting-transferred",
        Substituted => "posting-substituted",
        SubstitutionEnded => "posting-substitution-ended",
        Withdrawn => "posting-withdrawn",
        VisitLogged => "posting-visit-logged",
        ZonesLinked => "posting-zones-linked",
        HandoverLogged => "posting-handover-logged",
    }
}
