//! Problems: each is described, and some that are met at the door only.

use fugong_api::{LIST, Settings};
use serde_json::{Value, json};

use crate::rig::{CODE, District, get, listing, post, send};

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

#[actix_web::test]
async fn the_two_officers_are_different_persons() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let body = json!({"id": "OFF-1", "name": "某人", "unit": "500114001"});
    assert_eq!(send(&app, post("/v1/officers", "k2", &body)).await.status, 201);
    let by_unit = |path: &str, key: &str, body: &Value| {
        post(&format!("/v1/enterprises/{CODE}/postings{path}"), key, body)
            .insert_header(("Authorization", "Bearer dev:li:500114001:township"))
    };
    let body = json!({"seat": "township", "officer": "OFF-1", "from": "2020-02-27"});
    let assigned = send(&app, by_unit("", "k3", &body)).await;
    assert_eq!(assigned.status, 201, "{}", assigned.text);
    let body = json!({"officer": "OFF-1", "from": "2020-02-27", "until": "2020-02-28"});
    let said = send(&app, by_unit("/township/substitutions", "k4", &body)).await;
    assert_eq!((said.status, said.problem().as_str()), (422, "SEAT_SAME_OFFICER"), "{}", said.text);
}

#[actix_web::test]
async fn working_days_need_a_calendar() {
    let district = District::at("2022-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let body = json!({"enterprise": CODE, "kind": "full", "subjects": ["protection"]});
    let inspection = send(&app, post("/v1/inspections", "k2", &body)).await;
    let body = json!({"subject": "protection", "category": "lax_management", "severity": "minor", "facts": "未登记"});
    let path = format!("{}/findings", inspection.header("location"));
    let finding = send(&app, post(&path, "k3", &body)).await.json()["id"].clone();
    let body =
        json!({"enterprise": CODE, "findings": [finding], "working_days": 3, "measures": "登记"});
    let order = send(&app, post("/v1/rectification-orders", "k4", &body)).await;
    assert_eq!(order.status, 201, "{}", order.text);
    let path = format!("{}/services", order.header("location"));
    let served = post(&path, "k5", &json!({})).insert_header(("If-Match", "\"1\""));
    let served = send(&app, served).await;
    assert_eq!((served.status, served.problem().as_str()), (422, "CALENDAR_NOT_COVERED"));
}
