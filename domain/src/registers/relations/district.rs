//! The relations of the fold `district`.
//!
//! What changes with time is kept with the day of each entry; columns beside such a list say what
//! was told last, which need not hold yet, or any more.

use fugong_core::{Column, Kind, Relation, Role};

use super::{
    super::{
        barriers, daily, economy, enterprises, figures, flags, incidents, inspections, measures,
        orders, people, safety, supports,
        table::{column, count, date, flag, key, list, number, text},
        visits, zones,
    },
    NAME,
};

/// The enterprise of a row, which names its row in the list.
const ENTERPRISE: Column =
    text("enterprise", "企业", "enterprise").naming(enterprises::ENTERPRISES);
/// The same, where the row has one alone.
const ITS_ENTERPRISE: Column =
    key("enterprise", "企业", "enterprise").naming(enterprises::ENTERPRISES);
const DAY: Column = column("date", Kind::Date, Role::Key, "日期", "date");
const ENDED_AS: Column = text("ended_as", "办结方式", "ended as").within(&["ended", "0"]);
const ENDED_ON: Column = date("ended_on", "办结日期", "ended on").within(&["ended", "1"]);

pub(in crate::registers) const DISTRICT: &[Relation] = &[
    ENTERPRISES,
    Relation {
        name: people::OFFICERS,
        label_zh: "驻厂员",
        label_en: "officers",
        columns: &[
            key("officer", "人员编号", "officer"),
            NAME,
            text("unit", "单位", "unit"),
            text("title", "职务", "title"),
            list("posts", "在任席位", "seats held"),
            count("referred", "履职问题移送次数", "findings referred"),
            count("decided", "所在单位已处理次数", "of which decided on"),
        ],
    },
    INSPECTIONS,
    ORDERS,
    FLAGS,
    SUPPORTS,
    Relation {
        name: safety::SAFETY,
        label_zh: "安全生产",
        label_en: "safety at work",
        columns: &[
            ITS_ENTERPRISE,
            date("prepared_on", "最近安全准备日期", "last prepared on")
                .within(&["prepared", "-1", "0"]),
            list("prepared", "安全准备", "preparations"),
            list("monitored", "场所检查", "workplaces looked at"),
            list("trained", "安全培训", "trainings"),
            list("hazards", "隐患", "hazards"),
        ],
    },
    Relation {
        name: zones::ZONES,
        label_zh: "三区三联",
        label_en: "linked zones",
        columns: &[
            ITS_ENTERPRISE,
            text("community", "最近联动社区", "community, as last told").within(&[
                "links",
                "-1",
                "community",
            ]),
            date("linked_on", "最近联动日期", "linked on, as last told")
                .within(&["links", "-1", "from"]),
            list("links", "联动", "links"),
            list("handovers", "人员交接", "handovers"),
        ],
    },
    Relation {
        name: economy::SUPPLIES,
        label_zh: "产业链供应链",
        label_en: "supplies",
        columns: &[
            key("enterprise", "配套企业", "supplier").by_row_key().naming(enterprises::ENTERPRISES),
            list("links", "供应关系", "links"),
        ],
    },
    Relation {
        name: economy::PROJECTS,
        label_zh: "重大工程和重点项目",
        label_en: "key projects",
        columns: &[ITS_ENTERPRISE.by_row_key(), list("projects", "项目", "projects")],
    },
    Relation {
        name: visits::VISITS,
        label_zh: "到厂",
        label_en: "visits",
        columns: &[DAY, ITS_ENTERPRISE, list("visits", "到厂", "visits")],
    },
    DAILY_REPORTS,
    Relation {
        name: figures::FIXED,
        label_zh: "定数",
        label_en: "fixed figures",
        columns: &[
            DAY,
            number("position", "截至位置", "position"),
            column("fixed_at", Kind::Instant, Role::Date, "截至时间", "fixed at"),
        ],
    },
    BARRIERS,
    Relation {
        name: incidents::INCIDENTS,
        label_zh: "疫情",
        label_en: "incidents",
        columns: &[
            key("incident", "编号", "incident"),
            ENTERPRISE,
            date("reported_on", "报告日期", "reported on"),
            list("steps", "处置经过", "steps"),
            ENDED_AS,
            ENDED_ON,
        ],
    },
    MEASURES,
    Relation {
        name: enterprises::REGIME,
        label_zh: "规则",
        label_en: "rules",
        columns: &[
            text("version", "最近公布的规则版本", "version of the rules published last")
                .within(&["rules", "-1", "version"]),
            date("fixed", "最近定数日期", "last day whose figures were fixed"),
            list("rules", "规则", "rules"),
            list("risks", "风险等级", "risk levels"),
        ],
    },
];

