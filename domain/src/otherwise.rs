//! Other rules than those that were published, to see what would have been under them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Act, Ask, Calendar, regime::Command, rules::RuleSet};

/// Other thresholds, deadlines, units or rights, and other calendars.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otherwise {
    /// Members of rule sets that are to be so in every rule set that is published, or in those that
    /// are named; a rule set keeps its version and its first day.
    #[serde(default)]
    pub rules: Map<String, Value>,
    /// The versions of the rule sets meant; all of them if none is named.
    #[serde(default)]
    pub versions: Vec<String>,
    /// Calendars, each in the place of the published one of the same id.
    #[serde(default)]
    pub calendars: Vec<Calendar>,
}

/// Why rules cannot be thought of otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unthinkable {
    /// They cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// Nobody published such a thing.
    #[error("no {what} {id} was published")]
    Unpublished {
        /// What.
        what: &'static str,
        /// Its name.
        id: String,
    },
}

/// The members by which a rule set is known.
const KEPT: [&str; 2] = ["version", "effective_from"];

impl Otherwise {
    /// The rules in a JSON text: a whole rule set, or an object with the members `rules`,
    /// `versions` and `calendars`.
    ///
    /// # Errors
    ///
    /// [`Unthinkable::Unreadable`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Unthinkable> {
        let unreadable = |error: serde_json::Error| Unthinkable::Unreadable(error.to_string());
        let said: Map<String, Value> = serde_json::from_str(text).map_err(unreadable)?;
        let Some(Value::String(version)) = said.get("version").cloned() else {
            let this: Self = serde_json::from_value(Value::Object(said)).map_err(unreadable)?;
            let kept = KEPT.into_iter().find(|name| this.rules.contains_key(*name));
            return match kept {
                Some(name) => Err(Unthinkable::Unreadable(format!("/rules/{name} cannot change"))),
                None => Ok(this),
            };
        };
        let mut rules = said;
        rules.retain(|name, _| !KEPT.contains(&name.as_str()));
        Ok(Self { rules, versions: vec![version], calendars: Vec::new() })
    }

    /// The same, one change at a time, each with what it changes.
    pub fn parts(&self) -> Vec<(String, Self)> {
        let rules = self.rules.iter().map(|(name, value)| {
            let rules = Map::from_iter([(name.clone(), value.clone())]);
            (name.clone(), Self { rules, versions: self.versions.clone(), calendars: Vec::new() })
        });
        let calendars = self.calendars.iter().map(|calendar| {
            (calendar.id.clone(), Self { calendars: vec![calendar.clone()], ..Self::default() })
        });
        rules.chain(calendars).collect()
    }

    /// What would have been asked instead of `act`: where it published rules or a calendar, others.
    ///
    /// # Errors
    ///
    /// When the rule set would not be one.
    pub fn instead(&self, act: &Act) -> Result<Option<Act>, Unthinkable> {
        let command = match &act.ask {
            Ask::Regime(Command::PublishRules { rules }) => {
                let Some(rules) = self.rules(rules)? else { return Ok(None) };
                Command::PublishRules { rules: Box::new(rules) }
            }
            Ask::Regime(Command::PublishCalendar { calendar }) => {
                let other = self.calendars.iter().find(|other| other.id == calendar.id);
                let Some(other) = other.filter(|other| *other != calendar) else {
                    return Ok(None);
                };
                Command::PublishCalendar { calendar: other.clone() }
            }
            Ask::Regime(_)
            | Ask::Enterprise(..)
            | Ask::Resumption(..)
            | Ask::Plan(..)
            | Ask::Posting(..)
            | Ask::Officer(..)
            | Ask::Inspection(..)
            | Ask::Rectification(..)
            | Ask::Credit(..)
            | Ask::Support(..)
            | Ask::Barrier(..)
            | Ask::Epidemic(..)
            | Ask::Measure(..)
            | Ask::Task(..)
            | Ask::DataSubject(..)
            | Ask::Report(..)
            | Ask::ApiKey(..)
            | Ask::Webhook(..) => return Ok(None),
        };
        Ok(Some(Act { ask: Ask::Regime(command), ..act.clone() }))
    }

    fn rules(&self, published: &RuleSet) -> Result<Option<RuleSet>, Unthinkable> {
        let meant = self.versions.is_empty() || self.versions.contains(&published.version);
        if self.rules.is_empty() || !meant {
            return Ok(None);
        }
        let unreadable = |error: serde_json::Error| Unthinkable::Unreadable(error.to_string());
        let mut members: BTreeMap<String, Value> =
            serde_json::from_value(serde_json::to_value(published).map_err(unreadable)?)
                .map_err(unreadable)?;
        members.extend(self.rules.clone());
        let whole = Value::Object(members.into_iter().collect());
        let other: RuleSet = serde_json::from_value(whole).map_err(unreadable)?;
        Ok(Some(other).filter(|other| other != published))
    }
}
