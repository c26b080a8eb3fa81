//! The credit record at its edges: nothing counts twice, nothing outlives its ground.

use serde_json::json;

use super::bench::{Bench, EIC, LI, WANG, firm};

/// Two orders that lapse, with the proposal that follows.
async fn proposed() -> (Bench, String, [String; 2]) {
    let bench = Bench::at("2020-02-17T08:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let finding = bench.finding(&code).await;
        let order = bench.order(&code, &finding, 1).await;
        bench.serve(&order).await;
        orders.push(order);
    }
    bench.clock("2020-02-19T08:00:00+08:00").await;
    assert_eq!(bench.count("credit-flag-proposed").await, 1);
    (bench, code, orders.try_into().unwrap())
}

async fn entered(months: u32, day: &str) -> (Bench, String) {
    let (bench, code, _) = proposed().await;
    let flag = format!("/v1/credit-flags/{code}.1");
    bench.clock("2020-02-21T08:00:00+08:00").await;
    bench.act(LI, &format!("{flag}/notices"), json!({})).await;
    bench.clock(day).await;
    let entry = json!({"retention_months": months, "legal_review": "法审1号", "collective_discussion": "纪要1号"});
    bench.act(WANG, &format!("{flag}/entries"), entry).await;
    (bench, code)
}

#[actix_web::test]
async fn a_lapsed_order_that_then_fails_counts_once() {
    let (bench, _, orders) = proposed().await;
    for order in &orders {
        bench.reinspect(order, "failed").await;
    }
    bench.clock("2020-03-31T08:00:00+08:00").await;
    assert_eq!(bench.count("credit-flag-proposed").await, 1);
}

#[actix_web::test]
async fn an_order_revoked_takes_the_ground_from_the_proposal() {
    let (bench, _, orders) = proposed().await;
    bench.act(LI, &format!("{}/revocations", orders[0]), json!({"reason": "认定有误"})).await;
    assert_eq!(bench.count("credit-proposal-withdrawn").await, 1);
}

#[actix_web::test]
async fn the_first_order_revoked_takes_the_ground_from_the_flag() {
    let (bench, code, orders) = proposed().await;
    let flag = format!("/v1/credit-flags/{code}.1");
    bench.act(LI, &format!("{flag}/notices"), json!({})).await;
    bench.clock("2020-02-28T08:00:00+08:00").await;
    let entry = json!({"retention_months": 6, "legal_review": "法审1号", "collective_discussion": "纪要1号"});
    bench.act(WANG, &format!("{flag}/entries"), entry).await;
    bench.act(LI, &format!("{}/revocations", orders[0]), json!({"reason": "认定有误"})).await;
    assert_eq!(bench.count("credit-expunged").await, 1);
}

#[actix_web::test]
async fn whoever_took_part_does_not_enter_the_flag() {
    let (bench, code, _) = proposed().await;
    let flag = format!("/v1/credit-flags/{code}.1");
    bench.act(LI, &format!("{flag}/notices"), json!({})).await;
    bench.clock("2020-02-28T08:00:00+08:00").await;
    let entry = json!({"retention_months": 6, "legal_review": "法审1号", "collective_discussion": "纪要1号"});
    for who in [EIC, LI] {
        bench
            .refused(who, &format!("{flag}/entries"), entry.clone(), "FLAG_DECIDER_CONFLICT")
            .await;
    }
}

/// 2025 has no 29 February: five years from then end on the 28th.
#[actix_web::test]
async fn five_years_from_a_leap_day_end_on_the_last_of_february() {
    let (bench, _) = entered(60, "2020-02-29T08:00:00+08:00").await;
    let rows = bench.rows("r8", "").await;
    assert_eq!(rows[0]["until"], "2025-02-28", "{rows:?}");
}

#[actix_web::test]
async fn a_flag_lives_to_the_end_of_its_last_day() {
    let (bench, code) = entered(1, "2020-02-27T08:00:00+08:00").await;
    bench.clock("2020-03-27T23:59:59+08:00").await;
    assert_eq!(bench.count("credit-expired").await, 0);
    let said = bench
        .act(
            &firm(&code),
            &format!("/v1/enterprises/{code}/resumptions"),
            json!({"resumed_on": "2020-03-27"}),
        )
        .await;
    assert!(said.advisories().contains(&"CREDIT_FLAGGED".to_owned()), "{}", said.text);
    bench.clock("2020-03-28T00:00:00+08:00").await;
    assert_eq!(bench.count("credit-expired").await, 1);
}

#[actix_web::test]
async fn a_flag_survives_a_confirmed_closure() {
    let (bench, code) = entered(6, "2020-02-27T08:00:00+08:00").await;
    let gone = json!({"stage": "confirmed", "kind": "deregistered"});
    bench.act(EIC, &format!("/v1/enterprises/{code}/closures"), gone).await;
    let rows = bench.rows("r8", "").await;
    assert_eq!(rows[0]["standing"], true, "{rows:?}");
}

