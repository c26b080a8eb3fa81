//! Operations on webhooks.

use serde_json::{Value, json};

use super::{operations::problems, parameters::in_path};
use crate::http::{REPLAYS, TESTS};

/// The operation that has an event sent again.
pub(super) fn replay() -> Value {
    let mut responses = json!({"202": {
        "description": "It will be sent again: the webhook",
        "headers": {"Position": {"$ref": "#/components/headers/Position"}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Webhook"}}},
    }});
    problems(&mut responses, &[400, 401, 403, 404, 406, 413, 415, 503]);
    json!({
        "operationId": "replay_delivery",
        "summary": "Send an event again that a webhook set aside",
        "description": "Once, under the webhook-id it had. To ask twice is to ask once.",
        "x-roles": "commission, admin, integrator",
        "x-consistency": "does not depend on the log",
        "parameters": in_path(REPLAYS),
        "requestBody": nothing(),
        "responses": responses,
    })
}

/// The operation that sends a receiver a test.
pub(super) fn test() -> Value {
    let mut responses = json!({"200": {
        "description": "It was sent: what the receiver answered",
        "headers": {"Position": {"$ref": "#/components/headers/Position"}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/WebhookTest"}}},
    }});
    problems(&mut responses, &[400, 401, 403, 404, 406, 413, 415, 503]);
    json!({
        "operationId": "test_webhook",
        "summary": "Send a receiver a message that tells of nothing",
        "description": "Once, of the type webhook-test, signed like every other. It is no event and \
            is not tried again.",
        "x-roles": "commission, admin, integrator",
        "x-consistency": "does not depend on the log",
        "parameters": in_path(TESTS),
        "requestBody": nothing(),
        "responses": responses,
    })
}

/// A body without members, or none.
fn nothing() -> Value {
    json!({
        "required": false,
        "content": {"application/json": {
            "schema": {"type": "object", "additionalProperties": false},
            "example": {},
        }},
    })
}
