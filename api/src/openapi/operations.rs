//! Operations: a deed or a look as the OpenAPI document says it.

use serde_json::{Map, Value, json};

use super::parameters::{in_path, in_query, schema};
use crate::{
    deed::{Entry, Makes},
    deeds,
    http::REBUILDS,
    look::{Format, Look, StandsOn},
    looks,
};

/// The operation of a deed.
pub(super) fn deed(entry: &Entry) -> Value {
    let row = &entry.row;
    let mut parameters = in_path(row.path);
    parameters.push(json!({"$ref": "#/components/parameters/IdempotencyKey"}));
    let if_match = match (row.decides, row.makes) {
        (true, _) => "IfMatch",
        (false, Makes::Named) => "IfMatchOfOld",
        (false, _) => "IfMatchOptional",
    };
    parameters.push(json!({"$ref": format!("#/components/parameters/{if_match}")}));
    let example: Value = serde_json::from_str(row.example).unwrap_or_default();
    let receipt = |what: &str| {
        json!({
            "description": what,
            "headers": {
                "Location": {"$ref": "#/components/headers/Location"},
                "ETag": {"$ref": "#/components/headers/ETag"},
                "Position": {"$ref": "#/components/headers/Position"},
                "Idempotency-Replayed": {"$ref": "#/components/headers/IdempotencyReplayed"},
            },
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}},
        })
    };
    let mut responses = json!({
        "201": receipt("It happened: the receipt"),
        "200": receipt("Nothing had to happen: a receipt without events, with the record"),
    });
    if let (Makes::Thing(place), Some(Value::Object(made))) = (row.makes, responses.get_mut("201"))
    {
        made.insert("links".to_owned(), links(place));
    }
    let mut statuses = vec![400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 429, 503];
    statuses.extend((row.decides || row.makes == Makes::Named).then_some(428));
    problems(&mut responses, &statuses);
    json!({
        "operationId": row.id,
        "summary": row.summary,
        "x-right": row.right,
        "x-roles": row.roles,
        "x-events": row.events,
        "x-consistency": if row.makes == Makes::Named {
            "creation; in the place of another, If-Match names the version that it replaces"
        } else if row.decides {
            "decision: If-Match names the version it rests on"
        } else {
            "creation or observation: decided on the head, repeated by the engine on a conflict"
        },
        "parameters": parameters,
        "requestBody": {
            "required": example != json!({}),
            "content": {"application/json": {
                "schema": {"$ref": format!("#/components/schemas/{}", (entry.name)())},
                "example": example,
            }},
        },
        "responses": responses,
    })
}

/// What can be done next with a thing that was made under `place`: it is read, and acts are about it.
fn links(place: &str) -> Value {
    let named = |path: &'static str| {
        let (parameter, rest) = path.strip_prefix(place)?.strip_prefix("/{")?.split_once('}')?;
        (!rest.contains('{')).then_some((parameter, rest))
    };
    let reads = looks::table().iter().filter_map(|look| {
        let (parameter, rest) = named(look.path)?;
        rest.is_empty().then_some((look.id, parameter, false))
    });
    let acts = deeds::TABLE.iter().filter_map(|entry| {
        let (parameter, _) = named(entry.row.path)?;
        Some((entry.row.id, parameter, entry.row.decides))
    });
    let links = reads.chain(acts).map(|(id, parameter, decides)| {
        let mut parameters = json!({parameter: "$response.body#/id"});
        if let (true, Value::Object(members)) = (decides, &mut parameters) {
            members.insert("If-Match".to_owned(), json!("$response.header.ETag"));
        }
        (id.to_owned(), json!({"operationId": id, "parameters": parameters}))
    });
    Value::Object(links.collect())
}

/// The operation of a look.
pub(super) fn look(look: &Look) -> Value {
    let mut parameters = in_path(look.path);
    parameters.extend(in_query(look.query));
    if matches!(look.stands_on, StandsOn::Head | StandsOn::Registers) {
        parameters.push(json!({"$ref": "#/components/parameters/MinPosition"}));
        parameters.push(json!({"$ref": "#/components/parameters/Prefer"}));
    }
    if look.formats.contains(&Format::Stream) {
        parameters.push(json!({"$ref": "#/components/parameters/LastEventId"}));
    }
    let mut content: Map<String, Value> = look
        .formats
        .iter()
        .map(|format| (format.media().to_owned(), json!({"schema": answer(look, *format)})))
        .collect();
    if look.query.iter().any(|(name, _)| *name == "format") {
        content.insert("text/plain".to_owned(), json!({"schema": {"type": "string"}}));
    }
    let mut responses = json!({
        "200": {
            "description": look.summary,
            "headers": {
                "Position": {"$ref": "#/components/headers/Position"},
                "ETag": {"$ref": "#/components/headers/ETag"},
                "Preference-Applied": {"$ref": "#/components/headers/PreferenceApplied"},
            },
            "content": content,
        },
    });
    problems(&mut responses, &[400, 401, 403, 404, 406, 422, 429, 503]);
    let mut operation = json!({
        "operationId": look.id,
        "summary": look.summary,
        "x-roles": look.roles,
        "x-consistency": look.stands_on.words(),
        "parameters": parameters,
        "responses": responses,
    });
    if let (true, Value::Object(members)) =
        (look.roles.starts_with("everybody, known"), &mut operation)
    {
        members.insert("security".to_owned(), json!([]));
    }
    operation
}

