//! Answers are what the document says: those that the story gets are held against its schemas.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::test::TestRequest;
use fugong_api::Desk;
use fugong_fixtures::data;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::rig::{CITY, CODE, District, EIC, get, listing, post, send};

/// The schemas of the document, each as strict as it can be: what is not described may not be.
pub(crate) struct Document {
    schemas: Value,
    paths: Value,
    made: BTreeMap<String, Validator>,
}

impl Document {
    pub(crate) fn read() -> Self {
        let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
        let mut schemas = document["components"]["schemas"].clone();
        close(&mut schemas);
        Self { schemas, paths: document["paths"].clone(), made: BTreeMap::new() }
    }

    /// That `value` is as the schema `name` says.
    #[track_caller]
    pub(crate) fn check(&mut self, name: &str, value: &Value, about: &str) {
        let schemas = &self.schemas;
        assert!(schemas[name].is_object(), "{about}: there is no schema {name}");
        let made = self.made.entry(name.to_owned()).or_insert_with(|| {
            let root = json!({
                "$ref": format!("#/components/schemas/{name}"),
                "components": {"schemas": schemas},
            });
            jsonschema::options().should_validate_formats(true).build(&root).unwrap()
        });
        let wrong: Vec<_> = made
            .iter_errors(value)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert_eq!(wrong, Vec::<String>::new(), "{about} is no {name}: {value}");
    }

    /// The name of the schema of a look's answer.
    fn answer(&self, pattern: &str, method: &str, status: &str) -> String {
        let answer = &self.paths[pattern][method]["responses"][status];
        let schema = &answer["content"]["application/json"]["schema"]["$ref"];
        let schema = schema.as_str().unwrap_or_else(|| panic!("{method} {pattern}: {answer}"));
        schema.rsplit('/').next().unwrap().to_owned()
    }
}

/// Lets no object have members that it does not describe.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let object = members.get("type") == Some(&json!("object"));
            if object && members.contains_key("properties") {
                members.entry("additionalProperties").or_insert(json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the story came to: its receipts, and the addresses of everything that was made.
pub(crate) struct Lived {
    pub(crate) district: District,
    receipts: Vec<Value>,
    places: BTreeSet<String>,
}

pub(crate) async fn lived() -> Lived {
    let lines: Vec<_> = data::STORY.lines().collect();
    let first: Value = serde_json::from_str(lines[0]).unwrap();
    let district = District::at(first["at"].as_str().unwrap()).await;
    let desk = Desk::new(district.log.clone());
    desk.allow_hosts([data::RECEIVER]);
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let (mut receipts, mut places) = (Vec::new(), BTreeSet::new());
    for text in lines {
        let (line, request) = district.asked(text, &ids).await;
        if let Ok(answer) = desk.perform(request).await {
            ids.insert(line["key"].as_str().unwrap().to_owned(), answer.id);
            receipts.push(serde_json::to_value(&answer.receipt).unwrap());
            places.extend(answer.location);
        }
        district.log.settle().await.unwrap();
    }
    Lived { district, receipts, places }
}

/// The pattern of an address, with the fewest parameters.
fn pattern<'a>(patterns: &[&'a str], path: &str) -> &'a str {
    let path = path.split('?').next().unwrap();
    let fits = |pattern: &&&str| {
        let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
                _ => return false,
            }
        }
    };
    let found = patterns.iter().filter(fits).min_by_key(|pattern| pattern.matches('{').count());
    found.unwrap_or_else(|| panic!("{path} is nowhere in the document"))
}

/// The addresses that an answer leads to.
fn further(pattern: &str, answer: &Value) -> Vec<String> {
    let items = || answer["items"].as_array().unwrap().iter();
    let of = |member: &'static str, place: &str| {
        items().map(|item| format!("{place}/{}", item[member].as_str().unwrap())).collect()
    };
    match pattern {
        "/v1/enterprises" => {
            let codes: Vec<String> = of("id", pattern);
            let parts = [
                "",
                "/resumptions",
                "/plans",
                "/postings",
                "/timeline?limit=200",
                "/allowed-acts",
                "/diff?from=0",
            ];
            let all = codes.iter().flat_map(|code| parts.map(|part| format!("{code}{part}")));
            all.chain(codes.iter().map(|code| format!("{code}/credit-record"))).collect()
        }
        "/v1/tasks" => of("task", pattern),
        "/v1/officers" => of("officer", pattern),
        "/v1/problems" => of("code", pattern),
        "/v1/code-lists" => {
            items().map(|name| format!("{pattern}/{}", name.as_str().unwrap())).collect()
        }
        "/v1/events" => {
            let mut all: Vec<String> = of("event_id", pattern);
            if answer["more"] == true {
                let after = answer["next_after"].as_str().unwrap();
                all.push(format!("/v1/events?limit=200&after={after}"));
            }
            all
        }
        "/v1/registers/{name}/rows" => {
            let flags = items().filter(|row| row.get("collective_discussion").is_some());
            let flag = |row: &Value| format!("/v1/credit-flags/{}", row["flag"].as_str().unwrap());
            flags.map(flag).collect()
        }
        "/v1/registers" => {
            let names: Vec<String> = of("name", pattern);
            names.iter().flat_map(|name| [name.clone(), format!("{name}/rows?limit=200")]).collect()
        }
        "/v1/reports" => {
            let names: Vec<String> = of("id", pattern);
            let run = |name: &String| {
                let code = "?enterprise=91500114MAYY010886";
                let chosen = if name.ends_with("/dossier") { code } else { "" };
                format!("{name}{chosen}")
            };
            names.iter().flat_map(|name| [run(name), format!("{name}/definition")]).collect()
        }
        _ => Vec::new(),
    }
}

