//! Codes of dangers: at work (§二(一)3), and of the epidemic.

use serde::{Deserialize, Serialize};

use super::codes;

codes! {
    /// What makes a workplace dangerous.
    Workplace {
        /// 易燃易爆.
        Flammable = "flammable",
        /// 有毒有害.
        Toxic = "toxic",
        /// 其他.
        Other = "other",
    }
}

codes! {
    /// How great a hazard (安全风险隐患) is.
    HazardSeverity {
        /// 一般.
        Ordinary = "ordinary",
        /// 重大.
        Major = "major",
    }
}

codes! {
    /// The epidemic risk of an area. It changes no production state.
    RiskLevel {
        /// 低风险.
        Low = "low",
        /// 中风险.
        Medium = "medium",
        /// 高风险.
        High = "high",
    }
}
