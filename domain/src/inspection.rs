//! Inspection (监督检查, §三): who looked at an enterprise, at what, and what was found.
//!
//! The commission leads, 「会同园区、属地政府」; a township or the park finds and proposes. Of the
//! three subjects, what is found about 「驻厂工作人员履职情况」 is against the officer and goes to
//! his unit; only the others can be ordered to be put right. Any enterprise can be inspected,
//! whether it works or not, and no inspection stops it from working (§四).

mod command;
mod event;
mod finding;
mod queries;

pub use command::Command;
pub use event::Event;
pub use finding::Finding;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, OrderId, Refusal, UnitCode,
    codes::{Category, InspectionKind, ResultCode, Subject},
};

/// Where one inspection stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Inspection {
    /// There is none.
    #[default]
    NotOpened,
    /// Somebody is looking.
    Open(Sheet),
    /// It is over.
    Closed {
        /// What was looked at and found.
        #[serde(flatten)]
        sheet: Sheet,
        /// What it came to.
        result_codes: Vec<ResultCode>,
    },
    /// It is void, and so is what rests on it.
    Void(Sheet),
}

/// What was looked at and found (检查记录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Whom it looks at.
    pub enterprise: EnterpriseId,
    /// What led to it.
    pub kind: InspectionKind,
    /// What it looks at.
    pub subjects: Vec<Subject>,
    /// The unit that leads it.
    pub led_by: UnitCode,
    /// Who inspects: a pseudonym.
    pub inspector: String,
    /// The units that join it.
    pub joint_with: Vec<UnitCode>,
    /// The seed of the draw (双随机).
    pub draw_seed: Option<String>,
    /// The day of its opening.
    pub on: Date,
    /// What was found, in order: the n-th has number n.
    pub findings: Vec<Finding>,
}

impl Inspection {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::NotOpened, command @ Command::Open { .. }) => open(command),
            (Self::NotOpened, _) => Err(not_opened()),
            (Self::Open(sheet), command @ Command::RecordFinding { .. }) => sheet.find(command),
            // Of two inspectors who close at once, the second is told what the first did.
            (Self::Open(sheet), Command::Close { result_codes }) => sheet.close(result_codes),
            (Self::Open(_) | Self::Closed { .. }, Command::Void { reason }) => {
                Ok(vec![Event::Voided { reason }])
            }
            (Self::Void(_), Command::Void { .. }) => Ok(Vec::new()),

            (
                Self::Open(sheet) | Self::Closed { sheet, .. },
                Command::NoteOrder { number, order },
            ) => sheet.note_order(number, order),
            (
                Self::Open(sheet) | Self::Closed { sheet, .. },
                Command::DeclineToOrder { reason, failed },
            ) => {
                let numbers = sheet.without_order(&failed);
                let declined = (!numbers.is_empty()).then_some((numbers, reason));
                let declined =
                    declined.map(|(numbers, reason)| Event::OrderDeclined { numbers, reason });
                Ok(declined.into_iter().collect())
            }

            (Self::Open(_) | Self::Closed { .. } | Self::Void(_), Command::Open { .. })
            | (
                Self::Closed { .. } | Self::Void(_),
                Command::RecordFinding { .. } | Command::Close { .. },
            )
            | (Self::Void(_), Command::NoteOrder { .. } | Command::DeclineToOrder { .. }) => {
                Err(self.does_not_fit())
            }
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(mut self, event: Event) -> Self {
        match event {
            Event::Opened {
                enterprise,
                kind,
                subjects,
                led_by,
                inspector,
                joint_with,
                draw_seed,
                on,
            } => Self::Open(Sheet {
                enterprise,
                kind,
                subjects,
                led_by,
                inspector,
                joint_with,
                draw_seed,
                on,
                findings: Vec::new(),
            }),
            Event::FindingRecorded { .. } => {
                if let (Some(sheet), Some(finding)) = (self.sheet_mut(), Finding::of(event)) {
                    sheet.take(finding);
                }
                self
            }
            Event::Closed { result_codes } => match self {
                Self::Open(sheet) => Self::Closed { sheet, result_codes },
                Self::NotOpened | Self::Closed { .. } | Self::Void(_) => self,
            },
            Event::Voided { reason: _ } => match self {
                Self::Open(sheet) | Self::Closed { sheet, .. } => Self::Void(sheet),
                Self::NotOpened | Self::Void(_) => self,
            },
            Event::FindingOrdered { number, order } => {
                if let Some(finding) = self.finding_mut(number) {
                    finding.order = Some(order);
                    // Whatever was decided before, an order there is.
                    finding.declined = false;
                }
                self
            }
            Event::OrderDeclined { numbers, reason: _ } => {
                for number in numbers {
                    if let Some(finding) = self.finding_mut(number) {
                        finding.declined = true;
                    }
                }
                self
            }
        }
    }
}