/// Where asking begins.
const FIRST: [&str; 24] = [
    "/v1/schemas/events/task-raised/1.0",
    "/v1/access-log?limit=200",
    "/v1/data-subjects/OFF-10",
    "/v1/data-subjects/OFF-10/copy",
    "/v1/enterprises/91500114MAYY01109N/why?fact=flag/91500114MAYY01109N.1",
    "/v1/history/credit/91500114MAYY01109N/why",
    "/v1/history/enterprise/91500114MAYY01109N/steps?limit=200",
    "/v1/history/register/r7/diff?from=2020-02-28",
    "/v1/history/district/500114/timeline?limit=200",
    "/v1/districts",
    "/v1/enterprises",
    "/v1/tasks",
    "/v1/officers",
    "/v1/events?limit=200",
    "/v1/registers",
    "/v1/api-keys",
    "/v1/reports",
    "/v1/regime",
    "/v1/problems",
    "/v1/code-lists",
    "/v1/webhooks",
    "/v1/workflow",
    "/livez",
    "/readyz",
];

/// Not JSON of ours, or asked elsewhere.
const ELSEWHERE: [&str; 10] = [
    "/openapi.json",
    "/v1/attachments/{sha256}",
    "/v1/credit-flags/{id}/paper",
    "/v1/events/{event_id}/proof",
    "/v1/log/checkpoint",
    "/v1/log/tile/{level}/{tile}",
    "/v1/operations/{id}/result",
    "/v1/rectification-orders/{id}/paper",
    "/v1/roll-ups/{name}",
    "/v1/webhooks/{id}/deliveries",
];

#[actix_web::test]
async fn every_answer_that_the_story_gets_is_what_the_document_says() {
    let lived = lived().await;
    let app = lived.district.app().await;
    let mut document = Document::read();
    for receipt in &lived.receipts {
        document.check("Receipt", receipt, "a receipt");
    }
    let begun = send(&app, post("/v1/registers/r1/rebuilds", "rebuild", &json!({}))).await;
    document.check("Operation", &begun.json(), "what has begun");
    // Said of registers and of the district, and of what happened.
    let verified = send(&app, post("/v1/log/verifications", "verify", &json!({}))).await;
    let other = json!({"rules": {"repeat_threshold": 9}});
    let thought = send(&app, post("/v1/history/what-ifs", "what-if", &other)).await;
    let operations = [&begun, &verified, &thought].map(|it| it.header("location").to_owned());
    for location in &operations {
        while send(&app, get(location)).await.json()["state"] == "running" {
            tokio::task::yield_now().await;
        }
    }
    let paths = document.paths.clone();
    let gets = paths.as_object().unwrap().iter().filter(|(_, item)| item["get"].is_object());
    let patterns: Vec<&str> = gets.map(|(pattern, _)| pattern.as_str()).collect();
    let mut open: Vec<String> = FIRST.iter().map(|path| (*path).to_owned()).collect();
    open.extend(lived.places);
    open.extend(operations);
    open.push("/v1/history/register/r1".to_owned());
    // The story lives by the rules that it opens with.
    for path in ["/v1/regime/calendars", "/v1/regime/rules"] {
        let row = fugong_api::acts().find(|row| row.path == path).unwrap();
        let body = serde_json::from_str(row.example).unwrap();
        let published = send(&app, post(path, row.id, &body)).await;
        document.check("Receipt", &published.json(), path);
        open.push(published.header("location").to_owned());
    }
    let (mut seen, mut reached) = (BTreeSet::new(), BTreeSet::from(ELSEWHERE));
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        // What lets programs in is shown to those who look after that.
        let admins = ["/v1/api-keys", "/v1/access-log"];
        let is_admins = admins.iter().any(|begins| path.starts_with(begins));
        let by = if is_admins { "Bearer dev:it-01:eic:admin" } else { EIC };
        let said = send(&app, get(&path).insert_header(("Authorization", by))).await;
        assert_eq!(said.status, 200, "{path}: {}", said.text);
        let (pattern, answer) = (pattern(&patterns, &path), said.json());
        reached.insert(pattern);
        if let Some(name) = path.strip_suffix("/rows?limit=200") {
            let name = name.rsplit('/').next().unwrap();
            for row in answer["items"].as_array().unwrap() {
                document.check(&format!("Row.{name}"), row, &path);
            }
        }
        document.check(&document.answer(pattern, "get", "200"), &answer, &path);
        open.extend(further(pattern, &answer));
    }
    let never: Vec<_> = patterns.iter().filter(|pattern| !reached.contains(**pattern)).collect();
    assert_eq!(never, Vec::<&&str>::new(), "looks whose answers nobody held to the document");
}

