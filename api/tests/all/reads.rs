//! Reads: the present, the past, the registers, and who sees what.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::rig::{CODE, District, get, listing, post, send};

#[actix_web::test]
async fn rows_stand_where_they_are_asked_to() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let listed = send(&app, post("/v1/enterprises", "k", &listing())).await;
    let position = listed.header("position").to_owned();
    let list = get("/v1/enterprises?state=listed")
        .insert_header(("Min-Position", position.as_str()))
        .insert_header(("Prefer", "wait=5"));
    let list = send(&app, list).await;
    assert_eq!(list.json()["items"][0]["id"], CODE, "{}", list.text);
    assert_eq!(list.header("preference-applied"), "wait=5");
    let behind = get("/v1/enterprises").insert_header(("Min-Position", "999999"));
    let behind = send(&app, behind).await;
    assert_eq!((behind.status, behind.problem().as_str()), (503, "REGISTER_BEHIND"));
    assert_eq!(behind.json()["min_position"], "999999");
    assert_eq!(behind.header("retry-after"), "1");
    let lenient = get("/v1/enterprises")
        .insert_header(("Min-Position", "999999"))
        .insert_header(("Prefer", "handling=lenient"));
    let lenient = send(&app, lenient).await;
    assert_eq!(lenient.header("preference-applied"), "handling=lenient");
}

#[actix_web::test]
async fn the_two_clocks_are_not_mixed() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    district.log.advance("2020-03-02T01:00:00Z".parse().unwrap()).await.unwrap();
    let path = format!("/v1/enterprises/{CODE}");
    let body = json!({"resumed_on": "2020-02-27"});
    send(&app, post(&format!("{path}/resumptions"), "k2", &body)).await;
    let state = async |query: &str| {
        send(&app, get(&format!("{path}?{query}"))).await.json()["production_state"].clone()
    };
    assert_eq!(state("").await, "resumed");
    assert_eq!(state("true_on=2020-02-26").await, "not_resumed");
    assert_eq!(state("as_of=2020-03-01").await, "not_resumed", "nobody had said so yet");
    assert_eq!(state("as_of=2020-03-02&true_on=2020-02-28").await, "resumed");
    let r1 = send(&app, get("/v1/registers/r1/rows?by=all&as_of=2020-03-01")).await.json();
    assert_eq!(r1["items"][0]["resumed"], 0, "{r1}");
    let r1 = send(&app, get("/v1/registers/r1/rows?by=all")).await.json();
    assert_eq!(r1["items"][0]["resumed"], 1, "{r1}");
}

#[actix_web::test]
async fn a_unit_sees_its_own() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let path = format!("/v1/enterprises/{CODE}");
    let by = |who: &str| {
        TestRequest::get().uri(&path).insert_header(("Authorization", format!("Bearer dev:{who}")))
    };
    assert_eq!(send(&app, by("li:500114001:township")).await.status, 200);
    assert_eq!(send(&app, by(&format!("boss:{CODE}:enterprise"))).await.status, 200);
    assert_eq!(send(&app, by("li:500114106:township")).await.problem(), "NOT_FOUND");
    assert_eq!(
        send(&app, by("boss:91500114MAYY010203:enterprise")).await.problem(),
        "UNAUTHENTICATED"
    );
    assert_eq!(send(&app, by("robot:eic:system")).await.problem(), "UNAUTHENTICATED");
}

#[actix_web::test]
async fn formats_come_as_asked() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let csv = send(&app, get("/v1/registers/r12/rows").insert_header(("Accept", "text/csv"))).await;
    assert!(csv.text.contains(CODE), "{}", csv.text);
    let lines = get("/v1/events?limit=3").insert_header(("Accept", "application/x-ndjson"));
    assert_eq!(send(&app, lines).await.text.lines().count(), 3);
    let timeline = send(&app, get(&format!("/v1/enterprises/{CODE}/timeline"))).await.json();
    let sentence = timeline["items"][0]["sentence"].as_str().unwrap();
    assert!(sentence.contains("建档：黔江示例制造有限公司"), "{sentence}");
    let unknown = send(&app, get("/v1/registers/r12/rows?colour=red")).await;
    assert_eq!(unknown.problem(), "CODE_UNKNOWN");
    assert_eq!(send(&app, get("/v1/enterprises?limit=201")).await.problem(), "INVALID_FIELD");
    assert_eq!(send(&app, get("/v1/enterprises?limit=")).await.problem(), "INVALID_FIELD");
    assert_eq!(send(&app, get("/v1/enterprises?cursor=zz")).await.problem(), "INVALID_FIELD");
}

#[actix_web::test]
async fn the_clock_moves_when_told() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let moved =
        send(&app, post("/dev/clock", "", &json!({"now": "2020-03-05T00:00:00+08:00"}))).await;
    assert_eq!(moved.json()["now"], "2020-03-04T16:00:00Z", "{}", moved.text);
    // Back, away beyond what anybody waits for, and what is no instant.
    for now in
        ["2020-02-01T00:00:00Z", "9999-12-31T00:00:00Z", "2020-03-06", "2020-02-30T00:00:00Z"]
    {
        let unmoved = send(&app, post("/dev/clock", "", &json!({"now": now}))).await;
        assert_eq!(unmoved.problem(), "INVALID_FIELD", "{now}");
        assert_eq!(unmoved.json()["errors"][0]["pointer"], "/now", "{now}");
        let stands = send(&app, get("/dev/clock")).await;
        assert_eq!(stands.json()["now"], "2020-03-04T16:00:00Z", "{now}");
    }
}

#[actix_web::test]
async fn every_look_answers() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    for path in [
        "/v1/registers",
        "/v1/registers/r1",
        "/v1/tasks",
        "/v1/officers",
        "/v1/events",
        "/v1/regime",
        "/v1/workflow",
        "/v1/workflow?format=mermaid",
        "/v1/code-lists",
        "/v1/code-lists/units",
        "/v1/code-lists/industries",
        "/v1/problems/NO_GROUNDS",
        "/livez",
        "/readyz",
    ] {
        let said = send(&app, get(path)).await;
        assert_eq!(said.status, 200, "{path}: {}", said.text);
        assert!(!said.header("position").is_empty());
    }
    for name in ["r1", "r2", "r4", "r5", "r7", "r8", "r12", "r14", "r15"] {
        let said = send(&app, get(&format!("/v1/registers/{name}/rows"))).await;
        assert_eq!(said.status, 200, "{name}: {}", said.text);
    }
}
