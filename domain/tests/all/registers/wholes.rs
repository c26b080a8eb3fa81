//! A firm with several sites counts once: in production when any site is.

use chrono::NaiveDate as Date;
use fugong_domain::{EnterpriseId, codes::ExclusionKind, enterprise};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::{close, report, suspend},
        enterprise as fictional, registering,
    },
};
use serde_json::json;

use super::{COMMISSION, FEB_26, FEB_29, ask, exclude, four, group, lines};

/// Four firms, one of them, a mine above scale, with a second site since 24 February.
fn two_sites() -> (Desk, EnterpriseId, EnterpriseId) {
    let (mut desk, [mine, ..]) = four();
    let site: EnterpriseId = format!("{mine}~02").parse().unwrap();
    let mut register = registering(fictional("ENT-004"));
    if let enterprise::Command::Register { scale, .. } = &mut register {
        *scale = None;
    }
    desk.given(by(COMMISSION).on("2020-02-24").asks(ask(&site, register)));
    (desk, mine, site)
}

fn counts(desk: &Desk, on: Date) -> [serde_json::Value; 4] {
    let all = group(desk, "all", "all", on);
    ["total", "resumed", "suspended", "not_resumed"].map(|column| all[column].clone())
}

#[test]
fn a_firm_works_when_any_of_its_sites_does() {
    let (mut desk, mine, site) = two_sites();
    assert_eq!(counts(&desk, FEB_29), [4, 0, 0, 4].map(|n| json!(n)));
    desk.given(by(COMMISSION).asks(report(&site, "2020-02-26")));
    assert_eq!(counts(&desk, date(2020, 2, 25)), [4, 0, 0, 4].map(|n| json!(n)), "the day before");
    assert_eq!(counts(&desk, FEB_26), [4, 1, 0, 3].map(|n| json!(n)), "the day itself");
    assert_eq!(group(&desk, "all", "all", FEB_26)["new_today"], 1);
    // The other one is no second resumption of the firm.
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-28")));
    let day = date(2020, 2, 28);
    assert_eq!(counts(&desk, day), [4, 1, 0, 3].map(|n| json!(n)));
    assert_eq!(group(&desk, "all", "all", day)["new_today"], 0);
    assert!(lines(&desk, "r2", FEB_29).iter().all(|row| row["enterprise"] != mine.to_string()));
}

#[test]
fn it_stands_still_when_the_last_of_them_stops() {
    let (mut desk, mine, site) = two_sites();
    for id in [&mine, &site] {
        desk.given(by(COMMISSION).asks(report(id, "2020-02-26")));
    }
    desk.given(by(COMMISSION).asks(suspend(&mine, "2020-02-27")));
    assert_eq!(counts(&desk, date(2020, 2, 27)), [4, 1, 0, 3].map(|n| json!(n)));
    desk.given(by(COMMISSION).asks(suspend(&site, "2020-02-28")));
    assert_eq!(counts(&desk, date(2020, 2, 28)), [4, 0, 1, 4].map(|n| json!(n)));
    assert_eq!(group(&desk, "all", "all", FEB_29)["ever_resumed"], 1);
}

/// Size, base and the month-end board belong to the code.
#[test]
fn size_base_and_board_know_one_firm() {
    let (mut desk, mine, site) = two_sites();
    desk.given(by(COMMISSION).asks(report(&site, "2020-02-26")));
    let board = lines(&desk, "r14", FEB_29).remove(0);
    assert_eq!((&board["total"], &board["resumed"]), (&json!(2), &json!(1)));
    assert_eq!(group(&desk, "scale", "above", FEB_29)["total"], 2);
    // Whoever leaves out a site leaves out its firm.
    desk.given(by(COMMISSION).asks(exclude(&site, ExclusionKind::LongStop, FEB_26)));
    let all = group(&desk, "all", "all", FEB_29);
    assert_eq!(
        (&all["excluded"], &all["base"], &all["resumed_in_base"]),
        (&json!(1), &json!(3), &json!(0))
    );
    let shown = super::line_of(&desk, "r12", &site, FEB_29)["excluded"].clone();
    assert_eq!(shown, "long_stop");
    desk.given(by(COMMISSION).asks(close(&mine, "2020-02-29")));
    assert_eq!(group(&desk, "all", "all", date(2020, 2, 28))["total"], 4);
}

#[test]
fn a_site_that_closed_leaves_the_firm_in_the_base() {
    let (mut desk, mine, site) = two_sites();
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-26")));
    desk.given(by(COMMISSION).asks(close(&site, "2020-02-28")));
    assert_eq!(counts(&desk, FEB_29), [4, 1, 0, 3].map(|n| json!(n)));
}
