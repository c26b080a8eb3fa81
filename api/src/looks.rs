//! The table of looks: every read that can be asked for over HTTP.

mod access_log;
mod acts;
mod api_keys;
mod barriers;
mod districts;
mod enterprises;
mod events;
mod history;
mod kinds;
mod papers;
mod persons;
mod program;
mod registers;
pub(crate) mod reports;
pub(crate) mod rows;
mod tasks;
mod things;
pub(crate) mod webhooks;

use std::sync::OnceLock;

use fugong_core::Recorded;
use fugong_domain::EnterpriseId;

use crate::{allowed, desk::Desk, look::Look, problem::Problem};

pub(crate) use events::seen as event;
pub(crate) use registers::worded;
pub(crate) use things::{enterprise_of, named_in};

/// Every look.
pub(crate) fn table() -> &'static [Look] {
    static TABLE: OnceLock<Vec<Look>> = OnceLock::new();
    TABLE.get_or_init(|| {
        [
            enterprises::LOOKS,
            things::LOOKS,
            persons::LOOKS,
            api_keys::LOOKS,
            barriers::LOOKS,
            tasks::LOOKS,
            events::LOOKS,
            papers::LOOKS,
            history::LOOKS,
            registers::LOOKS,
            reports::LOOKS,
            districts::LOOKS,
            webhooks::LOOKS,
            access_log::LOOKS,
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

/// The enterprise that an event is about, if it is about one.
pub(crate) async fn about(desk: &Desk, event: &Recorded) -> Result<Option<EnterpriseId>, Problem> {
    enterprise_of(desk, &event.aggregate_type, &event.aggregate_id).await
}
