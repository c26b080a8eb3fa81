//! What is asked of columns: one thing each, of what can be in them.

use std::ops::Range;

use fugong_core::Kind;

use super::{Checker, kind_zh};
use crate::{
    conditions::{Asks, Test, fits, parameter_fits},
    definition::{Condition, Literal, Wanted},
    plan::Place,
};

impl Checker<'_> {
    pub(super) fn conditions(&mut self, register: &'static str, all: &[Condition]) -> Vec<Test> {
        all.iter().filter_map(|condition| self.condition(register, condition)).collect()
    }

    fn condition(&mut self, register: &'static str, condition: &Condition) -> Option<Test> {
        let Condition { column, is, is_not, one_of, at_least, at_most, contains, empty } =
            condition;
        let place = self.open_place(register, column)?;
        let asked: Vec<Asks> = [
            is.clone().map(Asks::Is),
            is_not.clone().map(Asks::IsNot),
            one_of.clone().map(Asks::OneOf),
            at_least.clone().map(Asks::AtLeast),
            at_most.clone().map(Asks::AtMost),
            contains.clone().map(Asks::Contains),
            empty.map(Asks::Empty),
        ]
        .into_iter()
        .flatten()
        .collect();
        let Ok([asks]) = <[Asks; 1]>::try_from(asked) else {
            let message =
                "每个条件须且只须写 is、is_not、one_of、at_least、at_most、contains、empty 之一";
            self.findings.note("CONDITION", column.span(), message);
            return None;
        };
        self.fitting(place, &asks, column.span());
        Some(Test { place, asks })
    }

    /// That what is asked of a column is something that can be in it.
    fn fitting(&mut self, place: Place, asks: &Asks, at: Range<usize>) {
        let kind = place.column.kind;
        let possible = match asks {
            Asks::Empty(_) => true,
            Asks::AtLeast(_) | Asks::AtMost(_) => {
                matches!(kind, Kind::Integer | Kind::Date | Kind::Instant)
            }
            Asks::Contains(_) => matches!(kind, Kind::Text | Kind::Json),
            Asks::Is(_) | Asks::IsNot(_) | Asks::OneOf(_) => kind != Kind::Json,
        };
        let values: Vec<Wanted> = match asks {
            Asks::Empty(_) => Vec::new(),
            Asks::OneOf(all) => all.iter().cloned().map(Wanted::Written).collect(),
            Asks::Is(wanted)
            | Asks::IsNot(wanted)
            | Asks::AtLeast(wanted)
            | Asks::AtMost(wanted)
            | Asks::Contains(wanted) => vec![wanted.clone()],
        };
        let name = place.column.name;
        if !possible {
            let message = format!("「{name}」为{}，不能这样比较", kind_zh(kind));
            return self.findings.note("WRONG_TYPE", at, message);
        }
        for value in values {
            let fit = match &value {
                Wanted::Written(literal) => fits(kind, literal),
                Wanted::Chosen(chosen) => match self.parameter(&chosen.parameter, at.clone()) {
                    Some(parameter) => parameter_fits(kind, parameter),
                    None => continue,
                },
            };
            if !fit {
                let message = match &value {
                    Wanted::Written(Literal::Text(day)) if kind == Kind::Date => {
                        format!("「{name}」为日期，没有「{day}」这一天：请写 2020-02-29 或 today")
                    }
                    Wanted::Written(_) | Wanted::Chosen(_) => {
                        format!("「{name}」为{}，与所给的值类型不符", kind_zh(kind))
                    }
                };
                self.findings.note("WRONG_TYPE", at.clone(), message);
            } else if let (Wanted::Written(Literal::Text(code)), false) =
                (&value, matches!(asks, Asks::Contains(_)))
            {
                self.code(place, code, at.clone());
            }
        }
    }

    /// That a value can be in a column, where only some can: by another nothing is ever found.
    fn code(&mut self, place: Place, code: &str, at: Range<usize>) {
        let name = place.column.name;
        let Some(codes) = self.catalog.codes(place.register, name) else { return };
        if !codes.contains(&code) {
            let message = format!("「{name}」没有代码「{code}」，只有 {}", codes.join("、"));
            self.findings.note_name("UNKNOWN_CODE", (at, code), message, codes);
        }
    }
}
