//! What integrators and officers see over HTTP, with the clock simulated.

mod allowed;
mod bad_acts;
mod bad_input;
mod bad_reads;
mod barriers;
pub(crate) mod bench;
mod codes;
mod control;
mod daily;
mod districts;
mod economy;
mod edges_at_once;
mod edges_credit;
mod edges_orders;
mod edges_resumption;
mod edges_seats;
mod edges_time;
mod help;
mod persons;
mod problems;
mod reads;
mod reports;
mod roll_up;
mod safety;
mod scenarios;
