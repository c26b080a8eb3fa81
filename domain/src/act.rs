//! Acts: what somebody asks for, decided on facts.
//!
//! One act is one commit. Each aggregate's acts are decided in a file of their own: it reads what
//! the rules need, fills in what the aggregate cannot know, and names the aggregates it touches.
//! What holds for all of them stands here: rights, the clock, whose enterprise it is.

mod api_key;
mod barrier;
mod credit;
mod data_subject;
mod enterprise;
mod epidemic;
mod inspection;
mod joining;
mod known;
mod measure;
mod name;
mod officer;
mod plan;
mod posting;
mod reach;
mod rectification;
mod regime;
mod report;
mod resumption;
mod support;
mod task;
mod webhook;

use std::cell::RefCell;

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Decision, Envelope, Facts, Occurred, Personal, Ref, Stop, Touch, shanghai_day};
use serde::{Deserialize, Serialize};

use crate::{
    ApiKeyId, BarrierId, Digest, DocumentNumber, EnterpriseId, IncidentId, InspectionId, MeasureId,
    OfficerId, OrderId, Principal, Refusal, ReportId, SubjectId, SupportId, TaskId, WebhookId,
    api_key::{self as issued, ApiKey},
    barrier::{self as blocked, Barrier},
    codes::Role,
    credit::{self as credit_record, Credit},
    data_subject::{self as kept, DataSubject},
    enterprise::{self as listed, Enterprise},
    epidemic::{self as infected, Epidemic},
    inspection::{self as inspected, Inspection},
    measure::{self as imposed, ControlMeasure},
    officer::{self as posted, Officer},
    plan::{self as planned, Plan},
    posting::{self as seated, Posting},
    rectification::{self as ordered, Rectification},
    regime::{self as ruled, Regime},
    report::{self as defined, Report},
    resumption::{self as resumed, Resumption},
    rights::{self, Action, Resource, Rule},
    support::{self as helped, Support},
    task::{self as raised, Task},
    webhook::{self as told, Webhook},
};

/// Something somebody asks for. Its JSON text is stored with the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Who asks.
    pub by: Principal,
    /// For whom, if not for himself.
    pub on_behalf_of: Option<String>,
    /// On what authority (文号).
    pub authority: Option<DocumentNumber>,
    /// A remark on it; it goes with every event that the act makes happen.
    #[serde(default)]
    pub note: Option<Personal>,
    /// Papers and photographs that go with it, by their digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Digest>,
    /// When it happened in the world; the moment of the decision if nothing is said.
    pub occurred: Option<Occurred>,
    /// What is asked.
    pub ask: Ask,
}

/// What is asked, of which aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Of an enterprise in the list.
    Enterprise(EnterpriseId, listed::Command),
    /// About production.
    Resumption(EnterpriseId, resumed::Command),
    /// Of a prevention plan.
    Plan(EnterpriseId, planned::Command),
    /// Of the seats of an enterprise.
    Posting(EnterpriseId, seated::Command),
    /// Of an officer.
    Officer(OfficerId, posted::Command),
    /// Of an inspection.
    Inspection(InspectionId, inspected::Command),
    /// Of an order to rectify.
    Rectification(OrderId, ordered::Command),
    /// Of a credit record; per code, not per site.
    Credit(EnterpriseId, credit_record::Command),
    /// Of a difficulty.
    Support(SupportId, helped::Command),
    /// Of a report of a barrier.
    Barrier(BarrierId, blocked::Command),
    /// Of an incident.
    Epidemic(IncidentId, infected::Command),
    /// Of a measure of control.
    Measure(MeasureId, imposed::Command),
    /// Of a task.
    Task(TaskId, raised::Command),
    /// Of the district's rules.
    Regime(ruled::Command),
    /// About the words that are kept of a subject.
    DataSubject(SubjectId, kept::Command),
    /// Of the definition of a report.
    Report(ReportId, defined::Command),
    /// Of an API key.
    ApiKey(ApiKeyId, issued::Command),
    /// Of a webhook.
    Webhook(WebhookId, told::Command),
}

/// The id of the one Regime of a log.
pub const REGIME: &str = "district";

/// What deciding an act comes to.
pub(crate) type Verdict = Result<Vec<Touch<Refusal>>, Stop<Refusal>>;

/// Who asks, and the moments a decision may speak of.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Who.
    pub(crate) by: Principal,
    /// The clock.
    pub(crate) now: DateTime<Utc>,
    /// The clock's day in Asia/Shanghai.
    pub(crate) today: Date,
    /// When it happened in the world.
    pub(crate) occurred: Occurred,
    /// The day by which it is judged.
    pub(crate) day: Date,
    /// What is asked, by its name.
    name: &'static str,
    /// Whether it reports a resumption.
    resumption: bool,
    /// To whom the rules of the day grant it; none before the first rules of a log.
    granted: Option<Vec<Role>>,
    /// The rules by which he was let in, as they were asked.
    rules: RefCell<Vec<Rule>>,
}

