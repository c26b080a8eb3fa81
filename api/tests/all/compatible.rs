//! A client that was made from the last document that was given out goes on working.
//!
//! `docs/released/openapi.json` is that document. What breaks a client of it is found here, and
//! asks for what docs/integrating.md promises: a new address beside the old one, or a new major
//! version.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

/// Whether a schema is of what a client sends or of what he gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Sent,
    Got,
}

/// What breaks a client, as the old and the new document show it.
struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    breaks: Vec<String>,
    /// What is compared already: schemas refer to themselves.
    met: BTreeSet<(String, String, Way)>,
}

fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, breaks: Vec::new(), met: BTreeSet::new() };
    comparison.paths();
    comparison.breaks
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map(|all| all.iter().collect()).unwrap_or_default()
}

/// The texts of a list, or of one text.
fn texts(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(one) => BTreeSet::from([one.clone()]),
        Value::Array(all) => {
            all.iter().map(Value::to_string).map(|it| it.replace('"', "")).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => BTreeSet::new(),
    }
}

/// What is under a reference, and the name of it.
fn followed<'a>(root: &'a Value, mut value: &'a Value) -> (&'a Value, String) {
    let mut name = String::new();
    while let Some(target) = value["$ref"].as_str() {
        target.clone_into(&mut name);
        value = root.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null);
    }
    (value, name)
}

