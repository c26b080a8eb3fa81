//! Sentences about help: difficulties and barriers, and what became of them.

use fugong_core::Occurred;
use fugong_domain::{
    barrier,
    codes::SupportSource,
    regime::Regime,
    support::{self, Payment},
};

use super::unit_name;

pub(super) fn support(event: &support::Event, regime: &Regime, when: Occurred) -> String {
    use support::Event as E;
    let unit = |unit: &fugong_domain::UnitCode| unit_name(regime, unit.as_str(), when);
    match event {
        E::Raised { category, source, amount_cny, .. } => {
            let category = regime.label("support_categories", category.as_str(), "zh");
            let how = match source {
                SupportSource::Enterprise | SupportSource::Officer => "提出困难",
                SupportSource::Department => "主动了解到困难",
            };
            let sum = amount_cny.map(|sum| format!("，应兑现{sum}元")).unwrap_or_default();
            format!("{how}（{category}{sum}）")
        }
        E::Assigned { department, due, .. } => {
            format!("将困难交{}办理，办理时限{due}", unit(department))
        }
        E::Transferred { department, due, .. } => {
            format!("将困难转{}办理，办理时限{due}", unit(department))
        }
        E::ProgressNoted { .. } => "记录困难办理进展".to_owned(),
        E::Resolved { paid, .. } => format!("困难已解决{}", payment(paid.as_ref())),
        E::Confirmed { satisfied, paid, .. } => {
            let how = if *satisfied { "满意" } else { "不满意" };
            format!("确认企业对困难办理{how}{}", payment(paid.as_ref()))
        }
        E::Reopened { .. } => "重新提出困难".to_owned(),
        E::Escalated { to, overdue, .. } => {
            let late = overdue.map(|due| format!("办理时限{due}已过，")).unwrap_or_default();
            format!("{late}困难升级至{}", unit(to))
        }
    }
}

pub(super) fn barrier(event: &barrier::Event, regime: &Regime, when: Occurred) -> String {
    use barrier::Event as E;
    let unit = |unit: &fugong_domain::UnitCode| unit_name(regime, unit.as_str(), when);
    match event {
        E::Reported { kind, against, place, to, .. } => {
            let kind = regime.label("barrier_kinds", kind.code(), "zh");
            let whom = against.as_ref().map(|whom| format!("，涉及{}", unit(whom)));
            let to = to.as_ref().map(|to| format!("，由{}处置", unit(to)));
            format!("反映{place}{kind}{}{}", whom.unwrap_or_default(), to.unwrap_or_default())
        }
        E::Assigned { unit: hands, due, .. } => {
            format!("将所反映问题交{}处置，处置时限{due}", unit(hands))
        }
        E::Escalated { to, overdue, .. } => {
            format!("处置时限{overdue}已过，所反映问题升级至{}", unit(to))
        }
        E::Removed { .. } => "所反映问题已排除".to_owned(),
        E::FoundUnfounded { .. } => "所反映问题查无此事".to_owned(),
    }
}

fn payment(paid: Option<&Payment>) -> String {
    paid.map(|paid| format!("，{}兑现{}元", paid.paid_on, paid.amount_cny)).unwrap_or_default()
}
