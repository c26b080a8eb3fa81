//! What the engine promises, one file a subject.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on says so by a panic"
)]

mod acts;
mod jars;
mod keys;
mod kitchen;
mod leaf;
mod policies;
mod registers;
mod source;
