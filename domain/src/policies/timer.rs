//! Timers: what wakes by itself, and the one place where a timer is set.

use chrono::{DateTime, Utc};
use fugong_core::{Failure, Reaction};
use serde::{Deserialize, Serialize};

use super::{deadlines, figures, intent, seats, tasks};
use crate::{Ask, codes::codes};

codes! {
    /// A kind of timer. Every timer of the district is one of these, since nothing else sets any.
    Timer {
        /// 整改期限届满.
        OrderLapses = "order-lapses",
        /// 诚信记录届满.
        FlagExpires = "flag-expires",
        /// 顶岗届满.
        SubstitutionEnds = "substitution-ends",
        /// 困难办理逾期.
        SupportIsLate = "support-is-late",
        /// 阻碍处置逾期.
        BarrierIsLate = "barrier-is-late",
        /// 席位易主.
        SeatPasses = "seat-passes",
        /// 待办开始.
        TaskBegins = "task-begins",
        /// 待办转移或取消.
        TaskPasses = "task-passes",
        /// 待办逾期.
        TaskIsLate = "task-is-late",
        /// 每日截止.
        CutOff = "cut-off",
    }
}

impl Timer {
    /// The policy that sets it.
    pub fn policy(self) -> &'static str {
        match self {
            Self::OrderLapses
            | Self::FlagExpires
            | Self::SubstitutionEnds
            | Self::SupportIsLate
            | Self::BarrierIsLate => deadlines::NAME,
            Self::SeatPasses => seats::NAME,
            Self::TaskBegins | Self::TaskPasses | Self::TaskIsLate => tasks::NAME,
            Self::CutOff => figures::NAME,
        }
    }

    /// What it is called.
    pub fn label_zh(self) -> &'static str {
        match self {
            Self::OrderLapses => "整改期限届满",
            Self::FlagExpires => "诚信记录届满",
            Self::SubstitutionEnds => "顶岗届满",
            Self::SupportIsLate => "困难办理逾期",
            Self::BarrierIsLate => "阻碍处置逾期",
            Self::SeatPasses => "席位易主",
            Self::TaskBegins => "待办开始",
            Self::TaskPasses => "待办转移或取消",
            Self::TaskIsLate => "待办逾期",
            Self::CutOff => "每日截止",
        }
    }

    /// When it wakes, always by days of Asia/Shanghai.
    pub fn due(self) -> &'static str {
        match self {
            Self::OrderLapses => "when the last day of a served order is over",
            Self::FlagExpires => "when the last day of a flag is over",
            Self::SubstitutionEnds => "when the last day of a substitution is over",
            Self::SupportIsLate => "when the last day to help with a difficulty is over",
            Self::BarrierIsLate => "when the last day to see to a barrier is over",
            Self::SeatPasses => "when the day begins on which a move or another size takes effect",
            Self::TaskBegins => "when the day begins from which a task is somebody's work",
            Self::TaskPasses => "when the day begins on which a task's reason ends or passes on",
            Self::TaskIsLate => "when the last day of a task is over that others wait for",
            Self::CutOff => "each day at the time by which the rules ask for the daily report",
        }
    }

    /// The events it may bring about; none of them, when what it was set for no longer stands.
    pub fn events(self) -> &'static [&'static str] {
        match self {
            Self::OrderLapses => &["rectification-lapsed"],
            Self::FlagExpires => &["credit-expired"],
            Self::SubstitutionEnds => &["posting-substitution-ended"],
            Self::SupportIsLate => &["support-escalated"],
            Self::BarrierIsLate => &["barrier-escalated"],
            Self::SeatPasses => &["posting-withdrawn", "officer-post-left"],
            Self::TaskBegins => &["task-raised"],
            Self::TaskPasses => &["task-reassigned", "task-cancelled"],
            Self::TaskIsLate => &["task-escalated"],
            Self::CutOff => &["regime-figures-fixed"],
        }
    }

    /// Sets it: `ask` is asked at `due`, and looks at the state of that moment.
    pub(super) fn at(self, key: String, due: DateTime<Utc>, ask: Ask) -> Result<Reaction, Failure> {
        Ok(Reaction::At { key, due, intent: intent(self.policy(), ask)? })
    }
}
