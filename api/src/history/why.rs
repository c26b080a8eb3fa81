//! Why something is so: the fewest events and rules from which it follows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use fugong_core::{Position, keys};
use fugong_domain::{Kind, rights::Rule};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    History, Told,
    facts::{Fact, Place},
};
use crate::{desk::trouble, event::event_json, problem::Problem};

/// A fact, and the fewest events from which it follows.
///
/// Their acts, decided again in order on what these events alone come to, give the fact; without
/// any one of them they do not. What people did besides has no part in it.
#[derive(Debug)]
pub struct Why {
    /// The fact.
    pub fact: Fact,
    /// The events, in the order of the log.
    pub steps: Vec<Ground>,
}

/// One of the events on which a fact rests.
#[derive(Debug)]
pub struct Ground {
    /// The event.
    pub told: Told,
    /// Which of the others its decision looked at, or what set it off.
    pub rests_on: BTreeSet<Position>,
    /// The rules that decided, by name.
    pub rules: Vec<String>,
    /// The rule set under which it was decided.
    pub rules_version: Option<String>,
}

/// What a decision noted.
#[derive(Debug, Default, Deserialize)]
struct Trace {
    #[serde(default)]
    facts: BTreeMap<String, u64>,
    #[serde(default)]
    rules: Vec<String>,
}

impl History<'_> {
    /// Why what stands at `place` stands there, as known at `known`.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when nothing stands there, or it rests on what cannot be decided again.
    pub async fn why(&self, place: &Place, known: Position) -> Result<Why, Problem> {
        let absent = |what: &str| Problem::absent(format!("fact at {place}{what}"));
        let fact = self.fact(place, known).await?.ok_or_else(|| absent(""))?;
        let log = self.desk.log();
        let about = (fact.kind.code(), fact.id.as_str());
        let slice = log.slice(about, known, |world| fact.holds(world)).await.map_err(trouble)?;
        let slice = slice.ok_or_else(|| absent(" that its acts, decided again, give"))?;
        let told = self.told(slice.events).await?;
        let steps = grounds(told);
        Ok(Why { fact, steps })
    }
}

fn grounds(told: Vec<Told>) -> Vec<Ground> {
    let mut steps: Vec<Ground> = Vec::with_capacity(told.len());
    for told in told {
        let event = &told.event;
        let trace = event.meta(keys::TRACE).map(serde_json::from_str::<Trace>);
        let Trace { facts, rules } = trace.and_then(Result::ok).unwrap_or_default();
        let own = format!("{}/{}", event.aggregate_type, event.aggregate_id);
        let regime = Kind::Regime.code();
        let read = facts.iter().filter(|(fact, _)| !fact.starts_with(regime));
        let read = read.map(|(fact, version)| (fact.as_str(), *version));
        let before = event.sequence.saturating_sub(1);
        let looked_at: Vec<_> = read.chain([(own.as_str(), before)]).collect();
        let last_of = |(fact, version): &(&str, u64)| {
            let (kind, id) = fact.split_once('/')?;
            let found = steps.iter().rfind(|step| {
                let event = &step.told.event;
                (&*event.aggregate_type, &*event.aggregate_id) == (kind, id)
                    && event.sequence <= *version
            });
            found.map(|step| step.told.event.position)
        };
        let mut rests_on: BTreeSet<Position> = looked_at.iter().filter_map(last_of).collect();
        let cause = event.meta(keys::CAUSATION_ID);
        let set_off = |step: &&Ground| Some(&*step.told.event.event_id.to_string()) == cause;
        rests_on.extend(steps.iter().find(set_off).map(|step| step.told.event.position));
        let rules_version = event.meta(keys::RULES_VERSION).map(str::to_owned);
        steps.push(Ground { told, rests_on, rules, rules_version });
    }
    steps
}

impl Why {
    /// It as data, with what is sealed left sealed.
    pub fn json(&self) -> Value {
        let step = |step: &Ground| {
            json!({
                "event": event_json(&step.told.event),
                "sentence": step.told.sentence,
                "rests_on": step.rests_on.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "rules": step.rules,
                "rules_version": step.rules_version,
            })
        };
        json!({"fact": self.fact, "events": self.steps.iter().map(step).collect::<Vec<_>>()})
    }

    /// It as lines of Chinese text.
    pub fn text(&self) -> String {
        let mut text =
            format!("事实：{}\n由以下 {} 个事件得出，缺一不可：\n", self.fact, self.steps.len());
        for step in &self.steps {
            let _infallible =
                writeln!(text, "[{}] {}", step.told.event.position, step.told.sentence);
            let rests: Vec<_> = step.rests_on.iter().map(|at| format!("[{at}]")).collect();
            if !rests.is_empty() {
                let _infallible = writeln!(text, "    依据事件 {}", rests.join("、"));
            }
            if let Some(version) = &step.rules_version {
                let rules =
                    step.rules.iter().map(|rule| called(rule)).collect::<Vec<_>>().join("、");
                let _infallible = writeln!(text, "    适用规则 {version}（{rules}）");
            }
        }
        text
    }

    /// It as a Mermaid diagram.
    pub fn mermaid(&self) -> String {
        let mut text = "flowchart TD\n".to_owned();
        for step in &self.steps {
            let (at, sentence) = (step.told.event.position, plain(&step.told.sentence));
            let _infallible = writeln!(text, "  e{at}[\"{at} {sentence}\"]");
            for on in &step.rests_on {
                let _infallible = writeln!(text, "  e{on} --> e{at}");
            }
        }
        let versions: BTreeSet<_> =
            self.steps.iter().filter_map(|step| step.rules_version.as_ref()).collect();
        for (n, version) in versions.into_iter().enumerate() {
            let _infallible = writeln!(text, "  r{n}{{{{\"规则 {}\"}}}}", plain(version));
            let under = |step: &&Ground| step.rules_version.as_ref() == Some(version);
            for step in self.steps.iter().filter(under) {
                let _infallible = writeln!(text, "  r{n} -.-> e{}", step.told.event.position);
            }
        }
        let _infallible = writeln!(text, "  fact([\"{}\"])", plain(&self.fact.to_string()));
        let own = self.steps.iter().rfind(|step| {
            let event = &step.told.event;
            *event.aggregate_type == *self.fact.kind.code() && *event.aggregate_id == *self.fact.id
        });
        if let Some(step) = own {
            let _infallible = writeln!(text, "  e{} --> fact", step.told.event.position);
        }
        text
    }
}

/// What a rule of rights says; other rules have names that are data.
fn called(rule: &str) -> &str {
    match Rule::of(rule) {
        Some(rule) => rule.label_zh(),
        None => rule,
    }
}

/// A text within the quotation marks of a diagram.
fn plain(text: &str) -> String {
    text.replace('"', "#quot;").replace('\n', " ")
}
