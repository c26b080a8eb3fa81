//! What there is in the workflow: each kind of aggregate with its states and its events.

use crate::{
    Kind, barrier,
    codes::{
        BarrierState, EpidemicState, FlagState, InspectionState, Listing, MeasureState,
        OfficerState, OrderState, PlanState, ProductionState, RegimeState, SeatState, SupportState,
        TaskState,
    },
    credit, enterprise, epidemic, inspection, measure, officer, plan, posting, rectification,
    regime, resumption, support, task,
};

/// What is said about a kind of aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its Chinese name.
    pub label_zh: &'static str,
    /// What its ids are.
    pub id: &'static str,
    /// Where it, or what it keeps, can stand.
    pub states: Vec<&'static str>,
    /// The stored types of what can happen to it.
    pub events: &'static [&'static str],
}

/// The texts of all codes of a list.
macro_rules! all {
    ($list:ty) => {
        <$list>::ALL.iter().map(|state| state.code()).collect()
    };
}

impl Kind {
    /// What is said about it: none can be forgotten, since every event has a kind.
    pub fn about(self) -> About {
        let (label_zh, id, states, events) = match self {
            Self::Enterprise => {
                ("企业", "uscc, uscc~02 or p-…", all!(Listing), enterprise::Event::TYPES)
            }
            Self::Resumption => {
                ("复工", "the enterprise's", all!(ProductionState), resumption::Event::TYPES)
            }
            Self::Plan => ("方案", "the enterprise's", all!(PlanState), plan::Event::TYPES),
            Self::Posting => ("驻厂", "the enterprise's", all!(SeatState), posting::Event::TYPES),
            Self::Officer => ("人员", "a pseudonym", all!(OfficerState), officer::Event::TYPES),
            Self::Inspection => ("检查", "a UUID", all!(InspectionState), inspection::Event::TYPES),
            Self::Rectification => {
                ("整改", "a UUID", all!(OrderState), rectification::Event::TYPES)
            }
            Self::Credit => (
                "诚信",
                "the enterprise's; a flag is {uscc}.{n}",
                all!(FlagState),
                credit::Event::TYPES,
            ),
            Self::Support => ("困难", "a UUID", all!(SupportState), support::Event::TYPES),
            Self::Barrier => ("阻碍", "a UUID", all!(BarrierState), barrier::Event::TYPES),
            Self::Epidemic => ("疫情", "a UUID", all!(EpidemicState), epidemic::Event::TYPES),
            Self::Measure => ("管控", "a UUID", all!(MeasureState), measure::Event::TYPES),
            Self::Task => ("待办", "{policy}.{position}.{n}", all!(TaskState), task::Event::TYPES),
            Self::Regime => ("规则", "district", all!(RegimeState), regime::Event::TYPES),
        };
        About { label_zh, id, states, events }
    }
}
