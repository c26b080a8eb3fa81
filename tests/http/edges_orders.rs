//! Orders and their deadlines at their edges.

use serde_json::{Value, json};

use super::bench::{Bench, EIC, LI, ZHAO, firm, order_body};

async fn ordered(at: &str, working_days: u32) -> (Bench, String, String) {
    let bench = Bench::at(at).await;
    let code = bench.list("ENT-016").await;
    let finding = bench.finding(&code).await;
    let order = bench.order(&code, &finding, working_days).await;
    bench.serve(&order).await;
    (bench, code, order)
}

async fn due(bench: &Bench) -> Value {
    bench.rows("r7", "").await[0]["due"].clone()
}

async fn report(bench: &Bench, code: &str, order: &str, at: &str) {
    let done = json!({"at": at, "evidence": []});
    bench.act(&firm(code), &format!("{order}/completion-reports"), done).await;
}

#[actix_web::test]
async fn a_never_resumed_enterprise_is_inspected() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = bench.list("ENT-005").await;
    bench.finding(&code).await;
    assert_eq!(bench.count("inspection-closed").await, 1);
    let duty = json!({"enterprise": code, "kind": "full", "subjects": ["officer_duty"]});
    bench.refused(EIC, "/v1/inspections", duty, "NO_POSTING_AT_DATE").await;
}

#[actix_web::test]
async fn a_finding_is_in_one_open_order_only() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let finding = bench.finding(&code).await;
    bench.order(&code, &finding, 3).await;
    let body = order_body(&code, &finding, &json!({"working_days": 3}));
    bench.refused(LI, "/v1/rectification-orders", body, "FINDING_ALREADY_ORDERED").await;
}

/// Saturday 29 February is no working day of that weekend: the limit skips it.
#[actix_web::test]
async fn a_limit_in_working_days_skips_the_weekend() {
    let (bench, ..) = ordered("2020-02-28T16:00:00+08:00", 1).await;
    assert_eq!(due(&bench).await, "2020-03-02");
}

/// Sunday 26 April 2020 was a make-up working day for the first of May.
#[actix_web::test]
async fn a_make_up_sunday_is_a_working_day_and_the_holiday_is_not() {
    let (bench, ..) = ordered("2020-04-24T16:00:00+08:00", 1).await;
    assert_eq!(due(&bench).await, "2020-04-26");
    let (bench, ..) = ordered("2020-04-30T16:00:00+08:00", 1).await;
    assert_eq!(due(&bench).await, "2020-05-06");
}

#[actix_web::test]
async fn a_limit_runs_over_the_end_of_the_year() {
    let (bench, ..) = ordered("2020-12-30T16:00:00+08:00", 2).await;
    assert_eq!(due(&bench).await, "2021-01-04");
}

#[actix_web::test]
async fn what_is_done_in_the_last_second_is_in_time_though_seen_later() {
    let (bench, code, order) = ordered("2020-02-28T16:00:00+08:00", 3).await;
    bench.clock("2020-03-04T23:59:59+08:00").await;
    report(&bench, &code, &order, "2020-03-04T23:59:59+08:00").await;
    bench.clock("2020-03-06T09:00:00+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 0);
    bench.reinspect(&order, "complied").await;
    let counts = bench.rows("r7", "").await;
    assert_eq!(counts[0]["complied"], true, "{counts:?}");
}

#[actix_web::test]
async fn an_order_lapses_when_its_last_day_is_over_and_not_before() {
    let (bench, ..) = ordered("2020-02-28T16:00:00+08:00", 3).await;
    bench.clock("2020-03-04T23:59:59+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 0);
    bench.clock("2020-03-05T00:00:00+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 1);
}

#[actix_web::test]
async fn the_timer_of_an_order_complied_with_does_nothing() {
    let (bench, _, order) = ordered("2020-02-28T16:00:00+08:00", 3).await;
    bench.clock("2020-03-02T09:00:00+08:00").await;
    bench.reinspect(&order, "complied").await;
    bench.clock("2020-03-20T09:00:00+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 0);
}

#[actix_web::test]
async fn a_lapsed_order_is_still_reported_and_looked_at_but_counts_as_late() {
    let (bench, code, order) = ordered("2020-02-28T16:00:00+08:00", 1).await;
    bench.clock("2020-03-10T09:00:00+08:00").await;
    report(&bench, &code, &order, "2020-03-10T08:00:00+08:00").await;
    bench.reinspect(&order, "complied").await;
    assert_eq!(bench.count("rectification-lapsed").await, 1);
    let again = json!({"result": "failed"});
    bench.refused(ZHAO, &format!("{order}/reinspections"), again, "ORDER_CLOSED").await;
}

#[actix_web::test]
async fn an_unserved_order_never_lapses() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let finding = bench.finding(&code).await;
    bench.order(&code, &finding, 1).await;
    bench.clock("2020-04-28T08:00:00+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 0);
}

#[actix_web::test]
async fn the_finding_keeps_the_revision_of_the_plan_it_saw() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let plan = json!({"sections": {"P1": "专班"}, "emergency": "隔离", "five_musts": ["M1"]});
    let path = format!("/v1/enterprises/{code}/plans");
    bench.act(&firm(&code), &path, plan.clone()).await;
    let finding = bench.finding(&code).await;
    bench.act(&firm(&code), &format!("{path}/revisions"), plan).await;
    let inspection = finding.split('.').next().unwrap();
    let state = bench.state(&format!("/v1/inspections/{inspection}")).await.to_string();
    assert!(state.contains(r#""plan_revision":1"#), "{state}");
}
