//! Operations on webhooks.

use serde_json::{Value, json};

use super::{operations::problems, parameters::in_path};
use crate::http::REPLAYS;

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
        "requestBody": {
            "required": false,
            "content": {"application/json": {
                "schema": {"type": "object", "additionalProperties": false},
                "example": {},
            }},
        },
        "responses": responses,
    })
}
