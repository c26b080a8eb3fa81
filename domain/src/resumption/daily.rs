use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// 日报: what an enterprise reports of one day. Counts only; no person is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyReport {
    /// The day of which it speaks.
    pub date: Date,
    /// Registered staff.
    pub staff: u32,
    /// Staff on post.
    pub on_post: u32,
    /// Of the staff, who came back from outside the city.
    pub from_outside: Option<u32>,
    /// Of the staff, who came back from Hubei.
    pub from_hubei: Option<u32>,
    /// Of the staff, who is in observation.
    pub in_observation: Option<u32>,
    /// Of the staff, who has a fever.
    pub fever: Option<u32>,
    /// For how many days the masks in store last.
    pub masks_days: Option<u32>,
    /// Share of capacity in use, 0 to 100.
    pub capacity_pct: Option<u8>,
    /// Electricity used that day, in kilowatt-hours.
    pub power_kwh: Option<u64>,
    /// What stands in the way, in words.
    pub difficulties: Option<Personal>,
    /// The event id of the report that it puts right.
    pub supersedes: Option<String>,
    /// The day of which that report spoke: whoever looked it up passes it on.
    pub was: Option<Date>,
}

impl DailyReport {
    /// Whether somebody's health is not as it should be.
    pub fn is_abnormal(&self) -> bool {
        self.fever.is_some_and(|count| 0 < count)
    }

    /// Whether its figures can all be true at once.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` for a part that is more than the whole.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let parts = [
            ("/on_post", Some(self.on_post)),
            ("/from_outside", self.from_outside),
            ("/from_hubei", self.from_hubei),
            ("/in_observation", self.in_observation),
            ("/fever", self.fever),
        ];
        let over = parts.into_iter().find(|(_, part)| part.is_some_and(|part| self.staff < part));
        if let Some((pointer, _)) = over {
            let problem = format!("it is a part of the staff, which is {}", self.staff);
            return Err(Refusal::InvalidField { pointer: pointer.to_owned(), problem });
        }
        if self.capacity_pct.is_some_and(|share| 100 < share) {
            let problem = "send a share of 0 to 100".to_owned();
            return Err(Refusal::InvalidField { pointer: "/capacity_pct".to_owned(), problem });
        }
        Ok(())
    }
}
