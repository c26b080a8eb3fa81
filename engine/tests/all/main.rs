//! What the engine promises, one file a subject.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on says so by a panic"
)]

mod acts;
mod closing;
mod damage;
mod defects;
mod disk;
mod files;
mod filters;
mod jars;
mod kept;
mod keys;
mod kitchen;
mod leaf;
mod limits;
mod policies;
mod pots;
mod registers;
mod source;
mod stock;
mod times;
mod unruly;
