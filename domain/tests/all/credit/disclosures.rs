//! A flag in other hands: who was given it is told when it stands no more (撤回通知).

use fugong_domain::{
    EnterpriseId,
    codes::{ObjectionResult, RepairResult, TaskState},
    credit::Credit,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        Supervised,
        asks::close,
        cases::{
            apply_repair, decide_objection, decide_repair, disclose, dismiss, expunge,
            notify_withdrawal, object,
        },
    },
};

use super::{COMMISSION, flagged, noticed};

const PLATFORM: &str = "信用中国（重庆）";
const COURT: &str = "黔江区人民法院";

/// The flag of 18 March, given to a platform on the 19th and to a court on the 20th.
fn disclosed() -> (Desk, EnterpriseId) {
    let (mut desk, id) = flagged();
    for (now, to) in [("2020-03-19T09:00:00+08:00", PLATFORM), ("2020-03-20T09:00:00+08:00", COURT)]
    {
        desk.at(now);
        desk.when(by(COMMISSION).asks(disclose(&id, 1, to))).then(&["credit-flag-disclosed"]);
    }
    (desk, id)
}

#[test]
fn whoever_is_given_a_flag_is_named_with_the_basis_and_the_day() {
    let (desk, id) = disclosed();
    let given = desk.read::<Credit>(&id).flag(1).unwrap().disclosures.clone();
    let said: Vec<_> =
        given.iter().map(|it| (it.disclosure, it.recipient.as_str(), it.on)).collect();
    assert_eq!(said, [(1, PLATFORM, date(2020, 3, 19)), (2, COURT, date(2020, 3, 20))]);
    assert!(given.iter().all(|it| !it.basis.is_empty() && it.withdrawn_on.is_none()));
    desk.assert_replay_is_live();
}

#[test]
fn only_what_stands_in_the_record_is_handed_out() {
    let (mut desk, id) = noticed();
    desk.when(by(COMMISSION).asks(disclose(&id, 1, PLATFORM))).then_refused("ORDER_CLOSED");
    desk.when(by(COMMISSION).asks(disclose(&id, 2, PLATFORM))).then_refused("NOT_FOUND");
    desk.given(by(COMMISSION).asks(dismiss(&id, 1)));
    desk.when(by(COMMISSION).asks(disclose(&id, 1, PLATFORM))).then_refused("ORDER_CLOSED");
}

#[test]
fn somebody_is_named_and_the_commission_names_him() {
    let (mut desk, id) = flagged();
    desk.when(by(COMMISSION).asks(disclose(&id, 1, " "))).then_refused("INVALID_FIELD");
    for who in [format!("boss:{id}:enterprise"), "li:500114004:township".to_owned()] {
        desk.when(by(&who).asks(disclose(&id, 1, PLATFORM))).then_refused("ROLE_NOT_ALLOWED");
        desk.when(by(&who).asks(notify_withdrawal(&id, 1, 1))).then_refused("ROLE_NOT_ALLOWED");
    }
}

/// The day before the entry, the day, the last day, the day after: told late, each of them.
#[test]
fn the_day_on_which_it_was_handed_out_is_one_on_which_it_stood() {
    let (mut desk, id) = flagged();
    desk.at("2021-04-01T09:00:00+08:00");
    for (day, refused) in [
        ("2020-03-17", Some("OCCURRED_ON_IN_FUTURE")),
        ("2020-03-18", None),
        ("2021-03-18", None),
        ("2021-03-19", Some("FLAG_ALREADY_EXPUNGED")),
    ] {
        let answer = desk.when(by(COMMISSION).on(day).asks(disclose(&id, 1, PLATFORM)));
        match refused {
            Some(code) => drop(answer.then_refused(code)),
            None => drop(answer.then(&["credit-flag-disclosed"])),
        }
    }
}

/// Nobody is forgotten because he was remembered late.
#[test]
fn what_was_handed_out_before_the_end_is_told_after_it_and_then_withdrawn() {
    let (mut desk, id) = flagged();
    desk.at("2020-03-24T09:00:00+08:00").given(by(COMMISSION).asks(expunge(&id, 1)));
    desk.at("2020-03-26T09:00:00+08:00");
    let late = |day| by(COMMISSION).on(day).asks(disclose(&id, 1, PLATFORM));
    desk.when(late("2020-03-25")).then_refused("FLAG_ALREADY_EXPUNGED");
    let mut all = Supervised::over(desk);
    all.given(late("2020-03-20"));
    assert_eq!(waiting(&all), [format!("{id}.1.1")]);
    all.given(by(COMMISSION).asks(notify_withdrawal(&id, 1, 1)));
    assert_eq!(waiting(&all), Vec::<String>::new());
}

