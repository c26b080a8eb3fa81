//! The words that the engine and a domain both speak.
//!
//! A domain describes *acts* (what somebody asks for), *registers* (folds of history into rows)
//! and *policies* (what happens by itself); the engine stores, orders and runs them. Nothing here
//! does I/O, reads a clock or draws a random number.

mod act;
mod checkpoint;
mod facts;
mod line;
mod personal;
mod policy;
mod ratio;
mod recorded;
mod register;
mod rows;
mod time;

pub use act::{Act, Decision, Ended, Envelope, Ran, Ref, Step, Stop, Touch, Written};
pub use checkpoint::{Checkpoint, NoCheckpoint};
pub use facts::{Facts, NotYet};
pub use line::Line;
pub use personal::{Consequences, KeyDeed, Personal, Unsealed};
pub use policy::{Intent, Policy, Reaction};
pub use ratio::Ratio;
pub use recorded::{Decoded, LogId, Metadata, Position, Recorded, Said, Text, keys};
pub use register::{
    Apart, At, Column, Failure, Keys, Kind, Reads, Register, Relation, Role, Touches, Unreadable,
    touched,
};
pub use rows::{Change, Row, Rows, Want};
pub use time::{Occurred, end_of_day, shanghai_day, shanghai_time, start_of_day};
