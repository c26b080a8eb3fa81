//! Several districts in one process, each with a log of its own.

use actix_web::test::TestRequest;
use fugong_engine::{Filter, Log};
use serde_json::{Value, json};

use super::bench::{Bench, EIC, request};

const START: &str = "2020-02-26T08:00:00+08:00";
const NEIGHBOUR: &str = "/v1/districts/500115";
/// An enterprise that stands in both lists.
const CODE: &str = "91500114MAYY010106";
/// Somebody of the municipality.
const CITY: &str = "wu:500000:department";

fn listing(township: &str) -> Value {
    json!({"uscc": CODE, "name": "黔江区示例化工有限公司", "industry_code": "2614",
        "township_code": township, "above_scale": true})
}

async fn events(log: &Log) -> Vec<String> {
    let all = log.events(fugong_core::Position::START, 1_000, &Filter::default()).await.unwrap();
    all.iter().map(|event| event.event_id.to_string()).collect()
}

#[actix_web::test]
async fn each_district_answers_at_its_own_address_and_the_first_also_without() {
    let (bench, other, _folder) = Bench::beside(START).await;
    let path = format!("{NEIGHBOUR}/enterprises");
    let listed = bench.act(EIC, &path, listing("500115106")).await;
    assert_eq!(listed.header("location"), format!("{NEIGHBOUR}/enterprises/{CODE}"));
    let own = format!("{NEIGHBOUR}/enterprises/{CODE}");
    assert_eq!(bench.get(EIC, &own).await.header("position"), other.head().to_string());
    // The first district has never heard of it.
    for path in [format!("/v1/enterprises/{CODE}"), own.replace("500115", "500114")] {
        assert_eq!(bench.get(EIC, &path).await.problem(), "ENTERPRISE_UNKNOWN", "{path}");
    }
    bench.act(EIC, "/v1/enterprises", listing("500114106")).await;
    let mut both = Vec::new();
    for path in [format!("/v1/enterprises/{CODE}"), own.replace("500115", "500114")] {
        both.push(bench.get(EIC, &path).await.json());
    }
    assert_eq!(both[0], both[1]);
}

/// The same actor may use a key in each; what it did in one it has not done in the other.
#[actix_web::test]
async fn a_key_used_in_one_does_not_act_in_the_other() {
    let (bench, other, _folder) = Bench::beside(START).await;
    let first = bench.post(EIC, "/v1/enterprises", "k", &listing("500114106")).await;
    let heads = (bench.log.head(), other.head());
    let neighbour = format!("{NEIGHBOUR}/enterprises");
    let second = bench.post(EIC, &neighbour, "k", &listing("500115106")).await;
    assert_eq!((first.status, second.status), (201, 201), "{}", second.text);
    assert_eq!(second.header("idempotency-replayed"), "", "its own receipt");
    assert_eq!(bench.log.head(), heads.0, "the first district is as it was");
    assert!(heads.1 < other.head());
    // Under either of its addresses the first district knows the key again.
    let again = "/v1/districts/500114/enterprises";
    let again = bench.post(EIC, again, "k", &listing("500114106")).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.json(), first.json());
}

#[actix_web::test]
async fn no_id_of_one_district_is_found_in_the_other() {
    let (bench, other, _folder) = Bench::beside(START).await;
    let path = format!("{NEIGHBOUR}/enterprises");
    bench.act(EIC, &path, listing("500115106")).await;
    let begun = request(EIC, &format!("{NEIGHBOUR}/registers/r1/rebuilds"), "r", &json!({}));
    let begun = bench.send(begun).await;
    let operation = begun.header("location").to_owned();
    assert!(operation.starts_with(&format!("{NEIGHBOUR}/operations/")), "{operation}");
    assert_eq!(bench.get(EIC, &operation).await.status, 200);
    let mut theirs = vec![operation];
    theirs.extend(events(&other).await.iter().map(|id| format!("{NEIGHBOUR}/events/{id}")));
    for path in theirs {
        assert_eq!(bench.get(EIC, &path).await.status, 200, "{path}");
        let here = path.replace(NEIGHBOUR, "/v1");
        assert_eq!(bench.get(EIC, &here).await.problem(), "NOT_FOUND", "{here}");
    }
    let feed = bench.get(EIC, "/v1/events?limit=200").await.json().to_string();
    assert!(!feed.contains(CODE), "an event of the neighbour is in the feed");
}