impl fugong_core::Act for Act {
    const KIND: &'static str = "act";
    type Refusal = Refusal;

    fn subject(&self) -> Ref {
        match &self.ask {
            Ask::Enterprise(id, _) => Ref::to::<Enterprise>(id.to_string()),
            Ask::Resumption(id, _) => Ref::to::<Resumption>(id.to_string()),
            Ask::Plan(id, _) => Ref::to::<Plan>(id.to_string()),
            Ask::Posting(id, _) => Ref::to::<Posting>(id.to_string()),
            Ask::Officer(id, _) => Ref::to::<Officer>(id.to_string()),
            Ask::Inspection(id, _) => Ref::to::<Inspection>(id.to_string()),
            Ask::Rectification(id, _) => Ref::to::<Rectification>(id.to_string()),
            Ask::Credit(id, _) => Ref::to::<Credit>(id.to_string()),
            Ask::Support(id, _) => Ref::to::<Support>(id.to_string()),
            Ask::Barrier(id, _) => Ref::to::<Barrier>(id.to_string()),
            Ask::Epidemic(id, _) => Ref::to::<Epidemic>(id.to_string()),
            Ask::Measure(id, _) => Ref::to::<ControlMeasure>(id.to_string()),
            Ask::Task(id, _) => Ref::to::<Task>(id.to_string()),
            Ask::Regime(_) => Ref::to::<Regime>(REGIME),
            Ask::DataSubject(id, _) => Ref::to::<DataSubject>(id.to_string()),
            Ask::Report(id, _) => Ref::to::<Report>(id.to_string()),
            Ask::ApiKey(id, _) => Ref::to::<ApiKey>(id.to_string()),
            Ask::Webhook(id, _) => Ref::to::<Webhook>(id.to_string()),
        }
    }

    fn envelope(&self) -> Envelope {
        Envelope {
            actor_id: self.by.actor.clone(),
            actor_unit: self.by.unit.to_string(),
            actor_role: self.by.role.to_string(),
            on_behalf_of: self.on_behalf_of.clone(),
            authority: self.authority.as_ref().map(ToString::to_string),
            note: self.note.as_ref().and_then(|note| serde_json::to_string(note).ok()),
            attachments: (!self.attachments.is_empty())
                .then(|| serde_json::to_string(&self.attachments).unwrap_or_default()),
            occurred_at: self.occurred,
        }
    }

    fn decide<F: Facts>(
        &self,
        now: DateTime<Utc>,
        facts: &mut F,
    ) -> Result<Decision<Refusal>, Stop<Refusal>> {
        let mut asked = self.asked(now)?;
        // A code that a firm got later names the same firm, in whatever is asked and by whom.
        let mut ask = self.ask.clone();
        known::under_first_codes(&mut ask, &mut asked.by, facts)?;
        let regime = facts.read::<Regime>(REGIME)?;
        let rules = regime.rules_at(asked.day);
        let rules_version = rules.map(|rules| rules.version.clone());
        asked.granted = rules.map(|rules| rules.granted(asked.name).unwrap_or_default().to_vec());
        asked.check_right()?;
        let touches = match &ask {
            Ask::Enterprise(id, command) => enterprise::decide(&asked, id, command, facts),
            Ask::Resumption(id, command) => resumption::decide(&asked, id, command, facts),
            Ask::Plan(id, command) => plan::decide(&asked, id, command, facts),
            Ask::Posting(id, command) => posting::decide(&asked, id, command, facts),
            Ask::Officer(id, command) => officer::decide(&asked, id, command, facts),
            Ask::Inspection(id, command) => inspection::decide(&asked, id, command, facts),
            Ask::Rectification(id, command) => rectification::decide(&asked, id, command, facts),
            Ask::Credit(id, command) => credit::decide(&asked, id, command, facts),
            Ask::Support(id, command) => support::decide(&asked, id, command, facts),
            Ask::Barrier(id, command) => barrier::decide(&asked, id, command, facts),
            Ask::Epidemic(id, command) => epidemic::decide(&asked, id, command, facts),
            Ask::Measure(id, command) => {
                measure::decide(&asked, id, (command, self.authority.as_ref()), facts)
            }
            Ask::Task(id, command) => task::decide(&asked, id, command, facts),
            Ask::Regime(command) => regime::decide(&asked, command, facts),
            Ask::DataSubject(id, command) => {
                data_subject::decide(&asked, id, (command, self.authority.as_ref()), facts)
            }
            Ask::Report(id, command) => report::decide(id, command, facts),
            Ask::ApiKey(id, command) => api_key::decide(&asked, id, command, facts),
            Ask::Webhook(id, command) => webhook::decide(&asked, id, command, facts),
        }?;
        let let_in = asked.rules.into_inner();
        let let_in = let_in.into_iter().map(Rule::code);
        let rules = [asked.name].into_iter().chain(let_in).map(str::to_owned).collect();
        Ok(Decision { touches, rules_version, rules })
    }
}