impl Sheet {
    fn find(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::RecordFinding {
            finder,
            subject,
            category,
            severity,
            facts,
            officer,
            fixed_on_spot,
            supersedes,
            plan_revision,
            on,
        } = command
        else {
            return Ok(Vec::new());
        };
        if !self.subjects.contains(&subject) {
            let looked_at = self.subjects.iter().map(ToString::to_string).collect::<Vec<_>>();
            let problem = format!("this inspection looks at {} only", looked_at.join(", "));
            return Err(invalid("/subject", problem));
        }
        if category == Category::OfficerAbsent && subject != Subject::OfficerDuty {
            return Err(invalid("/category", "officer_absent is about officer_duty".to_owned()));
        }
        if officer.is_some() && subject != Subject::OfficerDuty {
            return Err(invalid("/officer", "only officer_duty is about an officer".to_owned()));
        }
        if let Some(old) = supersedes.filter(|old| self.standing(*old).is_none()) {
            return Err(Refusal::NotFound { what: "finding", id: old.to_string() });
        }
        Ok(vec![Event::FindingRecorded {
            number: self.next_number(),
            finder,
            subject,
            category,
            severity,
            facts,
            plan_revision,
            officer,
            fixed_on_spot,
            on,
            supersedes,
        }])
    }

    /// Each result needs a finding that bears it out, and `none` stands alone: an order and a
    /// referral may come of one inspection.
    fn close(&self, mut result_codes: Vec<ResultCode>) -> Result<Vec<Event>, Refusal> {
        result_codes.sort_unstable();
        result_codes.dedup();
        if result_codes.is_empty() {
            return Err(invalid("/result_codes", "send at least one, or none".to_owned()));
        }
        let alone = result_codes.len() == 1;
        let unfounded = result_codes.iter().find(|code| match code {
            ResultCode::Nothing => !alone || self.found(|_| true),
            ResultCode::FixedOnSpot => !self.found(|finding| finding.fixed_on_spot),
            ResultCode::ToOrder => !self.found(Finding::can_be_ordered),
            ResultCode::Referred => !self.found(|finding| !finding.is_against_enterprise()),
        });
        match unfounded {
            Some(code) => {
                let problem = format!("{code} does not fit what was found");
                Err(invalid("/result_codes", problem))
            }
            None => Ok(vec![Event::Closed { result_codes }]),
        }
    }

    fn note_order(&self, number: u32, order: OrderId) -> Result<Vec<Event>, Refusal> {
        let Some(finding) = self.standing(number) else {
            let problem = format!("there is no finding {number}");
            return Err(Refusal::OrderWithoutFinding { problem });
        };
        if !finding.is_against_enterprise() {
            return Err(Refusal::FindingNotAgainstEnterprise { finding: number.to_string() });
        }
        if finding.order.as_ref() == Some(&order) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::FindingOrdered { number, order }])
    }
}

impl Aggregate for Inspection {
    const TYPE: &'static str = "inspection";
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

fn open(command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Open {
        enterprise,
        kind,
        mut subjects,
        led_by,
        inspector,
        joint_with,
        draw_seed,
        on,
    } = command
    else {
        return Err(not_opened());
    };
    subjects.sort_unstable();
    subjects.dedup();
    if subjects.is_empty() {
        return Err(invalid("/subjects", "say what is looked at".to_owned()));
    }
    Ok(vec![Event::Opened {
        enterprise,
        kind,
        subjects,
        led_by,
        inspector,
        joint_with,
        draw_seed,
        on,
    }])
}

fn not_opened() -> Refusal {
    Refusal::NotFound { what: "inspection", id: "under this id".to_owned() }
}

fn invalid(pointer: &str, problem: String) -> Refusal {
    Refusal::InvalidField { pointer: pointer.to_owned(), problem }
}
