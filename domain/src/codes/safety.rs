//! Codes of safety at work (§二(一)3).

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
