use chrono::NaiveDate as Date;

use super::Contents;
use crate::{Refusal, regime::Regime};

/// The checklist of the six priorities (六大工作重点).
const PRIORITIES: &str = "plan_priorities";
/// The checklist of the 五必须.
const FIVE_MUSTS: &str = "five_musts";
/// The checklist of safety at work (安全生产).
const SAFETY: &str = "safety";
/// What the gap of a missing emergency part (含应急) is called.
const EMERGENCY: &str = "emergency";

/// What the rules of `day` ask for and `plan` lacks, by code: priorities, emergency, 五必须.
///
/// # Errors
///
/// `INVALID_FIELD` for a section or a 必须 that no checklist knows.
pub(crate) fn gaps(plan: &Contents, day: Date, regime: &Regime) -> Result<Vec<String>, Refusal> {
    let rules = regime.rules_for(day)?;
    let known = |list: &str, asked: &[String], code: &String| {
        let listed = regime.checklist(list).is_some_and(|list| list.items.contains_key(code));
        listed || asked.contains(code)
    };
    for code in plan.sections.keys() {
        if !known(PRIORITIES, &rules.plan_sections, code) {
            return Err(unknown(format!("/sections/{code}"), code));
        }
    }
    for (n, code) in plan.five_musts.iter().enumerate() {
        if !known(FIVE_MUSTS, &rules.five_musts, code) {
            return Err(unknown(format!("/five_musts/{n}"), code));
        }
    }
    let sections = rules.plan_sections.iter().filter(|code| !plan.sections.contains_key(*code));
    let emergency = rules.plan_emergency && plan.emergency.is_none();
    let musts = rules.five_musts.iter().filter(|code| !plan.five_musts.contains(*code));
    let emergency = emergency.then(|| EMERGENCY.to_owned());
    Ok(sections.cloned().chain(emergency).chain(musts.cloned()).collect())
}

/// What the safety checklist of the district asks for and is not among `items`, by code.
///
/// # Errors
///
/// `INVALID_FIELD` for an item that the checklist does not know.
pub(crate) fn safety_gaps(items: &[String], regime: &Regime) -> Result<Vec<String>, Refusal> {
    let Some(list) = regime.checklist(SAFETY) else { return Ok(Vec::new()) };
    for (n, code) in items.iter().enumerate() {
        if !list.items.contains_key(code) {
            return Err(unknown(format!("/items/{n}"), code));
        }
    }
    Ok(list.items.keys().filter(|code| !items.contains(code)).cloned().collect())
}

fn unknown(pointer: String, code: &str) -> Refusal {
    let problem = format!("{code} is on no checklist of the district; see GET /v1/regime");
    Refusal::InvalidField { pointer, problem }
}
