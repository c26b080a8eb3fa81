//! Who asks.

use actix_web::{HttpMessage as _, HttpRequest, http::header};
use fugong_domain::Principal;

use super::{Operation, logged::Asks, text};
use crate::{
    authenticate::{Caller, Parts},
    desk::Desk,
    problem::Problem,
    rates, sight,
};

/// Who asks, and belongs to the district of the desk.
///
/// # Errors
///
/// `UNAUTHENTICATED` when it is not known who asks, `ROLE_NOT_ALLOWED` when he was let in for other
/// things, `OUT_OF_JURISDICTION` when the unit he acts for is another district's, or stands above districts.
pub(crate) async fn principal(desk: &Desk, request: &HttpRequest) -> Result<Principal, Problem> {
    Ok(caller(desk, request).await?.principal)
}

/// The same with what he was let in for, which includes what the request asks.
///
/// # Errors
///
/// As [`principal`].
pub(crate) async fn caller(desk: &Desk, request: &HttpRequest) -> Result<Caller, Problem> {
    let caller = anywhere(desk, request).await?;
    check_district(desk, &caller.principal)?;
    Ok(caller)
}

/// That somebody belongs to the district of the desk.
///
/// # Errors
///
/// `OUT_OF_JURISDICTION` when the unit he acts for is another district's, or stands above districts.
pub(super) fn check_district(desk: &Desk, who: &Principal) -> Result<(), Problem> {
    match sight::district(who) {
        Some(district) if district != desk.code() => {
            let detail = format!("unit {} is not of district {}", who.unit, desk.code());
            Err(Problem::new("OUT_OF_JURISDICTION", detail))
        }
        Some(_) | None => Ok(()),
    }
}

/// Who asks, wherever he belongs.
///
/// # Errors
///
/// `UNAUTHENTICATED` when it is not known who asks, `UNAVAILABLE` when that cannot be told now,
/// `RATE_LIMITED` when he has asked for too much.
pub(crate) async fn anybody(desk: &Desk, request: &HttpRequest) -> Result<Principal, Problem> {
    Ok(anywhere(desk, request).await?.principal)
}

async fn anywhere(desk: &Desk, request: &HttpRequest) -> Result<Caller, Problem> {
    let parts = Parts { headers: request.headers(), peer: request.peer_addr() };
    let caller = desk.caller(&parts).await?;
    request.extensions_mut().insert(Asks(caller.principal.clone()));
    if let Some(operation) = request.extensions().get::<Operation>() {
        caller.check(*operation)?;
        let accept = text(request, &header::ACCEPT);
        let cost = rates::cost(*operation, request.query_string(), accept);
        desk.charge(&caller.principal.actor, cost)?;
    }
    Ok(caller)
}
