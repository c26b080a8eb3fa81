//! Bad input: a clear problem, nothing half-written, no panic.

use actix_web::test::TestRequest;
use serde_json::json;

use super::bench::{Bench, EIC, order_body};

const START: &str = "2020-02-26T08:00:00+08:00";
const PATH: &str = "/v1/enterprises/91500114MAYY010106/resumptions";

fn raw(path: &str) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(("authorization", format!("Bearer dev:{EIC}")))
        .insert_header(("idempotency-key", "raw"))
        .insert_header(("content-type", "application/json"))
}

/// The request comes to `code`, and the log stands where it stood.
async fn comes_to(bench: &Bench, request: TestRequest, status: u16, code: &str) {
    let head = bench.log.head();
    let said = bench.send(request).await;
    assert_eq!((said.status, said.problem().as_str()), (status, code), "{}", said.text);
    assert_eq!(bench.log.head(), head, "nothing is appended");
}

#[actix_web::test]
async fn a_body_that_is_no_json_of_text_is_malformed() {
    let bench = Bench::at(START).await;
    for body in [
        &b"{"[..],
        b"",
        b"[1,]",
        b"{\"resumed_on\":\"2020-02-26\"} x",
        b"\xff\xfe",
        br#"{"resumed_on":"2020-02-26","name":"\ud800"}"#,
        br#"{"resumed_on":"2020-02-26","resumed_on":"2020-02-25"}"#,
    ] {
        let request = raw(PATH).set_payload(body.to_vec());
        let head = bench.log.head();
        let said = bench.send(request).await;
        assert_eq!(said.status, 400, "{body:?}: {}", said.text);
        assert!(["MALFORMED", "INVALID_FIELD"].contains(&said.problem().as_str()));
        assert_eq!(bench.log.head(), head);
    }
}

#[actix_web::test]
async fn members_that_do_not_fit_are_named_by_pointer() {
    let bench = Bench::at(START).await;
    for (body, pointer) in [
        (json!({"resumed_on": "2020-02-26", "sign_off": true}), "/sign_off"),
        (json!({"resumed_on": 20_200_226}), "/resumed_on"),
        (json!({"resumed_on": "2020-02-30"}), "/resumed_on"),
        (json!({"resumed_on": "2020-2-6"}), "/resumed_on"),
        (json!({"resumed_on": "2020-02-26", "on_post": -1}), "/on_post"),
        (json!({"resumed_on": "2020-02-26", "on_post": "12"}), "/on_post"),
        (json!({"resumed_on": "2020-02-26", "name": "甲\u{0}乙"}), "/name"),
        (json!({"resumed_on": "2020-02-26", "note": "长".repeat(1366)}), "/note"),
    ] {
        let head = bench.log.head();
        let said = bench.send(raw(PATH).set_payload(body.to_string())).await;
        assert_eq!(
            (said.status, said.problem().as_str()),
            (400, "INVALID_FIELD"),
            "{body}: {}",
            said.text
        );
        assert_eq!(said.json()["errors"][0]["pointer"], pointer, "{}", said.text);
        assert_eq!(bench.log.head(), head);
    }
}

#[actix_web::test]
async fn a_body_of_257_kib_is_too_large() {
    let bench = Bench::at(START).await;
    let body = json!({"resumed_on": "2020-02-26", "note": "x".repeat(257 * 1024)}).to_string();
    comes_to(&bench, raw(PATH).set_payload(body), 413, "TOO_LARGE").await;
}

#[actix_web::test]
async fn depth_without_end_is_a_problem_not_a_crash() {
    let bench = Bench::at(START).await;
    let body = format!("{{\"a\":{}", "[".repeat(100_000));
    comes_to(&bench, raw(PATH).set_payload(body), 400, "MALFORMED").await;
}

#[actix_web::test]
async fn a_wrong_credit_code_is_refused_and_a_full_width_one_is_read() {
    let bench = Bench::at(START).await;
    for wrong in ["91500114MAYY010107", "915OO114MAYY010106", "9150", "91500114MAYY0101066"] {
        let path = format!("/v1/enterprises/{wrong}/resumptions");
        let body = json!({"resumed_on": "2020-02-26"}).to_string();
        comes_to(&bench, raw(&path).set_payload(body), 422, "USCC_INVALID").await;
    }
    let body = json!({"uscc": "９１５００１１４ｍａｙｙ０１０１０６", "name": "黔江区示例丝绸有限公司",
        "industry_code": "17", "township_code": "500114004", "above_scale": true});
    let said = bench.act(EIC, "/v1/enterprises", body).await;
    assert_eq!(said.id(), "91500114MAYY010106");
}

#[actix_web::test]
async fn a_township_that_does_not_exist_is_refused() {
    let bench = Bench::at(START).await;
    let body = json!({"uscc": "91500114MAYY010106", "name": "示例", "industry_code": "17",
        "township_code": "500114999"});
    bench.refused(EIC, "/v1/enterprises", body, "TOWNSHIP_UNKNOWN_AT_DATE").await;
}

