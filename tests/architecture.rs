//! What may lean on what, which words the notice forbids, and how much fits on a page.
//!
//! Each finder that could find nothing for the wrong reason is first shown something to find.

mod crates;
mod events;
mod events_page;
mod layout;
mod licences;
mod registers_page;
pub(crate) mod sources;
mod words;
