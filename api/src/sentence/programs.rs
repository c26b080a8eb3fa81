//! Sentences about what lets programs in, and about what they are sent.

use fugong_core::Occurred;
use fugong_domain::{api_key::Event, regime::Regime, webhook};

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

pub(super) fn webhook(event: &webhook::Event) -> String {
    match event {
        webhook::Event::Created { subscription, .. } => {
            let much = match subscription.payload {
                webhook::Payload::Thin => "推送事件摘要",
                webhook::Payload::Full => "推送事件全文",
            };
            let whom = subscription
                .enterprise
                .as_ref()
                .map(|id| format!("，仅限{id}"))
                .unwrap_or_default();
            format!("向“{}”设立推送地址（{}，{much}{whom}）", subscription.label, subscription.url)
        }
        webhook::Event::Rotated { .. } => "更换推送密钥".to_owned(),
        webhook::Event::Disabled { .. } => "停用推送地址".to_owned(),
    }
}
