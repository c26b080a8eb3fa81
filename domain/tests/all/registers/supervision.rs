//! R6 and R13: inspections counted, officers by what they do.

use fugong_domain::codes::{ResultCode, Seat, Subject};
use fugong_fixtures::{
    Desk, by,
    desk::{
        asks::assign,
        cases::{Within, close, find, find_duty, finding, open, order_on, void},
    },
};
use serde_json::{Value, json};

use super::{COMMISSION, FEB_29, four, lines};

fn group(desk: &Desk, by: &str, group: &str) -> super::Line {
    let all = lines(desk, "r6", FEB_29);
    all.into_iter().find(|row| row["by"] == by && row["group"] == group).unwrap()
}

fn said<const N: usize>(row: &super::Line, names: [&str; N]) -> [u64; N] {
    names.map(|name| row[name].as_u64().unwrap())
}

#[test]
fn inspections_are_counted_by_subject_category_and_result() {
    let (mut desk, [mine, silk, ..]) = four();
    desk.enrol("OFF-01");
    desk.given(by("li:500114106:township").asks(assign(
        &mine,
        Seat::Township,
        "500114106",
        "OFF-01",
        "2020-02-20",
    )));
    for ask in [
        open(1, &mine, "inspector", &[Subject::Protection, Subject::OfficerDuty]),
        find(1, "finder", false),
        find(1, "finder", true),
        find_duty(1, "finder", Some("OFF-01")),
        close(1, ResultCode::ToOrder),
        order_on(1, &mine, &[finding(1, 1)], Within::WorkingDays(3)),
        open(2, &silk, "inspector", &[Subject::Protection]),
        close(2, ResultCode::Nothing),
        open(3, &silk, "inspector", &[Subject::Protection]),
        find(3, "finder", false),
        void(3),
    ] {
        desk.given(by(COMMISSION).asks(ask));
    }
    let columns = [
        "inspections",
        "enterprises",
        "closed",
        "void",
        "findings",
        "fixed_on_spot",
        "ordered",
        "to_officers",
        "undecided",
    ];
    assert_eq!(said(&group(&desk, "all", "all"), columns), [2, 2, 2, 1, 3, 1, 1, 1, 0]);
    assert_eq!(said(&group(&desk, "subject", "protection"), columns), [2, 2, 2, 1, 2, 1, 1, 0, 0]);
    assert_eq!(
        said(&group(&desk, "subject", "officer_duty"), columns),
        [1, 1, 1, 0, 1, 0, 0, 1, 0]
    );
    assert_eq!(
        said(&group(&desk, "subject", "responsibility"), columns),
        [0, 0, 0, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!(said(&group(&desk, "result", "none"), ["inspections", "findings"]), [1, 0]);
    assert_eq!(said(&group(&desk, "result", "to_order"), ["inspections", "findings"]), [1, 3]);
    let categories: u64 = lines(&desk, "r6", FEB_29)
        .iter()
        .filter(|row| row["by"] == "category")
        .map(|row| row["findings"].as_u64().unwrap())
        .sum();
    assert_eq!(categories, 3, "each finding has one category");
    assert_eq!(group(&desk, "result", "to_order")["label"], "发现问题责令限期整改");
    assert!(
        lines(&desk, "r6", "2020-02-19".parse().unwrap()).iter().all(|row| row["inspections"] == 0)
    );
}

#[test]
fn an_officer_is_shown_with_his_plants_his_visits_and_his_duty() {
    let (mut desk, [mine, ..]) = four();
    desk.enrol("OFF-01");
    desk.enrol("OFF-02");
    let township = by("li:500114106:township");
    desk.given(township.asks(assign(&mine, Seat::Township, "500114106", "OFF-01", "2020-02-20")));
    desk.given(by(COMMISSION).asks(super::report(&mine, "2020-02-21")));
    let row = |desk: &Desk, who: &str, on| {
        let all = lines(desk, "r13", on);
        all.into_iter().find(|row| row["officer"] == who).unwrap()
    };
    let idle = row(&desk, "OFF-01", FEB_29);
    assert_eq!(idle["not_visited"], json!([desk_name(&desk, &mine)]));
    assert_eq!((&idle["last_visit_on"], &idle["concurrent"]), (&Value::Null, &json!(false)));
    for at in ["2020-02-22", "2020-02-23", "2020-02-29"] {
        let visit = fugong_domain::posting::Command::LogVisit {
            seat: Seat::Township,
            at: at.parse().unwrap(),
            items: Vec::new(),
            notes: None,
            supersedes: None,
            was: None,
            visitor: None,
        };
        let ask = fugong_domain::Ask::Posting(mine.clone(), visit);
        desk.given(by("OFF-01:500114106:officer").asks(ask));
    }
    let busy = row(&desk, "OFF-01", FEB_29);
    assert_eq!(said(&busy, ["visits_24h", "visits_7d", "undecided"]), [1, 2, 0]);
    assert_eq!(
        (&busy["posts"], &busy["not_visited"]),
        (&json!([desk_name(&desk, &mine)]), &json!([]))
    );
    let before = row(&desk, "OFF-01", "2020-02-28".parse().unwrap());
    assert_eq!(
        (&before["last_visit_on"], &before["visits_24h"]),
        (&json!("2020-02-23"), &json!(0))
    );
    let nowhere = row(&desk, "OFF-02", FEB_29);
    assert_eq!((&nowhere["posts"], &nowhere["unit"]), (&json!([]), &json!("区经信委")));
}

fn desk_name(desk: &Desk, id: &fugong_domain::EnterpriseId) -> String {
    let known: fugong_domain::enterprise::Enterprise = desk.read(id);
    known.entry().unwrap().name.clone()
}
