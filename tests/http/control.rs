//! Incidents (疫情) and measures of control (管控) over HTTP.

use serde_json::json;

use super::bench::{Bench, EIC, HQ, firm, town};

/// “不得对企业复工复产设置条件”: a stop order is a remark, of an enterprise as of an area, listed or
/// not; and the headquarters are alerted.
#[actix_web::test]
async fn who_resumes_under_a_stop_order_is_recorded_with_a_remark_and_the_headquarters_know() {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    let bare = json!({"enterprise": code, "kind": "stop_order"});
    bench.refused(HQ, "/v1/control-measures", bare, "INVALID_FIELD").await;
    let paper = "黔江府发〔2020〕3号";
    for over in [("enterprise", code.as_str()), ("area", "500114107")] {
        let order = json!({over.0: over.1, "kind": "stop_order", "authority": paper});
        let made = bench.act(HQ, "/v1/control-measures", order).await;
        let shown = bench.get(HQ, made.header("location")).await.json();
        assert_eq!(shown["state"]["state"], "in_force", "{shown}");
        assert_eq!(shown["events"][0]["data"]["authority"], paper, "{shown}");
    }
    let path = format!("/v1/enterprises/{code}/resumptions");
    let said = bench.act(&firm(&code), &path, json!({"resumed_on": "2020-02-27"})).await;
    assert_eq!(said.status, 201, "{}", said.text);
    assert!(said.advisories().contains(&"STOP_ORDER_IN_FORCE".to_owned()), "{}", said.text);
    let nameless =
        json!({"name": "某石材厂", "township_code": "500114107", "resumed_on": "2020-02-27"});
    let said = bench.act(&town("500114107"), "/v1/resumptions", nameless).await;
    assert_eq!(said.status, 201, "{}", said.text);
    assert!(said.advisories().contains(&"STOP_ORDER_IN_FORCE".to_owned()), "{}", said.text);
    let tasks = bench.get(HQ, "/v1/tasks?unit=hq").await.json();
    let alerts = tasks["items"].as_array().unwrap().iter();
    assert_eq!(alerts.filter(|task| task["kind"] == "resumed-under-stop").count(), 2, "{tasks}");
}

#[actix_web::test]
async fn a_measure_is_over_an_area_or_an_enterprise_and_is_lifted_by_steps() {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    for body in [
        json!({"kind": "other"}),
        json!({"kind": "other", "area": "500114106", "enterprise": code}),
    ] {
        bench.refused(HQ, "/v1/control-measures", body, "MEMBERS_DISAGREE").await;
    }
    let body = json!({"area": "500114106", "kind": "closed_management", "by": "500114106",
        "text": "小区封闭式管理"});
    let measure = bench.act(HQ, "/v1/control-measures", body).await.header("location").to_owned();
    let township = town("500114106");
    bench.refused(&township, &format!("{measure}/liftings"), json!({}), "LIFT_WITHOUT_STEP").await;
    bench.clock("2020-03-05T00:00:00+08:00").await;
    let tasks = bench.get(&township, "/v1/tasks").await.json();
    let mut kinds = tasks["items"].as_array().unwrap().iter().map(|task| &task["kind"]);
    assert!(kinds.any(|kind| kind == "review-measure"), "{tasks}");
    let step = json!({"step": "恢复货车通行"});
    bench.act(&township, &format!("{measure}/relaxations"), step).await;
    bench.act(&township, &format!("{measure}/liftings"), json!({})).await;
    // What is over an area is known to everybody in it.
    assert_eq!(bench.get(&firm(&code), &measure).await.status, 200);
    let rows = bench.rows("r20-measures", "").await;
    assert_eq!((&rows[0]["area"], &rows[0]["steps"]), (&json!("石会镇"), &json!(1)), "{rows:?}");
}

#[actix_web::test]
async fn an_incident_holds_counts_and_no_words_and_takes_four_steps() {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    let named = json!({"enterprise": code, "persons": 1, "name": "张三"});
    bench.refused(&firm(&code), "/v1/epidemic-incidents", named, "INVALID_FIELD").await;
    let body = json!({"enterprise": code, "persons": 1});
    let made = bench.act(&firm(&code), "/v1/epidemic-incidents", body).await;
    let incident = made.header("location").to_owned();
    let shut = format!("{incident}/closures");
    bench.refused(HQ, &shut, json!({}), "ORDER_CLOSED").await;
    for (step, body) in [
        ("isolations", json!({"persons": 3})),
        ("cdc-reports", json!({})),
        ("tracings", json!({"contacts": 12})),
        ("disinfections", json!({"places": 2})),
    ] {
        bench.act(&firm(&code), &format!("{incident}/{step}"), body).await;
    }
    bench.act(HQ, &shut, json!({})).await;
    assert_eq!(bench.get(&town("500114107"), &incident).await.status, 404);
    let timeline = bench.get(EIC, &format!("/v1/enterprises/{code}/timeline?limit=200")).await;
    for sentence in ["报告疫情", "流调追踪密切接触者", "疫情处置完毕"] {
        assert!(timeline.text.contains(sentence), "{sentence}: {}", timeline.text);
    }
    let rows = bench.rows("r20-incidents", "").await;
    assert_eq!(rows[0]["state"], "closed", "{rows:?}");
}

/// A small count points at somebody: it is for those who look after him.
#[actix_web::test]
async fn small_counts_of_persons_are_for_those_who_deal_with_an_incident() {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    let body = json!({"enterprise": code, "persons": 1});
    let made = bench.act(&firm(&code), "/v1/epidemic-incidents", body).await;
    let incident = made.header("location").to_owned();
    let event = made.json()["events"][0]["event_id"].as_str().unwrap().to_owned();
    bench.act(&firm(&code), &format!("{incident}/isolations"), json!({"persons": 3})).await;
    bench.act(&firm(&code), &format!("{incident}/tracings"), json!({"contacts": 12})).await;
    for (who, told) in [
        ("qin:health:department", true),
        (town("500114106").as_str(), true),
        ("re:eic:reporter", false),
        ("in:eic:integrator", false),
    ] {
        let shown = bench.get(who, &incident).await.json();
        assert_eq!(shown["state"].get("persons").is_some(), told, "{who}: {shown}");
        assert_eq!(shown["state"]["isolated"].get("count").is_some(), told, "{who}: {shown}");
        assert_eq!(shown["state"]["traced"]["count"], 12, "{who}: twelve are no few");
        assert_eq!(shown["events"][1]["data"].get("persons").is_some(), told, "{who}: {shown}");
        for path in [format!("/v1/events/{event}"), format!("/v1/events?enterprise={code}")] {
            let read = bench.get(who, &path).await;
            assert_eq!(read.status, 200, "{who}: {path}");
            assert_eq!(read.text.contains("\"persons\":1"), told, "{who}: {}", read.text);
        }
    }
}
