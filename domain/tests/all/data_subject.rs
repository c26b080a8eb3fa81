//! Words about persons: erased on grounds of the law, held, kept without being used; and never a
//! reason to hold up a resumption.

mod stored;

use fugong_core::KeyDeed;
use fugong_domain::{
    Ask,
    codes::{ErasureGround, HoldGround, RestrictionGround},
    data_subject::{CONSEQUENCES, Command},
    regime::Command::PublishRules,
    rules::RuleSet,
};
use fugong_fixtures::{
    by, data, date,
    desk::{
        Supervised,
        asks::report,
        persons::{erase, hold, lift_hold, lift_restriction, restrict, subject},
    },
};

const COMMISSION: &str = "zhang:eic:commission";
const EMERGENCY: &str = "li:emb:emergency";
const OFFICER: &str = "OFF-01";

fn open() -> Supervised {
    let mut all = Supervised::open();
    all.at("2020-04-01T09:00:00+08:00");
    all
}

fn over() -> Ask {
    erase(OFFICER, ErasureGround::RetentionOver)
}

/// 个人信息保护法, art. 47: 「有下列情形之一的，个人信息处理者应当主动删除个人信息」.
#[test]
fn words_are_erased_on_a_ground_of_the_law_by_the_commission() {
    let mut all = open();
    for who in [EMERGENCY, "tw:500114106:township", "boss:eic:admin", "x:eic:auditor"] {
        all.when(by(who).asks(over())).then_refused("ROLE_NOT_ALLOWED");
    }
    all.when(by(COMMISSION).asks(over())).then(&["data-subject-erased"]);
    // What is told after that can be erased as well.
    all.when(by(COMMISSION).asks(over())).then(&["data-subject-erased"]);
    let other = || erase(OFFICER, ErasureGround::OtherLaw);
    all.when(by(COMMISSION).asks(other())).then_refused("INVALID_FIELD");
    let mut named = by(COMMISSION).asks(other());
    named.authority = Some("渝网办发〔2021〕5号".parse().unwrap());
    all.when(named).then(&["data-subject-erased"]);
    all.desk.assert_replay_is_live();
}

