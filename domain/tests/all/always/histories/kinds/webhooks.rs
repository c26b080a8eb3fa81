//! What may be asked of webhooks.

use fugong_fixtures::desk::webhooks::{create, disable, rotate, subscription};

use super::{
    super::{Kind, Who::Commission},
    kind,
};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

pub(super) const WEBHOOKS: &[Kind] = &[
    kind("create-webhook", Commission, |_| create(ID, subscription("eic", "commission"))),
    kind("rotate-webhook", Commission, |_| rotate(ID, 2, "2020-04-01T00:00:00Z")),
    kind("disable-webhook", Commission, |_| disable(ID)),
];
