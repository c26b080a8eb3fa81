//! Reports of the district's own: laid down, put right, run no more.

mod stored;

use fugong_domain::{Act, ReportId};
use fugong_fixtures::{
    by,
    desk::{
        Supervised,
        asks::report,
        reports::{define, define_instead, withdraw},
    },
};

const WEEKLY: &str = "weekly-orders";

fn commission(ask: fugong_domain::Ask) -> Act {
    by("zhang:eic:commission").asks(ask)
}

#[test]
fn a_report_is_defined_put_right_withdrawn_and_taken_up_again() {
    let mut all = Supervised::open();
    let laid_down = || commission(define(WEEKLY, "责令限期整改周报"));
    all.when(laid_down()).then(&["report-defined"]);
    all.when(laid_down()).then(&[]);
    all.when(commission(define(WEEKLY, "整改周报"))).then(&["report-defined"]);
    all.when(commission(withdraw(WEEKLY))).then(&["report-withdrawn"]);
    all.when(commission(withdraw(WEEKLY))).then(&[]);
    // The same definition as the one that was withdrawn is in use again.
    all.when(commission(define(WEEKLY, "整改周报"))).then(&["report-defined"]);
    all.desk.assert_replay_is_live();
}

#[test]
fn only_who_may_by_the_rules_defines_a_report() {
    let mut all = Supervised::open();
    for who in ["tw:500114106:township", "li:emb:emergency", "ma:eic:auditor"] {
        all.when(by(who).asks(define(WEEKLY, "周报"))).then_refused("ROLE_NOT_ALLOWED");
        all.when(by(who).asks(withdraw(WEEKLY))).then_refused("ROLE_NOT_ALLOWED");
    }
    for (who, title) in [("sun:hq:headquarters", "周报"), ("x:eic:reporter", "整改周报")] {
        all.when(by(who).asks(define(WEEKLY, title))).then(&["report-defined"]);
    }
}

#[test]
fn a_ready_report_gives_its_name_up_only_when_that_is_said_and_a_register_never() {
    let mut all = Supervised::open();
    let ready = "daily-resumption";
    let said = all.desk.rehearse(commission(define(ready, "日报"))).into_result().unwrap_err();
    assert_eq!(said.code(), "INVALID_FIELD");
    assert!(said.to_string().starts_with("/instead_of_ready: daily-resumption is a ready report"));
    all.when(commission(define_instead(ready, "日报"))).then(&["report-defined"]);
    // The name is the district's from then on, until the report is withdrawn.
    all.when(commission(define(ready, "日报（二）"))).then(&["report-defined"]);
    all.when(commission(withdraw(ready))).then(&["report-withdrawn"]);
    all.when(commission(define(ready, "日报"))).then_refused("INVALID_FIELD");
    for register in ["r7", "r1-enterprises"] {
        all.when(commission(define_instead(register, "x"))).then_refused("INVALID_FIELD");
    }
}

#[test]
fn what_was_never_defined_cannot_be_withdrawn() {
    let mut all = Supervised::open();
    for id in [WEEKLY, "daily-resumption", "r7"] {
        all.when(commission(withdraw(id))).then_refused("NOT_FOUND");
    }
}

#[test]
fn a_name_stands_in_addresses_as_it_is() {
    for name in ["weekly-orders", "2020-weekly", "w"] {
        assert_eq!(name.parse::<ReportId>().unwrap().as_str(), name);
    }
    for wrong in ["", "Weekly", "周报", "a.json", "a/b", "-a", "a_b", &"a".repeat(65)] {
        assert!(wrong.parse::<ReportId>().is_err(), "{wrong}");
    }
}

/// “不得对企业复工复产设置条件”: whatever is reported how.
#[test]
fn no_definition_of_a_report_holds_up_a_resumption() {
    let mut all = Supervised::open();
    all.at("2020-04-01T09:00:00+08:00");
    let id = all.desk.list("ENT-004");
    all.given(commission(define_instead("daily-resumption", "日报")));
    let boss = format!("boss:{id}:enterprise");
    all.when(by(&boss).asks(report(&id, "2020-04-01"))).then(&["resumption-resumed"]);
}
