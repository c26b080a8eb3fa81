//! Codes that cross the API and the data files. Codes are stored, labels are shown
//! (`fixtures/data/codes.json`; a test holds the two lists together).

mod persons;
mod safety;
mod states;

pub use persons::{ErasureGround, HoldGround, RestrictionGround};
pub use safety::{HazardSeverity, RiskLevel, Workplace};
pub use states::{
    ApiKeyState, BarrierState, DataSubjectState, EpidemicState, FlagState, InspectionState,
    Listing, MeasureState, OfficerState, OrderState, PlanState, RegimeState, ReportState,
    SeatState, SupportState, WebhookState,
};

use serde::{Deserialize, Serialize};

/// Defines a list of codes: the enum, all of its values, and the text of each.
macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// Every value, in the order of the data file.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored text.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value with this text.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

pub(crate) use codes;

codes! {
    /// A place for a stationed officer (驻厂员), named by the unit that fills it.
    Seat {
        /// 属地驻厂员.
        Township = "township",
        /// 园区驻厂员.
        Park = "park",
        /// 区经信委驻厂员.
        Eic = "eic",
    }
}

codes! {
    /// The order in which enterprises are served first (§一(二)); never a condition.
    Tier {
        /// 在产的保障抗疫急需和生产生活必需企业.
        T1 = "T1",
        /// 保供产业链、供应链配套.
        T2 = "T2",
        /// 管理基础好、防控到位的重点优势.
        T3 = "T3",
        /// 风险较低、准备充分.
        T4 = "T4",
    }
}

codes! {
    /// Whether an enterprise is above designated size (规模以上).
    Scale {
        /// 规模以上.
        Above = "above",
        /// 规模以下.
        Below = "below",
    }
}

codes! {
    /// Where production stands.
    ProductionState {
        /// 未复工.
        NotResumed = "not_resumed",
        /// 拟复工.
        Planned = "planned",
        /// 持续在产.
        Continuous = "continuous",
        /// 已复工复产.
        Resumed = "resumed",
        /// 停产.
        Suspended = "suspended",
    }
}

impl ProductionState {
    /// Whether the enterprise works: 持续在产 or 已复工复产.
    pub fn in_production(self) -> bool {
        matches!(self, Self::Continuous | Self::Resumed)
    }
}

codes! {
    /// Why an enterprise stopped again.
    SuspensionReason {
        /// 企业自行停产.
        Voluntary = "voluntary",
        /// 订单、原料等原因.
        Market = "market",
        /// 政策性停工.
        Policy = "policy",
        /// 疫情防控停工停业.
        EpidemicOrder = "epidemic_order",
        /// 责令停产整顿.
        SafetyOrder = "safety_order",
        /// 检修.
        Maintenance = "maintenance",
    }
}

codes! {
    /// Why an enterprise is left out of the base of a ratio.
    ExclusionKind {
        /// 长期停产.
        LongStop = "long_stop",
        /// 季节性停产.
        SeasonalStop = "seasonal_stop",
        /// 退库: out of the above-scale base only.
        LeftRegister = "left_register",
        /// 政策性停工.
        PolicyStop = "policy_stop",
    }
}

codes! {
    /// How an enterprise ends here.
    ClosureKind {
        /// 注销.
        Deregistered = "deregistered",
        /// 吊销.
        Revoked = "revoked",
        /// 迁出本区.
        MovedOut = "moved_out",
    }
}

codes! {
    /// Why an unlisted enterprise does not enter the list (不纳入名录).
    SetAsideReason {
        /// 非工业.
        NotIndustrial = "not_industrial",
        /// 重复.
        Duplicate = "duplicate",
        /// 不在本区.
        OutsideDistrict = "outside_district",
    }
}

codes! {
    /// Where an enterprise stands in the list.
    EnterpriseState {
        /// 未建档.
        Unlisted = "unlisted",
        /// 在册.
        Listed = "listed",
        /// 拟注销或迁出.
        Closing = "closing",
        /// 已注销、吊销或迁出.
        Closed = "closed",
    }
}

codes! {
    /// What led to an inspection.
    InspectionKind {
        /// 全覆盖.
        Full = "full",
        /// 双随机.
        Random = "random",
        /// 举报.
        Reported = "reported",
        /// 回头看.
        FollowUp = "follow_up",
    }
}

