use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict};
use crate::{
    EnterpriseId, FindingId, OfficerId, Refusal, UnitCode,
    codes::Role,
    inspection::Inspection,
    officer::{Command, Officer},
    regime::Regime,
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &OfficerId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    match command {
        Command::Enrol { unit, .. } => {
            facts.read::<Regime>(REGIME)?.unit_at(unit, asked.day).map_err(Refusal::from)?;
            check_may_enrol(asked, id, unit, facts)?;
        }
        Command::ReferDuty { finding, enterprise } => {
            if !is_about(id, finding, enterprise, facts)? {
                return Ok(Vec::new());
            }
        }
        Command::RecordDutyOutcome { .. } => check_own(asked, id, facts)?,
        // These come with the posting, never alone.
        Command::TakePost { .. } | Command::LeavePost { .. } => return Ok(Vec::new()),
    }
    Ok(vec![Touch::new::<Officer>(id.to_string(), command.clone())])
}

/// A township and the park name their own officers, the commission any.
fn check_may_enrol<F: Facts>(
    asked: &Asked,
    id: &OfficerId,
    unit: &UnitCode,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let own = &asked.by.unit;
    if !own.is_territorial() || facts.read::<Regime>(REGIME)?.units().same_unit(unit, own) {
        return Ok(());
    }
    let enterprise = format!("officer {id} of {unit}");
    Err(Refusal::OutOfJurisdiction { unit: own.to_string(), enterprise }.into())
}

/// Whether the finding still stands and is about this officer's duty at that enterprise.
fn is_about<F: Facts>(
    id: &OfficerId,
    finding: &FindingId,
    enterprise: &EnterpriseId,
    facts: &mut F,
) -> Result<bool, Stop<Refusal>> {
    let inspection = facts.read::<Inspection>(finding.inspection().as_str())?;
    let his = inspection
        .finding(finding.number())
        .is_some_and(|found| !found.is_against_enterprise() && found.officer.as_ref() == Some(id));
    Ok(his && !inspection.is_void() && inspection.enterprise() == Some(enterprise))
}

/// The unit that posted him decides on his duty.
fn check_own<F: Facts>(asked: &Asked, id: &OfficerId, facts: &mut F) -> Result<(), Stop<Refusal>> {
    let Some(unit) = facts.read::<Officer>(id.as_str())?.unit().cloned() else {
        return Err(Refusal::NotFound { what: "officer", id: id.to_string() }.into());
    };
    let own = &asked.by.unit;
    if asked.by.role == Role::System || facts.read::<Regime>(REGIME)?.units().same_unit(&unit, own)
    {
        return Ok(());
    }
    let enterprise = format!("officer {id}");
    Err(Refusal::OutOfJurisdiction { unit: own.to_string(), enterprise }.into())
}