impl Comparison<'_> {
    fn says(&mut self, at: &str, what: impl Into<String>) {
        self.breaks.push(format!("{at}: {}", what.into()));
    }

    fn paths(&mut self) {
        let old = self.old;
        for (path, methods) in old["paths"].as_object().unwrap() {
            for (method, was) in methods.as_object().unwrap() {
                let at = format!("{} {path}", method.to_uppercase());
                let is = &self.new["paths"][path][method];
                if is.is_null() {
                    self.says(&at, "is gone");
                    continue;
                }
                if was["operationId"] != is["operationId"] {
                    self.says(&at, "has another operationId: generated clients call it by that");
                }
                let is = is.clone();
                self.parameters(&at, was, &is);
                self.bodies(&at, was, &is);
                self.answers(&at, was, &is);
            }
        }
    }

    fn parameters(&mut self, at: &str, was: &Value, is: &Value) {
        let (old, new) = (self.old, self.new);
        let before: Vec<_> =
            list(&was["parameters"]).iter().map(|it| followed(old, it).0).collect();
        let after: Vec<_> = list(&is["parameters"]).iter().map(|it| followed(new, it).0).collect();
        let same = |a: &Value, b: &Value| a["name"] == b["name"] && a["in"] == b["in"];
        for one in &before {
            let at = format!("{at} {}", one["name"]);
            match after.iter().find(|it| same(it, one)) {
                None => self.says(&at, "is not taken any more"),
                Some(it) => {
                    if it["required"] == true && one["required"] != true {
                        self.says(&at, "has to be sent now");
                    }
                    self.schema(&at, &one["schema"], &it["schema"], Way::Sent);
                }
            }
        }
        for one in after.iter().filter(|it| it["required"] == true) {
            if !before.iter().any(|it| same(it, one)) {
                self.says(at, format!("{} has to be sent now", one["name"]));
            }
        }
    }

    fn bodies(&mut self, at: &str, was: &Value, is: &Value) {
        let (was, is) = (&was["requestBody"], &is["requestBody"]);
        if is["required"] == true && was["required"] != true {
            self.says(at, "wants a body now");
        }
        self.contents(&format!("{at} body"), &was["content"], &is["content"], Way::Sent);
    }

    fn answers(&mut self, at: &str, was: &Value, is: &Value) {
        let (old, new) = (self.old, self.new);
        for (status, answer) in was["responses"].as_object().into_iter().flatten() {
            if status.starts_with('2') {
                let at = format!("{at} {status}");
                let (answer, now) = (followed(old, answer).0, &is["responses"][status]);
                if now.is_null() {
                    self.says(&at, "is not answered any more");
                }
                let now = followed(new, now).0;
                self.contents(&at, &answer["content"], &now["content"], Way::Got);
            }
        }
    }

    fn contents(&mut self, at: &str, was: &Value, is: &Value, way: Way) {
        for (media, content) in was.as_object().into_iter().flatten() {
            if is[media].is_null() {
                self.says(at, format!("{media} is gone"));
                continue;
            }
            self.schema(at, &content["schema"], &is[media]["schema"], way);
        }
    }

    fn schema(&mut self, at: &str, was: &Value, is: &Value, way: Way) {
        let ((was, old_name), (is, new_name)) = (followed(self.old, was), followed(self.new, is));
        if !old_name.is_empty() && !self.met.insert((old_name, new_name, way)) {
            return;
        }
        let (was, is) = (was.clone(), is.clone());
        self.kinds(at, &was, &is, way);
        self.bounds(at, &was, &is, way);
        self.members(at, &was, &is, way);
        for inner in ["items", "additionalProperties"] {
            if was[inner].is_object() && is[inner].is_object() {
                self.schema(&format!("{at}/{inner}"), &was[inner], &is[inner], way);
            }
        }
        for choice in ["oneOf", "anyOf", "allOf", "prefixItems"] {
            let new = list(&is[choice]);
            for (n, was) in list(&was[choice]).into_iter().enumerate() {
                // One that is named is found by its name, wherever it stands now.
                let same =
                    new.iter().find(|it| it["$ref"].is_string() && it["$ref"] == was["$ref"]);
                let plain = new.get(n).filter(|it| it["$ref"].is_null() && was["$ref"].is_null());
                if let Some(is) = same.or(plain) {
                    self.schema(&format!("{at}/{choice}/{n}"), was, is, way);
                } else if way == Way::Sent {
                    self.says(at, format!("{choice} lacks {was}"));
                }
            }
            let (before, after) = (list(&was[choice]).len(), list(&is[choice]).len());
            // Whoever sends must keep his choices, and has to meet no more of what all ask.
            if way == Way::Sent
                && (choice == "allOf" && before < after || choice != "allOf" && after < before)
            {
                self.says(at, format!("{choice} has {after} where there were {before}"));
            }
        }
    }

    fn kinds(&mut self, at: &str, was: &Value, is: &Value, way: Way) {
        let (before, after) = (texts(&was["type"]), texts(&is["type"]));
        let (wide, narrow) = if way == Way::Sent { (&after, &before) } else { (&before, &after) };
        // An integer is a number.
        let within = |it: &String| wide.contains(it) || it == "integer" && wide.contains("number");
        if !wide.is_empty() && (narrow.is_empty() || !narrow.iter().all(within)) {
            self.says(at, format!("was {before:?}, is {after:?}"));
        }
        let (before, after) = (texts(&was["enum"]), texts(&is["enum"]));
        // Code lists grow: who reads has to expect codes that he does not know.
        let fewer = if before.is_empty() { !after.is_empty() } else { !before.is_subset(&after) };
        if way == Way::Sent && fewer && (before.is_empty() || !after.is_empty()) {
            let lost: Vec<_> = before.difference(&after).collect();
            self.says(at, format!("takes fewer words: {lost:?}"));
        }
    }

    fn bounds(&mut self, at: &str, was: &Value, is: &Value, way: Way) {
        if way == Way::Got {
            return;
        }
        for (bound, grows) in [
            ("maxLength", true),
            ("maxItems", true),
            ("maximum", true),
            ("minLength", false),
            ("minItems", false),
            ("minimum", false),
        ] {
            let tighter = match (was[bound].as_f64(), is[bound].as_f64()) {
                (Some(was), Some(is)) => {
                    if grows {
                        is < was
                    } else {
                        was < is
                    }
                }
                (None, Some(_)) => true,
                (_, None) => false,
            };
            if tighter {
                self.says(at, format!("{bound} is {}", is[bound]));
            }
        }
        for form in ["pattern", "format", "const"] {
            if !is[form].is_null() && is[form] != was[form] {
                self.says(at, format!("{form} is {}", is[form]));
            }
        }
    }

    fn members(&mut self, at: &str, was: &Value, is: &Value, way: Way) {
        let (before, after) = (texts(&was["required"]), texts(&is["required"]));
        for (name, member) in was["properties"].as_object().into_iter().flatten() {
            let here = format!("{at}/{name}");
            let now = &is["properties"][name];
            if now.is_null() {
                let open = is["additionalProperties"] != false;
                if way == Way::Got || !open {
                    self.says(&here, "is gone");
                }
                continue;
            }
            if way == Way::Got && before.contains(name) && !after.contains(name) {
                self.says(&here, "may be absent now");
            }
            self.schema(&here, member, now, way);
        }
        if way == Way::Sent {
            for name in after.difference(&before) {
                self.says(&format!("{at}/{name}"), "has to be sent now");
            }
        }
    }
}

