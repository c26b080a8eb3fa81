//! Supply chains and key projects over HTTP.

use serde_json::json;

use super::bench::{Bench, EIC, enterprise, firm, town};

#[actix_web::test]
async fn a_supplier_that_holds_another_back_is_shown_and_lies_with_its_township() {
    let bench = Bench::at("2020-02-27T08:00:00+08:00").await;
    let (supplier, anchor) = (bench.list("ENT-011").await, bench.list("ENT-016").await);
    let path = |below: &str| format!("/v1/enterprises/{supplier}/{below}");
    let link = json!({"supplier_of": anchor});
    bench.refused(&firm(&anchor), &path("supply-links"), link.clone(), "OUT_OF_JURISDICTION").await;
    let none = json!({"supplier_of": enterprise("ENT-015").uscc});
    bench.refused(EIC, &path("supply-links"), none, "ENTERPRISE_UNKNOWN").await;
    bench.refused(EIC, &path("supply-links"), json!({"supplier_of": "9150"}), "USCC_INVALID").await;
    let said = bench.act(&firm(&supplier), &path("supply-links"), link.clone()).await;
    assert_eq!(said.events(), ["enterprise-supply-link-declared"]);
    let back = bench.get(EIC, said.header("location")).await.json();
    assert_eq!(back["data"]["supplier_of"], anchor);
    assert_eq!(bench.act(&firm(&supplier), &path("supply-links"), link).await.status, 200);
    let record = bench.get(EIC, &format!("/v1/enterprises/{supplier}")).await.json();
    assert_eq!(record["supplies"], json!([{"supplier_of": anchor, "until": null}]));

    let resume = json!({"resumed_on": "2020-02-27"});
    bench.act(EIC, &format!("/v1/enterprises/{anchor}/resumptions"), resume.clone()).await;
    let held = bench.rows("r11", "?holds_back=true").await;
    assert_eq!((&held[0]["enterprise"], &held[0]["anchor"]), (&json!(supplier), &json!(anchor)));
    let tasks = bench.get(&town("500114002"), "/v1/tasks").await.json();
    let kinds: Vec<_> = tasks["items"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert!(kinds.contains(&&json!("help-supplier")), "{tasks}");
    // Its own unit sees the row, the other's does not.
    let seen =
        async |who: &str| bench.get(who, "/v1/registers/r11/rows").await.json()["total"].clone();
    assert_eq!(
        (seen(&town("500114002")).await, seen(&town("500114004")).await),
        (json!(1), json!(0))
    );
    bench.act(&firm(&supplier), &path("resumptions"), resume).await;
    assert_eq!(bench.rows("r11", "?holds_back=true").await, Vec::<serde_json::Value>::new());
}

#[actix_web::test]
async fn a_key_project_is_marked_read_back_by_its_number_and_started() {
    let bench = Bench::at("2020-02-27T08:00:00+08:00").await;
    let code = bench.list("ENT-009").await;
    let path = |below: &str| format!("/v1/enterprises/{code}/{below}");
    let project =
        json!({"name": "铝箔生产线", "investment_cny": 180_000_000, "starts_by": "2020-03-10"});
    bench.refused(&firm(&code), &path("key-projects"), project.clone(), "ROLE_NOT_ALLOWED").await;
    let said = bench.act(EIC, &path("key-projects"), project).await;
    assert_eq!(
        (said.id().as_str(), said.header("location")),
        ("1", path("key-projects/1").as_str())
    );
    let back = bench.get(EIC, said.header("location")).await.json();
    assert_eq!(back["data"]["name"], "铝箔生产线");
    let tasks = bench.get(EIC, "/v1/tasks?unit=eic").await.json();
    let task = tasks["items"].as_array().unwrap().iter().find(|it| it["kind"] == "start-project");
    assert_eq!(task.unwrap()["due"], "2020-03-10");
    bench.refused(EIC, &path("key-projects/2/starts"), json!({}), "NOT_FOUND").await;
    bench.refused(EIC, &path("key-projects/x/starts"), json!({}), "NOT_FOUND").await;
    let ahead = json!({"started_on": "2020-02-28"});
    bench.refused(EIC, &path("key-projects/1/starts"), ahead, "OCCURRED_ON_IN_FUTURE").await;
    let started = bench.act(&firm(&code), &path("key-projects/1/starts"), json!({})).await;
    assert_eq!(started.events(), ["enterprise-key-project-started"]);
    let row = bench.rows("r18-projects", "").await.remove(0);
    assert_eq!(
        (&row["started_on"], &row["project"], &row["overdue"]),
        (&json!("2020-02-27"), &json!("铝箔生产线"), &json!(false))
    );
    let record = bench.get(EIC, &format!("/v1/enterprises/{code}")).await.json();
    assert_eq!(record["key_projects"][0]["started_on"], "2020-02-27");
    let told = bench.get(EIC, &path("timeline")).await.text;
    assert!(told.contains("列入重大工程和重点项目：铝箔生产线，计划2020-03-10前开工"), "{told}");
}
