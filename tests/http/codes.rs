//! A firm that has a new code, over HTTP.

use serde_json::json;

use super::bench::{Bench, EIC, firm, town};

const NEW: &str = "91500114MAXX010287";

#[actix_web::test]
async fn a_firm_is_found_acts_and_is_shown_by_either_code() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let (old, other) = (bench.list("ENT-004").await, bench.list("ENT-001").await);
    let path = |code: &str, below: &str| format!("/v1/enterprises/{code}{below}");
    let body = json!({"uscc": NEW});
    bench
        .refused(&firm(&old), &path(&old, "/code-changes"), body.clone(), "ROLE_NOT_ALLOWED")
        .await;
    bench.refused(EIC, &path(&old, "/code-changes"), json!({"uscc": "9150"}), "USCC_INVALID").await;
    let taken = json!({"uscc": other});
    bench.refused(EIC, &path(&old, "/code-changes"), taken, "ENTERPRISE_EXISTS").await;
    let said = bench.act(&town("500114106"), &path(&old, "/code-changes"), body.clone()).await;
    assert_eq!(said.events()[0], "enterprise-code-changed");
    assert_eq!(bench.get(EIC, said.header("location")).await.json()["data"]["to"], NEW);
    assert_eq!(bench.act(EIC, &path(NEW, "/code-changes"), body).await.status, 200);

    // It is one record, and one version, under both.
    let (one, two) = (bench.get(EIC, &path(&old, "")).await, bench.get(EIC, &path(NEW, "")).await);
    assert_eq!((one.json(), one.header("etag")), (two.json(), two.header("etag")));
    assert_eq!((&one.json()["id"], &one.json()["uscc"]), (&json!(old), &json!(NEW)));
    // Whoever speaks for it may say either code.
    let report = json!({"resumed_on": "2020-02-26"});
    let said = bench.act(&firm(NEW), &path(NEW, "/resumptions"), report.clone()).await;
    assert_eq!(said.events(), ["resumption-resumed"]);
    let back = bench.get(&firm(NEW), said.header("location")).await;
    assert_eq!(back.json()["data"]["resumed_on"], "2020-02-26");
    assert_eq!(bench.act(&firm(&old), &path(&old, "/resumptions"), report).await.status, 200);
    let state = bench.get(&firm(NEW), &path(&old, "/resumptions")).await;
    assert_eq!(state.status, 200, "{}", state.text);
    bench.refused(&firm(NEW), &path(&other, "/visits"), visit(), "ROLE_NOT_ALLOWED").await;
    let told = bench.get(&firm(NEW), &path(NEW, "/timeline")).await.text;
    assert!(told.contains(&format!("统一社会信用代码由{old}变更为{NEW}")), "{told}");
    let events = bench.get(&firm(NEW), &format!("/v1/events?enterprise={NEW}")).await;
    assert!(events.text.contains("resumption-resumed"), "{}", events.text);
}

fn visit() -> serde_json::Value {
    json!({"seat": "township", "at": "2020-02-26T07:00:00+08:00", "items": ["P3"], "notes": "到厂"})
}

#[actix_web::test]
async fn registers_show_the_new_code_and_are_asked_by_either() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let old = bench.list("ENT-004").await;
    bench.list("ENT-001").await;
    bench.act(EIC, &format!("/v1/enterprises/{old}/code-changes"), json!({"uscc": NEW})).await;
    let name = bench.get(EIC, &format!("/v1/enterprises/{NEW}")).await.json()["name"].clone();
    for code in [old.as_str(), NEW] {
        let rows = bench.rows("r15", &format!("?enterprise={code}&kind=plan-in-place")).await;
        let said = rows.iter().map(|row| (&row["name"], &row["enterprise"])).collect::<Vec<_>>();
        assert_eq!(said, [(&name, &json!(NEW))]);
    }
    let tasks = bench.get(EIC, "/v1/tasks?limit=200").await.json();
    let mut its = tasks["items"].as_array().unwrap().iter();
    let its = its.find(|task| task["enterprise"] == NEW).unwrap_or_else(|| panic!("{tasks}"));
    assert_eq!(its["name"], name);
    for register in ["r2", "r4", "r12"] {
        for code in [old.as_str(), NEW] {
            let rows = bench.rows(register, &format!("?enterprise={code}")).await;
            assert_eq!((&rows[0]["enterprise"], rows.len()), (&json!(NEW), 1), "{register} {code}");
        }
    }
    // It sees its own row, under either of its codes, and no other.
    for code in [old.as_str(), NEW] {
        let rows = bench.get(&firm(code), "/v1/registers/r2/rows").await.json();
        assert_eq!((&rows["total"], &rows["items"][0]["enterprise"]), (&json!(1), &json!(NEW)));
    }
    let found = bench.get(EIC, &format!("/v1/enterprises?q={NEW}")).await.json();
    assert_eq!((&found["items"][0]["id"], &found["items"][0]["uscc"]), (&json!(old), &json!(NEW)));
    // A flag is named by the enterprise, by either code.
    let before = bench.rows("r2", "?true_on=2020-02-25").await;
    assert!(before.iter().all(|row| row["enterprise"] != NEW), "{before:?}");
}

#[actix_web::test]
async fn a_flag_and_an_order_follow_the_firm() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let old = bench.list("ENT-004").await;
    bench.act(EIC, &format!("/v1/enterprises/{old}/code-changes"), json!({"uscc": NEW})).await;
    for _ in 0..2 {
        let finding = bench.finding(NEW).await;
        let order = bench.order(NEW, &finding, 2).await;
        assert_eq!(bench.state(&order).await["enterprise"], old);
        bench.serve(&order).await;
        bench.reinspect(&order, "failed").await;
    }
    let flag = bench.state(&format!("/v1/credit-flags/{NEW}.1")).await;
    assert_eq!(flag["state"], "proposed", "{flag}");
    bench.act(EIC, &format!("/v1/credit-flags/{NEW}.1/notices"), json!({})).await;
    let flag = bench.state(&format!("/v1/credit-flags/{old}.1")).await;
    assert_eq!(flag["state"], "notified", "{flag}");
    assert_eq!(bench.rows("r8", "").await[0]["enterprise"], NEW);
}

/// Nobody knew yet that the code is this firm's: what its second site said counts all the same.
#[actix_web::test]
async fn what_a_site_reported_under_the_new_code_before_the_change_is_the_firms() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let old = bench.list("ENT-004").await;
    let site = format!("{NEW}~02");
    let report = json!({"resumed_on": "2020-02-25", "name": "二厂", "township_code": "500114106"});
    let resumptions = format!("/v1/enterprises/{site}/resumptions");
    bench.act(&town("500114106"), &resumptions, report).await;
    let body = json!({"uscc": NEW});
    let said = bench.act(EIC, &format!("/v1/enterprises/{old}/code-changes"), body).await;
    assert!(said.events().contains(&"resumption-joined".to_owned()), "{}", said.text);
    let works = bench.state(&format!("/v1/enterprises/{old}~02/resumptions")).await;
    assert_eq!(works["unlisted"]["name"], "二厂", "{works}");
    let again = bench.act(&firm(NEW), &resumptions, json!({"resumed_on": "2020-02-26"})).await;
    assert_eq!((again.status, again.events()), (200, Vec::new()), "{}", again.text);
    let rows = bench.rows("r15", "?kind=list-enterprise").await;
    let said = rows.iter().map(|row| (&row["name"], &row["enterprise"], &row["unit"]));
    let found = said.collect::<Vec<_>>();
    assert_eq!(found, [(&json!("二厂"), &json!(site), &json!("500114106"))]);
}
