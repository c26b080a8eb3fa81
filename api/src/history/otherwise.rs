//! What would have been under other rules, and who would have been treated differently.

mod said;

use std::collections::{BTreeMap, BTreeSet};

use fugong_core::{Act as _, Intent, Position, Recorded};
use fugong_domain::{
    Act, Ask, act::REGIME, enterprise::Enterprise, otherwise, regime::Regime, task::Task,
};
use fugong_engine::{Filter, Loop, Rehearsal, Retold};
use serde::Serialize;
use serde_json::Value;

use self::said::{Said, compared, errands, said_by};
use super::History;
use crate::{
    desk::{Desk, trouble},
    operations::Passes,
    problem::Problem,
    record::typed,
};

pub use fugong_domain::otherwise::Otherwise;

/// What would have been under other rules: never more than a thought, of which nothing is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// Whether policies would have reacted to it (`closed`), or have asked for what they did ask
    /// for (`open`).
    #[serde(rename = "loop")]
    pub how: &'static str,
    /// What is other about the rules: members of rule sets, and calendars.
    pub changed: Vec<String>,
    /// How many events there were, and how many there would have been.
    pub events: (usize, usize),
    /// Who would have been treated differently.
    pub treated: Vec<Treated>,
}

/// One enterprise, or something of the district, that would have been treated differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Treated {
    /// The enterprise; else the aggregate.
    pub whom: String,
    /// Its name, if it is known.
    pub name: Option<String>,
    /// What happened and would not have.
    pub only_then: Vec<String>,
    /// What did not happen and would have.
    pub only_otherwise: Vec<String>,
    /// Why acts of then would have been refused.
    pub refused: Vec<String>,
    /// What would have happened otherwise: how it was, how it would have been, and where they
    /// differ, as a JSON Patch.
    pub differently: Vec<Differently>,
    /// Which of the changes alone would do this; all of them where none would alone.
    pub because: Vec<String>,
}

/// An event that would have been another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differently {
    /// How it was.
    pub then: String,
    /// How it would have been.
    pub otherwise: String,
    /// From the one to the other.
    pub changes: Value,
}

impl History<'_> {
    /// What would have been, up to the event at `upto`, if the rules had been `rules`. What people
    /// asked for is asked for again at its own time. Under the rules as they were nothing differs.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` when the rules would not be rules, or nobody published what they replace.
    pub async fn what_if(
        &self,
        rules: &Otherwise,
        how: Loop,
        upto: Position,
    ) -> Result<WhatIf, Problem> {
        self.what_if_telling(rules, how, upto, &Passes::default()).await
    }

    /// The same; `passes` tells how far it has come.
    pub(crate) async fn what_if_telling(
        &self,
        rules: &Otherwise,
        how: Loop,
        upto: Position,
        passes: &Passes,
    ) -> Result<WhatIf, Problem> {
        let (regime, _) = typed::<Regime>(self.desk, REGIME, Some(upto)).await?;
        check(rules, &regime)?;
        let trial = Trial { desk: self.desk, how, upto, regime, passes };
        let was = trial.lived(&Otherwise::default()).await?;
        let then = said_by(&was.events, &trial.regime);
        let would = trial.lived(rules).await?;
        let mut treated = compared(&then, &said_by(&would.events, &trial.regime));
        for not_done in &would.not_done {
            let whose = whose(&not_done.asked);
            if let Some(it) = treated.iter_mut().find(|it| Some(&it.whom) == whose.as_ref()) {
                it.refused.push(not_done.why.clone());
            }
        }
        trial.because(rules, &then, &mut treated).await?;
        trial.name(&mut treated).await?;
        Ok(WhatIf {
            how: match how {
                Loop::Open => "open",
                Loop::Closed => "closed",
            },
            changed: rules.parts().into_iter().map(|(name, _)| name).collect(),
            events: (was.events.len(), would.events.len()),
            treated,
        })
    }
}

/// How many times the history is lived again for these rules, at most.
pub(crate) fn lives(rules: &Otherwise) -> usize {
    let alone = match rules.parts().len() {
        1 => 0,
        parts => parts,
    };
    // As it was, and with all of them.
    alone.saturating_add(2)
}

/// A history lived again under several rules.
struct Trial<'a> {
    desk: &'a Desk,
    how: Loop,
    upto: Position,
    /// The rules as they were.
    regime: Regime,
    passes: &'a Passes,
}

