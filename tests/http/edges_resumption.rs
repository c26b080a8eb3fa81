//! Resumption at its edges: a reported fact is recorded, whatever else stands.

use serde_json::{Value, json};

use super::bench::{Bench, EIC, HQ, firm, town};

const START: &str = "2020-02-26T08:00:00+08:00";

fn resumed(on: &str) -> Value {
    json!({"resumed_on": on})
}

async fn listed(id: &str) -> (Bench, String, String) {
    let bench = Bench::at(START).await;
    let code = bench.list(id).await;
    let path = format!("/v1/enterprises/{code}");
    (bench, code, path)
}

#[actix_web::test]
async fn resuming_again_on_another_date_is_answered_with_the_record() {
    let (bench, code, path) = listed("ENT-001").await;
    let path = format!("{path}/resumptions");
    assert_eq!(bench.act(&firm(&code), &path, resumed("2020-02-26")).await.status, 201);
    let head = bench.log.head();
    let again = bench.act(&firm(&code), &path, resumed("2020-02-25")).await;
    assert_eq!((again.status, bench.log.head()), (200, head), "{}", again.text);
    assert!(again.json()["record"].is_object(), "{}", again.text);
}

#[actix_web::test]
async fn a_continuous_enterprise_that_reports_is_answered_with_its_record() {
    let (bench, code, path) = listed("ENT-002").await;
    let since = json!({"since": "2020-01-24"});
    bench.act(&firm(&code), &format!("{path}/continuous-production"), since).await;
    let head = bench.log.head();
    let said = bench.act(&firm(&code), &format!("{path}/resumptions"), resumed("2020-02-26")).await;
    assert_eq!((said.status, bench.log.head()), (200, head), "{}", said.text);
}

#[actix_web::test]
async fn an_unlisted_one_is_recorded_and_may_have_resumed_before_it_is_listed() {
    let bench = Bench::at(START).await;
    let code = super::bench::enterprise("ENT-014").uscc.to_string();
    let body = json!({"resumed_on": "2020-02-20", "name": "示例", "township_code": "500114250"});
    let path = format!("/v1/enterprises/{code}/resumptions");
    let said = bench.act(&town("500114250"), &path, body).await;
    assert_eq!(said.status, 201);
    assert!(said.advisories().contains(&"ENTERPRISE_UNLISTED".to_owned()), "{}", said.text);
    bench.list("ENT-014").await;
    assert_eq!(bench.count("resumption-resumed").await, 1);
    let head = bench.log.head();
    let again = bench.act(&firm(&code), &path, resumed("2020-02-26")).await;
    assert_eq!((again.status, bench.log.head()), (200, head));
}

/// §四 at any level of risk, excluded from the base, and on the way to its end.
#[actix_web::test]
async fn neither_risk_nor_exclusion_nor_a_begun_closure_stands_in_the_way() {
    let (bench, code, path) = listed("ENT-001").await;
    let level = json!({"level": "high", "effective_on": "2020-02-26"});
    bench.act(HQ, "/v1/regime/risk-levels", level).await;
    let out = json!({"kind": "left_register", "from": "2020-01-01", "basis": "退库"});
    bench.act(EIC, &format!("{path}/exclusions"), out).await;
    let closing = json!({"stage": "begun", "kind": "deregistered"});
    bench.act(EIC, &format!("{path}/closures"), closing).await;
    let said = bench.act(&firm(&code), &format!("{path}/resumptions"), resumed("2020-02-26")).await;
    assert_eq!(said.status, 201);
    assert!(said.advisories().contains(&"RISK_LEVEL:high".to_owned()), "{}", said.text);
}

