//! What is told of a courier to whoever watches the process: set when it changes, since who is
//! on his way to a slow receiver cannot be asked.

use metrics::gauge;

use super::state::State;
use crate::desk::figure;

/// Sets the gauges of a webhook.
pub(super) fn set(district: &str, webhook: &str, state: &State) {
    let of = |name: &'static str| gauge!(name, "district" => district.to_owned(), "webhook" => webhook.to_owned());
    of("fugong_webhook_position").set(figure(state.position));
    of("fugong_webhook_failing").set(figure(u8::from(state.failing.is_some())));
    of("fugong_webhook_disabled").set(figure(u8::from(state.disabled.is_some())));
    of("fugong_webhook_dead_letters").set(figure(state.dead.len()));
}
