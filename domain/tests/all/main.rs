//! The domain, told as tests.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod enterprise;
mod plan;
mod regime;
mod registers;
mod resumption;
mod values;
