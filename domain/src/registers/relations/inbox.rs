//! The relations of the fold `inbox`.

use fugong_core::Relation;

use super::{
    super::{
        called, inbox, names,
        table::{date, key, list, text},
    },
    NAME,
};

pub(in crate::registers) const INBOX: &[Relation] = &[
    Relation {
        name: inbox::TASKS,
        label_zh: "待办",
        label_en: "tasks",
        columns: &[
            key("task", "编号", "task"),
            text("kind", "事项", "kind"),
            text("enterprise", "企业", "enterprise").naming(names::NAMES),
            text("subject", "事由", "subject"),
            text("unit", "单位", "unit"),
            text("officer", "人员编号", "officer").naming(called::PEOPLE),
            date("raised_on", "生成日期", "raised on"),
            date("due", "期限", "due"),
            text("state", "状态", "state"),
            date("ended_on", "办结日期", "ended on"),
        ],
    },
    Relation {
        name: names::NAMES,
        label_zh: "企业名称",
        label_en: "names",
        columns: &[
            key("enterprise", "企业", "enterprise").by_row_key(),
            text("name", "企业名称", "name"),
            text("code", "变更后代码", "code, if it has another than the first")
                .within(&["codes", "-1", "value"]),
            list("codes", "历次变更后代码", "later codes"),
        ],
    },
    Relation {
        name: called::PEOPLE,
        label_zh: "人员",
        label_en: "people",
        columns: &[key("officer", "人员编号", "officer").by_row_key(), NAME],
    },
    Relation {
        name: called::CASES,
        label_zh: "事项名称",
        label_en: "what cases are called",
        columns: &[key("case", "编号", "case").by_row_key(), text("called", "名称", "called")],
    },
];
