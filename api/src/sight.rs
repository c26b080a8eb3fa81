//! Who may see what: asks [`rights`], which decides, for what is looked at here.
//!
//! An enterprise sees itself; a township and the park see their area, their officers likewise; the
//! district's bodies see everything. Words about persons are opened for those who work with them.

use std::slice;

use chrono::NaiveDate as Date;
use fugong_core::{Position, shanghai_day};
pub(crate) use fugong_domain::rights::{Reach, is_own, reach};
use fugong_domain::{
    EnterpriseId, Principal, UnitCode,
    act::REGIME,
    enterprise::Enterprise,
    regime::Regime,
    resumption::Resumption,
    rights::{self, Action, Decision, Matter, Resource},
    township::Units,
};

use crate::{
    desk::{Desk, trouble},
    problem::Problem,
    record::typed,
};

/// The district that the unit of `who` is of, or the municipality (`500000`) or prefecture
/// (`420100`) above districts, by its code. None for units that do not tell: offices, parks and
/// enterprises are of the district where they ask.
pub(crate) fn district(who: &Principal) -> Option<&str> {
    let code = who.unit.as_str();
    let digits = matches!(code.len(), 6 | 9) && code.bytes().all(|c| c.is_ascii_digit());
    code.get(..6).filter(|_| digits)
}

/// Whether the unit of `who` stands above this district.
pub(crate) fn is_above(who: &Principal, district: &str) -> bool {
    let code = who.unit.as_str();
    let area = code.strip_suffix("0000").or_else(|| code.strip_suffix("00"));
    code.len() == 6 && area.is_some_and(|area| district.starts_with(area))
}

/// That somebody of this role may do so at all.
///
/// # Errors
///
/// `ROLE_NOT_ALLOWED` with the roles that may.
pub(crate) fn check_role(who: &Principal, action: Action<'_>) -> Result<(), Problem> {
    let rule = match rights::allows(who, action, &Resource::Anything) {
        Decision { allowed: true, .. } => return Ok(()),
        Decision { rule, .. } => rule,
    };
    let roles = action.roles().unwrap_or_default().iter().map(ToString::to_string);
    let roles = roles.collect::<Vec<_>>().join(", ");
    let detail = format!("role {} may not; these may: {roles}", who.role);
    Err(Problem::new("ROLE_NOT_ALLOWED", detail).by(rule))
}

/// Whether somebody of this role may do so at all.
pub(crate) fn may(who: &Principal, action: Action<'_>) -> bool {
    rights::allows(who, action, &Resource::Anything).allowed
}

/// That `who` sees the district as a whole.
///
/// # Errors
///
/// `ROLE_NOT_ALLOWED` with this detail.
pub(crate) fn check_whole(who: &Principal, detail: &str) -> Result<(), Problem> {
    match rights::allows(who, Action::See, &Resource::District) {
        Decision { allowed: true, .. } => Ok(()),
        Decision { rule, .. } => Err(Problem::new("ROLE_NOT_ALLOWED", detail).by(rule)),
    }
}

/// Whether `who` may see what `actor` began or what is kept of him, or may do so for anybody.
pub(crate) fn is_his(who: &Principal, action: Action<'_>, actor: &str) -> bool {
    rights::allows(who, action, &Resource::Person(actor)).allowed
}

/// Whether a matter is in the hands of the unit of `who`, or `who` sees all of the district.
pub(crate) fn sees_matter(who: &Principal, of: Matter, unit: &UnitCode, units: &Units) -> bool {
    let resource = Resource::Matter { of, hands: slice::from_ref(unit), against: None, units };
    reach(who) == Reach::District || rights::allows(who, Action::See, &resource).allowed
}

/// Whether `who` may read words about persons in what he sees.
pub(crate) fn sees_persons(who: &Principal) -> bool {
    may(who, Action::OpenWords)
}

