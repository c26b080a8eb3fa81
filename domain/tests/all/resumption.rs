//! Resumption: a reported fact, from whatever state.

mod corrections;
mod daily;
mod stops;
mod stored;

use fugong_domain::{
    Ask, EnterpriseId, Refusal,
    codes::{ProductionState, RiskLevel, SuspensionReason},
    regime,
    resumption::{Command, Event, Resumption},
};
use fugong_fixtures::{
    Desk, by, date,
    desk::asks::{
        assign, close, continuous, correct, draft, plan_resumption, put_in_place, report,
        report_of, suspend, whole_plan,
    },
    given,
};

const COMMISSION: &str = "zhang:eic:commission";

fn unlisted() -> EnterpriseId {
    "p-01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn resumed(on: &str) -> Event {
    Event::Resumed {
        resumed_on: on.parse().unwrap(),
        on_post: None,
        capacity_pct: None,
        name: None,
        township: None,
        advisories: Vec::new(),
    }
}

#[test]
fn a_resumption_is_told_once_while_it_lasts() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-27T08:00:00+08:00");
    let act = by("li:500114106:township").asks(report(&id, "2020-02-27"));
    desk.when(act.clone()).then(&["resumption-resumed"]);
    desk.when(act).then(&[]);
    desk.when(by(COMMISSION).asks(report(&id, "2020-02-25"))).then(&[]);
}

#[test]
fn an_enterprise_that_never_stopped_is_in_production_already() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-002");
    desk.when(by(COMMISSION).asks(continuous(&id, "2020-01-20")))
        .then(&["resumption-continuous-production-declared"]);
    desk.when(by(COMMISSION).asks(report(&id, "2020-02-20"))).then(&[]);
    desk.when(by(COMMISSION).asks(continuous(&id, "2020-01-01"))).then(&[]);
}

#[test]
fn resuming_stopping_and_resuming_again_are_three_facts() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.at("2020-03-20T08:00:00+08:00");
    for (ask, told) in [
        (report(&id, "2020-02-24"), "resumption-resumed"),
        (suspend(&id, "2020-03-02"), "resumption-suspended"),
        (report(&id, "2020-03-10"), "resumption-resumed"),
    ] {
        desk.when(by(COMMISSION).asks(ask)).then(&[told]);
    }
    let state: Resumption = desk.read(&id);
    assert_eq!(state.first_resumed_on(), Some(date(2020, 2, 24)));
    for (day, stood) in [
        (date(2020, 2, 23), ProductionState::NotResumed),
        (date(2020, 2, 24), ProductionState::Resumed),
        (date(2020, 3, 1), ProductionState::Resumed),
        (date(2020, 3, 2), ProductionState::Suspended),
        (date(2020, 3, 9), ProductionState::Suspended),
        (date(2020, 3, 10), ProductionState::Resumed),
    ] {
        assert_eq!(state.state_on(day), stood, "{day}");
    }
}

#[test]
fn the_day_of_resumption_may_be_yesterday_or_today_but_not_tomorrow() {
    let mut desk = Desk::open();
    let ids = ["ENT-004", "ENT-005", "ENT-011"].map(|short| desk.list(short));
    // 23:30 in Shanghai is still the 27th, though UTC has the same day: the flip comes at 16:00Z.
    desk.at("2020-02-27T15:30:00Z");
    desk.when(by(COMMISSION).asks(report(&ids[0], "2020-02-26"))).then(&["resumption-resumed"]);
    desk.when(by(COMMISSION).asks(report(&ids[1], "2020-02-27"))).then(&["resumption-resumed"]);
    let tomorrow = by(COMMISSION).asks(report(&ids[2], "2020-02-28"));
    desk.when(tomorrow.clone()).then_refused("RESUMED_ON_IN_FUTURE");
    desk.at("2020-02-27T16:00:00Z").when(tomorrow).then(&["resumption-resumed"]);
}

