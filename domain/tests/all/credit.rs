//! The credit record: a record and not a penalty, decided by a person after notice.

mod disclosures;
mod objections;
mod stored;

use fugong_domain::{
    Ask, EnterpriseId,
    codes::{ObjectionResult, ReinspectionResult, RepairResult, Role, Subject},
    credit::{Command, Credit},
};
use fugong_fixtures::{
    Desk, by, date,
    desk::cases::{
        self, Within, apply_repair, decide_objection, decide_repair, dismiss, enter, expunge, find,
        finding, notice, object, order_on, propose, reinspect, revoke, serve,
    },
    sealed,
};

const COMMISSION: &str = "zhang:eic:commission";
const SYSTEM: &str = "policy:eic:system";

/// A desk on 11 March 2020, where orders 1 and 2 against ENT-016 have failed and order 3 is open.
fn offended() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-016");
    for (n, now, seen) in [
        (1, "2020-02-28T10:00:00+08:00", Some("2020-03-05T09:00:00+08:00")),
        (2, "2020-03-05T10:00:00+08:00", Some("2020-03-11T09:00:00+08:00")),
        (3, "2020-03-11T09:30:00+08:00", None),
    ] {
        desk.at(now);
        let subjects = [Subject::Protection];
        desk.given(by(COMMISSION).asks(cases::open(n, &id, "inspector", &subjects)))
            .given(by(COMMISSION).asks(find(n, "finder", false)))
            .given(by(COMMISSION).asks(order_on(n, &id, &[finding(n, 1)], Within::WorkingDays(3))))
            .given(by(COMMISSION).asks(serve(n)));
        if let Some(seen) = seen {
            desk.at(seen);
            desk.given(by(COMMISSION).asks(reinspect(n, ReinspectionResult::Failed)));
        }
    }
    (desk, id)
}

/// The same with flag 1 proposed, and notice of it served on 12 March: Tuesday the 17th is the
/// last day for a statement.
fn noticed() -> (Desk, EnterpriseId) {
    let (mut desk, id) = offended();
    desk.given(by(COMMISSION).asks(propose(&id, &[1, 2])));
    desk.at("2020-03-12T09:00:00+08:00").given(by(COMMISSION).asks(notice(&id, 1, "server")));
    (desk, id)
}

/// The same with the flag entered on 18 March for a year.
fn flagged() -> (Desk, EnterpriseId) {
    let (mut desk, id) = noticed();
    desk.at("2020-03-18T09:00:00+08:00").given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    (desk, id)
}

fn state(desk: &Desk, id: &EnterpriseId, flag: u32) -> &'static str {
    desk.read::<Credit>(id).flag(flag).unwrap().state().code()
}

#[test]
fn a_flag_rests_on_orders_that_failed_or_lapsed() {
    let (mut desk, id) = offended();
    let other = desk.list("ENT-001");
    for grounds in [vec![], vec![3], vec![1, 3], vec![9]] {
        desk.when(by(COMMISSION).asks(propose(&id, &grounds))).then_refused("NO_GROUNDS");
    }
    desk.when(by(COMMISSION).asks(propose(&other, &[1, 2]))).then_refused("NO_GROUNDS");
    desk.when(by(COMMISSION).asks(propose(&id, &[1, 2]))).then(&["credit-flag-proposed"]);
}

#[test]
fn one_proposal_at_a_time() {
    let (mut desk, id) = offended();
    desk.given(by(COMMISSION).asks(propose(&id, &[1])));
    desk.when(by(COMMISSION).asks(propose(&id, &[1]))).then(&[]);
    desk.when(by(COMMISSION).asks(propose(&id, &[1, 2]))).then_refused("ORDER_CLOSED");
    desk.when(by(SYSTEM).asks(propose(&id, &[1, 2]))).then(&[]);
}

#[test]
fn a_rule_proposes_only_what_still_holds_when_its_turn_comes() {
    let (mut desk, id) = offended();
    desk.given(by(COMMISSION).asks(revoke(1)));
    desk.when(by(SYSTEM).asks(propose(&id, &[1, 2]))).then(&[]);
}

