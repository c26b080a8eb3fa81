//! Operations on operations: reports that are run as one, what they made, and how one is stopped.

use serde_json::{Value, json};

use super::{
    operations::{begun, problems},
    parameters::{in_path, schema},
};
use crate::{
    http::{OPERATION, RESULT, RUNS},
    look::Format,
};

/// The operation that runs a report in the background.
pub(super) fn run() -> Value {
    let mut parameters = in_path(RUNS);
    parameters.push(json!({"$ref": "#/components/parameters/IdempotencyKey"}));
    let mut responses = begun();
    problems(&mut responses, &[400, 401, 403, 404, 406, 413, 415, 422, 429, 503]);
    json!({
        "operationId": "run_report",
        "summary": "Run a report that takes longer than an answer may",
        "description": "What is wrong with it is said at once. When it is done, …/result has it for \
            an hour, for whoever began it, also in parts.",
        "x-roles": "everybody: a report reaches what whoever runs it sees of its registers",
        "x-consistency": "begins an operation; its result stands on the position it names",
        "parameters": parameters,
        "requestBody": {
            "required": true,
            "content": {"application/json": {
                "schema": wanted(),
                "example": {"format": "csv", "as_of": "2020-02-29"},
            }},
        },
        "responses": responses,
    })
}

fn wanted() -> Value {
    let text = |name: &str, about: &str| {
        let mut schema = schema(name);
        if let Value::Object(members) = &mut schema {
            members.insert("description".to_owned(), json!(about));
        }
        schema
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["format"],
        "properties": {
            "format": {
                "type": "string", "enum": ["json", "ndjson", "csv", "xlsx", "html"],
                "description": "In which form",
            },
            "parameters": {
                "type": "object", "additionalProperties": {"type": "string"},
                "description": "What is chosen, by the names of its parameters",
            },
            "as_of": text("as_of", "An instant, a day or a position: as the log stood then"),
            "at_position": text("at_position", "As the log stood after this event"),
            "true_on": text("true_on", "A day: what was true in the world on that day"),
            "beside": text("beside", "Another moment, whose figures stand beside each measure"),
            "definition": text("definition", "The SHA-256 of a definition that the district laid down"),
            "bom": text("bom", "Whether a CSV begins with a byte order mark"),
        },
    })
}

/// The operation that stops one, or forgets one that has ended.
pub(super) fn cancel() -> Value {
    let mut responses = json!({"200": {
        "description": "It goes on no longer",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Operation"}}},
    }});
    problems(&mut responses, &[401, 403, 404, 503]);
    json!({
        "operationId": "cancel_operation",
        "summary": "Stop work in the background; forget what has ended, with what it made",
        "description": "What has not ended is cancelled when this is answered, and nothing of it is \
            left. What has ended stays as it came out, and is not found any more.",
        "x-roles": "whoever began it, and commission or admin",
        "x-consistency": "does not depend on the log",
        "parameters": in_path(OPERATION),
        "responses": responses,
    })
}

/// The operation that gives what one made.
pub(super) fn result() -> Value {
    let mut parameters = in_path(RESULT);
    let header = |name: &str, about: &str, example: &str| {
        json!({
            "name": name, "in": "header", "required": false, "description": about,
            "schema": {"type": "string"}, "example": example,
        })
    };
    parameters.push(header("Range", "A part of it: one range of bytes", "bytes=1048576-"));
    parameters.push(header("If-Range", "The ETag of what the first part is of", "\"7f6f3a\""));
    let medias = [Format::Json, Format::Ndjson, Format::Csv, Format::Xlsx, Format::Html];
    let content: serde_json::Map<String, Value> =
        medias.into_iter().map(|format| (format.media().to_owned(), json!({}))).collect();
    let given = |what: &str| {
        json!({
            "description": what,
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
            "content": content,
        })
    };
    let mut responses = json!({
        "200": given("All of it"),
        "206": given("The part that was asked for; Content-Range says which"),
    });
    problems(&mut responses, &[401, 403, 404, 416, 503]);
    json!({
        "operationId": "read_result",
        "summary": "What an operation made, or a part of it",
        "x-roles": "whoever began it",
        "x-consistency": "does not depend on the log: its ETag is the SHA-256 of its bytes",
        "parameters": parameters,
        "responses": responses,
    })
}
