//! The fold of inspections: a row for each, with its findings.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, OfficerId, OrderId, UnitCode,
    codes::{Category, InspectionKind, ResultCode, Severity, Subject},
    inspection,
};

/// The relation of inspections, by id.
pub(super) const INSPECTIONS: &str = "inspections";

/// An inspection with its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionRow {
    /// Whom it looked at.
    pub enterprise: EnterpriseId,
    /// What led to it.
    pub kind: InspectionKind,
    /// What it looked at.
    pub subjects: Vec<Subject>,
    /// The unit that led it.
    pub led_by: UnitCode,
    /// Who inspected: a pseudonym.
    pub inspector: String,
    /// The day.
    pub on: Date,
    /// What was found.
    pub findings: Vec<FindingRow>,
    /// What it came to, once closed.
    pub results: Option<Vec<ResultCode>>,
    /// Whether it is void.
    pub void: bool,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Its number.
    pub number: u32,
    /// What it is about.
    pub subject: Subject,
    /// What kind of thing.
    pub category: Category,
    /// How bad.
    pub severity: Severity,
    /// What was seen.
    pub facts: Personal,
    /// The officer whose duty it is about.
    pub officer: Option<OfficerId>,
    /// Put right at once.
    pub fixed_on_spot: bool,
    /// The order it last went into.
    pub order: Option<OrderId>,
    /// Whether it gets no order.
    pub declined: bool,
    /// Whether a later finding corrects it.
    pub superseded: bool,
}

impl InspectionRow {
    /// What was found and not corrected since.
    pub(super) fn standing(&self) -> impl Iterator<Item = &FindingRow> {
        self.findings.iter().filter(|finding| !finding.superseded)
    }
}

impl FindingRow {
    /// Whether it is about an officer's duty, and so his unit's to decide.
    pub(super) fn is_about_officer(&self) -> bool {
        self.subject == Subject::OfficerDuty
    }

    /// Whether it waits for an order, or for the word that there is none.
    pub(super) fn is_undecided(&self) -> bool {
        let decided = self.fixed_on_spot || self.order.is_some() || self.declined;
        !self.is_about_officer() && !decided
    }
}

/// Takes an event of an inspection.
pub(super) fn inspect(
    rows: &mut Rows,
    event: &Recorded,
    happened: &inspection::Event,
) -> Result<(), Failure> {
    use inspection::Event as E;
    let id = &*event.aggregate_id;
    if let E::Opened { enterprise, kind, subjects, led_by, inspector, on, .. } = happened {
        let row = InspectionRow {
            enterprise: enterprise.clone(),
            kind: *kind,
            subjects: subjects.clone(),
            led_by: led_by.clone(),
            inspector: inspector.clone(),
            on: *on,
            findings: Vec::new(),
            results: None,
            void: false,
        };
        return rows.put(INSPECTIONS, id, &row);
    }
    let Some(mut row) = rows.get::<InspectionRow>(INSPECTIONS, id)? else {
        return Err(Failure(format!("inspection {id} was never opened")));
    };
    match happened {
        E::Opened { .. } => {}
        E::FindingRecorded {
            number,
            subject,
            category,
            severity,
            facts,
            officer,
            fixed_on_spot,
            supersedes,
            ..
        } => {
            for old in &mut row.findings {
                old.superseded |= Some(old.number) == *supersedes;
            }
            row.findings.push(FindingRow {
                number: *number,
                subject: *subject,
                category: *category,
                severity: *severity,
                facts: facts.clone(),
                officer: officer.clone(),
                fixed_on_spot: *fixed_on_spot,
                order: None,
                declined: false,
                superseded: false,
            });
        }
        E::Closed { result_codes } => row.results = Some(result_codes.clone()),
        E::Voided { .. } => row.void = true,
        E::FindingOrdered { number, order } => {
            for finding in row.findings.iter_mut().filter(|finding| finding.number == *number) {
                finding.order = Some(order.clone());
                finding.declined = false;
            }
        }
        E::OrderDeclined { numbers, .. } => {
            for finding in &mut row.findings {
                finding.declined |= numbers.contains(&finding.number);
            }
        }
    }
    rows.put(INSPECTIONS, id, &row)
}
