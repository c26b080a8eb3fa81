//! The history replayed: what the log says is what comes of it again.

mod again;
