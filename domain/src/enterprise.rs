//! Enterprises in the list (企业名录).
//!
//! An enterprise is listed (建档) by its credit code, with what the seats, the bases and the
//! deadlines need to know: trade, place and size, each with the day from which it holds. Listing
//! is our duty: 「不得采取审批、备案等方式延缓开工时间」 (§四), so work may begin before it.

mod command;
mod dated;
mod decide;
mod entry;
mod event;

pub use command::Command;
pub use dated::Dated;
pub use entry::{Entry, Exclusion, KeyProject, Place};
pub use event::Event;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, Refusal,
    codes::{ClosureKind, EnterpriseState, ExclusionKind, Listing, Scale, SetAsideReason, Tier},
};

/// Where an enterprise stands in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enterprise {
    /// Nobody has listed it.
    #[default]
    Unlisted,
    /// 在册: it is in the list.
    Listed(Entry),
    /// It began to leave; nothing else changes yet.
    Closing {
        /// What the list says.
        entry: Entry,
        /// How it leaves.
        kind: ClosureKind,
    },
    /// It no longer exists here.
    Closed {
        /// What the list said.
        entry: Entry,
        /// How it left.
        kind: ClosureKind,
        /// Since this day.
        on: Date,
    },
    /// A provisional id whose reports count with a listed enterprise.
    JoinedTo {
        /// The listed enterprise.
        listed: EnterpriseId,
    },
    /// 不纳入名录: looked at, and not listed.
    SetAside {
        /// Why.
        reason: SetAsideReason,
    },
}

