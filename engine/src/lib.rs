//! An event-sourced workflow engine on SQLite, for any cqrs-es aggregate.
//!
//! A [`Log`] takes acts, decides them on facts, and appends what they come to: in one order, with
//! no number ever missing, durable before anybody is answered. [`Builder`] says what runs on it:
//! aggregates, acts, registers, policies. Nothing here knows what the aggregates are about.

mod error;
pub mod leaf;
mod options;
mod order;
mod receipts;
pub mod source;
mod store;

pub mod keys;
mod policies;
mod registers;

pub use error::{Error, OpenError};
pub use fugong_core as core;
pub use options::Options;
pub use order::{Filter, Order, Receipt};
pub use source::ClockMode;