#[test]
fn nobody_tells_of_a_resumption_before_it_happens() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-27T08:00:00+08:00");
    let told = |on: &str, resumed_on| by(COMMISSION).on(on).asks(report(&id, resumed_on));
    desk.when(told("2020-02-28", "2020-02-27")).then_refused("OCCURRED_ON_IN_FUTURE");
    desk.when(told("2020-02-25", "2020-02-26")).then_refused("OCCURRED_ON_IN_FUTURE");
    desk.when(told("2020-02-26", "2020-02-26")).then(&["resumption-resumed"]);
}

#[test]
fn another_units_enterprise_is_not_reported() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    for who in ["wang:500114107:township", "wang:park-zy:park", "wang:500114107:officer"] {
        let act = by(who).asks(report(&id, "2020-02-20"));
        desk.when(act).then_refused("OUT_OF_JURISDICTION");
    }
    let other = fugong_fixtures::desk::enterprise("ENT-005").uscc;
    let act = by(&format!("chen:{other}:enterprise")).asks(report(&id, "2020-02-20"));
    desk.when(act).then_refused("OUT_OF_JURISDICTION");
}

#[test]
fn an_enterprise_reports_for_each_of_its_sites() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let second: EnterpriseId = format!("{id}~02").parse().unwrap();
    let itself = by(&format!("chen:{id}:enterprise"));
    desk.when(itself.clone().asks(report(&id, "2020-02-20"))).then(&["resumption-resumed"]);
    desk.when(itself.asks(report(&second, "2020-02-20")))
        .then(&["resumption-resumed"])
        .with_advisories(&["ENTERPRISE_UNLISTED", "PLAN_MISSING"]);
}

#[test]
fn after_a_confirmed_closure_there_is_nothing_to_resume_until_it_is_listed_again() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-015");
    desk.at("2020-03-10T08:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&id, "2020-03-01")));
    desk.when(by(COMMISSION).asks(close(&id, "2020-03-09")))
        .then(&["enterprise-closed", "resumption-ended"]);
    let again = by(COMMISSION).asks(report(&id, "2020-03-10"));
    desk.when(again.clone()).then_refused("ENTERPRISE_CLOSED");
    let declared = by(COMMISSION).asks(continuous(&id, "2020-03-01"));
    desk.when(declared).then_refused("ENTERPRISE_CLOSED");
    desk.list("ENT-015");
    assert_eq!(
        desk.read::<Resumption>(&id).state_on(date(2020, 3, 10)),
        ProductionState::NotResumed
    );
    desk.when(again).then(&["resumption-resumed"]);
}

#[test]
fn an_unlisted_enterprise_lies_where_its_first_report_says() {
    let id = unlisted();
    let mut desk = Desk::open();
    let told = report_of(&id, "2020-02-20", Some("无名加工点"), Some("500114107"));
    desk.when(by("wang:500114106:township").asks(told.clone())).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wang:500114107:township").asks(told))
        .then(&["resumption-resumed"])
        .with_advisories(&["ENTERPRISE_UNLISTED", "PLAN_MISSING"]);
    desk.given(by("wang:500114107:township").asks(suspend(&id, "2020-02-20")));
    let again = report(&id, "2020-02-20");
    desk.when(by("li:500114106:township").asks(again.clone())).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wang:500114107:township").asks(again)).then(&["resumption-resumed"]);
}

#[test]
fn the_first_report_is_remarked_upon_by_where_it_says_that_the_enterprise_lies() {
    for (place, risky) in [("500114107", true), ("500114106", false)] {
        let mut desk = Desk::open();
        let area = Some("500114107".parse().unwrap());
        let (level, effective_on) = (RiskLevel::Medium, date(2020, 2, 20));
        let risk = regime::Command::ChangeRiskLevel { area, level, effective_on };
        desk.given(by("sun:hq:headquarters").asks(Ask::Regime(risk)));
        let told = report_of(&unlisted(), "2020-02-20", Some("无名加工点"), Some(place));
        let mut remarks = vec!["ENTERPRISE_UNLISTED", "PLAN_MISSING"];
        remarks.extend(risky.then_some("RISK_LEVEL:medium"));
        let told = desk.when(by("zhang:eic:commission").asks(told));
        told.then(&["resumption-resumed"]).with_advisories(&remarks);
    }
}

