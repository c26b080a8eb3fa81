//! 诚信记录: the credit record of an enterprise (§三).
//!
//! 「屡教不改的企业将记入诚信记录」. The notice gives no number: the system proposes a flag, a
//! person decides, after prior notice (告知) and a statement period (陈述申辩). A flag is a record
//! and not a penalty; it ends at its term, by repair, or when it is struck out, and gates nothing.

mod command;
mod disclosure;
mod event;
mod flag;

pub use command::Command;
pub use disclosure::Disclosure;
pub use event::{Event, Involved};
pub use flag::{Flag, Flagged, Objection, Standing, Stood};

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate as Date};
use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    Deadline, OrderId, Refusal,
    codes::{ObjectionResult, RepairResult},
};

/// How a paper is named.
const PAPER: &str = "name the paper by its document number (文号)";

/// The flags of one enterprise, by number from 1; each stands where its [`Standing`] says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    flags: BTreeMap<u32, Flag>,
}

impl Credit {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::ProposeFlag { grounds, involved, on } => self.propose(grounds, involved, on),
            Command::WithdrawProposal { flag, rule } => {
                // A rule meets what a person did first, and leaves it.
                let open = self.known(flag)?.is_open();
                Ok(Vec::from_iter(open.then_some(Event::ProposalWithdrawn { flag, rule })))
            }
            Command::ServeNotice { flag, by, on, statement } => {
                self.serve_notice(flag, by, on, statement)
            }
            Command::RecordStatement { flag, text } => {
                self.known(flag)?.check_notified()?;
                Ok(vec![Event::StatementRecorded { flag, text }])
            }
            Command::EnterFlag { .. } => self.enter(command),
            Command::DismissProposal { flag, reason } => {
                self.known(flag)?.check_open()?;
                Ok(vec![Event::ProposalDismissed { flag, reason }])
            }
            Command::LodgeObjection { flag, grounds, on, decide } => {
                self.known(flag)?.check_objection(flag, on)?;
                let Some(decide) = decide else { return Ok(Vec::new()) };
                Ok(vec![Event::ObjectionLodged { flag, grounds, on, decide }])
            }
            Command::VerifyObjection { flag, reason, on, decide } => {
                self.verify_objection(flag, reason, on, decide)
            }
            Command::DecideObjection { flag, result, on } => {
                self.decide_objection(flag, result, on)
            }
            Command::ApplyRepair { flag, evidence } => {
                self.known(flag)?.flagged(flag)?;
                Ok(vec![Event::RepairApplied { flag, evidence }])
            }
            Command::DecideRepair { flag, result, on } => {
                if !self.known(flag)?.flagged(flag)?.repair_applied {
                    return Err(closed("nobody has applied for its repair"));
                }
                Ok(vec![match result {
                    RepairResult::Granted => Event::RepairGranted { flag, on },
                    RepairResult::Refused => Event::RepairRefused { flag, on },
                }])
            }
            Command::PassDay { flag, today } => Ok(match self.flagged(flag) {
                Some(flagged) if flagged.until < today => {
                    vec![Event::Expired { flag, until: flagged.until }]
                }
                Some(_) | None => Vec::new(),
            }),
            Command::DiscloseFlag { .. } => self.disclose(command),
            Command::NotifyWithdrawal { flag, disclosure, on } => {
                self.known(flag)?.notify_withdrawal((flag, disclosure), on)
            }
            Command::Expunge { flag, reason, rule, on } => match self.known(flag)?.flagged(flag) {
                Ok(_) => Ok(vec![Event::Expunged { flag, reason, rule, on }]),
                Err(_) if rule.is_some() => Ok(Vec::new()),
                Err(refusal) => Err(refusal),
            },
        }
    }

    /// The flag with this number.
    pub fn flag(&self, number: u32) -> Option<&Flag> {
        self.flags.get(&number)
    }

    /// All flags and proposals, by number.
    pub fn flags(&self) -> &BTreeMap<u32, Flag> {
        &self.flags
    }

    /// The proposal that waits for a decision, if one does.
    pub fn open_proposal(&self) -> Option<(u32, &Flag)> {
        self.flags.iter().find(|(_, flag)| flag.is_open()).map(|(number, flag)| (*number, flag))
    }

    /// Whether a flag stands on `day`.
    pub fn is_flagged_on(&self, day: Date) -> bool {
        self.flags.keys().filter_map(|flag| self.flagged(*flag)).any(|flagged| day <= flagged.until)
    }

    /// Orders that grounded a proposal which was decided: they never count again.
    pub fn spent_orders(&self) -> BTreeSet<&OrderId> {
        let spent = self.flags.values().filter(|flag| flag.spends_its_grounds());
        spent.flat_map(|flag| &flag.grounds).collect()
    }

    fn flagged(&self, number: u32) -> Option<&Flagged> {
        self.flag(number).and_then(|flag| flag.flagged(number).ok())
    }

    fn known(&self, number: u32) -> Result<&Flag, Refusal> {
        let id = number.to_string();
        self.flag(number).ok_or(Refusal::NotFound { what: "flag", id })
    }

    fn propose(
        &self,
        grounds: Vec<OrderId>,
        involved: Vec<Involved>,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        if grounds.is_empty() {
            return Err(Refusal::NoGrounds { problem: "no order was named".to_owned() });
        }
        if let Some((number, open)) = self.open_proposal() {
            if open.grounds == grounds {
                return Ok(Vec::new());
            }
            return Err(closed(&format!("proposal {number} is open; decide that one first")));
        }
        let spent = self.spent_orders();
        if let Some(order) = grounds.iter().find(|order| spent.contains(order)) {
            let problem = format!("order {order} grounded a proposal that was decided");
            return Err(Refusal::NoGrounds { problem });
        }
        let last = self.flags.keys().next_back().copied().unwrap_or_default();
        Ok(vec![Event::FlagProposed { flag: last.saturating_add(1), grounds, involved, on }])
    }

    fn serve_notice(
        &self,
        flag: u32,
        by: String,
        on: Date,
        statement: Option<Deadline>,
    ) -> Result<Vec<Event>, Refusal> {
        let known = self.known(flag)?;
        known.check_open()?;
        if on < known.proposed_on {
            return Err(Refusal::before(on, "the proposal", known.proposed_on));
        }
        Ok(match (&known.standing, statement) {
            // The period that runs already is not begun anew.
            (Standing::Proposed, Some(statement)) => {
                vec![Event::NoticeServed { flag, by, on, statement }]
            }
            (_, Some(_) | None) => Vec::new(),
        })
    }

    fn enter(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::EnterFlag {
            flag,
            decided_by,
            legal_review,
            collective_discussion,
            retention_months,
            involved,
            on,
            objection: Some(objection),
        } = command
        else {
            return Ok(Vec::new());
        };
        let known = self.known(flag)?;
        let until = known.check_notified()?.due;
        if on <= until {
            return Err(Refusal::StatementPeriodRunning { until });
        }
        known.check_four_eyes(&decided_by, &involved)?;
        check_named("/legal_review", &legal_review, PAPER)?;
        check_named("/collective_discussion", &collective_discussion, PAPER)?;
        Ok(vec![Event::Flagged {
            flag,
            decided_by,
            legal_review,
            collective_discussion,
            retention_months,
            on,
            // Five years from 29 February end on 28 February.
            until: on.checked_add_months(Months::new(retention_months)).unwrap_or(Date::MAX),
            objection,
        }])
    }

    fn disclose(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::DiscloseFlag { flag, recipient, basis, purpose, on } = command else {
            return Ok(Vec::new());
        };
        let known = self.known(flag)?;
        known.check_stood(flag, on)?;
        check_named("/recipient", &recipient, "name the platform or department")?;
        check_named("/basis", &basis, "cite the provision or the paper")?;
        let disclosure = known.next_disclosure();
        Ok(vec![Event::FlagDisclosed { flag, disclosure, recipient, basis, purpose, on }])
    }

    fn decide_objection(
        &self,
        flag: u32,
        result: ObjectionResult,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        self.known(flag)?.contested(flag, on)?;
        let rule = || Some("objection_upheld".to_owned());
        Ok(match result {
            ObjectionResult::Upheld => vec![
                Event::ObjectionUpheld { flag, on },
                Event::Expunged { flag, reason: None, rule: rule(), on: Some(on) },
            ],
            ObjectionResult::Rejected => vec![Event::ObjectionRejected { flag, on }],
        })
    }

    /// The longer period is taken while the shorter one runs, its last day included, and once:
    /// what was let pass is no period to lengthen.
    fn verify_objection(
        &self,
        flag: u32,
        reason: Personal,
        on: Date,
        longer: Option<Deadline>,
    ) -> Result<Vec<Event>, Refusal> {
        let (decide, verifying) = self.known(flag)?.contested(flag, on)?;
        if verifying {
            return Ok(Vec::new());
        }
        if decide.due < on {
            return Err(closed(&format!("it was to be decided by {}; decide it", decide.due)));
        }
        let begun = longer.map(|decide| Event::VerificationBegun { flag, reason, on, decide });
        Ok(begun.into_iter().collect())
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(&self, event: &Event) -> Self {
        let mut next = self.clone();
        if let Event::FlagProposed { flag, grounds, involved, on } = event {
            next.flags.insert(*flag, Flag::proposed(grounds, involved, *on));
        } else if let Some(flag) = next.flags.get_mut(&event.flag()) {
            flag.evolve(event);
        }
        next
    }
}

impl Aggregate for Credit {
    const TYPE: &'static str = "credit";
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
        *self = self.evolve(&event);
    }
}

fn closed(state: &str) -> Refusal {
    Refusal::OrderClosed { state: state.to_owned() }
}

fn check_named(pointer: &str, said: &str, problem: &str) -> Result<(), Refusal> {
    if said.trim().is_empty() {
        let (pointer, problem) = (pointer.to_owned(), problem.to_owned());
        return Err(Refusal::InvalidField { pointer, problem });
    }
    Ok(())
}
