//! The domain, told as tests.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod always;
mod api_key;
mod barrier;
mod credit;
mod data_subject;
mod economy;
mod enterprise;
mod epidemic;
mod inspection;
mod measure;
mod notice;
mod officer;
mod plan;
mod policies;
mod posting;
mod rectification;
mod regime;
mod registers;
mod report;
mod resumption;
mod rights;
mod safety;
mod support;
mod task;
mod values;
mod webhook;
mod workflow;
