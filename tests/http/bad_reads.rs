//! Bad questions: a read that cannot be answered says why, and nothing else happens.

use actix_web::test::TestRequest;

use super::bench::{Bench, EIC, firm};

const START: &str = "2020-02-26T08:00:00+08:00";

fn ask(path: &str) -> TestRequest {
    TestRequest::get().uri(path).insert_header(("authorization", format!("Bearer dev:{EIC}")))
}

#[actix_web::test]
async fn absurd_parameters_are_named() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let timeline = format!("/v1/enterprises/{code}/timeline");
    for (path, query, name) in [
        ("/v1/enterprises", "limit=0", "limit"),
        ("/v1/enterprises", "limit=201", "limit"),
        ("/v1/enterprises", "limit=-1", "limit"),
        ("/v1/enterprises", "limit=99999999999999999999999", "limit"),
        ("/v1/enterprises", "limit=ten", "limit"),
        ("/v1/enterprises", "colour=red", "colour"),
        ("/v1/enterprises", "limit=5&limit=6", "limit"),
        ("/v1/enterprises", "cursor=zz", "cursor"),
        ("/v1/enterprises", "cursor=abc", "cursor"),
        ("/v1/enterprises", "cursor=ff", "cursor"),
        ("/v1/registers/r1/rows", "cursor=7a", "cursor"),
        ("/v1/registers/r1/rows", "sort=colour", "sort"),
        ("/v1/registers/r1/rows", "sort=", "sort"),
        ("/v1/registers/r1/rows", "colour=red", "colour"),
        (&timeline, "cursor=7a", "cursor"),
        ("/v1/enterprises", "as_of=yesterday", "as_of"),
        ("/v1/enterprises", "as_of=2020-02-30", "as_of"),
        ("/v1/enterprises", "as_of=2020-02-26T08:00:00", "as_of"),
        ("/v1/enterprises", "as_of=20200226", "as_of"),
        ("/v1/enterprises", "as_of=-1", "as_of"),
        ("/v1/enterprises", "as_of=2020-02-26&at_position=1", "at_position"),
        ("/v1/enterprises", "at_position=-1", "at_position"),
        ("/v1/enterprises", "at_position=99999999", "at_position"),
        ("/v1/enterprises", "at_position=99999999999999999999999", "at_position"),
        ("/v1/enterprises", "true_on=2020-02-26T08:00:00%2B08:00", "true_on"),
        ("/v1/enterprises", "true_on=2019-02-29", "true_on"),
        ("/v1/tasks", "due_before=soon", "due_before"),
        ("/v1/events", "after=first", "after"),
        ("/v1/workflow", "format=pdf", "format"),
    ] {
        let said = bench.send(ask(&format!("{path}?{query}"))).await;
        if query == "sort=" {
            assert_eq!(said.status, 200, "what is empty says nothing: {}", said.text);
            continue;
        }
        let refused = match query {
            "as_of=2020-02-26&at_position=1" => (422, "MEMBERS_DISAGREE"),
            "at_position=99999999" => (422, "MOMENT_UNKNOWN"),
            "sort=colour" => (422, "CODE_UNKNOWN"),
            _ if path.contains("/r1/") && query == "colour=red" => (422, "CODE_UNKNOWN"),
            _ => (400, "INVALID_FIELD"),
        };
        assert_eq!((said.status, said.problem().as_str()), refused, "{query}");
        assert_eq!(said.json()["errors"][0]["pointer"], name, "{query}: {}", said.text);
    }
}

/// An empty answer would pass for the news that there is nothing.
#[actix_web::test]
async fn a_filter_with_a_value_that_there_is_not_names_the_known_ones_and_the_nearest() {
    let bench = Bench::at(START).await;
    for (path, query, name, nearest) in [
        ("/v1/enterprises", "state=listd", "state", "is listed"),
        ("/v1/enterprises", "state=resume", "state", "is resumed"),
        ("/v1/enterprises", "scale=Above", "scale", "is above"),
        ("/v1/enterprises", "tier=T5", "tier", "is T1"),
        ("/v1/enterprises", "sector=c", "sector", "is A"),
        ("/v1/enterprises", "township=500114999", "township", "is 500114"),
        ("/v1/enterprises", "park=park-zz", "park", "is park-zy"),
        ("/v1/tasks", "state=opn", "state", "is open"),
        ("/v1/tasks", "unit=eci", "unit", "is eic"),
        ("/v1/officers", "unit=hqq", "unit", "is hq"),
        ("/v1/events", "types=task-raise", "types", "are task-raised, "),
        ("/v1/events", "types=task-raised,resumption-reported", "types", "resumption-resumed"),
        ("/v1/registers/r7/rows", "state=servd", "state", "is served"),
        ("/v1/registers/r15/rows", "kind=fill-seats", "kind", "is fill-seat"),
        ("/v1/registers/r8/rows", "standing=yes", "standing", "is "),
        ("/v1/registers/r7/rows", "due=soon", "due", "YYYY-MM-DD"),
        ("/v1/registers/r1/rows", "total=many", "total", "a whole number"),
    ] {
        let said = bench.send(ask(&format!("{path}?{query}"))).await;
        let unread = ["YYYY-MM-DD", "a whole number"].contains(&nearest);
        let refused = if unread { (400, "INVALID_FIELD") } else { (422, "CODE_UNKNOWN") };
        assert_eq!((said.status, said.problem().as_str()), refused, "{query}");
        let fault = said.json()["errors"][0].clone();
        assert_eq!(fault["pointer"], name, "{query}: {}", said.text);
        assert!(fault["detail"].as_str().unwrap().contains(nearest), "{query}: {fault}");
    }
    // What is known, what an enterprise is called, and what is empty are no slips.
    let code = bench.list("ENT-001").await;
    for path in [
        "/v1/enterprises?state=&scale=none&sector=C&township=500114004".to_owned(),
        "/v1/events?types=".to_owned(),
        format!("/v1/tasks?unit={code}"),
        "/v1/registers/r7/rows?state=&due=&supervisor=nobody".to_owned(),
    ] {
        let said = bench.send(ask(&path)).await;
        assert_eq!(said.status, 200, "{path}: {}", said.text);
    }
}