impl Enterprise {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Register { .. } => self.register(command),
            Command::SetAside { reason } => self.set_aside(reason),
            Command::JoinTo { listed } => self.join_to(listed),
            Command::CorrectDetails { .. }
            | Command::ReclassifyScale { .. }
            | Command::Relocate { .. }
            | Command::AssignTier { .. }
            | Command::JoinListing { .. }
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
            | Command::StartKeyProject { .. } => {
                self.listed().and_then(|entry| self.amend(entry, command))
            }
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        match event {
            Event::Registered { .. } => {
                // Listed again, it keeps its code, and the numbers of its projects go on.
                let was = self.entry().map(|entry| (entry.code, entry.marked));
                let (code, marked) = was.unwrap_or_default();
                let entry = Entry::of(event).map(|entry| Entry { code, marked, ..entry });
                entry.map_or(self, Self::Listed)
            }
            Event::DetailsCorrected {
                name,
                industry_code,
                prior_year_revenue_cny,
                headcount,
                advisories: _,
            } => self.amended(|entry| {
                entry.name = name.unwrap_or_else(|| std::mem::take(&mut entry.name));
                if let Some(industry) = industry_code {
                    entry.industry = industry;
                }
                entry.prior_year_revenue_cny =
                    prior_year_revenue_cny.or(entry.prior_year_revenue_cny);
                entry.headcount = headcount.or(entry.headcount);
            }),
            Event::ScaleReclassified { to, effective_on, basis: _, advisories: _ } => {
                self.amended(|entry| entry.scale.change(effective_on, Some(to)))
            }
            Event::Relocated { township, park, effective_on } => {
                self.amended(|entry| entry.place.change(effective_on, Place { township, park }))
            }
            Event::TierAssigned { tier, basis: _ } => self.amended(|entry| entry.tier = Some(tier)),
            Event::ListingJoined { provisional } => self.amended(|entry| {
                entry.joined.insert(provisional);
            }),
            Event::JoinedTo { listed } => Self::JoinedTo { listed },
            Event::Excluded { kind, from, until, basis: _ } => {
                self.amended(|entry| entry.exclusions.push(Exclusion { kind, from, until }))
            }
            Event::Readmitted { from, basis: _ } => self.amended(|entry| entry.readmit(from)),
            Event::ClosureBegun { kind } => {
                self.into_entry().map_or(Self::Unlisted, |entry| Self::Closing { entry, kind })
            }
            Event::Closed { kind, on } => {
                self.into_entry().map_or(Self::Unlisted, |entry| Self::Closed { entry, kind, on })
            }
            Event::CodeChanged { was: _, to } => self.amended(|entry| entry.code = Some(to)),
            Event::SupplyLinkDeclared { supplier_of, until } => self.amended(|entry| {
                entry.supplies.insert(supplier_of, until);
            }),
            Event::KeyProjectMarked { number, name, investment_cny, starts_by } => {
                let said = KeyProject { name, investment_cny, starts_by, started_on: None };
                self.amended(|entry| entry.mark(number, said))
            }
            Event::KeyProjectStarted { number, on } => self.amended(|entry| {
                if let Some(project) = entry.projects.get_mut(&number) {
                    project.started_on = Some(on);
                }
            }),
            Event::SetAside { reason } => Self::SetAside { reason },
            Event::EarlierPaperRecorded { .. }
            | Event::OtherLawReferenceRecorded { .. }
            | Event::Guided { .. } => self,
        }
    }

    fn amended(mut self, amend: impl FnOnce(&mut Entry)) -> Self {
        match &mut self {
            Self::Listed(entry) | Self::Closing { entry, .. } | Self::Closed { entry, .. } => {
                amend(entry);
            }
            Self::Unlisted | Self::JoinedTo { .. } | Self::SetAside { .. } => {}
        }
        self
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> EnterpriseState {
        match self {
            Self::Unlisted | Self::JoinedTo { .. } | Self::SetAside { .. } => {
                EnterpriseState::Unlisted
            }
            Self::Listed(_) => EnterpriseState::Listed,
            Self::Closing { .. } => EnterpriseState::Closing,
            Self::Closed { .. } => EnterpriseState::Closed,
        }
    }

    /// The same, with what became of an id that is not in the list.
    pub fn listing(&self) -> Listing {
        match self {
            Self::Unlisted => Listing::Unlisted,
            Self::Listed(_) => Listing::Listed,
            Self::Closing { .. } => Listing::Closing,
            Self::Closed { .. } => Listing::Closed,
            Self::JoinedTo { .. } => Listing::JoinedTo,
            Self::SetAside { .. } => Listing::SetAside,
        }
    }

    /// What the list says, or said when it closed.
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Listed(entry) | Self::Closing { entry, .. } | Self::Closed { entry, .. } => {
                Some(entry)
            }
            Self::Unlisted | Self::JoinedTo { .. } | Self::SetAside { .. } => None,
        }
    }

    /// Where it lies on `day`.
    pub fn place_on(&self, day: Date) -> Option<&Place> {
        self.entry().map(|entry| entry.place.on(day))
    }

    /// Its size on `day`, of an industrial enterprise.
    pub fn scale_on(&self, day: Date) -> Option<Scale> {
        self.entry().and_then(|entry| entry.scale_on(day))
    }

    /// Why it is left out of the base on `day`, if it is.
    pub fn excluded_on(&self, day: Date) -> Option<ExclusionKind> {
        self.entry().and_then(|entry| entry.excluded_on(day))
    }

    /// The order in which it is served.
    pub fn tier(&self) -> Option<Tier> {
        self.entry().and_then(|entry| entry.tier)
    }

    /// The day of its confirmed closure.
    pub fn closed_on(&self) -> Option<Date> {
        match self {
            Self::Closed { on, .. } => Some(*on),
            Self::Unlisted
            | Self::Listed(_)
            | Self::Closing { .. }
            | Self::JoinedTo { .. }
            | Self::SetAside { .. } => None,
        }
    }

    /// The listed enterprise that a provisional id joined.
    pub fn joined_to(&self) -> Option<&EnterpriseId> {
        match self {
            Self::JoinedTo { listed } => Some(listed),
            Self::Unlisted
            | Self::Listed(_)
            | Self::Closing { .. }
            | Self::Closed { .. }
            | Self::SetAside { .. } => None,
        }
    }

    /// The enterprise that is meant by `id`, which stands here, if it joined another one: the same
    /// site of that.
    pub fn stands_for(&self, id: &EnterpriseId) -> Option<EnterpriseId> {
        let first = self.joined_to()?;
        Some(first.code().map_or_else(|| first.clone(), |code| id.under(*code)))
    }

    /// What the list says of one that is here.
    fn listed(&self) -> Result<&Entry, Refusal> {
        match self {
            Self::Listed(entry) | Self::Closing { entry, .. } => Ok(entry),
            Self::Closed { entry, on, .. } => {
                Err(Refusal::EnterpriseClosed { enterprise: entry.name.clone(), on: *on })
            }
            Self::Unlisted | Self::JoinedTo { .. } | Self::SetAside { .. } => {
                Err(Refusal::EnterpriseUnknown("the enterprise".to_owned()))
            }
        }
    }

    fn into_entry(self) -> Option<Entry> {
        match self {
            Self::Listed(entry) | Self::Closing { entry, .. } | Self::Closed { entry, .. } => {
                Some(entry)
            }
            Self::Unlisted | Self::JoinedTo { .. } | Self::SetAside { .. } => None,
        }
    }
}

impl Aggregate for Enterprise {
    const TYPE: &'static str = "enterprise";
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
        *self = std::mem::take(self).evolve(event);
    }
}
