//! A sheet in a format: the same bytes for the same sheet.

mod csv;
mod grid;
mod html;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod text;
mod xlsx;

pub use csv::{csv, csv_to, harmless};
pub use html::{ORIGIN as HTML_ORIGIN, html};
pub use json::{json, ndjson, ndjson_to};
#[cfg(feature = "parquet")]
pub use parquet::{NoParquet, parquet};
pub use text::text;
pub use xlsx::{ORIGIN as XLSX_ORIGIN, Unwritable, first_line, signed, xlsx};
