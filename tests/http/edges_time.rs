//! The two clocks at their edges: when something was, and when the log was told of it.

use chrono::{DateTime, Utc};
use fugong_fixtures::data;
use serde_json::{Value, json};

use super::bench::{Bench, EIC, LI, enterprise, firm, town};

fn resumed(on: &str) -> Value {
    json!({"resumed_on": on})
}

/// A telephone that goes fast is refused and not believed; its repeat under the same key, when the
/// time has come, is the same act.
#[actix_web::test]
async fn a_clock_that_goes_fast_is_told_so_and_one_that_goes_slow_is_believed() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let (boss, path) = (firm(&code), format!("/v1/enterprises/{code}/resumptions"));
    let ahead = json!({"resumed_on": "2020-02-26", "occurred_at": "2020-02-26T08:05:00+08:00"});
    let head = bench.log.head();
    let said = bench.post(&boss, &path, "fast", &ahead).await;
    assert_eq!((said.status, said.problem().as_str()), (422, "OCCURRED_ON_IN_FUTURE"));
    assert_eq!(said.json()["errors"][0]["pointer"], "/occurred_at");
    assert_eq!(bench.log.head(), head);
    bench.clock("2020-02-26T08:05:00+08:00").await;
    assert_eq!(bench.post(&boss, &path, "fast", &ahead).await.status, 201);
    let slow = json!({"from": "2020-02-26", "reason": "market",
        "occurred_at": "2020-02-26T08:01:30+08:00"});
    let stop = bench.act(&boss, &format!("/v1/enterprises/{code}/suspensions"), slow).await;
    let event = bench.get(EIC, stop.header("location")).await.json();
    let at = |member: &str| event[member].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert_eq!(at("occurred_at").to_string(), "2020-02-26 00:01:30 UTC", "{event}");
    assert_eq!(at("recorded_at").to_string(), "2020-02-26 00:05:00 UTC", "{event}");
}

/// Told on 2 March of 27 February: the log of 1 March does not know it, the world of then does.
#[actix_web::test]
async fn what_is_told_late_is_dated_back_and_not_smuggled_into_the_past() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    bench.clock("2020-03-02T09:00:00+08:00").await;
    let path = format!("/v1/enterprises/{code}/resumptions");
    bench.act(&firm(&code), &path, resumed("2020-02-27")).await;
    let count = async |query: &str| bench.rows("r1", query).await[0]["resumed"].clone();
    assert_eq!(count("?by=all&true_on=2020-02-26").await, 0);
    assert_eq!(count("?by=all&true_on=2020-02-27").await, 1);
    assert_eq!(count("?by=all&as_of=2020-03-01").await, 0);
    assert_eq!(count("?by=all&as_of=2020-03-01&true_on=2020-02-27").await, 0);
}

/// 「努力实现2月底前」: the sheet of 29 February said 1, and says so for ever as of then.
#[actix_web::test]
async fn a_correction_after_the_month_end_changes_the_month_end_but_not_what_was_said_then() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    let (boss, path) = (firm(&code), format!("/v1/enterprises/{code}/resumptions"));
    let first = bench.act(&boss, &path, resumed("2020-02-28")).await.id();
    bench.clock("2020-03-03T09:00:00+08:00").await;
    let right = json!({"resumed_on": "2020-03-02", "supersedes": first});
    let corrected = bench.act(&boss, &path, right).await;
    assert_eq!(corrected.events(), ["resumption-corrected"]);
    let all = async |query: &str| {
        let rows = bench.rows("r14", query).await;
        let row = rows.into_iter().find(|row| row["group"] == "all").unwrap();
        (row["resumed"].clone(), row["rate"].clone())
    };
    let whole = (json!(1), json!("100%"));
    assert_eq!(all("?as_of=2020-03-01&true_on=2020-02-29").await, whole);
    assert_eq!(all("?true_on=2020-02-29").await.0, 0);
    assert_eq!(all("").await, whole);
    let timeline = bench.get(EIC, &format!("/v1/enterprises/{code}/timeline")).await.json();
    let told: Vec<_> =
        timeline["items"].as_array().unwrap().iter().map(|line| &line["event_type"]).collect();
    assert!(told.contains(&&json!("resumption-resumed")), "both stay in history: {told:?}");
    assert!(told.contains(&&json!("resumption-corrected")), "{told:?}");
}

