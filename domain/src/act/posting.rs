use std::slice;

use fugong_core::{Facts, Occurred, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    Advisory, EnterpriseId, OfficerId, Refusal, UnitCode,
    codes::{EnterpriseState, Role, Seat},
    enterprise::Enterprise,
    officer::{self, Officer},
    posting::{self, Command, Posting, Tenure},
    regime::Regime,
    resumption::Resumption,
    rights::Matter,
    seats::{seat_owner, seats_due},
};

/// What this act comes to. Who takes or leaves a seat does so in his own ledger too, in one commit.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    match command {
        Command::AssignOfficer { .. } => assign(asked, id, command.clone(), facts),
        Command::Transfer { .. } => transfer(asked, id, command.clone(), facts),
        Command::Substitute { seat, substitute, from, .. } => {
            reach::listed(asked, id, facts)?;
            let owner = owner_at(id, *seat, *from, facts)?;
            check_fills(asked, id, *seat, &owner, facts)?;
            check_officer(*seat, &owner, substitute, facts)?;
            Ok(vec![touch(id, command.clone())])
        }
        Command::EndSubstitution { seat, .. } => {
            Ok(vec![touch(id, Command::EndSubstitution { seat: *seat, today: asked.today })])
        }
        Command::Withdraw { .. } => withdraw(asked, id, command.clone(), facts),
        Command::LogVisit { .. } => log_visit(asked, id, command.clone(), facts),
        Command::LinkZones { park, .. } => {
            reach::listed(asked, id, facts)?;
            let known = facts.read::<Regime>(REGIME)?.units();
            if let Some(park) = park.as_ref().filter(|park| known.park(park).is_none()) {
                let refusal =
                    Refusal::TownshipUnknownAtDate { code: park.to_string(), on: asked.day };
                return Err(refusal.into());
            }
            Ok(vec![touch(id, command.clone())])
        }
        Command::LogHandover { at, .. } => {
            reach::listed(asked, id, facts)?;
            asked.check_told("at", *at)?;
            Ok(vec![touch(id, command.clone())])
        }
    }
}

fn assign<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let Command::AssignOfficer {
        seat,
        unit,
        officer,
        from,
        concurrent_reason,
        was,
        advisories,
        ..
    } = &mut command
    else {
        return Ok(Vec::new());
    };
    let (seat, from) = (*seat, *from);
    reach::listed(asked, id, facts)?;
    let owner = owner_at(id, seat, from, facts)?;
    check_unit(seat, &owner, unit, facts)?;
    check_fills(asked, id, seat, &owner, facts)?;
    check_not_here(id, (seat, officer), from, facts)?;
    check_officer(seat, &owner, officer, facts)?;
    if !is_due(id, seat, from, facts)? {
        advisories.push(Advisory::SeatNotRequired);
    }
    // What is so already needs no correction, in his ledger neither.
    if was.as_ref().is_some_and(|was| was.officer == *officer && was.from == from) {
        return Ok(vec![touch(id, command)]);
    }
    let take = officer::Command::TakePost {
        enterprise: id.clone(),
        seat,
        from,
        concurrent: concurrent_reason.is_some(),
    };
    let take = Touch::new::<Officer>(officer.to_string(), take);
    // Whoever was put there by mistake never sat there, in his own ledger either.
    let leave = was.as_ref().map(|was| {
        let leave = officer::Command::LeavePost { enterprise: id.clone(), seat, at: was.from };
        Touch::new::<Officer>(was.officer.to_string(), leave)
    });
    Ok([touch(id, command)].into_iter().chain(leave).chain([take]).collect())
}

