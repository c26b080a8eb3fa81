//! What was handed out of a credit record, and the word that it stands no more.
//!
//! The record is internal; whoever is given a flag is named, with the basis. When the flag is struck
//! out or repaired, each of them is told (撤回通知): nobody goes on holding against an enterprise
//! what stands no more. That a flag comes to its term was known when it was given.

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use super::{Event, Flag, Standing, closed};
use crate::Refusal;

/// A flag in somebody else's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Which disclosure of the flag, from 1.
    pub disclosure: u32,
    /// The platform or department that was given it, by name.
    pub recipient: String,
    /// The provision or paper on whose basis.
    pub basis: String,
    /// The day.
    pub on: Date,
    /// The day on which it was told that the flag stands no more.
    pub withdrawn_on: Option<Date>,
}

impl Flag {
    /// That it stood in the record on that day: what was handed out then may be told later.
    pub(super) fn check_stood(&self, number: u32, on: Date) -> Result<(), Refusal> {
        let Some(stood) = &self.stood else { return self.flagged(number).map(|_| ()) };
        if on < stood.from {
            return Err(Refusal::before(on, "the day of the entry", stood.from));
        }
        if on <= stood.ended_on.unwrap_or(stood.until) {
            return Ok(());
        }
        let how = match self.standing {
            // Its last day is over, whether or not the clock has said so.
            Standing::Flagged(_) => "expired".to_owned(),
            Standing::Proposed
            | Standing::Notified { .. }
            | Standing::Withdrawn
            | Standing::Dismissed
            | Standing::Repaired
            | Standing::Expired
            | Standing::Expunged => self.state().to_string(),
        };
        Err(Refusal::FlagAlreadyExpunged { flag: number.to_string(), how })
    }

    pub(super) fn next_disclosure(&self) -> u32 {
        self.disclosures.last().map_or(1, |last| last.disclosure.saturating_add(1))
    }

    /// Whether those who were given it have to be told that it stands no more.
    pub fn must_be_withdrawn(&self) -> bool {
        match self.standing {
            Standing::Repaired | Standing::Expunged => true,
            Standing::Proposed
            | Standing::Notified { .. }
            | Standing::Withdrawn
            | Standing::Dismissed
            | Standing::Flagged(_)
            | Standing::Expired => false,
        }
    }

    pub(super) fn notify_withdrawal(
        &self,
        (flag, disclosure): (u32, u32),
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let given = self.disclosures.iter().find(|it| it.disclosure == disclosure);
        let id = || disclosure.to_string();
        let given = given.ok_or_else(|| Refusal::NotFound { what: "disclosure", id: id() })?;
        if given.withdrawn_on.is_some() {
            return Ok(Vec::new());
        }
        if !self.must_be_withdrawn() {
            return Err(closed(&format!("the flag is {}, nothing is withdrawn", self.state())));
        }
        let ended_on = self.stood.as_ref().and_then(|stood| stood.ended_on);
        if let Some(ended) = ended_on.filter(|ended| on < *ended) {
            return Err(Refusal::before(on, "the end of the flag", ended));
        }
        Ok(vec![Event::WithdrawalNotified {
            flag,
            disclosure,
            recipient: given.recipient.clone(),
            on,
        }])
    }

    pub(super) fn withdrawal_notified(&mut self, disclosure: u32, on: Date) {
        let mut given = self.disclosures.iter_mut();
        if let Some(given) = given.find(|it| it.disclosure == disclosure) {
            given.withdrawn_on = Some(on);
        }
    }
}
