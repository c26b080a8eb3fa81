use std::slice;

use fugong_core::{Facts, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    DocumentNumber, MeasureId, Refusal,
    measure::{Command, ControlMeasure, Target},
    regime::Regime,
    rights::Matter,
};

/// What this act comes to; `paper` is the document on which it rests.
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &MeasureId,
    (command, paper): (&Command, Option<&DocumentNumber>),
    facts: &mut F,
) -> Verdict {
    let mut command = command.clone();
    if let Command::Impose { target, by, .. } = &command {
        let regime = facts.read::<Regime>(REGIME)?;
        regime.unit_at(by, asked.day).map_err(Refusal::from)?;
        match target {
            Target::Area(area) => {
                if !area.is_territorial() {
                    let problem = "send a township or a park".to_owned();
                    let pointer = "/area".to_owned();
                    return Err(Refusal::InvalidField { pointer, problem }.into());
                }
                regime.unit_at(area, asked.day).map_err(Refusal::from)?;
            }
            Target::Enterprise(enterprise) => {
                reach::check_spoken_of(enterprise, facts)?;
                reach::check(asked, enterprise, facts)?;
                reach::check_firm_is_here(enterprise, facts)?;
            }
        }
    } else {
        let measure = facts.read::<ControlMeasure>(id.as_str())?.clone();
        let Some(terms) = measure.terms() else {
            return Err(Refusal::NotFound { what: "control measure", id: id.to_string() }.into());
        };
        if asked.day < terms.imposed_on {
            return Err(Refusal::before(asked.day, "the measure", terms.imposed_on).into());
        }
        // Whoever imposed it deals with it, and so do the headquarters, which set measures.
        let hands = slice::from_ref(&terms.by);
        let what = format!("control measure {id}");
        reach::check_matter(asked, Matter::Measure, (hands, None), what, facts)?;
    }
    match &mut command {
        Command::Impose { authority, on, .. } => {
            *authority = paper.cloned();
            *on = asked.day;
        }
        Command::Relax { on, .. } | Command::Keep { on, .. } | Command::Lift { on, .. } => {
            *on = asked.day;
        }
    }
    Ok(vec![Touch::new::<ControlMeasure>(id.to_string(), command)])
}
