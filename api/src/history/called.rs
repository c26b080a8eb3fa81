//! What members of states are called, and what codes in them mean, in officials' words.

use fugong_domain::{Kind, regime::Regime};
use serde_json::Value;

/// What the member of `state` is called that a pointer leads to, with the numbers of entries on the
/// way: 状态, 第1项诚信记录的状态. The name itself where it has no other.
pub(super) fn member(kind: Kind, state: &Value, pointer: &str) -> String {
    let (mut parts, mut within): (Vec<String>, _) = (Vec::new(), Some(state));
    for part in pointer.split('/').skip(1) {
        let is_list = within.is_some_and(Value::is_array);
        match (part.parse::<usize>(), parts.last_mut()) {
            // Entries of a list are numbered from 0 in a pointer; others go by numbers of their own.
            (Ok(n), Some(list)) => {
                let n = if is_list { n.saturating_add(1) } else { n };
                *list = format!("第{n}项{list}");
            }
            (Ok(_), None) | (Err(_), _) => parts.push(word(Some(kind), part).to_owned()),
        }
        within = within.and_then(|within| within.pointer(&format!("/{part}")));
    }
    if parts.is_empty() { "全部情况".to_owned() } else { parts.join("的") }
}

/// What a value means, if it is a code of the list that goes with the place.
pub(super) fn value(regime: &Regime, kind: Kind, pointer: &str, value: &Value) -> Option<String> {
    let code = value.as_str()?;
    if pointer == "/state"
        && let Some(word) = state(kind, code)
    {
        return Some(word.to_owned());
    }
    let list = match (pointer.rsplit('/').next()?, kind) {
        ("state", Kind::Enterprise) => "listings",
        ("state", Kind::Resumption) => "production_states",
        ("state", Kind::Rectification) => "order_states",
        ("state", Kind::Credit) => "flag_states",
        ("state", Kind::Support) => "support_states",
        ("state", Kind::Barrier) => "barrier_states",
        ("state", Kind::Epidemic) => "epidemic_states",
        ("state", Kind::Measure) => "measure_states",
        ("state", Kind::Task) => "task_states",
        ("kind", Kind::Inspection) => "inspection_kinds",
        ("kind", Kind::Barrier) => "barrier_kinds",
        ("kind", Kind::Measure) => "control_measure_kinds",
        ("kind", Kind::Task) => "task_kinds",
        ("category", Kind::Support) => "support_categories",
        ("category", Kind::Inspection) => "finding_categories",
        ("severity", Kind::Inspection) => "severities",
        ("seat", _) => "seats",
        _ => return None,
    };
    let label = regime.label(list, code, "zh");
    (label != code).then_some(label)
}

/// What a state is called that is in no list of codes.
fn state(kind: Kind, code: &str) -> Option<&'static str> {
    Some(match (kind, code) {
        (Kind::Plan, "missing") => "无方案",
        (Kind::Plan, "drafted") => "已制定",
        (Kind::Plan, "in_place") => "落实到位",
        (Kind::Officer, "unknown") => "未登记",
        (Kind::Officer, "enrolled") => "已登记",
        (Kind::Inspection, "not_opened") => "未开始",
        (Kind::Inspection, "open") => "检查中",
        (Kind::Inspection, "closed") => "已结束",
        (Kind::Inspection, "void") => "已作废",
        (Kind::Rectification, "not_ordered") => "未责令",
        (Kind::Rectification, "superseded") => "被另一责令取代",
        (Kind::Support, "not_raised") => "未提出",
        (Kind::Barrier | Kind::Epidemic, "not_reported") => "未报告",
        (Kind::Measure, "not_imposed") => "未采取",
        (Kind::Report, "not_defined") => "未定义",
        (Kind::ApiKey, "not_issued") => "未发放",
        (Kind::Webhook, "not_created") => "未设立",
        (Kind::Report | Kind::ApiKey | Kind::Webhook, "in_use") => "使用中",
        (Kind::Report | Kind::ApiKey, "withdrawn") | (Kind::Webhook, "disabled") => "已停用",
        (Kind::DataSubject, "in_use") => "正常使用",
        (Kind::DataSubject, "restricted") => "限制处理",
        (Kind::DataSubject, "held") => "依法保存",
        (Kind::DataSubject, "erased") => "已删除",
        _ => return None,
    })
}

/// What a member is called.
pub(crate) fn word(kind: Option<Kind>, name: &str) -> &str {
    if kind == Some(Kind::Report) && name == "title" {
        return "标题";
    }
    let known = WORDS.binary_search_by(|(known, _)| (*known).cmp(name)).ok();
    known.and_then(|at| WORDS.get(at)).map_or(name, |(_, word)| word)
}

