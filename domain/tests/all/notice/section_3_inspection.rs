//! 三、强化复产复工企业监督检查工作: the inspection.

use fugong_domain::{
    Ask,
    codes::{Seat, Subject},
    posting::Command,
};
use fugong_fixtures::{
    Desk, by,
    desk::{
        asks::assign,
        cases::{Within, find, find_duty, finding, open, order_on},
    },
};

use super::COMMISSION;

/// “区经济信息委会同园区、属地政府”
#[test]
fn the_commission_leads_and_the_park_finds() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-001");
    let subjects = [Subject::Protection];
    desk.when(by("wu:park-zy:park").asks(open(1, &id, "wu", &subjects)))
        .then_refused("ROLE_NOT_ALLOWED");
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &subjects)));
    desk.when(by("li:500114106:township").asks(find(1, "li", false)))
        .then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wu:park-zy:park").asks(find(1, "wu", false)))
        .then(&["inspection-finding-recorded"]);
}

/// “驻厂工作人员履职情况开展监督检查工作”
#[test]
fn a_duty_finding_attaches_to_whoever_sat_there_that_day_and_binds_no_enterprise() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-001");
    desk.enrol("OFF-10");
    desk.enrol("OFF-11");
    let park = || by("wu:park-zy:park");
    desk.given(park().asks(assign(&id, Seat::Park, "park-zy", "OFF-10", "2020-02-20")));
    desk.at("2020-03-03T18:00:00+08:00");
    let transfer = Command::Transfer {
        seat: Seat::Park,
        to: "OFF-11".parse().unwrap(),
        effective_at: "2020-03-04T00:00:00+08:00".parse().unwrap(),
        concurrent_reason: None,
        unit: None,
    };
    desk.given(park().asks(Ask::Posting(id.clone(), transfer)));
    desk.at("2020-03-04T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::OfficerDuty])));
    let found = |officer| by(COMMISSION).on("2020-03-03").asks(find_duty(1, "zhang", officer));
    desk.when(found(Some("OFF-11"))).then_refused("NO_POSTING_AT_DATE");
    assert_eq!(desk.when(found(None)).payload("officer"), "OFF-10");
    let order = order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3));
    desk.when(by(COMMISSION).asks(order)).then_refused("FINDING_NOT_AGAINST_ENTERPRISE");
    desk.assert_replay_is_live();
}
