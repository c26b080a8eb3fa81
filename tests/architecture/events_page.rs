//! `docs/events.md`: every event, what it says, what makes it happen, how it is stored.

use std::{collections::BTreeMap, env, fmt::Write as _, fs};

use serde_json::Value;

use super::sources::{below, root, rust};

const HEAD: &str = "# Events

What can stand in a log: for each aggregate its events, the acts that make them happen, and each one's
stored form. Events are for ever: none is renamed or deleted, a changed form is a new version. Words about
persons (`subject`, `sealed`, `commitment`) are sealed; members are shown in the order of their names. Around each payload stands the envelope that
[leaf-format.md](leaf-format.md) describes.

This page is written from the code: `FUGONG_BLESS=1 cargo test -p fugong-tests events_page`.
";

/// `FUGONG_BLESS=1` writes it anew.
#[test]
fn the_page_of_events_is_current() {
    let (path, page) = (root().join("docs/events.md"), page());
    if env::var_os("FUGONG_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept == page, "docs/events.md is old: run this with FUGONG_BLESS=1, look at the diff");
}

fn page() -> String {
    let workflow = fugong_api::workflow_json();
    let (words, forms) = (words(), forms());
    let mut page = HEAD.to_owned();
    for aggregate in workflow["aggregates"].as_array().unwrap() {
        let kind = aggregate["kind"].as_str().unwrap();
        write!(
            page,
            "\n## {} `{kind}`\n\nId: {}.\n",
            aggregate["label_zh"].as_str().unwrap(),
            aggregate["id"].as_str().unwrap(),
        )
        .unwrap();
        for event in aggregate["events"].as_array().unwrap() {
            let event = event.as_str().unwrap();
            let said = words.get(event).unwrap_or_else(|| panic!("{event} is not described"));
            write!(page, "\n### `{event}`\n\n{said}\n\n").unwrap();
            let acts: Vec<_> = aggregate["commands"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|act| act["events"].as_array().unwrap().iter().any(|it| it == event))
                .map(|act| format!("`POST {}`", act["path"].as_str().unwrap()))
                .collect();
            let by = if acts.is_empty() {
                "Comes with another act, or by itself.".to_owned()
            } else {
                format!("By {}.", acts.join(", "))
            };
            let form = forms.get(event).unwrap_or_else(|| panic!("{event} is in no snapshot"));
            write!(page, "{by}\n\n```json\n{form}\n```\n").unwrap();
        }
    }
    page
}

/// What the code says of each event: the comment above its variant.
fn words() -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    for file in rust("domain/src/").into_iter().filter(|file| file.path.ends_with("/event.rs")) {
        let mut comments: BTreeMap<&str, String> = BTreeMap::new();
        let mut said = String::new();
        for line in file.text.lines() {
            if let Some(comment) = line.strip_prefix("    /// ") {
                let space = if said.is_empty() { "" } else { " " };
                write!(said, "{space}{comment}").unwrap();
                continue;
            }
            let variant =
                line.strip_prefix("    ").and_then(|line| line.split([' ', ',', '(']).next());
            let name = variant.filter(|name| name.starts_with(char::is_uppercase));
            if let Some(name) = name.filter(|_| !said.is_empty()) {
                comments.entry(name).or_insert_with(|| said.clone());
            }
            if !line.trim_start().starts_with("#[") {
                said.clear();
            }
        }
        for line in file.text.lines().map(str::trim) {
            let Some((variant, event)) = line.split_once("=> \"") else { continue };
            let variant = variant.trim().trim_start_matches("Self::");
            let variant = variant.split([' ', '{', '(']).next().unwrap_or_default();
            let event = event.split('"').next().unwrap_or_default();
            if let Some(said) = comments.get(variant) {
                words.insert(event.to_owned(), said.replace(['[', ']'], ""));
            }
        }
    }
    words
}

/// The stored form of each event, from the first snapshot that shows it.
fn forms() -> BTreeMap<String, String> {
    let mut forms = BTreeMap::new();
    for file in below("domain/tests/", "snap") {
        let name = file.path.rsplit("__").next().unwrap_or_default();
        let noun = name.split(['.', '_']).next().unwrap_or_default();
        let Some(json) = file.text.splitn(3, "---\n").nth(2) else { continue };
        let Ok(Value::Array(events)) = serde_json::from_str::<Value>(json) else { continue };
        for event in events {
            let tag = event.as_str().map_or_else(
                || event.as_object().unwrap().keys().next().unwrap().clone(),
                str::to_owned,
            );
            let of_noun = tag.starts_with(&format!("{noun}-"));
            let event_type = if of_noun { tag } else { format!("{noun}-{tag}") };
            forms.entry(event_type).or_insert_with(|| event.to_string());
        }
    }
    forms
}