/// 太极乡 became 太极镇 with another code: its enterprises are one line, old and new together.
#[actix_web::test]
async fn a_township_renumbered_between_event_and_report_is_one_line_under_its_name_of_the_day() {
    let bench = Bench::at("2020-03-13T08:00:00+08:00").await;
    let list = async |id: &str, township: &str| {
        let one = enterprise(id);
        let body = json!({"uscc": one.uscc, "name": one.name, "industry_code": "1353",
            "township_code": township, "above_scale": true});
        bench.act(EIC, "/v1/enterprises", body).await.id()
    };
    let before = list("ENT-007", "500114250").await;
    let path = format!("/v1/enterprises/{before}/resumptions");
    bench.act(&town("500114250"), &path, resumed("2020-03-13")).await;
    bench.clock("2020-03-16T08:00:00+08:00").await;
    let after = list("ENT-016", "500114123").await;
    for register in ["r1", "r14"] {
        let rows = bench.rows(register, "?label=太极镇").await;
        let figures: Vec<_> = rows.iter().map(|row| (&row["total"], &row["resumed"])).collect();
        assert_eq!(figures, [(&json!(2), &json!(1))], "{register}: {rows:?}");
        let then = bench.rows(register, "?label=太极乡&true_on=2020-03-15").await;
        assert!(then.len() == 1 && then[0]["resumed"] == 1, "{register}: {then:?}");
        let none = bench.rows(register, "?label=太极乡").await;
        assert_eq!(none, Vec::<Value>::new(), "{register}");
    }
    // Whoever acts under either code is the same unit, and sees both.
    for code in ["500114250", "500114123"] {
        let seen = bench.get(&town(code), "/v1/enterprises").await.json();
        let ids: Vec<_> = seen["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert!(ids.contains(&&json!(before)) && ids.contains(&&json!(after)), "{code}: {seen}");
        let listed = bench.get(EIC, &format!("/v1/enterprises?township={code}")).await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 2, "{code}: {listed}");
    }
    // What was put into the inbox of the old code is the new code's to take on.
    let inbox = bench.get(&town("500114123"), "/v1/tasks?unit=500114123").await.json();
    let old = inbox["items"].as_array().unwrap().iter().find(|task| task["unit"] == "500114250");
    let path = format!("/v1/tasks/{}/claims", old.unwrap()["task"].as_str().unwrap());
    bench.act(&town("500114123"), &path, json!({})).await;
    let old = json!({"uscc": enterprise("ENT-001").uscc, "name": "示例", "industry_code": "17",
        "township_code": "500114250"});
    bench.refused(EIC, "/v1/enterprises", old, "TOWNSHIP_UNKNOWN_AT_DATE").await;
}

/// 「每个已存期限保留所依日历」: what runs runs on, what begins begins with what is known then.
#[actix_web::test]
async fn a_calendar_published_mid_run_moves_no_stored_deadline_and_counts_for_a_fresh_order() {
    let bench = Bench::at("2020-02-28T16:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let finding = bench.finding(&code).await;
    let running = bench.order(&code, &finding, 3).await;
    bench.serve(&running).await;
    bench.clock("2020-03-01T10:00:00+08:00").await;
    let known = data::calendars().unwrap().into_iter().find(|one| one.id == "CN-2020-v2");
    let mut calendar = serde_json::to_value(known.unwrap()).unwrap();
    calendar["id"] = json!("CN-2020-v3");
    calendar["published_on"] = json!("2020-03-01");
    calendar["holidays"]["2020-03-03"] = json!("临时放假");
    calendar["holidays"]["2020-03-04"] = json!("临时放假");
    bench.act(EIC, "/v1/regime/calendars", calendar).await;
    bench.clock("2020-03-02T08:00:00+08:00").await;
    let finding = bench.finding(&code).await;
    let fresh = bench.order(&code, &finding, 3).await;
    bench.serve(&fresh).await;
    let deadline = async |order: &str| {
        let state = bench.state(order).await;
        let deadline = &state["deadline"];
        (deadline["due"].clone(), deadline["calendar_version"].clone())
    };
    assert_eq!(deadline(&running).await, (json!("2020-03-04"), json!("CN-2020-v2")));
    assert_eq!(deadline(&fresh).await, (json!("2020-03-09"), json!("CN-2020-v3")));
    bench.clock("2020-03-05T00:00:00+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 1);
    assert_eq!(bench.state(&running).await["state"], "lapsed");
}

/// On the last day it can be extended; a second later it is ordered again, not stretched.
#[actix_web::test]
async fn an_order_is_extended_before_it_expires_and_not_after() {
    let bench = Bench::at("2020-02-28T16:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let finding = bench.finding(&code).await;
    let order = bench.order(&code, &finding, 1).await;
    bench.serve(&order).await;
    let path = format!("{order}/extensions");
    let longer = |due: &str| json!({"due": due, "reason": "设备到货延迟。"});
    bench.clock("2020-03-02T23:59:59+08:00").await;
    bench.act(LI, &path, longer("2020-03-04")).await;
    bench.clock("2020-03-04T23:59:59+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 0);
    bench.clock("2020-03-05T00:00:00+08:00").await;
    assert_eq!(bench.count("rectification-lapsed").await, 1);
    bench.refused(LI, &path, longer("2020-03-10"), "ORDER_CLOSED").await;
}
