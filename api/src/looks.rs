//! The table of looks: every read that can be asked for over HTTP.

mod acts;
mod barriers;
mod districts;
mod enterprises;
mod events;
mod history;
mod papers;
mod persons;
mod program;
mod registers;
pub(crate) mod reports;
pub(crate) mod rows;
mod tasks;
mod things;

use std::sync::OnceLock;

use crate::{allowed, look::Look};

pub(crate) use events::seen as event;
pub(crate) use registers::worded;
pub(crate) use things::named_in;

/// Every look.
pub(crate) fn table() -> &'static [Look] {
    static TABLE: OnceLock<Vec<Look>> = OnceLock::new();
    TABLE.get_or_init(|| {
        [
            enterprises::LOOKS,
            things::LOOKS,
            persons::LOOKS,
            barriers::LOOKS,
            tasks::LOOKS,
            events::LOOKS,
            papers::LOOKS,
            history::LOOKS,
            registers::LOOKS,
            reports::LOOKS,
            districts::LOOKS,
            program::LOOKS,
            allowed::LOOKS,
        ]
        .into_iter()
        .flatten()
        .copied()
        .chain(acts::looks())
        .collect()
    })
}
