//! Events are for ever.

use super::sources::{below, rust, without_comments};

/// Shown as it is stored, an event cannot change its form unnoticed.
#[test]
fn each_event_has_a_snapshot_of_its_stored_form() {
    let snapshots = below("domain/tests/", "snap");
    let mut seen = 0;
    for (noun, tag) in events() {
        let shown = snapshots.iter().any(|file| {
            let name = file.path.rsplit('/').next().unwrap();
            name.contains(&noun) && file.text.contains(&format!("\"{tag}\""))
        });
        assert!(shown, "{noun}-{tag} is in no snapshot");
        seen += 1;
    }
    assert!(50 < seen, "only {seen} events were found");
}

/// Each event of the domain: its noun, and its tag in the payload.
fn events() -> Vec<(String, String)> {
    let files = rust("domain/src/").into_iter().filter(|file| file.path.ends_with("/event.rs"));
    files.flat_map(|file| types(&file.path, &file.text)).collect()
}

fn types(path: &str, text: &str) -> Vec<(String, String)> {
    let noun = path.rsplit('/').nth(1).unwrap().to_owned();
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