/// A unit's code says of which district it is; an enterprise may work in any.
#[actix_web::test]
async fn a_unit_of_one_district_is_no_unit_of_the_other() {
    let (bench, ..) = Bench::beside(START).await;
    let town = "tw:500115106:township";
    for path in ["/v1/tasks", "/v1/registers/r1/rows", "/v1/districts/500114/enterprises"] {
        assert_eq!(bench.get(town, path).await.problem(), "OUT_OF_JURISDICTION", "{path}");
    }
    let listed = bench.post(town, "/v1/enterprises", "k", &listing("500114106")).await;
    assert_eq!(listed.problem(), "OUT_OF_JURISDICTION");
    assert_eq!(bench.get(town, &format!("{NEIGHBOUR}/tasks")).await.status, 200);
    // Nor does the municipality act for a district, or look into one.
    assert_eq!(bench.get(CITY, "/v1/enterprises").await.problem(), "OUT_OF_JURISDICTION");
    // “不得对企业复工复产设置条件”: a firm reports wherever it works.
    let firm = format!("boss:{CODE}:enterprise");
    let body = json!({"resumed_on": "2020-02-26", "name": "黔江区示例化工有限公司"});
    for place in ["/v1", NEIGHBOUR] {
        let path = format!("{place}/enterprises/{CODE}/resumptions");
        bench.act(&firm, &path, body.clone()).await;
    }
}

#[actix_web::test]
async fn a_district_that_is_not_served_is_not_found() {
    let (bench, ..) = Bench::beside(START).await;
    for path in [
        "/v1/districts/500199/enterprises",
        "/v1/districts/500199/nothing",
        "/v1/districts/0500115/enterprises",
        "/v1/districts/+500115/enterprises",
        "/v1/districts/%2035/enterprises",
        "/v1/districts/500115",
        "/v1/districts/500115/",
        "/v1/districts/500115/districts",
        "/v1/districts/500115/roll-ups/r1",
        "/v1/districts/500115/districts/500115/enterprises",
        "/v1/districts/500115/nothing",
        "/v1/districts/500115/livez",
        "/v1/districts/500115/dev/clock",
    ] {
        assert_eq!(bench.get(EIC, path).await.problem(), "NOT_FOUND", "{path}");
    }
    let wrong = TestRequest::delete().uri("/v1/districts/500115/enterprises");
    let said = bench.send(wrong).await;
    assert_eq!(
        (said.problem().as_str(), said.header("allow")),
        ("METHOD_NOT_ALLOWED", "POST, GET, HEAD")
    );
}

/// An act of a batch has the address at which it would have been sent alone.
#[actix_web::test]
async fn a_batch_acts_in_the_district_that_its_acts_name() {
    let (bench, other, _folder) = Bench::beside(START).await;
    let act = |path: &str| json!({"key": path, "method": "POST", "path": path, "body": listing("500115106")});
    let before = bench.log.head();
    let own = format!("{NEIGHBOUR}/enterprises");
    let acts = json!([act("/v1/enterprises"), act("/v1/districts/500114/enterprises"), act(&own)]);
    let said = bench.send(request(EIC, &format!("{NEIGHBOUR}/batches"), "", &acts)).await.json();
    let status = |n: usize| said["items"][n]["status"].as_u64();
    assert_eq!([status(0), status(1), status(2)], [Some(404), Some(404), Some(201)], "{said}");
    assert_eq!(said["items"][2]["location"], format!("{own}/{CODE}"));
    assert_eq!(bench.log.head(), before);
    assert!(other.head().0 > 0);
}

#[actix_web::test]
async fn health_and_the_clock_are_of_all_districts() {
    let (bench, other, _folder) = Bench::beside(START).await;
    let ready = bench.get(EIC, "/readyz").await.json();
    let codes: Vec<_> = ready["districts"].as_array().unwrap().iter().collect();
    assert_eq!(
        (codes[0]["district"].as_str(), codes[1]["district"].as_str()),
        (Some("500114"), Some("500115"))
    );
    assert_eq!(codes[1]["head"], other.head().to_string());
    let served = bench.get("a:eic:auditor", "/v1/districts").await.json();
    assert_eq!(
        served["items"],
        json!([
            {"district": "500114", "name": "黔江区", "path": "/v1/districts/500114"},
            {"district": "500115", "name": "长寿区", "path": "/v1/districts/500115"},
        ])
    );
    bench.clock("2020-02-27T08:00:00+08:00").await;
    assert_eq!(bench.log.now(), other.now());
    // One that is not well makes the whole not ready.
    other.close().await;
    let unready = bench.get(EIC, "/readyz").await;
    assert_eq!((unready.status, unready.problem().as_str()), (503, "UNAVAILABLE"));
    assert!(unready.text.contains("district 500115"), "{}", unready.text);
}
