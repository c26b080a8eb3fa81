//! Acts over HTTP: what is recorded, what is refused.

use serde_json::json;

use crate::rig::{CODE, District, get, listing, post, send};

#[actix_web::test]
async fn an_enterprise_is_listed_and_its_resumption_recorded() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let listed = send(&app, post("/v1/enterprises", "k1", &listing())).await;
    assert_eq!(listed.status, 201, "{}", listed.text);
    assert_eq!(listed.header("location"), format!("/v1/enterprises/{CODE}"));
    let path = format!("/v1/enterprises/{CODE}/resumptions");
    let body = json!({"resumed_on": "2020-02-27", "on_post": 48, "note": "电话报告"});
    let told = send(&app, post(&path, "k2", &body)).await;
    assert_eq!(told.status, 201, "{}", told.text);
    let receipt = told.json();
    assert_eq!(receipt["events"][0]["type"], "resumption-resumed");
    assert!(receipt["advisories"].as_array().unwrap().contains(&json!("PLAN_MISSING")));
    assert!(receipt["position"].is_string());
    let back = send(&app, get(told.header("location"))).await;
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(back.json()["data"]["resumed_on"], "2020-02-27");
    assert_eq!(back.json()["note"], "电话报告");
    let again = send(&app, post(&path, "k3", &json!({"resumed_on": "2020-02-27"}))).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.json()["events"], json!([]));
    assert!(again.json()["record"].is_object());
}

#[actix_web::test]
async fn an_enterprise_without_a_code_gets_a_provisional_id() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let body = json!({"name": "某家具作坊", "resumed_on": "2020-02-26"});
    let told = send(&app, post("/v1/resumptions", "k1", &body)).await;
    assert_eq!(told.status, 201, "{}", told.text);
    assert!(told.json()["id"].as_str().unwrap().starts_with("p-"));
    let found = send(&app, get(told.header("location"))).await;
    assert_eq!(found.json()["state"], "unlisted");
    assert_eq!(found.json()["name"], "某家具作坊");
}

#[actix_web::test]
async fn a_decision_needs_the_version_that_was_seen() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let path = format!("/v1/enterprises/{CODE}/closures");
    let body = json!({"stage": "begun", "kind": "deregistered"});
    let absent = send(&app, post(&path, "k2", &body)).await;
    assert_eq!((absent.status, absent.problem().as_str()), (428, "IF_MATCH_REQUIRED"));
    let stale = send(&app, post(&path, "k2", &body).insert_header(("If-Match", "\"9\""))).await;
    assert_eq!((stale.status, stale.problem().as_str()), (412, "VERSION_CONFLICT"));
    assert_eq!(stale.header("etag"), "\"1\"");
    let seen = send(&app, post(&path, "k2", &body).insert_header(("If-Match", "\"1\""))).await;
    assert_eq!(seen.status, 201, "{}", seen.text);
    assert_eq!(seen.header("etag"), "\"2\"");
}

#[actix_web::test]
async fn an_order_runs_from_finding_to_compliance() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let body = json!({"enterprise": CODE, "kind": "full", "subjects": ["protection"]});
    let opened = send(&app, post("/v1/inspections", "k2", &body)).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let inspection = opened.json()["id"].as_str().unwrap().to_owned();
    let finding = json!({"subject": "protection", "category": "lax_management", "severity": "ordinary", "facts": "门卫张三未测温"});
    let path = format!("/v1/inspections/{inspection}/findings");
    let found = send(&app, post(&path, "k3", &finding)).await;
    assert_eq!(found.status, 201, "{}", found.text);
    let finding = found.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(finding, format!("{inspection}.1"));
    let back = send(&app, get(found.header("location"))).await;
    assert_eq!(back.json()["data"]["facts"], "门卫张三未测温");
    let body = json!({"enterprise": CODE, "findings": [finding], "working_days": 3, "measures": "设测温点"});
    let ordered = send(&app, post("/v1/rectification-orders", "k4", &body)).await;
    assert_eq!(ordered.status, 201, "{}", ordered.text);
    let order = ordered.header("location").to_owned();
    let shown = send(&app, get(&order)).await;
    assert_eq!(shown.header("etag"), "\"1\"");
    for (n, (step, body)) in [
        ("services", json!({})),
        ("completion-reports", json!({"evidence": []})),
        ("reinspections", json!({"result": "complied"})),
    ]
    .into_iter()
    .enumerate()
    {
        let request = post(&format!("{order}/{step}"), &format!("s{n}"), &body)
            .insert_header(("If-Match", format!("\"{}\"", n.saturating_add(1))));
        let done = send(&app, request).await;
        assert_eq!(done.status, 201, "{step}: {}", done.text);
    }
    let shown = send(&app, get(&order)).await.json();
    assert_eq!(shown["state"]["state"], "complied", "{shown}");
    assert_eq!(shown["events"][0]["data"]["measures"], "设测温点", "{shown}");
}
