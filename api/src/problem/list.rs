//! Every problem code: its status, its titles and what to do. One row, one code, for ever.

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The stable code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Its Chinese title.
    pub zh: &'static str,
    /// Its English title.
    pub en: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

const fn row(
    status: u16,
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    remedy: &'static str,
) -> Entry {
    Entry { code, status, zh, en, remedy }
}

/// Every kind of problem there is, by status.
pub const LIST: &[Entry] = &[
    row(
        400,
        "MALFORMED",
        "请求格式有误",
        "The request cannot be read",
        "Send UTF-8 JSON as the OpenAPI document shows; the detail says where it breaks.",
    ),
    row(
        400,
        "INVALID_FIELD",
        "字段内容有误",
        "A member is not as it should be",
        "Put right what errors[].pointer names and send the request again.",
    ),
    row(
        400,
        "IDEMPOTENCY_KEY_REQUIRED",
        "缺少幂等键",
        "An Idempotency-Key is required",
        "Send an Idempotency-Key header that names this act for ever, such as a UUID.",
    ),
    row(
        401,
        "UNAUTHENTICATED",
        "未通过身份认证",
        "It is not known who asks",
        "Send an Authorization header that this server knows.",
    ),
    row(
        403,
        "ROLE_NOT_ALLOWED",
        "角色无此权限",
        "This role may not do this",
        "Let somebody do it whose role the detail names.",
    ),
    row(
        403,
        "OUT_OF_JURISDICTION",
        "不在管辖范围",
        "Outside the unit's area",
        "Let the unit do it in whose area or district it lies.",
    ),
    row(
        404,
        "NOT_FOUND",
        "未找到",
        "There is no such thing, or not for you",
        "Check the address; a receipt's Location leads to what was made.",
    ),
    row(
        404,
        "ENTERPRISE_UNKNOWN",
        "企业未建档",
        "The enterprise is not listed",
        "List it first with POST /v1/enterprises.",
    ),
    row(
        405,
        "METHOD_NOT_ALLOWED",
        "不支持该方法",
        "This address does not know the method",
        "Use a method of the Allow header.",
    ),
    row(
        406,
        "NOT_ACCEPTABLE",
        "无法提供所要求的格式",
        "None of the formats asked for is offered",
        "Ask for a format that the OpenAPI document names for this address.",
    ),
    row(
        409,
        "ENTERPRISE_EXISTS",
        "企业已建档",
        "The enterprise is listed already",
        "Send a correction, a scale change or a relocation instead.",
    ),
    row(
        409,
        "IN_FLIGHT",
        "同一请求正在处理",
        "The same act is being carried out",
        "Repeat it with the same key in a moment.",
    ),
    row(
        412,
        "VERSION_CONFLICT",
        "版本冲突",
        "It changed since you read it",
        "Read it again and decide again, with the ETag you then see. Without If-Match the status is 409.",
    ),
    row(
        413,
        "TOO_LARGE",
        "请求体过大",
        "The body is too large",
        "Send at most 256 KiB; send large things as attachments, by their digest.",
    ),
    row(
        413,
        "EVENT_TOO_LARGE",
        "事件过大",
        "An event would be too large",
        "Shorten the texts, or attach a document by its digest.",
    ),
    row(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "不支持的媒体类型",
        "The body is in another format",
        "Send application/json.",
    ),
    row(
        422,
        "IDEMPOTENCY_KEY_REUSED",
        "幂等键已用于其他请求",
        "The key was used for another request",
        "Take a new key for a new act.",
    ),
    row(
        422,
        "USCC_INVALID",
        "统一社会信用代码有误",
        "Not a unified social credit code",
        "Check the eighteen characters against the licence; the last is a check character.",
    ),
    row(
        422,
        "ENTERPRISE_CLOSED",
        "企业已注销、吊销或迁出",
        "The closure of the enterprise is confirmed",
        "List it again if it works here again.",
    ),
    row(
        422,
        "TOWNSHIP_UNKNOWN_AT_DATE",
        "当日无此乡镇街道或园区",
        "No such township or park on that day",
        "Take a code of /v1/code-lists/units that holds on that day.",
    ),
    row(
        422,
        "NOT_INDUSTRIAL",
        "非工业企业不纳入名录",
        "Not an industrial enterprise",
        "Outside the park only sections B, C and D of GB/T 4754 are listed.",
    ),
    row(
        422,
        "RESUMED_ON_IN_FUTURE",
        "复工日期晚于今日",
        "The day of resumption lies ahead",
        "Report it when work has begun, or send a resumption plan.",
    ),
    row(
        422,
        "OCCURRED_ON_IN_FUTURE",
        "发生时间有误",
        "The time of the act cannot be",
        "Send when it happened: not later than now, not before what it records.",
    ),
    row(
        422,
        "SEAT_UNIT_MISMATCH",
        "席位不属于该单位",
        "The seat is another unit's",
        "Send the unit that the detail names.",
    ),
    row(
        422,
        "SEAT_OCCUPIED",
        "席位已有驻厂员",
        "Somebody holds the seat",
        "Transfer the seat or withdraw its officer first.",
    ),
    row(
        422,
        "SEAT_SAME_OFFICER",
        "双驻厂员须为不同人员",
        "One officer for both seats",
        "Send another officer.",
    ),
    row(
        422,
        "OFFICER_ALREADY_POSTED",
        "驻厂员已派驻其他企业",
        "The officer is posted elsewhere",
        "Send concurrent_reason if he must hold both.",
    ),
    row(
        422,
        "INSPECTOR_CONFLICT",
        "检查人员须回避",
        "Nobody judges his own duty",
        "Let another person inspect it.",
    ),
    row(
        422,
        "NO_POSTING_AT_DATE",
        "当时该席位无人派驻",
        "Nobody held the seat then",
        "Assign an officer first, or send the time at which somebody held it.",
    ),
    row(
        422,
        "FINDING_NOT_AGAINST_ENTERPRISE",
        "该问题不针对企业",
        "The finding is not against the enterprise",
        "It is referred to the officer's unit; leave it out of the order.",
    ),
    row(
        422,
        "ORDER_WITHOUT_FINDING",
        "责令整改缺少检查发现",
        "An order rests on findings",
        "Name at least one finding of a valid inspection.",
    ),
    row(
        422,
        "ORDER_WITHOUT_DEADLINE",
        "责令整改缺少期限",
        "An order needs one time limit",
        "Send either due or working_days.",
    ),
    row(
        422,
        "DEADLINE_NOT_AFTER_ISSUE",
        "期限须晚于责令日期",
        "The time limit ends before it begins",
        "Send a later day.",
    ),
    row(
        422,
        "FINDING_ALREADY_ORDERED",
        "该问题已在未结整改单中",
        "The finding is in an open order",
        "Finish, revoke or supersede that order first.",
    ),
    row(
        422,
        "ORDER_CLOSED",
        "当前状态不适用此步骤",
        "The step does not fit where things stand",
        "Read it again: the detail says where it stands.",
    ),
    row(
        422,
        "ORDER_NOT_SERVED",
        "整改单尚未送达",
        "The order has not been served",
        "Confirm its service first.",
    ),
    row(
        422,
        "CALENDAR_NOT_COVERED",
        "无该年度工作日历",
        "No working-day calendar for that year",
        "Publish one with POST /v1/regime/calendars.",
    ),
    row(
        422,
        "NO_GROUNDS",
        "缺少依据",
        "A flag needs grounds",
        "Name orders that failed or lapsed and that ground no other flag.",
    ),
    row(422, "FLAG_BEFORE_NOTICE", "尚未告知", "Prior notice comes first", "Serve notice first."),
    row(
        422,
        "STATEMENT_PERIOD_RUNNING",
        "陈述申辩期未满",
        "The enterprise may still state its case",
        "Wait for the end of the period that the detail names.",
    ),
    row(
        422,
        "FLAG_DECIDER_CONFLICT",
        "决定人须回避",
        "Four eyes decide a flag",
        "Let a person enter it who took no part in the case.",
    ),
    row(
        422,
        "OBJECTION_OUT_OF_TIME",
        "已超过异议期限",
        "The period for objections is over",
        "Apply for repair instead.",
    ),
    row(
        422,
        "FLAG_ALREADY_EXPUNGED",
        "该条目已终止",
        "The flag has ended",
        "Nothing more can be done to it.",
    ),
    row(
        422,
        "ERASURE_HELD",
        "个人信息依法保存期间不得删除",
        "The words about a person may not be erased yet",
        "Ask the unit that holds them to lift that, or restrict their processing instead: \
         POST /v1/data-subjects/{id}/restrictions.",
    ),
    row(
        422,
        "LIFT_WITHOUT_STEP",
        "管控措施未分步放宽，也未说明依据",
        "The measure was relaxed by no step",
        "Relax it by a step first, or send the basis on which it is lifted.",
    ),
    row(
        428,
        "IF_MATCH_REQUIRED",
        "缺少 If-Match",
        "The decision needs a version",
        "Read it, and send the ETag you saw as If-Match.",
    ),
    row(
        429,
        "RATE_LIMITED",
        "请求过多",
        "Too many requests at once",
        "Repeat it, with the same key, after Retry-After seconds.",
    ),
    row(
        503,
        "UNAVAILABLE",
        "暂时无法服务",
        "The log cannot be used now",
        "Repeat it, with the same key, after Retry-After seconds; see fugong doctor if it stays so.",
    ),
    row(
        503,
        "REGISTER_BEHIND",
        "台账尚未更新到所要求的位置",
        "The registers have not come that far",
        "Ask again after Retry-After seconds, send Prefer: wait=5, or Prefer: handling=lenient.",
    ),
];

/// The kind of problem with this code.
pub(crate) fn entry(code: &str) -> Option<&'static Entry> {
    LIST.iter().find(|entry| entry.code == code)
}
