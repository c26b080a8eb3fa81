use std::slice;

use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    EnterpriseId, FindingId, OfficerId, Refusal, UnitCode,
    inspection::Inspection,
    officer::{Command, Officer},
    regime::Regime,
    rights::Matter,
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
    let (hands, what) = (slice::from_ref(unit), format!("officer {id} of {unit}"));
    reach::check_matter(asked, Matter::Enrolment, (hands, None), what, facts)
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
    let what = format!("officer {id}");
    reach::check_matter(asked, Matter::Officer, (&[unit], None), what, facts)
}
