//! Schemas of answers (JSON Schema 2020-12, as OpenAPI 3.1 has it), in few words.
//!
//! What an aggregate keeps and what an event says is found out from the types themselves
//! ([`trace`]); what answers put around it is said in [`answers`]. A test holds all of it against
//! the answers that the story gets.

mod access_log;
pub(crate) mod alone;
pub(crate) mod answers;
mod districts;
pub(crate) mod events;
mod history;
mod operations;
mod parts;
mod reports;
pub(crate) mod states;
pub(crate) mod trace;
mod webhooks;
mod words;
mod workflow;

use serde_json::{Map, Value, json};

use trace::{FORMS, Shape};

/// A member: its name, with a `?` when it may be absent, and its schema.
type Member<'a> = (&'a str, Value);

/// A schema that is named.
pub(crate) fn named(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn formatted(format: &str) -> Value {
    json!({"type": "string", "format": format})
}

fn day() -> Value {
    formatted("date")
}

fn moment() -> Value {
    formatted("date-time")
}

fn uuid() -> Value {
    formatted("uuid")
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn yes() -> Value {
    json!({"type": "boolean"})
}

/// A number of the log; as text, since not every reader has integers of 64 bits.
fn position() -> Value {
    json!({"type": "string", "pattern": "^[0-9]+$"})
}

fn one_of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Value {
    let codes: Vec<&'a str> = codes.into_iter().collect();
    json!({"type": "string", "enum": codes})
}

fn list(of: Value) -> Value {
    with(json!({"type": "array"}), "items", of)
}

/// Members of any name.
fn map(of: Value) -> Value {
    with(json!({"type": "object"}), "additionalProperties", of)
}

/// The schema, or null.
fn maybe(mut schema: Value) -> Value {
    let kind = schema.get("type").and_then(Value::as_str).map(str::to_owned);
    if let (Some(kind), Value::Object(members)) = (kind, &mut schema) {
        members.insert("type".to_owned(), json!([kind, "null"]));
        if let Some(Value::Array(codes)) = members.get_mut("enum") {
            codes.push(Value::Null);
        }
        return schema;
    }
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// The same, described.
fn about(schema: Value, description: &str) -> Value {
    with(schema, "description", json!(description))
}

fn with(mut schema: Value, name: &str, value: Value) -> Value {
    if let Value::Object(members) = &mut schema {
        members.insert(name.to_owned(), value);
    }
    schema
}

/// An object with these members; each is described by what its name means anywhere.
fn object<'a>(members: impl IntoIterator<Item = Member<'a>>) -> Value {
    let (mut properties, mut required): (_, Vec<&'a str>) = (Map::new(), Vec::new());
    for (name, schema) in members {
        let plain = name.trim_end_matches('?');
        if plain == name {
            required.push(plain);
        }
        let described = schema.get("description").is_some();
        let schema = match words::of(plain) {
            Some(word) if !described => about(schema, word),
            Some(_) | None => schema,
        };
        properties.insert(plain.to_owned(), schema);
    }
    json!({"type": "object", "required": required, "properties": properties})
}

/// One of several objects, told apart by `state`.
fn by_state(states: impl IntoIterator<Item = (&'static str, Vec<(String, Value)>)>) -> Value {
    let states: Vec<Value> = states
        .into_iter()
        .map(|(state, members)| {
            let state = ("state", json!({"type": "string", "const": state}));
            let members = members.iter().map(|(name, schema)| (name.as_str(), schema.clone()));
            object(std::iter::once(state).chain(members))
        })
        .collect();
    json!({"oneOf": states})
}

/// The members of an object, to be put into another.
fn members_of(shape: Option<Shape>) -> Vec<(String, Value)> {
    let Some(Shape::Object(members)) = shape else { return Vec::new() };
    members.into_iter().map(|(name, shape)| member(name, &shape)).collect()
}

fn member(name: &str, shape: &Shape) -> (String, Value) {
    if let Shape::Absent(shape) = shape {
        return (format!("{name}?"), of(shape));
    }
    (name.to_owned(), of(shape))
}

/// The schema of what a type is read from.
fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Unknown => json!({}),
        Shape::Boolean => yes(),
        Shape::Integer(None) => json!({"type": "integer"}),
        Shape::Integer(Some((least, most))) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Shape::Text(forms) => of_text(forms),
        Shape::Maybe(shape) => maybe(of(shape)),
        Shape::Absent(shape) => of(shape),
        Shape::List(shape) => list(of(shape)),
        // Numbers are names too, written as text.
        Shape::Map(key, shape) => match (&**key, of(key)) {
            (Shape::Text(_), named) if named != text() => {
                with(map(of(shape)), "propertyNames", named)
            }
            _ => map(of(shape)),
        },
        Shape::Tuple(shapes) => json!({
            "type": "array",
            "prefixItems": shapes.iter().map(of).collect::<Vec<_>>(),
            // Generators and linters of before 2020-12 look for it.
            "items": {},
            "minItems": shapes.len(),
            "maxItems": shapes.len(),
        }),
        Shape::Object(members) => of_object(members),
        Shape::Choice(choices) => of_choice(choices),
    }
}

fn of_object(members: &[(&'static str, Shape)]) -> Value {
    let names: Vec<_> = members.iter().map(|(name, _)| *name).collect();
    match names.as_slice() {
        ["subject", "sealed", "commitment"] => named("Words"),
        ["rule", "start", "calendar_version", "due"] => named("Deadline"),
        _ => {
            let members: Vec<_> = members.iter().map(|(name, shape)| member(name, shape)).collect();
            object(members.iter().map(|(name, schema)| (name.as_str(), schema.clone())))
        }
    }
}

fn of_choice(choices: &[(&'static str, Option<Shape>)]) -> Value {
    if choices.iter().all(|(_, shape)| shape.is_none()) {
        return one_of(choices.iter().map(|(name, _)| *name));
    }
    let choices: Vec<Value> = choices
        .iter()
        .map(|(name, shape)| match shape {
            None => json!({"type": "string", "const": name}),
            Some(shape) => object([(*name, of(shape))]),
        })
        .collect();
    json!({"oneOf": choices})
}

/// What a text is, by the forms that its type takes.
fn of_text(forms: &[&str]) -> Value {
    let takes = |form: &str| forms.contains(&form);
    let [any, date, instant, id, code, provisional, finding, digest, ..] = FORMS;
    match forms {
        _ if takes(any) => text(),
        [one] if *one == date => day(),
        [one] if *one == instant => moment(),
        [one] if *one == id => uuid(),
        [one] if *one == code => about(text(), "A unified social credit code"),
        [one] if *one == digest => json!({"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}),
        [one] if *one == finding => named("FindingRef"),
        [one, two] if (*one, *two) == (date, instant) => named("When"),
        [one, two] if (*one, *two) == (code, provisional) => named("Enterprise"),
        ["17:00"] => json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
        _ if takes("PLAN_MISSING") => about(text(), "A remark by its code; never a condition"),
        _ if takes("policy.1.1") && takes("eic") => named("Officer"),
        _ if takes("eic") => named("Unit"),
        _ if takes("2710") => named("Industry"),
        _ => text(),
    }
}
