//! Several acts in one request.

use serde_json::{Value, json};

use crate::rig::{CODE, District, listing, post, send};

fn batch(items: &Value) -> actix_web::test::TestRequest {
    post("/v1/batches", "", items)
}

fn act(key: &str, path: &str, body: &Value) -> Value {
    json!({"key": key, "method": "POST", "path": path, "body": body})
}

/// What one act comes to hinders no other, and sending the whole again does nothing twice.
#[actix_web::test]
async fn each_act_of_a_batch_comes_to_its_own() {
    let district = District::at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    let items = json!([
        act("b1", "/v1/enterprises", &listing()),
        act("b2", &format!("/v1/enterprises/{CODE}/suspensions"), &json!({"reason": "weather"})),
        act(
            "b3",
            &format!("/v1/enterprises/{CODE}/resumptions"),
            &json!({"resumed_on": "2020-02-26"})
        ),
        act("b4", "/v1/nowhere", &json!({})),
    ]);
    let said = send(&app, batch(&items)).await;
    assert_eq!(said.status, 200, "{}", said.text);
    let answers = said.json()["items"].clone();
    let statuses: Vec<_> =
        answers.as_array().unwrap().iter().map(|it| it["status"].clone()).collect();
    assert_eq!(statuses, [201, 400, 201, 404], "{answers}");
    assert_eq!(answers[0]["receipt"]["events"][0]["type"], "enterprise-registered");
    assert_eq!(answers[1]["problem"]["code"], "INVALID_FIELD");
    assert_eq!(answers[2]["receipt"]["events"][0]["type"], "resumption-resumed");
    assert_eq!(answers[3]["problem"]["code"], "NOT_FOUND");
    let head = district.log.head();
    let again = send(&app, batch(&items)).await.json()["items"].clone();
    assert_eq!(again[0]["replayed"], true);
    assert_eq!(again[2]["receipt"], answers[2]["receipt"]);
    assert_eq!(district.log.head(), head, "nothing happened twice");
}

/// A slip in the list stops the whole, before anything is carried out.
#[actix_web::test]
async fn a_list_that_cannot_be_read_carries_nothing_out() {
    let district = District::at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    let good = act("b1", "/v1/enterprises", &listing());
    let head = district.log.head();
    let many: Vec<_> = (0..201).map(|n| act(&n.to_string(), "/v1/nowhere", &json!({}))).collect();
    for (items, code) in [
        (json!([good, {"key": "b2", "method": "PUT", "path": "/v1/enterprises"}]), "INVALID_FIELD"),
        (json!([good, {"key": "b2", "method": "POST", "path": "/", "extra": 1}]), "INVALID_FIELD"),
        (json!([good, 7]), "INVALID_FIELD"),
        (json!({"items": [good]}), "MALFORMED"),
        (Value::Array(many), "TOO_LARGE"),
    ] {
        let said = send(&app, batch(&items)).await;
        assert_eq!(said.problem(), code, "{items}");
    }
    let said = send(&app, batch(&json!([good, {"key": "b2", "method": "PUT", "path": "/"}]))).await;
    assert_eq!(said.json()["errors"][0]["pointer"], "/1/method");
    let detail = said.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.starts_with("act 1, counted from 0: "), "{detail}");
    // Of what is in the body of an act the schema of a batch says nothing: a rule refuses it.
    for value in [json!(1e16), json!("a\0b")] {
        let items = json!([good, act("b2", "/v1/enterprises", &json!({"name": value}))]);
        let said = send(&app, batch(&items)).await;
        assert_eq!((said.status, &*said.problem()), (422, "INVALID_FIELD"), "{}", said.text);
        assert_eq!(said.json()["errors"][0]["pointer"], "/1/body/name");
    }
    assert_eq!(district.log.head(), head, "nothing was carried out");
}
