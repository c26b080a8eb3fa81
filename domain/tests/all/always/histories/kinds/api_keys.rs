//! What may be asked of API keys.

use fugong_fixtures::desk::api_keys::{grant, issue, rotate, withdraw};

use super::{
    super::{Kind, Who::Admin},
    kind,
};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub(super) const API_KEYS: &[Kind] = &[
    kind("issue-key", Admin, |_| issue(ID, grant("eic", "integrator"), "2020-12-31")),
    kind("rotate-key", Admin, |_| rotate(ID, 2, "2020-12-31", "2020-04-01T00:00:00Z")),
    kind("withdraw-key", Admin, |_| withdraw(ID)),
];
