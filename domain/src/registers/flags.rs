//! The fold of credit records: a row for each flag.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use super::enterprises::change;
use crate::{Deadline, EnterpriseId, OrderId, credit};

/// The relation of flags, by id `{uscc}.{n}`.
pub(super) const FLAGS: &str = "flags";

/// A proposal, and the flag it may become. A record, not a penalty (非行政处罚).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagRow {
    /// Whose record.
    pub enterprise: EnterpriseId,
    /// Its number.
    pub number: u32,
    /// What it rests on.
    pub grounds: Vec<OrderId>,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// The day of the notice, and the statement period.
    pub notice: Option<(Date, Deadline)>,
    /// What the enterprise said.
    pub statements: Vec<Personal>,
    /// The day of the entry, and the last day on which it stands.
    pub flagged: Option<(Date, Date)>,
    /// The papers of the 法制审核 and the 集体讨论.
    pub papers: Option<(String, String)>,
    /// The day of the objection (异议标注 from then on), and by when it is decided.
    pub objection: Option<(Date, Deadline)>,
    /// How the objection was decided, and when.
    pub objection_result: Option<(String, Date)>,
    /// The day on which repair was applied for.
    pub repair_applied_on: Option<Date>,
    /// How the application was decided, and when.
    pub repair_result: Option<(String, Date)>,
    /// How it ended, and from which day on.
    pub ended: Option<(String, Date)>,
}

impl FlagRow {
    /// Where it stands on `day`.
    pub fn state_on(&self, day: Date) -> &str {
        if let Some((how, on)) = &self.ended
            && *on <= day
        {
            return how;
        }
        match (&self.flagged, &self.notice) {
            (Some((_, until)), _) if *until < day => "expired",
            (Some((on, _)), _) if *on <= day => "flagged",
            (_, Some((on, _))) if *on <= day => "notified",
            (Some(_) | None, Some(_) | None) => "proposed",
        }
    }

    /// Whether an objection is noted beside it on `day`.
    pub fn is_annotated_on(&self, day: Date) -> bool {
        self.objection.as_ref().is_some_and(|(on, _)| *on <= day)
            && self.objection_result.as_ref().is_none_or(|(_, on)| day < *on)
    }
}

/// Takes an event of a credit record.
pub(super) fn flag(
    rows: &mut Rows,
    event: &Recorded,
    happened: &credit::Event,
) -> Result<(), Failure> {
    use credit::Event as E;
    let day = event.occurred().day();
    let number = number_of(happened);
    let key = format!("{}.{number:06}", event.aggregate_id);
    if let E::FlagProposed { grounds, on, .. } = happened {
        let row = FlagRow {
            enterprise: event
                .aggregate_id
                .parse()
                .map_err(|_| Failure(format!("{:?} is no enterprise", event.aggregate_id)))?,
            number,
            grounds: grounds.clone(),
            proposed_on: *on,
            notice: None,
            statements: Vec::new(),
            flagged: None,
            papers: None,
            objection: None,
            objection_result: None,
            repair_applied_on: None,
            repair_result: None,
            ended: None,
        };
        rows.put(FLAGS, key, &row)?;
        return note(rows, event, number, "proposed");
    }
    let Some(mut row) = rows.get::<FlagRow>(FLAGS, &key)? else {
        return Err(Failure(format!("flag {key} was never proposed")));
    };
    let state = step(&mut row, day, happened);
    rows.put(FLAGS, key, &row)?;
    note(rows, event, number, state)
}

fn note(rows: &mut Rows, event: &Recorded, number: u32, state: &str) -> Result<(), Failure> {
    change(rows, &event.aggregate_id, |dossier| {
        dossier.flags.insert(number, state.to_owned());
    })
}

fn step(row: &mut FlagRow, day: Date, happened: &credit::Event) -> &'static str {
    use credit::Event as E;
    match happened {
        E::FlagProposed { .. } => "proposed",
        E::ProposalWithdrawn { .. } => end(row, "withdrawn", day),
        E::NoticeServed { on, statement, .. } => {
            row.notice = Some((*on, statement.clone()));
            "notified"
        }
        E::StatementRecorded { text, .. } => {
            row.statements.push(text.clone());
            "notified"
        }
        E::Flagged { on, until, legal_review, collective_discussion, .. } => {
            row.flagged = Some((*on, *until));
            row.papers = Some((legal_review.clone(), collective_discussion.clone()));
            "flagged"
        }
        E::ProposalDismissed { .. } => end(row, "dismissed", day),
        E::ObjectionLodged { on, decide, .. } => {
            row.objection = Some((*on, decide.clone()));
            "flagged"
        }
        E::VerificationBegun { decide: longer, .. } => {
            if let Some((_, decide)) = &mut row.objection {
                decide.clone_from(longer);
            }
            "flagged"
        }
        E::ObjectionUpheld { on, .. } => {
            row.objection_result = Some(("upheld".to_owned(), *on));
            "flagged"
        }
        E::ObjectionRejected { on, .. } => {
            row.objection_result = Some(("rejected".to_owned(), *on));
            "flagged"
        }
        E::RepairApplied { .. } => {
            row.repair_applied_on = Some(day);
            "flagged"
        }
        E::RepairGranted { on, .. } => {
            row.repair_result = Some(("granted".to_owned(), *on));
            end(row, "repaired", *on)
        }
        E::RepairRefused { on, .. } => {
            row.repair_result = Some(("refused".to_owned(), *on));
            "flagged"
        }
        E::Expired { until, .. } => end(row, "expired", until.succ_opt().unwrap_or(*until)),
        E::Expunged { .. } => end(row, "expunged", day),
    }
}

fn end(row: &mut FlagRow, how: &'static str, on: Date) -> &'static str {
    row.ended = Some((how.to_owned(), on));
    how
}

/// The number of the flag an event speaks of.
pub(super) fn number_of(happened: &credit::Event) -> u32 {
    use credit::Event as E;
    match happened {
        E::FlagProposed { flag, .. }
        | E::ProposalWithdrawn { flag, .. }
        | E::NoticeServed { flag, .. }
        | E::StatementRecorded { flag, .. }
        | E::Flagged { flag, .. }
        | E::ProposalDismissed { flag, .. }
        | E::ObjectionLodged { flag, .. }
        | E::VerificationBegun { flag, .. }
        | E::ObjectionUpheld { flag, .. }
        | E::ObjectionRejected { flag, .. }
        | E::RepairApplied { flag, .. }
        | E::RepairGranted { flag, .. }
        | E::RepairRefused { flag, .. }
        | E::Expired { flag, .. }
        | E::Expunged { flag, .. } => *flag,
    }
}