/// What an answer is like in this format.
fn answer(look: &Look, format: Format) -> Value {
    match format {
        Format::Json => json!({"$ref": format!("#/components/schemas/{}", look.answer)}),
        Format::Ndjson => {
            json!({"type": "string", "description": "An entry of `items` as JSON on each line"})
        }
        Format::Csv => {
            json!({"type": "string", "description": "RFC 4180 with a byte order mark and headings"})
        }
        Format::Xlsx => {
            json!({"type": "string", "format": "binary", "description": "A workbook that prints"})
        }
        Format::Html => json!({"type": "string", "description": "A page that prints"}),
        Format::Stream => json!({
            "type": "string",
            "description": "Server-sent events, as they come: `id` is the position, `data` a \
                CloudEvent",
        }),
        Format::CloudEvents => {
            json!({"type": "array", "items": {"$ref": "#/components/schemas/CloudEvent"}})
        }
    }
}

/// The answer of an operation that has begun.
pub(super) fn begun() -> Value {
    json!({"202": {
        "description": "It has begun: the operation, which Location leads to",
        "headers": {
            "Location": {"$ref": "#/components/headers/Location"},
            "Position": {"$ref": "#/components/headers/Position"},
            "Idempotency-Replayed": {"$ref": "#/components/headers/IdempotencyReplayed"},
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Operation"}}},
    }})
}

/// The operation that rebuilds a register.
pub(super) fn rebuild() -> Value {
    let mut parameters = in_path(REBUILDS);
    parameters.push(json!({"$ref": "#/components/parameters/IdempotencyKey"}));
    let mut responses = begun();
    problems(&mut responses, &[400, 401, 403, 404, 406, 413, 415, 422, 429, 503]);
    json!({
        "operationId": "rebuild_register",
        "summary": "Fold a register afresh, compare it with what stood, and repair it",
        "description": "The rows are served meanwhile. The operation goes on when the client leaves; \
            when the process ends it is forgotten, the rows are as before, and the same request \
            begins it anew.",
        "x-roles": "commission, admin",
        "x-consistency": "begins an operation; its result stands on the position it reached",
        "parameters": parameters,
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

pub(super) fn problems(responses: &mut Value, statuses: &[u16]) {
    let Value::Object(responses) = responses else { return };
    for status in statuses {
        responses
            .entry(status.to_string())
            .or_insert_with(|| json!({"$ref": "#/components/responses/Problem"}));
    }
}

pub(super) fn parameters() -> Value {
    let header = |name: &str, required: bool, description: &str, example: &str| {
        json!({
            "name": name,
            "in": "header",
            "required": required,
            "description": description,
            "schema": schema(name),
            "example": example,
        })
    };
    json!({
        "IdempotencyKey": header("Idempotency-Key", true, "Names the act for ever: a repeat gets the first receipt", "3f0a6a4e-6d5c-4d53-9a53-0b1f0a2f7c11"),
        "IfMatch": header("If-Match", true, "The ETag of what the decision rests on", "\"3\""),
        "IfMatchOfOld": header("If-Match", false, "The ETag of the one that is there, if one is", "\"1\""),
        "IfMatchOptional": header("If-Match", false, "The ETag of what it rests on, if it rests on it", "\"3\""),
        "LastEventId": header("Last-Event-ID", false, "Of a stream: the id that came last; it goes on behind it, whatever `after` says", "128"),
        "MinPosition": header("Min-Position", false, "The Position of an earlier answer: what it saw is seen here", "128"),
        "Prefer": header("Prefer", false, "wait=N seconds for Min-Position, or on the feed, without it, for the next event; handling=lenient for older rows", "wait=5"),
    })
}

pub(super) fn headers() -> Value {
    let header =
        |description: &str| json!({"description": description, "schema": {"type": "string"}});
    json!({
        "Location": header("Where what was made is read back"),
        "ETag": header("The version of what it is about, in quotation marks"),
        "Position": header("Where the log, or the rows of the answer, stand"),
        "IdempotencyReplayed": header("true when this is the first receipt again"),
        "PreferenceApplied": header("The preference that was followed"),
    })
}

pub(super) fn responses() -> Value {
    json!({"Problem": {
        "description": "What is wrong and what to do (RFC 9457); see /v1/problems",
        "headers": {"Position": {"$ref": "#/components/headers/Position"}},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }})
}
