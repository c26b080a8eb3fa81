//! On what the law lets words about persons be erased, kept, or kept without being used: 个人信息保护法
//! (personal information protection law, in force since 1 November 2021).

use serde::{Deserialize, Serialize};

use super::codes;

codes! {
    /// On which ground words are erased: art. 47 I, item by item.
    ErasureGround {
        /// 处理目的已实现、无法实现或者为实现处理目的不再必要 (item 1).
        PurposeAchieved = "purpose_achieved",
        /// 停止提供产品或者服务，或者保存期限已届满 (item 2).
        RetentionOver = "retention_over",
        /// 个人撤回同意 (item 3).
        ConsentWithdrawn = "consent_withdrawn",
        /// 违反法律、行政法规或者违反约定处理个人信息 (item 4).
        UnlawfulProcessing = "unlawful_processing",
        /// 法律、行政法规规定的其他情形 (item 5): the document is named.
        OtherLaw = "other_law",
    }
}

codes! {
    /// Why words may not be erased yet.
    HoldGround {
        /// 法律、行政法规规定的保存期限未届满 (art. 47 II).
        RetentionPeriod = "retention_period",
        /// 正在办理的案件需要.
        OpenCase = "open_case",
    }
}

codes! {
    /// Why words are kept and not used.
    RestrictionGround {
        /// 依法应当删除而保存期限未届满，或者技术上难以删除 (art. 47 II).
        CannotBeErased = "cannot_be_erased",
        /// 个人要求限制处理 (art. 44).
        OnRequest = "on_request",
        /// 个人对准确性有异议，正在核实 (art. 46).
        BeingVerified = "being_verified",
    }
}
