//! Where each kind of aggregate can stand, in a word. The aggregates say it by matching their own
//! states one by one, so none of these lists can miss a state.

use serde::{Deserialize, Serialize};

use super::codes;

codes! {
    /// Where an enterprise stands, and what became of an id that is not in the list.
    Listing {
        /// 未建档.
        Unlisted = "unlisted",
        /// 在册.
        Listed = "listed",
        /// 拟注销或迁出.
        Closing = "closing",
        /// 已注销、吊销或迁出.
        Closed = "closed",
        /// 已并入名录企业.
        JoinedTo = "joined_to",
        /// 不纳入名录.
        SetAside = "set_aside",
    }
}

codes! {
    /// Where a prevention plan (一企一策方案) stands.
    PlanState {
        /// 无方案.
        Missing = "missing",
        /// 已制定.
        Drafted = "drafted",
        /// 落实到位.
        InPlace = "in_place",
    }
}

codes! {
    /// Where a seat of a stationed officer stands.
    SeatState {
        /// 空缺.
        Vacant = "vacant",
        /// 在岗.
        Held = "held",
        /// 顶岗.
        Substituted = "substituted",
    }
}

codes! {
    /// Where the words that are kept of a subject stand.
    DataSubjectState {
        /// 正常使用.
        InUse = "in_use",
        /// 限制处理.
        Restricted = "restricted",
        /// 依法保存.
        Held = "held",
        /// 已删除.
        Erased = "erased",
    }
}

codes! {
    /// Where an officer stands.
    OfficerState {
        /// 未登记.
        Unknown = "unknown",
        /// 已登记.
        Enrolled = "enrolled",
    }
}

codes! {
    /// Where an inspection stands.
    InspectionState {
        /// 未开始.
        NotOpened = "not_opened",
        /// 检查中.
        Open = "open",
        /// 已结束.
        Closed = "closed",
        /// 已作废.
        Void = "void",
    }
}

codes! {
    /// Where an order to rectify stands.
    OrderState {
        /// 未责令.
        NotOrdered = "not_ordered",
        /// 已责令.
        Ordered = "ordered",
        /// 已送达.
        Served = "served",
        /// 企业已报整改完成.
        Reported = "reported",
        /// 逾期.
        Lapsed = "lapsed",
        /// 销号.
        Complied = "complied",
        /// 整改不到位.
        Failed = "failed",
        /// 被另一责令取代.
        Superseded = "superseded",
        /// 撤销.
        Revoked = "revoked",
        /// 终止.
        Terminated = "terminated",
    }
}

codes! {
    /// Where a flag of a credit record stands.
    FlagState {
        /// 拟记.
        Proposed = "proposed",
        /// 已告知.
        Notified = "notified",
        /// 失去依据.
        Withdrawn = "withdrawn",
        /// 不予记入.
        Dismissed = "dismissed",
        /// 已记入.
        Flagged = "flagged",
        /// 已修复.
        Repaired = "repaired",
        /// 届满.
        Expired = "expired",
        /// 已撤除.
        Expunged = "expunged",
    }
}

codes! {
    /// Where the rules of the district stand.
    RegimeState {
        /// 未公布.
        Unpublished = "unpublished",
        /// 已公布.
        Published = "published",
    }
}

codes! {
    /// Where a difficulty stands.
    SupportState {
        /// 未提出.
        NotRaised = "not_raised",
        /// 待交办.
        Raised = "raised",
        /// 办理中.
        Assigned = "assigned",
        /// 已解决.
        Resolved = "resolved",
        /// 企业已确认.
        Confirmed = "confirmed",
    }
}

codes! {
    /// Where a report of a barrier stands.
    BarrierState {
        /// 未报告.
        NotReported = "not_reported",
        /// 已报告.
        Reported = "reported",
        /// 处置中.
        Assigned = "assigned",
        /// 已排除.
        Removed = "removed",
        /// 查无此事.
        Unfounded = "unfounded",
    }
}

codes! {
    /// Where an incident stands.
    EpidemicState {
        /// 未报告.
        NotReported = "not_reported",
        /// 处置中.
        Open = "open",
        /// 已排除.
        RuledOut = "ruled_out",
        /// 已办结.
        Closed = "closed",
    }
}

codes! {
    /// Where a measure of control stands.
    MeasureState {
        /// 未采取.
        NotImposed = "not_imposed",
        /// 实施中.
        InForce = "in_force",
        /// 已解除.
        Lifted = "lifted",
    }
}

codes! {
    /// Where the definition of a report stands.
    ReportState {
        /// 未定义.
        NotDefined = "not_defined",
        /// 使用中.
        InUse = "in_use",
        /// 已停用.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// Where an API key stands.
    ApiKeyState {
        /// 未发放.
        NotIssued = "not_issued",
        /// 使用中.
        InUse = "in_use",
        /// 已停用.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// Where a webhook stands.
    WebhookState {
        /// 未设立.
        NotCreated = "not_created",
        /// 使用中.
        InUse = "in_use",
        /// 已停用.
        Disabled = "disabled",
    }
}