fn transfer<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let Command::Transfer { seat, to, effective_at, concurrent_reason, unit } = &mut command else {
        return Ok(Vec::new());
    };
    let (seat, at) = (*seat, *effective_at);
    reach::listed(asked, id, facts)?;
    let owner = owner_at(id, seat, at, facts)?;
    check_fills(asked, id, seat, &owner, facts)?;
    let held = sitting(id, seat, facts)?;
    check_officer(seat, &owner, to, facts)?;
    if held.officer == *to {
        return Ok(Vec::new());
    }
    *unit = Some(owner);
    let leave = officer::Command::LeavePost { enterprise: id.clone(), seat, at };
    let take = officer::Command::TakePost {
        enterprise: id.clone(),
        seat,
        from: at,
        concurrent: concurrent_reason.is_some(),
    };
    let take = Touch::new::<Officer>(to.to_string(), take);
    let leave = Touch::new::<Officer>(held.officer.to_string(), leave);
    Ok(vec![touch(id, command), leave, take])
}

fn withdraw<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let Command::Withdraw { seat, at, rule, advisories, .. } = &mut command else {
        return Ok(Vec::new());
    };
    let seat = *seat;
    if rule.is_none() {
        reach::listed(asked, id, facts)?;
        asked.check_told("at", *at)?;
        let held = sitting(id, seat, facts)?;
        check_fills(asked, id, seat, &held.unit, facts)?;
        let works = facts.read::<Resumption>(&id.to_string())?.state_on(at.day()).in_production();
        if works && is_due(id, seat, *at, facts)? {
            advisories.push(Advisory::WithdrawnWithoutSuccessor);
        }
    }
    let Some(held) = facts.read::<Posting>(&id.to_string())?.sitting(seat).cloned() else {
        return Ok(vec![touch(id, command)]);
    };
    // A rule lets go whom a unit posted that no longer owns the seat, and nobody else.
    if rule.is_some() && is_rightly_held(id, &held, *at, facts)? {
        return Ok(Vec::new());
    }
    // Whom a rule takes off a seat before he came to it never sat there.
    if rule.is_some() && !held.period.has_begun(*at) {
        *at = held.period.from;
    }
    let leave = officer::Command::LeavePost { enterprise: id.clone(), seat, at: *at };
    let leave = Touch::new::<Officer>(held.officer.to_string(), leave);
    Ok(vec![touch(id, command), leave])
}

/// Whether a seat is due and held by the unit whose it is then, at an enterprise that is here.
fn is_rightly_held<F: Facts>(
    id: &EnterpriseId,
    held: &Tenure,
    when: Occurred,
    facts: &mut F,
) -> Result<bool, Stop<Refusal>> {
    let enterprise = facts.read::<Enterprise>(&id.to_string())?;
    let gone = |state| state == EnterpriseState::Closed;
    if gone(enterprise.state()) {
        return Ok(false);
    }
    let owner = enterprise.place_on(when.day()).and_then(|place| seat_owner(held.seat, place));
    if gone(facts.read::<Enterprise>(&id.whole().to_string())?.state()) {
        return Ok(false);
    }
    let Some(owner) = owner else { return Ok(false) };
    let units = facts.read::<Regime>(REGIME)?.units();
    Ok(units.same_unit(&owner, &held.unit) && is_due(id, held.seat, when, facts)?)
}

/// An officer speaks of himself; of anybody else's visit, the unit that fills the seat.
fn log_visit<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    mut command: Command,
    facts: &mut F,
) -> Verdict {
    let Command::LogVisit { seat, at, visitor, .. } = &mut command else {
        return Ok(Vec::new());
    };
    let (seat, at) = (*seat, *at);
    if facts.read::<Enterprise>(&id.to_string())?.state() == EnterpriseState::Unlisted {
        return Err(Refusal::EnterpriseUnknown(id.to_string()).into());
    }
    reach::check(asked, id, facts)?;
    asked.check_told("at", at)?;
    if asked.by.role == Role::Officer {
        // Whoever is no officer by name holds no seat.
        let speaker = asked.by.actor.parse::<OfficerId>();
        *visitor = Some(speaker.map_err(|_| posting::vacant(seat))?);
    } else if let Some(held) = facts.read::<Posting>(&id.to_string())?.tenure_at(seat, at).cloned()
    {
        check_fills(asked, id, seat, &held.unit, facts)?;
    }
    Ok(vec![touch(id, command)])
}

