//! Reports run as operations: begun once, told how far they are, fetched in parts, stopped.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::rig::{District, EIC, Said, get, listing, post, send};

const RUNS: &str = "/v1/reports/daily-resumption/runs";

/// Asks until it has ended.
macro_rules! ended {
    ($app:expr, $begun:expr) => {{
        assert_eq!($begun.status, 202, "{}", $begun.text);
        let location = $begun.header("location").to_owned();
        loop {
            let said = send($app, get(&location)).await;
            assert_eq!(said.status, 200, "{}", said.text);
            if said.json()["state"] != "running" {
                break (location, said.json());
            }
            tokio::task::yield_now().await;
        }
    }};
}

fn by(who: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("Authorization", format!("Bearer dev:{who}")))
}

fn part(said: &Said) -> (u16, &str, &str) {
    (said.status, said.header("content-range"), &said.text)
}

#[actix_web::test]
async fn a_report_is_made_in_the_background_and_fetched_whole_or_in_parts() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let body = json!({"format": "csv", "as_of": "2020-02-27"});
    let begun = send(&app, post(RUNS, "run", &body)).await;
    let (location, done) = ended!(&app, &begun);
    let result = &done["result"];
    assert_eq!((&done["kind"], &done["state"]), (&json!("report"), &json!("done")), "{done}");
    assert_eq!(
        (&result["report"], &result["media_type"]),
        (&json!("daily-resumption"), &json!("text/csv"))
    );
    let at = format!("{location}/result");
    let whole = send(&app, get(&at)).await;
    assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
    let direct = send(&app, get("/v1/reports/daily-resumption.csv?as_of=2020-02-27")).await;
    assert_eq!(whole.bytes, direct.bytes, "the same bytes as at once");
    assert_eq!(whole.bytes.len(), usize::try_from(result["bytes"].as_u64().unwrap()).unwrap());
    let etag = whole.header("etag").to_owned();
    assert_eq!(etag, format!("\"{}\"", result["sha256"].as_str().unwrap()));
    assert!(whole.header("content-disposition").contains("daily-resumption.csv"));
    let size = whole.bytes.len();
    // Broken off after some bytes, and gone on with.
    let first = send(&app, get(&at).insert_header(("Range", "bytes=0-99"))).await;
    assert_eq!((first.status, first.bytes.len()), (206, 100));
    assert_eq!(first.header("content-range"), format!("bytes 0-99/{size}"));
    let rest = get(&at).insert_header(("Range", "bytes=100-")).insert_header(("If-Range", &*etag));
    let rest = send(&app, rest).await;
    assert_eq!([&first.bytes[..], &rest.bytes[..]].concat(), whole.bytes);
    // Something else than what the first part was of is begun anew.
    let other =
        get(&at).insert_header(("Range", "bytes=100-")).insert_header(("If-Range", "\"x\""));
    assert_eq!(part(&send(&app, other).await), (200, "", &*whole.text));
    let beyond = send(&app, get(&at).insert_header(("Range", format!("bytes={size}-")))).await;
    assert_eq!((beyond.status, beyond.problem().as_str()), (416, "RANGE_NOT_SATISFIABLE"));
    // It shows what he sees who began it, and is his alone.
    for who in ["eic-li:eic:commission", "eic-zhang:eic:admin", "x:eic:auditor"] {
        assert_eq!(send(&app, by(who, get(&at))).await.problem(), "NOT_FOUND", "{who}");
    }
    let again = send(&app, post(RUNS, "run", &body)).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (202, "true"));
    let other = send(&app, post(RUNS, "run", &json!({"format": "json"}))).await;
    assert_eq!(other.problem(), "IDEMPOTENCY_KEY_REUSED");
    // What is not needed any more is forgotten.
    let delete = || TestRequest::delete().uri(&location).insert_header(("Authorization", EIC));
    assert_eq!(send(&app, delete()).await.json()["state"], "done");
    assert_eq!(send(&app, get(&at)).await.problem(), "NOT_FOUND");
    assert_eq!(send(&app, delete()).await.problem(), "NOT_FOUND");
}

