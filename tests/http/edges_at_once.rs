//! Several at once: one act happens once, and of two decisions one is made.

use std::pin::pin;

use futures::future::{self, Either};
use serde_json::json;

use super::bench::{self, Bench, EIC, LI, Said, firm};

const START: &str = "2020-02-28T08:00:00+08:00";

/// While another process holds the database, whichever of the two came first cannot be answered.
#[actix_web::test]
async fn a_duplicate_of_what_is_being_carried_out_is_told_to_wait() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let (boss, path) = (firm(&code), format!("/v1/enterprises/{code}/resumptions"));
    let body = json!({"resumed_on": "2020-02-28"});
    let held = rusqlite::Connection::open(bench.database()).unwrap();
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    let one = pin!(bench.post(&boss, &path, "same", &body));
    let other = pin!(bench.post(&boss, &path, "same", &body));
    let (told, waiting) = match future::select(one, other).await {
        Either::Left((told, waiting)) | Either::Right((told, waiting)) => (told, waiting),
    };
    assert_eq!((told.status, told.problem().as_str()), (409, "IN_FLIGHT"), "{}", told.text);
    assert_eq!(told.header("retry-after"), "1");
    held.execute_batch("ROLLBACK").unwrap();
    let first = waiting.await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = bench.post(&boss, &path, "same", &body).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.text, first.text);
    assert_eq!(bench.count("resumption-resumed").await, 1);
}

#[actix_web::test]
async fn of_two_inspectors_who_close_at_once_one_closes() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-016").await;
    let opened = json!({"enterprise": code, "kind": "full", "subjects": ["protection"]});
    let id = bench.act(EIC, "/v1/inspections", opened).await.id();
    let (path, body) =
        (format!("/v1/inspections/{id}/closures"), json!({"result_codes": ["none"]}));
    let both = [bench.post(EIC, &path, "one", &body), bench.post(LI, &path, "two", &body)];
    let (closed, told): (Vec<Said>, Vec<Said>) =
        future::join_all(both).await.into_iter().partition(|said| said.status == 201);
    assert_eq!((closed.len(), told.len()), (1, 1), "{told:?}");
    assert_eq!(told[0].problem(), "ORDER_CLOSED");
    assert_eq!(bench.count("inspection-closed").await, 1);
}

/// Both saw the same version: it changes under the second, who is shown the one that stands.
#[actix_web::test]
async fn of_two_decisions_on_one_version_one_is_made() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-016").await;
    let finding = bench.finding(&code).await;
    let order = bench.order(&code, &finding, 3).await;
    let seen = bench.get(EIC, &order).await.header("etag").to_owned();
    let path = format!("{order}/services");
    let both = ["one", "two"].map(|key| {
        let request = bench::request(LI, &path, key, &json!({}));
        bench.send(request.insert_header(("if-match", seen.as_str())))
    });
    let said = future::join_all(both).await;
    let made = said.iter().filter(|said| said.status == 201).count();
    assert_eq!((made, bench.count("rectification-served").await), (1, 1), "{said:?}");
    let late = said.iter().find(|said| said.status != 201).unwrap();
    assert_eq!((late.status, late.problem().as_str()), (412, "VERSION_CONFLICT"));
    assert_eq!(late.header("etag"), bench.get(EIC, &order).await.header("etag"));
}

/// One seat, two officers, one transaction: nobody sits on another's chair.
#[actix_web::test]
async fn of_two_officers_sent_to_one_seat_at_once_one_gets_it() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-007").await;
    bench.enrol("OFF-09").await;
    bench.enrol("OFF-02").await;
    let path = format!("/v1/enterprises/{code}/postings");
    let body = |officer: &str| json!({"seat": "eic", "unit": "eic", "officer": officer, "from": "2020-02-28"});
    let (nine, two) = (body("OFF-09"), body("OFF-02"));
    let both = [bench.post(EIC, &path, "one", &nine), bench.post(LI, &path, "two", &two)];
    let said = future::join_all(both).await;
    assert_eq!(said.iter().filter(|said| said.status == 201).count(), 1, "{said:?}");
    let late = said.iter().find(|said| said.status != 201).unwrap();
    assert_eq!(late.problem(), "SEAT_OCCUPIED");
    assert_eq!(bench.count("officer-post-taken").await, 1);
}
