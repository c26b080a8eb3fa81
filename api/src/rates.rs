//! Rates: how much one may ask for, by what it costs.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, QuantaClock},
};

use crate::{http::Operation, problem::Problem};

/// How much one actor may ask for: what is not asked for is saved up to `at_once`.
///
/// An act, and an answer that shows what stands now, cost 1; an answer of the past, in another form
/// than JSON, a report or a reason 10; what goes through the whole log 100; a batch as many as its
/// acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So much comes back in a second.
    pub a_second: NonZeroU32,
    /// So much may be asked for at once.
    pub at_once: NonZeroU32,
}

/// What costs as much as ten others: it goes back in the log, or is worked out of many rows.
const DEAR: [&str; 11] = [
    "copy_data_subject",
    "list_steps",
    "read_diff",
    "read_enterprise_diff",
    "read_enterprise_why",
    "read_history_timeline",
    "read_report",
    "read_result",
    "read_roll_up",
    "read_why",
    "run_report",
];
/// What goes through the whole log, or is many acts.
const WHOLE: [&str; 4] = ["import_ledger", "rebuild_register", "verify_history", "think_otherwise"];
/// So many costs are taken before those are forgotten who have asked for nothing for long.
const SWEPT: u32 = 4096;

/// What each actor has left.
#[derive(Debug)]
pub(crate) struct Rates {
    of: DefaultKeyedRateLimiter<String>,
    most: NonZeroU32,
    taken: AtomicU32,
}

impl Rates {
    pub(crate) fn new(rate: Rate) -> Self {
        let quota = Quota::per_second(rate.a_second).allow_burst(rate.at_once);
        Self { of: RateLimiter::keyed(quota), most: rate.at_once, taken: AtomicU32::new(0) }
    }

    /// Takes what it costs from what the actor has left.
    ///
    /// # Errors
    ///
    /// `RATE_LIMITED` when it is more, with the seconds until it is not.
    pub(crate) fn take(&self, actor: &str, cost: u32) -> Result<(), Problem> {
        if self.taken.fetch_add(1, Ordering::Relaxed) % SWEPT == SWEPT - 1 {
            self.of.retain_recent();
        }
        // What costs more than one can ever save costs all that one can save.
        let Some(cost) = NonZeroU32::new(cost).map(|cost| cost.min(self.most)) else {
            return Ok(());
        };
        match self.of.check_key_n(&actor.to_owned(), cost) {
            Ok(Ok(())) | Err(_) => Ok(()),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(QuantaClock::default().now());
                Err(limited(wait))
            }
        }
    }
}

fn limited(wait: Duration) -> Problem {
    let seconds = wait.as_secs().saturating_add(u64::from(0 < wait.subsec_nanos())).max(1);
    let detail =
        format!("you have asked for too much; repeat it in {seconds} s, with the same key");
    let mut problem = Problem::new("RATE_LIMITED", detail);
    problem.about.retry_after = Some(seconds);
    problem
}

/// What a request costs, but for what a batch holds.
pub(crate) fn cost(operation: Operation, query: &str, accept: Option<&str>) -> u32 {
    let past = ["as_of=", "at_position=", "true_on="];
    let dated = query.split('&').any(|pair| past.iter().any(|name| pair.starts_with(name)));
    let other_form = accept.is_some_and(|accept| {
        ["csv", "ndjson", "spreadsheetml", "html", "event-stream"]
            .iter()
            .any(|it| accept.contains(it))
    });
    match operation.id {
        id if WHOLE.contains(&id) => 100,
        id if DEAR.contains(&id) || operation.reads && (dated || other_form) => 10,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(a_second: u32, at_once: u32) -> Rates {
        let number = |n| NonZeroU32::new(n).unwrap();
        Rates::new(Rate { a_second: number(a_second), at_once: number(at_once) })
    }

    #[test]
    fn who_asks_for_too_much_is_told_when_to_ask_again_and_others_are_not() {
        let rates = rates(1, 20);
        for _ in 0..2 {
            rates.take("a", 10).unwrap();
        }
        let problem = rates.take("a", 10).unwrap_err();
        assert_eq!(problem.code, "RATE_LIMITED");
        let wait = problem.about.retry_after.unwrap();
        assert!((9..=10).contains(&wait), "{wait}");
        rates.take("b", 20).unwrap();
    }

    #[test]
    fn what_costs_more_than_can_be_saved_costs_everything() {
        let rates = rates(1, 20);
        rates.take("a", 100).unwrap();
        assert_eq!(rates.take("a", 1).unwrap_err().code, "RATE_LIMITED");
    }

    #[test]
    fn what_goes_back_or_is_worked_out_costs_more() {
        let reads = Operation { id: "list_enterprises", reads: true };
        assert_eq!(cost(reads, "limit=5", None), 1);
        assert_eq!(cost(reads, "limit=5&as_of=2020-03-01", None), 10);
        assert_eq!(cost(reads, "", Some("text/csv")), 10);
        let acts = Operation { id: "report_resumption", reads: false };
        assert_eq!(cost(acts, "as_of=2020-03-01", Some("text/csv")), 1);
        assert_eq!(cost(Operation { id: "verify_history", reads: true }, "", None), 100);
    }

    #[test]
    fn what_is_dear_is_an_operation() {
        let known = crate::http::operations();
        for id in DEAR.iter().chain(&WHOLE) {
            assert!(known.contains(id), "{id}");
        }
    }
}
