use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    EnterpriseId, Refusal, SupportId, UnitCode,
    codes::{Role, SupportSource},
    enterprise::Enterprise,
    regime::Regime,
    rights::Matter,
    support::{Case, Command, Payment, Support},
};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &SupportId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    let mut command = command.clone();
    if let Command::Raise { .. } = command {
        return raise(asked, id, command, facts);
    }
    let support = facts.read::<Support>(id.as_str())?.clone();
    let Some(case) = support.case() else {
        return Err(Refusal::NotFound { what: "support case", id: id.to_string() }.into());
    };
    if asked.day < case.raised_on {
        return Err(Refusal::before(asked.day, "the case", case.raised_on).into());
    }
    let hands = hands(&support, case);
    match &mut command {
        // Whoever is closed needs no help.
        Command::PassDay { .. } if is_gone(&case.enterprise, facts)? => return Ok(Vec::new()),
        Command::PassDay { to, today } => {
            *to = next_above(asked, &support, facts)?;
            *today = asked.today;
        }
        Command::Raise { .. } => {}
        Command::Assign { department, on, .. } => {
            *on = asked.day;
            known(asked, department, facts)?;
            check_sees(asked, case, &hands, facts)?;
        }
        Command::Transfer { department, on, .. } => {
            *on = asked.day;
            known(asked, department, facts)?;
            check_hands(asked, case, &hands, facts)?;
        }
        Command::NoteProgress { on, .. } => {
            *on = asked.day;
            check_hands(asked, case, &hands, facts)?;
        }
        Command::Resolve { paid, on, .. } => {
            *on = asked.day;
            check_paid(asked, paid.as_ref())?;
            check_hands(asked, case, &hands, facts)?;
        }
        Command::Confirm { paid, on, .. } => {
            *on = asked.day;
            check_paid(asked, paid.as_ref())?;
            check_sees(asked, case, &hands, facts)?;
        }
        Command::Reopen { on, .. } => {
            *on = asked.day;
            check_sees(asked, case, &hands, facts)?;
        }
        Command::Escalate { to, on, .. } => {
            *on = asked.day;
            match to {
                Some(to) => known(asked, to, facts)?,
                None => *to = next_above(asked, &support, facts)?,
            }
            check_sees(asked, case, &hands, facts)?;
        }
    }
    Ok(touch(id, command))
}

/// Anybody's difficulty can be raised who is here, listed or not.
fn raise<F: Facts>(asked: &Asked, id: &SupportId, mut command: Command, facts: &mut F) -> Verdict {
    let Command::Raise { enterprise, category, amount_cny, source, on, .. } = &mut command else {
        return Ok(Vec::new());
    };
    reach::check_spoken_of(enterprise, facts)?;
    reach::check(asked, enterprise, facts)?;
    reach::check_firm_is_here(enterprise, facts)?;
    let codes = facts.read::<Regime>(REGIME)?.codes().get("support_categories");
    if !codes.into_iter().flatten().any(|known| known.code == category.as_str()) {
        let problem = "no such category; see /v1/code-lists/support_categories";
        return Err(invalid("/category", problem).into());
    }
    if *amount_cny == Some(0) {
        return Err(invalid("/amount_cny", "send 1 or more").into());
    }
    *source = match asked.by.role {
        Role::Enterprise => SupportSource::Enterprise,
        Role::Officer => SupportSource::Officer,
        Role::Township
        | Role::Park
        | Role::Commission
        | Role::Emergency
        | Role::Headquarters
        | Role::Department
        | Role::Auditor
        | Role::Reporter
        | Role::Integrator
        | Role::Admin
        | Role::System => SupportSource::Department,
    };
    *on = asked.day;
    Ok(touch(id, command))
}

/// Those who help with the case, and those who have it above them.
fn hands(support: &Support, case: &Case) -> Vec<UnitCode> {
    support.department().into_iter().chain(&case.escalated_to).cloned().collect()
}

/// It is worked on by whoever has it, and by those who assign it.
fn check_hands<F: Facts>(
    asked: &Asked,
    case: &Case,
    hands: &[UnitCode],
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    reach::check_matter(asked, Matter::Support, (hands, None), &case.enterprise, facts)
}

/// It is spoken of by those whose enterprise it is, and by whoever has it. A department knows only
/// of what it has.
fn check_sees<F: Facts>(
    asked: &Asked,
    case: &Case,
    hands: &[UnitCode],
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    let units = facts.read::<Regime>(REGIME)?.units();
    let helps = hands.iter().any(|unit| units.same_unit(unit, &asked.by.unit));
    if helps || asked.by.role == Role::Department {
        return check_hands(asked, case, hands, facts);
    }
    reach::check(asked, &case.enterprise, facts)
}

/// The first unit that the rules of the day name and that does not have it in hand.
fn next_above<F: Facts>(
    asked: &Asked,
    support: &Support,
    facts: &mut F,
) -> Result<Option<UnitCode>, Stop<Refusal>> {
    let regime = facts.read::<Regime>(REGIME)?;
    let rules = regime.rules_for(asked.day)?;
    let in_hand = |unit: &UnitCode| {
        support.department().is_some_and(|hands| regime.units().same_unit(hands, unit))
    };
    Ok(rules.support_escalates_to.iter().find(|unit| !in_hand(unit)).cloned())
}

fn check_paid(asked: &Asked, paid: Option<&Payment>) -> Result<(), Refusal> {
    let Some(paid) = paid else { return Ok(()) };
    if paid.amount_cny == 0 {
        return Err(invalid("/amount_cny", "send 1 or more"));
    }
    asked.check_past("paid_on", paid.paid_on)
}

fn known<F: Facts>(asked: &Asked, unit: &UnitCode, facts: &mut F) -> Result<(), Stop<Refusal>> {
    facts.read::<Regime>(REGIME)?.unit_at(unit, asked.day).map_err(Refusal::from)?;
    Ok(())
}

fn is_gone<F: Facts>(id: &EnterpriseId, facts: &mut F) -> Result<bool, Stop<Refusal>> {
    Ok(facts.read::<Enterprise>(&id.whole().to_string())?.closed_on().is_some())
}

fn invalid(pointer: &str, problem: &str) -> Refusal {
    Refusal::InvalidField { pointer: pointer.to_owned(), problem: problem.to_owned() }
}

fn touch(id: &SupportId, command: Command) -> Vec<Touch<Refusal>> {
    vec![Touch::new::<Support>(id.to_string(), command)]
}
