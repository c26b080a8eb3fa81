//! The OpenAPI document is current, whole, and says no word of a gate.

use std::{env, fs, path::Path};

use serde_json::Value;

fn kept() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json")
}

/// `FUGONG_BLESS=1` writes it anew.
#[test]
fn the_kept_document_is_the_one_that_is_served() {
    if env::var_os("FUGONG_BLESS").is_some() {
        fs::write(kept(), fugong_api::openapi()).unwrap();
    }
    // Not assert_eq: what differs is for a diff to show, the document is long.
    let is_current = fs::read_to_string(kept()).unwrap() == fugong_api::openapi();
    assert!(is_current, "docs/openapi.json is old: run this with FUGONG_BLESS=1, look at the diff");
}

#[test]
fn it_is_openapi_3_1_and_every_reference_leads_somewhere() {
    let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(values) => open.extend(values),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

#[test]
fn every_act_is_in_it_with_an_example_that_fits() {
    let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
    for row in fugong_api::acts() {
        let operation = &document["paths"][row.path][row.method().to_lowercase()];
        assert_eq!(operation["operationId"], row.id);
        assert!(serde_json::from_str::<Value>(row.example).is_ok(), "{}", row.id);
    }
}

#[test]
fn no_operation_speaks_of_a_gate() {
    let text = fugong_api::openapi().to_lowercase();
    for word in ["approv", "permit", "filing", "pending", "审批", "备案"] {
        assert!(!text.contains(word), "{word}");
    }
}
