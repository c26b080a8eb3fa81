//! Sentences about an enterprise: the list, production, the plan, the seats.

use fugong_core::Occurred;
use fugong_domain::{
    enterprise, officer, plan, posting, regime, regime::Regime, report, resumption,
};

use super::{listed, unit_name};

fn label(regime: &Regime, list: &str, code: &str) -> String {
    regime.label(list, code, "zh")
}

pub(super) fn enterprise(event: &enterprise::Event, regime: &Regime, when: Occurred) -> String {
    use enterprise::Event as E;
    match event {
        E::Registered { name, township, .. } => {
            format!("建档：{name}，属地{}", unit_name(regime, township.as_str(), when))
        }
        E::DetailsCorrected { .. } => "更正企业信息".to_owned(),
        E::ScaleReclassified { to, effective_on, basis, .. } => {
            let scale = label(regime, "scales", to.code());
            format!("自{effective_on}起调整为{scale}（{basis}）")
        }
        E::Relocated { township, effective_on, .. } => {
            let place = unit_name(regime, township.as_str(), when);
            format!("登记自{effective_on}起迁至{place}")
        }
        E::TierAssigned { tier, basis } => {
            format!("列入服务梯次{}（{basis}）", label(regime, "tiers", tier.code()))
        }
        E::ListingJoined { provisional } => format!("将{provisional}名下的报告并入"),
        E::JoinedTo { listed } => format!("名下的报告并入{listed}"),
        E::Excluded { kind, from, .. } => {
            let kind = label(regime, "exclusion_kinds", kind.code());
            format!("自{from}起不纳入基数（{kind}）")
        }
        E::Readmitted { from, .. } => format!("自{from}起重新纳入基数"),
        E::ClosureBegun { kind } => {
            format!("记录启动退出（{}）", label(regime, "closure_kinds", kind.code()))
        }
        E::Closed { kind, on } => {
            format!("确认自{on}起退出（{}）", label(regime, "closure_kinds", kind.code()))
        }
        E::EarlierPaperRecorded { authority, dated, .. } => {
            format!("记录{dated}的早前材料（{authority}），仅供参考")
        }
        E::OtherLawReferenceRecorded { authority, dated, .. } => {
            format!("记录{authority}于{dated}依其他法律作出的处理")
        }
        E::Guided { .. } => "指导制定生产经营计划".to_owned(),
        E::CodeChanged { was, to } => format!("统一社会信用代码由{was}变更为{to}"),
        E::SupplyLinkDeclared { supplier_of, until: None } => {
            format!("登记为{supplier_of}的产业链供应链配套企业")
        }
        E::SupplyLinkDeclared { supplier_of, until: Some(until) } => {
            format!("登记为{supplier_of}的产业链供应链配套企业，至{until}止")
        }
        E::KeyProjectMarked { name, starts_by, .. } => {
            let by = starts_by.map(|day| format!("，计划{day}前开工")).unwrap_or_default();
            format!("列入重大工程和重点项目：{name}{by}")
        }
        E::KeyProjectStarted { number, on } => format!("重点项目{number}于{on}开工"),
        E::SetAside { reason } => {
            format!("不纳入名录（{}）", label(regime, "set_aside_reasons", reason.code()))
        }
    }
}

pub(super) fn resumption(event: &resumption::Event, regime: &Regime) -> String {
    use resumption::Event as E;
    match event {
        E::ContinuousProductionDeclared { since, was: None, .. } => {
            format!("申明自{since}起持续在产")
        }
        E::ContinuousProductionDeclared { since, was: Some(was), was_continuous, .. } => {
            let what = if *was_continuous { "持续在产" } else { "复工" };
            format!("将自{was}起{what}更正为自{since}起持续在产")
        }
        E::Planned { expected_on, .. } => format!("报告拟于{expected_on}复工"),
        E::Resumed { resumed_on, on_post, .. } => {
            let staff = on_post.map(|staff| format!("，到岗{staff}人")).unwrap_or_default();
            format!("报告于{resumed_on}复工复产{staff}")
        }
        E::DailyReported(report) => {
            let old = report.was.map(|was| format!("，更正{was}的日报")).unwrap_or_default();
            format!(
                "填报{}日报：职工{}人，到岗{}人{old}",
                report.date, report.staff, report.on_post
            )
        }
        E::Suspended { from, reason } => {
            let why = label(regime, "suspension_reasons", reason.code());
            format!("报告自{from}起停产（{why}）")
        }
        E::Corrected { was, resumed_on, was_continuous: false, .. } => {
            format!("将复工日期由{was}更正为{resumed_on}")
        }
        E::Corrected { was, resumed_on, was_continuous: true, .. } => {
            format!("将自{was}起持续在产更正为{resumed_on}复工复产")
        }
        E::Ended { on } => format!("自{on}起随企业退出而终止"),
        E::Joined { provisional, .. } => format!("并入{provisional}名下的复工报告"),
        E::JoinedTo { listed } => format!("复工报告并入{listed}"),
    }
}

