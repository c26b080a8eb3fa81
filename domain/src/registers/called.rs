//! What tasks are about and who has them, as officials call it: an order by its document number,
//! an officer by his name.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Personal, Recorded, Rows, keys};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, FlagId, OfficerId, officer};

/// The relation of officers' names, by the id of the officer.
pub(super) const PEOPLE: &str = "people";
/// The relation of what cases are called, by their ids.
pub(super) const CASES: &str = "cases";

/// An officer's name, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PersonRow {
    name: Personal,
}

/// What an inspection, an order, a difficulty, a barrier or a measure is called.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct CaseRow {
    called: String,
}

/// What the rows of a fold call officers and cases.
#[derive(Debug)]
pub struct Called {
    people: BTreeMap<String, Arc<PersonRow>>,
    cases: BTreeMap<String, Arc<CaseRow>>,
}

impl Called {
    /// Those that the rows of a fold have.
    ///
    /// # Errors
    ///
    /// When a row is not what this version of the fold writes.
    pub fn of(rows: &Rows) -> Result<Self, Failure> {
        Ok(Self {
            people: rows.shared(PEOPLE)?.into_iter().collect(),
            cases: rows.shared(CASES)?.into_iter().collect(),
        })
    }

    /// The name of an officer, sealed.
    pub fn officer(&self, id: &OfficerId) -> Option<&Personal> {
        self.people.get(id.as_str()).map(|row| &row.name)
    }

    /// What the subject of a task is called; a seat or a day is called as it is written.
    pub fn subject(&self, subject: &str) -> String {
        if let Some(case) = self.cases.get(subject) {
            return case.called.clone();
        }
        let (whole, number) = subject.rsplit_once('.').unwrap_or(("", subject));
        let whole = match self.cases.get(whole) {
            Some(case) => case.called.clone(),
            None if whole.is_empty() => String::new(),
            None if whole.parse::<EnterpriseId>().is_ok() => "诚信记录".to_owned(),
            None if whole.parse::<FlagId>().is_ok() => self.subject(whole),
            None => return subject.to_owned(),
        };
        match number.parse::<u32>() {
            Ok(number) => format!("{whole}第{number}项"),
            Err(_) => subject.to_owned(),
        }
    }
}

/// What an order is called: its document number, or the day where it has none.
pub(super) fn order(authority: Option<&str>, on: Date) -> String {
    authority.map_or_else(|| format!("{on}责令限期整改（无文号）"), str::to_owned)
}

/// Takes what an officer is called.
pub(super) fn officer(
    rows: &mut Rows,
    event: &Recorded,
    happened: &officer::Event,
) -> Result<(), Failure> {
    use officer::Event as E;
    match happened {
        E::Enrolled { name, .. } => {
            rows.put(PEOPLE, &*event.aggregate_id, &PersonRow { name: name.clone() })
        }
        E::PostTaken { .. }
        | E::PostLeft { .. }
        | E::DutyReferred { .. }
        | E::DutyOutcomeRecorded { .. } => Ok(()),
    }
}

/// Takes what a case is called, from the event that it begins with.
pub(super) fn case(rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
    let (day, authority) = (event.occurred().day(), event.meta(keys::AUTHORITY));
    let called = match &*event.event_type {
        "inspection-opened" => format!("{day}检查"),
        "rectification-ordered" => order(authority, day),
        "support-raised" => format!("{day}提出的困难"),
        "barrier-reported" => format!("{day}反映的阻碍"),
        "measure-imposed" => {
            authority.map_or_else(|| format!("{day}采取的管控措施"), str::to_owned)
        }
        _ => return Ok(()),
    };
    rows.put(CASES, &*event.aggregate_id, &CaseRow { called })
}
