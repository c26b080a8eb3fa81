//! Who asks.

use actix_web::{HttpRequest, http::header};
use fugong_domain::{Principal, codes::Role};

use super::text;
use crate::{desk::Desk, problem::Problem, sight};

/// Who asks, by the token, and belongs to the district of the desk.
///
/// # Errors
///
/// `UNAUTHENTICATED` when it is not known who asks, `OUT_OF_JURISDICTION` when the unit he acts
/// for is another district's, or stands above districts.
pub(crate) fn principal(desk: &Desk, request: &HttpRequest) -> Result<Principal, Problem> {
    let who = anybody(desk, request)?;
    match sight::district(&who) {
        Some(district) if district != desk.code() => {
            let detail = format!("unit {} is not of district {}", who.unit, desk.code());
            Err(Problem::new("OUT_OF_JURISDICTION", detail))
        }
        Some(_) | None => Ok(who),
    }
}

/// Who asks, by the token, wherever he belongs.
///
/// The only tokens that exist so far are those of development, `dev:<actor>:<unit>:<role>`; a desk
/// that was not opened for development knows nobody.
///
/// # Errors
///
/// `UNAUTHENTICATED` when it is not known who asks.
pub(crate) fn anybody(desk: &Desk, request: &HttpRequest) -> Result<Principal, Problem> {
    let unknown = |detail: &str| Problem::new("UNAUTHENTICATED", detail);
    let token = text(request, &header::AUTHORIZATION)
        .ok_or_else(|| unknown("send an Authorization header"))?;
    let here = request.peer_addr().is_none_or(|peer| peer.ip().is_loopback());
    if !desk.settings().dev || !here {
        return Err(unknown(
            "this server knows no token yet but those of development, on loopback",
        ));
    }
    let form = "send Bearer dev:<actor>:<unit>:<role>, such as dev:zhang:eic:commission";
    let (scheme, token) = token.split_once(' ').ok_or_else(|| unknown(form))?;
    let words: Vec<_> = token.trim().split(':').collect();
    let ["dev", actor, unit, role] = words.as_slice() else { return Err(unknown(form)) };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unknown(form));
    }
    dev_principal(actor, unit, role).ok_or_else(|| unknown(form))
}

/// Somebody of development; the system itself is nobody's role.
pub(crate) fn dev_principal(actor: &str, unit: &str, role: &str) -> Option<Principal> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let named = !actor.is_empty() && actor.len() <= 64 && actor.chars().all(fits);
    let role = Role::from_code(role).filter(|role| *role != Role::System)?;
    let unit = unit.parse().ok()?;
    named.then(|| Principal { actor: actor.to_owned(), unit, role })
}
