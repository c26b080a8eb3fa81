//! What integrators and officers see over HTTP, with the clock simulated.

mod bad_input;
pub(crate) mod bench;
mod edges_credit;
mod edges_orders;
mod edges_resumption;
mod edges_seats;
mod scenarios;
