//! The fold of inspections and orders: a row for each finding and for each order.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Occurred, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use super::enterprises::change;
use crate::{
    Deadline, EnterpriseId, FindingId, OfficerId, OrderId, UnitCode,
    codes::{Category, InspectionKind, ResultCode, Severity, Subject, SupersedeKind},
    inspection, rectification,
};

/// The relation of inspections, by id.
pub(super) const INSPECTIONS: &str = "inspections";
/// The relation of orders, by id.
pub(super) const ORDERS: &str = "orders";

/// An inspection with its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionRow {
    /// Whom it looked at.
    pub enterprise: EnterpriseId,
    /// What led to it.
    pub kind: InspectionKind,
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

/// An order to rectify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Its id.
    pub order: OrderId,
    /// Whom it binds.
    pub enterprise: EnterpriseId,
    /// What it rests on.
    pub findings: Vec<FindingId>,
    /// The inspection of the first of them.
    pub inspected_on: Option<Date>,
    /// Who inspected: a pseudonym.
    pub inspected_by: Option<String>,
    /// What was seen.
    pub problems: Vec<Personal>,
    /// What is demanded.
    pub measures: Personal,
    /// Who supervises it: a pseudonym.
    pub supervisor: Option<String>,
    /// The document number on which it rests.
    pub authority: Option<String>,
    /// The day of the order.
    pub issued_on: Date,
    /// The day of service.
    pub served_on: Option<Date>,
    /// The running deadline.
    pub deadline: Option<Deadline>,
    /// When the enterprise reported it done, and whether late.
    pub reported: Option<(Occurred, bool)>,
    /// The day after which it counts as lapsed.
    pub lapsed_on: Option<Date>,
    /// The day of the reinspection, who looked, and whether it complied.
    pub reinspected: Option<(Date, String, bool)>,
    /// How it ended otherwise, and on which day.
    pub ended: Option<(String, Date)>,
}

impl OrderRow {
    /// Where it stands on `day`.
    pub fn state_on(&self, day: Date) -> &str {
        if let Some((how, on)) = &self.ended
            && *on <= day
        {
            return how;
        }
        match &self.reinspected {
            Some((on, _, true)) if *on <= day => return "complied",
            Some((on, _, false)) if *on <= day => return "failed",
            Some(_) | None => {}
        }
        if self.reported.is_some_and(|(at, _)| at.day() <= day) {
            return "reported";
        }
        if self.is_overdue_on(day) {
            return "lapsed";
        }
        match self.served_on {
            Some(on) if on <= day => "served",
            Some(_) | None => "ordered",
        }
    }

    /// Whether somebody still has to do something about it on `day`.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.issued_on <= day
            && matches!(self.state_on(day), "ordered" | "served" | "reported" | "lapsed")
    }

    /// Whether its last day is past on `day` and no report came in time.
    pub fn is_overdue_on(&self, day: Date) -> bool {
        let in_time = self.reported.is_some_and(|(_, late)| !late);
        self.deadline.as_ref().is_some_and(|deadline| deadline.due < day) && !in_time
    }

    /// Whether it complied in time: the report counts, not the day of the reinspection.
    pub fn complied_on_time(&self) -> Option<bool> {
        let (on, _, complied) = self.reinspected.as_ref()?;
        if !complied {
            return None;
        }
        let due = self.deadline.as_ref().map(|deadline| deadline.due);
        let done = self.reported.map_or(*on, |(at, _)| at.day());
        Some(due.is_none_or(|due| done <= due))
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
    if let E::Opened { enterprise, kind, led_by, inspector, on, .. } = happened {
        let row = InspectionRow {
            enterprise: enterprise.clone(),
            kind: *kind,
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

/// Takes an event of an order.
pub(super) fn order(
    rows: &mut Rows,
    event: &Recorded,
    happened: &rectification::Event,
) -> Result<(), Failure> {
    use rectification::Event as E;
    let id = &*event.aggregate_id;
    let day = event.occurred().day();
    let row = if let E::Ordered { .. } = happened {
        ordered(rows, event, happened)?
    } else {
        rows.get::<OrderRow>(ORDERS, id)?
    };
    let Some(mut row) = row else {
        return Err(Failure(format!("order {id} was never issued")));
    };
    let state = match happened {
        E::Ordered { .. } => "ordered",
        E::Superseded { kind, .. } => {
            let how = match kind {
                SupersedeKind::Correction => "superseded_correction",
                SupersedeKind::Further => "superseded_further",
            };
            row.ended = Some((how.to_owned(), day));
            how
        }
        E::Served { on, deadline, .. } => {
            row.served_on = Some(*on);
            row.deadline.clone_from(deadline);
            "served"
        }
        E::Extended { deadline, .. } => {
            row.deadline = Some(deadline.clone());
            "served"
        }
        E::Reported { at, late, .. } => {
            row.reported = Some((*at, *late));
            "reported"
        }
        E::Complied { on, by } => {
            row.reinspected = Some((*on, by.clone(), true));
            "complied"
        }
        E::Failed { on, by } => {
            row.reinspected = Some((*on, by.clone(), false));
            "failed"
        }
        E::Lapsed { due } => {
            row.lapsed_on = due.succ_opt();
            "lapsed"
        }
        E::Revoked { .. } => {
            row.ended = Some(("revoked".to_owned(), day));
            "revoked"
        }
        E::Terminated { .. } => {
            row.ended = Some(("terminated".to_owned(), day));
            "terminated"
        }
    };
    rows.put(ORDERS, id, &row)?;
    change(rows, &row.enterprise.to_string(), |dossier| {
        dossier.orders.insert(id.to_owned(), state.to_owned());
    })
}

/// The row of an order just issued, with what its findings say.
fn ordered(
    rows: &mut Rows,
    event: &Recorded,
    happened: &rectification::Event,
) -> Result<Option<OrderRow>, Failure> {
    let rectification::Event::Ordered { enterprise, findings, measures, supervisor, on, .. } =
        happened
    else {
        return Ok(None);
    };
    let mut row = OrderRow {
        order: event
            .aggregate_id
            .parse()
            .map_err(|_| Failure(format!("{:?} is no order id", event.aggregate_id)))?,
        enterprise: enterprise.clone(),
        findings: findings.clone(),
        inspected_on: None,
        inspected_by: None,
        problems: Vec::new(),
        measures: measures.clone(),
        supervisor: supervisor.clone(),
        authority: event.meta(fugong_core::keys::AUTHORITY).map(str::to_owned),
        issued_on: *on,
        served_on: None,
        deadline: None,
        reported: None,
        lapsed_on: None,
        reinspected: None,
        ended: None,
    };
    for finding in findings {
        let id = finding.inspection();
        let Some(inspection) = rows.get::<InspectionRow>(INSPECTIONS, id.as_str())? else {
            continue;
        };
        row.inspected_on.get_or_insert(inspection.on);
        row.inspected_by.get_or_insert(inspection.inspector);
        let seen = inspection.findings.iter().filter(|f| f.number == finding.number());
        row.problems.extend(seen.map(|finding| finding.facts.clone()));
    }
    Ok(Some(row))
}