#[test]
fn an_unlisted_enterprise_lies_with_whoever_tells_of_it_if_he_does_not_say() {
    let told = |who: &str| {
        let mut desk = Desk::open();
        let answer = desk.when(by(who).asks(report(&unlisted(), "2020-02-20")));
        answer.then(&["resumption-resumed"]).payload("township")
    };
    assert_eq!(told("wang:500114107:township"), "500114107");
    assert_eq!(told("wang:park-zy:park"), "park-zy");
    assert_eq!(told("zhang:eic:commission"), "eic");
    assert_eq!(told("zhao:emb:emergency"), "eic");
    assert_eq!(told("chen:91500114MAYY01053K:enterprise"), "eic");
}

#[test]
fn an_enterprise_known_only_to_the_commission_is_still_open_to_its_township() {
    let id = unlisted();
    let mut desk = Desk::open();
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-20")));
    desk.given(by(COMMISSION).asks(suspend(&id, "2020-02-20")));
    desk.when(by("wang:500114107:township").asks(report(&id, "2020-02-20")))
        .then(&["resumption-resumed"]);
}

#[test]
fn a_resumption_may_come_before_the_listing() {
    let mut desk = Desk::open();
    let id = EnterpriseId::from(fugong_fixtures::desk::enterprise("ENT-005").uscc);
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-20")));
    desk.at("2020-03-02T09:00:00+08:00").list("ENT-005");
    assert!(desk.read::<Resumption>(&id).state_on(date(2020, 3, 2)).in_production());
}

#[test]
fn a_correction_names_the_day_it_corrects_and_the_latest_word_counts() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.at("2020-03-20T08:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-28")));
    let first = desk.last("resumption-resumed").event_id.to_string();
    desk.given(by(COMMISSION).asks(suspend(&id, "2020-03-05")));
    desk.given(by(COMMISSION).asks(report(&id, "2020-03-10")));
    // The correction crosses the end of the month.
    desk.when(by(COMMISSION).asks(correct(&id, &first, "2020-02-28", "2020-03-02")))
        .then(&["resumption-corrected"]);
    let state: Resumption = desk.read(&id);
    assert_eq!(state.state_on(date(2020, 2, 29)), ProductionState::NotResumed);
    assert_eq!(state.state_on(date(2020, 3, 2)), ProductionState::Resumed);
    assert_eq!(state.since(date(2020, 3, 20)), Some(date(2020, 3, 10)));
    assert_eq!(state.first_resumed_on(), Some(date(2020, 3, 2)));
}

#[test]
fn what_was_never_reported_is_not_corrected() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    let wrong = by(COMMISSION).asks(correct(&id, "nothing", "2020-02-20", "2020-02-19"));
    desk.when(wrong.clone()).then_refused("NOT_FOUND");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-19")));
    desk.when(wrong).then_refused("NOT_FOUND");
    let ahead = by(COMMISSION).asks(correct(&id, "e", "2020-02-19", "2020-02-21"));
    desk.when(ahead).then_refused("RESUMED_ON_IN_FUTURE");
}

#[test]
fn a_stop_may_lie_ahead_and_until_then_it_works() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-20")));
    desk.given(by(COMMISSION).asks(suspend(&id, "2020-02-25")));
    let act = |day: &str| by(COMMISSION).asks(report(&id, day));
    desk.at("2020-02-24T09:00:00+08:00").when(act("2020-02-24")).then(&[]);
    desk.at("2020-02-25T09:00:00+08:00").when(act("2020-02-25")).then(&["resumption-resumed"]);
}

#[test]
fn only_what_works_can_stop() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.when(by(COMMISSION).asks(suspend(&id, "2020-02-20"))).then(&[]);
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-20")));
    desk.when(by(COMMISSION).asks(suspend(&id, "2020-02-20"))).then(&["resumption-suspended"]);
    desk.when(by(COMMISSION).asks(suspend(&id, "2020-02-20"))).then(&[]);
    let reason = SuspensionReason::SafetyOrder;
    let command = Command::Suspend { from: date(2020, 2, 20), reason };
    desk.when(by(COMMISSION).asks(Ask::Resumption(id, command))).then(&["resumption-suspended"]);
}

