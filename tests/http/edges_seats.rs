//! Seats at their edges: who owns which, and when no longer.

use serde_json::{Value, json};

use super::bench::{Bench, EIC, Said, town};

const START: &str = "2020-02-26T08:00:00+08:00";

async fn seats(bench: &Bench) -> Vec<String> {
    let rows = bench.rows("r4-seats", "").await;
    let mut seats: Vec<_> =
        rows.iter().map(|row| row["seat"].as_str().unwrap().to_owned()).collect();
    seats.sort_unstable();
    seats
}

fn scale(to: &str) -> Value {
    json!({"to": to, "effective_on": "2020-02-26", "basis": "统计名录库"})
}

#[actix_web::test]
async fn one_officer_does_not_hold_both_seats() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-007").await;
    bench.enrol("OFF-09").await;
    let path = format!("/v1/enterprises/{code}/postings");
    let eic = json!({"seat": "eic", "unit": "eic", "officer": "OFF-09", "from": "2020-02-26"});
    bench.act(EIC, &path, eic).await;
    let both = json!({"seat": "township", "unit": "500114003", "officer": "OFF-09",
        "from": "2020-02-26", "concurrent_reason": "人手不足"});
    bench.refused(&town("500114003"), &path, both, "SEAT_SAME_OFFICER").await;
    let himself = json!({"officer": "OFF-09", "from": "2020-02-26", "until": "2020-02-28"});
    let stand_in = format!("{path}/eic/substitutions");
    bench.refused(EIC, &stand_in, himself, "SEAT_SAME_OFFICER").await;
}

#[actix_web::test]
async fn falling_below_scale_releases_the_seat_of_the_commission() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-007").await;
    bench.enrol("OFF-09").await;
    let eic = json!({"seat": "eic", "unit": "eic", "officer": "OFF-09", "from": "2020-02-26"});
    bench.act(EIC, &format!("/v1/enterprises/{code}/postings"), eic).await;
    assert_eq!(seats(&bench).await, ["eic", "township"]);
    bench.act(EIC, &format!("/v1/enterprises/{code}/scale-changes"), scale("below")).await;
    assert_eq!(seats(&bench).await, ["township"]);
    assert_eq!(bench.count("posting-withdrawn").await, 1);
    assert_eq!(bench.count("officer-post-left").await, 1);
}

#[actix_web::test]
async fn moving_out_of_the_park_releases_its_seat() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    assert_eq!(seats(&bench).await, ["park", "township"]);
    let out = json!({"township_code": "500114001", "effective_on": "2020-02-26"});
    bench.act(EIC, &format!("/v1/enterprises/{code}/relocations"), out).await;
    assert_eq!(seats(&bench).await, ["eic", "township"]);
}

#[actix_web::test]
async fn a_tenant_of_the_park_that_is_not_industrial_has_the_seat_of_the_park_only() {
    let bench = Bench::at(START).await;
    let code = super::bench::enterprise("ENT-001").uscc;
    let body = json!({"uscc": code, "name": "示例物流", "industry_code": "5920",
        "township_code": "500114004", "park_id": "park-zy"});
    bench.act(EIC, "/v1/enterprises", body).await;
    assert_eq!(seats(&bench).await, ["park"]);
}

/// Known to be above scale only on the 26th, nobody was late on the 25th.
#[actix_web::test]
async fn a_promotion_makes_nobody_late_for_a_day_that_was_over() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-011").await;
    bench.act(EIC, &format!("/v1/enterprises/{code}/scale-changes"), scale("above")).await;
    let rows = bench.rows("r5", "").await;
    let row = rows.iter().find(|row| row["enterprise"] == *code);
    let row = row.unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!(row["due"], "2020-03-02", "{row}");
}

/// Whoever sends his roster every night sends it again: the same words are the same officer.
#[actix_web::test]
async fn a_roster_that_is_sent_again_changes_nothing_and_a_correction_names_what_it_corrects() {
    let bench = Bench::at(START).await;
    let roster = |phone: &str| json!({"id": "OFF-70", "name": "示例驻厂员七十", "unit": "park-zy", "title": "干部", "phone": phone});
    let first = bench.act(EIC, "/v1/officers", roster("000-0000-0070")).await;
    assert_eq!(first.status, 201);
    let again = bench.act(EIC, "/v1/officers", roster("000-0000-0070")).await;
    assert_eq!((again.status, again.events()), (200, Vec::new()), "{}", again.text);
    let mut changed = roster("000-0000-0071");
    bench.refused(EIC, "/v1/officers", changed.clone(), "INVALID_FIELD").await;
    changed["supersedes"] = json!("01704fae-a400-7000-8000-000000000001");
    bench.refused(EIC, "/v1/officers", changed.clone(), "INVALID_FIELD").await;
    changed["supersedes"] = first.json()["events"][0]["event_id"].clone();
    let right = bench.act(EIC, "/v1/officers", changed).await;
    assert_eq!(right.events(), ["officer-enrolled"]);
    let officer = bench.get(EIC, "/v1/officers/OFF-70").await;
    assert!(officer.text.contains("000-0000-0071"), "{}", officer.text);
}

/// Whoever was named by mistake never stood in: the roster of those days names the right one.
#[actix_web::test]
async fn a_mistaken_substitution_is_put_right_by_one_that_names_it() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-007").await;
    for officer in ["OFF-02", "OFF-03", "OFF-09"] {
        bench.enrol(officer).await;
    }
    let path = format!("/v1/enterprises/{code}/postings");
    let eic = json!({"seat": "eic", "unit": "eic", "officer": "OFF-09", "from": "2020-02-26"});
    let assigned = bench.act(EIC, &path, eic).await;
    let stand_in = format!("{path}/eic/substitutions");
    let body =
        |officer: &str| json!({"officer": officer, "from": "2020-02-26", "until": "2020-02-28"});
    let wrong = bench.act(EIC, &stand_in, body("OFF-03")).await;
    bench.refused(EIC, &stand_in, body("OFF-02"), "SEAT_OCCUPIED").await;
    let naming = |officer: &str, said: &Said| {
        let mut right = body(officer);
        right["supersedes"] = said.json()["id"].clone();
        right
    };
    bench.refused(EIC, &stand_in, naming("OFF-02", &assigned), "INVALID_FIELD").await;
    let right = bench.act(EIC, &stand_in, naming("OFF-02", &wrong)).await;
    assert_eq!(right.events(), ["posting-substituted"]);
    bench.refused(EIC, &stand_in, naming("OFF-02", &wrong), "NOT_FOUND").await;
    let rows = bench.rows("r4", &format!("?enterprise={code}")).await;
    assert_eq!(rows[0]["substitutes"], json!(["OFF-02"]), "{rows:?}");
}
