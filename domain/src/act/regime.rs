use fugong_core::{Facts, Touch};

use super::{Asked, REGIME, Verdict};
use crate::regime::{Command, Regime};

/// What this act comes to.
pub(super) fn decide<F: Facts>(_asked: &Asked, command: &Command, _facts: &mut F) -> Verdict {
    Ok(vec![Touch::new::<Regime>(REGIME, command.clone())])
}

/// The name by which the rules of the day grant it to roles.
pub(super) fn name(command: &Command) -> &'static str {
    match command {
        Command::PublishRules { .. } => "regime.publish_rules",
        Command::ChangeRiskLevel { .. } => "regime.change_risk_level",
        Command::PublishCalendar { .. } => "regime.publish_calendar",
        Command::PublishUnits { .. } => "regime.publish_units",
        Command::PublishCodes { .. } => "regime.publish_codes",
        Command::PublishIndustry { .. } => "regime.publish_industry",
        Command::PublishChecklists { .. } => "regime.publish_checklists",
    }
}