fn sitting<F: Facts>(
    id: &EnterpriseId,
    seat: Seat,
    facts: &mut F,
) -> Result<Tenure, Stop<Refusal>> {
    let held = facts.read::<Posting>(&id.to_string())?.sitting(seat);
    Ok(held.cloned().ok_or_else(|| posting::vacant(seat))?)
}

/// The unit that fills `seat` of this enterprise by where it lies then.
fn owner_at<F: Facts>(
    id: &EnterpriseId,
    seat: Seat,
    when: Occurred,
    facts: &mut F,
) -> Result<UnitCode, Stop<Refusal>> {
    let enterprise = facts.read::<Enterprise>(&id.to_string())?;
    let owner = enterprise.place_on(when.day()).and_then(|place| seat_owner(seat, place));
    Ok(owner.ok_or_else(|| Refusal::SeatUnitMismatch {
        seat,
        owner: "nobody: it lies in no park".to_owned(),
        unit: seat.to_string(),
    })?)
}

/// Whether this enterprise needs `seat` then. A seat that it does not need can be filled.
fn is_due<F: Facts>(
    id: &EnterpriseId,
    seat: Seat,
    when: Occurred,
    facts: &mut F,
) -> Result<bool, Stop<Refusal>> {
    let day = when.day();
    let scale = facts.read::<Enterprise>(&id.whole().to_string())?.scale_on(day);
    let enterprise = facts.read::<Enterprise>(&id.to_string())?.clone();
    let (Some(entry), Some(place)) = (enterprise.entry(), enterprise.place_on(day)) else {
        return Ok(false);
    };
    let industrial = facts.read::<Regime>(REGIME)?.is_industrial(&entry.industry);
    Ok(seats_due(industrial, place.park.as_ref(), scale).contains(&seat))
}

/// The unit that is named for a seat is the one whose it is, under an earlier or a later code.
fn check_unit<F: Facts>(
    seat: Seat,
    owner: &UnitCode,
    unit: &UnitCode,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    if facts.read::<Regime>(REGIME)?.units().same_unit(owner, unit) {
        return Ok(());
    }
    let (owner, unit) = (owner.to_string(), unit.to_string());
    Err(Refusal::SeatUnitMismatch { seat, owner, unit }.into())
}

/// A unit fills its own seats.
fn check_fills<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    seat: Seat,
    owner: &UnitCode,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let (hands, what) = (slice::from_ref(owner), format!("the {seat} seat of {id}"));
    reach::check_matter(asked, Matter::Seat, (hands, None), what, facts)
}

/// 双驻厂员: who holds the other seat is told so first, whatever else is wrong with him.
fn check_not_here<F: Facts>(
    id: &EnterpriseId,
    (seat, officer): (Seat, &OfficerId),
    when: Occurred,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let posting = facts.read::<Posting>(&id.to_string())?;
    let others = Seat::ALL.iter().filter(|other| **other != seat);
    match others.copied().find(|other| posting.holder_at(*other, when) == Some(officer)) {
        Some(seat) => Err(Refusal::SeatSameOfficer { officer: officer.to_string(), seat }.into()),
        None => Ok(()),
    }
}

/// An officer is enrolled, by the unit whose seat he takes.
fn check_officer<F: Facts>(
    seat: Seat,
    owner: &UnitCode,
    officer: &OfficerId,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let Some(unit) = facts.read::<Officer>(officer.as_str())?.unit().cloned() else {
        return Err(Refusal::NotFound { what: "officer", id: officer.to_string() }.into());
    };
    check_unit(seat, owner, &unit, facts)
}

fn touch(id: &EnterpriseId, command: Command) -> Touch<Refusal> {
    Touch::new::<Posting>(id.to_string(), command)
}
