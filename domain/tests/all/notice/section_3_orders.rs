//! 三、强化复产复工企业监督检查工作: orders and the credit record

use fugong_domain::{
    codes::{ObjectionResult, ReinspectionResult, ResultCode, Subject},
    credit::Credit,
    rectification::Rectification,
};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised,
        cases::{
            self, Within, decide_objection, enter, find, finding, notice, object, order, order_on,
            reinspect, serve,
        },
    },
};

use super::COMMISSION;

/// The n-th inspection finds one thing, order `n` follows and is served an hour later.
fn order_follows(all: &mut Supervised, id: &fugong_domain::EnterpriseId, n: u32, served: &str) {
    all.given(by(COMMISSION).asks(cases::open(n, id, "inspector", &[Subject::Protection])));
    all.given(by(COMMISSION).asks(find(n, "finder", false)));
    all.given(by(COMMISSION).asks(cases::close(n, ResultCode::ToOrder)));
    all.given(by(COMMISSION).asks(order_on(n, id, &[finding(n, 1)], Within::WorkingDays(3))));
    all.at(served);
    all.given(by(COMMISSION).asks(serve(n)));
}

fn happened(all: &Supervised, event_type: &str) -> usize {
    all.desk.history().iter().filter(|event| &*event.event_type == event_type).count()
}

/// S3 as far as the proposal: ENT-016, on 11 March.
fn repeat_offender() -> (Supervised, fugong_domain::EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    order_follows(&mut all, &id, 1, "2020-02-28T16:00:00+08:00");
    all.at("2020-03-05T09:00:00+08:00");
    all.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    all.at("2020-03-05T10:00:00+08:00");
    order_follows(&mut all, &id, 2, "2020-03-05T11:00:00+08:00");
    all.at("2020-03-11T09:00:00+08:00");
    all.given(by(COMMISSION).asks(reinspect(2, ReinspectionResult::Failed)));
    (all, id)
}

/// “对企业存在管理松懈、措施落实不到位等情况责令限期整改”
#[test]
fn measures_not_in_place_are_ordered_to_be_put_right_within_a_time_limit() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-28T10:00:00+08:00");
    order_follows(&mut all, &id, 1, "2020-02-28T16:00:00+08:00");
    let due = |all: &Supervised, n| {
        let case: Rectification = all.desk.read(order(n));
        case.deadline().map(|deadline| deadline.due)
    };
    assert_eq!(due(&all, 1), Some(date(2020, 3, 4)));
    all.at("2020-03-05T10:00:00+08:00");
    order_follows(&mut all, &id, 2, "2020-03-05T11:00:00+08:00");
    assert_eq!(due(&all, 2), Some(date(2020, 3, 10)));
}

/// “屡教不改的企业将记入诚信记录”: S3, one order, one count, and exactly one proposal.
#[test]
fn who_fails_again_and_again_is_proposed_once_and_entered_by_a_person() {
    let (mut all, id) = repeat_offender();
    assert_eq!(happened(&all, "rectification-lapsed"), 2);
    assert_eq!(happened(&all, "credit-flag-proposed"), 1);
    assert_eq!(happened(&all, "credit-flagged"), 0);
    all.when(by(COMMISSION).asks(enter(&id, 1, "decider", 12))).then_refused("FLAG_BEFORE_NOTICE");
    all.at("2020-03-12T09:00:00+08:00");
    all.given(by(COMMISSION).asks(notice(&id, 1, "server")));
    all.when(by(COMMISSION).asks(enter(&id, 1, "decider", 12)))
        .then_refused("STATEMENT_PERIOD_RUNNING");
    all.at("2020-03-18T09:00:00+08:00");
    all.given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    assert!(all.desk.read::<Credit>(&id).is_flagged_on(date(2020, 3, 18)));
}

/// S4: the flag is gone, and history keeps all of it.
#[test]
fn an_objection_upheld_strikes_out_what_was_entered() {
    let (mut all, id) = repeat_offender();
    all.at("2020-03-12T09:00:00+08:00");
    all.given(by(COMMISSION).asks(notice(&id, 1, "server")));
    all.at("2020-03-18T09:00:00+08:00");
    all.given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    all.at("2020-03-19T09:00:00+08:00");
    all.given(by(COMMISSION).asks(object(&id, 1)));
    assert_eq!(all.inbox().iter().filter(|task| task.kind == "decide-objection").count(), 1);
    all.at("2020-03-23T09:00:00+08:00");
    let upheld = decide_objection(&id, 1, ObjectionResult::Upheld);
    all.given(by(COMMISSION).asks(upheld));
    assert!(!all.desk.read::<Credit>(&id).is_flagged_on(date(2020, 3, 23)));
    assert_eq!(happened(&all, "credit-flagged"), 1);
    assert_eq!(happened(&all, "credit-expunged"), 1);
    assert_eq!(happened(&all, "credit-flag-proposed"), 1);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

/// §四 stands above §三: a flag is a record, and nobody who bears one is kept from working.
#[test]
fn a_flag_and_an_open_order_keep_nobody_from_working() {
    let (mut all, id) = repeat_offender();
    all.at("2020-03-12T09:00:00+08:00");
    all.given(by(COMMISSION).asks(notice(&id, 1, "server")));
    order_follows(&mut all, &id, 3, "2020-03-12T10:00:00+08:00");
    all.at("2020-03-18T09:00:00+08:00");
    all.given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    let report = fugong_fixtures::desk::asks::report(&id, "2020-03-18");
    all.when(by(COMMISSION).asks(report)).then(&["resumption-resumed"]);
}
