//! Who asks.

use actix_web::HttpRequest;
use fugong_domain::Principal;

use crate::{authenticate::Parts, desk::Desk, problem::Problem, sight};

/// Who asks, and belongs to the district of the desk.
///
/// # Errors
///
/// `UNAUTHENTICATED` when it is not known who asks, `OUT_OF_JURISDICTION` when the unit he acts
/// for is another district's, or stands above districts.
pub(crate) async fn principal(desk: &Desk, request: &HttpRequest) -> Result<Principal, Problem> {
    let who = anybody(desk, request).await?;
    match sight::district(&who) {
        Some(district) if district != desk.code() => {
            let detail = format!("unit {} is not of district {}", who.unit, desk.code());
            Err(Problem::new("OUT_OF_JURISDICTION", detail))
        }
        Some(_) | None => Ok(who),
    }
}

/// Who asks, wherever he belongs.
///
/// # Errors
///
/// `UNAUTHENTICATED` when it is not known who asks, `UNAVAILABLE` when that cannot be told now.
pub(crate) async fn anybody(desk: &Desk, request: &HttpRequest) -> Result<Principal, Problem> {
    desk.principal(&Parts { headers: request.headers(), peer: request.peer_addr() }).await
}
