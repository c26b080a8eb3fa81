//! The prevention plan: drafted, revised, put in place, with its gaps.

use fugong_domain::{
    Ask,
    plan::{Command, Event, Plan},
};
use fugong_fixtures::{
    Desk, by,
    desk::asks::{draft, put_in_place, whole_plan},
    given, given_nothing, sealed,
};

const COMMISSION: &str = "zhang:eic:commission";

fn drafted(gaps: &[&str]) -> Event {
    Event::Drafted {
        plan: whole_plan(),
        revision: 1,
        gaps: gaps.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_first_plan_is_drafted_and_every_later_one_is_a_revision() {
    let gaps = Vec::new;
    let draft = Command::Draft { plan: whole_plan(), gaps: gaps() };
    given_nothing::<Plan>().when(draft.clone()).then([drafted(&[])]);
    let second = Event::Revised { plan: whole_plan(), revision: 2, gaps: gaps() };
    given::<Plan>([drafted(&[])]).when(draft).then([second.clone()]);
    let revise = Command::Revise { plan: whole_plan(), gaps: gaps() };
    let third = Event::Revised { plan: whole_plan(), revision: 3, gaps: gaps() };
    given::<Plan>([drafted(&[]), second]).when(revise).then([third]);
}

#[test]
fn a_plan_is_put_in_place_with_its_gaps_and_once_for_each_revision() {
    let in_place = |revision| Event::PutInPlace { revision, gaps: vec!["M4".to_owned()] };
    given::<Plan>([drafted(&["M4"])]).when(Command::PutInPlace).then([in_place(1)]);
    given::<Plan>([drafted(&["M4"]), in_place(1)]).when(Command::PutInPlace).then([]);
    let second = Event::Revised { plan: whole_plan(), revision: 2, gaps: vec!["M4".to_owned()] };
    let history = [drafted(&["M4"]), in_place(1), second];
    let state = given::<Plan>(history.clone()).into_state();
    assert_eq!(state.in_place().map(|revision| revision.number), Some(1));
    assert_eq!(state.latest().map(|revision| revision.number), Some(2));
    given::<Plan>(history).when(Command::PutInPlace).then([in_place(2)]);
}

#[test]
fn without_a_plan_there_is_nothing_to_revise_or_to_put_in_place() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.when(by(COMMISSION).asks(put_in_place(&id))).then_refused("NOT_FOUND");
    let revise = Command::Revise { plan: whole_plan(), gaps: Vec::new() };
    desk.when(by(COMMISSION).asks(Ask::Plan(id, revise))).then_refused("NOT_FOUND");
}

#[test]
fn a_code_that_no_checklist_knows_is_pointed_at() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let mut plan = whole_plan();
    plan.sections.insert("P9".to_owned(), sealed("?"));
    let refusal = desk.when(by(COMMISSION).asks(draft(&id, plan))).then_refused("INVALID_FIELD");
    assert!(refusal.to_string().starts_with("/sections/P9: "), "{refusal}");
    let mut plan = whole_plan();
    plan.five_musts = vec!["M1".to_owned(), "M6".to_owned()];
    let refusal = desk.when(by(COMMISSION).asks(draft(&id, plan))).then_refused("INVALID_FIELD");
    assert!(refusal.to_string().starts_with("/five_musts/1: "), "{refusal}");
}

#[test]
fn an_enterprise_plans_for_itself_and_its_township_for_it() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let plan = draft(&id, whole_plan());
    desk.when(by("li:500114107:township").asks(plan.clone())).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wang:eic:auditor").asks(plan.clone())).then_refused("ROLE_NOT_ALLOWED");
    desk.when(by(&format!("chen:{id}:enterprise")).asks(plan.clone())).then(&["plan-drafted"]);
    desk.when(by("li:500114106:township").asks(plan)).then(&["plan-revised"]);
}

#[test]
fn an_unlisted_enterprise_has_no_plan_here() {
    let mut desk = Desk::open();
    let id = "91500114MAYY01045Q".parse().unwrap();
    desk.when(by(COMMISSION).asks(draft(&id, whole_plan()))).then_refused("ENTERPRISE_UNKNOWN");
}

#[test]
fn an_urging_says_what_to_improve() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let urge = |points| {
        let officer = "OFF-01".parse().unwrap();
        by("OFF-01:500114106:officer")
            .asks(Ask::Plan(id.clone(), Command::UrgeImprovement { officer, points }))
    };
    desk.when(urge(Vec::new())).then_refused("INVALID_FIELD");
    desk.when(urge(vec![sealed("补应急预案")])).then(&["plan-improvement-urged"]);
}

#[test]
fn each_event_is_stored_like_this() {
    insta::assert_json_snapshot!(
        "plan",
        [
            drafted(&["emergency", "M4"]),
            Event::Revised { plan: whole_plan(), revision: 2, gaps: Vec::new() },
            Event::PutInPlace { revision: 2, gaps: Vec::new() },
            Event::ImprovementUrged {
                officer: "OFF-01".parse().unwrap(),
                points: vec![sealed("补应急预案")],
            },
        ]
    );
}
