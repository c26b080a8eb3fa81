//! What several policies have to know besides their own case: the rules, and whose a case is.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{commission, id, owner::Owner};
use crate::{
    Calendars, EnterpriseId, FindingId, Happened, IndustryCode, UnitCode, epidemic,
    industry::Industries,
    inspection, officer, rectification,
    regime::Event,
    rules::{RuleSet, TimeOfDay},
    support, task,
    township::Units,
};

const REGIME: &str = "regime";
const OWNERS: &str = "owners";

/// The numbers of a rule set that policies go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers {
    /// The first day on which they are in force.
    pub(super) effective_from: Date,
    /// The last day for the plans of enterprises above designated size.
    pub(super) plan_deadline: Date,
    /// Working days for the plan of one that is promoted or listed later.
    pub(super) plan_working_days: u32,
    /// Calendar days from resumption to the first visit.
    pub(super) first_visit_days: u32,
    /// Calendar days without a visit after which duty is looked at.
    pub(super) no_visit_days: u32,
    /// Working days before the due day on which it is brought to mind.
    pub(super) reminder_working_days: u32,
    /// Orders failed or lapsed after which a flag is proposed.
    pub(super) repeat_threshold: u32,
    /// Calendar days within which they count.
    pub(super) repeat_window_days: u32,
    /// The time of day by which the 日报 is to be there.
    pub(super) daily_cutoff: Option<TimeOfDay>,
    /// Which unit leads which section of industry.
    pub(super) sector_leads: BTreeMap<String, UnitCode>,
    /// Calendar days after which a measure of control is looked at again.
    #[serde(default = "crate::rules::a_week")]
    pub(super) measure_review_days: u32,
    /// The commission.
    pub(super) commission: UnitCode,
}

impl Numbers {
    fn of(rules: &RuleSet) -> Result<Self, Failure> {
        Ok(Self {
            effective_from: rules.effective_from,
            plan_deadline: rules.plan_deadline,
            plan_working_days: rules.plan_working_days_if_later,
            first_visit_days: rules.first_visit_days,
            no_visit_days: rules.no_visit_days,
            reminder_working_days: rules.reminder_working_days,
            repeat_threshold: rules.repeat_threshold,
            repeat_window_days: rules.repeat_window_days,
            daily_cutoff: rules.daily_cutoff,
            sector_leads: rules.sector_leads.clone(),
            measure_review_days: rules.measure_review_days,
            commission: commission()?,
        })
    }
}

/// Keeps what was published.
pub(super) fn take_regime(rows: &mut Rows, told: &Event) -> Result<(), Failure> {
    match told {
        Event::RulesPublished { rules } => {
            let mut all: Vec<Numbers> = rows.get(REGIME, "rules")?.unwrap_or_default();
            all.push(Numbers::of(rules)?);
            rows.put(REGIME, "rules", &all)
        }
        Event::CalendarPublished { calendar } => {
            let mut calendars = calendars(rows)?;
            calendars.publish(calendar.clone());
            rows.put(REGIME, "calendars", &calendars)
        }
        Event::IndustryPublished { industries } => rows.put(REGIME, "industries", industries),
        Event::UnitsPublished { units } => rows.put(REGIME, "units", units),
        Event::RiskLevelChanged { .. }
        | Event::FiguresFixed { .. }
        | Event::CodesPublished { .. }
        | Event::ChecklistsPublished { .. } => Ok(()),
    }
}

/// The numbers in force on `day`; before all of them, the first. None before any were published.
pub(super) fn numbers(rows: &mut Rows, day: Date) -> Result<Option<Numbers>, Failure> {
    let all: Vec<Numbers> = rows.get(REGIME, "rules")?.unwrap_or_default();
    let first = all.iter().min_by_key(|numbers| numbers.effective_from).cloned();
    let in_force = all.into_iter().filter(|numbers| numbers.effective_from <= day);
    Ok(in_force.max_by_key(|numbers| numbers.effective_from).or(first))
}

/// The first day on which each rule set is in force.
pub(super) fn rule_days(rows: &mut Rows) -> Result<Vec<Date>, Failure> {
    let all: Vec<Numbers> = rows.get(REGIME, "rules")?.unwrap_or_default();
    Ok(all.into_iter().map(|numbers| numbers.effective_from).collect())
}

/// The calendars published so far.
pub(super) fn calendars(rows: &mut Rows) -> Result<Calendars, Failure> {
    Ok(rows.get(REGIME, "calendars")?.unwrap_or_default())
}

/// The units as last published: a township has the codes that it had and has.
pub(super) fn units(rows: &mut Rows) -> Result<Units, Failure> {
    Ok(rows.get(REGIME, "units")?.unwrap_or_default())
}

/// The section of an industry, and whether it is industrial.
pub(super) fn section_of(
    rows: &mut Rows,
    code: &IndustryCode,
) -> Result<Option<(String, bool)>, Failure> {
    let industries: Option<Industries> = rows.get(REGIME, "industries")?;
    let section = industries.as_ref().and_then(|all| all.section_of(code));
    Ok(section.map(|entry| (entry.section.to_string(), entry.industrial)))
}

