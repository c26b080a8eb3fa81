//! What members of events are called, and which of them are codes of which list.

use fugong_domain::Kind;

use crate::history::word;

/// What a member is called by officials; its name where it has no other.
pub(super) fn member(kind: Option<Kind>, name: &str) -> &str {
    let known = MEMBERS.binary_search_by(|(known, _)| (*known).cmp(name)).ok();
    let known = known.and_then(|at| MEMBERS.get(at)).map(|(_, label)| *label);
    known.unwrap_or_else(|| word(kind, name))
}

/// The list of codes from which a member of an event of this kind has its value.
pub(super) fn list(kind: &str, name: &str) -> Option<&'static str> {
    Some(match (kind, name) {
        ("enterprise", "to") | (_, "scale") => "scales",
        (_, "tier") => "tiers",
        (_, "seat") => "seats",
        (_, "subject" | "subjects") => "inspection_subjects",
        (_, "result_codes") => "result_codes",
        (_, "level") => "risk_levels",
        (_, "role") => "roles",
        ("inspection", "kind") => "inspection_kinds",
        ("inspection", "category") => "finding_categories",
        ("support", "category") => "support_categories",
        ("support", "source") => "support_sources",
        ("barrier", "kind") => "barrier_kinds",
        ("measure", "kind") => "control_measure_kinds",
        ("task", "kind") => "task_kinds",
        ("rectification", "kind" | "as") => "supersede_kinds",
        ("resumption", "reason") => "suspension_reasons",
        ("enterprise", "stage") => "closure_stages",
        ("plan", "workplace") => "workplace_kinds",
        ("plan", "severity") => "hazard_severities",
        (_, "severity") => "severities",
        ("data-subject", "ground") => "erasure_grounds",
        _ => return None,
    })
}

