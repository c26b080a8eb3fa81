//! What may be asked of an enterprise in the list, one rule after the other.

use chrono::NaiveDate as Date;

use super::{Command, Enterprise, Entry, Event, Exclusion, KeyProject, Place};
use crate::{
    Advisory, EnterpriseId, IndustryCode, Refusal,
    codes::{ClosureKind, ExclusionKind, Scale, SetAsideReason},
};

/// The details that a correction may change.
struct Details {
    name: Option<String>,
    industry_code: Option<IndustryCode>,
    prior_year_revenue_cny: Option<u64>,
    headcount: Option<u32>,
}

impl Enterprise {
    /// One that closed, was set aside or was never seen may be listed; one that is here may not.
    pub(super) fn register(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match self {
            Self::Listed(entry) | Self::Closing { entry, .. } => {
                Err(Refusal::EnterpriseExists(entry.name.clone()))
            }
            Self::JoinedTo { listed } => Err(Refusal::EnterpriseExists(listed.to_string())),
            Self::Unlisted | Self::Closed { .. } | Self::SetAside { .. } => {
                Ok(registered(command).into_iter().collect())
            }
        }
    }

    pub(super) fn set_aside(&self, reason: SetAsideReason) -> Result<Vec<Event>, Refusal> {
        match self {
            Self::SetAside { reason: known } if *known == reason => Ok(Vec::new()),
            Self::Unlisted | Self::SetAside { .. } => Ok(vec![Event::SetAside { reason }]),
            Self::JoinedTo { listed } => Err(Refusal::EnterpriseExists(listed.to_string())),
            Self::Listed(entry) | Self::Closing { entry, .. } => {
                Err(Refusal::EnterpriseExists(entry.name.clone()))
            }
            Self::Closed { entry, on, .. } => {
                Err(Refusal::EnterpriseClosed { enterprise: entry.name.clone(), on: *on })
            }
        }
    }

    /// A provisional id joins one enterprise, once.
    pub(super) fn join_to(&self, listed: EnterpriseId) -> Result<Vec<Event>, Refusal> {
        match self {
            Self::JoinedTo { listed: known } if *known == listed => Ok(Vec::new()),
            Self::JoinedTo { listed: known } => Err(Refusal::InvalidField {
                pointer: "/provisional_id".to_owned(),
                problem: format!("it joined {known} already"),
            }),
            Self::Unlisted | Self::SetAside { .. } => Ok(vec![Event::JoinedTo { listed }]),
            Self::Listed(entry) | Self::Closing { entry, .. } | Self::Closed { entry, .. } => {
                Err(Refusal::EnterpriseExists(entry.name.clone()))
            }
        }
    }

    /// What is asked of an enterprise that is here.
    pub(super) fn amend(&self, entry: &Entry, command: Command) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::CorrectDetails {
                name,
                industry_code,
                prior_year_revenue_cny,
                headcount,
                advisories,
            } => {
                let details = Details { name, industry_code, prior_year_revenue_cny, headcount };
                correct(entry, details, advisories)
            }
            Command::ReclassifyScale { to, effective_on, basis, advisories } => {
                let already = entry.scale_on(effective_on) == Some(to);
                (!already).then_some(Event::ScaleReclassified {
                    to,
                    effective_on,
                    basis,
                    advisories,
                })
            }
            Command::Relocate { township, park, effective_on } => {
                let place = Place { township, park };
                let already = *entry.place.on(effective_on) == place;
                let Place { township, park } = place;
                (!already).then_some(Event::Relocated { township, park, effective_on })
            }
            Command::AssignTier { tier, basis } => {
                (entry.tier != Some(tier)).then_some(Event::TierAssigned { tier, basis })
            }
            Command::JoinListing { provisional } => (!entry.joined.contains(&provisional))
                .then_some(Event::ListingJoined { provisional }),
            Command::ExcludeFromBase { kind, from, until, basis } => {
                exclude(entry, Exclusion { kind, from, until }, basis)?
            }
            Command::Readmit { from, basis } => {
                entry.is_excluded_from(from).then_some(Event::Readmitted { from, basis })
            }
            Command::BeginClosure { kind } => self.begin_closure(kind),
            Command::ConfirmClosed { kind, on } => Some(Event::Closed { kind, on }),
            Command::RecordEarlierPaper { authority, dated, summary } => {
                Some(Event::EarlierPaperRecorded { authority, dated, summary })
            }
            Command::RecordOtherLawReference { authority, dated, outcome } => {
                Some(Event::OtherLawReferenceRecorded { authority, dated, outcome })
            }
            Command::Guide { lead, points, production_plan } => {
                Some(Event::Guided { lead, points, production_plan })
            }
            Command::ChangeCode { to, was, sites: _ } => {
                was.filter(|was| *was != to).map(|was| Event::CodeChanged { was, to })
            }
            Command::DeclareSupplyLink { supplier_of, until } => {
                let already = entry.supplies.get(&supplier_of) == Some(&until);
                (!already).then_some(Event::SupplyLinkDeclared { supplier_of, until })
            }
            Command::MarkKeyProject { name, investment_cny, starts_by } => {
                mark(entry, KeyProject { name, investment_cny, starts_by, started_on: None })
            }
            Command::StartKeyProject { number, on } => start(entry, number, on)?,
            Command::Register { .. } | Command::SetAside { .. } | Command::JoinTo { .. } => None,
        };
        Ok(event.into_iter().collect())
    }

    fn begin_closure(&self, kind: ClosureKind) -> Option<Event> {
        let already = matches!(self, Self::Closing { kind: known, .. } if *known == kind);
        (!already).then_some(Event::ClosureBegun { kind })
    }
}

