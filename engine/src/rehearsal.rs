//! A log lived again in memory: stored acts are decided on what events come to, and nothing is
//! written.
//!
//! An act is a pure function of its facts and the time, and its text is kept with its receipt. So
//! it can be decided again: to see that it came out as the log says ([`verify`]), which events a
//! fact needs ([`slice`]), and what would have come of it under other rules ([`otherwise`]).

mod deeds;
mod otherwise;
mod sealed;
mod slice;
mod verify;
mod world;

pub use otherwise::{Loop, NotDone, Rehearsal, Retold};
pub use slice::Slice;
pub use verify::{Fault, Verified};
pub use world::World;

pub(crate) use world::Decided;
