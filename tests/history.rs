//! The history replayed: what the log says is what comes of it again.

mod again;
mod as_of;
mod http;
mod otherwise;
mod why;
