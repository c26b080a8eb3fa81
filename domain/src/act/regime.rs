use fugong_core::{Facts, Touch};

use super::{Asked, REGIME, Verdict};
use crate::regime::{Command, Regime};

/// What this act comes to.
pub(super) fn decide<F: Facts>(asked: &Asked, command: &Command, facts: &mut F) -> Verdict {
    let mut command = command.clone();
    if let Command::FixFigures { date } = &mut command {
        let Some(passed) = facts.read::<Regime>(REGIME)?.last_cutoff(asked.now) else {
            return Ok(Vec::new());
        };
        *date = passed;
    }
    Ok(vec![Touch::new::<Regime>(REGIME, command)])
}

/// The name by which the rules of the day grant it to roles.
pub(super) fn name(command: &Command) -> &'static str {
    match command {
        Command::PublishRules { .. } => "regime.publish_rules",
        Command::ChangeRiskLevel { .. } => "regime.change_risk_level",
        Command::FixFigures { .. } => "regime.fix_figures",
        Command::PublishCalendar { .. } => "regime.publish_calendar",
        Command::PublishUnits { .. } => "regime.publish_units",
        Command::PublishCodes { .. } => "regime.publish_codes",
        Command::PublishIndustry { .. } => "regime.publish_industry",
        Command::PublishChecklists { .. } => "regime.publish_checklists",
    }
}
