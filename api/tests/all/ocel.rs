//! The log for process mining: what the standard says, and nothing about persons.

use std::collections::{BTreeMap, BTreeSet};

use fugong_api::write_ocel;
use serde_json::Value;

use crate::answers::lived;

const SCHEMA: &str = include_str!("ocel20-schema.json");

#[actix_web::test]
async fn the_story_is_an_object_centric_event_log() {
    let lived = lived().await;
    let log = &lived.district.log;
    let mut bytes = Vec::new();
    let written = write_ocel(log, &mut bytes).await.unwrap();
    assert_eq!(written.events, log.head().0);
    let ocel: Value = serde_json::from_slice(&bytes).unwrap();
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let wrong: Vec<_> = validator.iter_errors(&ocel).take(5).map(|it| it.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    let list = |name: &str| ocel[name].as_array().unwrap();
    let id = |it: &Value| it["id"].as_str().unwrap().to_owned();
    let objects: BTreeSet<_> = list("objects").iter().map(id).collect();
    let events: BTreeSet<_> = list("events").iter().map(id).collect();
    assert_eq!((objects.len(), objects.len()), (written.objects, list("objects").len()));
    assert_eq!(u64::try_from(events.len()).unwrap(), written.events);
    let types: BTreeMap<&str, BTreeSet<&str>> = list("eventTypes")
        .iter()
        .map(|it| {
            let names = it["attributes"].as_array().unwrap().iter();
            (it["name"].as_str().unwrap(), names.map(|it| it["name"].as_str().unwrap()).collect())
        })
        .collect();
    for event in list("events") {
        let relations = event["relationships"].as_array().unwrap();
        let subjects = relations.iter().filter(|it| it["qualifier"] == "subject").count();
        assert_eq!(subjects, 1, "{event}");
        for relation in relations {
            assert!(objects.contains(relation["objectId"].as_str().unwrap()), "{event}");
        }
        let known = &types[event["type"].as_str().unwrap()];
        for attribute in event["attributes"].as_array().unwrap() {
            assert!(known.contains(attribute["name"].as_str().unwrap()), "{event}");
        }
    }
}

/// Neither what is sealed nor who reported a barrier is in it.
#[actix_web::test]
async fn nothing_leads_to_persons_or_to_who_reported() {
    let lived = lived().await;
    let mut bytes = Vec::new();
    write_ocel(&lived.district.log, &mut bytes).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for word in ["commitment", "sealed\"", "ciphertext"] {
        assert!(!text.contains(word), "{word}");
    }
    let ocel: Value = serde_json::from_str(&text).unwrap();
    let is_barrier = |event: &&Value| event["type"].as_str().unwrap().starts_with("barrier-");
    let barriers: Vec<_> = ocel["events"].as_array().unwrap().iter().filter(is_barrier).collect();
    assert!(!barriers.is_empty());
    for event in barriers {
        for attribute in event["attributes"].as_array().unwrap() {
            let told = ["event_version", "kind", "occurred_at", "position", "rules_version"];
            assert!(told.contains(&attribute["name"].as_str().unwrap()), "{event}");
        }
        assert_eq!(event["relationships"].as_array().unwrap().len(), 1, "{event}");
    }
}
