//! The daily reports and the cut-off, as the evening call finds them.

use serde_json::{Value, json};

use super::bench::{Bench, EIC, HQ, firm, town};

fn sheet(date: &str, fever: u32) -> Value {
    json!({"date": date, "staff": 120, "on_post": 86, "from_hubei": 3, "in_observation": 6,
        "fever": fever, "masks_days": 5, "capacity_pct": 70, "power_kwh": 5200,
        "difficulties": "包装材料不足"})
}

#[actix_web::test]
async fn a_report_is_sent_read_back_and_put_right() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let (boss, path) = (firm(&code), format!("/v1/enterprises/{code}/daily-reports"));
    let said = bench.act(&boss, &path, sheet("2020-02-28", 1)).await;
    let back = bench.get(&boss, said.header("location")).await.json();
    assert_eq!(
        (&back["data"]["on_post"], &back["data"]["difficulties"]),
        (&json!(86), &json!("包装材料不足"))
    );
    bench.refused(&boss, &path, sheet("2020-02-28", 0), "INVALID_FIELD").await;
    bench.refused(&boss, &path, sheet("2020-02-29", 0), "OCCURRED_ON_IN_FUTURE").await;
    let mut right = sheet("2020-02-28", 0);
    right["supersedes"] = json!("01704fae-a400-7000-8000-000000000001");
    bench.refused(&boss, &path, right.clone(), "INVALID_FIELD").await;
    right["supersedes"] = json!(said.id());
    bench.act(&boss, &path, right).await;
    assert_eq!(bench.count("resumption-daily-reported").await, 2, "both stay");
    let rows = bench.rows("r3", "").await;
    assert_eq!((rows.len(), &rows[0]["fever"]), (1, &json!(0)));
    let told = bench.get(EIC, &format!("/v1/enterprises/{code}/timeline")).await.text;
    assert!(
        told.contains("填报2020-02-28日报：职工120人，到岗86人，更正2020-02-28的日报"),
        "{told}"
    );
}

/// How many came from Hubei, are in observation or ill is for those who look after them.
#[actix_web::test]
async fn small_figures_are_withheld_from_whoever_does_not_look_after_them() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let path = format!("/v1/enterprises/{code}/daily-reports");
    let report = bench.act(&firm(&code), &path, sheet("2020-02-28", 1)).await;
    let seen = async |who: &str, register: &str| {
        let said = bench.get(who, &format!("/v1/registers/{register}/rows")).await.json();
        let row = &said["items"][0];
        ["from_hubei", "in_observation", "fever", "on_post"].map(|name| row[name].clone())
    };
    let (all, some) = (json!([3, 6, 1, 86]), json!([null, 6, null, 86]));
    let township = town("500114004");
    let officer = "OFF-20:500114004:officer";
    for register in ["r3", "r3-summary"] {
        for who in [EIC, HQ] {
            assert_eq!(json!(seen(who, register).await), all, "{who} {register}");
        }
        // A part of the district is looked after by its own: in sums others are counted with them.
        let of_part = if register == "r3" { &all } else { &some };
        for who in [&*township, "liu:park-zy:park", officer] {
            assert_eq!(json!(seen(who, register).await), *of_part, "{who} {register}");
        }
        for who in ["ma:eic:auditor", "wu:eic:reporter", "qin:emb:emergency"] {
            assert_eq!(json!(seen(who, register).await), some, "{who} {register}");
        }
    }
    assert_eq!(json!(seen(&firm(&code), "r3").await), some, "a firm reads its own line");
    let sums = bench.get(&firm(&code), "/v1/registers/r3-summary/rows").await;
    assert_eq!(sums.status, 403, "and no sums of others: {}", sums.text);
    // Whoever reads a report on paper is told that they are not there.
    let page = async |who: &str, id: &str| {
        bench.get(who, &format!("/v1/reports/{id}.html")).await.text.contains("未列数字")
    };
    assert!(page("ma:eic:auditor", "r3").await && !page(EIC, "r3").await);
    assert!(!page("ma:eic:auditor", "r1-enterprises").await);
    // Nobody finds out by asking which row has it.
    let probed = bench.get("wu:eic:reporter", "/v1/registers/r3/rows?fever=1").await.json();
    assert_eq!(probed["total"], 0);
    let event = bench.get("wu:eic:reporter", report.header("location")).await.json();
    assert_eq!(
        (&event["data"]["fever"], &event["data"]["in_observation"]),
        (&json!(null), &json!(6))
    );
}

/// Told after the cut-off, of days before it: the figures given then are found as they were given.
#[actix_web::test]
async fn figures_given_at_the_cut_off_are_read_again_as_they_were_given() {
    let bench = Bench::at("2020-02-27T08:00:00+08:00").await;
    let [silk, mine] = [bench.list("ENT-001").await, bench.list("ENT-004").await];
    let resume = |code: &str| format!("/v1/enterprises/{code}/resumptions");
    bench.act(EIC, &resume(&silk), json!({"resumed_on": "2020-02-27"})).await;
    bench.clock("2020-02-27T17:00:00+08:00").await;
    let given = bench.rows("r1", "?true_on=2020-02-27").await;
    let cut_off = bench.rows("r1-fixed", "").await.pop().unwrap();
    assert_eq!(
        (&cut_off["date"], &cut_off["fixed_at"]),
        (&json!("2020-02-27"), &json!("2020-02-27T09:00:00Z"))
    );
    assert_eq!(bench.rows("r16", "").await.len(), 1);
    bench.clock("2020-02-28T09:00:00+08:00").await;
    bench.act(EIC, &resume(&mine), json!({"resumed_on": "2020-02-26"})).await;
    let now = bench.rows("r1", "?true_on=2020-02-27").await;
    assert_eq!((&given[0]["resumed"], &now[0]["resumed"]), (&json!(1), &json!(2)));
    let position = cut_off["position"].as_str().unwrap();
    let again = bench.rows("r1", &format!("?at_position={position}&true_on=2020-02-27")).await;
    assert_eq!(again, given);
    let instant = "?as_of=2020-02-27T17:00:00%2B08:00&true_on=2020-02-27";
    assert_eq!(bench.rows("r1", instant).await, given);
    bench.clock("2020-02-28T17:00:00+08:00").await;
    let rates = bench.rows("r1", "?by=all").await;
    assert_eq!(
        (&rates[0]["rate"], &rates[0]["delta_pp"], &rates[0]["rate_all"]),
        (&json!("100%"), &json!("0.00"), &json!("100%"))
    );
}

#[actix_web::test]
async fn a_fever_lies_with_the_headquarters_at_once() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let path = format!("/v1/enterprises/{code}/daily-reports");
    bench.act(&firm(&code), &path, sheet("2020-02-28", 1)).await;
    let tasks = bench.get(HQ, "/v1/tasks?unit=hq").await.json();
    let kinds: Vec<_> =
        tasks["items"].as_array().unwrap().iter().map(|task| &task["kind"]).collect();
    assert_eq!(kinds, ["abnormal-health"], "{tasks}");
}
