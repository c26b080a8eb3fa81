//! Webhooks: who is sent to, and how that goes.

use std::collections::BTreeSet;

use fugong_domain::{Kind, WebhookId, rights::Action};
use serde_json::{Value, json};

use super::{kinds, things::thing};
use crate::{
    desk::Desk,
    look::{Asked, Format, Found, Look, Page, StandsOn},
    problem::Problem,
    sight, webhooks,
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
        roles: ROLES,
        deed: None,
        run: list,
    }
}

const ROLES: &str = "commission, admin, integrator, auditor";

pub(super) const LOOKS: &[Look] = &[
    look(
        "list_webhooks",
        "/v1/webhooks",
        "To whom events are sent, and how far they were taken",
        "WebhookList",
    ),
    Look {
        run: one,
        roles: ROLES,
        ..thing(
            "read_webhook",
            "/v1/webhooks/{id}",
            "To whom events are sent, and how far he took them; of then, only to whom",
            "Webhook",
        )
    },
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
        let head = desk.log().head();
        Ok(Page::json(head, json!({ "items": lines(desk).await? })))
    })
}

/// All as answers show them: those of the settings, where this process sends, and those of the log.
///
/// # Errors
///
/// `UNAVAILABLE` when the log cannot be read.
pub(crate) async fn lines(desk: &Desk) -> Result<Vec<Value>, Problem> {
    let (mut items, mut seen) = (Vec::new(), BTreeSet::new());
    for courier in desk.couriers().await? {
        items.push(courier.line(desk).await?);
        seen.insert(courier.id().to_owned());
    }
    for id in kinds::ids(desk, Kind::Webhook, desk.log().head()).await? {
        let Ok(created) = id.parse::<WebhookId>() else { continue };
        if !seen.contains(&id) {
            items.extend(webhooks::line(desk, &created, None).await?.map(|(line, _)| line));
        }
    }
    Ok(items)
}

fn one<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::SeeWebhooks)?;
        asked.reached(desk).await?;
        let (id, at) = (asked.param("id"), asked.stand(desk).await?.at);
        let position = at.unwrap_or_else(|| desk.log().head());
        // How far he has come is known of now alone.
        let courier = if at.is_none() { desk.courier(id).await.ok() } else { None };
        let created = match id.parse::<WebhookId>() {
            Ok(created) => webhooks::line(desk, &created, at).await?,
            Err(_) => None,
        };
        match (courier, created) {
            (Some(courier), Some((_, version))) => {
                Ok(Page::json(position, courier.line(desk).await?).version(version))
            }
            (Some(courier), None) => Ok(Page::json(position, courier.line(desk).await?)),
            (None, Some((line, version))) => Ok(Page::json(position, line).version(version)),
            (None, None) => Err(Problem::absent(format!("webhook {id}"))),
        }
    })
}

fn deliveries<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::SeeWebhooks)?;
        let courier = desk.courier(asked.param("id")).await?;
        Ok(Page::json(desk.log().head(), courier.deliveries().await))
    })
}
