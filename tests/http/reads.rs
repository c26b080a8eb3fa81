//! What readers share: the rows at a position, and what is worked out from them.

use futures::future;
use serde_json::{Value, json};

use super::bench::{Bench, EIC, firm, town};

const START: &str = "2020-02-26T08:00:00+08:00";

/// Each reader sees what was acknowledged before he asked, on one position, whoever reads besides.
#[actix_web::test]
async fn what_was_acknowledged_is_in_every_answer_after_it() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let path = format!("/v1/enterprises/{code}");
    for (n, tier) in ["T1", "T2", "T3", "T4", "T1", "T3"].into_iter().enumerate() {
        let body = json!({"tier": tier, "basis": format!("第{n}次")});
        let acted = bench.act(EIC, &format!("{path}/tiers"), body).await;
        let timeline = format!("{path}/timeline?limit=200");
        let asked = ["/v1/enterprises", "/v1/registers/r12/rows", timeline.as_str()];
        let told = future::join_all(asked.map(|path| bench.get(EIC, path))).await;
        for said in &told {
            assert_eq!(said.header("position"), acted.header("position"), "{}", said.text);
            assert_eq!(said.json()["position"].as_str().unwrap(), acted.header("position"));
        }
        let [list, r12, timeline] = told.as_slice() else { panic!() };
        assert_eq!(list.json()["items"][0]["tier"], tier);
        assert_eq!(r12.json()["items"][0]["tier"], tier);
        let last = timeline.json()["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["data"]["tier"], tier);
    }
}

/// The same rows are worked out for a day, and for whoever asks: neither leaks into the other.
#[actix_web::test]
async fn what_is_worked_out_for_one_is_not_shown_to_another() {
    let bench = Bench::at(START).await;
    let (one, other) = (bench.list("ENT-001").await, bench.list("ENT-016").await);
    bench.clock("2020-02-27T08:00:00+08:00").await;
    let report = json!({"resumed_on": "2020-02-27"});
    bench.act(&firm(&one), &format!("/v1/enterprises/{one}/resumptions"), report).await;
    let codes = async |who: &str, path: &str, member: &str| {
        let said = bench.get(who, path).await.json();
        let items = said["items"].as_array().unwrap().iter();
        items.map(|item| item[member].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        let mut all = codes(EIC, "/v1/enterprises", "id").await;
        all.sort_unstable();
        let mut both = vec![one.clone(), other.clone()];
        both.sort_unstable();
        assert_eq!(all, both);
        assert_eq!(codes(&firm(&one), "/v1/enterprises", "id").await, std::slice::from_ref(&one));
        assert_eq!(
            codes(&firm(&other), "/v1/registers/r12/rows", "enterprise").await,
            std::slice::from_ref(&other)
        );
        assert_eq!(codes(&town("500114001"), "/v1/enterprises", "id").await, Vec::<String>::new());
        let resumed = async |query: &str| bench.rows("r1", query).await[0]["resumed"].clone();
        assert_eq!(resumed("?by=all").await, 1);
        assert_eq!(resumed("?by=all&true_on=2020-02-26").await, 0);
        assert_eq!(bench.rows("r1", "?by=all&at_position=0").await, Vec::<Value>::new());
    }
}

/// What somebody changed in the database by hand is found, told and put right for all readers.
#[actix_web::test]
async fn a_rebuild_over_http_repairs_what_everybody_reads() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let name = async || bench.get(EIC, "/v1/enterprises").await.json()["items"][0]["name"].clone();
    let sound = name().await;
    let altered = "UPDATE register_rows SET row = replace(row, '黔江', '某某') \
        WHERE relation = 'enterprises'";
    let file = rusqlite::Connection::open(bench.database()).unwrap();
    assert_eq!(file.execute(altered, []).unwrap(), 1);
    let begun = bench.post(EIC, "/v1/registers/r12/rebuilds", "k", &json!({})).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let operation = loop {
        let said = bench.get(EIC, begun.header("location")).await.json();
        if said["state"] != "running" {
            break said;
        }
        tokio::task::yield_now().await;
    };
    let found = &operation["result"]["differences"];
    assert_eq!(operation["result"]["different_rows"], 1, "{operation}");
    assert_eq!((&found[0]["relation"], &found[0]["key"]), (&json!("enterprises"), &json!(code)));
    assert_eq!(name().await, sound);
    assert_eq!(bench.log.rebuild("district").await.unwrap().differences, []);
}
