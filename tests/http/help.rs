//! Difficulties (困难) over HTTP: who raises, who helps, who reads what.

use serde_json::json;

use super::bench::{Bench, EIC, HQ, firm, town};

const HRSS: &str = "he:hrss:department";

/// A bench with a case of labour in the hands of 区人力社保局; the enterprise and the case.
async fn assigned() -> (Bench, String, String) {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    let body = json!({"enterprise": code, "category": "labour", "text": "缺操作工12人"});
    let case = bench.act(&firm(&code), "/v1/support-cases", body).await;
    let case = case.header("location").to_owned();
    let hands = json!({"department": "hrss", "due": "2020-03-02"});
    bench.act(EIC, &format!("{case}/assignments"), hands).await;
    (bench, code, case)
}

#[actix_web::test]
async fn a_difficulty_is_read_by_those_who_solve_it_and_by_no_stranger() {
    let (bench, _, case) = assigned().await;
    for who in [EIC, HRSS] {
        let shown = bench.get(who, &case).await.json();
        assert_eq!(shown["state"]["state"], "assigned", "{shown}");
        assert_eq!(shown["events"][0]["data"]["text"], "缺操作工12人", "{who}: {shown}");
    }
    let sealed = bench.get("robot:eic:integrator", &case).await;
    assert!(!sealed.text.contains("操作工"), "{}", sealed.text);
    let stranger = firm("91500114MAYY010106");
    assert_eq!(bench.get(&stranger, &case).await.status, 404);
    assert_eq!(bench.get(&town("500114107"), &case).await.status, 404);
}

#[actix_web::test]
async fn a_late_difficulty_goes_up_and_its_timeline_tells_the_course() {
    let (bench, code, case) = assigned().await;
    bench.clock("2020-03-03T00:00:00+08:00").await;
    assert_eq!(bench.count("support-escalated").await, 1);
    let solved = json!({"text": "12人全部到岗"});
    bench.act(HRSS, &format!("{case}/resolutions"), solved).await;
    let content = json!({"satisfied": true});
    bench.act(&firm(&code), &format!("{case}/confirmations"), content).await;
    let timeline = bench.get(EIC, &format!("/v1/enterprises/{code}/timeline?limit=200")).await;
    for sentence in [
        "提出困难（用工）",
        "将困难交区人力社保局办理，办理时限2020-03-02",
        "办理时限2020-03-02已过，困难升级至区经信委",
        "困难已解决",
        "确认企业对困难办理满意",
    ] {
        assert!(timeline.text.contains(sentence), "{sentence}: {}", timeline.text);
    }
    let rows = bench.rows("r9-summary", "?by=department").await;
    assert_eq!(rows[0]["satisfaction"], "100%", "{rows:?}");
    let rows = bench.rows("r9", "").await;
    assert_eq!(
        (&rows[0]["text"], &rows[0]["state"]),
        (&json!("缺操作工12人"), &json!("confirmed"))
    );
}

#[actix_web::test]
async fn a_sum_and_its_day_go_together() {
    let (bench, code, _) = assigned().await;
    let body = json!({"enterprise": code, "category": "policy_fulfilment", "amount_cny": 200_000,
        "text": "稳岗返还"});
    let case = bench.act(EIC, "/v1/support-cases", body).await.header("location").to_owned();
    let path = format!("{case}/resolutions");
    for (body, code) in [
        (json!({"text": "已拨付", "amount_cny": 200_000}), "MEMBERS_DISAGREE"),
        (json!({"text": "已拨付", "paid_on": "2020-02-27"}), "MEMBERS_DISAGREE"),
        (json!({"text": "已拨付", "amount_cny": 0, "paid_on": "2020-02-27"}), "INVALID_FIELD"),
    ] {
        bench.refused(HQ, &path, body, code).await;
    }
    let paid = json!({"text": "已拨付", "amount_cny": 200_000, "paid_on": "2020-02-27"});
    bench.act(HQ, &path, paid).await;
    let rows = bench.rows("r18-fulfilment", "").await;
    assert_eq!(rows[0]["paid_cny"], 200_000, "{rows:?}");
}
