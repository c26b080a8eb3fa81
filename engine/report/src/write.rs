//! A sheet in a format: the same bytes for the same sheet.

mod csv;
mod html;
mod json;
mod text;
mod xlsx;

pub use csv::csv;
pub use html::html;
pub use json::{json, ndjson};
pub use text::text;
pub use xlsx::{Unwritable, xlsx};