impl Act {
    fn asked(&self, now: DateTime<Utc>) -> Result<Asked, Refusal> {
        let occurred = self.occurred.unwrap_or(Occurred::At(now));
        if occurred.is_after(now) {
            return Err(Refusal::OccurredOnInFuture {
                field: "occurred_at",
                at: occurred.to_string(),
                problem: format!("after the clock, {}", Occurred::At(now)),
            });
        }
        Ok(Asked {
            by: self.by.clone(),
            now,
            today: shanghai_day(now),
            occurred,
            day: occurred.day(),
            name: self.ask.name(),
            resumption: self.ask.reports_resumption(),
            granted: None,
            rules: RefCell::default(),
        })
    }
}

impl Ask {
    /// Whether it reports that an enterprise works again, or still does: recorded from anybody for
    /// his own unit.
    pub fn reports_resumption(&self) -> bool {
        matches!(
            self,
            Self::Resumption(
                _,
                resumed::Command::Report { .. }
                    | resumed::Command::Correct { .. }
                    | resumed::Command::DeclareContinuous { .. }
            )
        )
    }
}

impl Asked {
    /// Whether `day` can be the day of a past fact that this act records.
    ///
    /// # Errors
    ///
    /// `OCCURRED_ON_IN_FUTURE` when it lies after today, or after the day of the act.
    pub(crate) fn check_past(&self, field: &'static str, day: Date) -> Result<(), Refusal> {
        if self.today < day {
            let problem = format!("after today, {}", self.today);
            return Err(Refusal::OccurredOnInFuture { field, at: day.to_string(), problem });
        }
        if self.day < day { Err(Refusal::before(self.day, field, day)) } else { Ok(()) }
    }

    /// Whether `at` can be the moment of a past fact that this act records.
    ///
    /// # Errors
    ///
    /// `OCCURRED_ON_IN_FUTURE` when it lies after the clock, or after the day of the act.
    pub(crate) fn check_told(&self, field: &'static str, at: Occurred) -> Result<(), Refusal> {
        if at.is_after(self.now) {
            let problem = format!("after the clock, {}", Occurred::At(self.now));
            return Err(Refusal::OccurredOnInFuture { field, at: at.to_string(), problem });
        }
        self.check_past(field, at.day())
    }

    /// Whether this role may do this, by the rule set of the day.
    ///
    /// # Errors
    ///
    /// `ROLE_NOT_ALLOWED` when it may not.
    fn check_right(&self) -> Result<(), Refusal> {
        if self.is_let(&Resource::Anything) {
            return Ok(());
        }
        let allowed = self.granted.iter().flatten().map(ToString::to_string);
        Err(Refusal::RoleNotAllowed {
            role: self.by.role,
            act: self.name.to_owned(),
            allowed: allowed.collect::<Vec<_>>().join(", "),
        })
    }

    /// Whether it is this unit's enterprise or matter, which is called `what`.
    ///
    /// # Errors
    ///
    /// `OUT_OF_JURISDICTION` for another unit's.
    pub(crate) fn check_own(
        &self,
        resource: &Resource<'_>,
        what: impl std::fmt::Display,
    ) -> Result<(), Refusal> {
        if self.is_let(resource) {
            return Ok(());
        }
        let (unit, enterprise) = (self.by.unit.to_string(), what.to_string());
        Err(Refusal::OutOfJurisdiction { unit, enterprise })
    }

    /// Whether he who asks may do so to this; the rule by which he may goes into the trace. Of what a
    /// policy does, its role says it.
    pub(crate) fn is_let(&self, resource: &Resource<'_>) -> bool {
        let action = if self.resumption {
            Action::ReportResumption
        } else {
            Action::Act(self.name, self.granted.as_deref())
        };
        let decision = rights::allows(&self.by, action, resource);
        let mut rules = self.rules.borrow_mut();
        let says = decision.allowed && decision.rule != Rule::System;
        if says && !rules.contains(&decision.rule) {
            rules.push(decision.rule);
        }
        decision.allowed
    }
}
