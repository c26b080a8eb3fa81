//! 疫情: an incident at an enterprise, and the steps that cut its spread (§一(一)).
//!
//! 「果断处理突发疫情，及时切断传播途径」: isolate, report to the disease control centre, trace,
//! disinfect; then it is closed, or it is ruled out (排除) on a stated basis. Counts only: nothing
//! here says who is ill, and nothing here stops an enterprise from working (§四).

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, Refusal, codes::EpidemicState};

/// Where one incident stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Epidemic {
    /// There is no such incident.
    #[default]
    NotReported,
    /// It is being dealt with.
    Open(Course),
    /// It was none.
    RuledOut(Course),
    /// The four steps were taken, and it is over.
    Closed(Course),
}

/// What was done about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Where.
    pub enterprise: EnterpriseId,
    /// How many persons show signs.
    pub persons: u32,
    /// The day of the report.
    pub reported_on: Date,
    /// 隔离, with how many persons.
    pub isolated: Option<Step>,
    /// 报告疾控机构, on this day.
    pub cdc_reported: Option<Date>,
    /// 流调追踪, with how many contacts.
    pub traced: Option<Step>,
    /// 消毒, with how many places.
    pub disinfected: Option<Step>,
}

/// A step that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// On this day; the last, if it was taken again.
    pub on: Date,
    /// How many, in all.
    pub count: u32,
}

impl Epidemic {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::NotReported, Command::Report { persons: 0, .. }) => {
                let problem = "send 1 or more, a count and no name".to_owned();
                Err(Refusal::InvalidField { pointer: "/persons".to_owned(), problem })
            }
            (Self::NotReported, Command::Report { enterprise, persons, on }) => {
                Ok(vec![Event::Reported { enterprise, persons, on }])
            }
            // A step may be taken again: the next count is news, the same is not.
            (Self::Open(course), Command::Isolate { persons, on }) => {
                Ok(news(course.isolated, persons, Event::Isolated { persons, on }))
            }
            (Self::Open(course), Command::ReportToCdc { on }) => Ok(course
                .cdc_reported
                .is_none()
                .then_some(Event::CdcReported { on })
                .into_iter()
                .collect()),
            (Self::Open(course), Command::Trace { contacts, on }) => {
                Ok(news(course.traced, contacts, Event::Traced { contacts, on }))
            }
            (Self::Open(course), Command::Disinfect { places, on }) => {
                Ok(news(course.disinfected, places, Event::Disinfected { places, on }))
            }
            (Self::Open(_), Command::RuleOut { basis, on }) => {
                Ok(vec![Event::RuledOut { basis, on }])
            }
            (Self::Open(course), Command::Close { on }) => match course.missing() {
                missing if missing.is_empty() => Ok(vec![Event::Closed { on }]),
                missing => Err(Refusal::OrderClosed {
                    state: format!(
                        "not recorded yet: {}; record it, or rule the incident out with a basis",
                        missing.join(", ")
                    ),
                }),
            },
            (Self::RuledOut(_), Command::RuleOut { .. })
            | (Self::Closed(_), Command::Close { .. }) => Ok(Vec::new()),
            (
                Self::NotReported | Self::RuledOut(_) | Self::Closed(_),
                Command::Isolate { .. }
                | Command::ReportToCdc { .. }
                | Command::Trace { .. }
                | Command::Disinfect { .. },
            )
            | (Self::Open(_) | Self::RuledOut(_) | Self::Closed(_), Command::Report { .. })
            | (Self::NotReported | Self::Closed(_), Command::RuleOut { .. })
            | (Self::NotReported | Self::RuledOut(_), Command::Close { .. }) => {
                let state = format!("the incident is {}", self.state());
                Err(Refusal::OrderClosed { state })
            }
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(mut self, event: Event) -> Self {
        match event {
            Event::Reported { enterprise, persons, on } => Self::Open(Course {
                enterprise,
                persons,
                reported_on: on,
                isolated: None,
                cdc_reported: None,
                traced: None,
                disinfected: None,
            }),
            Event::Isolated { persons, on } => {
                self.step(|course| course.isolated = Some(Step { on, count: persons }));
                self
            }
            Event::CdcReported { on } => {
                self.step(|course| course.cdc_reported = Some(on));
                self
            }
            Event::Traced { contacts, on } => {
                self.step(|course| course.traced = Some(Step { on, count: contacts }));
                self
            }
            Event::Disinfected { places, on } => {
                self.step(|course| course.disinfected = Some(Step { on, count: places }));
                self
            }
            Event::RuledOut { basis: _, on: _ } => match self {
                Self::Open(course) => Self::RuledOut(course),
                Self::NotReported | Self::RuledOut(_) | Self::Closed(_) => self,
            },
            Event::Closed { on: _ } => match self {
                Self::Open(course) => Self::Closed(course),
                Self::NotReported | Self::RuledOut(_) | Self::Closed(_) => self,
            },
        }
    }

    fn step(&mut self, take: impl FnOnce(&mut Course)) {
        match self {
            Self::Open(course) | Self::RuledOut(course) | Self::Closed(course) => take(course),
            Self::NotReported => {}
        }
    }

    /// What was done, if there is an incident.
    pub fn course(&self) -> Option<&Course> {
        match self {
            Self::NotReported => None,
            Self::Open(course) | Self::RuledOut(course) | Self::Closed(course) => Some(course),
        }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> EpidemicState {
        match self {
            Self::NotReported => EpidemicState::NotReported,
            Self::Open(_) => EpidemicState::Open,
            Self::RuledOut(_) => EpidemicState::RuledOut,
            Self::Closed(_) => EpidemicState::Closed,
        }
    }
}

impl Course {
    /// The steps that were not taken, by the names of their addresses.
    pub fn missing(&self) -> Vec<&'static str> {
        let steps = [
            (self.isolated.is_some(), "isolations"),
            (self.cdc_reported.is_some(), "cdc-reports"),
            (self.traced.is_some(), "tracings"),
            (self.disinfected.is_some(), "disinfections"),
        ];
        steps.into_iter().filter(|(taken, _)| !taken).map(|(_, name)| name).collect()
    }
}

impl Aggregate for Epidemic {
    const TYPE: &'static str = "epidemic";
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

fn news(known: Option<Step>, count: u32, event: Event) -> Vec<Event> {
    if known.is_some_and(|step| step.count == count) { Vec::new() } else { vec![event] }
}
