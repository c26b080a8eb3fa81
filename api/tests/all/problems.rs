//! Every problem code can be met, and is described.

use std::collections::BTreeSet;

use fugong_api::{LIST, Settings};
use fugong_fixtures::data;
use serde_json::{Value, json};

use crate::rig::{CODE, District, get, listing, post, send};

/// The codes that the other tests of this folder meet, by the place where they do.
const MET: &[&str] = &[
    // bad_input
    "MALFORMED",
    "INVALID_FIELD",
    "NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "UNSUPPORTED_MEDIA_TYPE",
    "TOO_LARGE",
    "UNAUTHENTICATED",
    "RATE_LIMITED",
    "USCC_INVALID",
    "TOWNSHIP_UNKNOWN_AT_DATE",
    "RESUMED_ON_IN_FUTURE",
    "OCCURRED_ON_IN_FUTURE",
    // receipts
    "IDEMPOTENCY_KEY_REQUIRED",
    "IDEMPOTENCY_KEY_REUSED",
    "ENTERPRISE_EXISTS",
    // acts
    "IF_MATCH_REQUIRED",
    "VERSION_CONFLICT",
    // reads
    "REGISTER_BEHIND",
    // here
    "EVENT_TOO_LARGE",
    "IN_FLIGHT",
    "UNAVAILABLE",
];

#[test]
fn every_code_is_met_by_the_story_or_by_a_test() {
    let lines = data::STORY.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let story: BTreeSet<String> =
        lines.filter_map(|line| line["refused"].as_str().map(str::to_owned)).collect();
    for entry in LIST {
        assert!(MET.contains(&entry.code) || story.contains(entry.code), "{}", entry.code);
    }
    for code in &story {
        assert!(LIST.iter().any(|entry| entry.code == code), "{code} has no row");
    }
}

#[actix_web::test]
async fn every_code_is_described() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    for entry in LIST {
        let said = send(&app, get(&format!("/v1/problems/{}", entry.code))).await.json();
        assert_eq!(said["status"], entry.status);
        assert!(!entry.remedy.is_empty() && !entry.zh.is_empty() && !entry.en.is_empty());
    }
    assert_eq!(send(&app, get("/v1/problems/NOTHING")).await.problem(), "NOT_FOUND");
}

#[actix_web::test]
async fn an_event_that_could_not_be_proved_is_not_written() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let points = vec!["长".repeat(1300); 20];
    let path = format!("/v1/enterprises/{CODE}/guidances");
    let said = send(&app, post(&path, "k2", &json!({"points": points}))).await;
    assert_eq!((said.status, said.problem().as_str()), (413, "EVENT_TOO_LARGE"), "{}", said.text);
}

#[actix_web::test]
async fn the_same_act_at_the_same_time_happens_once() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let body = listing();
    let both = (0..8).map(|_| send(&app, post("/v1/enterprises", "k", &body)));
    let said = futures::future::join_all(both).await;
    assert!(said.iter().any(|said| said.status == 201));
    for said in said.iter().filter(|said| said.status != 201) {
        assert_eq!((said.status, said.problem().as_str()), (409, "IN_FLIGHT"));
    }
}

#[actix_web::test]
async fn a_log_that_is_closed_says_so() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app_with(Settings { dev: true, ..Settings::default() }).await;
    district.log.clone().close().await;
    let said = send(&app, post("/v1/enterprises", "k", &listing())).await;
    assert_eq!((said.status, said.problem().as_str()), (503, "UNAVAILABLE"), "{}", said.text);
    assert_eq!(said.header("retry-after"), "1");
}