#[actix_web::test]
async fn what_is_no_query_is_malformed() {
    let bench = Bench::at(START).await;
    for query in ["q=%zz", "q=%ff", "q=%00", "%00=1", "q=%"] {
        let said = bench.send(ask(&format!("/v1/enterprises?{query}"))).await;
        assert_eq!((said.status, said.problem().as_str()), (400, "MALFORMED"), "{query}");
    }
}

#[actix_web::test]
async fn an_instant_before_the_log_and_one_to_come_are_answered() {
    let bench = Bench::at(START).await;
    bench.list("ENT-001").await;
    for (query, listed) in [
        ("as_of=1970-01-01", 0),
        ("as_of=0001-01-01", 0),
        ("as_of=9999-12-31", 1),
        ("at_position=0", 0),
        ("true_on=9999-12-31", 1),
        ("true_on=0001-01-01", 0),
    ] {
        let said = bench.send(ask(&format!("/v1/enterprises?state=listed&{query}"))).await;
        assert_eq!(said.status, 200, "{query}: {}", said.text);
        assert_eq!(said.json()["items"].as_array().unwrap().len(), listed, "{query}");
    }
}

#[actix_web::test]
async fn headers_that_say_nothing_are_named_and_preferences_are_only_wishes() {
    let bench = Bench::at(START).await;
    for position in ["", "x", "-1", "1.0", "99999999999999999999999"] {
        let said =
            bench.send(ask("/v1/enterprises").insert_header(("min-position", position))).await;
        assert_eq!((said.status, said.problem().as_str()), (400, "INVALID_FIELD"), "{position}");
        assert_eq!(said.json()["errors"][0]["pointer"], "Min-Position");
    }
    for prefer in ["wait=soon", "wait=-1", "handling=brutal", ",,;=", "wait=99999999999999999999"] {
        let said = bench.send(ask("/v1/enterprises").insert_header(("prefer", prefer))).await;
        assert_eq!(said.status, 200, "{prefer}: {}", said.text);
    }
    for accept in ["text/plain", "image/*", "application/json;q=0", "*", ""] {
        let said = bench.send(ask("/v1/enterprises").insert_header(("accept", accept))).await;
        assert_eq!((said.status, said.problem().as_str()), (406, "NOT_ACCEPTABLE"), "{accept:?}");
    }
}

#[actix_web::test]
async fn whoever_is_nobody_is_told_so() {
    let bench = Bench::at(START).await;
    for token in [
        "",
        "Bearer",
        "Bearer dev",
        "Bearer dev:zhang",
        "Bearer dev:zhang:eic",
        "Bearer dev::eic:commission",
        "Bearer dev:zhang:eic:king",
        "Bearer dev:zhang:eic:system",
        "Bearer dev:zhang:nowhere at all:commission",
        "Bearer dev:zhang:eic:commission:more",
        "Basic ZGV2OnpoYW5n",
    ] {
        let request = TestRequest::get().uri("/v1/enterprises");
        let said = bench.send(request.insert_header(("authorization", token))).await;
        assert_eq!((said.status, said.problem().as_str()), (401, "UNAUTHENTICATED"), "{token:?}");
        assert!(said.header("www-authenticate").starts_with("Bearer"), "{token:?}");
    }
}

/// What somebody may not see is not there for him: nothing is betrayed by the kind of answer.
#[actix_web::test]
async fn what_is_not_there_and_what_is_hidden_answer_alike() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let other = super::bench::enterprise("ENT-007").uscc.to_string();
    let finding = bench.finding(&code).await;
    let inspection = finding.split('.').next().unwrap();
    let nowhere = bench.log.new_id();
    for path in [
        format!("/v1/inspections/{inspection}"),
        format!("/v1/inspections/{nowhere}"),
        "/v1/inspections/nonsense".to_owned(),
        format!("/v1/rectification-orders/{nowhere}"),
        format!("/v1/credit-flags/{code}.1"),
        "/v1/credit-flags/nonsense".to_owned(),
        format!("/v1/events/{nowhere}"),
        "/v1/events/nonsense".to_owned(),
        "/v1/tasks/nothing.1.1".to_owned(),
        format!("/v1/enterprises/{code}"),
        format!("/v1/enterprises/{code}/resumptions/{nowhere}"),
    ] {
        let said = bench.get(&firm(&other), &path).await;
        assert_eq!((said.status, said.problem().as_str()), (404, "NOT_FOUND"), "{path}");
    }
}

#[actix_web::test]
async fn addresses_that_lead_nowhere_are_problems_too() {
    let bench = Bench::at(START).await;
    for path in [
        "/nothing",
        "/v1",
        "/v1/",
        "/v2/enterprises",
        "/v1/enterprises/",
        "/v1/registers/r99",
        "/v1/registers/r99/rows",
        "/v1/registers/..%2f..%2fetc/rows",
        "/v1/code-lists/nothing",
        "/v1/problems/NOTHING",
        "/v1/inspections/%00",
        "/v1/inspections/%ff%fe",
        "/docs/nothing.html",
        "/.env",
    ] {
        let said = bench.send(ask(path)).await;
        assert_eq!((said.status, said.problem().as_str()), (404, "NOT_FOUND"), "{path}");
        assert_eq!(said.json()["instance"], path.split('?').next().unwrap());
    }
}
