//! A stationed officer (驻厂员): his unit, his seats, and what was found about his duty.
//!
//! 「一人一厂」 (§二(二)二): he holds one plant; a concurrent posting needs a reason. What is found
//! about his duty (驻厂工作人员履职情况, §三) is for the unit that posted him to decide; it is never
//! held against the enterprise.

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use std::collections::BTreeMap;

use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, FindingId, Refusal, UnitCode,
    codes::{OfficerState, Seat},
    posting::Period,
};

/// Where one officer stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Officer {
    /// Nobody enrolled him.
    #[default]
    Unknown,
    /// His unit named him.
    Enrolled(Box<Roll>),
}

/// What is known of an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    /// His name.
    pub name: Personal,
    /// His unit.
    pub unit: UnitCode,
    /// His title.
    pub title: Option<String>,
    /// His telephone.
    pub phone: Option<Personal>,
    /// The seats he holds and held, in the order of telling.
    pub posts: Vec<Post>,
    /// The findings about his duty that were referred to his unit.
    pub duties: BTreeMap<FindingId, Duty>,
}

/// A seat that he holds or held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// At which enterprise, or which of its sites.
    pub enterprise: EnterpriseId,
    /// Which seat.
    pub seat: Seat,
    /// From when, and until when if he left it.
    pub period: Period,
}

/// A finding about his duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// Where it was made.
    pub enterprise: EnterpriseId,
    /// What his unit decided, if it did.
    pub outcome: Option<Personal>,
}

impl Officer {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::Unknown, Command::Enrol { supersedes: Some(id), .. }) => {
                Err(Refusal::NotFound { what: "enrolment of this officer", id })
            }
            (Self::Unknown, Command::Enrol { name, unit, title, phone, supersedes: None }) => {
                Ok(vec![Event::Enrolled { name, unit, title, phone, supersedes: None }])
            }
            (Self::Enrolled(roll), command @ Command::Enrol { .. }) => roll.enrol_again(command),
            (
                Self::Unknown,
                Command::TakePost { .. }
                | Command::LeavePost { .. }
                | Command::ReferDuty { .. }
                | Command::RecordDutyOutcome { .. },
            ) => Err(Refusal::NotFound { what: "officer", id: "under this id".to_owned() }),

            (Self::Enrolled(roll), Command::TakePost { enterprise, seat, from, concurrent }) => {
                roll.take_post(enterprise, seat, from, concurrent)
            }
            (Self::Enrolled(roll), Command::LeavePost { enterprise, seat, at }) => {
                let left = Event::PostLeft { enterprise: enterprise.clone(), seat, at };
                let holds = roll.posts.iter().any(|post| post.is_held(&enterprise, seat));
                Ok(Vec::from_iter(holds.then_some(left)))
            }
            (Self::Enrolled(roll), Command::ReferDuty { finding, enterprise }) => {
                let known = roll.duties.contains_key(&finding);
                let referred = Event::DutyReferred { finding, enterprise };
                Ok(Vec::from_iter((!known).then_some(referred)))
            }
            (Self::Enrolled(roll), Command::RecordDutyOutcome { finding, outcome }) => {
                match roll.duties.get(&finding) {
                    None => Err(Refusal::NotFound {
                        what: "finding referred to this officer's unit",
                        id: finding.to_string(),
                    }),
                    Some(Duty { outcome: Some(_), .. }) => Err(Refusal::OrderClosed {
                        state: format!("his unit has decided on finding {finding}"),
                    }),
                    Some(Duty { outcome: None, .. }) => {
                        Ok(vec![Event::DutyOutcomeRecorded { finding, outcome }])
                    }
                }
            }
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        match (self, event) {
            (Self::Unknown, Event::Enrolled { name, unit, title, phone, supersedes: _ }) => {
                let (posts, duties) = (Vec::new(), BTreeMap::new());
                Self::Enrolled(Box::new(Roll { name, unit, title, phone, posts, duties }))
            }
            (Self::Enrolled(roll), Event::Enrolled { name, unit, title, phone, supersedes: _ }) => {
                Self::Enrolled(Box::new(Roll { name, unit, title, phone, ..*roll }))
            }
            (Self::Enrolled(mut roll), event) => {
                roll.take(event);
                Self::Enrolled(roll)
            }
            (
                Self::Unknown,
                Event::PostTaken { .. }
                | Event::PostLeft { .. }
                | Event::DutyReferred { .. }
                | Event::DutyOutcomeRecorded { .. },
            ) => Self::Unknown,
        }
    }

    /// Where he stands, in a word.
    pub fn state(&self) -> OfficerState {
        match self {
            Self::Unknown => OfficerState::Unknown,
            Self::Enrolled(_) => OfficerState::Enrolled,
        }
    }

    /// What is known of him; none of somebody whom nobody enrolled.
    pub fn roll(&self) -> Option<&Roll> {
        match self {
            Self::Unknown => None,
            Self::Enrolled(roll) => Some(roll),
        }
    }

    /// His unit.
    pub fn unit(&self) -> Option<&UnitCode> {
        self.roll().map(|roll| &roll.unit)
    }

    /// The seats he held at that moment, or at any time of that day.
    pub fn posts_at(&self, when: Occurred) -> impl Iterator<Item = &Post> {
        let posts = self.roll().map(|roll| roll.posts.as_slice()).unwrap_or_default();
        posts.iter().filter(move |post| post.period.covers(when))
    }

    /// What his unit made of a finding that was referred to it.
    pub fn duty(&self, finding: &FindingId) -> Option<&Duty> {
        self.roll().and_then(|roll| roll.duties.get(finding))
    }
}