/// Words that were erased are in no file that was made before, whoever erased them.
#[actix_web::test]
async fn a_report_is_gone_when_words_in_it_were_erased() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let officer = json!({"id": "OFF-77", "name": "示例甲", "unit": "eic", "phone": "000-1"});
    send(&app, post("/v1/officers", "officer", &officer)).await;
    let path = "/v1/reports/r13/runs";
    let body = json!({"format": "csv"});
    let (location, _) = ended!(&app, &send(&app, post(path, "run", &body)).await);
    let at = format!("{location}/result");
    assert!(send(&app, get(&at)).await.text.contains("示例甲"));
    let erased = json!({"basis": "retention_over"});
    // By another process: this one hears of it by the log alone.
    let other = fugong_api::Desk::new(district.log.clone());
    let request = fugong_api::Request {
        by: fugong_api::principal("zhang:eic:commission").unwrap(),
        path: "/v1/data-subjects/OFF-77/erasures".to_owned(),
        key: "erase".to_owned(),
        if_match: fugong_api::IfMatch::Absent,
        body: erased.to_string(),
    };
    other.perform(request).await.unwrap();
    assert_eq!(send(&app, get(&at)).await.problem(), "NOT_FOUND");
    assert_eq!(send(&app, get(&location)).await.problem(), "NOT_FOUND", "it is forgotten");
    // By this one: at once.
    send(
        &app,
        post("/v1/officers", "other", &json!({"id": "OFF-78", "name": "示例乙", "unit": "eic"})),
    )
    .await;
    let (location, _) = ended!(&app, &send(&app, post(path, "again", &body)).await);
    let restrict = post("/v1/data-subjects/OFF-78/erasures", "erase2", &erased);
    assert_eq!(send(&app, restrict).await.status, 201);
    assert_eq!(send(&app, get(&location)).await.problem(), "NOT_FOUND");
}

#[actix_web::test]
async fn every_form_is_made_as_it_would_be_answered() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    for format in ["json", "ndjson", "csv", "xlsx", "html"] {
        let body = json!({"format": format, "parameters": {}, "true_on": "2020-02-27"});
        let begun = send(&app, post("/v1/reports/not-resumed/runs", format, &body)).await;
        let (location, _) = ended!(&app, &begun);
        let made = send(&app, get(&format!("{location}/result"))).await;
        let path = format!("/v1/reports/not-resumed.{format}?true_on=2020-02-27");
        let direct = send(&app, get(&path)).await;
        let end = if format == "json" { "\n" } else { "" };
        assert_eq!(made.bytes, [&direct.bytes[..], end.as_bytes()].concat(), "{format}");
        assert_eq!(made.header("content-type"), direct.header("content-type"));
    }
}

#[actix_web::test]
async fn what_cannot_be_run_is_refused_before_it_is_begun() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    for (request, status, code) in [
        (post(RUNS, "", &json!({"format": "csv"})), 400, "IDEMPOTENCY_KEY_REQUIRED"),
        (post(RUNS, "a", &json!({})), 400, "INVALID_FIELD"),
        (post(RUNS, "a", &json!({"format": "pdf"})), 400, "INVALID_FIELD"),
        (
            post(RUNS, "a", &json!({"format": "csv", "parameters": {"x": "1"}})),
            422,
            "REPORT_PARAMETER_WRONG",
        ),
        (post(RUNS, "a", &json!({"format": "csv", "at_position": "9999"})), 422, "MOMENT_UNKNOWN"),
        (post(RUNS, "a", &json!({"format": "csv", "beside": "soon"})), 400, "INVALID_FIELD"),
        (
            post("/v1/reports/not-resumed/runs", "a", &json!({"format": "csv", "beside": "1"})),
            422,
            "MEMBERS_DISAGREE",
        ),
        (post("/v1/reports/none/runs", "a", &json!({"format": "csv"})), 404, "NOT_FOUND"),
        (TestRequest::post().uri(RUNS), 401, "UNAUTHENTICATED"),
        (
            by(
                "boss:91500114MAYY01168R:enterprise",
                post("/v1/reports/month-end/runs", "a", &json!({"format": "csv"})),
            ),
            403,
            "ROLE_NOT_ALLOWED",
        ),
        (TestRequest::delete().uri("/v1/operations/x"), 401, "UNAUTHENTICATED"),
        (get("/v1/operations/x/result"), 404, "NOT_FOUND"),
    ] {
        let said = send(&app, request).await;
        assert_eq!((said.status, said.problem().as_str()), (status, code), "{}", said.text);
    }
}

#[actix_web::test]
async fn who_sees_less_gets_less() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let body = json!({"format": "json"});
    for (who, firms) in [("li:500114001:township", 1), ("wu:500114106:township", 0)] {
        let begun = send(&app, by(who, post("/v1/reports/r12/runs", who, &body))).await;
        let location = begun.header("location").to_owned();
        let told: Value = loop {
            let said = send(&app, by(who, get(&location))).await.json();
            if said["state"] != "running" {
                break said;
            }
            tokio::task::yield_now().await;
        };
        let made = send(&app, by(who, get(&format!("{location}/result")))).await.json();
        let details =
            made["rows"].as_array().unwrap().iter().filter(|row| row["level"] == "detail");
        assert_eq!(details.count(), firms, "{who}: {told}");
    }
}
