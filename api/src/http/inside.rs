//! What is asked for and done in this process: by the same rights, at the same cost, and written down
//! as if it had come over HTTP.

mod sheets;

pub(crate) use sheets::{sheet, tried};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use fugong_core::shanghai_day;
use fugong_domain::{Principal, act::REGIME, regime::Regime, rights::Action};

use super::{
    Method, Operation,
    auth::check_district,
    feed,
    logged::{self, Asking, Given, Named},
    read,
};
use crate::{
    access_log::{self, Who},
    authenticate::{Caller, Parts},
    deeds,
    desk::{Desk, trouble},
    door::Params,
    look::{Asked, Format, Look, Page, StandsOn},
    looks, operations, path,
    perform::{Answer, Request, perform_deed},
    problem::Problem,
    proofs, rates, rebuild, replay, sight,
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

/// Who an identity provider says he is, if he belongs to the district of the desk.
///
/// # Errors
///
/// `OUT_OF_JURISDICTION` as [`caller`].
pub(crate) fn person(desk: &Desk, principal: Principal) -> Result<Caller, Problem> {
    check_district(desk, &principal)?;
    Ok(principal.into())
}

/// What a look comes to for `caller`.
///
/// # Errors
///
/// The problem that the API answers with.
pub(crate) async fn ask(desk: &Desk, caller: &Caller, wanted: Wanted) -> Result<Page, Problem> {
    let look = named(wanted.id)?;
    let what = What::asked(look, &wanted);
    carried(desk, caller, what, answered(desk, caller, look, wanted)).await
}

fn named(id: &str) -> Result<&'static Look, Problem> {
    let look = looks::table().iter().find(|look| look.id == id);
    look.ok_or_else(|| Problem::absent(format!("operation {id}")))
}

/// Does what `request` asks, as whoever it names.
///
/// # Errors
///
/// The problem that the API answers with; nothing happened then.
pub(crate) async fn act(desk: &Desk, caller: &Caller, request: Request) -> Result<Answer, Problem> {
    let (entry, params) = path::deed(&request.path)?;
    let what = What::of(Method::Act(entry), params.clone());
    carried(desk, caller, what, perform_deed(desk, entry, &params, request)).await
}

/// Begins to fold a register afresh, or finds that it was begun before.
///
/// # Errors
///
/// The problem that the API answers with.
pub(crate) async fn rebuild(
    desk: &Desk,
    caller: &Caller,
    (name, key): (&str, &str),
) -> Result<Arc<operations::Operation>, Problem> {
    let params = Params::from([("name", name.to_owned())]);
    let address = path::filled(super::REBUILDS, &params);
    let work = rebuild::asked(desk, &caller.principal, (&address, name), key);
    let what = What::of(Method::Rebuild, params);
    Ok(carried(desk, caller, what, work).await?.0)
}

/// Begins to decide every act again, or finds that it was begun before.
///
/// # Errors
///
/// The problem that the API answers with.
pub(crate) async fn verify(
    desk: &Desk,
    caller: &Caller,
    key: &str,
) -> Result<Arc<operations::Operation>, Problem> {
    let who = caller.principal.clone();
    let work = replay::verification(desk, who, (super::VERIFICATIONS, key));
    let what = What::of(Method::Verify, Params::new());
    Ok(carried(desk, caller, what, work).await?.0)
}

/// Has an event sent again that a webhook set aside.
///
/// # Errors
///
/// The problem that the API answers with.
pub(crate) async fn send_again(
    desk: &Desk,
    caller: &Caller,
    (id, position): (&str, &str),
) -> Result<(), Problem> {
    let params = Params::from([("id", id.to_owned()), ("position", position.to_owned())]);
    let work = async {
        sight::check_role(&caller.principal, Action::SendAgain)?;
        feed::sent_again(desk, (id, position)).await.map(|_| ())
    };
    carried(desk, caller, What::of(Method::Replay, params.clone()), work).await
}