#[actix_web::test]
async fn a_command_needs_a_key_and_a_key_means_one_act() {
    let bench = Bench::at(START).await;
    let body = json!({"resumed_on": "2020-02-26", "name": "示例"}).to_string();
    let keyless = TestRequest::post()
        .uri(PATH)
        .insert_header(("authorization", format!("Bearer dev:{EIC}")))
        .insert_header(("content-type", "application/json"))
        .set_payload(body.clone());
    comes_to(&bench, keyless, 400, "IDEMPOTENCY_KEY_REQUIRED").await;
    let first = bench.send(raw(PATH).set_payload(body.clone())).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, ""), "{}", first.text);
    let head = bench.log.head();
    let again = bench.send(raw(PATH).set_payload(body)).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.json(), first.json());
    assert_eq!(bench.log.head(), head);
    let other = json!({"resumed_on": "2020-02-25", "name": "示例"}).to_string();
    comes_to(&bench, raw(PATH).set_payload(other), 422, "IDEMPOTENCY_KEY_REUSED").await;
}

#[actix_web::test]
async fn a_decision_needs_the_version_it_depends_on() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-016").await;
    let finding = bench.finding(&code).await;
    let order = bench.order(&code, &finding, 3).await;
    let path = format!("{order}/services");
    comes_to(&bench, raw(&path).set_payload("{}"), 428, "IF_MATCH_REQUIRED").await;
    let stale = raw(&path).insert_header(("if-match", "\"0\"")).set_payload("{}");
    comes_to(&bench, stale, 412, "VERSION_CONFLICT").await;
    let etag = bench.get(EIC, &order).await.header("etag").to_owned();
    let current = raw(&path).insert_header(("if-match", etag)).set_payload("{}");
    assert_eq!(bench.send(current).await.status, 201);
    // What was never made has no version to be stale.
    for unknown in ["rectification-orders/{}/services", "inspections/{}/closures"] {
        let path = format!("/v1/{unknown}").replace("{}", "0170e1ed-7300-7764-b776-4a5a4449c99f");
        for version in ["*", "\"0\"", "\"1\""] {
            let key = ("idempotency-key", format!("{unknown} {version}").replace([' ', '"'], "."));
            let act = raw(&path).insert_header(("if-match", version)).insert_header(key);
            let body = json!({"result_codes": ["to_order"]}).to_string();
            let body = if path.ends_with("closures") { body } else { "{}".to_owned() };
            comes_to(&bench, act.set_payload(body), 404, "NOT_FOUND").await;
        }
    }
}

#[actix_web::test]
async fn what_the_server_does_not_know_is_said_as_a_problem() {
    let bench = Bench::at(START).await;
    comes_to(&bench, raw("/v1/enterprises/x/approvals").set_payload("{}"), 404, "NOT_FOUND").await;
    let put = TestRequest::put().uri("/v1/enterprises");
    comes_to(&bench, put, 405, "METHOD_NOT_ALLOWED").await;
    let xml = TestRequest::post()
        .uri(PATH)
        .insert_header(("authorization", format!("Bearer dev:{EIC}")))
        .insert_header(("idempotency-key", "xml"))
        .insert_header(("content-type", "application/xml"))
        .set_payload("<a/>");
    comes_to(&bench, xml, 415, "UNSUPPORTED_MEDIA_TYPE").await;
    let nobody = TestRequest::post().uri(PATH).insert_header(("idempotency-key", "n"));
    comes_to(&bench, nobody, 401, "UNAUTHENTICATED").await;
    let image = TestRequest::get()
        .uri("/v1/registers/r1/rows")
        .insert_header(("authorization", format!("Bearer dev:{EIC}")))
        .insert_header(("accept", "image/png"));
    comes_to(&bench, image, 406, "NOT_ACCEPTABLE").await;
    let absent = format!("/v1/rectification-orders/{}", bench.log.new_id());
    let said = bench.get(EIC, &absent).await;
    assert_eq!((said.status, said.problem().as_str()), (404, "NOT_FOUND"));
}

#[actix_web::test]
async fn an_order_on_a_finding_that_does_not_exist_is_refused() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-016").await;
    let finding = format!("{}.1", bench.log.new_id());
    let body = order_body(&code, &finding, &json!({"working_days": 3}));
    let head = bench.log.head();
    let said = bench.post(EIC, "/v1/rectification-orders", "k", &body).await;
    let code = said.problem();
    assert!(["ORDER_WITHOUT_FINDING", "NOT_FOUND"].contains(&code.as_str()), "{}", said.text);
    assert_eq!(bench.log.head(), head);
}

#[actix_web::test]
async fn rare_characters_brackets_and_4_kib_come_back_as_they_were() {
    let bench = Bench::at(START).await;
    let name = "黔江𠮷𡋤〔示例〕🏭有限公司";
    let body = json!({"uscc": "91500114MAYY010106", "name": name, "industry_code": "17",
        "township_code": "500114004", "above_scale": true, "note": "a".repeat(4096),
        "authority": "黔经信〔2020〕12 号"});
    bench.act(EIC, "/v1/enterprises", body).await;
    let said = bench.get(EIC, "/v1/enterprises/91500114MAYY010106").await;
    assert!(said.text.contains(name), "{}", said.text);
}
