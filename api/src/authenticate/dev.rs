//! Tokens of development: whoever says that he is somebody, is.

use async_trait::async_trait;
use fugong_domain::{Principal, codes::Role};

use super::{Authenticator, Caller, Parts, claim};
use crate::problem::Problem;

const FORM: &str = "Bearer dev:<actor>:<unit>:<role>, such as dev:zhang:eic:commission";

/// Believes `Bearer dev:<actor>:<unit>:<role>` of whoever is on the same machine.
#[derive(Debug)]
pub(crate) struct DevTokens;

#[async_trait]
impl Authenticator for DevTokens {
    fn wants(&self) -> &'static str {
        FORM
    }

    async fn authenticate(&self, parts: &Parts<'_>) -> Result<Option<Caller>, Problem> {
        let here = parts.peer.is_none_or(|peer| peer.ip().is_loopback());
        let Some(token) = parts.bearer().and_then(|token| token.strip_prefix("dev:")) else {
            return Ok(None);
        };
        let words: Vec<_> = token.split(':').collect();
        let who = match words.as_slice() {
            [actor, unit, role] if here => principal(actor, unit, role),
            _ => None,
        };
        who.map(|who| Some(who.into()))
            .ok_or_else(|| Problem::bad_token(format!("on this machine, send {FORM}")))
    }
}

/// Somebody of development; the system itself is nobody's role.
pub(crate) fn principal(actor: &str, unit: &str, role: &str) -> Option<Principal> {
    let role = Role::from_code(role).filter(|role| *role != Role::System)?;
    let unit = unit.parse().ok()?;
    Some(Principal { actor: claim::actor(actor)?, unit, role })
}