#[test]
fn an_order_that_rests_on_a_void_inspection_grounds_nothing() {
    let (mut desk, id) = offended();
    desk.given(by(COMMISSION).asks(cases::void(1)));
    desk.when(by(COMMISSION).asks(propose(&id, &[1, 2]))).then_refused("NO_GROUNDS");
}

#[test]
fn notice_comes_before_the_flag() {
    let (mut desk, id) = offended();
    desk.given(by(COMMISSION).asks(propose(&id, &[1, 2])));
    desk.when(by(COMMISSION).asks(enter(&id, 1, "decider", 12))).then_refused("FLAG_BEFORE_NOTICE");
    let say = Command::RecordStatement { flag: 1, text: sealed("we were short of masks") };
    desk.when(by(COMMISSION).asks(Ask::Credit(id, say))).then_refused("FLAG_BEFORE_NOTICE");
}

/// The last day of the statement period still belongs to it.
#[test]
fn the_flag_is_entered_after_the_statement_period() {
    for (now, in_time) in [
        ("2020-03-16T09:00:00+08:00", false),
        ("2020-03-17T23:59:59+08:00", false),
        ("2020-03-18T00:00:00+08:00", true),
    ] {
        let (mut desk, id) = noticed();
        let answer = desk.at(now).when(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
        if in_time {
            let _events = answer.then(&["credit-flagged"]);
        } else {
            answer.then_refused("STATEMENT_PERIOD_RUNNING");
        }
    }
}

#[test]
fn what_the_enterprise_says_is_recorded_and_the_period_still_runs() {
    let (mut desk, id) = noticed();
    let say = Command::RecordStatement { flag: 1, text: sealed("we were short of masks") };
    desk.when(by(&format!("boss:{id}:enterprise")).asks(Ask::Credit(id.clone(), say)))
        .then(&["credit-statement-recorded"]);
    desk.when(by(COMMISSION).asks(enter(&id, 1, "decider", 12)))
        .then_refused("STATEMENT_PERIOD_RUNNING");
}

/// Four eyes.
#[test]
fn who_took_part_does_not_enter_the_flag() {
    let (mut desk, id) = noticed();
    desk.at("2020-03-18T09:00:00+08:00");
    for who in ["inspector", "finder", "issuer", "reinspector", "server"] {
        desk.when(by(COMMISSION).asks(enter(&id, 1, who, 12)))
            .then_refused("FLAG_DECIDER_CONFLICT");
    }
    desk.when(by(COMMISSION).asks(enter(&id, 1, "decider", 12))).then(&["credit-flagged"]);
}

#[test]
fn who_looked_again_after_the_proposal_does_not_enter_it_either() {
    let (mut desk, id) = offended();
    desk.at("2020-03-17T00:00:00+08:00");
    let pass = fugong_domain::rectification::Command::PassDay { today: date(2020, 3, 17) };
    desk.given(by(SYSTEM).asks(Ask::Rectification(cases::order(3), pass)));
    desk.given(by(COMMISSION).asks(propose(&id, &[3])))
        .given(by(COMMISSION).asks(notice(&id, 1, "server")))
        .given(by(COMMISSION).asks(reinspect(3, ReinspectionResult::Failed)));
    desk.at("2020-03-23T09:00:00+08:00");
    desk.when(by(COMMISSION).asks(enter(&id, 1, "reinspector", 12)))
        .then_refused("FLAG_DECIDER_CONFLICT");
}

#[test]
fn the_entry_names_its_papers_and_a_term_within_the_rules() {
    let (mut desk, id) = noticed();
    desk.at("2020-03-18T09:00:00+08:00");
    for months in [0, 61] {
        desk.when(by(COMMISSION).asks(enter(&id, 1, "decider", months)))
            .then_refused("INVALID_FIELD");
    }
    let mut without = enter(&id, 1, "decider", 12);
    if let Ask::Credit(_, Command::EnterFlag { legal_review, .. }) = &mut without {
        legal_review.clear();
    }
    desk.when(by(COMMISSION).asks(without)).then_refused("INVALID_FIELD");
    assert_eq!(state(&desk, &id, 1), "notified");
}

/// Five years from 29 February end on 28 February.
#[test]
fn five_years_from_a_leap_day_end_on_the_28th() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-016");
    desk.at("2020-02-20T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &[Subject::Protection])))
        .given(by(COMMISSION).asks(find(1, "finder", false)))
        .given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))))
        .given(by(COMMISSION).asks(serve(1)))
        .given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)))
        .given(by(COMMISSION).asks(propose(&id, &[1])))
        .given(by(COMMISSION).asks(notice(&id, 1, "server")));
    desk.at("2020-02-29T09:00:00+08:00");
    let entered = desk.when(by(COMMISSION).asks(enter(&id, 1, "decider", 60)));
    assert_eq!(entered.payload("until"), "2025-02-28");
    for (now, ends) in [
        ("2025-02-28T23:59:59+08:00", vec![]),
        ("2025-03-01T00:00:00+08:00", vec!["credit-expired"]),
    ] {
        let pass = Command::PassDay { flag: 1, today: date(2020, 1, 1) };
        desk.at(now).when(by(SYSTEM).asks(Ask::Credit(id.clone(), pass))).then(&ends);
    }
    desk.when(by(COMMISSION).asks(expunge(&id, 1))).then_refused("FLAG_ALREADY_EXPUNGED");
}

