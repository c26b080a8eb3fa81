use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    BarrierId, Refusal, UnitCode,
    barrier::{Barrier, Case, Command},
    codes::Role,
    regime::Regime,
    rights::Matter,
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &BarrierId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    let mut command = command.clone();
    if let Command::Report { .. } = command {
        return report(asked, id, command, facts);
    }
    let barrier = facts.read::<Barrier>(id.as_str())?.clone();
    let Some(case) = barrier.case() else {
        return Err(Refusal::NotFound { what: "barrier report", id: id.to_string() }.into());
    };
    if asked.day < case.reported_on {
        return Err(Refusal::before(asked.day, "the report", case.reported_on).into());
    }
    let hands: Vec<_> = barrier.hands().cloned().collect();
    let what = format!("barrier report {id}");
    reach::check_matter(asked, Matter::Barrier, (&hands, case.against.as_ref()), what, facts)?;
    match &mut command {
        Command::Report { .. } => {}
        Command::Assign { unit, on, .. } => {
            *on = asked.day;
            let regime = facts.read::<Regime>(REGIME)?;
            regime.unit_at(unit, asked.day).map_err(Refusal::from)?;
            if is_accused(regime, case, unit) {
                let problem = "the report is against that unit; name another";
                return Err(invalid("/unit", problem).into());
            }
        }
        Command::ConfirmRemoved { on, .. } | Command::FindUnfounded { on, .. } => *on = asked.day,
        Command::PassDay { to, today } => {
            *to = next_above(asked, &barrier, case, facts)?;
            *today = asked.today;
        }
    }
    Ok(touch(id, command))
}

/// Anybody may report what stops him, or an enterprise of his: against a unit, or anybody.
fn report<F: Facts>(asked: &Asked, id: &BarrierId, mut command: Command, facts: &mut F) -> Verdict {
    let Command::Report { kind, against, enterprise, reported_by, to, on, .. } = &mut command
    else {
        return Ok(Vec::new());
    };
    if asked.by.role == Role::Enterprise && enterprise.is_none() {
        *enterprise = asked.by.unit.enterprise();
    }
    if let Some(enterprise) = enterprise {
        reach::check_spoken_of(enterprise, facts)?;
        reach::check(asked, enterprise, facts)?;
    }
    let regime = facts.read::<Regime>(REGIME)?;
    if let Some(unit) = against.as_ref().filter(|unit| unit.enterprise().is_none()) {
        regime.unit_at(unit, asked.day).map_err(Refusal::from)?;
    }
    let rules = regime.rules_for(asked.day)?;
    let own = rules.barrier_units.get(kind.code());
    let accused = |unit: &&UnitCode| {
        against.as_ref().is_some_and(|against| regime.units().same_unit(against, unit))
    };
    *to = own.into_iter().chain(&rules.barrier_escalates_to).find(|unit| !accused(unit)).cloned();
    reported_by.clone_from(&asked.by.unit);
    *on = asked.day;
    Ok(touch(id, command))
}

/// Whether the report is against this unit, under whatever code.
fn is_accused(regime: &Regime, case: &Case, unit: &UnitCode) -> bool {
    case.against.as_ref().is_some_and(|against| regime.units().same_unit(against, unit))
}

/// The first unit that the rules name, that it is not against, and that does not have it in hand.
fn next_above<F: Facts>(
    asked: &Asked,
    barrier: &Barrier,
    case: &Case,
    facts: &mut F,
) -> Result<Option<UnitCode>, Stop<Refusal>> {
    let regime = facts.read::<Regime>(REGIME)?;
    let rules = regime.rules_for(asked.day)?;
    let hands = |unit: &UnitCode| barrier.hands().any(|known| known == unit);
    let mut above = rules.barrier_escalates_to.iter();
    let free = above.clone().find(|unit| !is_accused(regime, case, unit) && !hands(unit));
    Ok(free.or_else(|| above.find(|unit| !is_accused(regime, case, unit))).cloned())
}

fn invalid(pointer: &str, problem: &str) -> Refusal {
    Refusal::InvalidField { pointer: pointer.to_owned(), problem: problem.to_owned() }
}

fn touch(id: &BarrierId, command: Command) -> Vec<Touch<Refusal>> {
    vec![Touch::new::<Barrier>(id.to_string(), command)]
}
