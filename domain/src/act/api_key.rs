use chrono::{NaiveDate as Date, TimeDelta};
use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{
    ApiKeyId, Principal, Refusal,
    api_key::{ApiKey, Command},
    codes::{ApiKeyState, Role},
};

/// How many days ahead the last day of a key may lie: a leap year, so that it is looked at again.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &ApiKeyId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    let state = facts.read::<ApiKey>(id.as_str())?.state();
    match command {
        Command::Issue { grant, expires_on, .. } => {
            check_day(asked, *expires_on)?;
            let (unit, role) = (grant.unit.clone(), grant.role);
            let who = Principal { actor: id.to_string(), unit, role };
            if !who.is_consistent() {
                let problem = format!("nobody of unit {} has the role {role}", grant.unit);
                return Err(invalid("/role", problem));
            }
            // Whoever lets others in is a person, who answers for it.
            if role == Role::Admin {
                return Err(invalid("/role", "a program is no admin".to_owned()));
            }
        }
        Command::Rotate { expires_on, .. } if state != ApiKeyState::NotIssued => {
            check_day(asked, *expires_on)?;
        }
        Command::Rotate { .. } | Command::Withdraw { .. } => {
            if state == ApiKeyState::NotIssued {
                return Err(Refusal::NotFound { what: "API key", id: id.to_string() }.into());
            }
        }
    }
    Ok(vec![Touch::new::<ApiKey>(id.to_string(), command.clone())])
}

fn check_day(asked: &Asked, day: Date) -> Result<(), Refusal> {
    let last = asked.today.checked_add_signed(LONGEST).unwrap_or(Date::MAX);
    if (asked.today..=last).contains(&day) {
        return Ok(());
    }
    let problem = format!("send a day from {} to {last}", asked.today);
    Err(Refusal::InvalidField { pointer: "/expires_on".to_owned(), problem })
}

fn invalid(pointer: &str, problem: String) -> fugong_core::Stop<Refusal> {
    Refusal::InvalidField { pointer: pointer.to_owned(), problem }.into()
}
