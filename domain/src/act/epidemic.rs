use fugong_core::{Facts, Touch};

use super::{Asked, Verdict, reach};
use crate::{
    IncidentId, Refusal,
    epidemic::{Command, Epidemic},
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &IncidentId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    let mut command = command.clone();
    if let Command::Report { enterprise, .. } = &command {
        reach::check_spoken_of(enterprise, facts)?;
        reach::check(asked, enterprise, facts)?;
        reach::check_firm_is_here(enterprise, facts)?;
    } else {
        let incident = facts.read::<Epidemic>(id.as_str())?.clone();
        let Some(course) = incident.course() else {
            return Err(Refusal::NotFound { what: "incident", id: id.to_string() }.into());
        };
        if asked.day < course.reported_on {
            return Err(Refusal::before(asked.day, "the report", course.reported_on).into());
        }
        reach::check(asked, &course.enterprise, facts)?;
    }
    match &mut command {
        Command::Report { on, .. }
        | Command::Isolate { on, .. }
        | Command::ReportToCdc { on }
        | Command::Trace { on, .. }
        | Command::Disinfect { on, .. }
        | Command::RuleOut { on, .. }
        | Command::Close { on } => *on = asked.day,
    }
    Ok(vec![Touch::new::<Epidemic>(id.to_string(), command)])
}
