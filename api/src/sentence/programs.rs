//! Sentences about what lets programs in.

use fugong_core::Occurred;
use fugong_domain::{api_key::Event, regime::Regime};

use super::unit_name;

pub(super) fn api_key(event: &Event, regime: &Regime, when: Occurred) -> String {
    match event {
        Event::Issued { grant, expires_on, .. } => {
            let unit = unit_name(regime, grant.unit.as_str(), when);
            let role = regime.label("roles", grant.role.code(), "zh");
            let reads = if grant.read_only { "，只读" } else { "" };
            let label = &grant.label;
            format!("向“{label}”发放接口密钥（{unit}，{role}{reads}，有效期至{expires_on}）")
        }
        Event::Rotated { expires_on, .. } => format!("更换接口密钥，新密钥有效期至{expires_on}"),
        Event::Withdrawn { .. } => "停用接口密钥".to_owned(),
    }
}