#[actix_web::test]
async fn a_flagged_enterprise_that_stopped_resumes_with_a_remark() {
    let (bench, code) = entered(6, "2020-02-27T08:00:00+08:00").await;
    let path = format!("/v1/enterprises/{code}");
    let report = json!({"resumed_on": "2020-02-27"});
    bench.act(&firm(&code), &format!("{path}/resumptions"), report).await;
    bench.clock("2020-03-02T08:00:00+08:00").await;
    let stop = json!({"from": "2020-03-02", "reason": "market"});
    bench.act(&firm(&code), &format!("{path}/suspensions"), stop).await;
    bench.clock("2020-03-09T08:00:00+08:00").await;
    let report = json!({"resumed_on": "2020-03-09"});
    let said = bench.act(&firm(&code), &format!("{path}/resumptions"), report).await;
    assert_eq!(said.status, 201);
    for remark in ["CREDIT_FLAGGED", "ORDER_OPEN"] {
        assert!(said.advisories().contains(&remark.to_owned()), "{remark}: {}", said.text);
    }
}

/// The order ends with the firm, the flag with its term, and neither with the other.
#[actix_web::test]
async fn closing_with_a_flag_and_an_open_order_ends_the_order_and_not_the_flag() {
    let (bench, code) = entered(1, "2020-02-27T08:00:00+08:00").await;
    let finding = bench.finding(&code).await;
    let order = bench.order(&code, &finding, 3).await;
    bench.serve(&order).await;
    let gone = json!({"stage": "confirmed", "kind": "deregistered"});
    bench.act(EIC, &format!("/v1/enterprises/{code}/closures"), gone).await;
    assert_eq!(bench.state(&order).await["state"], "terminated");
    bench.clock("2020-03-27T23:59:59+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 2, "those that grounded the flag");
    assert_eq!(bench.rows("r8", "").await[0]["standing"], true);
    bench.clock("2020-03-28T00:00:00+08:00").await;
    assert_eq!(bench.count("credit-expired").await, 1);
}

/// Whoever exported it before has what was true then; nobody sees it as standing afterwards.
#[actix_web::test]
async fn a_flag_that_was_seen_before_the_objection_was_upheld_is_seen_no_more() {
    let (bench, code) = entered(6, "2020-02-27T08:00:00+08:00").await;
    let flag = format!("/v1/credit-flags/{code}.1");
    let export = async |query: &str| {
        let path = format!("/v1/registers/r8/rows?standing=true{query}");
        let request = actix_web::test::TestRequest::get()
            .uri(&path)
            .insert_header(("authorization", format!("Bearer dev:{EIC}")))
            .insert_header(("accept", "text/csv"));
        bench.send(request).await.text.lines().skip(1).filter(|line| line.contains(&code)).count()
    };
    assert_eq!(export("").await, 1);
    let objection = json!({"grounds": "整改已按期完成。"});
    bench.act(&firm(&code), &format!("{flag}/objections"), objection).await;
    assert_eq!(bench.rows("r8", "").await[0]["annotated"], true);
    bench.clock("2020-03-02T08:00:00+08:00").await;
    bench.act(WANG, &format!("{flag}/objection-decisions"), json!({"result": "upheld"})).await;
    assert_eq!(export("").await, 0);
    assert_eq!(export("&as_of=2020-02-28").await, 1);
}

/// Whoever was given it is told: the task waits until he is, and names him.
#[actix_web::test]
async fn whoever_was_given_a_flag_that_is_then_struck_out_is_told_so() {
    let (bench, code) = entered(6, "2020-02-27T08:00:00+08:00").await;
    let flag = format!("/v1/credit-flags/{code}.1");
    let given = json!({"recipient": "信用中国（重庆）", "basis": "渝府办发〔2019〕91号", "purpose": "归集"});
    bench
        .refused(&firm(&code), &format!("{flag}/disclosures"), given.clone(), "ROLE_NOT_ALLOWED")
        .await;
    bench.act(EIC, &format!("{flag}/disclosures"), given).await;
    let notices = format!("{flag}/withdrawal-notices");
    let notice = json!({"disclosure": 1});
    bench.refused(EIC, &notices, notice.clone(), "ORDER_CLOSED").await;
    bench
        .act(&firm(&code), &format!("{flag}/objections"), json!({"grounds": "整改已按期完成。"}))
        .await;
    bench.act(WANG, &format!("{flag}/objection-decisions"), json!({"result": "upheld"})).await;
    let to_be_told = async || bench.rows("r8", "").await[0]["to_be_told"].clone();
    assert_eq!(to_be_told().await, json!(["信用中国（重庆）"]));
    let open = async || {
        let rows = bench.rows("r15", "?kind=notify-withdrawal").await;
        rows.iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(open().await, [format!("{code}.1.1")]);
    bench.act(EIC, &notices, notice).await;
    assert_eq!(open().await, Vec::<String>::new());
    assert_eq!(to_be_told().await, json!([]));
    let stands = bench.state(&flag).await;
    assert_eq!(stands["disclosures"][0]["withdrawn_on"], "2020-02-27", "{stands}");
}

#[actix_web::test]
async fn a_rebuild_proposes_nothing_anew() {
    let (bench, ..) = proposed().await;
    for name in ["district", "inbox"] {
        assert_eq!(bench.log.rebuild(name).await.unwrap().differences, vec![]);
    }
    bench.log.settle().await.unwrap();
    assert_eq!(bench.count("credit-flag-proposed").await, 1);
}
