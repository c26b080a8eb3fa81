//! Safety at work and linked zones over HTTP.

use serde_json::{Value, json};

use super::bench::{Bench, EIC, firm, town};

#[actix_web::test]
async fn a_hazard_is_found_read_back_by_its_number_and_cleared() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    let path = |below: &str| format!("/v1/enterprises/{code}/{below}");
    let found = json!({"workplace": "flammable", "severity": "major", "place": "油漆库",
        "facts": "报警器失灵", "due": "2020-03-03"});
    let said = bench.act("qin:emb:emergency", &path("hazards"), found).await;
    assert_eq!((said.id().as_str(), said.header("location")), ("1", path("hazards/1").as_str()));
    let back = bench.get(EIC, said.header("location")).await.json();
    assert_eq!(
        (&back["data"]["place"], &back["data"]["found_on"]),
        (&json!("油漆库"), &json!("2020-02-28"))
    );
    for none in ["hazards/2", "hazards/x.1"] {
        assert_eq!(bench.get(EIC, &path(none)).await.problem(), "NOT_FOUND");
    }
    // It is in the enterprise's own inbox and in its sector lead's, and in nobody else's.
    let kinds = async |who: &str| -> Vec<Value> {
        let tasks = bench.get(who, "/v1/tasks").await.json();
        tasks["items"].as_array().unwrap().iter().map(|task| task["kind"].clone()).collect()
    };
    assert_eq!(kinds(&firm(&code)).await, ["clear-hazard"]);
    let other = bench.list("ENT-001").await;
    assert_eq!(kinds(&firm(&other)).await, Vec::<Value>::new());
    let lead = bench.get("qin:emb:emergency", "/v1/tasks?unit=emb").await.json();
    assert_eq!(lead["items"][0]["kind"], "oversee-hazard", "{lead}");
    bench
        .refused(
            &firm(&code),
            &path("hazards/7/clearances"),
            json!({"measures": "更换"}),
            "NOT_FOUND",
        )
        .await;
    bench.act(&firm(&code), &path("hazards/1/clearances"), json!({"measures": "更换"})).await;
    assert_eq!(kinds(&firm(&code)).await, Vec::<Value>::new());
    assert_eq!(bench.rows("r19", "").await[0]["cleared"], true);
    let plan = bench.get(EIC, &path("plans")).await.json();
    assert_eq!(
        (&plan["state"]["state"], &plan["state"]["safety"]["hazards"]),
        (&json!("missing"), &json!({"1": true}))
    );
}

#[actix_web::test]
async fn zones_are_linked_and_workers_handed_over() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    let path = |below: &str| format!("/v1/enterprises/{code}/{below}");
    let link = json!({"community": "石会社区", "site": "厂长", "measures": ["联合消毒"]});
    bench.refused(&firm(&code), &path("zone-links"), link.clone(), "ROLE_NOT_ALLOWED").await;
    let said = bench.act(&town("500114106"), &path("zone-links"), link).await;
    let back = bench.get(EIC, said.header("location")).await.json();
    assert_eq!(back["data"]["measures"], json!(["联合消毒"]));
    let handed = json!({"at": "2020-02-28T07:30:00+08:00", "from": "社区网格", "to": "企业班组", "workers": 86});
    bench.act(&firm(&code), &path("handovers"), handed).await;
    let row = bench.rows("r17", "").await.remove(0);
    assert_eq!(
        (&row["linked"], &row["workers"], &row["site"]),
        (&json!(true), &json!(86), &json!("厂长"))
    );
    let told = bench.get(EIC, &path("timeline")).await.text;
    assert!(told.contains("建立三区三联机制：石会社区、企业生产区域联动联防联控"), "{told}");
}
