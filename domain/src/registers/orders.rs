//! The fold of orders: a row for each.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Occurred, Personal, Recorded, Rows, keys};
use serde::{Deserialize, Serialize};

use super::{
    dossier::{Dated, held_on},
    inspections::{INSPECTIONS, InspectionRow},
};
use crate::{
    Deadline, EnterpriseId, FindingId, OrderId, UnitCode,
    codes::SupersedeKind,
    rectification::{self, Limit},
};

/// The relation of orders, by id.
pub(super) const ORDERS: &str = "orders";

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
    /// The unit that led the inspection.
    #[serde(default)]
    pub inspected_for: Option<UnitCode>,
    /// What was seen.
    pub problems: Vec<Personal>,
    /// What is demanded.
    pub measures: Personal,
    /// The time limit as it was ordered.
    pub limit: Limit,
    /// Who answers for it at the enterprise.
    pub responsible: Option<Personal>,
    /// What was remarked on the order.
    pub note: Option<Personal>,
    /// Who supervises it: a pseudonym.
    pub supervisor: Option<String>,
    /// The unit that issued it.
    #[serde(default)]
    pub issued_for: Option<UnitCode>,
    /// The document number on which it rests.
    pub authority: Option<String>,
    /// The day of the order.
    pub issued_on: Date,
    /// The day of service.
    pub served_on: Option<Date>,
    /// The deadlines that ran, each from the day on which it was set: by service, by an extension.
    pub deadlines: Vec<Dated<Deadline>>,
    /// When the enterprise reported it done, and whether late: of several reports the first, or
    /// the first that came in time.
    pub reported: Option<(Occurred, bool)>,
    /// The day of the reinspection, who looked, and whether it complied.
    pub reinspected: Option<(Date, String, bool)>,
    /// The unit for which he looked.
    #[serde(default)]
    pub reinspected_for: Option<UnitCode>,
    /// How it ended otherwise, and on which day.
    pub ended: Option<(String, Date)>,
}

/// How an order ends that leaves every count.
const CORRECTED: &str = "superseded_correction";
const REVOKED: &str = "revoked";
const TERMINATED: &str = "terminated";

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
        if self.is_reported_on(day) {
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

    /// Whether the enterprise has reported it done by `day`.
    fn is_reported_on(&self, day: Date) -> bool {
        self.reported.is_some_and(|(at, _)| at.day() <= day)
    }

    /// Whether it was served by `day`: from then on its time runs.
    pub fn is_served_on(&self, day: Date) -> bool {
        self.served_on.is_some_and(|served| served <= day)
    }

    /// Whether its last day is past on `day` and no report came in time.
    pub fn is_overdue_on(&self, day: Date) -> bool {
        let in_time = self.reported.is_some_and(|(_, late)| !late);
        self.due_on(day).is_some_and(|due| due < day) && !in_time
    }

    /// Whether it waits on `day` for the enterprise, whose last day is that day or `soon`.
    pub(super) fn is_due_soon(&self, day: Date, soon: Date) -> bool {
        let waits = self.state_on(day) == "served";
        waits && self.due_on(day).is_some_and(|due| day <= due && due <= soon)
    }

    /// Whether a second look by `day` found it not done, whatever was ordered after that.
    pub(super) fn failed_by(&self, day: Date) -> bool {
        let seen = self.reinspected.as_ref();
        seen.is_some_and(|(on, _, complied)| *on <= day && !complied)
    }

    /// Whether it leaves the counts on `day`: as if it had never been, or without anybody having
    /// to comply.
    pub(super) fn is_out_of_base_on(&self, day: Date) -> bool {
        matches!(self.state_on(day), CORRECTED | REVOKED | TERMINATED)
    }

    /// The last day of the deadline that ran on `day`, once it was served: what was extended later
    /// was not extended yet.
    pub fn due_on(&self, day: Date) -> Option<Date> {
        held_on(&self.deadlines, day).map(|deadline| deadline.due)
    }

    /// The last day of the deadline that runs, or ran last.
    pub fn due(&self) -> Option<Date> {
        self.deadlines.last().map(|dated| dated.value.due)
    }

    /// Whether it complied in time: the report counts, not the day of the reinspection.
    pub fn complied_on_time(&self) -> Option<bool> {
        let (on, _, complied) = self.reinspected.as_ref()?;
        if !complied {
            return None;
        }
        let done = self.reported.map_or(*on, |(at, _)| at.day().min(*on));
        Some(self.due().is_none_or(|due| done <= due))
    }
}

