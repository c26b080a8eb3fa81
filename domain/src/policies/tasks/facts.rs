//! The single things that the inbox knows of an enterprise.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use crate::{
    BarrierId, Deadline, EnterpriseId, FindingId, MeasureId, OfficerId, TaskId, UnitCode,
    enterprise::Entry, resumption::DailyReport,
};

/// What follows from the trade of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trade {
    /// Whether it is industrial (sections B, C and D).
    pub(super) industrial: bool,
    /// Whether it is a mine, which stands under other law as well.
    pub(super) mining: bool,
    /// Who guides its production plan (属事).
    pub(super) lead: Option<UnitCode>,
}

/// A spell of production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Production {
    /// Since this day in the world.
    pub(super) since: Date,
    /// Since this day we know.
    pub(super) known_on: Date,
    /// Whether another authority's decision was noted since then.
    pub(super) other_law_noted: bool,
}

/// What is known of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planned {
    /// Whether something is missing in it.
    pub(super) has_gaps: bool,
    /// Whether some revision was put in place.
    pub(super) in_place: bool,
}

/// Who holds a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    /// Who.
    pub(super) officer: OfficerId,
    /// The unit that filled it.
    pub(super) unit: UnitCode,
    /// Since this day.
    pub(super) since: Date,
}

/// An inspection with what it found against the enterprise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Inspected {
    /// Whether it looks at the officers' duty.
    pub(super) looks_at_duty: bool,
    /// Whether it was closed.
    pub(super) closed: bool,
    /// Findings for which nothing is ordered or declined.
    pub(super) undecided: BTreeSet<u32>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ordered {
    /// What it rests on.
    pub(super) findings: Vec<FindingId>,
    /// The last day, once it runs.
    pub(super) due: Option<Date>,
    /// Where it stands.
    pub(super) stage: Stage,
}

/// Where an order stands for the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Stage {
    /// Nothing is to be looked at yet.
    Running,
    /// Reported or lapsed: somebody has to look.
    ToReinspect,
    /// It failed, and nothing followed.
    Failed,
}

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Flag {
    /// Proposed; notice is to be served.
    Proposed,
    /// Notice was served; decided after this period.
    Notified(Deadline),
    /// An objection is to be decided by then.
    Contested(Deadline),
}

/// Whom a flag went to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct HandedOut {
    /// Whether it was struck out or repaired.
    pub(super) ended: bool,
    /// The disclosures whose recipient was not told so.
    pub(super) untold: BTreeSet<u32>,
}

/// A difficulty that is not solved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Helped {
    /// Who helps, and by when.
    pub(super) by: Option<(UnitCode, Date)>,
    /// The unit to which it went up.
    pub(super) above: Option<UnitCode>,
}

/// A barrier that is not gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Barred {
    /// The report.
    pub(super) report: BarrierId,
    /// Whose work it is.
    pub(super) unit: Option<UnitCode>,
    /// By this day.
    pub(super) due: Option<Date>,
    /// The unit to which it went up.
    pub(super) above: Option<UnitCode>,
}

/// A measure of control that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Enforced {
    /// Which.
    pub(super) measure: MeasureId,
    /// Who imposed it, and looks at it again.
    pub(super) by: UnitCode,
    /// When somebody last did.
    pub(super) reviewed_on: Date,
    /// The day of a change of risk that nobody has looked at since.
    pub(super) risk_changed_on: Option<Date>,
}

/// An open task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Raised {
    /// Its id.
    pub(super) id: TaskId,
    /// Whose inbox it was meant for; an escalation changes nothing here.
    pub(super) unit: UnitCode,
    /// Whose, within it.
    pub(super) officer: Option<OfficerId>,
    /// By this day.
    pub(super) due: Option<Date>,
}

/// From each day on, whether a firm works: whether any of its sites does.
pub(super) type Works = BTreeMap<Date, bool>;

/// The place of a firm that supplies others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Chain {
    /// Whether it works.
    pub(super) works: Works,
    /// Whether a difficulty of it is unsolved.
    pub(super) has_difficulty: bool,
    /// Whether those work whom it supplies.
    pub(super) anchors: BTreeMap<EnterpriseId, Works>,
}

impl Chain {
    /// Whether on `day` one works whom it supplies, and it does not.
    pub(super) fn holds_back(&self, entry: &Entry, day: Date) -> bool {
        let on = |works: &Works| works.range(..=day).next_back().is_some_and(|(_, works)| *works);
        let supplied = self.anchors.iter().filter(|(anchor, _)| {
            entry.supplies.get(anchor).is_some_and(|until| until.is_none_or(|until| day <= until))
        });
        !on(&self.works) && supplied.map(|(_, works)| works).any(on)
    }

    /// The days from which something is otherwise.
    pub(super) fn changes(&self, entry: Option<&Entry>) -> BTreeSet<Date> {
        let works = [&self.works].into_iter().chain(self.anchors.values()).flat_map(BTreeMap::keys);
        let ends = entry.into_iter().flat_map(|entry| entry.supplies.values().flatten());
        works.copied().chain(ends.filter_map(Date::succ_opt)).collect()
    }
}

/// What daily reports come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Daily {
    /// The last days of which a report stands: an earlier day's cut-off has passed.
    pub(super) reported: BTreeSet<Date>,
    /// The day at whose cut-off it worked and had sent no report.
    pub(super) silent_on: Option<Date>,
    /// The days of which the report that stands tells of somebody's health.
    pub(super) abnormal: BTreeSet<Date>,
}

impl Daily {
    pub(super) fn take(&mut self, report: &DailyReport, today: Date) {
        if let Some(was) = &report.was {
            self.reported.remove(was);
            self.abnormal.remove(was);
        }
        if report.is_abnormal() {
            self.abnormal.insert(report.date);
        }
        if self.silent_on == Some(report.date) {
            self.silent_on = None;
        }
        let yesterday = today.pred_opt().unwrap_or(today);
        self.reported.insert(report.date);
        self.reported.retain(|day| yesterday <= *day);
    }

    /// Whether the cut-off of `date` changes who is asked.
    pub(super) fn pass_cut_off(&mut self, date: Date, works: bool) -> bool {
        let silent_on = (works && !self.reported.contains(&date)).then_some(date);
        let changes = self.silent_on != silent_on;
        self.silent_on = silent_on;
        changes
    }
}

/// A task that is to be raised on a day to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planted {
    /// On this day.
    pub(super) from: Date,
    /// The task as it will be.
    pub(super) task: Raised,
}

/// The day on which the reason of an open task ends, or passes to another inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ending {
    /// On this day.
    pub(super) on: Date,
    /// Whose inbox then; none when it ends.
    pub(super) to: Option<(UnitCode, Option<OfficerId>)>,
}
