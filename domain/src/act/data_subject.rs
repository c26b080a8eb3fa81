use std::slice;

use fugong_core::{Facts, Touch};

use super::{Asked, Verdict, reach};
use crate::{
    DocumentNumber, Refusal, SubjectId,
    codes::ErasureGround,
    data_subject::{Command, DataSubject},
    rights::Matter,
};

/// What this act comes to; `paper` is the document on which it rests.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &SubjectId,
    (command, paper): (&Command, Option<&DocumentNumber>),
    facts: &mut F,
) -> Verdict {
    let mut command = command.clone();
    let subject = facts.read::<DataSubject>(id.as_str())?;
    let (hold, restriction) = (subject.hold().cloned(), subject.restriction().cloned());
    match &mut command {
        Command::Erase { ground: ErasureGround::OtherLaw, .. } if paper.is_none() => {
            let problem = "name the document (文号) of the law that asks for it".to_owned();
            let pointer = "/authority".to_owned();
            return Err(Refusal::InvalidField { pointer, problem }.into());
        }
        Command::Erase { authority, on, .. } => {
            *authority = paper.cloned();
            *on = asked.day;
        }
        Command::Hold { by, authority, on, .. } => {
            *by = asked.by.unit.clone();
            *authority = paper.cloned();
            *on = asked.day;
        }
        Command::LiftHold { on, .. } => {
            *on = asked.day;
            if let Some(hold) = &hold {
                check_day(asked, "the hold", hold.since)?;
                // Whoever holds the words says when they need not be held any longer.
                let hands = slice::from_ref(&hold.by);
                let what = format!("the hold on {id}");
                reach::check_matter(asked, Matter::Hold, (hands, None), what, facts)?;
            }
        }
        Command::Restrict { on, .. } => *on = asked.day,
        Command::LiftRestriction { on, .. } => {
            *on = asked.day;
            if let Some(restriction) = &restriction {
                check_day(asked, "the restriction", restriction.since)?;
            }
        }
    }
    Ok(vec![Touch::new::<DataSubject>(id.to_string(), command)])
}

fn check_day(asked: &Asked, what: &str, since: chrono::NaiveDate) -> Result<(), Refusal> {
    if asked.day < since { Err(Refusal::before(asked.day, what, since)) } else { Ok(()) }
}
