use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{
    Refusal, WebhookId,
    codes::Role,
    webhook::{Command, Webhook},
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &WebhookId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    let webhook = facts.read::<Webhook>(id.as_str())?;
    let (unit, role) = (&asked.by.unit, asked.by.role);
    match (command, webhook.receiver()) {
        // Nobody has more told than he may see himself.
        (Command::Create { subscription, .. }, _)
            if (&subscription.unit, subscription.role) != (unit, role) =>
        {
            let problem = format!("it is told what you may see: {role} of {unit}");
            return Err(Refusal::InvalidField { pointer: "/role".to_owned(), problem }.into());
        }
        (Command::Rotate { .. } | Command::Disable { .. }, None) => {
            return Err(Refusal::NotFound { what: "webhook", id: id.to_string() }.into());
        }
        // Whoever has the secret can pass for this district: a platform has its own alone.
        (Command::Rotate { .. } | Command::Disable { .. }, Some(receiver))
            if role == Role::Integrator && receiver.subscription.unit != *unit =>
        {
            let (unit, enterprise) = (unit.to_string(), receiver.subscription.label.clone());
            return Err(Refusal::OutOfJurisdiction { unit, enterprise }.into());
        }
        (Command::Create { .. }, _)
        | (Command::Rotate { .. } | Command::Disable { .. }, Some(_)) => {}
    }
    Ok(vec![Touch::new::<Webhook>(id.to_string(), command.clone())])
}
