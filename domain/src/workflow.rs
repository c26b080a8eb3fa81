//! What there is in the workflow: each kind of aggregate with its states and its events.

use crate::{
    Kind, api_key, barrier,
    codes::{
        ApiKeyState, BarrierState, DataSubjectState, EpidemicState, FlagState, InspectionState,
        Listing, MeasureState, OfficerState, OrderState, PlanState, ProductionState, RegimeState,
        ReportState, SeatState, SupportState, TaskState, WebhookState,
    },
    credit, data_subject, enterprise, epidemic, inspection, measure, officer, plan, posting,
    rectification, regime, report, resumption,
    steps::{self, Step},
    support, task, webhook,
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
    /// From where to where they lead.
    pub steps: &'static [Step],
}

/// What happens by itself: a policy, what sets it off, and what it brings about at once. What it
/// brings about later, by its timers, is said by [`crate::Timer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// The policy's name.
    pub policy: &'static str,
    /// The kinds whose events set it off.
    pub heard: &'static [Kind],
    /// The stored types of the events that may follow at once.
    pub events: &'static [&'static str],
}

/// Of each policy, what sets it off and what follows.
pub const CAUSES: [Cause; 7] = [
    Cause {
        policy: "tasks",
        heard: &[
            Kind::Enterprise,
            Kind::Resumption,
            Kind::Plan,
            Kind::Posting,
            Kind::Officer,
            Kind::Inspection,
            Kind::Rectification,
            Kind::Credit,
            Kind::Support,
            Kind::Barrier,
            Kind::Epidemic,
            Kind::Measure,
            Kind::Task,
            Kind::Regime,
        ],
        events: &["task-raised", "task-reassigned", "task-done", "task-cancelled"],
    },
    Cause {
        policy: "deadlines",
        heard: &[Kind::Posting, Kind::Rectification, Kind::Credit, Kind::Support, Kind::Barrier],
        events: &[],
    },
    Cause {
        policy: "seats",
        heard: &[Kind::Enterprise],
        events: &["posting-withdrawn", "officer-post-left"],
    },
    Cause {
        policy: "closures",
        heard: &[Kind::Enterprise, Kind::Inspection],
        events: &[
            "enterprise-closed",
            "resumption-ended",
            "posting-withdrawn",
            "officer-post-left",
            "rectification-terminated",
        ],
    },
    Cause {
        policy: "repeat-offenders",
        heard: &[Kind::Inspection, Kind::Rectification, Kind::Credit],
        events: &["credit-flag-proposed", "credit-proposal-withdrawn", "credit-expunged"],
    },
    Cause { policy: "duty", heard: &[Kind::Inspection], events: &["officer-duty-referred"] },
    Cause { policy: "figures", heard: &[Kind::Regime], events: &[] },
];

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
            Self::DataSubject => (
                "个人信息主体",
                "an officer's id, or text: and the id of a thing",
                all!(DataSubjectState),
                data_subject::Event::TYPES,
            ),
            Self::Report => ("报表", "a name", all!(ReportState), report::Event::TYPES),
            Self::ApiKey => ("接口密钥", "a UUID", all!(ApiKeyState), api_key::Event::TYPES),
            Self::Webhook => ("推送地址", "a UUID", all!(WebhookState), webhook::Event::TYPES),
        };
        About { label_zh, id, states, events, steps: steps::of(self) }
    }
}
