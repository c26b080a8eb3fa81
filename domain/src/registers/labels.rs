//! What codes in registers are called, as a district calls them.

use chrono::NaiveDate as Date;

use super::code_list;
use crate::regime::Regime;

/// What a code in a column of a register is called, in Chinese; none where it is no code.
pub fn label(
    regime: &Regime,
    on: Date,
    (register, column): (&str, &str),
    code: &str,
) -> Option<String> {
    let list = match (register, column) {
        ("r15", "about") | ("r4", "vacant") | (_, "vacant_seats") => "seats",
        ("r12", "flags") => "flag_states",
        ("r3" | "r15", "unit") | ("r19", "found_by") => return unit(regime, on, code),
        (_, "territory") => return territory(regime, on, code),
        (_, "gaps" | "in_place_gaps" | "plan_gaps") => return gap(regime, code),
        _ => code_list(register, column)?,
    };
    let label = regime.label(list, code, "zh");
    (label != code).then_some(label)
}

fn unit(regime: &Regime, on: Date, code: &str) -> Option<String> {
    let found = regime.units().at(&code.parse().ok()?, on).ok()?;
    Some(found.short().to_owned())
}

/// What a township is called on the day, by its first code.
fn territory(regime: &Regime, on: Date, code: &str) -> Option<String> {
    Some(regime.units().territory(&code.parse().ok()?, on)?.name.clone())
}

/// What plans may lack. The five musts are sentences, too long for a table: they go by their number.
fn gap(regime: &Regime, code: &str) -> Option<String> {
    if code == "emergency" {
        return Some("应急部分".to_owned());
    }
    let musts = regime.checklist("five_musts");
    let must = musts.filter(|list| list.items.contains_key(code));
    let must = must.map(|list| format!("{}{code}", list.label));
    must.or_else(|| {
        let lists = ["plan_priorities", "safety", "service_eight"].into_iter();
        let mut found = lists.filter_map(|name| regime.checklist(name));
        found.find_map(|list| list.items.get(code).cloned())
    })
}
