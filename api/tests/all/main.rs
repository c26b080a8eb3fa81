//! The HTTP API, from outside: requests to an app on a real log with a simulated clock.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::arithmetic_side_effects, reason = "what goes over fails the test")]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

mod access;
mod access_log;
mod acts;
mod answers;
mod attachments;
mod bad_input;
mod batches;
mod believed;
mod compatible;
mod console;
mod document;
mod drawing;
mod duplicates;
mod erased;
mod feed;
mod fields;
mod followers;
mod handed_up;
mod imports;
mod in_sight;
mod mounted;
mod ocel;
mod operations;
mod papers;
#[path = "../../examples/platform.rs"]
mod platform;
mod problems;
mod proofs;
mod rates;
mod reads;
mod receipts;
mod receiver;
mod reports;
mod rig;
mod runs;
mod schemas;
mod served;
mod story;
mod webhooks;
