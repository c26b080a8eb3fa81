//! The operation that takes in a ledger.

use serde_json::{Value, json};

use super::operations::{begun, problems};
use crate::imports::MOST;

/// The operation that takes in a ledger.
pub(super) fn import() -> Value {
    let mut responses = begun();
    problems(&mut responses, &[400, 401, 403, 406, 413, 415, 422, 429, 503]);
    json!({
        "operationId": "import_ledger",
        "summary": "Take in a ledger (CSV, XLSX, NDJSON): each row is an act",
        "description": format!(
            "`mapping` says which act a row is and what its columns mean (docs/integrating.md), `file` \
             is the ledger, at most {} MiB, whose name ends with .csv, .xlsx or .ndjson. With \
             `dry_run` each row is only tried. A row has a key of its own: the same file again takes in \
             what was not yet taken in. What became of each row, and of which cell, is …/result.",
            MOST.div_euclid(1 << 20),
        ),
        "x-roles": "everybody but auditor and reporter; each row is refused what its act is refused",
        "x-consistency": "begins an operation; each row is durable when it is told",
        "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
        "requestBody": {
            "required": true,
            "content": {"multipart/form-data": {"schema": {
                "type": "object",
                "additionalProperties": false,
                "required": ["mapping", "file"],
                "properties": {
                    "mapping": {"type": "string", "description": "The mapping, TOML"},
                    "file": {
                        "type": "string", "contentMediaType": "application/octet-stream",
                        "description": "The ledger",
                    },
                    "dry_run": {
                        "type": "string", "enum": ["true", "false"],
                        "description": "Whether it is only tried",
                    },
                },
            }}},
        },
        "responses": responses,
    })
}
