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
mod document;
mod drawing;
mod erased;
mod feed;
mod followers;
mod in_sight;
mod ocel;
mod operations;
mod papers;
mod problems;
mod proofs;
mod reads;
mod receipts;
mod receiver;
mod reports;
mod rig;
mod runs;
mod served;
mod story;
mod webhooks;
