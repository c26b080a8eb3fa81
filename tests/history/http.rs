//! The history over HTTP: who may look back at what, and what is answered.

use actix_web::{App, test};
use fugong_api::Desk;
use fugong_engine::Log;
use serde_json::{Value, json};

use crate::{
    http::bench::{EIC, firm, town},
    story::{Told, told},
};

async fn send(log: &Log, who: &str, request: test::TestRequest) -> (u16, Value) {
    // One desk for all, so that an operation is found again.
    let desk = Desk::dev(log.clone());
    ask(&desk, who, request).await
}

async fn ask(desk: &Desk, who: &str, request: test::TestRequest) -> (u16, Value) {
    let desk = desk.clone();
    let app = App::new().configure(|config| fugong_api::configure(config, desk));
    let app = test::init_service(app).await;
    let token = format!("Bearer dev:{who}");
    let request = request.insert_header(("Authorization", token));
    let answer = test::call_service(&app, request.to_request()).await;
    let status = answer.status().as_u16();
    let body = test::read_body(answer).await;
    let text = String::from_utf8(body.to_vec()).unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn get(told: &Told, who: &str, path: &str) -> (u16, Value) {
    send(&told.log, who, test::TestRequest::get().uri(path)).await
}

/// An enterprise that was flagged.
fn flagged(told: &Told) -> String {
    let event = told.events.iter().find(|it| &*it.event_type == "credit-flagged").unwrap();
    event.aggregate_id.to_string()
}

#[actix_web::test]
async fn from_a_flag_to_its_orders_findings_and_inspections() {
    let told = told().await;
    let code = flagged(&told);
    let path = format!("/v1/enterprises/{code}/why?fact=flag/{code}.1");
    let (status, why) = get(&told, EIC, &path).await;
    assert_eq!(status, 200, "{why}");
    let types: Vec<&str> = why["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["event"]["event_type"].as_str().unwrap())
        .collect();
    for kind in [
        "regime-rules-published",
        "enterprise-registered",
        "inspection-opened",
        "inspection-finding-recorded",
        "rectification-ordered",
        "credit-flag-proposed",
    ] {
        assert!(types.contains(&kind), "{kind}: {types:?}");
    }
    let last = why["events"].as_array().unwrap().last().unwrap();
    assert!(last["event"]["sentence"].as_str().unwrap().contains("第1条"), "{last}");
    assert!(!last["rests_on"].as_array().unwrap().is_empty());
    assert!(last["rules_version"].is_string() && !last["rules"].as_array().unwrap().is_empty());
    let (_, drawn) = get(&told, EIC, &format!("{path}&format=mermaid")).await;
    let drawn = drawn.as_str().unwrap();
    assert!(drawn.starts_with("flowchart TD\n") && drawn.contains(" --> fact"), "{drawn}");
    let (_, text) = get(&told, EIC, &format!("{path}&format=text")).await;
    assert!(text.as_str().unwrap().contains("缺一不可"), "{text}");
    // The enterprise is told why as well, and nobody else's affairs.
    let (status, own) = get(&told, &firm(&code), &path).await;
    assert_eq!(status, 200, "{own}");
    let other = told
        .events
        .iter()
        .find(|it| &*it.event_type == "enterprise-registered" && *it.aggregate_id != *code);
    let other = other.unwrap().aggregate_id.to_string();
    assert_eq!(get(&told, &firm(&other), &path).await.0, 404);
    let (status, unknown) = get(&told, EIC, &path.replace(".1", ".77")).await;
    assert_eq!((status, &unknown["code"]), (404, &json!("NOT_FOUND")));
}

#[actix_web::test]
async fn states_changes_and_steps_are_answered_to_those_who_may_see_them() {
    let told = told().await;
    let failed = told.events.iter().find(|it| &*it.event_type == "rectification-failed").unwrap();
    let order = format!("/v1/history/rectification/{}", failed.aggregate_id);
    let (before, at) = (failed.position.0 - 1, failed.position.0);
    let (status, state) = get(&told, EIC, &format!("{order}?at_position={at}")).await;
    assert_eq!((status, &state["state"]["state"]), (200, &json!("failed")));
    let (status, diff) = get(&told, EIC, &format!("{order}/diff?from={before}&to={at}")).await;
    assert_eq!(status, 200, "{diff}");
    let to_failed = json!({"op": "replace", "path": "/state", "value": "failed"});
    assert!(diff["changes"].as_array().unwrap().contains(&to_failed), "{diff}");
    let (_, steps) = get(&told, EIC, &format!("{order}/steps?limit=2")).await;
    assert_eq!(steps["items"].as_array().unwrap().len(), 2, "{steps}");
    let cursor = steps["next_cursor"].as_str().unwrap();
    let (_, rest) = get(&told, EIC, &format!("{order}/steps?cursor={cursor}")).await;
    assert_eq!(rest["items"][0]["before"], steps["items"][1]["after"]);
    let r7 = format!("/v1/history/register/r7/diff?from={before}&to={at}&true_on=2020-03-31");
    let (_, rows) = get(&told, EIC, &r7).await;
    assert_eq!(rows["changes"][0]["after"]["state"], "failed", "{rows}");
    let (_, line) = get(&told, EIC, "/v1/history/register/r7/timeline?limit=3").await;
    assert_eq!(line["items"].as_array().unwrap().len(), 3, "{line}");
    let district = "/v1/history/district/500114";
    let (_, all) = get(&told, EIC, &format!("{district}?as_of=2020-03-05")).await;
    assert!(all["state"]["r1"].as_array().is_some_and(|rows| !rows.is_empty()), "{all}");
    let (_, day) = get(&told, EIC, &format!("{district}/diff?from=2020-03-04&to=2020-03-05")).await;
    assert!(day["changes"].as_object().is_some_and(|it| it.contains_key("r1")), "{day}");
    for (who, path, status) in [
        (town("500114106"), district.to_owned(), 403),
        (town("500114106"), "/v1/history/register/r7".to_owned(), 403),
        (EIC.to_owned(), "/v1/history/district/500115".to_owned(), 404),
        (EIC.to_owned(), "/v1/history/rectification/none".to_owned(), 404),
        (EIC.to_owned(), "/v1/history/nothing/1".to_owned(), 404),
        (EIC.to_owned(), format!("{order}/diff"), 400),
        (EIC.to_owned(), format!("{order}/diff?from=99999999"), 422),
        (EIC.to_owned(), format!("{order}/why?pointer=/nowhere"), 404),
        (firm("91500114MAYY010106"), order.clone(), 404),
    ] {
        let (said, body) = get(&told, &who, &path).await;
        assert_eq!(said, status, "{who} {path}: {body}");
    }
}

/// Begins an operation, and waits for what it comes to.
async fn operation(desk: &Desk, path: &str, body: &Value) -> Value {
    let request = test::TestRequest::post()
        .uri(path)
        .insert_header(("Idempotency-Key", format!("{path}{body}").replace([' ', '{', '}'], "")))
        .insert_header(("Content-Type", "application/json"))
        .set_payload(body.to_string());
    let (status, begun) = ask(desk, "sun:eic:auditor", request).await;
    assert_eq!(status, 202, "{begun}");
    let found = format!("/v1/operations/{}", begun["id"].as_str().unwrap());
    let mut far = 0;
    loop {
        let request = test::TestRequest::get().uri(&found);
        let (_, operation) = ask(desk, "sun:eic:auditor", request).await;
        if operation["state"] != "running" {
            assert_eq!(operation["state"], "done", "{operation}");
            assert!(0 < far, "nothing was told of how far it had come");
            return operation["result"].clone();
        }
        let progress = &operation["progress"];
        let now = progress["events"].as_u64().unwrap();
        assert!(far <= now && now <= progress["of"].as_u64().unwrap(), "{far}: {operation}");
        far = now;
        tokio::task::yield_now().await;
    }
}

#[actix_web::test]
async fn an_auditor_verifies_the_history_and_thinks_of_other_rules() {
    let told = told().await;
    let desk = Desk::dev(told.log.clone());
    let verified = operation(&desk, "/v1/log/verifications", &json!({})).await;
    assert_eq!((&verified["sound"], &verified["faults"]), (&json!(true), &json!([])));
    let same = json!({"rules": {"repeat_threshold": 2}});
    let found = operation(&desk, "/v1/history/what-ifs", &same).await;
    assert_eq!(found["treated"], json!([]));
    for (path, who, body, status) in [
        ("/v1/log/verifications", EIC, json!({"a": 1}), 400),
        ("/v1/history/what-ifs", EIC, json!({"rule": {}}), 400),
        ("/v1/history/what-ifs", EIC, json!({"loop": "round"}), 400),
        ("/v1/history/what-ifs", "tw:500114106:township", json!({}), 403),
    ] {
        let request = test::TestRequest::post()
            .uri(path)
            .insert_header(("Idempotency-Key", "k"))
            .insert_header(("Content-Type", "application/json"))
            .set_payload(body.to_string());
        let (said, answer) = ask(&desk, who, request).await;
        assert_eq!(said, status, "{path} {body}: {answer}");
    }
}