/// Whose case the event belongs to, if it is anybody's. What opens a case is remembered.
pub(super) fn owner(
    rows: &mut Rows,
    event: &Recorded,
    happened: &Happened,
) -> Result<Option<Owner>, Failure> {
    let key = format!("{}/{}", event.aggregate_type, event.aggregate_id);
    match happened {
        Happened::Enterprise(_)
        | Happened::Resumption(_)
        | Happened::Plan(_)
        | Happened::Posting(_)
        | Happened::Credit(_) => id(&event.aggregate_id).map(Owner::Enterprise).map(Some),
        Happened::Inspection(told) => match &**told {
            inspection::Event::Opened { enterprise, .. } => opened(rows, key, enterprise),
            inspection::Event::FindingRecorded { .. }
            | inspection::Event::Closed { .. }
            | inspection::Event::Voided { .. }
            | inspection::Event::FindingOrdered { .. }
            | inspection::Event::OrderDeclined { .. } => rows.get(OWNERS, &key),
        },
        Happened::Rectification(told) => match &**told {
            rectification::Event::Ordered { enterprise, .. } => opened(rows, key, enterprise),
            rectification::Event::Superseded { .. }
            | rectification::Event::Served { .. }
            | rectification::Event::Extended { .. }
            | rectification::Event::Reported { .. }
            | rectification::Event::Complied { .. }
            | rectification::Event::Failed { .. }
            | rectification::Event::Lapsed { .. }
            | rectification::Event::Revoked { .. }
            | rectification::Event::Terminated { .. } => rows.get(OWNERS, &key),
        },
        Happened::Support(told) => match &**told {
            support::Event::Raised { enterprise, .. } => opened(rows, key, enterprise),
            support::Event::Assigned { .. }
            | support::Event::Transferred { .. }
            | support::Event::ProgressNoted { .. }
            | support::Event::Resolved { .. }
            | support::Event::Confirmed { .. }
            | support::Event::Reopened { .. }
            | support::Event::Escalated { .. } => rows.get(OWNERS, &key),
        },
        Happened::Epidemic(told) => match &**told {
            epidemic::Event::Reported { enterprise, .. } => opened(rows, key, enterprise),
            epidemic::Event::Isolated { .. }
            | epidemic::Event::CdcReported { .. }
            | epidemic::Event::Traced { .. }
            | epidemic::Event::Disinfected { .. }
            | epidemic::Event::RuledOut { .. }
            | epidemic::Event::Closed { .. } => rows.get(OWNERS, &key),
        },
        Happened::Measure(_) => id(&event.aggregate_id).map(Owner::Measure).map(Some),
        Happened::Barrier(_) => id(&event.aggregate_id).map(Owner::Barrier).map(Some),
        Happened::Officer(told) => of_officer(rows, told),
        Happened::Task(told) => of_task(rows, key, told),
        Happened::Regime(_)
        | Happened::DataSubject(_)
        | Happened::Report(_)
        | Happened::ApiKey(_)
        | Happened::Webhook(_) => Ok(None),
    }
}

/// What is referred about an officer's duty belongs to the enterprise where it was found.
fn of_officer(rows: &mut Rows, told: &officer::Event) -> Result<Option<Owner>, Failure> {
    match told {
        officer::Event::DutyReferred { enterprise, .. } => {
            Ok(Some(Owner::Enterprise(enterprise.clone())))
        }
        officer::Event::DutyOutcomeRecorded { finding, .. } => {
            Ok(of_finding(rows, finding)?.map(Owner::Enterprise))
        }
        officer::Event::Enrolled { .. }
        | officer::Event::PostTaken { .. }
        | officer::Event::PostLeft { .. } => Ok(None),
    }
}

/// Whose inbox a task lies in, and is forgotten with it.
fn of_task(rows: &mut Rows, key: String, told: &task::Event) -> Result<Option<Owner>, Failure> {
    match told {
        task::Event::Raised { kind, subject, enterprise, .. } => {
            let owner = Owner::of_task(kind, subject, enterprise.as_ref())?;
            if let Some(owner) = &owner {
                rows.put(OWNERS, key, owner)?;
            }
            Ok(owner)
        }
        task::Event::Claimed { .. } => Ok(None),
        task::Event::Reassigned { .. } | task::Event::Escalated { .. } => rows.get(OWNERS, &key),
        task::Event::Done { .. } | task::Event::Cancelled { .. } => {
            let owner = rows.get(OWNERS, &key)?;
            rows.delete(OWNERS, &key);
            Ok(owner)
        }
    }
}

/// At whom the inspection of a finding looked.
pub(super) fn of_finding(
    rows: &mut Rows,
    finding: &FindingId,
) -> Result<Option<EnterpriseId>, Failure> {
    rows.get(OWNERS, &format!("inspection/{}", finding.inspection()))
}

fn opened(
    rows: &mut Rows,
    key: String,
    enterprise: &EnterpriseId,
) -> Result<Option<Owner>, Failure> {
    rows.put(OWNERS, key, enterprise)?;
    Ok(Some(Owner::Enterprise(enterprise.clone())))
}
