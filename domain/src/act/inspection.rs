use chrono::NaiveDate as Date;
use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    EnterpriseId, InspectionId, OfficerId, Refusal,
    codes::{OrderState, Seat, Subject},
    inspection::{Command, Inspection},
    plan::Plan,
    posting::Posting,
    rectification::Rectification,
    regime::Regime,
    rights::Resource,
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &InspectionId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    if let Command::Open { .. } = command {
        return open(asked, id, command.clone(), facts);
    }
    let inspection = facts.read::<Inspection>(id.as_str())?;
    let Some(sheet) = inspection.sheet() else {
        return Err(Refusal::NotFound { what: "inspection", id: id.to_string() }.into());
    };
    let (enterprise, opened_on) = (sheet.enterprise.clone(), sheet.on);
    reach::check(asked, &enterprise, facts)?;
    let mut command = command.clone();
    match &mut command {
        Command::RecordFinding { subject, officer, plan_revision, on, .. } => {
            if *subject == Subject::OfficerDuty {
                let whose = about(asked, &enterprise, officer.take(), facts)?;
                check_not_own(asked, &whose)?;
                *officer = Some(whose);
            }
            let plan = facts.read::<Plan>(&enterprise.to_string())?;
            *plan_revision = plan.latest().map(|latest| latest.number);
            *on = asked.day;
        }
        Command::Close { .. } | Command::Void { .. } => check_opened(asked, opened_on)?,
        Command::DeclineToOrder { failed, .. } => {
            check_opened(asked, opened_on)?;
            *failed = with_failed_order(id, facts)?;
        }
        // It comes with the order, never alone.
        Command::NoteOrder { .. } => return Ok(Vec::new()),
        Command::Open { .. } => {}
    }
    Ok(touch(id, command))
}

fn check_opened(asked: &Asked, opened_on: Date) -> Result<(), Refusal> {
    if asked.day < opened_on {
        return Err(Refusal::before(asked.day, "its opening", opened_on));
    }
    Ok(())
}

/// The findings whose last order failed, so that a further one is suggested.
fn with_failed_order<F: Facts>(
    id: &InspectionId,
    facts: &mut F,
) -> Result<Vec<u32>, Stop<Refusal>> {
    let inspection = facts.read::<Inspection>(id.as_str())?;
    let ordered = inspection.findings().iter();
    let ordered: Vec<_> =
        ordered.filter_map(|found| Some((found.number, found.order.clone()?))).collect();
    let mut failed = Vec::new();
    for (number, order) in ordered {
        if facts.read::<Rectification>(order.as_str())?.state() == OrderState::Failed {
            failed.push(number);
        }
    }
    Ok(failed)
}

/// Any enterprise that is here can be inspected, at work or not.
fn open<F: Facts>(
    asked: &Asked,
    id: &InspectionId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let Command::Open { enterprise, subjects, led_by, joint_with, on, .. } = &mut command else {
        return Ok(Vec::new());
    };
    reach::check_spoken_of(enterprise, facts)?;
    reach::check(asked, enterprise, facts)?;
    reach::check_firm_is_here(enterprise, facts)?;
    led_by.clone_from(&asked.by.unit);
    *on = asked.day;
    let regime = facts.read::<Regime>(REGIME)?;
    for unit in joint_with.iter() {
        regime.unit_at(unit, asked.day).map_err(Refusal::from)?;
    }
    if subjects.contains(&Subject::OfficerDuty) {
        let posting = facts.read::<Posting>(&enterprise.to_string())?;
        let mut on_duty = posting.on_duty_at(asked.occurred).map(|(_, officer)| officer).peekable();
        if on_duty.peek().is_none() {
            return Err(nobody().into());
        }
        on_duty.try_for_each(|officer| check_not_own(asked, officer))?;
    }
    Ok(touch(id, command))
}

/// Whose duty a finding is about: the officer it names, if a seat was his duty on the day of what
/// was seen, whoever sits there now; of one that names nobody, the only one on duty then.
fn about<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    named: Option<OfficerId>,
    facts: &mut F,
) -> Result<OfficerId, Stop<Refusal>> {
    let posting = facts.read::<Posting>(&enterprise.to_string())?;
    if let Some(officer) = named {
        let on_duty = posting.on_duty_at(asked.occurred).any(|(_, one)| *one == officer);
        return if on_duty { Ok(officer) } else { Err(nobody().into()) };
    }
    let mut holders = Seat::ALL.iter().filter_map(|seat| posting.holder_at(*seat, asked.occurred));
    match (holders.next(), holders.next()) {
        (None, _) => Err(nobody().into()),
        (Some(only), None) => Ok(only.clone()),
        (Some(_), Some(_)) => {
            let problem = "two officers are posted there; say whose duty it is".to_owned();
            Err(Refusal::InvalidField { pointer: "/officer".to_owned(), problem }.into())
        }
    }
}

/// A posted officer cannot judge his own duty.
fn check_not_own(asked: &Asked, officer: &OfficerId) -> Result<(), Refusal> {
    if asked.is_let(&Resource::Duty(officer.as_str())) {
        return Ok(());
    }
    Err(Refusal::InspectorConflict { officer: officer.to_string() })
}

fn nobody() -> Refusal {
    Refusal::NoPostingAtDate { seat: "any".to_owned() }
}

fn touch(id: &InspectionId, command: Command) -> Vec<Touch<Refusal>> {
    vec![Touch::new::<Inspection>(id.to_string(), command)]
}
