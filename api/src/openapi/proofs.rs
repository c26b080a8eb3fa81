//! Operations of the transparent log.

use serde_json::{Value, json};

use super::{operations::problems, parameters::in_path};
use crate::http::{PROOF, TILE};

/// The operation that gives the last checkpoint.
pub(super) fn checkpoint() -> Value {
    let mut responses = json!({"200": {
        "description": "The note: origin, number of events, root, signatures",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }});
    problems(&mut responses, &[404, 429, 503]);
    json!({
        "operationId": "get_checkpoint",
        "summary": "The last checkpoint of the log, signed",
        "description": "As C2SP's tlog-tiles has it. Whoever keeps one can tell later whether \
            anything before it was changed.",
        "x-roles": "everybody, known or not",
        "x-consistency": "follows the head within a second",
        "security": [],
        "parameters": [],
        "responses": responses,
    })
}

/// The operation that gives a tile.
pub(super) fn tile() -> Value {
    let mut responses = json!({"200": {
        "description": "Hashes of 32 bytes each, or entries, each with its length in two bytes",
        "content": {"application/octet-stream": {}},
    }});
    problems(&mut responses, &[401, 403, 404, 429, 503]);
    json!({
        "operationId": "get_tile",
        "summary": "A tile of the tree over the log, or the entries under one",
        "description": "As C2SP's tlog-tiles has it: `level` is a number or `entries`, `tile` such \
            as x001/x234/067 or 255.p/112, slashes included.",
        "x-roles": "hashes: everybody, known or not; entries: auditor",
        "x-consistency": "as the last checkpoint; a tile never changes",
        "parameters": in_path(TILE),
        "responses": responses,
    })
}

/// The operation that gives the proof of an event.
pub(super) fn proof() -> Value {
    let mut responses = json!({"200": {
        "description": "The proof, with the checkpoint that it leads to",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }});
    problems(&mut responses, &[401, 403, 404, 429, 503]);
    json!({
        "operationId": "get_proof",
        "summary": "The proof that an event is in the log",
        "description": "As C2SP's tlog-proof has it, against the last checkpoint; 404 until one \
            covers the event.",
        "x-roles": "whoever may see what the event is about",
        "x-consistency": "as the last checkpoint",
        "parameters": in_path(PROOF),
        "responses": responses,
    })
}
