//! A look asked for in this process: by the same rights, at the same cost, and written down as if it
//! had come over HTTP.

use std::collections::BTreeMap;

use super::{
    Method,
    auth::check_district,
    logged::{self, Asking, Given, Named},
    read,
};
use crate::{
    access_log::{self, Who},
    authenticate::{Caller, Parts},
    desk::Desk,
    door::Params,
    look::{Asked, Format, Look, Page, StandsOn},
    looks, path,
    problem::Problem,
    proofs, rates,
};

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The operation id of the look.
    pub(crate) id: &'static str,
    pub(crate) params: Params,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) format: Format,
}

/// Who asks by these headers, and belongs to the district of the desk.
///
/// # Errors
///
/// `UNAUTHENTICATED` when it is not known who asks, `OUT_OF_JURISDICTION` when the unit he acts for is
/// another district's, or stands above districts.
pub(crate) async fn caller(desk: &Desk, parts: &Parts<'_>) -> Result<Caller, Problem> {
    let caller = desk.caller(parts).await?;
    check_district(desk, &caller.principal)?;
    Ok(caller)
}

/// What a look comes to for `caller`.
///
/// # Errors
///
/// The problem that the API answers with.
pub(crate) async fn ask(desk: &Desk, caller: &Caller, wanted: Wanted) -> Result<Page, Problem> {
    let look = looks::table().iter().find(|look| look.id == wanted.id);
    let look = look.ok_or_else(|| Problem::absent(format!("operation {}", wanted.id)))?;
    let operation = Method::Look(look).operation();
    let about: Vec<_> =
        wanted.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = about.join("&");
    let who = Some(Who::from(&caller.principal));
    let asking = Asking { who, of: Named::of(&wanted.params, &query).0 };
    let cost = rates::cost(operation, &query, Some(wanted.format.media()));
    let format = wanted.format;
    let work = async {
        caller.check(operation)?;
        desk.charge(&caller.principal.actor, cost)?;
        answered(desk, caller, look, wanted).await
    };
    let (done, opened) = access_log::watched(Box::pin(work)).await;
    let told = done.as_ref().map(|_| Given { status: 200, is_file: format != Format::Json });
    logged::keep(desk, operation, asking, told, opened).await?;
    done
}

/// The proof that an event is in the log.
///
/// # Errors
///
/// The problem that the API answers with.
pub(crate) async fn proof(desk: &Desk, caller: &Caller, id: &str) -> Result<String, Problem> {
    let operation = Method::Proof.operation();
    let who = Some(Who::from(&caller.principal));
    let asking = Asking { who, of: Named::of(&Params::from([("event_id", id.to_owned())]), "").0 };
    let cost = rates::cost(operation, "", None);
    let work = async {
        caller.check(operation)?;
        desk.charge(&caller.principal.actor, cost)?;
        proofs::proof_of(desk, &caller.principal, id).await
    };
    let (done, opened) = access_log::watched(Box::pin(work)).await;
    let told = done.as_ref().map(|_| Given { status: 200, is_file: true });
    logged::keep(desk, operation, asking, told, opened).await?;
    done
}

async fn answered(
    desk: &Desk,
    caller: &Caller,
    look: &'static Look,
    wanted: Wanted,
) -> Result<Page, Problem> {
    // What is about several districts, or about none, is not asked for here by who belongs to one.
    debug_assert!(look.stands_on != StandsOn::Districts, "{} is of several districts", look.id);
    let asked = Asked {
        path: path::filled(look.path, &wanted.params),
        params: wanted.params,
        format: wanted.format,
        deed: look.deed,
        ..Asked::of(caller.principal.clone(), wanted.query)
    };
    let asked = read::under_first_codes(desk, asked).await?;
    read::page(desk, look, &asked).await
}
