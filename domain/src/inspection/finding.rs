use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Event;
use crate::{
    OfficerId, OrderId,
    codes::{Category, Severity, Subject},
};

/// Something found, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its number in its inspection, from 1.
    pub number: u32,
    /// Who found it: a pseudonym.
    pub finder: String,
    /// What it is about.
    pub subject: Subject,
    /// What kind of thing.
    pub category: Category,
    /// How bad.
    pub severity: Severity,
    /// What was seen.
    pub facts: Personal,
    /// The revision of the plan that stood then; a later one changes nothing.
    pub plan_revision: Option<u32>,
    /// The officer whose duty it is about.
    pub officer: Option<OfficerId>,
    /// Put right at once; such a finding never counts.
    pub fixed_on_spot: bool,
    /// The day of what was seen.
    pub on: Date,
    /// The number of the finding it corrects.
    pub supersedes: Option<u32>,
    /// The number of the finding that corrects it.
    pub superseded_by: Option<u32>,
    /// The last order it went into.
    pub order: Option<OrderId>,
    /// 不予责令: whether it was decided to order nothing.
    pub declined: bool,
}

impl Finding {
    /// What a finding says when it is recorded; none of any other event.
    pub(super) fn of(event: Event) -> Option<Self> {
        let Event::FindingRecorded {
            number,
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
        } = event
        else {
            return None;
        };
        Some(Self {
            number,
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
            superseded_by: None,
            order: None,
            declined: false,
        })
    }

    /// Whether it is against the enterprise; what is about an officer's duty never is.
    pub fn is_against_enterprise(&self) -> bool {
        match self.subject {
            Subject::Protection | Subject::Responsibility => true,
            Subject::OfficerDuty => false,
        }
    }

    /// Whether the enterprise can be ordered to put it right.
    pub fn can_be_ordered(&self) -> bool {
        self.is_against_enterprise() && !self.fixed_on_spot
    }

    /// Whether it still waits for an order, or for the word that there will be none.
    pub fn is_undecided(&self) -> bool {
        self.can_be_ordered() && self.order.is_none() && !self.declined
    }
}
