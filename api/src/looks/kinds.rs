//! Which things of a kind there are.

use std::collections::BTreeSet;

use fugong_core::Position;
use fugong_domain::Kind;
use fugong_engine::Filter;

use crate::{
    desk::{Desk, trouble},
    problem::Problem,
};

/// So many events are read at a time.
const PAGE: usize = 200;

/// The ids of all things of a kind to which anything happened up to `head`.
///
/// # Errors
///
/// `UNAVAILABLE` when the log cannot be read.
pub(super) async fn ids(
    desk: &Desk,
    kind: Kind,
    head: Position,
) -> Result<BTreeSet<String>, Problem> {
    let kind = Some(kind.code().to_owned());
    let filter = Filter { upto: Some(head), kind, ..Filter::default() };
    let (mut ids, mut after) = (BTreeSet::new(), Position::START);
    loop {
        let page = desk.log().events(after, PAGE, &filter).await.map_err(trouble)?;
        let Some(last) = page.last() else { return Ok(ids) };
        after = last.position;
        ids.extend(page.iter().map(|event| event.aggregate_id.to_string()));
    }
}
