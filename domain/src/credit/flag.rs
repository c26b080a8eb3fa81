//! One flag of a credit record, from its proposal to its end.

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use super::{Disclosure, Event, Involved, closed};
use crate::{Deadline, OrderId, Refusal, codes::FlagState, rights};

/// A proposal, and the flag it may become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The orders failed or lapsed that it rests on.
    pub grounds: Vec<OrderId>,
    /// Who took part so far; none of them may enter it.
    pub involved: Vec<Involved>,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// The days on which it stood in the record, if it was entered.
    #[serde(default)]
    pub stood: Option<Stood>,
    /// Who was given it, in order.
    #[serde(default)]
    pub disclosures: Vec<Disclosure>,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

/// The days on which a flag stands in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// The day on which it was entered.
    pub from: Date,
    /// The last day of its term.
    pub until: Date,
    /// The day on which it was repaired or struck out, where that is known.
    pub ended_on: Option<Date>,
}

/// Where a flag stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// Proposed; a person decides.
    Proposed,
    /// 告知: the enterprise was told, and may state its case.
    Notified {
        /// The statement period.
        statement: Deadline,
    },
    /// It lost its grounds before it was decided; its orders may count again.
    Withdrawn,
    /// A person decided against it.
    Dismissed,
    /// It stands in the record.
    Flagged(Flagged),
    /// 信用修复.
    Repaired,
    /// It came to its term.
    Expired,
    /// It was struck out.
    Expunged,
}

/// A flag that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flagged {
    /// The day on which it was entered.
    pub on: Date,
    /// The last day on which it stands.
    pub until: Date,
    /// The period for objections.
    pub objection_period: Deadline,
    /// The objection, if there was one.
    pub objection: Option<Objection>,
    /// Whether an application for repair waits for a decision.
    pub repair_applied: bool,
}

/// An objection to a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objection {
    /// 异议标注: it is noted beside the flag until it is decided.
    Lodged {
        /// The day.
        on: Date,
        /// By when it is decided.
        decide: Deadline,
        /// Whether it is looked into (核查), for which the longer period is given.
        #[serde(default)]
        verifying: bool,
    },
    /// 异议不成立.
    Rejected,
}

impl Flag {
    /// Whether it waits for a decision.
    pub fn is_open(&self) -> bool {
        matches!(self.standing, Standing::Proposed | Standing::Notified { .. })
    }

