use fugong_core::{Facts, Touch};

use super::Verdict;
use crate::{
    Refusal, ReportId,
    codes::ReportState,
    registers::table,
    report::{Command, Report},
    reports::READY,
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(id: &ReportId, command: &Command, facts: &mut F) -> Verdict {
    let state = facts.read::<Report>(id.as_str())?.state();
    match command {
        Command::Define { instead_of_ready, .. } if state != ReportState::InUse => {
            check_name(id, *instead_of_ready)?;
        }
        Command::Withdraw { .. } if state == ReportState::NotDefined => {
            let what = "report of the district's own";
            return Err(Refusal::NotFound { what, id: id.to_string() }.into());
        }
        Command::Define { .. } | Command::Withdraw { .. } => {}
    }
    Ok(vec![Touch::new::<Report>(id.to_string(), command.clone())])
}

/// A register as it stands keeps its name; a ready report gives it up only when that is said.
fn check_name(id: &ReportId, instead_of_ready: bool) -> Result<(), Refusal> {
    if table(id.as_str()).is_some() {
        let problem = format!("{id} is a register as it stands; choose another name");
        return Err(Refusal::InvalidField { pointer: "id".to_owned(), problem });
    }
    let is_ready = READY.iter().any(|(ready, _)| *ready == id.as_str());
    if is_ready && !instead_of_ready {
        let problem = format!(
            "{id} is a ready report; send true to run this definition in its place from now on, \
             or choose another name"
        );
        return Err(Refusal::InvalidField { pointer: "/instead_of_ready".to_owned(), problem });
    }
    Ok(())
}
