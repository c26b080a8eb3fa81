//! The scripted stories of `fixtures/data/scenarios.json`, step by step at their times.

use fugong_fixtures::data;
use serde_json::{Value, json};

use super::bench::{Bench, EIC, LI, PARK, WANG, enterprise, firm, order_body, town};

fn scenario(id: &str) -> Value {
    let all: Vec<Value> = serde_json::from_str(data::SCENARIOS).unwrap();
    all.into_iter().find(|one| one["id"] == id).unwrap()
}

fn time(scenario: &Value, step: usize) -> &str {
    scenario["steps"][step]["at"].as_str().unwrap()
}

#[actix_web::test]
async fn s1_resuming_with_nothing_prepared_is_recorded() {
    let story = scenario("S1");
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    bench.clock(time(&story, 0)).await;
    let path = format!("/v1/enterprises/{code}/resumptions");
    let said = bench.act(&firm(&code), &path, json!({"resumed_on": "2020-02-27"})).await;
    assert_eq!(json!(said.status), story["expect"]["http"]);
    assert_eq!(json!(said.events()), story["expect"]["events"]);
    for advisory in story["expect"]["advisories"].as_array().unwrap() {
        let advisory = advisory.as_str().unwrap();
        assert!(said.advisories().iter().any(|one| one == advisory), "{advisory}: {}", said.text);
    }
    for never in story["expect"]["never"].as_array().unwrap() {
        assert!(!said.text.contains(never.as_str().unwrap()), "{}", said.text);
    }
}

#[actix_web::test]
async fn s2_the_second_seat_of_a_mine_belongs_to_the_commission() {
    let story = scenario("S2");
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    bench.enrol("OFF-01").await;
    bench.enrol("OFF-02").await;
    let path = format!("/v1/enterprises/{code}/postings");
    bench.clock(time(&story, 0)).await;
    let first =
        json!({"seat": "township", "unit": "500114106", "officer": "OFF-01", "from": "2020-02-26"});
    let said = bench.act(&town("500114106"), &path, first).await;
    assert!(said.events().contains(&"posting-officer-assigned".to_owned()));
    bench.clock(time(&story, 1)).await;
    let second = json!({"seat": "eic", "unit": "emb", "officer": "OFF-02", "from": "2020-02-26"});
    bench.refused(EIC, &path, second, "SEAT_UNIT_MISMATCH").await;
}

/// Plays S3 to its end; the code of the enterprise.
async fn repeat_offender(bench: &Bench) -> String {
    let story = scenario("S3");
    let code = bench.list("ENT-016").await;
    bench.clock(time(&story, 0)).await;
    let finding = bench.finding(&code).await;
    let mut step = 1;
    for (order, due) in [("R1", "R1_due"), ("R2", "R2_due")] {
        bench.clock(time(&story, step)).await;
        assert_eq!(story["steps"][step]["order"], order);
        let issued = bench.order(&code, &finding, 3).await;
        bench.clock(time(&story, step + 1)).await;
        bench.serve(&issued).await;
        let rows = bench.rows("r7", "").await;
        let dues: Vec<_> = rows.iter().map(|row| &row["due"]).collect();
        assert!(dues.contains(&&story["expect"][due]), "{due}: {dues:?}");
        bench.clock(time(&story, step + 2)).await;
        bench.reinspect(&issued, "failed").await;
        step += 3;
    }
    code
}

#[actix_web::test]
async fn s3_a_repeat_offender_is_proposed_for_a_flag_once() {
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = repeat_offender(&bench).await;
    assert_eq!(bench.count("credit-flag-proposed").await, 1);
    let entry = json!({"retention_months": 6, "legal_review": "法审1号", "collective_discussion": "纪要1号"});
    let path = format!("/v1/credit-flags/{code}.1/entries");
    bench.refused(WANG, &path, entry.clone(), "FLAG_BEFORE_NOTICE").await;
    bench.clock("2020-03-12T09:00:00+08:00").await;
    bench.act(LI, &format!("/v1/credit-flags/{code}.1/notices"), json!({})).await;
    bench.refused(WANG, &path, entry, "STATEMENT_PERIOD_RUNNING").await;
    bench.clock("2020-03-31T09:00:00+08:00").await;
    assert_eq!(bench.count("credit-flag-proposed").await, 1);
}

