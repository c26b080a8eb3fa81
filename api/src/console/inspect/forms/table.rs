//! The forms themselves.

use super::{super::things::Thing, Both, Field, Form, Kind};

const NONE: Both = ("", "");
const SEALED: Both = ("加密保存，仅有权人员可见。", "Sealed; read by those only who work with it.");
const DAY: Both = ("含当日。", "That day included.");

const fn field(name: &'static str, label: Both, kind: Kind) -> Field {
    Field { name, label, hint: NONE, kind, is_required: true }
}

const fn hinted(name: &'static str, label: Both, kind: Kind, hint: Both) -> Field {
    Field { hint, ..field(name, label, kind) }
}

const fn may(field: Field) -> Field {
    Field { is_required: false, ..field }
}

const ENTERPRISE: Field = hinted(
    "enterprise",
    ("统一社会信用代码", "Unified social credit code"),
    Kind::Line,
    ("18 位，与营业执照一致。", "18 characters, as on the licence."),
);
const REASON: Field = hinted("reason", ("理由", "Reason"), Kind::Words, SEALED);
const DUE: Field = hinted("due", ("办理时限", "Due"), Kind::Day, DAY);
const ON: Both = ("复工日期", "Resumed on");

const fn on(thing: Thing, id: &'static str, title: Both, fields: &'static [Field]) -> Form {
    Form { id, of: Some(thing), makes: None, states: &[], title, about: NONE, fields }
}

const fn begin(
    makes: Option<Thing>,
    id: &'static str,
    title: Both,
    about: Both,
    fields: &'static [Field],
) -> Form {
    Form { id, of: None, makes, states: &[], title, about, fields }
}

const fn when(form: Form, states: &'static [&'static str]) -> Form {
    Form { states, ..form }
}

const RUNNING: &[&str] = &["ordered", "served", "reported", "lapsed"];
const SERVED: &[&str] = &["served", "reported", "lapsed"];

/// The forms that begin something.
pub(super) const BEGIN: &[Form] = &[
    begin(
        None,
        "report_resumption",
        ("报告复工复产", "Report a resumption"),
        (
            "只需两项：企业与复工日期。报告即记录，不设任何条件。",
            "Two fields: which enterprise, and since when. It is recorded; nothing conditions it.",
        ),
        &[Field { name: "uscc", ..ENTERPRISE }, field("resumed_on", ON, Kind::Day)],
    ),
    begin(
        None,
        "report_unlisted_resumption",
        ("报告未建档企业复工", "Report a resumption of an enterprise without a code"),
        (
            "企业没有统一社会信用代码时使用。同样只需两项，报告即记录。",
            "For an enterprise that has no code yet. Two fields; it is recorded.",
        ),
        &[field("name", ("企业名称", "Name"), Kind::Line), field("resumed_on", ON, Kind::Day)],
    ),
    begin(
        Some(Thing::Inspection),
        "open_inspection",
        ("开展检查", "Open an inspection"),
        (
            "会同园区、属地政府检查职工个人防护、主体责任和驻厂履职情况。检查不影响企业生产。",
            "Looks at workers' protection, the enterprise's responsibility and the officer's duty. It stops nobody from working.",
        ),
        &[
            ENTERPRISE,
            field("kind", ("检查类型", "Kind"), Kind::One("inspection_kinds")),
            field("subjects", ("检查内容", "Subjects"), Kind::Some("inspection_subjects")),
            may(field("joint_with", ("会同单位", "Joined by"), Kind::Units)),
        ],
    ),
    begin(
        Some(Thing::Case),
        "raise_support_case",
        ("反映企业困难", "Raise a difficulty"),
        NONE,
        &[
            ENTERPRISE,
            field("category", ("类别", "Category"), Kind::One("support_categories")),
            hinted("text", ("困难问题", "What is lacking"), Kind::Words, SEALED),
        ],
    ),
    begin(
        Some(Thing::Barrier),
        "report_barrier",
        ("反映设卡拦截、设置条件等问题", "Report a barrier"),
        (
            "反映人不会告知被反映单位。",
            "Who reports it is not told to the unit that it is against.",
        ),
        &[
            field("kind", ("问题类型", "Kind"), Kind::One("barrier_kinds")),
            hinted(
                "place",
                ("地点", "Place"),
                Kind::Line,
                ("以明文保存，请勿写入个人姓名。", "Kept in clear: name no person."),
            ),
            may(field("against_unit", ("被反映单位", "Against"), Kind::Unit)),
            may(ENTERPRISE),
            may(hinted("text", ("情况说明", "What happened"), Kind::Words, SEALED)),
        ],
    ),
];