/// How orders can stand, by [`OrderRow::state_on`].
pub(super) const STATES: [&str; 10] = [
    "ordered",
    "served",
    "reported",
    "lapsed",
    "complied",
    "failed",
    CORRECTED,
    "superseded_further",
    "revoked",
    "terminated",
];

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
    match happened {
        // That it lapsed is read off its deadline.
        E::Ordered { .. } | E::Lapsed { .. } => {}
        E::Superseded { kind, .. } => {
            let how = match kind {
                SupersedeKind::Correction => CORRECTED,
                SupersedeKind::Further => "superseded_further",
            };
            row.ended = Some((how.to_owned(), day));
        }
        E::Served { on, deadline, .. } => {
            row.served_on = Some(*on);
            let first = deadline.iter().map(|first| Dated { from: *on, value: first.clone() });
            row.deadlines = first.collect();
        }
        E::Extended { deadline, .. } => {
            // However early an extension is dated, it follows the service.
            let from = row.served_on.map_or(day, |served| day.max(served));
            row.deadlines.push(Dated { from, value: deadline.clone() });
        }
        E::Reported { at, late, .. } => match &mut row.reported {
            Some((_, late_before)) if !*late_before || *late => {}
            reported => *reported = Some((*at, *late)),
        },
        E::Complied { on, by } => reinspected(&mut row, event, (*on, by.clone(), true)),
        E::Failed { on, by } => reinspected(&mut row, event, (*on, by.clone(), false)),
        E::Revoked { .. } => row.ended = Some((REVOKED.to_owned(), day)),
        E::Terminated { .. } => row.ended = Some((TERMINATED.to_owned(), day)),
    }
    rows.put(ORDERS, id, &row)
}

fn reinspected(row: &mut OrderRow, event: &Recorded, seen: (Date, String, bool)) {
    row.reinspected = Some(seen);
    row.reinspected_for = unit(event);
}

/// The unit for which somebody acted.
fn unit(event: &Recorded) -> Option<UnitCode> {
    event.meta(keys::ACTOR_UNIT).and_then(|unit| unit.parse().ok())
}

/// The row of an order just issued, with what its findings say.
fn ordered(
    rows: &mut Rows,
    event: &Recorded,
    happened: &rectification::Event,
) -> Result<Option<OrderRow>, Failure> {
    let rectification::Event::Ordered {
        enterprise,
        findings,
        limit,
        measures,
        responsible,
        supervisor,
        on,
        ..
    } = happened
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
        inspected_for: None,
        problems: Vec::new(),
        measures: measures.clone(),
        limit: *limit,
        responsible: responsible.clone(),
        note: event.meta(keys::NOTE).and_then(|note| serde_json::from_str(note).ok()),
        supervisor: supervisor.clone(),
        issued_for: unit(event),
        authority: event.meta(keys::AUTHORITY).map(str::to_owned),
        issued_on: *on,
        served_on: None,
        deadlines: Vec::new(),
        reported: None,
        reinspected: None,
        reinspected_for: None,
        ended: None,
    };
    for finding in findings {
        let id = finding.inspection();
        let Some(inspection) = rows.get::<InspectionRow>(INSPECTIONS, id.as_str())? else {
            continue;
        };
        row.inspected_on.get_or_insert(inspection.on);
        row.inspected_by.get_or_insert(inspection.inspector);
        row.inspected_for.get_or_insert(inspection.led_by);
        let seen = inspection.findings.iter().filter(|f| f.number == finding.number());
        row.problems.extend(seen.map(|finding| finding.facts.clone()));
    }
    Ok(Some(row))
}