/// Art. 47 II: 「法律、行政法规规定的保存期限未届满……应当停止除存储和采取必要的安全保护措施之外的处理」.
#[test]
fn what_is_held_is_not_erased_and_the_refusal_says_who_holds_it_and_what_to_do() {
    let mut all = open();
    all.when(by(EMERGENCY).asks(hold(OFFICER, HoldGround::OpenCase))).then(&["data-subject-held"]);
    let refused = all.desk.rehearse(by(COMMISSION).asks(over())).into_result().unwrap_err();
    assert_eq!(refused.code(), "ERASURE_HELD");
    let said = refused.to_string();
    for part in ["emb", "2020-04-01", "open_case", "restriction"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // Another person's words are not held with it.
    let another = erase("OFF-02", ErasureGround::RetentionOver);
    all.when(by(COMMISSION).asks(another)).then(&["data-subject-erased"]);
    let again = all.when(by(COMMISSION).asks(hold(OFFICER, HoldGround::RetentionPeriod)));
    again.then_refused("ORDER_CLOSED");
    let instead = restrict(OFFICER, RestrictionGround::CannotBeErased);
    all.when(by(COMMISSION).asks(instead)).then(&["data-subject-restricted"]);
    all.when(by(COMMISSION).asks(lift_hold(OFFICER))).then_refused("OUT_OF_JURISDICTION");
    let early = by(EMERGENCY).on("2020-03-31").asks(lift_hold(OFFICER));
    all.when(early).then_refused("OCCURRED_ON_IN_FUTURE");
    all.when(by(EMERGENCY).asks(lift_hold(OFFICER))).then(&["data-subject-hold-lifted"]);
    all.when(by(EMERGENCY).asks(lift_hold(OFFICER))).then(&[]);
    all.when(by(COMMISSION).asks(over())).then(&["data-subject-erased"]);
    // With the words, the restriction of their use has ended.
    all.when(by(COMMISSION).asks(lift_restriction(OFFICER))).then(&[]);
    all.desk.assert_replay_is_live();
}

#[test]
fn a_hold_names_the_unit_that_asked_whatever_it_says() {
    let mut all = open();
    let Ask::DataSubject(id, Command::Hold { ground, reason, until, authority, on, .. }) =
        hold(OFFICER, HoldGround::OpenCase)
    else {
        panic!("a hold")
    };
    let by_another =
        Command::Hold { ground, reason, until, by: "hq".parse().unwrap(), authority, on };
    all.given(by(EMERGENCY).asks(Ask::DataSubject(id, by_another)));
    all.when(by("sun:hq:headquarters").asks(lift_hold(OFFICER)))
        .then_refused("OUT_OF_JURISDICTION");
}

#[test]
fn a_restriction_is_made_once_and_lifted_once() {
    let mut all = open();
    let asked = || restrict(OFFICER, RestrictionGround::OnRequest);
    all.when(by(EMERGENCY).asks(asked())).then_refused("ROLE_NOT_ALLOWED");
    all.when(by(COMMISSION).asks(asked())).then(&["data-subject-restricted"]);
    all.when(by(COMMISSION).asks(asked())).then(&[]);
    let early = by(COMMISSION).on("2020-03-31").asks(lift_restriction(OFFICER));
    all.when(early).then_refused("OCCURRED_ON_IN_FUTURE");
    let lifted = all.when(by(COMMISSION).asks(lift_restriction(OFFICER)));
    lifted.then(&["data-subject-restriction-lifted"]);
    all.when(by(COMMISSION).asks(lift_restriction(OFFICER))).then(&[]);
    all.desk.assert_replay_is_live();
}

/// “不得对企业复工复产设置条件”: whatever becomes of the words about its people.
#[test]
fn no_decision_about_words_holds_up_a_resumption() {
    let mut all = open();
    let id = all.desk.list("ENT-004");
    let (words, boss) = (format!("text:{id}"), format!("boss:{id}:enterprise"));
    all.given(by(COMMISSION).asks(restrict(&words, RestrictionGround::BeingVerified)));
    all.given(by(COMMISSION).asks(hold(&words, HoldGround::OpenCase)));
    all.when(by(&boss).asks(report(&id, "2020-04-01"))).then(&["resumption-resumed"]);
}

#[test]
fn what_happens_asks_of_the_key_what_it_says() {
    let mut all = open();
    for ask in [
        hold(OFFICER, HoldGround::OpenCase),
        restrict(OFFICER, RestrictionGround::OnRequest),
        lift_restriction(OFFICER),
        lift_hold(OFFICER),
        over(),
    ] {
        all.given(by(COMMISSION).asks(ask));
    }
    let its = all.desk.history().iter().filter(|event| &*event.aggregate_type == CONSEQUENCES.kind);
    let asked: Vec<_> = its.map(|event| (CONSEQUENCES.of)(event).unwrap()).collect();
    let (keep, destroy) = (None, Some(KeyDeed::Destroy));
    let (restrict, unrestrict) = (Some(KeyDeed::Restrict), Some(KeyDeed::Unrestrict));
    assert_eq!(asked, [keep, restrict, unrestrict, keep, destroy]);
}

#[test]
fn a_subject_is_a_pseudonym_or_the_words_about_a_thing() {
    for id in ["OFF-01", "text:91500114MAYY01045Q~02", "text:text:OFF-01", "text:inspect.29.1"] {
        assert_eq!(subject(id).as_str(), id);
    }
    for wrong in ["", "text:", "王小明", "text:王小明", "OFF 01", "text:a/b"] {
        assert!(wrong.parse::<fugong_domain::SubjectId>().is_err(), "{wrong}");
    }
}

/// Rules of this name are in force from a day on, which the change makes of those of the notice.
fn publish(all: &mut Supervised, day: u32, change: impl FnOnce(&mut RuleSet)) {
    let mut rules = data::rule_sets().unwrap().pop().unwrap();
    rules.version = format!("qj-2020-04-{day:02}");
    rules.effective_from = date(2020, 4, day);
    change(&mut rules);
    all.desk.given(by(COMMISSION).asks(Ask::Regime(PublishRules { rules: Box::new(rules) })));
}

fn says_nothing_of_persons(rules: &mut RuleSet) {
    rules.rights.retain(|act, _| !act.starts_with("data-subject."));
}

/// As in a log from before there were these acts, whose rules cannot name them. The law asks for them
/// all the same; rules that do name one are what counts, also where they leave it to nobody.
#[test]
fn rules_from_before_these_acts_leave_them_to_those_to_whom_the_law_does() {
    let mut all = open();
    publish(&mut all, 1, says_nothing_of_persons);
    for who in [EMERGENCY, "tw:500114106:township", "x:eic:auditor"] {
        all.when(by(who).asks(over())).then_refused("ROLE_NOT_ALLOWED");
    }
    let held = || hold(OFFICER, HoldGround::OpenCase);
    all.when(by("tw:500114106:township").asks(held())).then_refused("ROLE_NOT_ALLOWED");
    all.when(by(EMERGENCY).asks(held())).then(&["data-subject-held"]);
    all.when(by(EMERGENCY).asks(lift_hold(OFFICER))).then(&["data-subject-hold-lifted"]);
    let kept = restrict(OFFICER, RestrictionGround::OnRequest);
    all.when(by(COMMISSION).asks(kept)).then(&["data-subject-restricted"]);
    let used = lift_restriction(OFFICER);
    all.when(by(COMMISSION).asks(used)).then(&["data-subject-restriction-lifted"]);
    all.when(by(COMMISSION).asks(over())).then(&["data-subject-erased"]);
    all.at("2020-04-02T09:00:00+08:00");
    publish(&mut all, 2, |rules| {
        rules.rights.insert("data-subject.erase".to_owned(), Vec::new());
    });
    all.when(by(COMMISSION).asks(over())).then_refused("ROLE_NOT_ALLOWED");
    all.desk.assert_replay_is_live();
}

#[test]
fn the_rules_of_the_district_say_of_these_acts_what_goes_without_saying() {
    for rules in data::rule_sets().unwrap() {
        let mut silent = rules.clone();
        says_nothing_of_persons(&mut silent);
        let acts = rules.rights.keys().filter(|act| act.starts_with("data-subject."));
        for act in acts.clone() {
            assert_eq!(silent.granted(act), rules.granted(act), "{act}");
        }
        assert_eq!(acts.count(), 5);
        assert_eq!(silent.granted("rectification.order"), rules.granted("rectification.order"));
        assert_eq!(silent.granted("no.such"), None);
    }
}
