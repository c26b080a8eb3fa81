//! What to do about a problem, as officials are told on a page. The list of problems says it in
//! English, to those who write programs.

/// What to do about a problem of this code, in Chinese.
pub(in crate::console) fn remedy(code: &str) -> &'static str {
    let known = REMEDIES.binary_search_by(|(known, _)| (*known).cmp(code)).ok();
    known.and_then(|at| REMEDIES.get(at)).map_or("", |(_, remedy)| *remedy)
}

/// In the order of codes.
const REMEDIES: &[(&str, &str)] = &[
    ("CALENDAR_NOT_COVERED", "请先公布该年度工作日历，再办理涉及工作日期限的事项。"),
    ("CODE_UNKNOWN", "网址或表单中的筛选值不存在，请从页面所列选项中选择。"),
    ("DEADLINE_NOT_AFTER_ISSUE", "请填写晚于责令日期的整改期限。"),
    ("ENTERPRISE_CLOSED", "企业已注销、吊销或迁出；如重新在本区经营，请重新建档。"),
    ("ENTERPRISE_EXISTS", "该企业已在名录中，请改用更正、规模变更或迁址。"),
    ("ENTERPRISE_UNKNOWN", "请核对统一社会信用代码；尚未建档的企业由属地建档。"),
    ("ERASURE_HELD", "请向依法保存该信息的单位了解情况，或改为限制处理。"),
    ("EVENT_TOO_LARGE", "请缩短文字，较长材料作为附件上传。"),
    ("FINDING_ALREADY_ORDERED", "请先办结、撤销或更正原整改单。"),
    ("FINDING_NOT_AGAINST_ENTERPRISE", "该问题已移送驻厂员派出单位，请不要列入企业整改单。"),
    ("FLAG_ALREADY_EXPUNGED", "该条目已终止，无需再办理。"),
    ("FLAG_BEFORE_NOTICE", "请先向企业送达告知。"),
    ("FLAG_DECIDER_CONFLICT", "请由未参与本案办理的人员作出决定。"),
    ("IDEMPOTENCY_KEY_REQUIRED", "请返回原页面重新提交。"),
    ("IDEMPOTENCY_KEY_REUSED", "该表单已提交过；如需另行办理，请重新打开页面。"),
    ("IF_MATCH_REQUIRED", "请重新打开页面，按最新情况办理。"),
    ("INSPECTOR_CONFLICT", "请另行安排检查人员。"),
    ("INVALID_FIELD", "请更正所提示的内容后重新提交。"),
    ("IN_FLIGHT", "同一请求正在处理，请稍候再试。"),
    ("LIFT_WITHOUT_STEP", "请先分步放宽，或说明直接解除的依据。"),
    ("MALFORMED", "网址或表单无法识别，请从页面上的链接重新进入。"),
    ("MAPPING_WRONG", "请按提示更正台账与字段的对应关系。"),
    ("MEMBERS_DISAGREE", "所填内容相互矛盾，请按提示只保留应当一并填写的内容。"),
    ("METHOD_NOT_ALLOWED", "请从页面上的链接或按钮进入。"),
    ("MOMENT_UNKNOWN", "日志中没有该时点，请选择已经发生的日期或事件。"),
    ("NOT_ACCEPTABLE", "该内容没有所要求的格式，请选择页面所列格式。"),
    ("NOT_FOUND", "请核对网址；您所属单位和角色看不到的内容，同样显示为未找到。"),
    ("NOT_INDUSTRIAL", "园区以外只为采矿、制造、电力热力燃气及水生产供应企业建档。"),
    ("NO_GROUNDS", "请选择整改不到位或逾期、且未作为其他条目依据的整改单。"),
    ("NO_POSTING_AT_DATE", "请先派驻驻厂员，或填写该席位有人派驻时的时间。"),
    ("OBJECTION_OUT_OF_TIME", "异议期限已过，可申请信用修复。"),
    ("OCCURRED_ON_IN_FUTURE", "请填写实际发生的时间，不得晚于现在，也不得早于所记录的事项。"),
    ("OFFICER_ALREADY_POSTED", "确需兼驻的，请说明兼驻原因。"),
    ("ORDER_CLOSED", "该事项已进入其他状态，请重新打开页面查看。"),
    ("ORDER_NOT_SERVED", "请先登记送达。"),
    ("ORDER_WITHOUT_DEADLINE", "请填写整改期限的日期或工作日数。"),
    ("ORDER_WITHOUT_FINDING", "请至少选择一项检查发现的问题。"),
    ("OUT_OF_JURISDICTION", "请由有管辖权的单位查看或办理。"),
    ("RANGE_NOT_SATISFIABLE", "请重新下载整个文件。"),
    ("RATE_LIMITED", "短时间内请求过多，请稍候再试。"),
    ("REGISTER_BEHIND", "台账正在更新，请稍候刷新页面。"),
    ("REPORT_DEFINITION_WRONG", "请按所提示的行、列更正报表定义。"),
    ("REPORT_PARAMETER_WRONG", "请按提示更正报表参数。"),
    ("RESUMED_ON_IN_FUTURE", "请在实际复工后报告，尚未复工的可填报复工打算。"),
    ("ROLE_NOT_ALLOWED", "您的角色不能查看或办理此事项，请由有权限的人员办理。"),
    ("RULES_WRONG", "请按提示更正规则或工作日历。"),
    ("SEAT_OCCUPIED", "请先办理驻厂员调换或撤回。"),
    ("SEAT_SAME_OFFICER", "同一企业的两名驻厂员应为不同人员，请另选一人。"),
    ("SEAT_UNIT_MISMATCH", "请由该席位对应的单位派驻。"),
    ("STATEMENT_PERIOD_RUNNING", "请待陈述申辩期限届满后办理。"),
    ("TOO_LARGE", "内容过长，较长材料请作为附件上传。"),
    ("TOWNSHIP_UNKNOWN_AT_DATE", "请选择当日有效的乡镇街道或园区。"),
    ("UNAUTHENTICATED", "请重新登录。"),
    ("UNAVAILABLE", "系统暂时不可用，请稍候刷新；持续出现时请联系平台管理人员。"),
    ("UNSUPPORTED_MEDIA_TYPE", "请从页面上的表单提交。"),
    ("USCC_INVALID", "请对照营业执照核对十八位统一社会信用代码。"),
    ("VERSION_CONFLICT", "此事项已被他人更新，请重新打开页面，按最新情况办理。"),
];

#[cfg(test)]
mod tests {
    use super::{REMEDIES, remedy};
    use crate::problem::LIST;

    #[test]
    fn every_problem_has_a_remedy_in_chinese() {
        assert!(REMEDIES.is_sorted_by(|a, b| a.0 < b.0));
        for entry in LIST {
            assert!(remedy(entry.code).ends_with('。'), "{}", entry.code);
        }
        assert_eq!((REMEDIES.len(), remedy("NOTHING")), (LIST.len(), ""));
    }
}