#[test]
fn a_planned_day_is_kept_until_work_begins() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    let plan = |day: &str| by(COMMISSION).asks(plan_resumption(&id, day));
    desk.when(plan("2020-03-01")).then(&["resumption-planned"]);
    desk.when(plan("2020-03-01")).then(&[]);
    desk.when(plan("2020-03-03")).then(&["resumption-planned"]);
    let state: Resumption = desk.read(&id);
    assert_eq!(state.state_on(date(2020, 2, 20)), ProductionState::Planned);
    assert_eq!(state.expected_on(), Some(date(2020, 3, 3)));
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-20")));
    desk.when(plan("2020-03-05")).then(&[]);
    assert_eq!(desk.read::<Resumption>(&id).expected_on(), None);
}

#[test]
fn what_nobody_ever_heard_of_neither_plans_nor_stops() {
    let mut desk = Desk::open();
    for ask in [plan_resumption(&unlisted(), "2020-03-01"), suspend(&unlisted(), "2020-02-20")] {
        desk.when(by(COMMISSION).asks(ask)).then_refused("ENTERPRISE_UNKNOWN");
    }
}

#[test]
fn with_a_whole_plan_and_both_officers_nothing_is_left_to_say() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    let officer = desk.enrol("OFF-13");
    desk.given(by(COMMISSION).asks(draft(&id, whole_plan())));
    desk.given(by(COMMISSION).asks(put_in_place(&id)));
    let seat = fugong_domain::codes::Seat::Township;
    let unit = "500114002";
    desk.given(by("wu:500114002:township").asks(assign(
        &id,
        seat,
        unit,
        officer.as_str(),
        "2020-02-20",
    )));
    desk.when(by(COMMISSION).asks(report(&id, "2020-02-20"))).with_advisories(&[]);
}

#[test]
fn a_plan_with_gaps_is_remarked_upon() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    let mut plan = whole_plan();
    plan.emergency = None;
    desk.given(by(COMMISSION).asks(draft(&id, plan)));
    desk.when(by(COMMISSION).asks(report(&id, "2020-02-20")))
        .with_advisories(&["PLAN_INCOMPLETE", "SEAT_VACANT:township"]);
}

#[test]
fn a_report_is_never_refused_by_the_state_it_meets() {
    let states = [
        vec![],
        vec![Event::Planned { expected_on: date(2020, 3, 1), reason: None }],
        vec![resumed("2020-02-20"), suspended("2020-02-25")],
        vec![resumed("2020-02-20"), Event::Ended { on: date(2020, 2, 26) }],
        vec![resumed("2020-02-20"), joined_to()],
    ];
    for history in states {
        let report = Command::Report {
            resumed_on: date(2020, 2, 27),
            on_post: None,
            capacity_pct: None,
            name: None,
            township: None,
            orders: Vec::new(),
            stop_orders: Vec::new(),
            advisories: Vec::new(),
            today: date(2020, 2, 27),
        };
        let outcome = given::<Resumption>(history).into_state().decide(report);
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}

#[test]
fn a_correction_of_nothing_says_what_is_missing() {
    let correct = Command::Correct {
        supersedes: "e-1".to_owned(),
        was: date(2020, 2, 20),
        was_continuous: false,
        resumed_on: date(2020, 2, 21),
        on_post: None,
        capacity_pct: None,
        orders: Vec::new(),
        stop_orders: Vec::new(),
        advisories: Vec::new(),
    };
    given::<Resumption>([resumed("2020-02-19")])
        .when(correct)
        .then_refused(Refusal::NotFound { what: "report of resumption", id: "e-1".to_owned() });
}

fn suspended(from: &str) -> Event {
    Event::Suspended { from: from.parse().unwrap(), reason: SuspensionReason::Market }
}

fn joined_to() -> Event {
    Event::JoinedTo { listed: "91500114MAYY01045Q".parse().unwrap() }
}