/// S4: an objection that is upheld strikes the flag out, and history keeps all of it.
#[test]
fn an_objection_upheld_strikes_the_flag_out() {
    let (mut desk, id) = flagged();
    assert!(desk.read::<Credit>(&id).is_flagged_on(date(2020, 3, 19)));
    desk.at("2020-03-19T09:00:00+08:00")
        .when(by(&format!("boss:{id}:enterprise")).asks(object(&id, 1)))
        .then(&["credit-objection-lodged"]);
    desk.at("2020-03-23T09:00:00+08:00")
        .when(by(COMMISSION).asks(decide_objection(&id, 1, ObjectionResult::Upheld)))
        .then(&["credit-objection-upheld", "credit-expunged"]);
    let credit: Credit = desk.read(&id);
    assert!(!credit.is_flagged_on(date(2020, 3, 23)));
    // What was decided never counts again.
    assert_eq!(credit.spent_orders().len(), 2);
    desk.when(by(COMMISSION).asks(propose(&id, &[1, 2]))).then_refused("NO_GROUNDS");
    desk.assert_replay_is_live();
}

#[test]
fn an_objection_rejected_leaves_the_flag() {
    let (mut desk, id) = flagged();
    let reject = decide_objection(&id, 1, ObjectionResult::Rejected);
    desk.when(by(COMMISSION).asks(reject.clone())).then_refused("ORDER_CLOSED");
    desk.given(by(COMMISSION).asks(object(&id, 1)));
    desk.when(by(COMMISSION).asks(object(&id, 1))).then_refused("ORDER_CLOSED");
    desk.when(by(COMMISSION).asks(reject)).then(&["credit-objection-rejected"]);
    desk.when(by(COMMISSION).asks(object(&id, 1))).then_refused("ORDER_CLOSED");
    assert_eq!(state(&desk, &id, 1), "flagged");
}

/// Ten working days from Wednesday, 18 March: Wednesday, 1 April.
#[test]
fn objections_have_their_period() {
    for (now, in_time) in [
        ("2020-03-31T09:00:00+08:00", true),
        ("2020-04-01T23:59:59+08:00", true),
        ("2020-04-02T00:00:00+08:00", false),
    ] {
        let (mut desk, id) = flagged();
        let answer = desk.at(now).when(by(COMMISSION).asks(object(&id, 1)));
        if in_time {
            let _events = answer.then(&["credit-objection-lodged"]);
        } else {
            answer.then_refused("OBJECTION_OUT_OF_TIME");
        }
    }
}

