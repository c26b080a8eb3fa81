//! What columns can name that is in no list of codes: the units and the industries of a district.

use chrono::NaiveDate as Date;

use crate::{
    IndustryCode, UnitCode,
    industry::SectionEntry,
    regime::Regime,
    township::{Division, Office},
};

/// Something that a column can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nameable {
    /// What stands in the column for it on the day.
    pub value: String,
    /// What it is called: codes, full names, names of other days; the last of them as it is on this
    /// day.
    pub called: Vec<String>,
}

/// What somebody means by a value that he looks for in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// Anything may stand there; nothing is known of what can.
    Anything,
    /// This is how the column has it on the day.
    Value(String),
    /// Nothing that the column can have: it can have these.
    Nothing(Vec<Nameable>),
}

/// What is meant by a value in a column of a register on a day: a unit by its name or its code, an
/// industry by its code or its name.
pub fn meant(regime: &Regime, on: Date, place: (&str, &str), value: &str) -> Meant {
    let Some(known) = nameable(regime, on, place) else { return Meant::Anything };
    // A group or a class of a division that there is.
    let code = value.parse::<IndustryCode>().ok().filter(|_| place.1 == "industry_code");
    let wanted = code.as_ref().map_or(value, IndustryCode::division);
    let by_value = known.iter().find(|it| it.value == wanted);
    let by_name = || known.iter().find(|it| it.called.iter().any(|name| name == wanted));
    match by_value.or_else(by_name) {
        Some(_) if code.is_some() => Meant::Value(value.to_owned()),
        Some(found) => Meant::Value(found.value.clone()),
        None => Meant::Nothing(known),
    }
}

/// What can stand in a column of a register on a day; none where that is not one of the district's
/// units or industries, or these are not published.
fn nameable(regime: &Regime, on: Date, (register, column): (&str, &str)) -> Option<Vec<Nameable>> {
    let found = match (register, column) {
        ("r12-items", "section") => return None,
        (_, "township") => townships(regime, on, |it| it.name.clone()),
        (_, "territory") => townships(regime, on, |it| regime.units().first(&it.code).to_string()),
        (_, "park") => offices(&regime.units().parks, |office| office.short.clone()),
        // These tell the code of a unit, not what it is called.
        ("r3" | "r10" | "r15", "unit") | ("r19", "found_by") => codes(regime, on),
        (_, "unit" | "lead" | "department") => {
            let offices = |all| offices(all, |office: &Office| office.short.clone());
            let units = regime.units();
            let parks = [offices(&units.parks), offices(&units.offices)].concat();
            [townships(regime, on, |it| it.name.clone()), parks].concat()
        }
        (_, "section") => sections(regime),
        (_, "division" | "industry_code") => divisions(regime, |code, _| Some(code)),
        (_, "division_name") => divisions(regime, |_, name| name),
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}

/// The townships of all days, as they are on this one, those of this day first.
fn townships(regime: &Regime, on: Date, shown: impl Fn(&Division) -> String) -> Vec<Nameable> {
    let units = regime.units();
    let (mut all, before): (Vec<_>, Vec<_>) =
        units.divisions.iter().partition(|division| division.holds_on(on));
    all.extend(before);
    let named = |division: &Division| {
        let today = units.territory(&division.code, on).unwrap_or(division);
        let called = [division.code.as_str(), &division.name, &today.name];
        let called = called.map(str::to_owned).to_vec();
        Nameable { value: shown(today), called }
    };
    all.into_iter().map(named).collect()
}

fn offices(all: &[Office], shown: impl Fn(&Office) -> String) -> Vec<Nameable> {
    let named = |office: &Office| Nameable {
        value: shown(office),
        called: vec![office.code.to_string(), office.name.clone(), office.short.clone()],
    };
    all.iter().map(named).collect()
}

/// Every unit by its code: one that was renumbered under each, as events tell it.
fn codes(regime: &Regime, on: Date) -> Vec<Nameable> {
    let units = regime.units();
    let same = |code: &UnitCode, name: &str| Nameable {
        value: code.to_string(),
        called: vec![name.to_owned()],
    };
    let (mut divisions, before): (Vec<_>, Vec<_>) =
        units.divisions.iter().partition(|division| division.holds_on(on));
    divisions.extend(before);
    let divisions = divisions.into_iter().map(|it| same(&it.code, &it.name));
    let code = |office: &Office| office.code.to_string();
    let rest = [offices(&units.parks, code), offices(&units.offices, code)].concat();
    divisions.chain(rest).collect()
}

fn sections(regime: &Regime) -> Vec<Nameable> {
    let all = regime.industries().into_iter().flat_map(|all| &all.sections);
    let named = |entry: &SectionEntry| Nameable {
        value: entry.section.to_string(),
        called: vec![entry.name.clone()],
    };
    all.map(named).collect()
}

/// The divisions of industry, by their codes or names.
fn divisions(
    regime: &Regime,
    shown: for<'a> fn(&'a str, Option<&'a str>) -> Option<&'a str>,
) -> Vec<Nameable> {
    let all = regime.industries().into_iter().flat_map(|all| &all.sections);
    let divisions = all.flat_map(|entry| &entry.divisions);
    let named = divisions.filter_map(|(code, name)| {
        let value = shown(code, name.as_deref())?.to_owned();
        let called = [Some(code), name.as_ref()].into_iter().flatten().cloned().collect();
        Some(Nameable { value, called })
    });
    named.collect()
}
