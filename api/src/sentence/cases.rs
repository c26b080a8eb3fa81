//! Sentences about cases: inspections, orders, the credit record, tasks.

use fugong_core::Occurred;
use fugong_domain::{credit, inspection, rectification, regime::Regime, task};

use super::{listed, unit_name};

pub(super) fn inspection(event: &inspection::Event, regime: &Regime) -> String {
    use inspection::Event as E;
    let label = |list: &str, code: &str| regime.label(list, code, "zh");
    match event {
        E::Opened { kind, subjects, .. } => {
            let subjects = subjects.iter().map(|s| label("inspection_subjects", s.code()));
            let kind = label("inspection_kinds", kind.code());
            format!("开展{kind}检查（{}）", listed(subjects))
        }
        E::FindingRecorded { number, subject, category, fixed_on_spot, supersedes, .. } => {
            let subject = label("inspection_subjects", subject.code());
            let category = label("finding_categories", category.code());
            let spot = if *fixed_on_spot { "，已当场整改" } else { "" };
            let old = supersedes.map(|old| format!("，更正问题{old}")).unwrap_or_default();
            format!("发现问题{number}：{subject}，{category}{spot}{old}")
        }
        E::Closed { result_codes } => {
            let results = result_codes.iter().map(|code| label("result_codes", code.code()));
            format!("结束检查（{}）", listed(results))
        }
        E::Voided { .. } => "宣布检查无效".to_owned(),
        E::FindingOrdered { number, order } => format!("问题{number}列入整改单{order}"),
        E::OrderDeclined { numbers, .. } => format!("对问题{}不予责令", listed(numbers)),
    }
}

pub(super) fn rectification(event: &rectification::Event) -> String {
    use rectification::{Event as E, Limit};
    match event {
        E::Ordered { limit, findings, .. } => {
            let limit = match limit {
                Limit::Due(due) => format!("限{due}前"),
                Limit::WorkingDays(days) => format!("限送达后{days}个工作日内"),
            };
            format!("责令限期整改（{limit}，问题{}项）", findings.len())
        }
        E::Superseded { by, .. } => format!("整改单由{by}替代"),
        E::Served { on, deadline, .. } => {
            let due = deadline.as_ref().map(|d| format!("，期限至{}", d.due)).unwrap_or_default();
            format!("整改单于{on}送达{due}")
        }
        E::Extended { deadline, .. } => format!("整改期限延长至{}", deadline.due),
        E::Reported { at, late, .. } => {
            let late = if *late { "（逾期）" } else { "" };
            format!("报告于{}完成整改{late}", at.day())
        }
        E::Complied { on, .. } => format!("{on}复查整改到位，销号"),
        E::Failed { on, .. } => format!("{on}复查整改不到位"),
        E::Lapsed { due } => format!("整改期限{due}已过，未报告完成"),
        E::Revoked { .. } => "撤销整改单".to_owned(),
        E::Terminated { .. } => "终止整改单".to_owned(),
    }
}

pub(super) fn credit(event: &credit::Event) -> String {
    use credit::Event as E;
    match event {
        E::FlagProposed { flag, grounds, .. } => {
            format!("建议纳入诚信记录（第{flag}条，依据整改单{}张）", grounds.len())
        }
        E::ProposalWithdrawn { flag, .. } => format!("第{flag}条建议失去依据，撤回"),
        E::NoticeServed { flag, statement, .. } => {
            format!("就第{flag}条告知企业，{}前可陈述申辩", statement.due)
        }
        E::StatementRecorded { flag, .. } => format!("记录企业对第{flag}条的陈述申辩"),
        E::Flagged { flag, until, .. } => format!("第{flag}条纳入企业诚信记录，至{until}"),
        E::ProposalDismissed { flag, .. } => format!("第{flag}条建议不予纳入"),
        E::ObjectionLodged { flag, .. } => format!("企业对第{flag}条提出异议，即时标注"),
        E::VerificationBegun { flag, decide, .. } => {
            format!("第{flag}条异议须核查，{}前作出处理", decide.due)
        }
        E::ObjectionUpheld { flag, .. } => format!("对第{flag}条的异议成立"),
        E::ObjectionRejected { flag, .. } => format!("对第{flag}条的异议不成立"),
        E::RepairApplied { flag, .. } => format!("企业就第{flag}条申请信用修复"),
        E::RepairGranted { flag, .. } => format!("第{flag}条准予信用修复"),
        E::RepairRefused { flag, .. } => format!("第{flag}条不予信用修复"),
        E::FlagDisclosed { flag, recipient, basis, .. } => {
            format!("第{flag}条依据{basis}提供给{recipient}")
        }
        E::WithdrawalNotified { flag, recipient, .. } => {
            format!("就第{flag}条向{recipient}发出撤回通知")
        }
        E::Expired { flag, until } => format!("第{flag}条于{until}到期"),
        E::Expunged { flag, .. } => format!("第{flag}条删除"),
    }
}

pub(super) fn task(event: &task::Event, regime: &Regime, when: Occurred) -> String {
    use task::Event as E;
    match event {
        E::Raised { kind, unit, due, .. } => {
            let due = due.map(|due| format!("，{due}前")).unwrap_or_default();
            format!("交{}待办（{kind}{due}）", unit_name(regime, unit.as_str(), when))
        }
        E::Claimed { by } => format!("{by}认领待办"),
        E::Reassigned { unit, .. } => {
            format!("待办转交{}", unit_name(regime, unit.as_str(), when))
        }
        E::Done { .. } => "待办办结".to_owned(),
        E::Cancelled { .. } => "待办取消".to_owned(),
        E::Escalated { unit } => format!("待办升级至{}", unit_name(regime, unit.as_str(), when)),
    }
}
