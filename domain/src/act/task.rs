use fugong_core::{Facts, Touch};

use super::{Asked, REGIME, Verdict};
use crate::{
    Refusal, TaskId,
    codes::Role,
    regime::Regime,
    task::{Command, Task},
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &TaskId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    if let Command::Claim { .. } = command
        && asked.by.role != Role::System
    {
        let task = facts.read::<Task>(id.as_str())?;
        let Some(errand) = task.errand() else {
            return Err(Refusal::NotFound { what: "task", id: id.to_string() }.into());
        };
        // An inbox belongs to its unit, under whatever code it had when the task was raised.
        let (owner, own) = (errand.unit.clone(), &asked.by.unit);
        let enterprise =
            errand.enterprise.as_ref().map_or_else(|| errand.subject.clone(), ToString::to_string);
        if !facts.read::<Regime>(REGIME)?.units().same_unit(&owner, own) {
            return Err(Refusal::OutOfJurisdiction { unit: own.to_string(), enterprise }.into());
        }
    }
    Ok(vec![Touch::new::<Task>(id.to_string(), command.clone())])
}