fn document() -> Value {
    serde_json::from_str(fugong_api::openapi()).unwrap()
}

#[test]
fn a_client_of_the_document_that_was_given_out_goes_on_working() {
    let released = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/released/openapi.json");
    let released: Value = serde_json::from_str(&fs::read_to_string(released).unwrap()).unwrap();
    let found = breaks(&released, &document());
    assert!(found.is_empty(), "docs/integrating.md promises otherwise: {found:#?}");
}

/// Each of these breaks somebody, and is found; what only adds is not.
#[test]
fn what_breaks_a_client_is_found() {
    let path = "/paths/~1v1~1enterprises~1{uscc}~1resumptions/post";
    let body = "/components/schemas/ResumptionReport";
    let changes: [(&str, &str, Option<Value>); 10] = [
        ("is gone", "/paths/~1v1~1enterprises", None),
        ("operationId", &format!("{path}/operationId"), Some(json!("resume"))),
        ("is not answered", &format!("{path}/responses/201"), None),
        (
            "has to be sent",
            &format!("{body}/required"),
            Some(json!(["resumed_on", "note", "capacity_pct"])),
        ),
        ("/capacity_pct: is gone", &format!("{body}/properties/capacity_pct"), None),
        (
            "was {\"string\"}",
            "/components/schemas/Receipt/properties/id/type",
            Some(json!("integer")),
        ),
        ("may be absent", "/components/schemas/Receipt/required", Some(json!([]))),
        ("fewer words", "/components/schemas/ScaleCode/enum", Some(json!(["above"]))),
        (
            "pattern is",
            "/components/parameters/IdempotencyKey/schema/pattern",
            Some(json!("^[a-z]$")),
        ),
        ("/log: is gone", "/components/schemas/Event/properties/log", None),
    ];
    let old = document();
    assert_eq!(breaks(&old, &old), Vec::<String>::new());
    for (saying, pointer, change) in changes {
        let mut new = old.clone();
        assert!(new.pointer(pointer).is_some(), "{pointer}");
        if let Some(value) = change {
            *new.pointer_mut(pointer).unwrap() = value;
        } else {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let name = name.replace("~1", "/");
            new.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(&name);
        }
        let found = breaks(&old, &new);
        assert!(found.iter().any(|it| it.contains(saying)), "{pointer}: {found:#?}");
    }
    let mut more = old.clone();
    more["paths"]["/v1/more"] = json!({"get": {"operationId": "more"}});
    more["components"]["schemas"]["Receipt"]["properties"]["more"] = json!({"type": "string"});
    more["components"]["schemas"]["ScaleCode"]["enum"]
        .as_array_mut()
        .unwrap()
        .push(json!("middle"));
    assert_eq!(breaks(&old, &more), Vec::<String>::new());
}
