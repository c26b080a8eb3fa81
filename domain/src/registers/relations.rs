//! The relations of the two folds, and which events touch which of them.

use fugong_core::{Column, Kind, Relation, Role, Touches};

use super::{
    barriers, called, daily, economy, enterprises, figures, flags, inbox, incidents, measures,
    names, orders, people, safety, supports, table::column, visits, zones,
};

/// Which relations of `district` an event touches, by the beginning of its type. Most events are
/// daily reports, visits and tasks, of which most tables show nothing; what is not named touches none.
pub(super) const TOUCHED: &[Touches] = &[
    ("resumption-daily-reported", &[daily::REPORTS]),
    ("resumption-", &[enterprises::ENTERPRISES]),
    ("posting-visit-logged", &[visits::VISITS]),
    ("posting-zones-linked", &[zones::ZONES]),
    ("posting-handover-logged", &[zones::ZONES]),
    ("posting-substitution-ended", &[]),
    ("posting-", &[enterprises::ENTERPRISES]),
    ("plan-drafted", &[enterprises::ENTERPRISES]),
    ("plan-revised", &[enterprises::ENTERPRISES]),
    ("plan-put-in-place", &[enterprises::ENTERPRISES]),
    ("plan-improvement-urged", &[]),
    ("plan-", &[safety::SAFETY]),
    ("enterprise-supply-link-declared", &[economy::SUPPLIES]),
    ("enterprise-key-project-", &[economy::PROJECTS]),
    ("enterprise-closed", &[enterprises::ENTERPRISES, economy::SUPPLIES, economy::PROJECTS]),
    ("enterprise-", &[enterprises::ENTERPRISES, enterprises::REGIME]),
    ("officer-", &[people::OFFICERS]),
    ("inspection-", &[orders::INSPECTIONS]),
    ("rectification-", &[orders::ORDERS, orders::INSPECTIONS]),
    ("credit-", &[flags::FLAGS]),
    ("support-", &[supports::SUPPORTS]),
    ("barrier-", &[barriers::BARRIERS]),
    ("epidemic-", &[incidents::INCIDENTS]),
    ("measure-", &[measures::MEASURES]),
    ("regime-", &[enterprises::REGIME, figures::FIXED]),
];

/// What a person is called, sealed.
const NAME: Column =
    Column { personal: true, ..column("name", Kind::Text, Role::Dimension, "姓名", "name") };