pub(super) fn plan(event: &plan::Event, regime: &Regime) -> String {
    use plan::Event as E;
    let lacks = |gaps: &[String]| match gaps {
        [] => String::new(),
        gaps => format!("，尚缺{}", listed(gaps)),
    };
    match event {
        E::Drafted { gaps, .. } => format!("编制防控方案{}", lacks(gaps)),
        E::Revised { revision, gaps, .. } => {
            format!("修订防控方案（第{revision}版）{}", lacks(gaps))
        }
        E::PutInPlace { revision, gaps } => {
            format!("防控方案第{revision}版落实到位{}", lacks(gaps))
        }
        E::ImprovementUrged { officer, .. } => format!("由{officer}督促完善防控方案"),
        E::SafetyPrepared { revision, gaps, .. } => {
            format!("制定安全生产应急处置预案（第{revision}版）{}", lacks(gaps))
        }
        E::HazardMonitored { workplace, at, normal, .. } => {
            let how = if *normal { "正常" } else { "异常" };
            let place = label(regime, "workplace_kinds", workplace.code());
            format!("{}监测{place}作业场所，情况{how}", at.day())
        }
        E::HazardFound { number, workplace, severity, due, .. } => {
            let place = label(regime, "workplace_kinds", workplace.code());
            let how = label(regime, "hazard_severities", severity.code());
            let due = due.map(|due| format!("，限{due}前消除")).unwrap_or_default();
            format!("排查出安全隐患{number}（{how}，{place}）{due}")
        }
        E::HazardCleared { number, on, .. } => format!("安全隐患{number}于{on}消除"),
        E::TrainingHeld { on, attended, .. } => {
            format!("{on}开展安全警示教育，{attended}人参加")
        }
    }
}

pub(super) fn posting(event: &posting::Event, regime: &Regime) -> String {
    use posting::Event as E;
    let seat = |seat: &fugong_domain::codes::Seat| label(regime, "seats", seat.code());
    match event {
        E::OfficerAssigned { seat: at, officer, from, was, .. } => {
            let put_right = was.as_ref().map(|was| format!("，更正原派驻{}", was.officer));
            let put_right = put_right.unwrap_or_default();
            format!("自{}起派驻{}{officer}{put_right}", from.day(), seat(at))
        }
        E::Transferred { seat: at, officer, to, effective_at, .. } => {
            format!("{}自{}起由{officer}交接给{to}", seat(at), effective_at.day())
        }
        E::Substituted { seat: at, substitute, from, until, was, .. } => {
            let put_right = was.as_ref().map(|was| format!("，更正原顶岗{}", was.officer));
            let put_right = put_right.unwrap_or_default();
            format!("{}自{}至{}由{substitute}顶岗{put_right}", seat(at), from.day(), until.day())
        }
        E::SubstitutionEnded { seat: at, substitute } => {
            format!("{}{substitute}顶岗结束", seat(at))
        }
        E::Withdrawn { seat: at, officer, at: when, .. } => {
            format!("{}{officer}于{}撤离", seat(at), when.day())
        }
        E::VisitLogged { seat: at, officer, at: when, .. } => {
            format!("{}{officer}于{}到厂", seat(at), when.day())
        }
        E::ZonesLinked { community, park, .. } => {
            let park = if park.is_some() { "、园区" } else { "" };
            format!("建立三区三联机制：{community}{park}、企业生产区域联动联防联控")
        }
        E::HandoverLogged { at, workers, .. } => {
            let workers = workers.map(|count| format!("{count}人")).unwrap_or_default();
            format!("{}完成职工{workers}接续管理交接", at.day())
        }
    }
}

pub(super) fn officer(event: &officer::Event, regime: &Regime) -> String {
    use officer::Event as E;
    let seat = |seat: &fugong_domain::codes::Seat| label(regime, "seats", seat.code());
    match event {
        E::Enrolled { unit, supersedes: None, .. } => format!("登记驻厂员（{unit}）"),
        E::Enrolled { unit, supersedes: Some(_), .. } => format!("更正驻厂员登记（{unit}）"),
        E::PostTaken { enterprise, seat: at, .. } => format!("任{enterprise}的{}", seat(at)),
        E::PostLeft { enterprise, seat: at, .. } => format!("离任{enterprise}的{}", seat(at)),
        E::DutyReferred { finding, .. } => format!("履职问题{finding}移送派出单位"),
        E::DutyOutcomeRecorded { finding, .. } => format!("记录派出单位对{finding}的处理"),
    }
}

pub(super) fn regime(event: &regime::Event, regime: &Regime, when: Occurred) -> String {
    use regime::Event as E;
    match event {
        E::FiguresFixed { date } => format!("{date}数据截止，以此时数据为准"),
        E::RiskLevelChanged { area, level, effective_on } => {
            let area = area.as_ref().map(|area| unit_name(regime, area.as_str(), when));
            let level = label(regime, "risk_levels", level.code());
            format!("自{effective_on}起{}风险等级为{level}", area.unwrap_or("全区".to_owned()))
        }
        E::RulesPublished { rules } => {
            format!("公布规则{}，自{}起适用", rules.version, rules.effective_from)
        }
        E::CalendarPublished { calendar } => {
            format!("公布{}年工作日历（{}）", calendar.year, calendar.id)
        }
        E::UnitsPublished { .. } => "公布乡镇街道、园区和部门名录".to_owned(),
        E::IndustryPublished { .. } => "公布国民经济行业分类".to_owned(),
        E::CodesPublished { .. } => "公布代码表".to_owned(),
        E::ChecklistsPublished { .. } => "公布检查清单".to_owned(),
    }
}

pub(super) fn report(id: &str, event: &report::Event) -> String {
    match event {
        report::Event::Defined(definition) => {
            format!("保存报表定义《{}》（{id}）", definition.title)
        }
        report::Event::Withdrawn { .. } => format!("停用报表{id}"),
    }
}