const ENTERPRISES: Relation = Relation {
    name: enterprises::ENTERPRISES,
    label_zh: "企业",
    label_en: "enterprises",
    columns: &[
        key("enterprise", "企业", "enterprise"),
        text("name", "企业名称", "name"),
        date("listed_on", "建档日期", "listed on").within(&["listings", "0", "from"]),
        date("left_on", "注销日期", "left the list on").within(&["listings", "-1", "until"]),
        text("industry_code", "行业代码", "industry"),
        text("section", "行业门类", "section"),
        text("lead", "行业牵头单位", "sector lead"),
        text("township", "最近登记的属地", "township, as last told")
            .within(&["places", "-1", "value", "township"]),
        text("park", "最近登记的园区", "park, as last told")
            .within(&["places", "-1", "value", "park"]),
        list("places", "历次所在地", "places"),
        text("scale", "最近登记的规模", "scale, as last told").within(&["sizes", "-1", "scale"]),
        list("sizes", "历次规模", "sizes"),
        text("tier", "最近确定的分类", "tier, as last told").within(&["tiers", "-1", "value"]),
        count("headcount", "职工人数", "registered staff"),
        count("prior_year_revenue_cny", "上年营业收入（元）", "revenue of the year before, yuan"),
        text("parent", "所属企业", "firm whose branch it is"),
        text("production_state", "最近登记的生产状态", "production, as last told").within(&[
            "production",
            "-1",
            "state",
        ]),
        date("production_from", "最近登记的生产状态起始日期", "that from").within(&[
            "production",
            "-1",
            "from",
        ]),
        list("production", "历次生产状态", "production"),
        date("expected_on", "最近计划的复工日期", "meant to resume on, as last told").within(&[
            "intentions",
            "-1",
            "on",
        ]),
        list("exclusions", "不纳入基数", "exclusions from the base"),
        count("plan_revision", "防控方案版次", "revision of its plan")
            .within(&["drafts", "-1", "value", "number"]),
        date("plan_in_place_on", "防控方案落实日期", "plan in place on").within(&[
            "placements",
            "-1",
            "from",
        ]),
        list("tenures", "驻厂", "tenures"),
        list("substitutions", "顶岗", "substitutions"),
        text("joined_to", "并入企业", "listed enterprise with which it counts"),
    ],
};

const INSPECTIONS: Relation = Relation {
    name: inspections::INSPECTIONS,
    label_zh: "检查",
    label_en: "inspections",
    columns: &[
        key("inspection", "编号", "inspection").by_row_key(),
        ENTERPRISE,
        text("kind", "检查类型", "kind"),
        text("led_by", "牵头单位", "led by"),
        date("on", "检查日期", "inspected on"),
        list("subjects", "检查内容", "subjects"),
        list("findings", "问题", "findings"),
        list("results", "检查结果", "results"),
        flag("void", "已作废", "void"),
    ],
};

const ORDERS: Relation = Relation {
    name: orders::ORDERS,
    label_zh: "责令限期整改",
    label_en: "orders",
    columns: &[
        key("order", "编号", "order"),
        ENTERPRISE,
        text("authority", "文号", "document"),
        list("findings", "依据的问题", "findings on which it rests"),
        date("inspected_on", "检查日期", "inspected on"),
        date("issued_on", "责令日期", "issued on"),
        date("served_on", "送达日期", "served on"),
        count("limit_working_days", "责令的整改时限（工作日）", "time limit, in working days")
            .within(&["limit", "working-days"]),
        date("limit_due", "责令的整改期限", "time limit, as a day").within(&["limit", "due"]),
        date("due", "整改期限（最近一次确定）", "due, as last set").within(&[
            "deadlines",
            "-1",
            "value",
            "due",
        ]),
        list("deadlines", "历次整改期限", "deadlines"),
        text("reported_at", "企业报告整改时间", "reported done at").within(&["reported", "0"]),
        flag("reported_late", "逾期报告", "reported late").within(&["reported", "1"]),
        date("reinspected_on", "复查日期", "reinspected on").within(&["reinspected", "0"]),
        flag("complied", "复查合格", "complied").within(&["reinspected", "2"]),
        ENDED_AS,
        ENDED_ON,
    ],
};