/// Members of states, in the order of names.
const WORDS: &[(&str, &str)] = &[
    ("above_scale", "规模以上"),
    ("actor", "操作人员"),
    ("against", "被反映单位"),
    ("amount_cny", "金额（元）"),
    ("area", "范围"),
    ("at", "时间"),
    ("basis", "依据"),
    ("by", "经办人"),
    ("calendar_version", "工作日历版本"),
    ("capacity_pct", "产能利用率（%）"),
    ("category", "类别"),
    ("cdc_reported", "报告疾控机构日期"),
    ("changes", "变更"),
    ("code", "现用代码"),
    ("count", "数量"),
    ("counts_from", "起算日期"),
    ("deadline", "期限"),
    ("decide", "处理期限"),
    ("declined", "不予责令"),
    ("definition", "定义"),
    ("department", "承办单位"),
    ("disclosure", "对外提供序号"),
    ("disclosures", "对外提供记录"),
    ("disinfected", "消毒日期"),
    ("draw_seed", "随机抽取种子"),
    ("due", "届满日期"),
    ("duties", "履职问题"),
    ("ended", "终结情况"),
    ("ended_on", "终结日期"),
    ("enterprise", "企业"),
    ("entry", "名录信息"),
    ("errand", "事项"),
    ("escalated_to", "升级至"),
    ("exclusions", "剔除统计情况"),
    ("expected_on", "预计复工日期"),
    ("expires_on", "有效期至"),
    ("facts", "事实"),
    ("finder", "发现人"),
    ("findings", "检查发现的问题"),
    ("first", "最初"),
    ("fixed_on_spot", "当场整改"),
    ("flags", "诚信记录"),
    ("former", "原密钥"),
    ("from", "起始日期"),
    ("gaps", "欠缺事项"),
    ("grant", "用途"),
    ("grounds", "所依据的责令"),
    ("hazards", "安全隐患"),
    ("headcount", "职工人数"),
    ("imposed_on", "实施日期"),
    ("in_place", "落实到位情况"),
    ("in_time", "是否按期"),
    ("industry", "行业"),
    ("inspector", "检查人员"),
    ("investment_cny", "投资额（元）"),
    ("involved", "参与人员"),
    ("isolated", "隔离情况"),
    ("joined", "已并入的临时编号"),
    ("joined_to", "并入企业"),
    ("joint_with", "联合检查单位"),
    ("kind", "类型"),
    ("label", "使用方"),
    ("late", "是否逾期"),
    ("latest", "最近一次"),
    ("led_by", "牵头单位"),
    ("limit", "责令期限"),
    ("linked", "联动情况"),
    ("lodged", "提出情况"),
    ("marked", "重点项目序号"),
    ("name", "名称"),
    ("number", "序号"),
    ("objection", "异议"),
    ("objection_period", "异议期限"),
    ("officer", "驻厂员"),
    ("on", "日期"),
    ("on_post", "到岗人数"),
    ("operations", "可用操作"),
    ("order", "责令限期整改"),
    ("ordered_on", "责令日期"),
    ("outcome", "处理结果"),
    ("overdue_since", "逾期日期"),
    ("paid", "兑现情况"),
    ("paid_on", "兑现日期"),
    ("parent", "所属总公司"),
    ("park", "园区"),
    ("part", "参与方式"),
    ("payload", "推送范围"),
    ("period", "期间"),
    ("persons", "有症状人数"),
    ("phone", "电话"),
    ("place", "地点"),
    ("places", "所在地"),
    ("plan_revision", "方案版次"),
    ("posts", "任职"),
    ("prior_year_revenue_cny", "上年营业收入（元）"),
    ("projects", "重点项目"),
    ("proposed_on", "拟记日期"),
    ("raised_on", "提出日期"),
    ("read_only", "只读"),
    ("reason", "原因"),
    ("recipient", "接收单位"),
    ("repair_applied", "信用修复申请"),
    ("reported", "报告情况"),
    ("reported_by", "报告单位"),
    ("reported_on", "报告日期"),
    ("result_codes", "检查结果"),
    ("resumed", "复工情况"),
    ("reviewed_on", "评估日期"),
    ("revision", "版次"),
    ("role", "角色"),
    ("rule", "规则"),
    ("safety", "安全生产"),
    ("satisfied", "是否满意"),
    ("scale", "规模"),
    ("scales", "规模"),
    ("sealed_secret", "推送密钥（已加密）"),
    ("seat", "席位"),
    ("served_on", "送达日期"),
    ("severity", "严重程度"),
    ("sha256", "摘要（SHA-256）"),
    ("source", "来源"),
    ("start", "起算日"),
    ("started_on", "开工日期"),
    ("starts_by", "计划开工日期"),
    ("state", "状态"),
    ("statement", "陈述申辩期限"),
    ("steps", "办理经过"),
    ("stood", "此前状态"),
    ("subject", "检查内容"),
    ("subjects", "检查内容"),
    ("subscription", "推送内容"),
    ("substitute", "顶岗人员"),
    ("substitutions", "顶岗"),
    ("superseded_by", "被替代于"),
    ("supersedes", "所替代的"),
    ("supplies", "配套企业"),
    ("suspended", "停产情况"),
    ("target", "办理对象"),
    ("tenures", "任期"),
    ("text", "文本"),
    ("tier", "分类"),
    ("title", "职务"),
    ("to", "截止"),
    ("told", "填报"),
    ("township", "属地"),
    ("traced", "追踪情况"),
    ("types", "事件类型"),
    ("unit", "单位"),
    ("unlisted", "未建档"),
    ("until", "终止日期"),
    ("url", "推送地址"),
    ("uscc", "统一社会信用代码"),
    ("verifying", "核查情况"),
    ("visits", "到厂"),
    ("went_up", "升级情况"),
    ("what", "事项"),
    ("withdrawn_on", "撤回日期"),
    ("working-days", "工作日数"),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_found_since_they_are_in_order() {
        assert!(WORDS.is_sorted_by(|a, b| a.0 < b.0));
        let called = |name| word(Some(Kind::Credit), name);
        assert_eq!((called("state"), called("nowhere")), ("状态", "nowhere"));
    }

    #[test]
    fn a_pointer_is_read_as_officials_say_it() {
        let state = json!({"flags": {"1": {"state": "flagged"}}, "steps": [{"on": "2020-02-27"}]});
        let called = |pointer| member(Kind::Credit, &state, pointer);
        assert_eq!(called("/state"), "状态");
        assert_eq!(called("/flags/1/state"), "第1项诚信记录的状态");
        assert_eq!(called("/steps/0/on"), "第1项办理经过的日期");
        assert_eq!(called(""), "全部情况");
    }
}