#[test]
fn repair_is_applied_for_and_granted_or_refused() {
    let (mut desk, id) = flagged();
    let grant = decide_repair(&id, 1, RepairResult::Granted);
    desk.when(by(COMMISSION).asks(grant.clone())).then_refused("ORDER_CLOSED");
    desk.given(by(COMMISSION).asks(apply_repair(&id, 1)));
    desk.when(by(COMMISSION).asks(decide_repair(&id, 1, RepairResult::Refused)))
        .then(&["credit-repair-refused"]);
    desk.when(by(COMMISSION).asks(grant.clone())).then_refused("ORDER_CLOSED");
    desk.given(by(COMMISSION).asks(apply_repair(&id, 1)));
    desk.when(by(COMMISSION).asks(grant)).then(&["credit-repair-granted"]);
    assert_eq!(state(&desk, &id, 1), "repaired");
    desk.when(by(COMMISSION).asks(apply_repair(&id, 1))).then_refused("FLAG_ALREADY_EXPUNGED");
}

#[test]
fn a_flag_is_struck_out_once() {
    let (mut desk, id) = flagged();
    desk.when(by(COMMISSION).asks(expunge(&id, 1))).then(&["credit-expunged"]);
    desk.when(by(COMMISSION).asks(expunge(&id, 1))).then_refused("FLAG_ALREADY_EXPUNGED");
    desk.when(by(COMMISSION).asks(object(&id, 1))).then_refused("FLAG_ALREADY_EXPUNGED");
}

#[test]
fn a_proposal_that_was_dismissed_uses_up_its_grounds() {
    let (mut desk, id) = noticed();
    desk.when(by(COMMISSION).asks(dismiss(&id, 1))).then(&["credit-proposal-dismissed"]);
    desk.when(by(COMMISSION).asks(dismiss(&id, 1))).then_refused("ORDER_CLOSED");
    desk.when(by(COMMISSION).asks(propose(&id, &[1]))).then_refused("NO_GROUNDS");
}

#[test]
fn a_proposal_that_was_withdrawn_frees_its_grounds() {
    let (mut desk, id) = noticed();
    let withdraw = Command::WithdrawProposal { flag: 1, rule: "grounds_lost".to_owned() };
    desk.when(by(SYSTEM).asks(Ask::Credit(id.clone(), withdraw.clone())))
        .then(&["credit-proposal-withdrawn"]);
    desk.when(by(SYSTEM).asks(Ask::Credit(id.clone(), withdraw))).then(&[]);
    let again = desk.when(by(COMMISSION).asks(propose(&id, &[1, 2])));
    assert_eq!(again.payload("flag"), 2);
}

#[test]
fn what_was_never_proposed_cannot_be_decided() {
    let (mut desk, id) = offended();
    for ask in [notice(&id, 1, "server"), enter(&id, 1, "decider", 12), object(&id, 1)] {
        desk.when(by(COMMISSION).asks(ask)).then_refused("NOT_FOUND");
    }
}

#[test]
fn only_the_commission_notices_and_flags() {
    let (mut desk, id) = noticed();
    for role in [Role::Township, Role::Park, Role::Officer, Role::Auditor] {
        let who = format!("li:500114004:{role}");
        for ask in [notice(&id, 1, "li"), enter(&id, 1, "li", 12), dismiss(&id, 1)] {
            desk.when(by(&who).asks(ask)).then_refused("ROLE_NOT_ALLOWED");
        }
    }
}

/// The record belongs to the code: a second site has the same.
#[test]
fn the_sites_of_an_enterprise_share_one_record() {
    let (mut desk, id) = offended();
    let site: EnterpriseId = format!("{id}~02").parse().unwrap();
    desk.given(by(COMMISSION).asks(propose(&site, &[1, 2])));
    assert_eq!(state(&desk, &id, 1), "proposed");
}
