//! The rules of the district (规则): rule sets, calendars, units, codes, risk levels.
//!
//! Rules are effective-dated: an act is judged by those in force on its own day, and publishing
//! new ones changes nothing that was decided. A risk level informs; it never stops a resumption.

mod command;
mod event;
mod fit;

pub use command::Command;
pub use event::{Checklist, Code, Event};

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate as Date, Utc};
use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::shanghai_day;
use serde::{Deserialize, Serialize};

use crate::{
    Calendar, Calendars, IndustryCode, Refusal, UnitCode,
    codes::{RegimeState, RiskLevel},
    industry::{Industries, Section},
    rules::RuleSet,
    township::{Unit, Units, UnknownUnit},
};

/// The rules as published so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regime {
    rules: Vec<RuleSet>,
    risks: Vec<Risk>,
    calendars: Calendars,
    units: Units,
    industries: Option<Industries>,
    codes: BTreeMap<String, Vec<Code>>,
    checklists: BTreeMap<String, Checklist>,
    /// The last day whose figures were fixed.
    fixed: Option<Date>,
}

/// The risk of an area from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Risk {
    area: Option<UnitCode>,
    level: RiskLevel,
    from: Date,
}

impl Regime {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names what is wrong with what was sent.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::PublishRules { rules } => return self.publish_rules(rules),
            Command::ChangeRiskLevel { area, level, effective_on } => {
                return self.change_risk_level(area, level, effective_on);
            }
            Command::FixFigures { date } => {
                (self.fixed < Some(date)).then_some(Event::FiguresFixed { date })
            }
            Command::PublishCalendar { calendar } => return self.publish_calendar(calendar),
            Command::PublishUnits { units } => {
                fit::units(&self.units, &units)?;
                (units != self.units).then_some(Event::UnitsPublished { units })
            }
            Command::PublishIndustry { industries } => {
                let known = self.industries.as_ref() == Some(&industries);
                (!known).then_some(Event::IndustryPublished { industries })
            }
            Command::PublishCodes { lists } => {
                fit::codes(&self.codes, &lists)?;
                let known = lists.iter().all(|(name, list)| self.codes.get(name) == Some(list));
                (!known).then_some(Event::CodesPublished { lists })
            }
            Command::PublishChecklists { lists } => {
                fit::checklists(&self.checklists, &lists)?;
                let known = lists.iter().all(|(name, list)| self.checklist(name) == Some(list));
                (!known).then_some(Event::ChecklistsPublished { lists })
            }
        };
        Ok(event.into_iter().collect())
    }

    /// A rule set keeps its version for ever: what it decided must stay explicable.
    fn publish_rules(&self, rules: Box<RuleSet>) -> Result<Vec<Event>, Refusal> {
        fit::rules(&rules)?;
        match self.rules.iter().find(|known| known.version == rules.version) {
            Some(known) if *known == *rules => Ok(Vec::new()),
            Some(_) => Err(fit::taken("/version", &rules.version)),
            None => Ok(vec![Event::RulesPublished { rules }]),
        }
    }

    /// A calendar keeps its name for ever: deadlines name the version they were counted with.
    fn publish_calendar(&self, calendar: Calendar) -> Result<Vec<Event>, Refusal> {
        fit::calendar(&calendar)?;
        match self.calendars.get(&calendar.id) {
            Some(known) if *known == calendar => Ok(Vec::new()),
            Some(_) => Err(fit::taken("/id", &calendar.id)),
            None => Ok(vec![Event::CalendarPublished { calendar }]),
        }
    }

    fn change_risk_level(
        &self,
        area: Option<UnitCode>,
        level: RiskLevel,
        effective_on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        if let Some(area) = &area
            && self.units.park(area).is_none()
        {
            self.units.township_at(area, effective_on)?;
        }
        let last = self.risks.iter().filter(|risk| risk.area == area).max_by_key(|risk| risk.from);
        if last.is_some_and(|last| last.level == level && last.from <= effective_on) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::RiskLevelChanged { area, level, effective_on }])
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(&mut self, event: Event) {
        match event {
            Event::RulesPublished { rules } => self.rules.push(*rules),
            Event::RiskLevelChanged { area, level, effective_on } => {
                self.risks.push(Risk { area, level, from: effective_on });
            }
            Event::FiguresFixed { date } => self.fixed = Some(date),
            Event::CalendarPublished { calendar } => self.calendars.publish(calendar),
            Event::UnitsPublished { units } => self.units = units,
            Event::IndustryPublished { industries } => self.industries = Some(industries),
            Event::CodesPublished { lists } => self.codes.extend(lists),
            Event::ChecklistsPublished { lists } => self.checklists.extend(lists),
        }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> RegimeState {
        if self.rules.is_empty() { RegimeState::Unpublished } else { RegimeState::Published }
    }

    /// The rule set in force on `day`: the one that began last; before all of them, the first.
    pub fn rules_at(&self, day: Date) -> Option<&RuleSet> {
        self.rules
            .iter()
            .filter(|rules| rules.effective_from <= day)
            .max_by_key(|rules| rules.effective_from)
            .or_else(|| self.rules.iter().min_by_key(|rules| rules.effective_from))
    }

    /// The rule set in force on `day`, for an act that cannot be judged without one.
    ///
    /// # Errors
    ///
    /// When none was ever published.
    pub fn rules_for(&self, day: Date) -> Result<&RuleSet, Refusal> {
        self.rules_at(day).ok_or(Refusal::NotFound { what: "rule set", id: day.to_string() })
    }

    /// The day whose cut-off passed last at `now`, where the rules of the day have one.
    pub fn last_cutoff(&self, now: DateTime<Utc>) -> Option<Date> {
        let today = shanghai_day(now);
        let passed = |day: &Date| {
            let cutoff = self.rules_at(*day).and_then(|rules| rules.daily_cutoff);
            cutoff.is_some_and(|cutoff| cutoff.on(*day) <= now)
        };
        [Some(today), today.pred_opt()].into_iter().flatten().find(passed)
    }

    /// The last day whose figures were fixed.
    pub fn figures_fixed(&self) -> Option<Date> {
        self.fixed
    }

    /// The risk on `day` at a place: the higher of its township's, its park's and the district's.
    pub fn risk_level(
        &self,
        day: Date,
        township: Option<&UnitCode>,
        park: Option<&UnitCode>,
    ) -> RiskLevel {
        let in_force = |area: Option<&UnitCode>| {
            let known = self.risks.iter().filter(|risk| risk.area.as_ref() == area);
            known.filter(|risk| risk.from <= day).max_by_key(|risk| risk.from).map(|r| r.level)
        };
        let own = [township, park].into_iter().flatten().filter_map(|area| in_force(Some(area)));
        own.chain(in_force(None)).max().unwrap_or(RiskLevel::Low)
    }

    /// The working-day calendars.
    pub fn calendars(&self) -> &Calendars {
        &self.calendars
    }

    /// The units.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// The unit with `code` on `day`.
    ///
    /// # Errors
    ///
    /// [`UnknownUnit`] when no unit has that code then.
    pub fn unit_at(&self, code: &UnitCode, day: Date) -> Result<Unit<'_>, UnknownUnit> {
        self.units.at(code, day)
    }

    /// The classification of industries, once it is published.
    pub fn industries(&self) -> Option<&Industries> {
        self.industries.as_ref()
    }

    /// The section of an industry.
    pub fn section_of(&self, code: &IndustryCode) -> Option<Section> {
        self.industries.as_ref()?.section_of(code).map(|entry| entry.section)
    }

    /// Whether an industry is industrial: sections B, C, D.
    pub fn is_industrial(&self, code: &IndustryCode) -> bool {
        let entry = self.industries.as_ref().and_then(|all| all.section_of(code));
        entry.is_some_and(|entry| entry.industrial)
    }

    /// The name of the division of an industry.
    pub fn division_name(&self, code: &IndustryCode) -> Option<&str> {
        self.industries.as_ref()?.division_name(code)
    }

    /// The unit that leads an industry's sector on `day`.
    pub fn lead_of(&self, code: &IndustryCode, day: Date) -> Option<&UnitCode> {
        let section = self.section_of(code)?.to_string();
        self.rules_at(day)?.sector_leads.get(&section)
    }

    /// What a code is called; the code itself where no list says.
    pub fn label(&self, list: &str, code: &str, language: &str) -> String {
        let known = self.codes.get(list).into_iter().flatten().find(|known| known.code == code);
        let label = known.map(|known| if language == "en" { &known.en } else { &known.zh });
        label.cloned().unwrap_or_else(|| code.to_owned())
    }

    /// The codes with their labels, list by list.
    pub fn codes(&self) -> &BTreeMap<String, Vec<Code>> {
        &self.codes
    }

    /// The checklist of this name.
    pub fn checklist(&self, name: &str) -> Option<&Checklist> {
        self.checklists.get(name)
    }
}

impl Aggregate for Regime {
    const TYPE: &'static str = "regime";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        self.evolve(event);
    }
}