fn waiting(all: &Supervised) -> Vec<String> {
    let tasks = all.inbox().into_iter().filter(|task| task.kind == "notify-withdrawal");
    tasks
        .map(|task| {
            assert_eq!(task.unit.to_string(), "eic");
            task.subject
        })
        .collect()
}

/// A flag struck out by hand, by an objection, and repaired.
const ENDS: [fn(&EnterpriseId, &mut Supervised); 3] = [
    |id, all| drop(all.when(by(COMMISSION).asks(expunge(id, 1))).then(&["credit-expunged"])),
    |id, all| {
        all.given(by(&format!("boss:{id}:enterprise")).asks(object(id, 1)));
        all.given(by(COMMISSION).asks(decide_objection(id, 1, ObjectionResult::Upheld)));
    },
    |id, all| {
        all.given(by(&format!("boss:{id}:enterprise")).asks(apply_repair(id, 1)));
        all.given(by(COMMISSION).asks(decide_repair(id, 1, RepairResult::Granted)));
    },
];

#[test]
fn each_recipient_is_told_when_the_flag_is_struck_out_or_repaired() {
    for end in ENDS {
        let (desk, id) = disclosed();
        let mut all = Supervised::over(desk);
        all.at("2020-03-24T09:00:00+08:00");
        assert_eq!(waiting(&all), Vec::<String>::new());
        end(&id, &mut all);
        assert_eq!(waiting(&all), [format!("{id}.1.1"), format!("{id}.1.2")]);
        all.when(by(COMMISSION).asks(notify_withdrawal(&id, 1, 1)))
            .then(&["credit-withdrawal-notified"]);
        assert_eq!(waiting(&all), [format!("{id}.1.2")]);
        // Whoever was told is not told again.
        all.when(by(COMMISSION).asks(notify_withdrawal(&id, 1, 1))).then(&[]);
        all.given(by(COMMISSION).asks(notify_withdrawal(&id, 1, 2)));
        let tasks = all.tasks_of("notify-withdrawal").into_iter();
        let states: Vec<_> = tasks.map(|task| task.state).collect();
        assert_eq!(states, [TaskState::Done, TaskState::Done]);
        assert!(all.refused().is_empty(), "{:?}", all.refused());
    }
}

#[test]
fn nothing_is_withdrawn_while_the_flag_stands_or_when_it_came_to_its_term() {
    let (desk, id) = disclosed();
    let mut all = Supervised::over(desk);
    let notify = || by(COMMISSION).asks(notify_withdrawal(&id, 1, 1));
    all.when(notify()).then_refused("ORDER_CLOSED");
    all.at("2021-03-19T00:00:00+08:00");
    assert_eq!(waiting(&all), Vec::<String>::new(), "its term was told with it");
    all.when(notify()).then_refused("ORDER_CLOSED");
}

#[test]
fn a_notice_names_a_disclosure_and_does_not_come_before_the_end() {
    let (mut desk, id) = disclosed();
    desk.at("2020-03-24T09:00:00+08:00").given(by(COMMISSION).asks(expunge(&id, 1)));
    desk.when(by(COMMISSION).asks(notify_withdrawal(&id, 1, 3))).then_refused("NOT_FOUND");
    desk.when(by(COMMISSION).on("2020-03-23").asks(notify_withdrawal(&id, 1, 1)))
        .then_refused("OCCURRED_ON_IN_FUTURE");
    desk.when(by(COMMISSION).on("2020-03-24").asks(notify_withdrawal(&id, 1, 1)))
        .then(&["credit-withdrawal-notified"]);
}

#[test]
fn a_recipient_is_told_though_the_firm_is_gone() {
    let (desk, id) = disclosed();
    let mut all = Supervised::over(desk);
    all.at("2020-03-24T09:00:00+08:00");
    all.given(by(COMMISSION).asks(close(&id, "2020-03-24")));
    all.given(by(COMMISSION).asks(expunge(&id, 1)));
    assert_eq!(waiting(&all).len(), 2);
}