/// The note of the last checkpoint.
///
/// # Errors
///
/// `NOT_FOUND` when nothing was signed yet.
pub(crate) async fn checkpoint(desk: &Desk, caller: &Caller) -> Result<String, Problem> {
    carried(desk, caller, What::of(Method::Checkpoint, Params::new()), proofs::note(desk)).await
}

/// Whether `caller` may do so, as far as that depends on his role and on what he was let in for.
pub(crate) fn may(caller: &Caller, method: Method, action: Action<'_>) -> bool {
    caller.check(method.operation()).is_ok() && sight::may(&caller.principal, action)
}

/// Those of these acts that `caller` may do at all, by the rules of today and by what he was let in
/// for.
///
/// # Errors
///
/// When the log cannot be read.
pub(crate) async fn may_act(
    desk: &Desk,
    caller: &Caller,
    ids: &'static [&'static str],
) -> Result<BTreeSet<&'static str>, Problem> {
    let today = shanghai_day(desk.log().now());
    let those = |regime: &Regime, _| {
        let rules = regime.rules_at(today);
        let is_his = |id: &&&str| {
            let Some(entry) = deeds::TABLE.iter().find(|entry| entry.row.id == **id) else {
                return false;
            };
            let action = match entry.row.right {
                // A resumption is anybody's to report (§四).
                "resumption.report" => Action::ReportResumption,
                right => Action::Act(right, rules.and_then(|rules| rules.granted(right))),
            };
            may(caller, Method::Act(entry), action)
        };
        ids.iter().filter(is_his).copied().collect()
    };
    desk.log().read::<Regime, _>(REGIME, those).await.map_err(trouble)
}

/// What is asked for, as the access log and the rates know it.
struct What {
    operation: Operation,
    params: Params,
    query: String,
    format: Format,
}

impl What {
    fn asked(look: &'static Look, wanted: &Wanted) -> Self {
        let about = wanted.query.iter().map(|(name, value)| format!("{name}={value}"));
        Self {
            query: about.collect::<Vec<_>>().join("&"),
            format: wanted.format,
            ..Self::of(Method::Look(look), wanted.params.clone())
        }
    }

    fn of(method: Method, params: Params) -> Self {
        let operation = method.operation();
        Self { operation, params, query: String::new(), format: Format::Json }
    }
}

/// What `work` comes to for `caller`, who may have it and pays for it; what it gave is written down
/// before he has it.
async fn carried<T>(
    desk: &Desk,
    caller: &Caller,
    What { operation, params, query, format }: What,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let who = Some(Who::from(&caller.principal));
    let asking = Asking { who, of: Named::of(&params, &query).0 };
    let cost = rates::cost(operation, &query, Some(format.media()));
    let work = async {
        caller.check(operation)?;
        desk.charge(&caller.principal.actor, cost)?;
        work.await
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
    let params = Params::from([("event_id", id.to_owned())]);
    // It is carried away as a file.
    let what = What { format: Format::Ndjson, ..What::of(Method::Proof, params) };
    carried(desk, caller, what, proofs::proof_of(desk, &caller.principal, id)).await
}

async fn answered(
    desk: &Desk,
    caller: &Caller,
    look: &'static Look,
    wanted: Wanted,
) -> Result<Page, Problem> {
    let asked = asked(desk, caller, look, wanted).await?;
    read::page(desk, look, &asked).await
}

/// What is asked for, as the API has it.
async fn asked(
    desk: &Desk,
    caller: &Caller,
    look: &'static Look,
    wanted: Wanted,
) -> Result<Asked, Problem> {
    // What is about several districts, or about none, is not asked for here by who belongs to one.
    debug_assert!(look.stands_on != StandsOn::Districts, "{} is of several districts", look.id);
    let asked = Asked {
        path: path::filled(look.path, &wanted.params),
        params: wanted.params,
        format: wanted.format,
        deed: look.deed,
        ..Asked::of(caller.principal.clone(), wanted.query)
    };
    read::under_first_codes(desk, asked).await
}
