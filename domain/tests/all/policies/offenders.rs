//! 屡教不改: counted afresh, proposed once, decided by a person.

use fugong_domain::{
    codes::{ObjectionResult, ReinspectionResult, SupersedeKind},
    credit::Credit,
};
use fugong_fixtures::{
    by,
    desk::{
        Supervised,
        cases::{
            self, Within, decide_objection, dismiss, enter, finding, notice, object, order,
            order_instead, order_on, reinspect, report_done, revoke, serve,
        },
    },
};

use super::{COMMISSION, count, failed, inspected, ordered};

/// ENT-016 on 20 February, with two orders failed: a flag is proposed.
fn proposed() -> (Supervised, fugong_domain::EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    failed(&mut all, &id, 1);
    assert_eq!(count(&all, "credit-flag-proposed"), 0);
    failed(&mut all, &id, 2);
    assert_eq!(count(&all, "credit-flag-proposed"), 1);
    (all, id)
}

fn flag(all: &Supervised, id: &fugong_domain::EnterpriseId, number: u32) -> &'static str {
    all.desk.read::<Credit>(id).flag(number).unwrap().state().code()
}

#[test]
fn one_order_failed_proposes_nothing_and_two_propose_once() {
    let (mut all, id) = proposed();
    failed(&mut all, &id, 3);
    assert_eq!(count(&all, "credit-flag-proposed"), 1);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn one_order_that_lapses_and_then_fails_counts_once() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    ordered(&mut all, &id, 1);
    all.at("2020-03-05T09:00:00+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 1);
    all.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    assert_eq!(count(&all, "credit-flag-proposed"), 0);
}

#[test]
fn two_orders_that_lapse_propose_by_themselves() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    ordered(&mut all, &id, 1);
    ordered(&mut all, &id, 2);
    all.at("2020-03-04T23:59:59+08:00");
    assert_eq!(count(&all, "credit-flag-proposed"), 0);
    all.at("2020-03-05T00:00:00+08:00");
    assert_eq!(count(&all, "credit-flag-proposed"), 1);
}

/// Ninety days: the 90th is in, the 91st is out.
#[test]
fn only_orders_within_the_window_count_together() {
    for (second, proposals) in [
        ("2020-05-28T09:00:00+08:00", 1),
        ("2020-05-29T09:00:00+08:00", 1),
        ("2020-05-30T09:00:00+08:00", 0),
    ] {
        let mut all = Supervised::open();
        let id = all.desk.list("ENT-016");
        all.at("2020-02-29T10:00:00+08:00");
        failed(&mut all, &id, 1);
        all.at(second);
        failed(&mut all, &id, 2);
        assert_eq!(count(&all, "credit-flag-proposed"), proposals, "{second}");
    }
}

#[test]
fn an_order_that_was_never_served_never_counts() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    failed(&mut all, &id, 1);
    inspected(&mut all, &id, 2);
    let unserved = order_on(2, &id, &[finding(2, 1)], Within::WorkingDays(1));
    all.given(by(COMMISSION).asks(unserved));
    all.at("2020-04-30T10:00:00+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 0);
    assert_eq!(count(&all, "credit-flag-proposed"), 0);
}

#[test]
fn a_proposal_is_withdrawn_when_an_order_is_revoked_and_made_again_when_another_fails() {
    let (mut all, id) = proposed();
    all.given(by(COMMISSION).asks(revoke(1)));
    assert_eq!(flag(&all, &id, 1), "withdrawn");
    failed(&mut all, &id, 3);
    assert_eq!(flag(&all, &id, 2), "proposed");
    let grounds = all.desk.read::<Credit>(&id).flag(2).unwrap().grounds.clone();
    assert_eq!(grounds, [order(2), order(3)]);
}

#[test]
fn a_void_inspection_takes_its_order_out_of_the_count() {
    let (mut all, id) = proposed();
    all.given(by(COMMISSION).asks(cases::void(2)));
    assert_eq!(flag(&all, &id, 1), "withdrawn");
}

#[test]
fn a_correction_takes_its_order_out_of_the_count_and_a_further_order_does_not() {
    for (kind, state) in
        [(SupersedeKind::Correction, "withdrawn"), (SupersedeKind::Further, "proposed")]
    {
        let (mut all, id) = proposed();
        all.given(by(COMMISSION).asks(order_instead(3, &id, &[finding(2, 1)], 2, kind)));
        assert_eq!(flag(&all, &id, 1), state);
    }
}

