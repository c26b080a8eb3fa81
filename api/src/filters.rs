//! What a read may be asked to keep to. A word that is none of the known ones is a slip of the pen:
//! an empty answer would pass for the news that there is nothing.

use std::fmt::Display;

use chrono::NaiveDate as Date;
use fugong_core::{Column, Kind as ColumnKind};
use fugong_domain::{Kind, regime::Regime, registers::code_list};

use crate::problem::Problem;

/// So many known words are all named; of more, the nearest ones.
const FEW: usize = 48;
/// How many are named of so many.
const NEAREST: usize = 5;

/// That `value` is one of the known ones.
///
/// # Errors
///
/// `CODE_UNKNOWN` names the known ones and which of them is nearest.
pub(crate) fn one_of(name: &str, value: &str, known: &[&str]) -> Result<(), Problem> {
    if known.contains(&value) {
        return Ok(());
    }
    let all = known.join(", ");
    let mut known = known.to_vec();
    known.sort_by_key(|word| strsim::osa_distance(word, value));
    let Some(nearest) = known.first() else { return Ok(()) };
    let said = if known.len() <= FEW {
        format!("{value:?} is none of {all}; the nearest is {nearest}")
    } else {
        let near = known.iter().take(NEAREST).copied().collect::<Vec<_>>().join(", ");
        format!("{value:?} is unknown; the nearest of {} known ones are {near}", known.len())
    };
    Err(Problem::naming("CODE_UNKNOWN", name, said))
}

/// That these are types of events.
pub(crate) fn event_types(name: &str, types: &[String]) -> Result<(), Problem> {
    let known: Vec<&str> = Kind::ALL.iter().flat_map(|kind| kind.about().events).copied().collect();
    types.iter().try_for_each(|one| one_of(name, one, &known))
}

/// That a column can hold `value`; an empty one asks for rows that say nothing there.
pub(crate) fn fits_column(
    regime: &Regime,
    table: &str,
    column: &Column,
    value: &str,
) -> Result<(), Problem> {
    if value.is_empty() {
        return Ok(());
    }
    let name = column.name;
    match column.kind {
        ColumnKind::Boolean => one_of(name, value, &["true", "false"]),
        ColumnKind::Date => parsed::<Date>(name, value, "a day YYYY-MM-DD"),
        ColumnKind::Integer => parsed::<i64>(name, value, "a whole number"),
        ColumnKind::Text => {
            let codes = code_list(table, name).and_then(|list| regime.codes().get(list));
            let known: Vec<&str> = codes.into_iter().flatten().map(|it| it.code.as_str()).collect();
            one_of(name, value, &known)
        }
        ColumnKind::Instant | ColumnKind::Json => Ok(()),
    }
}

fn parsed<T: std::str::FromStr>(
    name: &str,
    value: &str,
    what: impl Display,
) -> Result<(), Problem> {
    let wrong = || Problem::invalid(name, format!("{value:?} is no such value; send {what}"));
    value.parse::<T>().map(|_| ()).map_err(|_| wrong())
}