/// Members that stand in events and in no state, in the order of names.
const MEMBERS: &[(&str, &str)] = &[
    ("advisories", "提示"),
    ("as", "作为"),
    ("assigned", "交办情况"),
    ("attended", "参加人数"),
    ("authority", "文号"),
    ("barrier_escalates_to", "阻碍复工情况升级单位"),
    ("barrier_units", "阻碍复工情况承办单位"),
    ("calendar", "工作日历"),
    ("collective_discussion", "集体讨论记录"),
    ("community", "社区"),
    ("complied", "整改到位"),
    ("concurrent_reason", "兼驻原因"),
    ("condition_set", "设置条件"),
    ("confirmed", "确认情况"),
    ("contacts", "密切接触人数"),
    ("daily_cutoff", "每日报告截止时间"),
    ("date", "日期"),
    ("dated", "成文日期"),
    ("decided_by", "决定人"),
    ("demands", "整改要求"),
    ("difficulties", "困难问题"),
    ("divisions", "乡镇街道或行业大类"),
    ("done", "完成情况"),
    ("effective_at", "生效时间"),
    ("effective_from", "施行日期"),
    ("effective_on", "生效日期"),
    ("emergency", "应急处置"),
    ("en", "英文名称"),
    ("erased", "删除情况"),
    ("evidence", "佐证材料"),
    ("failed", "整改不到位"),
    ("fever", "发热人数"),
    ("finding", "检查发现的问题"),
    ("first_resumed_on", "首次复工日期"),
    ("first_visit_days", "首次到厂期限（天）"),
    ("five_musts", "五必须"),
    ("flag", "诚信记录序号"),
    ("former_until", "原密钥有效期至"),
    ("found_on", "发现日期"),
    ("from_hubei", "来自湖北人数"),
    ("from_outside", "来自区外人数"),
    ("ground", "事由"),
    ("holidays", "休息日"),
    ("how", "办理方式"),
    ("id", "编号"),
    ("in_observation", "隔离观察人数"),
    ("industrial", "是否工业"),
    ("industries", "行业分类"),
    ("industry_code", "行业代码"),
    ("issuer", "签发人"),
    ("items", "检查事项"),
    ("lead", "行业主管部门"),
    ("legal_review", "法制审核文号"),
    ("level", "风险等级"),
    ("listed", "名录中的企业"),
    ("lists", "代码表"),
    ("makeup_workdays", "调休上班日"),
    ("masks_days", "口罩可用天数"),
    ("measure_review_days", "管控措施评估周期（天）"),
    ("measures", "措施"),
    ("month_end_target", "月底目标日"),
    ("no_visit_days", "未到厂提醒（天）"),
    ("normal", "是否正常"),
    ("note", "说明"),
    ("notes", "备注"),
    ("numbers", "问题序号"),
    ("objection_decide_working_days", "异议处理期限（工作日）"),
    ("objection_decide_working_days_complex", "复杂异议处理期限（工作日）"),
    ("objection_working_days", "异议提出期限（工作日）"),
    ("offices", "区级单位"),
    ("ordered", "责令情况"),
    ("overdue", "逾期情况"),
    ("parks", "园区"),
    ("plan", "方案"),
    ("plan_deadline", "方案制定期限"),
    ("plan_emergency", "方案须有应急部分"),
    ("plan_priorities", "六大工作重点"),
    ("plan_sections", "方案应有部分"),
    ("plan_working_days_if_later", "新复工企业方案期限（工作日）"),
    ("points", "指导要点"),
    ("power_kwh", "用电量（千瓦时）"),
    ("production_plan", "生产计划"),
    ("provisional", "临时编号"),
    ("published_on", "公布日期"),
    ("purpose", "用途"),
    ("reminder_working_days", "提醒提前量（工作日）"),
    ("repeat_threshold", "多次认定次数"),
    ("repeat_window_days", "多次认定期间（天）"),
    ("replaces", "所替代的代码"),
    ("responsible", "企业责任人"),
    ("resumed_on", "复工日期"),
    ("retention_months", "有效期（月）"),
    ("retention_months_max", "最长有效期（月）"),
    ("rights", "权限"),
    ("roadblock", "设卡拦截"),
    ("rules", "规则"),
    ("scale_threshold_cny", "规模以上标准（元）"),
    ("section", "行业门类"),
    ("sections", "六大工作重点"),
    ("sector_leads", "行业主管部门"),
    ("short", "简称"),
    ("since", "起始日期"),
    ("site", "现场"),
    ("staff", "在册职工"),
    ("standard", "标准"),
    ("statement_working_days", "陈述申辩期限（工作日）"),
    ("step", "放宽步骤"),
    ("summary", "摘要"),
    ("superseded_on", "停用日期"),
    ("supervisor", "督办人"),
    ("supplier_of", "配套的龙头企业"),
    ("support_escalates_to", "困难问题升级单位"),
    ("topic", "培训内容"),
    ("units", "单位"),
    ("valid_from", "启用日期"),
    ("valid_to", "停用日期"),
    ("version", "版本"),
    ("was", "原代码"),
    ("workers", "作业人数"),
    ("workplace", "作业场所"),
    ("year", "年份"),
    ("zh", "中文名称"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{MEMBERS, member};

    #[test]
    fn labels_are_found_since_they_are_in_order() {
        assert!(MEMBERS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!((member(None, "resumed_on"), member(None, "nowhere")), ("复工日期", "nowhere"));
    }

    /// The page of events shows one of each type: no member of theirs is without its Chinese name.
    #[test]
    fn every_member_of_an_event_has_a_chinese_name() {
        let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/events.md"));
        let mut nameless = BTreeSet::new();
        let shown = page.split("```json\n").skip(1).filter_map(|part| part.split("\n```").next());
        for text in shown {
            let event: Value = serde_json::from_str(text).unwrap();
            // By its type, and in it by the name that it has among those of its kind.
            let of = |value: &Value| value.as_object().cloned().unwrap_or_default();
            let kinds = of(&event).into_iter().flat_map(|(_, event)| of(&event));
            kinds.for_each(|(_, said)| gather(&said, &mut nameless));
        }
        assert!(nameless.is_empty(), "{nameless:?}");
    }

    fn gather(value: &Value, nameless: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) if members.contains_key("sealed") => {}
            Value::Object(members) => {
                for (name, value) in members {
                    // Days, codes and rights are data.
                    let is_data =
                        !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                    if !is_data && member(None, name) == name {
                        nameless.insert(name.clone());
                    }
                    gather(value, nameless);
                }
            }
            Value::Array(items) => {
                for item in items {
                    gather(item, nameless);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
