//! The schema of each type of event stands alone, and what is sent is as it says.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::test::TestRequest;
use jsonschema::Validator;
use serde_json::Value;

use crate::{
    answers::lived,
    rig::{District, EIC, get, send},
};

/// Every event of the story, as a `CloudEvent` has it, is what the schema that it names says: to the
/// commission, who reads words about persons, and to a program, who does not.
#[actix_web::test]
async fn what_is_sent_is_what_its_schema_says() {
    let lived = lived().await;
    let app = lived.district.app().await;
    let mut schemas: BTreeMap<String, Validator> = BTreeMap::new();
    for by in [EIC, "Bearer dev:gateway:eic:integrator"] {
        let (mut after, mut seen) = ("0".to_owned(), 0);
        loop {
            let page = TestRequest::get()
                .uri(&format!("/v1/events?limit=200&after={after}"))
                .insert_header(("Authorization", by))
                .insert_header(("Accept", "application/cloudevents-batch+json"));
            let page = send(&app, page).await.json();
            let Some(last) = page.as_array().unwrap().last() else { break };
            after = last["position"].as_str().unwrap().to_owned();
            for event in page.as_array().unwrap() {
                let place = event["dataschema"].as_str().unwrap();
                if !schemas.contains_key(place) {
                    let said = send(&app, TestRequest::get().uri(place)).await;
                    assert_eq!(said.status, 200, "{place}: {}", said.text);
                    let schema = said.json();
                    assert_eq!(schema["$id"], place);
                    assert_eq!(schema["title"], event["type"]);
                    let made = jsonschema::options().should_validate_formats(true).build(&schema);
                    schemas.insert(place.to_owned(), made.unwrap());
                }
                let wrong: Vec<_> = schemas[place].iter_errors(&event["data"]).collect();
                assert!(wrong.is_empty(), "{place}: {wrong:?}: {event}");
                seen += 1;
            }
        }
        assert!(1_000 < seen, "{seen}");
    }
    let one = schemas.values().next().unwrap();
    assert!(!one.is_valid(&Value::Null), "a schema that anything fits says nothing");
}

/// Every type has one, and each refers to nothing outside itself.
#[actix_web::test]
async fn every_type_has_a_schema_that_stands_alone() {
    let mut types = BTreeSet::new();
    for (event_type, version, schema) in fugong_api::event_schemas() {
        let text = schema.to_string();
        assert!(!text.contains("#/components/"), "{event_type}");
        assert_eq!(schema["properties"]["event_type"]["const"], event_type);
        assert_eq!(schema["properties"]["event_version"]["const"], version);
        jsonschema::meta::validate(&schema).unwrap();
        // With no other document at hand it can be made.
        jsonschema::validator_for(&schema).unwrap();
        types.insert(event_type);
    }
    let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
    let known = &document["components"]["schemas"]["Event"]["properties"]["event_type"]["enum"];
    let known: BTreeSet<_> =
        known.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(types, known);
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    for absent in ["enterprise-registered/2.0", "nobody-knows/1.0"] {
        let said = send(&app, get(&format!("/v1/schemas/events/{absent}"))).await;
        assert_eq!((said.status, said.problem().as_str()), (404, "NOT_FOUND"), "{absent}");
    }
}
