//! What happens by itself: pure functions from events to acts and timers.
//!
//! A policy does nothing that a person could not do: it gives acts, in the role `system`, which are
//! decided like any other by what stands when their turn comes. A rebuild runs none of them.

mod closures;
mod deadlines;
mod duty;
mod figures;
mod known;
mod owner;
mod repeat_offenders;
mod seats;
mod tasks;
mod timer;

pub use tasks::errands;
pub use timer::Timer;

use fugong_core::{Failure, Intent, Policy};

use crate::{Act, Ask, Principal, UnitCode, codes::Role};

/// All policies of the district, in no particular order: none relies on another's state.
pub fn policies() -> Vec<Box<dyn Policy>> {
    vec![
        Box::new(tasks::Tasks),
        Box::new(deadlines::Deadlines),
        Box::new(seats::Seats),
        Box::new(closures::Closures),
        Box::new(repeat_offenders::RepeatOffenders),
        Box::new(duty::Duty),
        Box::new(figures::Figures),
    ]
}

/// The commission (区经信委), which orders, notices and flags.
fn commission() -> Result<UnitCode, Failure> {
    "eic".parse().map_err(|error: crate::ids::InvalidId| Failure(error.to_string()))
}

/// What the policy `name` asks, as an act of the system.
fn intent(name: &str, ask: Ask) -> Result<Intent, Failure> {
    let act = Act {
        by: Principal { actor: format!("policy:{name}"), unit: commission()?, role: Role::System },
        on_behalf_of: None,
        authority: None,
        note: None,
        attachments: Vec::new(),
        occurred: None,
        ask,
    };
    Ok(Intent::new(&act)?)
}

/// An id out of an event's envelope.
fn id<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| Failure(error.to_string()))
}
