//! Who reports a barrier (阻碍), or speaks up (举报), is nowhere told to whom it is laid.

use serde_json::{Value, json};

use super::bench::{Bench, EIC, HQ, firm, town};

const POLICE: &str = "wu:police:department";
const TRAFFIC: &str = "gu:traffic:department";

/// A freight route that the mine lays to 区交通局 and to its township; the code and the reports.
async fn reported() -> (Bench, String, [String; 2]) {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    let mut reports = Vec::new();
    for against in ["traffic", "500114106"] {
        let body = json!({"kind": "freight_blocked", "against_unit": against,
            "place": "S202线5公里处", "text": "矿石运不出去", "note": "请保密"});
        let made = bench.act(&firm(&code), "/v1/barrier-reports", body).await;
        reports.push(made.header("location").to_owned());
    }
    let hands = json!({"unit": "police", "due": "2020-02-28"});
    for report in &reports {
        bench.act(HQ, &format!("{report}/assignments"), hands.clone()).await;
    }
    (bench, code, reports.try_into().unwrap())
}

/// Everything that `who` can read that might tell who reported.
async fn readable(bench: &Bench, who: &str, code: &str, reports: &[String; 2]) -> String {
    let mut read = String::new();
    let mut paths = vec![
        "/v1/events?limit=200".to_owned(),
        format!("/v1/events?enterprise={code}&limit=200"),
        format!("/v1/enterprises/{code}/timeline?limit=200"),
        "/v1/tasks?limit=200".to_owned(),
        "/v1/registers/r10/rows".to_owned(),
        "/v1/registers/r15/rows?limit=200".to_owned(),
    ];
    paths.extend(reports.iter().cloned());
    let events = bench.get("a:hq:auditor", "/v1/events?limit=200").await.json();
    for event in events["items"].as_array().unwrap() {
        paths.push(format!("/v1/events/{}", event["event_id"].as_str().unwrap()));
        if event["event_type"] == "barrier-assigned" {
            let (id, act) = (&event["aggregate_id"], &event["event_id"]);
            let (id, act) = (id.as_str().unwrap(), act.as_str().unwrap());
            paths.push(format!("/v1/barrier-reports/{id}/assignments/{act}"));
        }
        if event["event_type"] == "task-raised" {
            paths.push(format!("/v1/tasks/{}", event["aggregate_id"].as_str().unwrap()));
        }
    }
    for path in paths {
        read.push_str(&bench.get(who, &path).await.text);
    }
    read
}

#[actix_web::test]
async fn the_unit_that_it_is_against_is_nowhere_told_who_reported() {
    let (bench, code, reports) = reported().await;
    // The reporter's pseudonym is in the keys of what he set off.
    let words = ["boss", "请保密", "矿石运不出去"];
    let read = readable(&bench, "a:hq:auditor", &code, &reports).await;
    assert!(words.iter().all(|word| read.contains(word)), "who looks from above sees all");
    let township = town("500114106");
    for (who, own, other) in [(TRAFFIC, 0, 1), (township.as_str(), 1, 0)] {
        let only = |n: usize| [reports[n].clone(), reports[n].clone()];
        let id = reports[own].rsplit('/').next().unwrap();
        let shown = bench.get(who, &reports[own]).await.json();
        assert_eq!(shown["state"]["place"], "S202线5公里处", "{who}: {shown}");
        for member in ["reported_by", "enterprise"] {
            assert!(shown["state"].get(member).is_none(), "{who}: {shown}");
        }
        assert!(shown.get("events").is_none(), "{who}: {shown}");
        let read = readable(&bench, who, &code, &only(own)).await;
        // What is laid to another is the other's to be kept from.
        let told = read.matches(id).count();
        assert!(0 < told, "{who} is told that there is one");
        for line in read.split('{').filter(|line| line.contains(id)) {
            assert!(!words.iter().any(|word| line.contains(word)), "{who}: {line}");
        }
        let events = bench.get("a:hq:auditor", "/v1/events?limit=200").await.json();
        for event in events["items"].as_array().unwrap().iter().filter(|one| leads(one, id)) {
            let event_id = event["event_id"].as_str().unwrap();
            assert_eq!(bench.get(who, &format!("/v1/events/{event_id}")).await.status, 404);
            assert!(!read.contains(&format!("\"event_id\":\"{event_id}\"")), "{who}: {event}");
        }
        let elsewhere = bench.get(who, &reports[other]).await;
        let visible = elsewhere.text.contains("reported_by");
        assert_eq!(elsewhere.status, 200, "{who}: {}", elsewhere.text);
        assert!(visible, "{who} is not the one it is against");
    }
}

/// Whether an event is of this report, or of a task about it.
fn leads(event: &Value, report: &str) -> bool {
    event["aggregate_id"] == report || event["data"]["subject"] == report
}

#[actix_web::test]
async fn a_report_is_read_by_those_who_have_part_in_it() {
    let (bench, code, reports) = reported().await;
    for who in [POLICE, HQ, EIC, firm(&code).as_str()] {
        let shown = bench.get(who, &reports[1]).await.json();
        assert_eq!(shown["state"]["reported_by"], json!(code), "{who}: {shown}");
    }
    let police = bench.get(POLICE, &reports[1]).await;
    assert!(police.text.contains("矿石运不出去"), "who clears it reads what happened there");
    let stranger = firm("91500114MAYY010106");
    assert_eq!(bench.get(&stranger, &reports[1]).await.status, 404);
    assert_eq!(bench.get(&town("500114107"), &reports[1]).await.status, 404);
    let timeline = bench.get(HQ, &format!("/v1/enterprises/{code}/timeline?limit=200")).await;
    let sentence = "反映S202线5公里处阻断货运通道，涉及区交通局，由区防控指挥部处置";
    assert!(timeline.text.contains(sentence), "{}", timeline.text);
    bench.act(POLICE, &format!("{}/removals", reports[1]), json!({})).await;
    let rows = bench.rows("r10", "?unit=500114106").await;
    assert_eq!((&rows[0]["removed"], &rows[0]["rate"]), (&json!(1), &json!("100%")));
}

/// 举报: the enterprise sees that it was inspected, and not who spoke up.
#[actix_web::test]
async fn the_enterprise_is_not_told_on_whose_word_it_is_inspected() {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-016").await;
    for (kind, told) in [("reported", false), ("full", true)] {
        let body = json!({"enterprise": code, "kind": kind, "subjects": ["protection"],
            "on_behalf_of": "informer-7", "note": "车间工人来电"});
        let made = bench.act(EIC, "/v1/inspections", body).await;
        let path = made.header("location").to_owned();
        let event = made.json()["events"][0]["event_id"].as_str().unwrap().to_owned();
        let boss = firm(&code);
        for path in [
            path,
            format!("/v1/events/{event}"),
            format!("/v1/events?enterprise={code}&types=inspection-opened"),
            format!("/v1/enterprises/{code}/timeline"),
        ] {
            let own = bench.get(&boss, &path).await;
            assert_eq!(own.status, 200, "{path}: {}", own.text);
            assert_eq!(own.text.contains("informer-7"), told, "{path}: {}", own.text);
            assert_eq!(own.text.contains("车间工人来电"), told, "{path}: {}", own.text);
            assert!(bench.get(HQ, &path).await.text.contains("informer-7"), "{path}");
        }
    }
}
