//! Webhooks: who is sent to, and how that goes.

use fugong_domain::rights::Action;
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    look::{Asked, Format, Found, Look, Page, StandsOn},
    sight,
};

const fn look(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    answer: &'static str,
) -> Look {
    Look {
        id,
        answer,
        path,
        summary,
        query: &[],
        formats: &[Format::Json],
        stands_on: StandsOn::Program,
        roles: "commission, admin, integrator, auditor",
        deed: None,
        run: list,
    }
}

pub(super) const LOOKS: &[Look] = &[
    look(
        "list_webhooks",
        "/v1/webhooks",
        "To whom events are sent, and how far they were taken",
        "WebhookList",
    ),
    Look {
        run: deliveries,
        ..look(
            "list_deliveries",
            "/v1/webhooks/{id}/deliveries",
            "The last attempts of a webhook, and what was set aside",
            "DeliveryList",
        )
    },
];

fn list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::SeeWebhooks)?;
        let mut items: Vec<Value> = Vec::new();
        for courier in desk.couriers() {
            items.push(courier.line().await);
        }
        Ok(Page::json(desk.log().head(), json!({ "items": items })))
    })
}

fn deliveries<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::SeeWebhooks)?;
        let courier = desk.courier(asked.param("id"))?;
        Ok(Page::json(desk.log().head(), courier.deliveries().await))
    })
}
