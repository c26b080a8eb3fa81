//! Events are for ever.

use std::collections::BTreeSet;

use super::sources::{Source, below, rust, without_comments};

/// Shown as it is stored, an event cannot change its form unnoticed.
#[test]
fn each_event_has_a_snapshot_of_its_stored_form() {
    let snapshots = below("domain/tests/", "snap");
    let mut seen = 0;
    for (noun, tag) in events() {
        let shown = snapshots.iter().any(|file| {
            let name = file.path.rsplit('/').next().unwrap();
            name.contains(&noun.replace('-', "_")) && file.text.contains(&format!("\"{tag}\""))
        });
        assert!(shown, "{noun}-{tag} is in no snapshot");
        seen += 1;
    }
    assert!(50 < seen, "only {seen} events were found");
}

/// `/v1/workflow` and the diagram have every event that the domain can write, and no other.
#[test]
fn each_event_is_in_the_workflow() {
    let written: BTreeSet<_> =
        events().into_iter().map(|(noun, tag)| format!("{noun}-{tag}")).collect();
    let workflow = fugong_api::workflow_json();
    let aggregates = workflow["aggregates"].as_array().unwrap().iter();
    let told = aggregates.flat_map(|aggregate| aggregate["events"].as_array().unwrap());
    let told: BTreeSet<_> = told.map(|event| event.as_str().unwrap().to_owned()).collect();
    assert_eq!(told, written);
}

/// Whatever wakes by itself is in the list of timers, since nothing sets one but that list.
#[test]
fn timers_are_set_in_one_place() {
    let sets = |file: &&Source| without_comments(&file.text).contains("Reaction::At {");
    let files = rust("domain/src/");
    let places: Vec<_> = files.iter().filter(sets).map(|file| file.path.as_str()).collect();
    assert_eq!(places, ["domain/src/policies/timer.rs"]);
}

/// Each event of the domain: its noun, and its tag in the payload.
fn events() -> Vec<(String, String)> {
    let files = rust("domain/src/").into_iter().filter(|file| file.path.ends_with("/event.rs"));
    files.flat_map(|file| types(&file.path, &file.text)).collect()
}

fn types(path: &str, text: &str) -> Vec<(String, String)> {
    let noun = path.rsplit('/').nth(1).unwrap().replace('_', "-");
    let code = without_comments(text);
    let words = code.split('"').skip(1).step_by(2);
    let tags = words.filter_map(|word| word.strip_prefix(&format!("{noun}-")));
    tags.map(|tag| (noun.clone(), tag.to_owned())).collect()
}

#[test]
fn an_event_is_found_by_its_type() {
    let text = "/// \"plan-no\"\nSelf::Drafted { .. } => \"plan-drafted\",\nSelf::Put => {\n\"plan-put-in-place\"\n}\n\"1.0\"";
    let found = types("domain/src/plan/event.rs", text);
    assert_eq!(found, ["drafted", "put-in-place"].map(|tag| ("plan".to_owned(), tag.to_owned())));
}
