//! Which operations belong together, and what each says at the head of its description.

use serde_json::{Map, Value, json};

/// What operations are about, by the first word of their addresses.
const TAGS: [(&str, &str); 32] = [
    ("access-log", "Who read what of persons, exported, or was turned away (访问日志)"),
    ("api-keys", "Keys of programs: issued, rotated, withdrawn"),
    ("attachments", "Papers and photographs, kept by their digests"),
    ("barrier-reports", "Conditions put before a resumption against the notice, as reported"),
    ("batches", "Several acts in one request"),
    ("code-lists", "Codes and what they mean"),
    ("control-measures", "Measures of epidemic control (防控措施)"),
    ("credit-flags", "Entries into the credit records of enterprises (诚信记录)"),
    ("data-subjects", "Persons whose data is kept, and their rights"),
    ("districts", "The districts of this process"),
    ("enterprises", "Enterprises and all that is about one of them"),
    ("epidemic-incidents", "Cases of illness and what was done (疫情处置)"),
    ("events", "The log as a feed, and each event with its proof"),
    ("history", "The past of anything that has one: timeline, state, difference, why"),
    ("imports", "Ledgers that others kept, taken in as acts"),
    ("inspections", "Inspections and their findings (检查)"),
    ("log", "Checkpoints and tiles of the transparent log"),
    ("officers", "Stationed officers (驻厂员)"),
    ("operations", "What runs in the background"),
    ("problems", "What an answer means that is no success"),
    ("rectification-orders", "Orders to rectify (责令限期整改)"),
    ("regime", "Rule sets, calendars, checklists and code lists, as published"),
    ("registers", "Registers R1 to R20 and the ledgers"),
    ("reports", "Reports: ready ones and those that the district laid down"),
    ("roll-ups", "One register over all districts"),
    (
        "resumptions",
        "What enterprises said of their resumption (复工复产): never refused, never waited for",
    ),
    ("schemas", "What each type of event says, as a JSON Schema"),
    ("service", "Whether the process lives and is ready, and its document"),
    ("support-cases", "Difficulties of enterprises and how they are solved (困难问题)"),
    ("tasks", "What is to be done, by whom and by when"),
    ("webhooks", "Where events are sent (推送地址), and what could not be delivered"),
    ("workflow", "The kinds, acts, events and states as a whole"),
];

/// The tag of an address.
fn tag(path: &str) -> &str {
    path.strip_prefix("/v1/").and_then(|rest| rest.split('/').next()).unwrap_or("service")
}

/// The tags of these addresses.
pub(super) fn tags(paths: &Map<String, Value>) -> Vec<Value> {
    let is_used = |name: &str| paths.keys().any(|path| tag(path) == name);
    let used = TAGS.iter().filter(|(name, _)| is_used(name));
    used.map(|(name, description)| json!({"name": name, "description": description})).collect()
}

/// Puts an operation among those of its address and says at the end of its description, for readers
/// of the document who are not shown what is under `x-`, who may, what comes of it and what it stands
/// on.
pub(super) fn complete(operation: &mut Value, path: &str) {
    let Value::Object(members) = operation else { return };
    let told = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut said: Vec<String> = told("description").into_iter().collect();
    said.extend(told("x-roles").map(|roles| format!("Who may: {roles}.")));
    let events = members.get("x-events").and_then(Value::as_array);
    let events: Vec<_> = events.into_iter().flatten().filter_map(Value::as_str).collect();
    if !events.is_empty() {
        said.push(format!("Events: {}.", events.join(", ")));
    }
    said.extend(told("x-consistency").map(|on| format!("Consistency: {on}.")));
    members.insert("description".to_owned(), json!(said.join("\n\n")));
    members.insert("tags".to_owned(), json!([tag(path)]));
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::TAGS;

    #[test]
    fn every_tag_is_told_and_none_that_nothing_has() {
        let document: Value = serde_json::from_str(super::super::text()).unwrap();
        let told: Vec<_> =
            document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
        assert_eq!(told.len(), TAGS.len(), "one has no operation");
        for operation in document["paths"].as_object().unwrap().values() {
            for operation in operation.as_object().unwrap().values() {
                assert!(told.contains(&&operation["tags"][0]), "{}", operation["operationId"]);
            }
        }
    }
}
