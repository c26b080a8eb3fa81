//! Reports asked for in this process, as the sheets that every form of them is written from.

use std::collections::BTreeMap;

use fugong_report::{Finding, Sheet};

use super::{Method, Wanted, What, asked, carried, named};
use crate::{
    authenticate::Caller,
    desk::Desk,
    door::Params,
    looks::reports::{not_run, sheet as of},
    problem::Problem,
    reports::{Known, NotRun, Reports},
};

/// What a definition comes to, or everything that is wrong with it.
type Tried = Result<Sheet, Vec<Finding>>;

/// A report that is asked for, for `caller`.
///
/// # Errors
///
/// The problem that the API answers with.
pub(crate) async fn sheet(desk: &Desk, caller: &Caller, wanted: Wanted) -> Result<Sheet, Problem> {
    let look = named("read_report")?;
    let what = What::asked(look, &wanted);
    let id = wanted.params.get("id").cloned().unwrap_or_default();
    let work = async {
        let asked = asked(desk, caller, look, wanted).await?;
        let _place = desk.read_place()?;
        desk.bounded(of(desk, &asked, &id)).await
    };
    carried(desk, caller, what, work).await
}

/// What a definition that is kept nowhere comes to for `caller`, as known at a moment: he reaches by
/// it what he sees of its registers, as by any report.
///
/// # Errors
///
/// The problem that a report of this definition would be answered with.
pub(crate) async fn tried(
    desk: &Desk,
    caller: &Caller,
    (known, as_of): (Known, Option<&str>),
) -> Result<Tried, Problem> {
    let query = as_of.map(|as_of| format!("as_of={as_of}")).unwrap_or_default();
    let params = Params::from([("id", known.id.clone())]);
    let what = What { query, ..What::of(Method::Look(named("read_report")?), params) };
    let work = async {
        let _place = desk.read_place()?;
        let reports = Reports::seen_by(desk, &caller.principal);
        let when = reports.when(as_of, None).await?;
        let run = async {
            match reports.run(&known, when, &BTreeMap::new()).await {
                Err(NotRun::Definition(found)) => Ok(Err(found)),
                other => other.map(Ok).map_err(not_run),
            }
        };
        desk.bounded(run).await
    };
    carried(desk, caller, what, work).await
}
