//! Whether what is to be published holds together, and fits what was published before it.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::{Checklist, Code};
use crate::{
    Calendar, Refusal,
    codes::BarrierKind,
    industry::Section,
    rules::RuleSet,
    township::{Division, Units},
};

/// Acts that nobody needs a right for: no rule set may seem to hand it out (§四).
const FREE: [&str; 3] =
    ["resumption.report", "resumption.correct", "resumption.declare_continuous"];

pub(super) fn rules(new: &RuleSet) -> Result<(), Refusal> {
    if let Some(act) = FREE.iter().find(|act| new.rights.contains_key(**act)) {
        let problem = "a resumption is recorded from anybody for his own unit; leave it out";
        return Err(wrong(format!("/rights/{act}"), problem));
    }
    if let Some(section) = new.sector_leads.keys().find(|text| text.parse::<Section>().is_err()) {
        let problem = "no section of GB/T 4754-2017; send letters from A to T";
        return Err(wrong(format!("/sector_leads/{section}"), problem));
    }
    if let Some(kind) = new.barrier_units.keys().find(|kind| BarrierKind::from_code(kind).is_none())
    {
        let problem = "no such kind; see /v1/code-lists/barrier_kinds";
        return Err(wrong(format!("/barrier_units/{kind}"), problem));
    }
    if new.objection_decide_working_days_complex < new.objection_decide_working_days {
        let problem = "the period of an objection that is looked into is the longer one";
        return Err(wrong("/objection_decide_working_days_complex".to_owned(), problem));
    }
    let counts = [
        ("scale_threshold_cny", new.scale_threshold_cny),
        ("repeat_threshold", new.repeat_threshold.into()),
        ("repeat_window_days", new.repeat_window_days.into()),
        ("retention_months_max", new.retention_months_max.into()),
        ("no_visit_days", new.no_visit_days.into()),
        ("measure_review_days", new.measure_review_days.into()),
    ];
    match counts.iter().find(|(_, count)| *count == 0) {
        Some((field, _)) => Err(wrong(format!("/{field}"), "send 1 or more")),
        None => Ok(()),
    }
}

pub(super) fn calendar(new: &Calendar) -> Result<(), Refusal> {
    for (list, days) in [("holidays", &new.holidays), ("makeup_workdays", &new.makeup_workdays)] {
        if let Some(day) = days.keys().find(|day| day.year() != new.year) {
            let problem = format!("it does not lie in {}; a calendar covers one year", new.year);
            return Err(wrong(format!("/{list}/{day}"), &problem));
        }
    }
    match new.holidays.keys().find(|day| new.makeup_workdays.contains_key(day)) {
        Some(day) => Err(wrong(
            format!("/makeup_workdays/{day}"),
            "it is among the holidays too; leave it in one of the two",
        )),
        None => Ok(()),
    }
}

/// A unit may end, but what happened to it stays: its entry never goes.
pub(super) fn units(old: &Units, new: &Units) -> Result<(), Refusal> {
    for (n, division) in new.divisions.iter().enumerate() {
        if division.valid_from.zip(division.valid_to).is_some_and(|(from, to)| to < from) {
            let problem = "it ends before it begins; valid_to is the last day, that day included";
            return Err(wrong(format!("/divisions/{n}/valid_to"), problem));
        }
        let mut earlier = new.divisions.iter().take(n);
        if earlier.any(|other| other.code == division.code && overlap(other, division)) {
            let problem = format!("{} stands twice for the same days", division.code);
            return Err(wrong(format!("/divisions/{n}/code"), &problem));
        }
    }
    let codes = |units: &Units| {
        let offices = units.parks.iter().chain(&units.offices).map(|office| office.code.clone());
        units.divisions.iter().map(|division| division.code.clone()).chain(offices).collect()
    };
    let (before, after): (Vec<_>, Vec<_>) = (codes(old), codes(new));
    match before.iter().find(|code| !after.contains(code)) {
        Some(code) => Err(gone("/divisions", code.as_str(), "give it a valid_to instead")),
        None => Ok(()),
    }
}

fn overlap(one: &Division, other: &Division) -> bool {
    let ends_before = |a: &Division, b: &Division| {
        a.valid_to.zip(b.valid_from).is_some_and(|(to, from)| to < from)
    };
    !ends_before(one, other) && !ends_before(other, one)
}

/// A label may change, but a code that events hold never goes.
pub(super) fn codes(
    old: &BTreeMap<String, Vec<Code>>,
    new: &BTreeMap<String, Vec<Code>>,
) -> Result<(), Refusal> {
    for (name, list) in new {
        for code in old.get(name).into_iter().flatten() {
            if !list.iter().any(|known| known.code == code.code) {
                return Err(gone(&format!("/{name}"), &code.code, "leave it in the list"));
            }
        }
    }
    Ok(())
}

/// Plans name the items of a checklist: an item that no longer counts leaves the rule set, not it.
pub(super) fn checklists(
    old: &BTreeMap<String, Checklist>,
    new: &BTreeMap<String, Checklist>,
) -> Result<(), Refusal> {
    for (name, list) in new {
        for item in old.get(name).into_iter().flat_map(|old| old.items.keys()) {
            if !list.items.contains_key(item) {
                let instead = "leave it, and publish a rule set that does not ask for it";
                return Err(gone(&format!("/{name}/items"), item, instead));
            }
        }
    }
    Ok(())
}

/// The name of something new was given to something else already.
pub(super) fn taken(pointer: &str, name: &str) -> Refusal {
    wrong(
        pointer.to_owned(),
        &format!("{name} was published already; give the new one another name"),
    )
}

fn gone(pointer: &str, name: &str, instead: &str) -> Refusal {
    wrong(pointer.to_owned(), &format!("{name} is missing, but events may name it; {instead}"))
}

fn wrong(pointer: String, problem: &str) -> Refusal {
    Refusal::InvalidField { pointer, problem: problem.to_owned() }
}
