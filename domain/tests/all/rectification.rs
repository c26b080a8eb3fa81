//! Orders to rectify: time runs from service, and each order counts once.

mod counting;
mod deadlines;
mod stored;

use fugong_domain::{
    Ask, EnterpriseId,
    codes::{ReinspectionResult, ResultCode, Subject, SupersedeKind},
    rectification::{Command, Rectification},
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks,
        cases::{
            self, Within, extend, find, find_duty, finding, inspection, order, order_instead,
            order_on, reinspect, report_done, revoke, serve,
        },
    },
    sealed,
};

pub(super) const COMMISSION: &str = "zhang:eic:commission";
const SYSTEM: &str = "policy:eic:system";

/// A desk on 28 February 2020, where inspection 1 has found one thing at ENT-016.
pub(super) fn found() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-016");
    desk.at("2020-02-28T10:00:00+08:00");
    inspected(&mut desk, &id, 1);
    (desk, id)
}

/// The n-th inspection finds one thing against `id` and is closed.
pub(super) fn inspected(desk: &mut Desk, id: &EnterpriseId, n: u32) {
    desk.given(by(COMMISSION).asks(cases::open(n, id, "inspector", &[Subject::Protection])))
        .given(by(COMMISSION).asks(find(n, "finder", false)))
        .given(by(COMMISSION).asks(cases::close(n, ResultCode::ToOrder)));
}

/// The same with order 1 served at 16:00; it is due on Wednesday, 4 March.
fn served() -> (Desk, EnterpriseId) {
    let (mut desk, id) = found();
    let order = order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3));
    desk.given(by(COMMISSION).asks(order));
    desk.at("2020-02-28T16:00:00+08:00").given(by(COMMISSION).asks(serve(1)));
    (desk, id)
}

fn pass_day(n: u32) -> Ask {
    let today = date(2020, 1, 1);
    Ask::Rectification(order(n), Command::PassDay { today })
}

fn state(desk: &Desk, n: u32) -> &'static str {
    desk.read::<Rectification>(order(n)).state().code()
}

#[test]
fn an_order_goes_with_a_note_on_its_finding() {
    let (mut desk, id) = found();
    desk.when(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))))
        .then(&["rectification-ordered", "inspection-finding-ordered"]);
    assert!(desk.read::<Rectification>(order(1)).is_open());
}

#[test]
fn a_finding_named_twice_is_ordered_once() {
    let (mut desk, id) = found();
    let twice = [finding(1, 1), finding(1, 1)];
    desk.when(by(COMMISSION).asks(order_on(1, &id, &twice, Within::WorkingDays(3))))
        .then(&["rectification-ordered", "inspection-finding-ordered"]);
    assert_eq!(desk.read::<Rectification>(order(1)).findings(), [finding(1, 1)]);
}

#[test]
fn an_order_rests_on_findings_against_this_enterprise() {
    let (mut desk, id) = found();
    let other = desk.list("ENT-001");
    for findings in [vec![], vec![finding(1, 2)], vec![finding(7, 1)]] {
        desk.when(by(COMMISSION).asks(order_on(1, &id, &findings, Within::WorkingDays(3))))
            .then_refused("ORDER_WITHOUT_FINDING");
    }
    desk.when(by(COMMISSION).asks(order_on(1, &other, &[finding(1, 1)], Within::WorkingDays(3))))
        .then_refused("ORDER_WITHOUT_FINDING");
}

#[test]
fn what_was_put_right_on_the_spot_is_never_ordered() {
    let (mut desk, id) = found();
    desk.given(by(COMMISSION).asks(cases::open(2, &id, "inspector", &[Subject::Protection])))
        .given(by(COMMISSION).asks(find(2, "finder", true)));
    desk.when(by(COMMISSION).asks(order_on(1, &id, &[finding(2, 1)], Within::WorkingDays(3))))
        .then_refused("ORDER_WITHOUT_FINDING");
}

#[test]
fn a_void_inspection_grounds_no_order() {
    let (mut desk, id) = found();
    desk.given(by(COMMISSION).asks(cases::void(1)));
    desk.when(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))))
        .then_refused("ORDER_WITHOUT_FINDING");
}

#[test]
fn a_finding_is_in_one_open_order_at_most() {
    let (mut desk, id) = served();
    let again = order_on(2, &id, &[finding(1, 1)], Within::WorkingDays(3));
    desk.when(by(COMMISSION).asks(again.clone())).then_refused("FINDING_ALREADY_ORDERED");
    desk.at("2020-03-05T09:00:00+08:00")
        .given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    desk.when(by(COMMISSION).asks(again))
        .then(&["rectification-ordered", "inspection-finding-ordered"]);
}

#[test]
fn a_refused_order_leaves_nothing_behind() {
    let (mut desk, id) = served();
    inspected(&mut desk, &id, 2);
    let both = [finding(2, 1), finding(1, 1)];
    desk.when(by(COMMISSION).asks(order_on(2, &id, &both, Within::WorkingDays(3))))
        .then_refused("FINDING_ALREADY_ORDERED");
    assert_eq!(state(&desk, 2), "not_ordered");
}

