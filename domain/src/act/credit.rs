use std::collections::BTreeSet;

use chrono::NaiveDate as Date;
use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    Deadline, EnterpriseId, OrderId, Refusal,
    codes::Role,
    credit::{Command, Credit, Flag, Involved},
    inspection::Inspection,
    rectification::Rectification,
    regime::Regime,
    rights::Resource,
    rules::RuleSet,
};

/// What this act comes to.
///
/// The record belongs to the code, so every site of an enterprise has one and the same.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    let whole = id.whole();
    reach::check(asked, &whole, facts)?;
    let command = match command {
        Command::ProposeFlag { grounds, .. } => match propose(asked, &whole, grounds, facts)? {
            Some(command) => command,
            None => return Ok(Vec::new()),
        },
        Command::EnterFlag { flag, retention_months, .. } => {
            check_retention(asked, *retention_months, facts)?;
            let involved = involved_since(&whole, *flag, facts)?;
            note_four_eyes(asked, &whole, *flag, &involved, facts)?;
            let days = rules(asked, facts)?.objection_working_days;
            entered(asked, command, involved, working_days(asked, days, facts)?)
        }
        Command::ServeNotice { flag, by, .. } => {
            let days = rules(asked, facts)?.statement_working_days;
            let statement = Some(working_days(asked, days, facts)?);
            Command::ServeNotice { flag: *flag, by: by.clone(), on: asked.day, statement }
        }
        Command::LodgeObjection { flag, grounds, .. } => {
            let days = rules(asked, facts)?.objection_decide_working_days;
            let decide = Some(working_days(asked, days, facts)?);
            let (flag, grounds) = (*flag, grounds.clone());
            Command::LodgeObjection { flag, grounds, on: asked.day, decide }
        }
        Command::VerifyObjection { flag, reason, .. } => Command::VerifyObjection {
            flag: *flag,
            reason: reason.clone(),
            on: asked.day,
            decide: longer_period(asked, &whole, *flag, facts)?,
        },
        Command::DecideObjection { flag, result, .. } => {
            Command::DecideObjection { flag: *flag, result: *result, on: asked.day }
        }
        Command::DecideRepair { flag, result, .. } => {
            Command::DecideRepair { flag: *flag, result: *result, on: asked.day }
        }
        Command::DiscloseFlag { flag, recipient, basis, purpose, .. } => Command::DiscloseFlag {
            flag: *flag,
            recipient: recipient.clone(),
            basis: basis.clone(),
            purpose: purpose.clone(),
            on: asked.day,
        },
        Command::NotifyWithdrawal { flag, disclosure, .. } => {
            let (flag, disclosure, on) = (*flag, *disclosure, asked.day);
            Command::NotifyWithdrawal { flag, disclosure, on }
        }
        Command::Expunge { flag, reason, rule, .. } => {
            let (reason, rule, on) = (reason.clone(), rule.clone(), Some(asked.day));
            Command::Expunge { flag: *flag, reason, rule, on }
        }
        // The clock, not the day of which somebody speaks, says whether a term has come.
        Command::PassDay { flag, .. } => Command::PassDay { flag: *flag, today: asked.today },
        Command::WithdrawProposal { .. }
        | Command::RecordStatement { .. }
        | Command::DismissProposal { .. }
        | Command::ApplyRepair { .. } => command.clone(),
    };
    Ok(vec![Touch::new::<Credit>(whole.to_string(), command)])
}

/// Notes that he who enters the flag took no other part. Of one who did, the record says which.
fn note_four_eyes<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    flag: u32,
    since: &[Involved],
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let credit = facts.read::<Credit>(&enterprise.to_string())?;
    let before = credit.flag(flag).into_iter().flat_map(|flag| &flag.involved);
    let all: Vec<_> = before.chain(since).cloned().collect();
    let _said_by_the_record = asked.is_let(&Resource::Decision(&all));
    Ok(())
}

/// The entry as it is decided, with who may not have decided it.
fn entered(
    asked: &Asked,
    command: &Command,
    participants: Vec<Involved>,
    period: Deadline,
) -> Command {
    let mut command = command.clone();
    if let Command::EnterFlag { involved, on, objection, .. } = &mut command {
        *involved = participants;
        *on = asked.day;
        *objection = Some(period);
    }
    command
}

fn rules<'a, F: Facts>(asked: &Asked, facts: &'a mut F) -> Result<&'a RuleSet, Stop<Refusal>> {
    Ok(facts.read::<Regime>(REGIME)?.rules_for(asked.day)?)
}

/// So many working days from the day of the act, by the calendar known then.
fn working_days<F: Facts>(
    asked: &Asked,
    days: u32,
    facts: &mut F,
) -> Result<Deadline, Stop<Refusal>> {
    working_days_from(asked.day, asked, days, facts)
}

