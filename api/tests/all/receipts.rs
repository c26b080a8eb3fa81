//! One key, one act, for ever.

use serde_json::json;

use crate::rig::{CODE, District, listing, post, send};

#[actix_web::test]
async fn a_repeat_gets_the_first_receipt() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let first = send(&app, post("/v1/enterprises", "k", &listing())).await;
    let again = send(&app, post("/v1/enterprises", "k", &listing())).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.headers.get("location"), first.headers.get("location"));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(first.header("idempotency-replayed"), "");
}

#[actix_web::test]
async fn the_same_words_in_another_order_are_the_same_act() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k0", &listing())).await;
    let path = format!("/v1/enterprises/{CODE}/tiers");
    let one = post(&path, "k", &json!({})).set_payload(r#"{"tier":"T1","basis":"b"}"#);
    let other = post(&path, "k", &json!({})).set_payload(r#"{ "basis":"b", "tier":"T1" }"#);
    assert_eq!(send(&app, one).await.status, 201);
    assert_eq!(send(&app, other).await.header("idempotency-replayed"), "true");
}

#[actix_web::test]
async fn a_key_is_not_used_twice() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k", &listing())).await;
    let mut other = listing();
    other["name"] = json!("另一名称");
    let reused = send(&app, post("/v1/enterprises", "k", &other)).await;
    assert_eq!((reused.status, reused.problem().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    let none = send(&app, post("/v1/enterprises", "", &listing())).await;
    assert_eq!((none.status, none.problem().as_str()), (400, "IDEMPOTENCY_KEY_REQUIRED"));
    let exists = send(&app, post("/v1/enterprises", "k2", &listing())).await;
    assert_eq!((exists.status, exists.problem().as_str()), (409, "ENTERPRISE_EXISTS"));
}