#[actix_web::test]
async fn s4_an_upheld_objection_expunges_the_flag() {
    let story = scenario("S4");
    let bench = Bench::at("2020-02-28T08:00:00+08:00").await;
    let code = repeat_offender(&bench).await;
    let flag = format!("/v1/credit-flags/{code}.1");
    let boss = firm(&code);
    let entry = json!({"retention_months": 6, "legal_review": "法审1号", "collective_discussion": "纪要1号"});
    for (step, (who, what, body)) in [
        (LI, "notices", json!({})),
        (WANG, "entries", entry),
        (boss.as_str(), "objections", json!({"grounds": "第二次复查时已补齐。"})),
        (WANG, "objection-decisions", json!({"result": "upheld"})),
    ]
    .into_iter()
    .enumerate()
    {
        bench.clock(time(&story, step)).await;
        bench.act(who, &format!("{flag}/{what}"), body).await;
    }
    assert_eq!(bench.count("credit-expunged").await, 1);
    let then = bench.rows("r8", "?as_of=2020-03-20").await;
    assert_eq!(then[0]["standing"], true, "{then:?}");
    assert_eq!(then[0]["annotated"], true, "{then:?}");
    let now = bench.rows("r8", "").await;
    assert!(now.iter().all(|row| row["standing"] != true), "{now:?}");
    // The orders that grounded it never count again.
    bench.clock("2020-04-30T09:00:00+08:00").await;
    assert_eq!(bench.count("credit-flag-proposed").await, 1);
}

#[actix_web::test]
async fn s6_promotion_inside_the_park_adds_no_seat_of_the_commission() {
    let story = scenario("S6");
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = bench.list("ENT-003").await;
    bench.clock(time(&story, 0)).await;
    let body = json!({"to": "above", "effective_on": "2020-03-02", "basis": "统计名录库"});
    bench.act(EIC, &format!("/v1/enterprises/{code}/scale-changes"), body).await;
    let rows = bench.rows("r4-seats", "").await;
    let mut seats: Vec<_> = rows.iter().map(|row| row["seat"].as_str().unwrap()).collect();
    let mut wanted: Vec<_> = story["expect"]["required_seats"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seat| seat.as_str().unwrap())
        .collect();
    seats.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(seats, wanted);
}

/// ENT-001 with OFF-10 in the park's seat until 4 March 0:00, then OFF-11.
async fn transferred(bench: &Bench) -> String {
    let story = scenario("S7");
    let code = bench.list("ENT-001").await;
    bench.enrol("OFF-10").await;
    bench.enrol("OFF-11").await;
    let path = format!("/v1/enterprises/{code}/postings");
    let body =
        json!({"seat": "park", "unit": "park-zy", "officer": "OFF-10", "from": "2020-02-26"});
    bench.act(PARK, &path, body).await;
    bench.clock(time(&story, 0)).await;
    let body = json!({"officer": "OFF-11", "effective_at": story["steps"][0]["effective"]});
    bench.act(PARK, &format!("{path}/park/transfers"), body).await;
    code
}

async fn duty_finding(bench: &Bench, code: &str, officer: &str, day: &str) -> String {
    let opened = json!({"enterprise": code, "kind": "follow_up", "subjects": ["officer_duty"]});
    let inspection = bench.act(EIC, "/v1/inspections", opened).await.id();
    let found = json!({"subject": "officer_duty", "category": "officer_absent", "severity": "ordinary",
        "facts": "驻厂员不在岗。", "officer": officer, "occurred_at": day});
    bench.act(EIC, &format!("/v1/inspections/{inspection}/findings"), found).await.id()
}

