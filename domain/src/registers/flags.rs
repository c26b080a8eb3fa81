//! The fold of credit records: a row for each flag.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{
    Deadline, EnterpriseId, OrderId,
    credit::{self, Disclosure},
};

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
    /// What the enterprise said, and when.
    pub statements: Vec<(Date, Personal)>,
    /// The day of the entry, and the last day on which it stands.
    pub flagged: Option<(Date, Date)>,
    /// The papers of the 法制审核 and the 集体讨论.
    pub papers: Option<(String, String)>,
    /// The day of the objection (异议标注 from then on), and by when it is decided.
    pub objection: Option<(Date, Deadline)>,
    /// How the objection was decided, and when.
    pub objection_result: Option<(String, Date)>,
    /// The applications for repair (信用修复), in order.
    pub repairs: Vec<Repair>,
    /// Who was given it, in order.
    pub disclosures: Vec<Disclosure>,
    /// How it ended, and from which day on.
    pub ended: Option<(String, Date)>,
}

/// An application for repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The day of the application.
    pub applied_on: Date,
    /// How it was decided, and when.
    pub result: Option<(String, Date)>,
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

    /// The last application for repair made up to `day`.
    pub fn repair_on(&self, day: Date) -> Option<&Repair> {
        self.repairs.iter().rfind(|repair| repair.applied_on <= day)
    }

    /// The platforms and departments that had been given it by `day`.
    pub fn recipients_on(&self, day: Date) -> impl Iterator<Item = &Disclosure> {
        self.disclosures.iter().filter(move |given| given.on <= day)
    }

    /// Those of them who were not told by `day` that it stands no more (撤回通知).
    pub fn untold_on(&self, day: Date) -> impl Iterator<Item = &Disclosure> {
        let withdrawn = matches!(self.state_on(day), "expunged" | "repaired");
        let all = self.recipients_on(day).filter(move |_| withdrawn);
        all.filter(move |given| given.withdrawn_on.is_none_or(|told| day < told))
    }

    /// Whether an objection is noted beside it on `day`.
    pub fn is_annotated_on(&self, day: Date) -> bool {
        self.state_on(day) == "flagged"
            && self.objection.as_ref().is_some_and(|(on, _)| *on <= day)
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
    let number = happened.flag();
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
            repairs: Vec::new(),
            disclosures: Vec::new(),
            ended: None,
        };
        return rows.put(FLAGS, key, &row);
    }
    let Some(mut row) = rows.get::<FlagRow>(FLAGS, &key)? else {
        return Err(Failure(format!("flag {key} was never proposed")));
    };
    step(&mut row, day, happened);
    rows.put(FLAGS, key, &row)
}

fn step(row: &mut FlagRow, day: Date, happened: &credit::Event) {
    use credit::Event as E;
    let mut end = |how: &str, on: Date| row.ended = Some((how.to_owned(), on));
    match happened {
        E::FlagProposed { .. } => {}
        E::ProposalWithdrawn { .. } => end("withdrawn", day),
        E::NoticeServed { on, statement, .. } => row.notice = Some((*on, statement.clone())),
        E::StatementRecorded { text, .. } => row.statements.push((day, text.clone())),
        E::Flagged { on, until, legal_review, collective_discussion, .. } => {
            row.flagged = Some((*on, *until));
            row.papers = Some((legal_review.clone(), collective_discussion.clone()));
        }
        E::ProposalDismissed { .. } => end("dismissed", day),
        E::ObjectionLodged { on, decide, .. } => row.objection = Some((*on, decide.clone())),
        E::VerificationBegun { decide: longer, .. } => {
            if let Some((_, decide)) = &mut row.objection {
                decide.clone_from(longer);
            }
        }
        E::ObjectionUpheld { on, .. } => {
            row.objection_result = Some(("upheld".to_owned(), *on));
        }
        E::ObjectionRejected { on, .. } => {
            row.objection_result = Some(("rejected".to_owned(), *on));
        }
        E::RepairApplied { .. } => row.repairs.push(Repair { applied_on: day, result: None }),
        E::RepairGranted { on, .. } => {
            end("repaired", *on);
            decide(row, "granted", *on);
        }
        E::RepairRefused { on, .. } => decide(row, "refused", *on),
        E::FlagDisclosed { disclosure, recipient, basis, on, .. } => {
            let (disclosure, recipient, basis) = (*disclosure, recipient.clone(), basis.clone());
            let given = Disclosure { disclosure, recipient, basis, on: *on, withdrawn_on: None };
            row.disclosures.push(given);
        }
        E::WithdrawalNotified { disclosure, on, .. } => {
            let mut given = row.disclosures.iter_mut();
            if let Some(given) = given.find(|it| it.disclosure == *disclosure) {
                given.withdrawn_on = Some(*on);
            }
        }
        E::Expired { until, .. } => end("expired", until.succ_opt().unwrap_or(*until)),
        E::Expunged { .. } => end("expunged", day),
    }
}

/// A decision answers the application that waits for one.
fn decide(row: &mut FlagRow, how: &str, on: Date) {
    if let Some(repair) = row.repairs.last_mut() {
        repair.result = Some((how.to_owned(), on));
    }
}