fn working_days_from<F: Facts>(
    start: Date,
    asked: &Asked,
    days: u32,
    facts: &mut F,
) -> Result<Deadline, Stop<Refusal>> {
    let calendars = facts.read::<Regime>(REGIME)?.calendars();
    Ok(calendars.due(start, days, Some(asked.day)).map_err(Refusal::from)?)
}

/// The period for an objection that is looked into: it too runs from the day of the objection.
fn longer_period<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    flag: u32,
    facts: &mut F,
) -> Result<Option<Deadline>, Stop<Refusal>> {
    let credit = facts.read::<Credit>(&enterprise.to_string())?;
    let Some(lodged) = credit.flag(flag).and_then(Flag::objected_on) else { return Ok(None) };
    let days = rules(asked, facts)?.objection_decide_working_days_complex;
    working_days_from(lodged, asked, days, facts).map(Some)
}

fn check_retention<F: Facts>(
    asked: &Asked,
    months: u32,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let max = rules(asked, facts)?.retention_months_max;
    if (1..=max).contains(&months) {
        return Ok(());
    }
    let pointer = "/retention_months".to_owned();
    Err(Refusal::InvalidField { pointer, problem: format!("send 1 to {max} months") }.into())
}

/// The proposal with those who took part so far; none when a rule proposes what no longer holds.
fn propose<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    grounds: &[OrderId],
    facts: &mut F,
) -> Result<Option<Command>, Stop<Refusal>> {
    let named: BTreeSet<OrderId> = grounds.iter().cloned().collect();
    let mut counting = Vec::new();
    for order in named {
        match ground(enterprise, &order, facts)? {
            Ok(()) => counting.push(order),
            Err(problem) if asked.by.role != Role::System => {
                return Err(Refusal::NoGrounds { problem }.into());
            }
            Err(_) => {}
        }
    }
    if asked.by.role == Role::System && !may_propose(asked, enterprise, &counting, facts)? {
        return Ok(None);
    }
    let mut involved = BTreeSet::new();
    for order in &counting {
        involved.extend(involved_in(order, facts)?);
    }
    let involved = involved.into_iter().collect();
    Ok(Some(Command::ProposeFlag { grounds: counting, involved, on: asked.day }))
}

/// Whether the rule still holds when its turn comes: the threshold is reached, and no proposal
/// is open.
fn may_propose<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    counting: &[OrderId],
    facts: &mut F,
) -> Result<bool, Stop<Refusal>> {
    let threshold = rules(asked, facts)?.repeat_threshold;
    let credit = facts.read::<Credit>(&enterprise.to_string())?;
    let reached = usize::try_from(threshold).is_ok_and(|threshold| threshold <= counting.len());
    Ok(reached && credit.open_proposal().is_none())
}

/// Whether `order` may ground a flag, or what stands in the way.
fn ground<F: Facts>(
    enterprise: &EnterpriseId,
    order: &OrderId,
    facts: &mut F,
) -> Result<Result<(), String>, Stop<Refusal>> {
    let case = facts.read::<Rectification>(order.as_str())?.clone();
    if case.enterprise().map(EnterpriseId::whole).as_ref() != Some(enterprise) {
        return Ok(Err(format!("order {order} does not bind this enterprise")));
    }
    if case.counts_as_failed().is_none() {
        return Ok(Err(format!("order {order} neither failed nor lapsed; it is {}", case.state())));
    }
    let credit = facts.read::<Credit>(&enterprise.to_string())?;
    if credit.spent_orders().contains(order) {
        return Ok(Err(format!("order {order} grounded a proposal that was decided")));
    }
    for finding in case.findings() {
        if !facts.read::<Inspection>(finding.inspection().as_str())?.is_void() {
            return Ok(Ok(()));
        }
    }
    Ok(Err(format!("the inspections on which order {order} rests are void")))
}

/// Who took part in an order and in the inspections on which it rests.
fn involved_in<F: Facts>(
    order: &OrderId,
    facts: &mut F,
) -> Result<BTreeSet<Involved>, Stop<Refusal>> {
    let case = facts.read::<Rectification>(order.as_str())?.clone();
    let mut involved: BTreeSet<Involved> = case.involved().iter().cloned().collect();
    for finding in case.findings() {
        involved.extend(facts.read::<Inspection>(finding.inspection().as_str())?.involved());
    }
    Ok(involved)
}

/// Who took part in what a proposal rests on, those included who did so after it was made.
fn involved_since<F: Facts>(
    enterprise: &EnterpriseId,
    flag: u32,
    facts: &mut F,
) -> Result<Vec<Involved>, Stop<Refusal>> {
    let credit = facts.read::<Credit>(&enterprise.to_string())?;
    let grounds = credit.flag(flag).map(|flag| flag.grounds.clone()).unwrap_or_default();
    let mut involved = BTreeSet::new();
    for order in grounds {
        involved.extend(involved_in(&order, facts)?);
    }
    Ok(involved.into_iter().collect())
}
