//! What names an act for ever, so that it happens once.

use fugong_core::keys;
use fugong_domain::Principal;
use fugong_engine::Receipt;
use serde_json::Value;

use super::{Request, key};
use crate::{
    deed::Row,
    desk::{Desk, trouble},
    json,
    problem::Problem,
};

/// The id under which an act is known for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(super) id: String,
    /// What a row of a ledger was called while its name was that of whoever brought it.
    former: Option<String>,
}

impl Name {
    /// That of an act of somebody's own: another's under the same key is another act.
    pub(super) fn own(request: &Request) -> Result<Self, Problem> {
        let id = format!("http/{}/{}", request.by.actor, key(&request.key)?);
        Ok(Self { id, former: None })
    }

    /// That of a row of a ledger, whoever brings it. `formerly` is how its key was written before.
    pub(crate) fn row(by: &Principal, key: &str, formerly: &str) -> Self {
        let (id, former) = (format!("ledger/{key}"), format!("http/{}/{formerly}", by.actor));
        Self { id, former: Some(former) }
    }

    /// The receipt of the act, if it was carried out, with what was asked then.
    pub(super) async fn receipt(&self, desk: &Desk) -> Result<Option<(Receipt, String)>, Problem> {
        for id in [Some(&self.id), self.former.as_ref()].into_iter().flatten() {
            let known = desk.log().receipt(id).await.map_err(trouble)?;
            if known.is_some() {
                return Ok(known);
            }
        }
        Ok(None)
    }

    /// Whether a receipt under it is his who asks again, as far as it tells.
    pub(super) fn is_his(&self, by: &Principal, receipt: &Receipt) -> bool {
        let did = receipt.events.first().and_then(|event| event.meta(keys::ACTOR_ID));
        self.former.is_none() || did == Some(&by.actor)
    }
}

/// What was asked, as it is compared: method, address and body.
pub(super) fn fingerprint(desk: &Desk, row: &Row, request: &Request, body: &Value) -> String {
    let words = format!("{}\n{}\n{}", row.method(), request.path, json::canonical(body));
    desk.log().fingerprint(words.as_bytes())
}

/// That the same was asked under a name before.
pub(super) fn check_same(first: &str, fingerprint: &str) -> Result<(), Problem> {
    if first == fingerprint {
        return Ok(());
    }
    Err(Problem::new("IDEMPOTENCY_KEY_REUSED", "this key was used for another act"))
}
