use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{
    Refusal, TaskId,
    codes::Role,
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
        // An inbox belongs to its unit.
        if errand.unit != asked.by.unit {
            let (unit, enterprise) = (asked.by.unit.to_string(), errand.enterprise.to_string());
            return Err(Refusal::OutOfJurisdiction { unit, enterprise }.into());
        }
    }
    Ok(vec![Touch::new::<Task>(id.to_string(), command.clone())])
}
