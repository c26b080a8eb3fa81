//! Work in the background: begun once for a key, told where it stands, to whom it concerns.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::rig::{CODE, District, Said, get, listing, post, send};

const PATH: &str = "/v1/registers/r1/rebuilds";

/// Asks until it has ended.
macro_rules! ended {
    ($app:expr, $begun:expr) => {{
        let location = $begun.header("location").to_owned();
        loop {
            let said = send($app, get(&location)).await;
            assert_eq!(said.status, 200, "{}", said.text);
            if said.json()["state"] != "running" {
                break said;
            }
            tokio::task::yield_now().await;
        }
    }};
}

#[actix_web::test]
async fn a_rebuild_is_begun_and_its_result_is_found() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let begun = send(&app, post(PATH, "k2", &json!({}))).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let operation = begun.json();
    assert_eq!(begun.header("location"), format!("/v1/operations/{}", id(&begun)));
    assert_eq!((&operation["kind"], &operation["state"]), (&json!("rebuild"), &json!("running")));
    assert_eq!(operation["started_at"], "2020-02-27T00:00:00Z");
    assert_eq!(operation["progress"]["of"], district.log.head().0, "{operation}");
    let ended: Said = ended!(&app, begun);
    let operation = ended.json();
    assert_eq!(operation["state"], "done", "{operation}");
    assert_eq!(operation["finished_at"], "2020-02-27T00:00:00Z");
    assert_eq!(operation["progress"], Value::Null, "{operation}");
    let result = &operation["result"];
    assert_eq!((&result["register"], &result["fold"]), (&json!("r1"), &json!("district")));
    assert_eq!(result["differences"], json!([]), "{operation}");
    assert!(0 < result["rows"].as_u64().unwrap() && 0 < result["events"].as_u64().unwrap());
}

#[actix_web::test]
async fn a_repeat_finds_the_same_operation_and_a_key_begins_one_only() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let begun = send(&app, post(PATH, "k2", &json!({}))).await;
    let again = send(&app, post(PATH, "k2", &json!({})).set_payload("")).await;
    assert_eq!((again.status, id(&again)), (202, id(&begun)));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let _ended: Said = ended!(&app, begun);
    let again = send(&app, post(PATH, "k2", &json!({}))).await;
    assert_eq!((id(&again), &again.json()["state"]), (id(&begun), &json!("done")));
    for (path, key) in [("/v1/registers/r7/rebuilds", "k2"), (PATH, "k1")] {
        let reused = send(&app, post(path, key, &json!({}))).await;
        assert_eq!((reused.status, reused.problem().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    }
    let other = send(&app, post(PATH, "k3", &json!({}))).await;
    assert_ne!(id(&other), id(&begun));
}

#[actix_web::test]
async fn what_is_no_rebuild_begins_none() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let by = |who: &str| {
        post(PATH, "k", &json!({})).insert_header(("Authorization", format!("Bearer dev:{who}")))
    };
    let boss = format!("boss:{CODE}:enterprise");
    for (request, status, code) in [
        (post(PATH, "", &json!({})), 400, "IDEMPOTENCY_KEY_REQUIRED"),
        (post(PATH, "k", &json!({"fold": "district"})), 400, "INVALID_FIELD"),
        (post(PATH, "k", &json!({})).set_payload("{"), 400, "MALFORMED"),
        (TestRequest::post().uri(PATH), 401, "UNAUTHENTICATED"),
        (by(&boss), 403, "ROLE_NOT_ALLOWED"),
        (by("li:500114001:township"), 403, "ROLE_NOT_ALLOWED"),
        (post("/v1/registers/r99/rebuilds", "k", &json!({})), 404, "NOT_FOUND"),
        (post(PATH, "k", &json!({})).insert_header(("Accept", "text/csv")), 406, "NOT_ACCEPTABLE"),
    ] {
        let said = send(&app, request).await;
        assert_eq!((said.status, said.problem().as_str()), (status, code), "{}", said.text);
    }
}

#[actix_web::test]
async fn an_operation_is_shown_to_whom_it_concerns() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let begun = send(&app, post(PATH, "k", &json!({}))).await;
    let by = |who: &str| {
        let token = format!("Bearer dev:{who}");
        TestRequest::get().uri(begun.header("location")).insert_header(("Authorization", token))
    };
    assert_eq!(send(&app, by("root:eic:admin")).await.status, 200);
    assert_eq!(send(&app, by("ma:eic:auditor")).await.problem(), "NOT_FOUND");
    for unknown in ["01704fae-a400-7000-8000-000000000001", "none"] {
        let said = send(&app, get(&format!("/v1/operations/{unknown}"))).await;
        assert_eq!((said.status, said.problem().as_str()), (404, "NOT_FOUND"));
    }
}

fn id(said: &Said) -> String {
    said.json()["id"].as_str().unwrap().to_owned()
}
