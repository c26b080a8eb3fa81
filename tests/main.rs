//! The notice told as tests, and what holds for the whole workspace.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod architecture;
mod commands;
mod edge_cases;
mod history;
mod http;
mod identity;
mod notice_map;
mod readme;
mod recount;
mod references;
mod replay;
mod story;
mod torture;
