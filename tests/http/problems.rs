//! Every code that is documented is said to somebody, and nothing else is.

use std::{collections::BTreeSet, time::Duration};

use actix_web::{App, test, test::TestRequest};
use fugong_api::{Desk, Settings};
use futures::future::{self, Either};
use serde_json::json;

use super::bench::{self, Bench, EIC, LI, Said, enterprise, firm, open};
use crate::story::told;

const START: &str = "2020-02-26T08:00:00+08:00";

/// The story meets what the rules of the notice refuse, the requests here what the door does.
#[actix_web::test]
async fn every_documented_code_is_met() {
    let mut met = told().await.refused;
    for codes in
        [reading().await, fetching().await, acting().await, at_once().await, overloaded().await]
    {
        met.extend(codes);
    }
    let documented: BTreeSet<String> =
        fugong_api::LIST.iter().map(|entry| entry.code.to_owned()).collect();
    assert_eq!(met, documented);
}

async fn reading() -> Vec<String> {
    let bench = Bench::at(START).await;
    let get = |path: &str| {
        let token = format!("Bearer dev:{EIC}");
        TestRequest::get().uri(path).insert_header(("authorization", token))
    };
    let far = get("/v1/enterprises").insert_header(("min-position", "999999"));
    let image = get("/v1/enterprises").insert_header(("accept", "image/png"));
    let unlisted = format!("/v1/enterprises/{}", enterprise("ENT-001").uscc);
    let mut codes = Vec::new();
    for request in [
        get("/v1/enterprises?limit=0"),
        get("/v1/enterprises?tier=T9"),
        get("/v1/enterprises?at_position=999999"),
        get("/v1/enterprises?as_of=2020-02-26&at_position=1"),
        get("/v1/reports/daily-resumption?colour=red"),
        get("/v1/nothing"),
        get(&unlisted),
        TestRequest::get().uri("/v1/enterprises"),
        TestRequest::put().uri("/v1/enterprises"),
        image,
        far,
    ] {
        codes.push(bench.send(request).await.problem());
    }
    codes
}

/// Of what an operation made, more is wanted than there is.
async fn fetching() -> Vec<String> {
    let bench = Bench::at(START).await;
    let wanted = json!({"format": "csv"});
    let begun = bench.send(bench::request(EIC, "/v1/reports/r7/runs", "r", &wanted)).await;
    let location = begun.header("location").to_owned();
    while bench.get(EIC, &location).await.json()["state"] == "running" {
        tokio::task::yield_now().await;
    }
    let result = TestRequest::get().uri(&format!("{location}/result"));
    let result = result.insert_header(("authorization", format!("Bearer dev:{EIC}")));
    let said = bench.send(result.insert_header(("range", "bytes=999999-"))).await;
    // RFC 9110: how much there is.
    let there = said.header("content-range").strip_prefix("bytes */").map(str::parse::<u64>);
    assert!(matches!(there, Some(Ok(1..))), "{:?}", said.headers);
    vec![said.problem()]
}

async fn acting() -> Vec<String> {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let report = format!("/v1/enterprises/{code}/resumptions");
    let (body, other) = (json!({"resumed_on": "2020-02-26"}), json!({"resumed_on": "2020-02-25"}));
    let post = |key: &str| bench::request(&firm(&code), &report, key, &body);
    let closing = json!({"stage": "begun", "kind": "deregistered"});
    let close = |version: &str| {
        let path = format!("/v1/enterprises/{code}/closures");
        bench::request(EIC, &path, "c", &closing).insert_header(("if-match", version))
    };
    let bare = TestRequest::post()
        .uri(&format!("/v1/enterprises/{code}/closures"))
        .insert_header(("authorization", format!("Bearer dev:{EIC}")))
        .insert_header(("idempotency-key", "c"));
    let points = json!({"points": vec!["长".repeat(1300); 20]});
    bench.post(&firm(&code), &report, "used", &other).await;
    let part =
        |name: &str| format!("--x\r\nContent-Disposition: form-data; name={name}\r\n\r\nx\r\n");
    let ledger = part("\"mapping\"") + &part("\"file\"; filename=\"a.csv\"") + "--x--\r\n";
    let ledger = bench::request(EIC, "/v1/imports", "i", &json!({})).set_payload(ledger);
    let ledger = ledger.insert_header(("content-type", "multipart/form-data; boundary=x"));
    let mut codes = Vec::new();
    for request in [
        post(""),
        post("k").set_payload("{"),
        post("k").set_payload(vec![b' '; 257 * 1024]),
        post("k").insert_header(("content-type", "text/plain")),
        post("used"),
        bare,
        close("\"9\""),
        bench::request(EIC, &format!("/v1/enterprises/{code}/guidances"), "g", &points),
        ledger,
        bench::request(EIC, "/v1/history/what-ifs", "w", &json!({"rules": {"version": "x"}})),
    ] {
        codes.push(bench.send(request).await.problem());
    }
    codes
}

async fn at_once() -> Vec<String> {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let (boss, path) = (firm(&code), format!("/v1/enterprises/{code}/resumptions"));
    let body = json!({"resumed_on": "2020-02-26"});
    let held = rusqlite::Connection::open(bench.database()).unwrap();
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    let both = [bench.post(&boss, &path, "k", &body), bench.post(&boss, &path, "k", &body)];
    let both = both.map(Box::pin);
    let [one, other] = both;
    let (told, waiting) = match future::select(one, other).await {
        Either::Left((told, waiting)) | Either::Right((told, waiting)) => (told, waiting),
    };
    held.execute_batch("ROLLBACK").unwrap();
    assert_eq!(waiting.await.status, 201);
    vec![told.problem()]
}

/// No place to act in, and then a log that is closed.
async fn overloaded() -> Vec<String> {
    let (log, _folder) = open(START).await;
    let mut codes = Vec::new();
    for settings in [
        Settings { dev: true, acts: 0, ..Settings::default() },
        Settings { dev: true, patience: Duration::from_secs(5), ..Settings::default() },
    ] {
        let desk = Desk::with(log.clone(), settings.clone());
        if settings.acts != 0 {
            log.clone().close().await;
        }
        let app = App::new().configure(|config| fugong_api::configure(config, desk));
        let app = test::init_service(app).await;
        let request = TestRequest::post()
            .uri("/v1/officers")
            .insert_header(("authorization", format!("Bearer dev:{LI}")))
            .insert_header(("idempotency-key", "k"))
            .insert_header(("content-type", "application/json"))
            .set_payload(json!({"id": "O-1", "name": "某", "unit": "eic"}).to_string());
        codes.push(Said::of(test::call_service(&app, request.to_request()).await).await.problem());
    }
    codes
}
