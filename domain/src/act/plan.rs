use fugong_core::{Facts, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    EnterpriseId, Refusal,
    plan::{self, Command, Plan},
    regime::Regime,
};

/// What this act comes to. A plan with gaps is recorded with its gaps.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    reach::listed(asked, id, facts)?;
    let mut command = command.clone();
    match &mut command {
        Command::Draft { plan, gaps } | Command::Revise { plan, gaps } => {
            *gaps = plan::gaps(plan, asked.day, facts.read::<Regime>(REGIME)?)?;
        }
        Command::UrgeImprovement { points, .. } if points.is_empty() => {
            let problem = "say at least one thing to improve".to_owned();
            return Err(Refusal::InvalidField { pointer: "/points".to_owned(), problem }.into());
        }
        Command::PrepareSafety { items, gaps, .. } => {
            *gaps = plan::safety_gaps(items, facts.read::<Regime>(REGIME)?)?;
        }
        Command::MonitorHazard { at, .. } => asked.check_told("at", *at)?,
        Command::FindHazard { found_on, .. } => asked.check_past("found_on", *found_on)?,
        Command::ClearHazard { on, .. } | Command::HoldTraining { on, .. } => {
            asked.check_past("on", *on)?;
        }
        Command::PutInPlace | Command::UrgeImprovement { .. } => {}
    }
    Ok(vec![Touch::new::<Plan>(id.to_string(), command)])
}
