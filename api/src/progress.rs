//! How the folds of registers get on: how far they are behind, and how fast they go on.

use std::time::Duration;

use actix_web::rt::time::sleep;
use chrono::{DateTime, Utc};
use fugong_engine::{Log, RegisterStatus};

/// How long it is watched whether a fold that is behind goes on.
const WATCHED: Duration = Duration::from_millis(500);
/// So many times of it make a second.
const IN_A_SECOND: u64 = 2;

/// A fold, and how it gets on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Where it stands.
    pub status: RegisterStatus,
    /// For how many seconds the first event that is not in its rows has waited.
    pub waited: u64,
    /// How many events a second it takes while it is watched; 0 where there is none to take, or
    /// nobody takes them.
    pub rate: u64,
}

impl Progress {
    /// Where each fold of a log stands; if one is behind, that takes a moment to watch.
    pub async fn of(log: &Log) -> Vec<Self> {
        let first = log.register_status().await;
        if first.iter().any(|it| 0 < it.lag() && it.stuck.is_none()) {
            sleep(WATCHED).await;
        }
        let now = log.register_status().await;
        first
            .iter()
            .zip(now)
            .map(|(before, status)| Self::since(before, status, log.now()))
            .collect()
    }

    fn since(before: &RegisterStatus, status: RegisterStatus, now: DateTime<Utc>) -> Self {
        let taken = status.position.0.saturating_sub(before.position.0);
        let waited =
            status.waiting_since.map_or(0, |since| now.signed_duration_since(since).num_seconds());
        let waited = u64::try_from(waited).unwrap_or_default();
        Self { status, waited, rate: taken.saturating_mul(IN_A_SECOND) }
    }

    /// How it is, in a word: `current`, `behind`, which passes where somebody folds, or `stuck` at
    /// an event that it cannot take.
    pub fn state(&self) -> &'static str {
        match &self.status.stuck {
            Some(_) => "stuck",
            None if self.status.lag() == 0 => "current",
            None => "behind",
        }
    }
}

#[cfg(test)]
mod tests {
    use fugong_core::Position;

    use super::*;

    fn status(position: u64) -> RegisterStatus {
        RegisterStatus {
            name: "district".to_owned(),
            version: 1,
            position: Position(position),
            head: Position(100),
            waiting_since: DateTime::from_timestamp(1_000, 0),
            stuck: None,
            apart: Vec::new(),
        }
    }

    #[test]
    fn what_is_behind_is_told_from_what_is_stuck_and_how_fast_it_goes() {
        let now = DateTime::from_timestamp(1_090, 0).unwrap();
        let since = |before, now_at| Progress::since(&status(before), now_at, now);
        let going = since(40, status(60));
        assert_eq!((going.state(), going.rate, going.waited), ("behind", 40, 90));
        let left = since(40, status(40));
        assert_eq!((left.state(), left.rate), ("behind", 0), "nobody folds it");
        let stuck = Some((Position(41), "cannot be read".to_owned()));
        assert_eq!(since(40, RegisterStatus { stuck, ..status(40) }).state(), "stuck");
        let there = RegisterStatus { waiting_since: None, ..status(100) };
        let there = since(100, there);
        assert_eq!((there.state(), there.rate, there.waited), ("current", 0, 0));
    }
}
