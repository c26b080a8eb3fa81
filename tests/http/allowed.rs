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

/// Acts about what goes on there are told for each thing there is, and for none that there is not.
#[actix_web::test]
async fn what_goes_on_there_is_among_them_and_what_does_not_is_not() {
    let bench = Bench::at("2020-02-24T09:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let address = format!("/v1/enterprises/{code}/allowed-acts");
    let acts = async || {
        let items = bench.get(EIC, &address).await.json()["items"].clone();
        let acts = items.as_array().unwrap().iter();
        acts.map(|item| item["act"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let of_things = [
        "clear_hazard",
        "start_key_project",
        "close_inspection",
        "resolve_support_case",
        "close_incident",
    ];
    let before = acts().await;
    for act in of_things {
        assert!(!before.iter().any(|told| told == act), "{act}");
    }
    bench.finding(&code).await;
    let at_it = format!("/v1/enterprises/{code}");
    let hazard = json!({
        "workplace": "flammable", "severity": "major", "place": "油漆库",
        "facts": "可燃气体报警器失灵", "due": "2020-03-03",
    });
    bench.act(EIC, &format!("{at_it}/hazards"), hazard).await;
    let project =
        json!({"name": "示例技改项目", "investment_cny": 1_000_000, "starts_by": "2020-03-10"});
    bench.act(EIC, &format!("{at_it}/key-projects"), project).await;
    let case = json!({"enterprise": code, "category": "labour", "text": "缺工。"});
    bench.act(EIC, "/v1/support-cases", case).await;
    bench.act(EIC, "/v1/epidemic-incidents", json!({"enterprise": code, "persons": 1})).await;
    let after = acts().await;
    for act in of_things {
        assert!(after.iter().any(|told| told == act), "{act} is not in {after:?}");
    }
    // Whose a report under a provisional id is depends on which one is named.
    let told = bench.told(&town("500114004"), &code, "join_listing").await;
    assert_eq!(told["allowed"], true, "{told}");
}