pub(super) const DISTRICT: &[Relation] = &[
    Relation {
        name: enterprises::ENTERPRISES,
        label_zh: "企业",
        label_en: "enterprises",
        columns: &[
            column("enterprise", Kind::Text, Role::Key, "企业", "enterprise"),
            column("name", Kind::Text, Role::Dimension, "企业名称", "name"),
            column("listed_on", Kind::Date, Role::Date, "建档日期", "listed on"),
            column("industry_code", Kind::Text, Role::Dimension, "行业代码", "industry"),
            column("section", Kind::Text, Role::Dimension, "行业门类", "section"),
            column("places", Kind::Json, Role::Dimension, "所在地", "places"),
            column("scales", Kind::Json, Role::Dimension, "规模", "scales"),
            column("production", Kind::Json, Role::Date, "生产状态", "production"),
            column("tenures", Kind::Json, Role::Date, "驻厂", "tenures"),
        ],
    },
    Relation {
        name: people::OFFICERS,
        label_zh: "驻厂员",
        label_en: "officers",
        columns: &[
            column("officer", Kind::Text, Role::Key, "人员编号", "officer"),
            NAME,
            column("unit", Kind::Text, Role::Dimension, "单位", "unit"),
        ],
    },
    Relation {
        name: orders::INSPECTIONS,
        label_zh: "检查",
        label_en: "inspections",
        columns: &[
            column("enterprise", Kind::Text, Role::Dimension, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("on", Kind::Date, Role::Date, "检查日期", "inspected on"),
            column("findings", Kind::Json, Role::Measure, "问题", "findings"),
        ],
    },
    Relation {
        name: orders::ORDERS,
        label_zh: "责令限期整改",
        label_en: "orders",
        columns: &[
            column("order", Kind::Text, Role::Key, "编号", "order"),
            column("enterprise", Kind::Text, Role::Dimension, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("issued_on", Kind::Date, Role::Date, "责令日期", "issued on"),
            column("deadlines", Kind::Json, Role::Date, "整改时限", "deadlines"),
        ],
    },
    Relation {
        name: flags::FLAGS,
        label_zh: "诚信记录",
        label_en: "flags",
        columns: &[
            column("enterprise", Kind::Text, Role::Key, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("number", Kind::Integer, Role::Key, "序号", "number"),
            column("proposed_on", Kind::Date, Role::Date, "拟记日期", "proposed on"),
        ],
    },
    Relation {
        name: supports::SUPPORTS,
        label_zh: "困难",
        label_en: "difficulties",
        columns: &[
            column("case", Kind::Text, Role::Key, "编号", "case"),
            column("enterprise", Kind::Text, Role::Dimension, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("category", Kind::Text, Role::Dimension, "类别", "category"),
            column("raised_on", Kind::Date, Role::Date, "提出日期", "raised on"),
            column("steps", Kind::Json, Role::Date, "办理经过", "steps"),
        ],
    },
    Relation {
        name: safety::SAFETY,
        label_zh: "安全生产",
        label_en: "safety at work",
        columns: &[
            column("enterprise", Kind::Text, Role::Key, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("hazards", Kind::Json, Role::Measure, "隐患", "hazards"),
        ],
    },
    Relation {
        name: zones::ZONES,
        label_zh: "三区三联",
        label_en: "linked zones",
        columns: &[
            column("enterprise", Kind::Text, Role::Key, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("links", Kind::Json, Role::Date, "联动", "links"),
        ],
    },
    Relation {
        name: economy::SUPPLIES,
        label_zh: "产业链供应链",
        label_en: "supplies",
        columns: &[
            column("enterprise", Kind::Text, Role::Key, "配套企业", "supplier")
                .naming(enterprises::ENTERPRISES),
            column("links", Kind::Json, Role::Date, "供应关系", "links"),
        ],
    },
    Relation {
        name: economy::PROJECTS,
        label_zh: "重大工程和重点项目",
        label_en: "key projects",
        columns: &[
            column("enterprise", Kind::Text, Role::Key, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("projects", Kind::Json, Role::Date, "项目", "projects"),
        ],
    },
    Relation {
        name: visits::VISITS,
        label_zh: "到厂",
        label_en: "visits",
        columns: &[
            column("date", Kind::Date, Role::Key, "日期", "date"),
            column("enterprise", Kind::Text, Role::Key, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("visits", Kind::Json, Role::Measure, "到厂", "visits"),
        ],
    },
    Relation {
        name: daily::REPORTS,
        label_zh: "日报",
        label_en: "daily reports",
        columns: &[
            column("date", Kind::Date, Role::Key, "日期", "date"),
            column("enterprise", Kind::Text, Role::Key, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("staff", Kind::Integer, Role::Measure, "职工", "staff"),
            column("on_post", Kind::Integer, Role::Measure, "到岗", "on post"),
        ],
    },
    Relation {
        name: figures::FIXED,
        label_zh: "定数",
        label_en: "fixed figures",
        columns: &[
            column("date", Kind::Date, Role::Key, "日期", "date"),
            column("position", Kind::Text, Role::Dimension, "位置", "position"),
        ],
    },
    Relation {
        name: barriers::BARRIERS,
        label_zh: "阻碍",
        label_en: "barriers",
        columns: &[
            column("report", Kind::Text, Role::Key, "编号", "report"),
            column("kind", Kind::Text, Role::Dimension, "类型", "kind"),
            column("against", Kind::Text, Role::Dimension, "被反映单位", "against"),
            column("reported_on", Kind::Date, Role::Date, "报告日期", "reported on"),
            column("steps", Kind::Json, Role::Date, "处置经过", "steps"),
        ],
    },
    Relation {
        name: incidents::INCIDENTS,
        label_zh: "疫情",
        label_en: "incidents",
        columns: &[
            column("incident", Kind::Text, Role::Key, "编号", "incident"),
            column("enterprise", Kind::Text, Role::Dimension, "企业", "enterprise")
                .naming(enterprises::ENTERPRISES),
            column("reported_on", Kind::Date, Role::Date, "报告日期", "reported on"),
            column("steps", Kind::Json, Role::Date, "处置经过", "steps"),
        ],
    },
    Relation {
        name: measures::MEASURES,
        label_zh: "管控措施",
        label_en: "control measures",
        columns: &[
            column("measure", Kind::Text, Role::Key, "编号", "measure"),
            column("kind", Kind::Text, Role::Dimension, "类型", "kind"),
            column("imposed_on", Kind::Date, Role::Date, "实施日期", "imposed on"),
            column("steps", Kind::Json, Role::Date, "经过", "steps"),
        ],
    },
    Relation {
        name: enterprises::REGIME,
        label_zh: "规则",
        label_en: "rules",
        columns: &[column("rules", Kind::Json, Role::Dimension, "规则", "rules")],
    },
];

pub(super) const INBOX: &[Relation] = &[
    Relation {
        name: inbox::TASKS,
        label_zh: "待办",
        label_en: "tasks",
        columns: &[
            column("task", Kind::Text, Role::Key, "编号", "task"),
            column("kind", Kind::Text, Role::Dimension, "事项", "kind"),
            column("unit", Kind::Text, Role::Dimension, "单位", "unit"),
            column("due", Kind::Date, Role::Date, "期限", "due"),
            column("state", Kind::Text, Role::Dimension, "状态", "state"),
        ],
    },
    Relation {
        name: names::NAMES,
        label_zh: "企业名称",
        label_en: "names",
        columns: &[
            column("name", Kind::Text, Role::Dimension, "企业名称", "name"),
            column("codes", Kind::Json, Role::Date, "变更后代码", "later codes"),
        ],
    },
    Relation { name: called::PEOPLE, label_zh: "人员", label_en: "people", columns: &[NAME] },
    Relation {
        name: called::CASES,
        label_zh: "事项名称",
        label_en: "what cases are called",
        columns: &[column("called", Kind::Text, Role::Dimension, "名称", "called")],
    },
];
