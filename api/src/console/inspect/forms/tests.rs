//! That forms are those of acts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{IDS, all};
use crate::deeds;

#[test]
fn each_form_is_of_an_act_and_its_fields_are_members_of_its_body() {
    let ids: BTreeSet<_> = all().map(|form| form.id).collect();
    assert_eq!(ids, IDS.iter().copied().collect());
    let document: Value = serde_json::from_str(crate::openapi()).unwrap();
    for form in all() {
        let entry = deeds::TABLE.iter().find(|entry| entry.row.id == form.id).unwrap();
        let method = entry.row.method().to_ascii_lowercase();
        let body = &document["paths"][entry.row.path][&method]["requestBody"];
        let schema = &body["content"]["application/json"]["schema"];
        let named = schema["$ref"].as_str().map_or(schema, |name| {
            &document["components"]["schemas"][name.rsplit('/').next().unwrap()]
        });
        for field in form.fields.iter().filter(|field| field.name != "uscc") {
            assert!(
                named.to_string().contains(&format!("\"{}\":", field.name)),
                "{} {}",
                form.id,
                field.name
            );
        }
        assert_eq!(
            entry.row.path.contains("{id}"),
            form.of.is_some() && form.makes.is_none(),
            "{}",
            form.id
        );
    }
}

/// Nothing conditions a resumption: it has two fields, and no form speaks of a permission for it.
#[test]
fn a_resumption_is_reported_in_two_fields() {
    for form in all().filter(|form| form.id.contains("resumption")) {
        assert_eq!(form.fields.len(), 2, "{}", form.id);
    }
    for form in all() {
        let fields = form.fields.iter().flat_map(|field| [field.label.0, field.hint.0]);
        let gates =
            ["审", "备"].into_iter().zip(["批", "案"]).map(|(one, two)| format!("{one}{two}"));
        let gates: Vec<_> = gates.collect();
        for text in [form.title.0, form.about.0].into_iter().chain(fields) {
            assert!(!gates.iter().any(|gate| text.contains(gate)), "{text}");
        }
    }
}