/// Whether `who` may read the sealed words of a thing of this kind: a department also those of a
/// difficulty, a barrier or an incident, which it is there to deal with.
pub(crate) fn opens(who: &Principal, kind: &str) -> bool {
    let deals = matches!(kind, "support" | "barrier" | "epidemic");
    may(who, if deals { Action::OpenDealings } else { Action::OpenWords })
}

/// Whether `who` looks after the persons at whom small figures may point: how many are in
/// observation, have a fever or came from Hubei.
pub(crate) fn sees_small_figures(who: &Principal) -> bool {
    may(who, Action::CountFew)
}

/// The same of figures over the whole district: whoever looks after a part of it looks after a part
/// of these persons.
pub(crate) fn sees_small_sums(who: &Principal) -> bool {
    sees_small_figures(who) && reach(who) == Reach::District
}

/// Whether `who` may see an enterprise that lies there.
pub(crate) fn sees(
    who: &Principal,
    id: &EnterpriseId,
    lies_in: &[UnitCode],
    units: &Units,
) -> bool {
    let resource = Resource::Enterprise { id, lies_in, units };
    rights::allows(who, Action::See, &resource).allowed
}

/// That `who` may see an enterprise, as it lies today or lay when it was last heard of.
///
/// # Errors
///
/// `NOT_FOUND` for another's.
pub(crate) async fn check(
    desk: &Desk,
    who: &Principal,
    enterprise: &EnterpriseId,
    at: Option<Position>,
) -> Result<(), Problem> {
    let decide = |lies_in: &[UnitCode], units: &Units| {
        let resource = Resource::Enterprise { id: enterprise, lies_in, units };
        rights::allows(who, Action::See, &resource)
    };
    // Where it lies is looked up for those alone who see by the place.
    let decision = match reach(who) {
        Reach::District | Reach::Own => decide(&[], &Units::default()),
        Reach::Area => {
            let today = shanghai_day(desk.log().now());
            let lies_in = places(desk, &enterprise.to_string(), today, at).await?;
            let decide = |regime: &Regime, _| decide(&lies_in, regime.units());
            desk.log().read::<Regime, _>(REGIME, decide).await.map_err(trouble)?
        }
    };
    match decision {
        Decision { allowed: true, .. } => Ok(()),
        Decision { rule, .. } => Err(Problem::absent(format!("enterprise {enterprise}")).by(rule)),
    }
}

/// That `who` may see a thing of this kind, which is about that enterprise or about none.
///
/// # Errors
///
/// `NOT_FOUND`, as if it were not there.
pub(crate) async fn check_thing(
    desk: &Desk,
    who: &Principal,
    (kind, about): (&str, Option<&EnterpriseId>),
) -> Result<(), Problem> {
    if let Some(enterprise) = about {
        return check(desk, who, enterprise, None).await;
    }
    let hidden = |problem: Problem| Problem { code: "NOT_FOUND", ..problem };
    let action = match kind {
        // Who is let in, and who is sent what, is the district's business.
        "api-key" | "webhook" => return check_whole(who, "").map_err(hidden),
        // What is over an area, and the rules, are known to everybody; of a report of a barrier its
        // own veil says who sees it.
        "measure" | "regime" | "report" | "barrier" => Action::See,
        _ => Action::SeeStaff,
    };
    check_role(who, action).map_err(hidden)
}

/// The units of the district, with the codes they had and have.
pub(crate) async fn units(desk: &Desk) -> Result<Units, Problem> {
    let units = |regime: &Regime, _| regime.units().clone();
    desk.log().read::<Regime, _>(REGIME, units).await.map_err(trouble)
}

async fn places(
    desk: &Desk,
    id: &str,
    day: Date,
    at: Option<Position>,
) -> Result<Vec<UnitCode>, Problem> {
    let (enterprise, _) = typed::<Enterprise>(desk, id, at).await?;
    if let Some(place) = enterprise.place_on(day) {
        return Ok([Some(place.township.clone()), place.park.clone()]
            .into_iter()
            .flatten()
            .collect());
    }
    let (resumption, _) = typed::<Resumption>(desk, id, at).await?;
    Ok(resumption.township().cloned().into_iter().collect())
}