#[test]
fn a_report_in_time_that_comes_to_light_takes_the_lapse_out_of_the_count() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    failed(&mut all, &id, 1);
    ordered(&mut all, &id, 2);
    all.at("2020-03-05T09:00:00+08:00");
    assert_eq!(flag(&all, &id, 1), "proposed");
    all.given(by(COMMISSION).asks(report_done(2, "2020-03-04")));
    assert_eq!(flag(&all, &id, 1), "withdrawn");
}

#[test]
fn a_flag_that_loses_its_ground_is_struck_out() {
    let (mut all, id) = proposed();
    all.given(by(COMMISSION).asks(notice(&id, 1, "server")));
    all.at("2020-03-10T09:00:00+08:00");
    all.given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    all.given(by(COMMISSION).asks(revoke(1)));
    assert_eq!(flag(&all, &id, 1), "expunged");
    // Its other order was used up all the same.
    failed(&mut all, &id, 3);
    assert_eq!(count(&all, "credit-flag-proposed"), 1);
}

#[test]
fn what_was_dismissed_or_flagged_never_counts_again() {
    let (mut all, id) = proposed();
    all.given(by(COMMISSION).asks(dismiss(&id, 1)));
    failed(&mut all, &id, 3);
    assert_eq!(count(&all, "credit-flag-proposed"), 1);
    failed(&mut all, &id, 4);
    assert_eq!(count(&all, "credit-flag-proposed"), 2);
    let grounds = all.desk.read::<Credit>(&id).flag(2).unwrap().grounds.clone();
    assert_eq!(grounds, [order(3), order(4)]);
}

/// S4: the repeat counter is recomputed without the orders in the flag's grounds.
#[test]
fn after_an_objection_upheld_the_counter_begins_anew() {
    let (mut all, id) = proposed();
    all.given(by(COMMISSION).asks(notice(&id, 1, "server")));
    all.at("2020-03-10T09:00:00+08:00");
    all.given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    all.given(by(COMMISSION).asks(object(&id, 1)));
    all.given(by(COMMISSION).asks(decide_objection(&id, 1, ObjectionResult::Upheld)));
    failed(&mut all, &id, 3);
    assert_eq!(count(&all, "credit-flag-proposed"), 1);
    failed(&mut all, &id, 4);
    assert_eq!(count(&all, "credit-flag-proposed"), 2);
}

#[test]
fn complying_counts_for_nothing() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    failed(&mut all, &id, 1);
    ordered(&mut all, &id, 2);
    all.given(by(COMMISSION).asks(reinspect(2, ReinspectionResult::Complied)));
    all.at("2020-03-20T10:00:00+08:00");
    assert_eq!(count(&all, "credit-flag-proposed"), 0);
    assert_eq!(count(&all, "rectification-lapsed"), 0);
}

/// Policies that sit down later fold what happened, and propose nothing that stands already.
#[test]
fn counting_afresh_proposes_nothing_twice() {
    let (all, _) = proposed();
    let again = Supervised::over(all.desk);
    assert_eq!(count(&again, "credit-flag-proposed"), 1);
    assert!(again.refused().is_empty(), "{:?}", again.refused());
}

#[test]
fn each_site_has_its_orders_and_the_code_has_one_record() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    failed(&mut all, &id, 1);
    let site: fugong_domain::EnterpriseId = format!("{id}~02").parse().unwrap();
    let mut register =
        fugong_fixtures::desk::registering(fugong_fixtures::desk::enterprise("ENT-016"));
    if let fugong_domain::enterprise::Command::Register { scale, .. } = &mut register {
        *scale = None;
    }
    all.given(by(COMMISSION).asks(fugong_domain::Ask::Enterprise(site.clone(), register)));
    inspected(&mut all, &site, 2);
    let on_site = order_on(2, &site, &[finding(2, 1)], Within::WorkingDays(3));
    all.given(by(COMMISSION).asks(on_site));
    all.given(by(COMMISSION).asks(serve(2)));
    all.given(by(COMMISSION).asks(reinspect(2, ReinspectionResult::Failed)));
    assert_eq!(flag(&all, &id, 1), "proposed");
}
