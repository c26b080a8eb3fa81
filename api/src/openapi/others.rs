//! Operations that are neither a deed nor a look: batches and attachments.

use serde_json::{Map, Value, json};

use super::{operations::problems, parameters::in_path};
use crate::{attachments, batch, http::ATTACHMENT, json};

/// The operation that carries out several acts.
pub(super) fn batch() -> Value {
    let mut responses = json!({"200": {
        "description": "Each act's receipt or problem, in order; one does not hinder another",
        "headers": {"Position": {"$ref": "#/components/headers/Position"}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BatchAnswer"}}},
    }});
    problems(&mut responses, &[400, 401, 406, 413, 415, 422, 503]);
    json!({
        "operationId": "perform_batch",
        "summary": "Carry out several acts, such as those of a phone that was offline",
        "description": "Each act has its own Idempotency-Key, as `key`: sending the whole again is \
            safe. Nothing is carried out if the list itself cannot be read.",
        "x-roles": "everybody who may do the acts",
        "x-consistency": "each act as if it were sent alone, in the order of the list",
        "parameters": [],
        "requestBody": {
            "required": true,
            "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Batch"},
                "example": [{
                    "key": "phone-7-1", "method": "POST",
                    "path": "/v1/enterprises/91500114MAYY010106/resumptions",
                    "body": {"resumed_on": "2020-02-26"},
                }],
            }},
        },
        "responses": responses,
    })
}

/// An operation in the background that only reads.
fn replay(summary: &str, description: &str, id: &str, body: &Value) -> Value {
    let mut responses = json!({"202": {
        "description": "It has begun: the operation, which Location leads to",
        "headers": {
            "Location": {"$ref": "#/components/headers/Location"},
            "Position": {"$ref": "#/components/headers/Position"},
            "Idempotency-Replayed": {"$ref": "#/components/headers/IdempotencyReplayed"},
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Operation"}}},
    }});
    problems(&mut responses, &[400, 401, 403, 406, 413, 415, 422, 429, 503]);
    json!({
        "operationId": id,
        "summary": summary,
        "description": description,
        "x-roles": "commission, auditor, admin",
        "x-consistency": "begins an operation; its result stands on the position it names",
        "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
        "requestBody": {"required": false, "content": {"application/json": body}},
        "responses": responses,
    })
}

/// The operation that decides everything again.
pub(super) fn verification() -> Value {
    replay(
        "Decide every stored act again, and compare every register",
        "Each act is decided on the states that the events before it come to, by the rules and at \
         the time of then; every event is hashed anew; every register is compared with a fold from \
         the first event. Nothing is written or repaired.",
        "verify_history",
        &json!({"schema": {"type": "object", "additionalProperties": false}, "example": {}}),
    )
}

/// The operation that lives the log again under other rules.
pub(super) fn what_if() -> Value {
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "rules": {
                "type": "object",
                "description": "Members of rule sets that are to be otherwise",
            },
            "versions": {
                "type": "array", "items": {"type": "string"},
                "description": "The rule sets meant, by their versions; all of them if absent",
            },
            "calendars": {
                "type": "array", "items": {"type": "object"},
                "description": "Calendars, each in the place of the published one of its id",
            },
            "loop": {
                "type": "string", "enum": ["open", "closed"],
                "description": "Whether policies react anew (closed, if absent)",
            },
        },
    });
    replay(
        "Live the history again under other rules: who would have been treated differently",
        "Nothing is written: what comes of it is a thought. Under the rules as they were, nothing \
         differs.",
        "think_otherwise",
        &json!({"schema": schema, "example": {"rules": {"repeat_threshold": 3}}}),
    )
}

/// The operation that keeps a file.
pub(super) fn attach() -> Value {
    let kept = |what: &str| {
        json!({
            "description": what,
            "headers": {"Location": {"$ref": "#/components/headers/Location"}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Attachment"}}},
        })
    };
    let mut responses = json!({
        "201": kept("It is kept"),
        "200": kept("It was kept already"),
    });
    problems(&mut responses, &[400, 401, 403, 413, 415, 429, 503]);
    json!({
        "operationId": "keep_attachment",
        "summary": "Keep a paper or a photograph, to be named by its digest",
        "description": format!(
            "One part named `file`, at most {} MiB, of the types {}. The type is read from the \
             bytes. Events hold the digest, never the bytes.",
            attachments::MOST.div_euclid(1 << 20), attachments::TYPES.join(", "),
        ),
        "x-roles": "everybody but auditor and reporter",
        "x-consistency": "outside the log: on the disk when it is answered",
        "parameters": [],
        "requestBody": {
            "required": true,
            "content": {"multipart/form-data": {"schema": {
                "type": "object",
                "additionalProperties": false,
                "required": ["file"],
                "properties": {"file": {
                    "type": "string", "contentMediaType": "application/octet-stream",
                }},
            }}},
        },
        "responses": responses,
    })
}

/// The operation that gives a file back.
pub(super) fn attached() -> Value {
    let content: Map<String, Value> =
        attachments::TYPES.into_iter().map(|name| (name.to_owned(), json!({}))).collect();
    let mut responses = json!({"200": {"description": "The bytes", "content": content}});
    problems(&mut responses, &[401, 404, 429, 503]);
    json!({
        "operationId": "get_attachment",
        "summary": "The bytes of a paper or photograph",
        "x-roles": "everybody, known",
        "x-consistency": "outside the log; the bytes are compared with their digest",
        "parameters": in_path(ATTACHMENT),
        "responses": responses,
    })
}

/// The schemas that these name.
pub(super) fn schemas() -> Map<String, Value> {
    let schemas = json!({
        "Batch": {
            "type": "array",
            "maxItems": batch::MOST,
            "items": {
                "type": "object",
                "required": ["key", "method", "path"],
                "additionalProperties": false,
                "properties": {
                    "key": {"type": "string", "description": "Its Idempotency-Key"},
                    "method": {"type": "string", "enum": ["POST"], "description": "Always POST"},
                    "path": {"type": "string", "description": "Its address, /v1/…"},
                    "if_match": {
                        "type": ["integer", "null"], "minimum": 0, "maximum": json::LARGEST,
                        "description": "The version it depends on",
                    },
                    "body": {"type": "object", "description": "Its body"},
                },
            },
        },
        "BatchAnswer": {
            "type": "object",
            "required": ["items"],
            "properties": {"items": {"type": "array", "description": "In order", "items": {
                "type": "object",
                "required": ["key", "status"],
                "properties": {
                    "key": {"type": "string", "description": "Its Idempotency-Key"},
                    "status": {"type": "integer", "description": "As if it were sent alone"},
                    "replayed": {"type": "boolean", "description": "The first receipt again"},
                    "location": {
                        "type": ["string", "null"], "description": "Where it is read back",
                    },
                    "receipt": {"$ref": "#/components/schemas/Receipt"},
                    "problem": {"$ref": "#/components/schemas/Problem"},
                },
            }}},
        },
        "Attachment": {
            "type": "object",
            "required": ["sha256", "media_type", "bytes"],
            "properties": {
                "sha256": {"type": "string", "description": "By which acts name it"},
                "media_type": {
                    "type": "string", "enum": attachments::TYPES,
                    "description": "As read from its bytes",
                },
                "bytes": {"type": "integer", "description": "Its length"},
            },
        },
    });
    schemas.as_object().cloned().unwrap_or_default()
}
