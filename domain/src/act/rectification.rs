use std::collections::BTreeSet;

use chrono::NaiveDate as Date;
use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    Deadline, EnterpriseId, FindingId, OrderId, Refusal,
    inspection::{self, Inspection},
    rectification::{Command, Limit, Rectification, Superseding},
    regime::Regime,
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &OrderId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    if let Command::Order { .. } = command {
        return order(asked, id, command, facts);
    }
    let order = facts.read::<Rectification>(id.as_str())?.clone();
    let Some(enterprise) = order.enterprise() else {
        return Err(not_found(id).into());
    };
    reach::check(asked, enterprise, facts)?;
    let touch = |command| Ok(vec![Touch::new::<Rectification>(id.to_string(), command)]);
    match command {
        Command::ConfirmService { .. } => {
            let deadline = deadline(asked.day, &order, facts)?;
            touch(Command::ConfirmService { on: asked.day, deadline })
        }
        Command::Extend { due, reason, .. } => {
            touch(Command::Extend { due: *due, reason: reason.clone(), on: asked.day })
        }
        Command::ReportDone { at, .. } if at.is_after(asked.now) => {
            Err(Refusal::OccurredOnInFuture {
                field: "at",
                at: at.to_string(),
                problem: "after the clock".to_owned(),
            }
            .into())
        }
        Command::Reinspect { result, by, .. } => {
            touch(Command::Reinspect { result: *result, by: by.clone(), on: asked.day })
        }
        // The clock, not the day of which somebody speaks, says whether a deadline has passed.
        Command::PassDay { .. } => touch(Command::PassDay { today: asked.today }),
        // Giving way comes with the order that takes its place, never by itself.
        Command::Order { .. } | Command::Supersede { .. } => Ok(Vec::new()),
        Command::ReportDone { .. } | Command::Revoke { .. } | Command::Terminate { .. } => {
            touch(command.clone())
        }
    }
}

/// An order goes in one commit with a note on each finding and the end of the order it replaces.
fn order<F: Facts>(asked: &Asked, id: &OrderId, command: &Command, facts: &mut F) -> Verdict {
    let Command::Order { enterprise, findings, supersedes, .. } = command else {
        return Ok(Vec::new());
    };
    reach::check(asked, enterprise, facts)?;
    reach::check_firm_is_here(enterprise, facts)?;
    if let Some(Superseding { order: old, .. }) = supersedes
        && facts.read::<Rectification>(old.as_str())?.enterprise() != Some(enterprise)
    {
        return Err(not_found(old).into());
    }
    let findings: BTreeSet<&FindingId> = findings.iter().collect();
    for finding in &findings {
        check_finding(enterprise, finding, supersedes.as_ref(), facts)?;
    }
    let mut touches = vec![Touch::new::<Rectification>(id.to_string(), dated(command, asked.day))];
    for finding in findings {
        let note = inspection::Command::NoteOrder { number: finding.number(), order: id.clone() };
        touches.push(Touch::new::<Inspection>(finding.inspection().to_string(), note));
    }
    if let Some(Superseding { order: old, kind }) = supersedes {
        let give_way = Command::Supersede { by: id.clone(), kind: *kind };
        touches.push(Touch::new::<Rectification>(old.to_string(), give_way));
    }
    Ok(touches)
}

/// The order as it is decided: each finding once, with the day.
fn dated(command: &Command, day: Date) -> Command {
    let mut command = command.clone();
    if let Command::Order { findings, on, .. } = &mut command {
        let mut named = BTreeSet::new();
        findings.retain(|finding| named.insert(finding.clone()));
        *on = day;
    }
    command
}

/// That this finding may be ordered to be put right.
fn check_finding<F: Facts>(
    enterprise: &EnterpriseId,
    finding: &FindingId,
    supersedes: Option<&Superseding>,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let without = |problem: String| Stop::from(Refusal::OrderWithoutFinding { problem });
    let inspection = facts.read::<Inspection>(finding.inspection().as_str())?;
    let Some(found) = inspection.finding(finding.number()) else {
        return Err(without(format!("there is no finding {finding}")));
    };
    if inspection.enterprise() != Some(enterprise) {
        return Err(without(format!("finding {finding} was made at another enterprise")));
    }
    if inspection.is_void() {
        return Err(without(format!("the inspection of finding {finding} is void")));
    }
    if !found.is_against_enterprise() {
        let finding = finding.to_string();
        return Err(Refusal::FindingNotAgainstEnterprise { finding }.into());
    }
    if found.fixed_on_spot {
        return Err(without(format!("finding {finding} was put right on the spot")));
    }
    let Some(last) = inspection.last_order_of(finding.number()).cloned() else { return Ok(()) };
    let replaced = supersedes.is_some_and(|superseding| superseding.order == last);
    if !replaced && facts.read::<Rectification>(last.as_str())?.is_open() {
        let (finding, order) = (finding.to_string(), last.to_string());
        return Err(Refusal::FindingAlreadyOrdered { finding, order }.into());
    }
    Ok(())
}

/// The deadline that service `on` that day sets running; none when the due date lay before it.
fn deadline<F: Facts>(
    on: Date,
    order: &Rectification,
    facts: &mut F,
) -> Result<Option<Deadline>, Stop<Refusal>> {
    let Some(case) = order.case() else { return Ok(None) };
    match case.limit {
        Limit::Due(due) => Ok((on <= due).then(|| Deadline::on(on, due))),
        Limit::WorkingDays(days) => {
            let calendars = facts.read::<Regime>(REGIME)?.calendars();
            Ok(Some(calendars.due(on, days, Some(on)).map_err(Refusal::from)?))
        }
    }
}

fn not_found(id: &OrderId) -> Refusal {
    Refusal::NotFound { what: "rectification order", id: id.to_string() }
}
