use fugong_core::{Facts, Touch};

use super::{Asked, Verdict, reach};
use crate::{
    Refusal, TaskId,
    codes::Role,
    rights::Matter,
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
        let (hands, what) = ([errand.unit.clone()], errand.enterprise.as_ref());
        let what = what.map_or_else(|| errand.subject.clone(), ToString::to_string);
        reach::check_matter(asked, Matter::Task, (&hands, None), what, facts)?;
    }
    Ok(vec![Touch::new::<Task>(id.to_string(), command.clone())])
}
