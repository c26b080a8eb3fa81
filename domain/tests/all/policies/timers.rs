//! Deadlines that pass by themselves.

use fugong_domain::codes::{ReinspectionResult, Seat};
use fugong_domain::{Ask, posting};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised, asks,
        cases::{Within, enter, extend, finding, notice, order_on, reinspect, report_done, serve},
    },
};

use super::{COMMISSION, count, failed, inspected, ordered};

fn served() -> (Supervised, fugong_domain::EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T16:00:00+08:00");
    ordered(&mut all, &id, 1);
    (all, id)
}

#[test]
fn an_order_lapses_at_the_start_of_the_next_day() {
    let (mut all, _) = served();
    all.at("2020-03-04T23:59:59+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 0);
    all.at("2020-03-20T00:00:00+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 1);
    let lapsed = all.desk.last("rectification-lapsed");
    assert_eq!(lapsed.recorded_at.to_rfc3339(), "2020-03-04T16:00:00+00:00");
}

#[test]
fn an_extension_moves_the_timer() {
    let (mut all, _) = served();
    all.given(by(COMMISSION).asks(extend(1, date(2020, 3, 6))));
    all.at("2020-03-06T23:59:59+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 0);
    all.at("2020-03-07T00:00:00+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 1);
}

#[test]
fn what_is_reported_in_time_or_ended_does_not_lapse() {
    for ask in [report_done(1, "2020-03-02"), reinspect(1, ReinspectionResult::Complied)] {
        let (mut all, _) = served();
        all.at("2020-03-02T23:00:00+08:00");
        all.given(by(COMMISSION).asks(ask));
        all.at("2020-03-20T00:00:00+08:00");
        assert_eq!(count(&all, "rectification-lapsed"), 0);
    }
}

#[test]
fn an_order_served_after_its_due_day_waits_for_an_extension() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T16:00:00+08:00");
    inspected(&mut all, &id, 1);
    let order = order_on(1, &id, &[finding(1, 1)], Within::Due(date(2020, 3, 2)));
    all.given(by(COMMISSION).asks(order));
    all.at("2020-03-05T10:00:00+08:00");
    all.given(by(COMMISSION).asks(serve(1)));
    all.at("2020-03-10T10:00:00+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 0);
    all.given(by(COMMISSION).asks(extend(1, date(2020, 3, 12))));
    all.at("2020-03-13T00:00:00+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 1);
}

#[test]
fn a_flag_comes_to_its_term_by_itself() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    failed(&mut all, &id, 1);
    failed(&mut all, &id, 2);
    all.given(by(COMMISSION).asks(notice(&id, 1, "server")));
    all.at("2020-03-10T09:00:00+08:00");
    all.given(by(COMMISSION).asks(enter(&id, 1, "decider", 3)));
    all.at("2020-06-10T23:59:59+08:00");
    assert_eq!(count(&all, "credit-expired"), 0);
    all.at("2020-06-11T00:00:00+08:00");
    assert_eq!(count(&all, "credit-expired"), 1);
}

#[test]
fn who_stands_in_leaves_when_his_time_is_over() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-001");
    all.desk.enrol("OFF-10");
    all.desk.enrol("OFF-11");
    let park = "park:park-zy:park";
    let assign = asks::assign(&id, Seat::Park, "park-zy", "OFF-10", "2020-02-20");
    all.given(by(park).asks(assign));
    let substitute = posting::Command::Substitute {
        seat: Seat::Park,
        substitute: "OFF-11".parse().unwrap(),
        from: "2020-02-21".parse().unwrap(),
        until: "2020-02-23".parse().unwrap(),
        supersedes: None,
        was: None,
    };
    all.given(by(park).asks(Ask::Posting(id, substitute)));
    all.at("2020-02-23T23:59:59+08:00");
    assert_eq!(count(&all, "posting-substitution-ended"), 0);
    all.at("2020-02-24T00:00:00+08:00");
    assert_eq!(count(&all, "posting-substitution-ended"), 1);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

/// Each of several ends on its own day, also when one of another time is put right meanwhile.
#[test]
fn each_of_several_who_stand_in_leaves_on_his_own_day() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-001");
    for officer in ["OFF-10", "OFF-11", "OFF-12"] {
        all.desk.enrol(officer);
    }
    let park = "park:park-zy:park";
    all.given(by(park).asks(asks::assign(&id, Seat::Park, "park-zy", "OFF-10", "2020-02-20")));
    let stands_in = |who: &str, from: &str, until: &str, was: Option<posting::Seated>| {
        let supersedes = was.is_some().then(|| "an-event".to_owned());
        let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
        let (seat, substitute) = (Seat::Park, who.parse().unwrap());
        let command =
            posting::Command::Substitute { seat, substitute, from, until, supersedes, was };
        by(park).asks(Ask::Posting(id.clone(), command))
    };
    let ended = |all: &Supervised| count(all, "posting-substitution-ended");
    all.given(stands_in("OFF-11", "2020-02-21", "2020-02-21", None));
    all.given(stands_in("OFF-11", "2020-02-23", "2020-02-26", None));
    all.given(stands_in("OFF-12", "2020-03-01", "2020-03-02", None));
    all.at("2020-02-22T00:00:00+08:00");
    assert_eq!(ended(&all), 1);
    all.at("2020-02-24T09:00:00+08:00");
    let was =
        posting::Seated { officer: "OFF-11".parse().unwrap(), from: "2020-02-21".parse().unwrap() };
    all.given(stands_in("OFF-12", "2020-02-21", "2020-02-21", Some(was)));
    all.at("2020-02-26T23:59:59+08:00");
    assert_eq!(ended(&all), 2, "the one that was put right is over");
    all.at("2020-02-27T00:00:00+08:00");
    assert_eq!(ended(&all), 3);
    // Who stands in leaves with the one in whose place he stands: then nothing is left to end.
    all.at("2020-03-01T09:00:00+08:00");
    let command = posting::Command::Transfer {
        seat: Seat::Park,
        to: "OFF-11".parse().unwrap(),
        effective_at: "2020-03-01T09:00:00+08:00".parse().unwrap(),
        concurrent_reason: None,
        unit: None,
    };
    all.given(by(park).asks(Ask::Posting(id.clone(), command)));
    all.at("2020-03-04T00:00:00+08:00");
    assert_eq!(ended(&all), 3);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}