/// What is done about an inspection.
pub(super) const INSPECTION: &[Form] = &[
    when(
        on(
            Thing::Inspection,
            "record_finding",
            ("记录问题", "Record a finding"),
            &[
                field("subject", ("检查内容", "Subject"), Kind::One("inspection_subjects")),
                field("category", ("问题类别", "Category"), Kind::One("finding_categories")),
                field("severity", ("程度", "Severity"), Kind::One("severities")),
                hinted("facts", ("存在问题", "What was seen"), Kind::Words, SEALED),
                may(field("officer", ("驻厂员编号", "Officer"), Kind::Line)),
                may(field("fixed_on_spot", ("已当场整改", "Put right on the spot"), Kind::Tick)),
            ],
        ),
        &["open"],
    ),
    when(
        on(
            Thing::Inspection,
            "close_inspection",
            ("结束检查", "Close it"),
            &[field("result_codes", ("检查结果", "Result"), Kind::Some("result_codes"))],
        ),
        &["open"],
    ),
    when(
        Form {
            makes: Some(Thing::Order),
            about: (
                "整改期限按工作日历计算，自送达次日起算；工作日数与截止日期填一项。",
                "The time limit is counted by the calendar from service on; give working days or a day.",
            ),
            ..on(
                Thing::Inspection,
                "order_rectification",
                ("责令限期整改", "Order to rectify"),
                &[
                    field("findings", ("依据的问题", "Findings"), Kind::Findings),
                    may(field("working_days", ("期限（工作日）", "Working days"), Kind::Number)),
                    may(hinted("due", ("或截止日期", "Or a day"), Kind::Day, DAY)),
                    hinted("measures", ("整改要求", "What is demanded"), Kind::Words, SEALED),
                    may(field("responsible", ("企业整改责任人", "Responsible"), Kind::Line)),
                    may(field("supervisor", ("督办人编号", "Supervisor"), Kind::Line)),
                    may(field("authority", ("文号", "Document number"), Kind::Line)),
                ],
            )
        },
        &["open", "closed"],
    ),
    when(
        on(Thing::Inspection, "decline_to_order", ("不予责令", "Order nothing"), &[REASON]),
        &["open", "closed"],
    ),
    when(
        on(Thing::Inspection, "void_inspection", ("作废", "Declare it void"), &[REASON]),
        &["open", "closed"],
    ),
];

/// What is done about an order.
pub(super) const ORDER: &[Form] = &[
    when(
        Form {
            about: ("整改期限自送达次日起算。", "Its time runs from the day after service."),
            ..on(Thing::Order, "serve_order", ("确认送达", "Confirm service"), &[])
        },
        &["ordered"],
    ),
    when(
        Form {
            about: (
                "以提交时刻为准；逾期报告照样记录。",
                "As of now; late is recorded, not refused.",
            ),
            ..on(Thing::Order, "report_order_done", ("报告整改完成", "Report that it is done"), &[])
        },
        SERVED,
    ),
    when(
        on(
            Thing::Order,
            "reinspect_order",
            ("复查销号", "Record a reinspection"),
            &[field("result", ("复查结果", "Result"), Kind::One("reinspection_results"))],
        ),
        SERVED,
    ),
    when(
        on(
            Thing::Order,
            "extend_order",
            ("延长期限", "Extend its time limit"),
            &[hinted("due", ("新的截止日期", "New last day"), Kind::Day, DAY), REASON],
        ),
        SERVED,
    ),
    when(on(Thing::Order, "revoke_order", ("撤销", "Revoke it"), &[REASON]), RUNNING),
    when(on(Thing::Order, "terminate_order", ("终结", "Terminate it"), &[REASON]), RUNNING),
];

const DEPARTMENT: Field = field("department", ("办理单位", "Unit"), Kind::Unit);
const HOW: Field = hinted("text", ("办理情况", "What was done"), Kind::Words, SEALED);

/// What is done about a difficulty.
pub(super) const CASE: &[Form] = &[
    when(
        on(Thing::Case, "assign_support_case", ("交办", "Assign it"), &[DEPARTMENT, DUE]),
        &["raised"],
    ),
    when(
        on(Thing::Case, "note_support_progress", ("记录进展", "Note progress"), &[HOW]),
        &["raised", "assigned"],
    ),
    when(
        on(Thing::Case, "resolve_support_case", ("办结", "Say that it is solved"), &[HOW]),
        &["raised", "assigned"],
    ),
    when(
        on(
            Thing::Case,
            "transfer_support_case",
            ("转办", "Hand it on"),
            &[DEPARTMENT, may(DUE), REASON],
        ),
        &["assigned"],
    ),
    when(
        on(
            Thing::Case,
            "confirm_support_case",
            ("企业确认", "Say whether the enterprise is content"),
            &[field("satisfied", ("是否满意", "Content"), Kind::Answer)],
        ),
        &["resolved"],
    ),
    when(
        on(Thing::Case, "reopen_support_case", ("重新提出", "Raise it again"), &[REASON]),
        &["resolved", "confirmed"],
    ),
    when(
        on(
            Thing::Case,
            "escalate_support_case",
            ("提请上级协调", "Take it to a higher unit"),
            &[may(field("to", ("提请单位", "To whom"), Kind::Unit)), REASON],
        ),
        &["raised", "assigned"],
    ),
];

/// What is done about a barrier.
pub(super) const BARRIER: &[Form] = &[
    when(
        on(
            Thing::Barrier,
            "assign_barrier",
            ("交办", "Assign it"),
            &[field("unit", ("处置单位", "Unit"), Kind::Unit), DUE],
        ),
        &["reported", "assigned"],
    ),
    when(
        on(
            Thing::Barrier,
            "confirm_barrier_removed",
            ("确认排除", "Confirm that it is gone"),
            &[may(hinted("text", ("处置情况", "How"), Kind::Words, SEALED))],
        ),
        &["reported", "assigned"],
    ),
    when(
        on(
            Thing::Barrier,
            "find_barrier_unfounded",
            ("查无此事", "Find that there was none"),
            &[REASON],
        ),
        &["reported", "assigned"],
    ),
];