impl Trial<'_> {
    /// Finds which change alone makes a difference to whom.
    async fn because(
        &self,
        rules: &Otherwise,
        then: &[Said],
        treated: &mut [Treated],
    ) -> Result<(), Problem> {
        let parts = rules.parts();
        if treated.is_empty() || parts.len() == 1 {
            for it in treated {
                it.because = parts.iter().map(|(name, _)| name.clone()).collect();
            }
            return Ok(());
        }
        for (name, part) in &parts {
            let lived = self.lived(part).await?;
            let alone = compared(then, &said_by(&lived.events, &self.regime));
            let whom: BTreeSet<_> = alone.into_iter().map(|it| it.whom).collect();
            for it in treated.iter_mut().filter(|it| whom.contains(&it.whom)) {
                it.because.push(name.clone());
            }
        }
        for it in treated.iter_mut().filter(|it| it.because.is_empty()) {
            it.because = parts.iter().map(|(name, _)| name.clone()).collect();
        }
        Ok(())
    }

    /// Lives the log again with these rules.
    async fn lived(&self, rules: &Otherwise) -> Result<Retold, Problem> {
        let (log, upto) = (self.desk.log(), Some(self.upto));
        let raised = Filter { types: vec!["task-raised".to_owned()], upto, ..Filter::default() };
        let raised = log.events(Position::START, usize::MAX, &raised).await.map_err(trouble)?;
        let known = errands(&raised);
        let mut wrong = None;
        let told = |asked: &Intent, life: &Rehearsal<'_>| {
            self.passes.at(u64::try_from(life.events().len()).unwrap_or(u64::MAX));
            let other = instead(asked, rules, &known, life).unwrap_or_else(|why| {
                wrong.get_or_insert(why);
                None
            });
            other.unwrap_or_else(|| asked.clone())
        };
        let lived = log.rehearse(self.how, self.upto, told).await.map_err(trouble)?;
        self.passes.passed();
        if let Some(why) = wrong {
            return Err(Problem::unfit("/rules", why));
        }
        let published =
            |asked: &Intent| matches!(act(asked), Some(Act { ask: Ask::Regime(_), .. }));
        match lived.not_done.iter().find(|it| published(&it.asked)) {
            Some(refused) => Err(Problem::unfit("/rules", &refused.why)),
            None => Ok(lived),
        }
    }

    /// Gives them the names of their enterprises.
    async fn name(&self, treated: &mut [Treated]) -> Result<(), Problem> {
        for it in treated {
            let listed = typed::<Enterprise>(self.desk, &it.whom, Some(self.upto)).await?.0;
            it.name = listed.entry().map(|entry| entry.name.clone());
        }
        Ok(())
    }
}

/// That there is what they replace.
fn check(rules: &Otherwise, regime: &Regime) -> Result<(), Problem> {
    let published = serde_json::to_value(regime).map_err(Problem::unavailable)?;
    let versions = published.get("rules").and_then(Value::as_array).into_iter().flatten();
    let versions: Vec<_> =
        versions.filter_map(|set| set.get("version").and_then(Value::as_str)).collect();
    let unknown =
        |pointer: &str, id: &str| Err(Problem::unfit(pointer, format!("nobody published {id}")));
    if let Some(version) = rules.versions.iter().find(|it| !versions.contains(&it.as_str())) {
        return unknown("/versions", version);
    }
    let calendars = rules.calendars.iter();
    match calendars.map(|it| &it.id).find(|id| regime.calendars().get(id).is_none()) {
        Some(id) => unknown("/calendars", id),
        None => Ok(()),
    }
}

fn act(asked: &Intent) -> Option<Act> {
    let own = asked.kind == Act::KIND;
    own.then(|| serde_json::from_str(&asked.body).ok()).flatten()
}

/// Whose act it is: the enterprise's, if it names one.
fn whose(asked: &Intent) -> Option<String> {
    let mut act = act(asked)?;
    let enterprise = act.ask.enterprises_mut().first().map(|id| id.whole().to_string());
    enterprise.or_else(|| Some(act.subject().id))
}

/// What is asked for instead: under other rules, and of the task that is there in the place of one.
fn instead(
    asked: &Intent,
    rules: &Otherwise,
    known: &BTreeMap<String, String>,
    life: &Rehearsal<'_>,
) -> Result<Option<Intent>, otherwise::Unthinkable> {
    // Few acts are about rules or tasks, and reading all of them takes its time.
    if !asked.body.contains("\"regime\"") && !asked.body.contains("\"task\"") {
        return Ok(None);
    }
    let Some(act) = act(asked) else { return Ok(None) };
    let other = if let Ask::Task(id, command) = &act.ask {
        let there = errand_there(id.as_str(), known, life);
        let there = there.and_then(|there| there.parse().ok());
        there.map(|id| Act { ask: Ask::Task(id, command.clone()), ..act.clone() })
    } else {
        rules.instead(&act)?
    };
    Ok(other.and_then(|other| Intent::new(&other).ok()))
}

/// The open task of this life that has the errand of another life's task.
fn errand_there(
    id: &str,
    known: &BTreeMap<String, String>,
    life: &Rehearsal<'_>,
) -> Option<String> {
    let errand = known.get(id)?;
    let is_open = |id: &str| life.world().read::<Task>(id).is_some_and(|it| it.open().is_some());
    let raised = life.events().iter().rev().filter(|event| &*event.event_type == "task-raised");
    let same = |event: &&Recorded| said::errand(event).as_ref() == Some(errand);
    let found = raised.filter(same).find(|event| is_open(&event.aggregate_id));
    found.map(|event| event.aggregate_id.to_string())
}
