//! 安全生产 and 三区三联: what is recorded, what follows, what the registers show.

mod inbox;
mod registers;

use fugong_domain::{
    EnterpriseId,
    codes::{HazardSeverity, Workplace},
    plan::{Event, Plan},
    posting,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::safety::{clear, find, hand_over, link, monitor, prepare, train},
    sealed,
};

const COMMISSION: &str = "zhang:eic:commission";

fn desk() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-28T10:00:00+08:00");
    (desk, id)
}

#[test]
fn what_is_prepared_against_accidents_is_recorded_with_its_gaps() {
    let (mut desk, id) = desk();
    let first = desk.when(by(COMMISSION).asks(prepare(&id, &["A1", "A3", "A4", "A5", "A6"])));
    assert_eq!(first.payload("gaps"), serde_json::json!(["A2"]));
    let whole = desk.when(by(COMMISSION).asks(prepare(&id, &["A1", "A2", "A3", "A4", "A5", "A6"])));
    assert_eq!(whole.payload("revision"), 2);
    let unknown = desk.when(by(COMMISSION).asks(prepare(&id, &["A1", "A9"])));
    let refusal = unknown.then_refused("INVALID_FIELD");
    assert!(refusal.to_string().starts_with("/items/1: "), "{refusal}");
}

#[test]
fn a_hazard_is_numbered_and_cleared_once() {
    let (mut desk, id) = desk();
    desk.when(by(COMMISSION).asks(clear(&id, 1, "2020-02-28"))).then_refused("NOT_FOUND");
    let first = desk.when(by(COMMISSION).asks(find(&id, "2020-02-28", None)));
    assert_eq!(first.payload("number"), 1);
    let second = desk.when(by(COMMISSION).asks(find(&id, "2020-02-27", Some("2020-03-01"))));
    assert_eq!(second.payload("number"), 2);
    desk.when(by(COMMISSION).asks(clear(&id, 1, "2020-02-28"))).then(&["plan-hazard-cleared"]);
    desk.when(by(COMMISSION).asks(clear(&id, 1, "2020-02-28"))).then(&[]);
    assert_eq!(desk.read::<Plan>(&id).safety().open_hazards().collect::<Vec<_>>(), [2]);
    desk.assert_replay_is_live();
}

#[test]
fn what_was_seen_done_or_taught_is_not_told_ahead() {
    let (mut desk, id) = desk();
    for ask in [
        find(&id, "2020-02-29", None),
        clear(&id, 1, "2020-02-29"),
        monitor(&id, "2020-02-28T10:00:01+08:00", true),
        train(&id, "2020-02-29", 20),
        hand_over(&id, "2020-02-28T10:00:01+08:00", 20),
    ] {
        desk.when(by(COMMISSION).asks(ask)).then_refused("OCCURRED_ON_IN_FUTURE");
    }
    for ask in [
        monitor(&id, "2020-02-28T10:00:00+08:00", true),
        train(&id, "2020-02-28", 20),
        hand_over(&id, "2020-02-28", 20),
    ] {
        desk.given(by(COMMISSION).asks(ask));
    }
    let due = find(&id, "2020-02-28", Some("2020-02-27"));
    let refusal = desk.when(by(COMMISSION).asks(due)).then_refused("INVALID_FIELD");
    assert!(refusal.to_string().starts_with("/due: "), "{refusal}");
}

#[test]
fn who_looks_after_an_enterprise_speaks_of_its_safety_and_nobody_else() {
    let (mut desk, id) = desk();
    let ask = || find(&id, "2020-02-28", None);
    for who in ["li:500114107:township", "liu:park-zy:park"] {
        desk.when(by(who).asks(ask())).then_refused("OUT_OF_JURISDICTION");
    }
    desk.when(by("ma:eic:auditor").asks(ask())).then_refused("ROLE_NOT_ALLOWED");
    for who in ["qin:emb:emergency", "OFF-01:500114106:officer", &format!("chen:{id}:enterprise")] {
        desk.when(by(who).asks(ask())).then(&["plan-hazard-found"]);
    }
    let own = by(&format!("chen:{id}:enterprise"));
    desk.when(own.asks(link(&id, "舟白社区"))).then_refused("ROLE_NOT_ALLOWED");
}

#[test]
fn zones_are_linked_with_somebody_to_do_something() {
    let (mut desk, id) = desk();
    desk.when(by(COMMISSION).asks(link(&id, " "))).then_refused("INVALID_FIELD");
    let nothing = posting::Command::LinkZones {
        community: "舟白社区".to_owned(),
        park: None,
        site: sealed("厂长"),
        measures: Vec::new(),
    };
    let ask = fugong_domain::Ask::Posting(id.clone(), nothing);
    desk.when(by(COMMISSION).asks(ask)).then_refused("INVALID_FIELD");
    let nowhere = posting::Command::LinkZones {
        community: "舟白社区".to_owned(),
        park: Some("park-xx".parse().unwrap()),
        site: sealed("厂长"),
        measures: vec![sealed("联合消毒")],
    };
    let ask = fugong_domain::Ask::Posting(id.clone(), nowhere);
    desk.when(by(COMMISSION).asks(ask)).then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    let township = by("li:500114106:township");
    desk.when(township.asks(link(&id, "舟白社区"))).then(&["posting-zones-linked"]);
    desk.when(by(COMMISSION).asks(link(&id, "石会社区"))).then(&["posting-zones-linked"]);
}

#[test]
fn each_event_of_safety_is_stored_like_this() {
    let at = "2020-02-28T01:00:00Z".parse().unwrap();
    insta::assert_json_snapshot!(
        "plan_safety",
        [
            Event::SafetyPrepared {
                revision: 1,
                items: vec!["A1".to_owned()],
                gaps: vec!["A2".to_owned()],
                responsible: sealed("安全总监"),
                emergency: Some(sealed("停机、疏散、报告")),
            },
            Event::HazardMonitored {
                workplace: Workplace::Toxic,
                place: sealed("酸洗车间"),
                at,
                normal: false,
                notes: Some(sealed("通风不足")),
            },
            Event::HazardFound {
                number: 1,
                workplace: Workplace::Flammable,
                severity: HazardSeverity::Major,
                place: sealed("油漆库"),
                facts: sealed("报警器失灵"),
                found_on: date(2020, 2, 28),
                due: Some(date(2020, 3, 3)),
            },
            Event::HazardCleared {
                number: 1,
                on: date(2020, 3, 2),
                measures: sealed("更换"),
                evidence: vec!["ab".repeat(32).parse().unwrap()],
            },
            Event::TrainingHeld {
                on: date(2020, 2, 28), topic: sealed("警示教育"), attended: 86
            },
        ]
    );
}

#[test]
fn each_event_of_zones_is_stored_like_this() {
    insta::assert_json_snapshot!(
        "posting_zones",
        [
            posting::Event::ZonesLinked {
                community: "舟白社区".to_owned(),
                park: Some("park-zy".parse().unwrap()),
                site: sealed("生产厂长"),
                measures: vec![sealed("联合消毒")],
            },
            posting::Event::HandoverLogged {
                at: "2020-02-28T10:00:00Z".parse().unwrap(),
                from: sealed("企业班组"),
                to: sealed("社区网格"),
                workers: Some(86),
                notes: None,
            },
        ]
    );
}
