//! Who may see what: the simplest rules that are safe.
//!
//! An enterprise sees itself; a township and the park see their area, their officers likewise; the
//! district's bodies see everything. Words about persons are opened for those who work with them.

use chrono::NaiveDate as Date;
use fugong_core::{Position, shanghai_day};
use fugong_domain::{
    EnterpriseId, Principal, UnitCode, act::REGIME, codes::Role, enterprise::Enterprise,
    regime::Regime, resumption::Resumption, township::Units,
};

use crate::{
    desk::{Desk, trouble},
    problem::Problem,
    record::typed,
};

/// How far somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The whole district.
    District,
    /// His unit's area.
    Area,
    /// His own enterprise.
    Own,
}

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

/// How far `who` sees.
pub(crate) fn reach(who: &Principal) -> Reach {
    match who.role {
        Role::Enterprise => Reach::Own,
        Role::Township | Role::Park => Reach::Area,
        Role::Officer if who.unit.is_territorial() => Reach::Area,
        Role::Officer
        | Role::Commission
        | Role::Emergency
        | Role::Headquarters
        | Role::Department
        | Role::Auditor
        | Role::Reporter
        | Role::Integrator
        | Role::Admin
        | Role::System => Reach::District,
    }
}

/// Whether `who` may read words about persons in what he sees.
pub(crate) fn sees_persons(who: &Principal) -> bool {
    match who.role {
        Role::Enterprise
        | Role::Township
        | Role::Park
        | Role::Officer
        | Role::Commission
        | Role::Emergency
        | Role::Headquarters
        | Role::Auditor
        | Role::System => true,
        Role::Department | Role::Reporter | Role::Integrator | Role::Admin => false,
    }
}

/// Whether `who` may read the sealed words of a thing of this kind: a department also those of a
/// difficulty, a barrier or an incident, which it is there to deal with.
pub(crate) fn opens(who: &Principal, kind: &str) -> bool {
    let deals = matches!(kind, "support" | "barrier" | "epidemic");
    sees_persons(who) || (who.role == Role::Department && deals)
}

/// Whether `who` looks after the persons at whom small figures may point: how many are in
/// observation, have a fever or came from Hubei.
pub(crate) fn sees_small_figures(who: &Principal) -> bool {
    match who.role {
        Role::Township
        | Role::Park
        | Role::Officer
        | Role::Commission
        | Role::Headquarters
        | Role::System => true,
        Role::Enterprise
        | Role::Emergency
        | Role::Department
        | Role::Auditor
        | Role::Reporter
        | Role::Integrator
        | Role::Admin => false,
    }
}

/// Whether the enterprise is the one that `who` acts for.
pub(crate) fn is_own(who: &Principal, enterprise: &EnterpriseId) -> bool {
    let unit = who.unit.as_str();
    enterprise.to_string() == unit || enterprise.whole().to_string() == unit
}

/// Whether `who` may see an enterprise that lies in `places`.
pub(crate) fn sees(
    who: &Principal,
    enterprise: &EnterpriseId,
    places: &[&UnitCode],
    same: impl Fn(&UnitCode, &UnitCode) -> bool,
) -> bool {
    match reach(who) {
        Reach::District => true,
        Reach::Own => is_own(who, enterprise),
        Reach::Area => places.iter().any(|place| same(place, &who.unit)),
    }
}

/// Whether `who` may see an enterprise, as it lies today or lay when it was last heard of.
pub(crate) async fn check(
    desk: &Desk,
    who: &Principal,
    enterprise: &EnterpriseId,
    at: Option<Position>,
) -> Result<(), Problem> {
    let hidden = || Problem::absent(format!("enterprise {enterprise}"));
    match reach(who) {
        Reach::District => return Ok(()),
        Reach::Own if is_own(who, enterprise) => return Ok(()),
        Reach::Own => return Err(hidden()),
        Reach::Area => {}
    }
    let (today, id) = (shanghai_day(desk.log().now()), enterprise.to_string());
    let units = places(desk, &id, today, at).await?;
    let same =
        |regime: &Regime, _| units.iter().any(|unit| regime.units().same_unit(unit, &who.unit));
    let seen = desk.log().read::<Regime, _>(REGIME, same).await.map_err(trouble)?;
    if seen { Ok(()) } else { Err(hidden()) }
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