#[test]
fn an_order_that_takes_anothers_place_ends_it_in_the_same_commit() {
    let (mut desk, id) = served();
    let instead = order_instead(2, &id, &[finding(1, 1)], 1, SupersedeKind::Correction);
    desk.when(by(COMMISSION).asks(instead)).then(&[
        "rectification-ordered",
        "inspection-finding-ordered",
        "rectification-superseded",
    ]);
    assert_eq!((state(&desk, 1), state(&desk, 2)), ("superseded", "ordered"));
    let closed = order_instead(3, &id, &[finding(1, 1)], 1, SupersedeKind::Further);
    desk.when(by(COMMISSION).asks(closed)).then_refused("FINDING_ALREADY_ORDERED");
}

#[test]
fn only_an_order_of_the_same_enterprise_can_be_replaced() {
    let (mut desk, _) = served();
    let other = desk.list("ENT-001");
    inspected(&mut desk, &other, 2);
    let instead = order_instead(2, &other, &[finding(2, 1)], 1, SupersedeKind::Further);
    desk.when(by(COMMISSION).asks(instead)).then_refused("NOT_FOUND");
    let nothing = order_instead(2, &other, &[finding(2, 1)], 9, SupersedeKind::Further);
    desk.when(by(COMMISSION).asks(nothing)).then_refused("NOT_FOUND");
}

#[test]
fn an_order_that_ended_well_is_not_replaced() {
    let (mut desk, id) = served();
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    let instead = order_instead(2, &id, &[finding(1, 1)], 1, SupersedeKind::Further);
    desk.when(by(COMMISSION).asks(instead)).then_refused("ORDER_CLOSED");
}

#[test]
fn a_closed_enterprise_is_ordered_nothing() {
    let (mut desk, id) = found();
    desk.given(by(COMMISSION).asks(asks::close(&id, "2020-02-28")));
    desk.when(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))))
        .then_refused("ENTERPRISE_CLOSED");
}

/// Orders, notices and flags: 区经信委 only.
#[test]
fn a_township_finds_and_proposes_and_orders_nothing() {
    let (mut desk, id) = found();
    let order = order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3));
    desk.when(by("li:500114004:township").asks(order)).then_refused("ROLE_NOT_ALLOWED");
}

#[test]
fn an_enterprise_reports_for_itself_and_for_no_other() {
    let (mut desk, id) = served();
    let report = report_done(1, "2020-02-28");
    let other = desk.list("ENT-001");
    desk.when(by(&format!("boss:{other}:enterprise")).asks(report.clone()))
        .then_refused("OUT_OF_JURISDICTION");
    desk.when(by(&format!("boss:{id}:enterprise")).asks(report)).then(&["rectification-reported"]);
}

#[test]
fn what_nobody_ordered_cannot_be_served_or_done() {
    let mut desk = Desk::open();
    for ask in [serve(1), report_done(1, "2020-02-20"), revoke(1), extend(1, date(2020, 3, 1))] {
        desk.when(by(COMMISSION).asks(ask)).then_refused("NOT_FOUND");
    }
}

#[test]
fn nothing_more_happens_to_an_order_that_ended() {
    let (mut desk, _) = served();
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    for ask in [
        serve(1),
        extend(1, date(2020, 3, 9)),
        report_done(1, "2020-02-28"),
        reinspect(1, ReinspectionResult::Failed),
        terminate(None),
    ] {
        desk.when(by(COMMISSION).asks(ask)).then_refused("ORDER_CLOSED");
    }
    // A rule that comes too late changes nothing and is not refused.
    desk.when(by(SYSTEM).asks(terminate(Some("enterprise_closed")))).then(&[]);
    desk.when(by(SYSTEM).asks(pass_day(1))).then(&[]);
}

fn terminate(rule: Option<&str>) -> Ask {
    let reason = rule.is_none().then(|| sealed("no longer needed"));
    let rule = rule.map(str::to_owned);
    Ask::Rectification(order(1), Command::Terminate { reason, rule })
}

#[test]
fn who_took_part_is_kept() {
    let (mut desk, _) = served();
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    let case: Rectification = desk.read(order(1));
    let parts: Vec<_> = case.involved().iter().map(|one| (&*one.actor, &*one.part)).collect();
    assert_eq!(parts, [("issuer", "issuer"), ("reinspector", "reinspector")]);
    let seen = desk.read::<fugong_domain::inspection::Inspection>(inspection(1)).involved();
    let parts: Vec<_> = seen.iter().map(|one| (&*one.actor, &*one.part)).collect();
    assert_eq!(parts, [("inspector", "inspector"), ("finder", "finder")]);
}

/// S12: “驻厂工作人员履职情况”
#[test]
fn an_officers_duty_is_never_ordered_of_the_enterprise() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-001");
    desk.enrol("OFF-10");
    let seat = fugong_domain::codes::Seat::Park;
    let assign = asks::assign(&id, seat, "park-zy", "OFF-10", "2020-02-20");
    desk.given(by("park:park-zy:park").asks(assign));
    desk.at("2020-03-04T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &[Subject::OfficerDuty])));
    desk.given(by(COMMISSION).asks(find_duty(1, "finder", Some("OFF-10"))));
    desk.at("2020-03-04T11:00:00+08:00");
    desk.when(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))))
        .then_refused("FINDING_NOT_AGAINST_ENTERPRISE");
}
