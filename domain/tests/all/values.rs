//! What is parsed at the door: codes, ids, document numbers, units
//! and working days.

mod calendar;
mod codes;
mod credit_code;
mod ids;
mod township;