#[actix_web::test]
async fn s7_a_finding_dated_before_the_transfer_attaches_to_the_former_officer() {
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = transferred(&bench).await;
    bench.clock("2020-03-04T10:00:00+08:00").await;
    let rows = bench.rows("r4-seats", "?seat=park").await;
    assert_eq!(rows[0]["officer"], "OFF-11");
    let before = bench.rows("r4-seats", "?seat=park&true_on=2020-03-03").await;
    assert_eq!(before[0]["officer"], "OFF-10");
    duty_finding(&bench, &code, "OFF-10", "2020-03-03").await;
    let officer = bench.get(EIC, "/v1/officers/OFF-10").await;
    assert_eq!(officer.status, 200, "{}", officer.text);
    assert_eq!(bench.count("officer-duty-referred").await, 1);
}

/// Who sat there on the day is asked of the history, also of an inspection that was open already.
#[actix_web::test]
async fn an_officer_transferred_while_an_inspection_is_open_answers_for_his_own_days() {
    let bench = Bench::at("2020-03-02T09:00:00+08:00").await;
    let code = bench.list("ENT-001").await;
    bench.enrol("OFF-10").await;
    bench.enrol("OFF-11").await;
    let path = format!("/v1/enterprises/{code}/postings");
    let seat =
        json!({"seat": "park", "unit": "park-zy", "officer": "OFF-10", "from": "2020-03-02"});
    bench.act(PARK, &path, seat).await;
    bench.clock("2020-03-03T09:00:00+08:00").await;
    let opened = json!({"enterprise": code, "kind": "full", "subjects": ["officer_duty"]});
    let inspection = bench.act(EIC, "/v1/inspections", opened).await.id();
    let to = json!({"officer": "OFF-11", "effective_at": "2020-03-04T00:00:00+08:00"});
    bench.act(PARK, &format!("{path}/park/transfers"), to).await;
    bench.clock("2020-03-04T10:00:00+08:00").await;
    let findings = format!("/v1/inspections/{inspection}/findings");
    let absent = |officer: &str, day: &str| {
        json!({"subject": "officer_duty", "category": "officer_absent",
        "severity": "ordinary", "facts": "驻厂员不在岗。", "officer": officer, "occurred_at": day})
    };
    bench.refused(EIC, &findings, absent("OFF-11", "2020-03-03"), "NO_POSTING_AT_DATE").await;
    bench.act(EIC, &findings, absent("OFF-10", "2020-03-03")).await;
    bench.refused(EIC, &findings, absent("OFF-10", "2020-03-04"), "NO_POSTING_AT_DATE").await;
    bench.act(EIC, &findings, absent("OFF-11", "2020-03-04")).await;
    let close = json!({"result_codes": ["referred"]});
    bench.act(EIC, &format!("/v1/inspections/{inspection}/closures"), close).await;
    assert_eq!(bench.count("officer-duty-referred").await, 2);
    for officer in ["OFF-10", "OFF-11"] {
        let duties = bench.state(&format!("/v1/officers/{officer}")).await["duties"].clone();
        assert_eq!(duties.as_object().unwrap().len(), 1, "{officer}: {duties}");
    }
}

#[actix_web::test]
async fn s12_an_officer_duty_finding_never_hits_the_enterprise() {
    let story = scenario("S12");
    let bench = Bench::at("2020-02-26T08:00:00+08:00").await;
    let code = transferred(&bench).await;
    bench.clock(time(&story, 0)).await;
    let finding = duty_finding(&bench, &code, "OFF-10", "2020-03-03").await;
    bench.clock(time(&story, 1)).await;
    let body = order_body(&code, &finding, &json!({"working_days": 3}));
    bench.refused(LI, "/v1/rectification-orders", body, "FINDING_NOT_AGAINST_ENTERPRISE").await;
    assert_eq!(bench.count("officer-duty-referred").await, 1);
    assert_eq!(enterprise("ENT-001").uscc.to_string(), code);
}
