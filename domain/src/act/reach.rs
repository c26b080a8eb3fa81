//! Whose enterprise it is, and whether it is here at all.

use std::fmt::Display;

use fugong_core::{Facts, Stop};

use super::{Asked, REGIME};
use crate::{
    EnterpriseId, Refusal, UnitCode,
    codes::EnterpriseState,
    enterprise::{Enterprise, Place},
    regime::Regime,
    resumption::Resumption,
    rights::{Matter, Resource},
};

/// The enterprise `id` as the list has it: of any other, nothing can be asked but a resumption.
///
/// # Errors
///
/// `ENTERPRISE_UNKNOWN`, `OUT_OF_JURISDICTION` or `ENTERPRISE_CLOSED`.
pub(super) fn listed<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    facts: &mut F,
) -> Result<Enterprise, Stop<Refusal>> {
    let enterprise = facts.read::<Enterprise>(&id.to_string())?.clone();
    if enterprise.state() == EnterpriseState::Unlisted {
        return Err(Refusal::EnterpriseUnknown(id.to_string()).into());
    }
    check(asked, id, facts)?;
    check_firm_is_here(id, facts)?;
    if let Some(on) = enterprise.closed_on() {
        return Err(Refusal::EnterpriseClosed { enterprise: id.to_string(), on }.into());
    }
    Ok(enterprise)
}

/// Whether the enterprise is this unit's: by where it lies on the day of the act, or today.
///
/// # Errors
///
/// `OUT_OF_JURISDICTION` for another unit's enterprise.
pub(super) fn check<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let places = places(asked, enterprise, facts)?;
    check_units(asked, enterprise, &places, facts)
}

/// Whether an enterprise that lies in these units is this unit's, under an earlier or a later code.
///
/// # Errors
///
/// `OUT_OF_JURISDICTION` for another unit's enterprise.
pub(super) fn check_units<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    lies_in: &[UnitCode],
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let units = facts.read::<Regime>(REGIME)?.units();
    let resource = Resource::Enterprise { id: enterprise, lies_in, units };
    Ok(asked.check_own(&resource, enterprise)?)
}

/// Whether anybody ever spoke of the enterprise: it is listed, or was reported.
///
/// # Errors
///
/// `ENTERPRISE_UNKNOWN` if nobody did.
pub(super) fn check_spoken_of<F: Facts>(
    id: &EnterpriseId,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let state = facts.read::<Enterprise>(&id.to_string())?.state();
    if state == EnterpriseState::Unlisted && facts.read::<Resumption>(&id.to_string())?.is_blank() {
        return Err(Refusal::EnterpriseUnknown(id.to_string()).into());
    }
    Ok(())
}

/// A confirmed closure ends the firm here, and its sites with it. A site that closed alone is a
/// place where a firm that is here may work again.
///
/// # Errors
///
/// `ENTERPRISE_CLOSED`, with the day.
pub(super) fn check_firm_is_here<F: Facts>(
    id: &EnterpriseId,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let whole = id.whole().to_string();
    match facts.read::<Enterprise>(&whole)?.closed_on() {
        Some(on) => Err(Refusal::EnterpriseClosed { enterprise: whole, on }.into()),
        None => Ok(()),
    }
}

/// Its township and its park; of an unlisted one, the township that its report named.
pub(super) fn places<F: Facts>(
    asked: &Asked,
    enterprise: &EnterpriseId,
    facts: &mut F,
) -> Result<Vec<UnitCode>, Stop<Refusal>> {
    let id = enterprise.to_string();
    let known = facts.read::<Enterprise>(&id)?;
    let places = [asked.day, asked.today].map(|day| known.place_on(day));
    let units: Vec<UnitCode> =
        places.into_iter().flatten().flat_map(Place::units).cloned().collect();
    if units.is_empty() {
        return Ok(facts.read::<Resumption>(&id)?.township().cloned().into_iter().collect());
    }
    Ok(units)
}

/// Whether a matter that is called `what` is this unit's: it has it in hand, or gives it to those
/// who have.
///
/// # Errors
///
/// `OUT_OF_JURISDICTION` for another unit's matter, and for one that is against this unit.
pub(super) fn check_matter<F: Facts>(
    asked: &Asked,
    of: Matter,
    (hands, against): (&[UnitCode], Option<&UnitCode>),
    what: impl Display,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let units = facts.read::<Regime>(REGIME)?.units();
    Ok(asked.check_own(&Resource::Matter { of, hands, against, units }, what)?)
}