/// Only who stands above districts is told of several.
#[actix_web::test]
async fn a_roll_up_is_what_the_document_says() {
    let lived = lived().await;
    let app = lived.district.app().await;
    let asked = TestRequest::get().uri("/v1/roll-ups/r1?by=scale");
    let said = send(&app, asked.insert_header(("Authorization", CITY))).await;
    assert_eq!(said.status, 200, "{}", said.text);
    let (mut document, answer) = (Document::read(), said.json());
    assert_eq!(answer["items"].as_array().unwrap().len(), 4, "two sizes, each with its sum");
    document.check(&document.answer("/v1/roll-ups/{name}", "get", "200"), &answer, "the roll-up");
}

/// Problems too, whatever they are about.
#[actix_web::test]
async fn every_problem_is_what_the_document_says() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let mut document = Document::read();
    let path = format!("/v1/enterprises/{CODE}/closures");
    let body = json!({"stage": "begun", "kind": "deregistered"});
    send(&app, post("/v1/enterprises", "k", &listing())).await;
    for (request, code) in [
        (get("/v1/nothing"), "NOT_FOUND"),
        (get("/v1/enterprises?limit=0"), "INVALID_FIELD"),
        (get("/v1/enterprises").insert_header(("Min-Position", "999")), "REGISTER_BEHIND"),
        (post(&path, "a", &body), "IF_MATCH_REQUIRED"),
        (post(&path, "a", &body).insert_header(("If-Match", "\"9\"")), "VERSION_CONFLICT"),
        (post(&path, "a", &json!({"note": 1})).insert_header(("If-Match", "*")), "INVALID_FIELD"),
    ] {
        let said = send(&app, request).await;
        assert_eq!(said.problem(), code);
        document.check("Problem", &said.json(), code);
    }
}

/// What is sent fits as well: the examples of the document, and every act of the story.
#[test]
fn every_example_and_every_act_of_the_story_fits_its_schema() {
    let mut document = Document::read();
    let bodies: BTreeMap<&str, String> = fugong_api::acts()
        .map(|row| {
            let body =
                &document.paths[row.path][row.method().to_lowercase()]["requestBody"]["content"];
            let schema = body["application/json"]["schema"]["$ref"].as_str().unwrap();
            (row.path, schema.rsplit('/').next().unwrap().to_owned())
        })
        .collect();
    for row in fugong_api::acts() {
        let example = serde_json::from_str(row.example).unwrap();
        document.check(&bodies[row.path], &example, row.id);
    }
    let patterns: Vec<&str> = bodies.keys().copied().collect();
    for line in data::STORY.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["refused"].is_null() {
            // An id of the story stands for one that is not known yet.
            let mut body: Value =
                serde_json::from_str(&placeholder(&line["body"].to_string())).unwrap();
            // A finding is the n-th of its inspection.
            let list = body.get_mut("findings").and_then(Value::as_array_mut);
            list.into_iter().flatten().for_each(|finding| *finding = first_of(finding));
            let path = line["path"].as_str().unwrap();
            let corrected = if path.ends_with("/findings") { "supersedes" } else { "finding" };
            if let Some(finding) = body.get_mut(corrected) {
                *finding = first_of(finding);
            }
            let pattern = pattern(&patterns, path);
            document.check(&bodies[pattern], &body, &body.to_string());
        }
    }
}

/// The first finding of an inspection.
fn first_of(inspection: &Value) -> Value {
    json!(format!("{}.1", inspection.as_str().unwrap()))
}

/// `{KEY}` stands for an id.
fn placeholder(body: &str) -> String {
    let id = "01704fae-a400-7000-8000-000000000001";
    let mut filled = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("\"{") {
        let Some((key, tail)) = after.split_once('}') else { break };
        filled.push_str(before);
        let is_key = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let text = if is_key { id.to_owned() } else { format!("{{{key}}}") };
        filled.extend(["\"", &text]);
        rest = tail;
    }
    filled + rest
}

/// A name means one thing: what is described by it is described.
#[test]
fn every_member_of_an_answer_is_described() {
    let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
    let mut bare = BTreeSet::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        undescribed(name, schema, &mut bare);
    }
    assert_eq!(bare, BTreeSet::new(), "say in api/src/schema/words.rs what they mean");
}

fn undescribed(name: &str, schema: &Value, bare: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let properties = members.get("properties").and_then(Value::as_object);
            for (member, schema) in properties.into_iter().flatten() {
                let is_said = |schema: &Value| {
                    ["description", "$ref", "const"].iter().any(|key| schema.get(key).is_some())
                };
                let inner = ["oneOf", "anyOf"].iter().find_map(|key| schema[key].as_array());
                let said = is_said(schema) || inner.is_some_and(|all| all.iter().any(is_said));
                if !said {
                    bare.insert(format!("{member} ({name})"));
                }
            }
            members.values().for_each(|schema| undescribed(name, schema, bare));
        }
        Value::Array(values) => values.iter().for_each(|schema| undescribed(name, schema, bare)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
