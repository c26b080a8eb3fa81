//! Deadlines that pass by themselves: orders lapse, flags come to their term, substitutions end,
//! difficulties and barriers that are late go up.
//!
//! A timer only asks; whether the day has really passed is decided on the state of that moment.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Policy, Reaction, Recorded, Rows, end_of_day};

use super::{Timer, id};
use crate::{
    Ask, BarrierId, EnterpriseId, Happened, OrderId, SupportId, barrier, credit, posting,
    rectification, support,
};

pub(super) const NAME: &str = "deadlines";

/// The policy of timers.
#[derive(Debug)]
pub(super) struct Deadlines;

impl Policy for Deadlines {
    fn name(&self) -> &str {
        NAME
    }

    fn react(&self, _: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let aggregate = &*event.aggregate_id;
        let reaction = match Happened::of(event)? {
            Some(Happened::Rectification(told)) => order(&id(aggregate)?, &told)?,
            Some(Happened::Credit(told)) => flag(&id(aggregate)?, &told)?,
            Some(Happened::Barrier(told)) => barrier(&id(aggregate)?, &told)?,
            Some(Happened::Support(told)) => help(&id(aggregate)?, &told)?,
            Some(Happened::Posting(told)) => substitution(&id(aggregate)?, &told)?,
            Some(
                Happened::Enterprise(_)
                | Happened::Resumption(_)
                | Happened::Plan(_)
                | Happened::Officer(_)
                | Happened::Inspection(_)
                | Happened::Epidemic(_)
                | Happened::Measure(_)
                | Happened::DataSubject(_)
                | Happened::Report(_)
                | Happened::ApiKey(_)
                | Happened::Webhook(_)
                | Happened::Task(_)
                | Happened::Regime(_),
            )
            | None => None,
        };
        Ok(reaction.into_iter().collect())
    }
}

/// An order lapses the day after its last day, unless it was reported done or ended before.
fn order(order: &OrderId, told: &rectification::Event) -> Result<Option<Reaction>, Failure> {
    use rectification::Event as E;
    let key = format!("order/{order}");
    match told {
        E::Served { deadline: Some(deadline), .. } | E::Extended { deadline, .. } => {
            let today = Date::default();
            let ask = Ask::Rectification(order.clone(), rectification::Command::PassDay { today });
            after(Timer::OrderLapses, key, deadline.due, ask).map(Some)
        }
        E::Reported { late: false, .. }
        | E::Complied { .. }
        | E::Failed { .. }
        | E::Superseded { .. }
        | E::Revoked { .. }
        | E::Terminated { .. } => Ok(Some(Reaction::Forget { key })),
        // A late report leaves the order to lapse, should the timer not have come round yet.
        E::Reported { late: true, .. }
        | E::Ordered { .. }
        | E::Served { deadline: None, .. }
        | E::Lapsed { .. } => Ok(None),
    }
}

/// A flag ends the day after its last day, unless it was struck out or repaired before.
fn flag(enterprise: &EnterpriseId, told: &credit::Event) -> Result<Option<Reaction>, Failure> {
    use credit::Event as E;
    let flag = told.flag();
    let key = format!("flag/{enterprise}/{flag}");
    match told {
        E::Flagged { until, .. } => {
            let today = Date::default();
            let ask = Ask::Credit(enterprise.clone(), credit::Command::PassDay { flag, today });
            after(Timer::FlagExpires, key, *until, ask).map(Some)
        }
        E::RepairGranted { .. } | E::Expunged { .. } => Ok(Some(Reaction::Forget { key })),
        E::FlagProposed { .. }
        | E::ProposalWithdrawn { .. }
        | E::NoticeServed { .. }
        | E::StatementRecorded { .. }
        | E::ProposalDismissed { .. }
        | E::ObjectionLodged { .. }
        | E::VerificationBegun { .. }
        | E::ObjectionUpheld { .. }
        | E::ObjectionRejected { .. }
        | E::RepairApplied { .. }
        | E::RepairRefused { .. }
        | E::FlagDisclosed { .. }
        | E::WithdrawalNotified { .. }
        | E::Expired { .. } => Ok(None),
    }
}

/// A difficulty goes up the day after the last day of help, unless it was solved before.
fn help(case: &SupportId, told: &support::Event) -> Result<Option<Reaction>, Failure> {
    use support::Event as E;
    let key = format!("support/{case}");
    match told {
        E::Assigned { due, .. } | E::Transferred { due, .. } => {
            let command = support::Command::PassDay { to: None, today: Date::default() };
            let ask = Ask::Support(case.clone(), command);
            after(Timer::SupportIsLate, key, *due, ask).map(Some)
        }
        E::Resolved { .. } => Ok(Some(Reaction::Forget { key })),
        E::Raised { .. }
        | E::ProgressNoted { .. }
        | E::Confirmed { .. }
        | E::Reopened { .. }
        | E::Escalated { .. } => Ok(None),
    }
}

/// A barrier goes up the day after the last day to see to it, unless it is gone before.
fn barrier(case: &BarrierId, told: &barrier::Event) -> Result<Option<Reaction>, Failure> {
    use barrier::Event as E;
    let key = format!("barrier/{case}");
    match told {
        E::Assigned { due, .. } => {
            let command = barrier::Command::PassDay { to: None, today: Date::default() };
            let ask = Ask::Barrier(case.clone(), command);
            after(Timer::BarrierIsLate, key, *due, ask).map(Some)
        }
        E::Removed { .. } | E::FoundUnfounded { .. } => Ok(Some(Reaction::Forget { key })),
        E::Reported { .. } | E::Escalated { .. } => Ok(None),
    }
}

/// Who stands in (顶岗) leaves the day after his last day.
fn substitution(
    enterprise: &EnterpriseId,
    told: &posting::Event,
) -> Result<Option<Reaction>, Failure> {
    use posting::Event as E;
    match told {
        // One seat may have several ahead. A knock for one that was put right, or who left with
        // the one in whose place he stood, finds nothing to end.
        E::Substituted { seat, substitute, from, until, .. } => {
            let command = posting::Command::EndSubstitution { seat: *seat, today: Date::default() };
            let ask = Ask::Posting(enterprise.clone(), command);
            let key = format!("substitution/{enterprise}/{seat}/{substitute}/{from}");
            after(Timer::SubstitutionEnds, key, until.day(), ask).map(Some)
        }
        E::SubstitutionEnded { .. }
        | E::Transferred { .. }
        | E::Withdrawn { .. }
        | E::OfficerAssigned { .. }
        | E::VisitLogged { .. }
        | E::ZonesLinked { .. }
        | E::HandoverLogged { .. } => Ok(None),
    }
}

/// Asks once `day` is over.
fn after(timer: Timer, key: String, day: Date, ask: Ask) -> Result<Reaction, Failure> {
    timer.at(key, end_of_day(day), ask)
}