const FLAGS: Relation = Relation {
    name: flags::FLAGS,
    label_zh: "诚信记录",
    label_en: "flags",
    columns: &[
        ITS_ENTERPRISE,
        number("number", "序号", "number"),
        list("grounds", "依据的责令", "orders on which it rests"),
        date("proposed_on", "拟记日期", "proposed on"),
        date("notified_on", "告知日期", "notified on").within(&["notice", "0"]),
        date("statement_due", "陈述申辩期限", "statement until").within(&["notice", "1", "due"]),
        date("flagged_on", "记入日期", "entered on").within(&["flagged", "0"]),
        date("stands_until", "有效期至", "stands until").within(&["flagged", "1"]),
        date("objected_on", "提出异议日期", "objected on").within(&["objection", "0"]),
        date("objection_due", "异议处理期限", "objection decided by").within(&[
            "objection",
            "1",
            "due",
        ]),
        text("objection_result", "异议处理结果", "objection decided as")
            .within(&["objection_result", "0"]),
        date("repair_applied_on", "最近申请信用修复日期", "repair applied for on").within(&[
            "repairs",
            "-1",
            "applied_on",
        ]),
        text("repair_result", "信用修复结果", "repair decided as")
            .within(&["repairs", "-1", "result", "0"]),
        list("repairs", "信用修复", "repairs"),
        list("disclosures", "提供情况", "disclosures"),
        text("ended_as", "终止方式", "ended as").within(&["ended", "0"]),
        date("ended_on", "终止日期", "ended on").within(&["ended", "1"]),
    ],
};

const SUPPORTS: Relation = Relation {
    name: supports::SUPPORTS,
    label_zh: "困难",
    label_en: "difficulties",
    columns: &[
        key("case", "编号", "case"),
        ENTERPRISE,
        text("category", "类别", "category"),
        text("source", "来源", "source"),
        count("amount_cny", "承诺金额（元）", "promised sum, yuan"),
        date("raised_on", "提出日期", "raised on"),
        list("steps", "办理经过", "steps"),
    ],
};

/// Health of persons is counted in R3 alone, which leaves small figures out.
const DAILY_REPORTS: Relation = Relation {
    name: daily::REPORTS,
    label_zh: "日报",
    label_en: "daily reports",
    columns: &[
        DAY.within(&["report", "date"]),
        ITS_ENTERPRISE,
        text("unit", "填报单位", "sent by"),
        count("staff", "职工", "staff").within(&["report", "staff"]),
        count("on_post", "到岗", "on post").within(&["report", "on_post"]),
        count("from_outside", "市外返岗", "back from outside the city")
            .within(&["report", "from_outside"]),
        count("masks_days", "口罩可用天数", "days that the masks last")
            .within(&["report", "masks_days"]),
        count("capacity_pct", "产能利用率（%）", "capacity in use, percent")
            .within(&["report", "capacity_pct"]),
        count("power_kwh", "用电量（千瓦时）", "electricity, kilowatt-hours")
            .within(&["report", "power_kwh"]),
    ],
};

/// Whom it hinders is not told: it would tell who reported it.
const BARRIERS: Relation = Relation {
    name: barriers::BARRIERS,
    label_zh: "阻碍",
    label_en: "barriers",
    columns: &[
        key("report", "编号", "report"),
        text("kind", "类型", "kind"),
        text("against", "被反映单位", "against"),
        date("reported_on", "报告日期", "reported on"),
        date("due", "处置期限（最近一次确定）", "due, as last set").within(&["due", "-1", "1"]),
        list("deadlines", "历次处置期限", "days on which deadlines were set, and they")
            .within(&["due"]),
        ENDED_AS,
        ENDED_ON,
    ],
};

const MEASURES: Relation = Relation {
    name: measures::MEASURES,
    label_zh: "管控措施",
    label_en: "control measures",
    columns: &[
        key("measure", "编号", "measure"),
        text("kind", "类型", "kind"),
        text("area", "范围", "area").within(&["target", "area"]),
        ENTERPRISE.within(&["target", "enterprise"]),
        text("by", "实施单位", "imposed by"),
        text("authority", "文号", "document"),
        date("imposed_on", "实施日期", "imposed on"),
        list("steps", "经过", "steps"),
        date("lifted_on", "解除日期", "lifted on"),
    ],
};