/// The listing that a command to register asks for.
fn registered(command: Command) -> Option<Event> {
    match command {
        Command::Register {
            name,
            industry_code,
            township,
            park,
            scale,
            prior_year_revenue_cny,
            headcount,
            parent,
            advisories,
        } => Some(Event::Registered {
            name,
            industry_code,
            township,
            park,
            scale,
            prior_year_revenue_cny,
            headcount,
            parent,
            advisories,
        }),
        Command::CorrectDetails { .. }
        | Command::ReclassifyScale { .. }
        | Command::Relocate { .. }
        | Command::AssignTier { .. }
        | Command::JoinListing { .. }
        | Command::JoinTo { .. }
        | Command::ExcludeFromBase { .. }
        | Command::Readmit { .. }
        | Command::BeginClosure { .. }
        | Command::ConfirmClosed { .. }
        | Command::RecordEarlierPaper { .. }
        | Command::RecordOtherLawReference { .. }
        | Command::Guide { .. }
        | Command::ChangeCode { .. }
        | Command::DeclareSupplyLink { .. }
        | Command::MarkKeyProject { .. }
        | Command::StartKeyProject { .. }
        | Command::SetAside { .. } => None,
    }
}

/// What is absent stays, and what is the same is no correction.
fn correct(entry: &Entry, details: Details, advisories: Vec<Advisory>) -> Option<Event> {
    let Details { name, industry_code, prior_year_revenue_cny, headcount } = details;
    let changes = name.as_ref().is_some_and(|name| *name != entry.name)
        || industry_code.as_ref().is_some_and(|code| *code != entry.industry)
        || (prior_year_revenue_cny.is_some()
            && prior_year_revenue_cny != entry.prior_year_revenue_cny)
        || (headcount.is_some() && headcount != entry.headcount);
    changes.then_some(Event::DetailsCorrected {
        name,
        industry_code,
        prior_year_revenue_cny,
        headcount,
        advisories,
    })
}

/// A project is known again by its name; the same once more is no news.
fn mark(entry: &Entry, said: KeyProject) -> Option<Event> {
    let known = entry.projects.iter().find(|(_, project)| project.name == said.name);
    if let Some((_, known)) = known
        && (known.investment_cny, known.starts_by) == (said.investment_cny, said.starts_by)
    {
        return None;
    }
    let number = known.map_or_else(|| entry.marked.saturating_add(1), |(number, _)| *number);
    let KeyProject { name, investment_cny, starts_by, started_on: _ } = said;
    Some(Event::KeyProjectMarked { number, name, investment_cny, starts_by })
}

/// Another day puts the first one right.
fn start(entry: &Entry, number: u32, on: Date) -> Result<Option<Event>, Refusal> {
    let unknown = || Refusal::NotFound { what: "key project", id: number.to_string() };
    let project = entry.projects.get(&number).ok_or_else(unknown)?;
    let news = project.started_on != Some(on);
    Ok(news.then_some(Event::KeyProjectStarted { number, on }))
}

/// 退库 leaves the above-scale base only, so it needs one that is in it.
fn exclude(entry: &Entry, time: Exclusion, basis: String) -> Result<Option<Event>, Refusal> {
    let Exclusion { kind, from, until } = time;
    if until.is_some_and(|until| until < from) {
        return Err(Refusal::InvalidField {
            pointer: "/until".to_owned(),
            problem: format!("it lies before from, {from}; send a later day, or none"),
        });
    }
    if kind == ExclusionKind::LeftRegister && entry.scale_on(from) != Some(Scale::Above) {
        return Err(Refusal::InvalidField {
            pointer: "/kind".to_owned(),
            problem: format!("{kind} is for enterprises above designated size on {from}"),
        });
    }
    let already = entry.exclusions.contains(&time);
    Ok((!already).then_some(Event::Excluded { kind, from, until, basis }))
}
