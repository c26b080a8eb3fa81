use fugong_core::Touch;

use super::REGIME;
use crate::{
    Refusal,
    regime::{Command, Regime},
};

/// What this act comes to.
pub(super) fn decide(command: &Command) -> Vec<Touch<Refusal>> {
    vec![Touch::new::<Regime>(REGIME, command.clone())]
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