#[actix_web::test]
async fn stopping_and_resuming_counts_once_in_the_rate_and_thrice_in_history() {
    let (bench, code, path) = listed("ENT-001").await;
    bench.act(&firm(&code), &format!("{path}/resumptions"), resumed("2020-02-26")).await;
    bench.clock("2020-02-28T08:00:00+08:00").await;
    let stop = json!({"reason": "maintenance", "from": "2020-02-28"});
    bench.act(&firm(&code), &format!("{path}/suspensions"), stop).await;
    bench.clock("2020-03-02T08:00:00+08:00").await;
    bench.act(&firm(&code), &format!("{path}/resumptions"), resumed("2020-03-02")).await;
    let all = bench.rows("r1", "?by=all").await;
    assert_eq!(all[0]["resumed"], 1, "{all:?}");
    let kinds =
        [bench.count("resumption-resumed").await, bench.count("resumption-suspended").await];
    assert_eq!(kinds, [2, 1]);
}

#[actix_web::test]
async fn the_day_turns_at_midnight_in_shanghai_not_in_greenwich() {
    let (bench, code, path) = listed("ENT-001").await;
    let path = format!("{path}/resumptions");
    bench.clock("2020-02-26T15:59:59Z").await;
    bench.refused(&firm(&code), &path, resumed("2020-02-27"), "RESUMED_ON_IN_FUTURE").await;
    bench.clock("2020-02-26T16:00:00Z").await;
    assert_eq!(bench.act(&firm(&code), &path, resumed("2020-02-27")).await.status, 201);
}

#[actix_web::test]
async fn only_a_confirmed_closure_ends_it_and_the_code_may_be_listed_anew() {
    let (bench, code, path) = listed("ENT-015").await;
    let finding = bench.finding(&code).await;
    let order = bench.order(&code, &finding, 5).await;
    bench.serve(&order).await;
    let gone = json!({"stage": "confirmed", "kind": "deregistered"});
    bench.act(EIC, &format!("{path}/closures"), gone).await;
    assert_eq!(bench.count("rectification-terminated").await, 1);
    let report = format!("{path}/resumptions");
    bench.refused(&firm(&code), &report, resumed("2020-02-26"), "ENTERPRISE_CLOSED").await;
    bench.clock("2020-03-20T08:00:00+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 0);
    bench.list("ENT-015").await;
    assert_eq!(bench.act(&firm(&code), &report, resumed("2020-03-20")).await.status, 201);
}

#[actix_web::test]
async fn a_declaration_that_work_never_stopped_is_put_right_as_a_resumption_and_back() {
    let bench = Bench::at("2020-03-02T08:00:00+08:00").await;
    let code = bench.list("ENT-011").await;
    let path = |below: &str| format!("/v1/enterprises/{code}/{below}");
    let declared = bench.act(EIC, &path("continuous-production"), json!({"since": "2020-01-24"}));
    let first = declared.await.id();
    let right = json!({"resumed_on": "2020-02-20", "supersedes": first});
    let said = bench.act(&firm(&code), &path("resumptions"), right.clone()).await;
    assert_eq!(said.events(), ["resumption-corrected"]);
    let state = async || bench.get(EIC, &format!("/v1/enterprises/{code}")).await.json();
    assert_eq!(state().await["production_since"], "2020-02-20");
    bench.refused(EIC, &path("resumptions"), right, "NOT_FOUND").await;
    let back = json!({"since": "2020-01-23", "supersedes": said.id()});
    let again = bench.act(EIC, &path("continuous-production"), back).await;
    assert_eq!(again.events(), ["resumption-continuous-production-declared"]);
    assert_eq!(state().await["production_state"], "continuous");
    let no_act = json!({"since": "2020-01-23", "supersedes": bench.log.new_id().to_string()});
    bench.refused(EIC, &path("continuous-production"), no_act, "INVALID_FIELD").await;
    let told = bench.get(EIC, &path("timeline")).await.text;
    assert!(told.contains("将自2020-01-24起持续在产更正为2020-02-20复工复产"), "{told}");
    assert!(told.contains("将自2020-02-20起复工更正为自2020-01-23起持续在产"), "{told}");
}