codes! {
    /// What an inspection looks at (§三).
    Subject {
        /// 职工个人防护责任落实情况.
        Protection = "protection",
        /// 履行主体责任情况.
        Responsibility = "responsibility",
        /// 驻厂工作人员履职情况: never against the enterprise.
        OfficerDuty = "officer_duty",
    }
}

codes! {
    /// What is wrong.
    Category {
        /// 管理松懈.
        LaxManagement = "lax_management",
        /// 措施落实不到位.
        MeasuresNotInPlace = "measures_not_in_place",
        /// 驻厂员脱岗.
        OfficerAbsent = "officer_absent",
        /// 其他.
        Other = "other",
    }
}

codes! {
    /// How bad it is.
    Severity {
        /// 轻微.
        Minor = "minor",
        /// 一般.
        Ordinary = "ordinary",
        /// 严重.
        Serious = "serious",
    }
}

codes! {
    /// What an inspection came to.
    ResultCode {
        /// 未发现问题.
        Nothing = "none",
        /// 发现问题已当场整改.
        FixedOnSpot = "fixed_on_spot",
        /// 发现问题责令限期整改.
        ToOrder = "to_order",
        /// 发现问题移送派出单位.
        Referred = "referred",
    }
}

codes! {
    /// What a reinspection found.
    ReinspectionResult {
        /// 整改到位.
        Complied = "complied",
        /// 整改不到位.
        Failed = "failed",
    }
}

codes! {
    /// What became of an objection.
    ObjectionResult {
        /// 异议成立.
        Upheld = "upheld",
        /// 异议不成立.
        Rejected = "rejected",
    }
}

codes! {
    /// What became of an application for credit repair (信用修复).
    RepairResult {
        /// 准予修复.
        Granted = "granted",
        /// 不予修复.
        Refused = "refused",
    }
}

codes! {
    /// How one order replaces another.
    SupersedeKind {
        /// 更正: the old order's count goes.
        Correction = "correction",
        /// 再次责令: a count already incurred stays.
        Further = "further",
    }
}

codes! {
    /// Who raised a difficulty.
    SupportSource {
        /// 企业提出.
        Enterprise = "enterprise",
        /// 驻厂员提出.
        Officer = "officer",
        /// 属地、部门主动发现.
        Department = "department",
    }
}

codes! {
    /// What stands in the way of those who work (§四).
    BarrierKind {
        /// 擅自设卡拦截.
        Roadblock = "roadblock",
        /// 阻断货运通道.
        FreightBlocked = "freight_blocked",
        /// 设置复工条件.
        ConditionSet = "condition_set",
        /// Somebody wanted to be asked before.
        SignOffDemanded = "sign_off_demanded",
        /// Somebody wanted a paper before.
        PriorPaperDemanded = "prior_paper_demanded",
        /// 其他延缓开工.
        OtherDelay = "other_delay",
    }
}

codes! {
    /// What kind of measure of control it is.
    MeasureKind {
        /// 封闭式管理.
        ClosedManagement = "closed_management",
        /// 停工停业.
        StopOrder = "stop_order",
        /// 出入管控.
        AccessControl = "access_control",
        /// 限制人员聚集.
        GatheringLimit = "gathering_limit",
        /// 其他.
        Other = "other",
    }
}

codes! {
    /// Where a task (待办) stands.
    TaskState {
        /// 待办.
        Open = "open",
        /// 已认领.
        Claimed = "claimed",
        /// 已办结.
        Done = "done",
        /// 已取消.
        Cancelled = "cancelled",
        /// 已升级.
        Escalated = "escalated",
    }
}

codes! {
    /// How far a closure has come.
    ClosureStage {
        /// 启动退出.
        Begun = "begun",
        /// 确认退出.
        Confirmed = "confirmed",
    }
}

codes! {
    /// The capacity in which somebody acts.
    Role {
        /// 企业.
        Enterprise = "enterprise",
        /// 乡镇街道.
        Township = "township",
        /// 园区.
        Park = "park",
        /// 驻厂员.
        Officer = "officer",
        /// 区经信委.
        Commission = "commission",
        /// 区应急局.
        Emergency = "emergency",
        /// 区防控指挥部.
        Headquarters = "headquarters",
        /// 区级部门.
        Department = "department",
        /// 审计.
        Auditor = "auditor",
        /// 报表.
        Reporter = "reporter",
        /// 平台对接.
        Integrator = "integrator",
        /// 系统管理.
        Admin = "admin",
        /// 系统: policies and timers, never a person.
        System = "system",
    }
}
