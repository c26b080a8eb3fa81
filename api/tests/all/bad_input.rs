//! Bad input: a clear problem, and nothing half-written.

use actix_web::test::TestRequest;
use fugong_api::Settings;
use serde_json::json;

use crate::rig::{CODE, District, EIC, get, listing, post, send};

#[actix_web::test]
async fn every_bad_body_is_a_problem_with_its_place() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k0", &listing())).await;
    let head = district.log.head();
    let path = format!("/v1/enterprises/{CODE}/resumptions");
    let deep = format!("{{\"resumed_on\":{}1{}}}", "[".repeat(40), "]".repeat(40));
    let deeper = format!("{{\"resumed_on\":{}", "[".repeat(5000));
    let long = format!(r#"{{"resumed_on":"2020-02-27","name":"{}"}}"#, "长".repeat(1400));
    for (body, status, code, pointer) in [
        ("{", 400, "MALFORMED", None),
        (r#"{"resumed_on":"\ud800"}"#, 400, "MALFORMED", None),
        (r#"{"resumed_on":"2020-02-27","resumed_on":"2020-02-26"}"#, 400, "MALFORMED", None),
        (r#"{"resumed_on":1e999}"#, 400, "MALFORMED", None),
        (deeper.as_str(), 400, "MALFORMED", None),
        ("[]", 400, "INVALID_FIELD", Some("")),
        (deep.as_str(), 400, "INVALID_FIELD", Some("/resumed_on/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0")),
        (long.as_str(), 400, "INVALID_FIELD", Some("/name")),
        (r#"{"resumed_on":"2020-02-27","color":1}"#, 400, "INVALID_FIELD", Some("/color")),
        ("{}", 400, "INVALID_FIELD", Some("/resumed_on")),
        (r#"{"resumed_on":7}"#, 400, "INVALID_FIELD", Some("/resumed_on")),
        (r#"{"resumed_on":"2020-02-30"}"#, 400, "INVALID_FIELD", Some("/resumed_on")),
        (r#"{"resumed_on":"2020-2-3"}"#, 400, "INVALID_FIELD", Some("/resumed_on")),
        (r#"{"resumed_on":"2020-02-27","name":"a\u0000b"}"#, 400, "INVALID_FIELD", Some("/name")),
        (
            r#"{"resumed_on":"2020-02-27","name":"\u0001\u0085"}"#,
            400,
            "INVALID_FIELD",
            Some("/name"),
        ),
        (r#"{"resumed_on":"2020-02-27","on_post":-1}"#, 400, "INVALID_FIELD", Some("/on_post")),
        (r#"{"resumed_on":"2020-02-27","on_post":4.5}"#, 400, "INVALID_FIELD", Some("/on_post")),
        (r#"{"resumed_on":"2020-02-27","note":1e16}"#, 400, "INVALID_FIELD", Some("/note")),
        (
            r#"{"resumed_on":"2020-02-27","capacity_pct":101}"#,
            400,
            "INVALID_FIELD",
            Some("/capacity_pct"),
        ),
        (
            r#"{"resumed_on":"2020-02-27","authority":"24号"}"#,
            400,
            "INVALID_FIELD",
            Some("/authority"),
        ),
        (r#"{"resumed_on":"2020-02-28"}"#, 422, "RESUMED_ON_IN_FUTURE", Some("/resumed_on")),
        (
            r#"{"resumed_on":"2020-02-27","occurred_at":"2020-02-28"}"#,
            422,
            "OCCURRED_ON_IN_FUTURE",
            Some("/occurred_at"),
        ),
    ] {
        let said = send(&app, post(&path, "k", &json!({})).set_payload(body.to_owned())).await;
        assert_eq!((said.status, said.problem().as_str()), (status, code), "{body}: {}", said.text);
        if let Some(pointer) = pointer {
            assert_eq!(said.json()["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    let bytes = post(&path, "k", &json!({})).set_payload(vec![b'{', b'"', 0xff, b'"', b'}']);
    assert_eq!(send(&app, bytes).await.problem(), "MALFORMED");
    assert_eq!(district.log.head(), head, "nothing was written");
}

/// `48.0` is 48, as JSON Schema has it: the same body.
#[actix_web::test]
async fn a_whole_number_may_be_written_with_a_point() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k0", &listing())).await;
    let path = format!("/v1/enterprises/{CODE}/resumptions");
    for written in ["48.0", "48", "4.8e1"] {
        let body = format!(r#"{{"resumed_on":"2020-02-27","on_post":{written}}}"#);
        let said = send(&app, post(&path, "k", &json!({})).set_payload(body)).await;
        assert_eq!(said.status, 201, "{written}: {}", said.text);
        let back = send(&app, get(said.header("location"))).await;
        assert_eq!(back.json()["data"]["on_post"], 48, "{written}");
    }
}

#[actix_web::test]
async fn a_full_width_code_is_the_code_and_a_wrong_one_is_none() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let wide: String = CODE
        .chars()
        .map(|c| char::from_u32(u32::from(c).checked_add(0xfee0).unwrap()).unwrap())
        .collect();
    let mut body = listing();
    body["uscc"] = json!(wide);
    let listed = send(&app, post("/v1/enterprises", "k", &body)).await;
    assert_eq!((listed.status, listed.json()["id"].as_str()), (201, Some(CODE)), "{}", listed.text);
    for wrong in ["91500114MAYY010107", "hello", "91500114MAYY01010O"] {
        body["uscc"] = json!(wrong);
        let said = send(&app, post("/v1/enterprises", "k2", &body)).await;
        assert_eq!((said.status, said.problem().as_str()), (422, "USCC_INVALID"));
        let path = format!("/v1/enterprises/{wrong}/resumptions");
        let said = send(&app, post(&path, "k3", &json!({"resumed_on": "2020-02-27"}))).await;
        assert_eq!((said.status, said.problem().as_str()), (422, "USCC_INVALID"));
    }
}

#[actix_web::test]
async fn an_unknown_township_is_refused() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let mut body = listing();
    body["township_code"] = json!("500114999");
    let said = send(&app, post("/v1/enterprises", "k", &body)).await;
    assert_eq!((said.status, said.problem().as_str()), (422, "TOWNSHIP_UNKNOWN_AT_DATE"));
}

#[actix_web::test]
async fn http_itself_is_held_to_its_rules() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let unknown = send(&app, get("/v1/nothing")).await;
    assert_eq!((unknown.status, unknown.problem().as_str()), (404, "NOT_FOUND"));
    let method = TestRequest::delete().uri("/v1/enterprises").insert_header(("Authorization", EIC));
    let method = send(&app, method).await;
    assert_eq!((method.status, method.problem().as_str()), (405, "METHOD_NOT_ALLOWED"));
    assert_eq!(method.header("allow"), "POST, GET, HEAD");
    let media =
        post("/v1/enterprises", "k", &listing()).insert_header(("Content-Type", "text/plain"));
    let media = send(&app, media).await;
    assert_eq!((media.status, media.problem().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));
    let accept = send(&app, get("/v1/enterprises").insert_header(("Accept", "image/png"))).await;
    assert_eq!((accept.status, accept.problem().as_str()), (406, "NOT_ACCEPTABLE"));
    let large = post("/v1/enterprises", "k", &json!({})).set_payload(vec![b' '; 257 * 1024]);
    let large = send(&app, large).await;
    assert_eq!((large.status, large.problem().as_str()), (413, "TOO_LARGE"));
    let nobody = send(&app, TestRequest::get().uri("/v1/enterprises")).await;
    assert_eq!((nobody.status, nobody.problem().as_str()), (401, "UNAUTHENTICATED"));
    assert!(nobody.header("www-authenticate").starts_with("Bearer"));
    let english = get("/v1/nothing").insert_header(("Accept-Language", "en"));
    let title = send(&app, english).await.json()["title"].clone();
    assert_eq!(title, "There is no such thing, or not for you");
}

#[actix_web::test]
async fn without_development_nobody_is_known() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app_with(Settings::default()).await;
    assert_eq!(send(&app, get("/v1/enterprises")).await.problem(), "UNAUTHENTICATED");
    assert_eq!(send(&app, get("/dev/clock")).await.problem(), "NOT_FOUND");
    for open in
        ["/livez", "/readyz", "/openapi.json", "/v1/problems", "/v1/code-lists/tiers", "/docs/"]
    {
        assert_eq!(send(&app, TestRequest::get().uri(open)).await.status, 200, "{open}");
    }
}

#[actix_web::test]
async fn more_than_can_be_done_at_once_is_put_off() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app_with(Settings { dev: true, acts: 0, ..Settings::default() }).await;
    let said = send(&app, post("/v1/enterprises", "k", &listing())).await;
    assert_eq!((said.status, said.problem().as_str()), (429, "RATE_LIMITED"));
    assert_eq!(said.header("retry-after"), "1");
}
