//! What is said along with an accepted act. An advisory never gates anything.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::codes::{RiskLevel, Seat};

/// A remark on an accepted event, stored with it as text such as `SEAT_VACANT:township`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Advisory {
    /// The enterprise is not listed yet; listing (建档) is our duty, not theirs.
    EnterpriseUnlisted,
    /// The seat is not one that this enterprise needs.
    SeatNotRequired,
    /// There is no prevention plan.
    PlanMissing,
    /// The prevention plan has gaps.
    PlanIncomplete,
    /// A seat is vacant.
    SeatVacant(Seat),
    /// A rectification order is open.
    OrderOpen,
    /// A credit flag stands.
    CreditFlagged,
    /// The area's risk is above low.
    RiskLevel(RiskLevel),
    /// The scale does not fit the revenue.
    ScaleDisagreesWithRevenue,
    /// A stop order is in force.
    StopOrderInForce,
    /// Mining: other law (安全生产许可证, 煤矿复工复产验收) stays with its authorities.
    OtherLawApplies,
    /// An officer left after resumption and nobody took his place.
    WithdrawnWithoutSuccessor,
    /// The due date lies before the service of the order: nothing runs until it is extended.
    DueBeforeService,
}

/// A text that is no advisory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no advisory")]
pub struct UnknownAdvisory(String);

impl fmt::Display for Advisory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EnterpriseUnlisted => f.write_str("ENTERPRISE_UNLISTED"),
            Self::SeatNotRequired => f.write_str("SEAT_NOT_REQUIRED"),
            Self::PlanMissing => f.write_str("PLAN_MISSING"),
            Self::PlanIncomplete => f.write_str("PLAN_INCOMPLETE"),
            Self::SeatVacant(seat) => write!(f, "SEAT_VACANT:{seat}"),
            Self::OrderOpen => f.write_str("ORDER_OPEN"),
            Self::CreditFlagged => f.write_str("CREDIT_FLAGGED"),
            Self::RiskLevel(level) => write!(f, "RISK_LEVEL:{level}"),
            Self::ScaleDisagreesWithRevenue => f.write_str("SCALE_DISAGREES_WITH_REVENUE"),
            Self::StopOrderInForce => f.write_str("STOP_ORDER_IN_FORCE"),
            Self::OtherLawApplies => f.write_str("OTHER_LAW_APPLIES"),
            Self::WithdrawnWithoutSuccessor => f.write_str("WITHDRAWN_WITHOUT_SUCCESSOR"),
            Self::DueBeforeService => f.write_str("DUE_BEFORE_SERVICE"),
        }
    }
}

impl From<Advisory> for String {
    fn from(advisory: Advisory) -> Self {
        advisory.to_string()
    }
}

impl TryFrom<String> for Advisory {
    type Error = UnknownAdvisory;

    fn try_from(text: String) -> Result<Self, UnknownAdvisory> {
        let parts = text.split_once(':');
        let known = match (text.as_str(), parts) {
            (_, Some(("SEAT_VACANT", seat))) => Seat::from_code(seat).map(Self::SeatVacant),
            (_, Some(("RISK_LEVEL", level))) => RiskLevel::from_code(level).map(Self::RiskLevel),
            ("ENTERPRISE_UNLISTED", _) => Some(Self::EnterpriseUnlisted),
            ("SEAT_NOT_REQUIRED", _) => Some(Self::SeatNotRequired),
            ("PLAN_MISSING", _) => Some(Self::PlanMissing),
            ("PLAN_INCOMPLETE", _) => Some(Self::PlanIncomplete),
            ("ORDER_OPEN", _) => Some(Self::OrderOpen),
            ("CREDIT_FLAGGED", _) => Some(Self::CreditFlagged),
            ("SCALE_DISAGREES_WITH_REVENUE", _) => Some(Self::ScaleDisagreesWithRevenue),
            ("STOP_ORDER_IN_FORCE", _) => Some(Self::StopOrderInForce),
            ("OTHER_LAW_APPLIES", _) => Some(Self::OtherLawApplies),
            ("WITHDRAWN_WITHOUT_SUCCESSOR", _) => Some(Self::WithdrawnWithoutSuccessor),
            ("DUE_BEFORE_SERVICE", _) => Some(Self::DueBeforeService),
            _ => None,
        };
        known.ok_or(UnknownAdvisory(text))
    }
}
