//! `/allowed-acts`: what may be done now, by whom, and why not.

use serde_json::{Value, json};

use super::bench::{Bench, EIC, HQ, LI, firm, town};

impl Bench {
    /// What is told of the act with this operation id; the first, where there are several.
    async fn told(&self, who: &str, code: &str, act: &str) -> Value {
        let said = self.get(who, &format!("/v1/enterprises/{code}/allowed-acts")).await;
        assert_eq!(said.status, 200, "{}", said.text);
        let items = said.json()["items"].clone();
        let found = items.as_array().unwrap().iter().find(|item| item["act"] == act);
        found.unwrap_or_else(|| panic!("no {act} in {items}")).clone()
    }
}

/// 「不得对企业复工复产设置条件」: whatever else is so, the report may be made.
#[actix_web::test]
async fn a_report_of_resumption_is_always_among_them() {
    let bench = Bench::at("2020-02-24T09:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    for who in [EIC, HQ, &firm(&code), "sun:eic:auditor"] {
        let told = bench.told(who, &code, "report_resumption").await;
        assert_eq!(told["allowed"], true, "{who}: {told}");
        assert_eq!(told["would"], json!(["resumption-resumed"]), "{told}");
    }
    let path = format!("/v1/enterprises/{code}/resumptions");
    bench.act(&firm(&code), &path, json!({"resumed_on": "2020-02-24"})).await;
    let told = bench.told(EIC, &code, "report_resumption").await;
    assert_eq!(
        (&told["allowed"], &told["would"]),
        (&json!(true), &json!([])),
        "already so: {told}"
    );
}

#[actix_web::test]
async fn it_says_who_may_and_why_not_and_leaves_no_trace() {
    let bench = Bench::at("2020-02-24T09:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let finding = bench.finding(&code).await;
    bench.order(&code, &finding, 3).await;
    let head = bench.log.head();
    let serve = bench.told(LI, &code, "serve_order").await;
    assert_eq!(serve["allowed"], true, "{serve}");
    assert_eq!(serve["would"], json!(["rectification-served"]));
    let serve = bench.told(&firm(&code), &code, "serve_order").await;
    assert_eq!(serve["allowed"], false);
    assert_eq!(serve["code"], "ROLE_NOT_ALLOWED");
    assert!(serve["roles"].as_array().unwrap().contains(&json!("commission")), "{serve}");
    let early = bench.told(LI, &code, "report_order_done").await;
    assert!(early["allowed"].is_boolean());
    assert_eq!(bench.log.head(), head, "nothing was written");
    let elsewhere = town("500114112");
    let said = bench.get(&elsewhere, &format!("/v1/enterprises/{code}/allowed-acts")).await;
    assert_eq!(said.problem(), "NOT_FOUND", "what may not be seen is not there");
}

/// What is told is what happens: every act that it calls possible without a body of its own is.
#[actix_web::test]
async fn what_is_told_is_what_happens() {
    let bench = Bench::at("2020-02-24T09:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let closing = bench.told(EIC, &code, "close_enterprise").await;
    assert_eq!(closing["allowed"], true, "{closing}");
    let path = format!("/v1/enterprises/{code}/closures");
    bench.act(EIC, &path, json!({"stage": "confirmed", "kind": "deregistered"})).await;
    for act in ["report_resumption", "draft_plan", "suspend_production"] {
        let told = bench.told(EIC, &code, act).await;
        assert_eq!(told["code"], "ENTERPRISE_CLOSED", "{act}: {told}");
    }
}