    /// Whether its orders never count again: it was decided, either way.
    pub fn spends_its_grounds(&self) -> bool {
        !self.is_open() && self.standing != Standing::Withdrawn
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> FlagState {
        match self.standing {
            Standing::Proposed => FlagState::Proposed,
            Standing::Notified { .. } => FlagState::Notified,
            Standing::Withdrawn => FlagState::Withdrawn,
            Standing::Dismissed => FlagState::Dismissed,
            Standing::Flagged(_) => FlagState::Flagged,
            Standing::Repaired => FlagState::Repaired,
            Standing::Expired => FlagState::Expired,
            Standing::Expunged => FlagState::Expunged,
        }
    }

    pub(super) fn proposed(grounds: &[OrderId], involved: &[Involved], on: Date) -> Self {
        Self {
            grounds: grounds.to_vec(),
            involved: involved.to_vec(),
            proposed_on: on,
            stood: None,
            disclosures: Vec::new(),
            standing: Standing::Proposed,
        }
    }

    /// The flag as it stands in the record, or why it does not.
    pub(super) fn flagged(&self, number: u32) -> Result<&Flagged, Refusal> {
        match &self.standing {
            Standing::Flagged(flagged) => Ok(flagged),
            Standing::Repaired | Standing::Expired | Standing::Expunged => {
                let (flag, how) = (number.to_string(), self.state().to_string());
                Err(Refusal::FlagAlreadyExpunged { flag, how })
            }
            Standing::Proposed
            | Standing::Notified { .. }
            | Standing::Withdrawn
            | Standing::Dismissed => {
                Err(closed(&format!("the flag was not entered, it is {}", self.state())))
            }
        }
    }

    /// That it waits for a decision.
    pub(super) fn check_open(&self) -> Result<(), Refusal> {
        if self.is_open() {
            return Ok(());
        }
        Err(closed(&format!("the proposal is {}", self.state())))
    }

    /// That notice was served and no decision has come yet; gives the statement period.
    pub(super) fn check_notified(&self) -> Result<&Deadline, Refusal> {
        self.check_open()?;
        match &self.standing {
            Standing::Notified { statement } => Ok(statement),
            Standing::Proposed
            | Standing::Withdrawn
            | Standing::Dismissed
            | Standing::Flagged(_)
            | Standing::Repaired
            | Standing::Expired
            | Standing::Expunged => Err(Refusal::FlagBeforeNotice),
        }
    }

    /// Four eyes: who enters it took no other part.
    pub(super) fn check_four_eyes(&self, actor: &str, since: &[Involved]) -> Result<(), Refusal> {
        let parts = [&*self.involved, since];
        match parts.into_iter().find_map(|involved| rights::part_of(actor, involved)) {
            Some(Involved { actor, part }) => {
                Err(Refusal::FlagDeciderConflict { actor: actor.clone(), part: part.clone() })
            }
            None => Ok(()),
        }
    }

    /// That an objection lodged `on` that day comes in time, and is the first.
    pub(super) fn check_objection(&self, number: u32, on: Date) -> Result<(), Refusal> {
        let flagged = self.flagged(number)?;
        let until = flagged.objection_period.due;
        if until < on {
            return Err(Refusal::ObjectionOutOfTime { until });
        }
        if on < flagged.on {
            return Err(Refusal::before(on, "the day of the entry", flagged.on));
        }
        match flagged.objection {
            None => Ok(()),
            Some(Objection::Lodged { .. }) => Err(closed("an objection is being decided")),
            Some(Objection::Rejected) => Err(closed("an objection has been rejected")),
        }
    }

    /// The objection that waits to be decided, as an act of that day can speak of it.
    pub(super) fn contested(&self, number: u32, on: Date) -> Result<(&Deadline, bool), Refusal> {
        match &self.flagged(number)?.objection {
            None => Err(closed("nobody has objected to it")),
            Some(Objection::Rejected) => Err(closed("the objection has been rejected already")),
            Some(Objection::Lodged { on: lodged, .. }) if on < *lodged => {
                Err(Refusal::before(on, "the objection", *lodged))
            }
            Some(Objection::Lodged { decide, verifying, .. }) => Ok((decide, *verifying)),
        }
    }

    /// The day on which the objection that waits to be decided was lodged.
    pub(crate) fn objected_on(&self) -> Option<Date> {
        match &self.standing {
            Standing::Flagged(Flagged {
                objection: Some(Objection::Lodged { on, .. }), ..
            }) => Some(*on),
            Standing::Flagged(_)
            | Standing::Proposed
            | Standing::Notified { .. }
            | Standing::Withdrawn
            | Standing::Dismissed
            | Standing::Repaired
            | Standing::Expired
            | Standing::Expunged => None,
        }
    }

    /// Where it stands once `event` has happened to it.
    pub(super) fn evolve(&mut self, event: &Event) {
        match event {
            Event::FlagProposed { .. } | Event::StatementRecorded { .. } => {}
            Event::ProposalWithdrawn { .. } => self.standing = Standing::Withdrawn,
            Event::NoticeServed { by, statement, .. } => {
                self.involved
                    .push(Involved { actor: by.clone(), part: "notice_server".to_owned() });
                self.standing = Standing::Notified { statement: statement.clone() };
            }
            Event::Flagged { on, until, objection, .. } => {
                self.stood = Some(Stood { from: *on, until: *until, ended_on: None });
                self.standing = Standing::Flagged(Flagged {
                    on: *on,
                    until: *until,
                    objection_period: objection.clone(),
                    objection: None,
                    repair_applied: false,
                });
            }
            Event::ProposalDismissed { .. } => self.standing = Standing::Dismissed,
            Event::ObjectionLodged { on, decide, .. } => self.while_flagged(|flagged| {
                let (on, decide, verifying) = (*on, decide.clone(), false);
                flagged.objection = Some(Objection::Lodged { on, decide, verifying });
            }),
            Event::VerificationBegun { decide: longer, .. } => self.while_flagged(|flagged| {
                if let Some(Objection::Lodged { decide, verifying, .. }) = &mut flagged.objection {
                    (*decide, *verifying) = (longer.clone(), true);
                }
            }),
            Event::ObjectionRejected { .. } => {
                self.while_flagged(|flagged| flagged.objection = Some(Objection::Rejected));
            }
            Event::RepairApplied { .. } => {
                self.while_flagged(|flagged| flagged.repair_applied = true);
            }
            Event::RepairRefused { .. } => {
                self.while_flagged(|flagged| flagged.repair_applied = false);
            }
            Event::RepairGranted { on, .. } => self.end(Standing::Repaired, Some(*on)),
            Event::Expired { .. } => self.standing = Standing::Expired,
            Event::ObjectionUpheld { on, .. } => self.end(Standing::Expunged, Some(*on)),
            Event::Expunged { on, .. } => self.end(Standing::Expunged, *on),
            Event::FlagDisclosed { disclosure, recipient, basis, on, .. } => {
                let (disclosure, recipient, basis) =
                    (*disclosure, recipient.clone(), basis.clone());
                let given =
                    Disclosure { disclosure, recipient, basis, on: *on, withdrawn_on: None };
                self.disclosures.push(given);
            }
            Event::WithdrawalNotified { disclosure, on, .. } => {
                self.withdrawal_notified(*disclosure, *on);
            }
        }
    }

    fn end(&mut self, standing: Standing, on: Option<Date>) {
        if let Some(stood) = &mut self.stood {
            stood.ended_on = stood.ended_on.or(on);
        }
        self.standing = standing;
    }

    fn while_flagged(&mut self, change: impl FnOnce(&mut Flagged)) {
        if let Standing::Flagged(flagged) = &mut self.standing {
            change(flagged);
        }
    }
}

impl Event {
    /// The number of the flag it happened to.
    pub fn flag(&self) -> u32 {
        match self {
            Self::FlagProposed { flag, .. }
            | Self::ProposalWithdrawn { flag, .. }
            | Self::NoticeServed { flag, .. }
            | Self::StatementRecorded { flag, .. }
            | Self::Flagged { flag, .. }
            | Self::ProposalDismissed { flag, .. }
            | Self::ObjectionLodged { flag, .. }
            | Self::VerificationBegun { flag, .. }
            | Self::ObjectionUpheld { flag, .. }
            | Self::ObjectionRejected { flag, .. }
            | Self::RepairApplied { flag, .. }
            | Self::RepairGranted { flag, .. }
            | Self::RepairRefused { flag, .. }
            | Self::FlagDisclosed { flag, .. }
            | Self::WithdrawalNotified { flag, .. }
            | Self::Expired { flag, .. }
            | Self::Expunged { flag, .. } => *flag,
        }
    }
}