impl Roll {
    /// An id names one officer for ever. Who is enrolled as he was is enrolled already; what was
    /// said wrongly is put right by naming the enrolment that said it.
    fn enrol_again(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::Enrol { name, unit, title, phone, supersedes } = command else {
            return Ok(Vec::new());
        };
        let other = [
            ("/unit", self.unit != unit),
            ("/name", self.name != name),
            ("/title", self.title != title),
            ("/phone", self.phone != phone),
        ];
        let Some((pointer, _)) = other.iter().find(|(_, other)| *other) else {
            return Ok(Vec::new());
        };
        let problem = if self.unit != unit && !self.posts.is_empty() {
            format!(
                "he holds or held seats for {}; enrol him for {unit} under another id",
                self.unit
            )
        } else if supersedes.is_none() {
            format!(
                "an officer of {} is enrolled otherwise under this id; to put it right, name that \
                 enrolment in supersedes; somebody else gets another id",
                self.unit
            )
        } else {
            return Ok(vec![Event::Enrolled { name, unit, title, phone, supersedes }]);
        };
        Err(Refusal::InvalidField { pointer: (*pointer).to_owned(), problem })
    }

    /// 一人一厂: another plant, or another site, at the same time needs a reason.
    fn take_post(
        &self,
        enterprise: EnterpriseId,
        seat: Seat,
        from: Occurred,
        concurrent: bool,
    ) -> Result<Vec<Event>, Refusal> {
        let period = Period::since(from);
        let mut held = self.posts.iter().filter(|post| post.period.overlaps(&period));
        if self.posts.iter().any(|post| post.is_held(&enterprise, seat) && post.period == period) {
            return Ok(Vec::new());
        }
        match held.find(|post| post.enterprise != enterprise) {
            Some(other) if !concurrent => Err(Refusal::OfficerAlreadyPosted {
                officer: "he".to_owned(),
                enterprise: other.enterprise.to_string(),
            }),
            Some(_) | None => Ok(vec![Event::PostTaken { enterprise, seat, from }]),
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::PostTaken { enterprise, seat, from } => {
                self.posts.push(Post { enterprise, seat, period: Period::since(from) });
            }
            Event::PostLeft { enterprise, seat, at } => {
                let mut held = self.posts.iter_mut();
                if let Some(post) = held.rfind(|post| post.is_held(&enterprise, seat)) {
                    post.period.until = Some(at);
                }
            }
            Event::DutyReferred { finding, enterprise } => {
                self.duties.insert(finding, Duty { enterprise, outcome: None });
            }
            Event::DutyOutcomeRecorded { finding, outcome } => {
                if let Some(duty) = self.duties.get_mut(&finding) {
                    duty.outcome = Some(outcome);
                }
            }
            // A roll begins with it.
            Event::Enrolled { .. } => {}
        }
    }
}

impl Post {
    /// Whether it is this seat, with no end told.
    fn is_held(&self, enterprise: &EnterpriseId, seat: Seat) -> bool {
        self.enterprise == *enterprise && self.seat == seat && self.period.until.is_none()
    }
}

impl Aggregate for Officer {
    const TYPE: &'static str = "officer";
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
