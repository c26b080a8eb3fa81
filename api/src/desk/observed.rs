//! What is told of a desk to whoever watches the process.

use fugong_core::Position;
use metrics::gauge;

use super::Desk;

impl Desk {
    /// Sets the gauges of every district that is served, as of now, in whichever recorder of the
    /// `metrics` crate the program has installed; whoever asks for them calls this first.
    pub async fn observe(&self) {
        for desk in self.districts() {
            desk.observe_district().await;
        }
    }

    async fn observe_district(&self) {
        let (district, health) = (self.code(), self.log().health().await);
        let of = |name: &'static str| gauge!(name, "district" => district.clone());
        of("fugong_log_head").set(figure(health.head.0));
        of("fugong_problems").set(figure(health.problems.len()));
        of("fugong_commands_waiting").set(figure(health.waiting.open));
        of("fugong_timers_waiting").set(figure(health.waiting.timers));
        if let Some(sealed) = self.sealed().await {
            of("fugong_seal_lag_events").set(behind(health.head, sealed));
        }
        for it in &health.registers {
            let of = |name: &'static str| gauge!(name, "district" => district.clone(), "register" => it.name.clone());
            let since = it.waiting_since.map(|since| health.now.signed_duration_since(since));
            of("fugong_register_lag_events").set(figure(it.lag()));
            of("fugong_register_lag_seconds")
                .set(since.map_or(0.0, |since| since.as_seconds_f64().max(0.0)));
            of("fugong_register_stuck").set(figure(u8::from(it.stuck.is_some())));
            of("fugong_register_rows_apart").set(figure(it.apart.len()));
        }
        for it in &health.policies {
            let of = |name: &'static str| gauge!(name, "district" => district.clone(), "policy" => it.name.clone());
            of("fugong_policy_lag_events").set(behind(it.head, it.position));
            of("fugong_policy_stuck").set(figure(u8::from(it.stuck.is_some())));
        }
    }

    /// How many events the last checkpoint holds, if there is one.
    async fn sealed(&self) -> Option<Position> {
        let note = self.log().checkpoint().await.ok()??;
        Some(Position(note.lines().nth(1)?.parse().ok()?))
    }
}

fn behind(head: Position, position: Position) -> f64 {
    figure(head.0.saturating_sub(position.0))
}

/// A count, as gauges have it.
pub(crate) fn figure(count: impl TryInto<u32>) -> f64 {
    // More than four thousand million are told as so many.
    count.try_into().map_or(f64::from(u32::MAX), f64::from)
}
