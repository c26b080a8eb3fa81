//! An event-sourced workflow engine on SQLite or PostgreSQL, for any cqrs-es aggregate.
//!
//! A [`Log`] takes acts, decides them on facts, and appends what they come to: in one order, with
//! no number ever missing, durable before anybody is answered. [`Builder`] says what runs on it:
//! aggregates, acts, registers, policies. Nothing here knows what the aggregates are about.

mod builder;
mod log;

mod backup;
mod error;
mod options;
mod order;

mod ask;
mod cache;
mod desk;
mod draft;
mod following;
mod import;
mod kinds;
mod locks;
mod receipts;

mod intents;
pub mod keys;
pub mod leaf;
mod policies;
pub mod proof;
mod registers;
mod rehearsal;
mod rows;
mod server;
pub mod source;
mod store;
mod tree;
mod view;

pub use backup::{Copied, Progress, backup, copy_keys, restore};
pub use builder::{Builder, Engine};
pub use error::{Error, OpenError};
pub use fugong_core as core;
pub use import::{Imported, NotImported, Source};
pub use keys::DrawnKeys;
pub use log::{Health, Log};
pub use options::{Database, Options, Rights};
pub use order::{Filter, Order, Receipt};
pub use policies::{PolicyStatus, Waiting};
pub use registers::{Compared, Difference, Rebuilt, RegisterStatus, RegisterVersion, Standing};
pub use rehearsal::{Fault, Loop, NotDone, Rehearsal, Retold, Slice, Verified, World};
pub use source::{CannotMove, ClockMode};
pub use view::ViewRegister;
