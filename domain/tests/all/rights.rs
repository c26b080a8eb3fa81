//! Who may do what to what (§三): each rule once, and what holds whoever asks.

use fugong_domain::{
    EnterpriseId, Principal, UnitCode,
    codes::Role,
    credit::Involved,
    rights::{Action, Matter, Reach, Resource, Rule, allows, reach},
    township::Units,
};

const FIRM: &str = "91500114MAYY010106";
const OTHER: &str = "91500114MAYY010886";
const ORDER: Action<'_> = Action::Act("rectification.order", Some(&[Role::Commission]));
const VISIT: Action<'_> =
    Action::Act("posting.log_visit", Some(&[Role::Officer, Role::Township, Role::Commission]));

fn who(actor: &str, unit: &str, role: Role) -> Principal {
    Principal { actor: actor.to_owned(), unit: unit.parse().unwrap(), role }
}

fn units() -> Units {
    fugong_fixtures::data::units().unwrap()
}

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn rule(who: &Principal, action: Action<'_>, resource: &Resource<'_>) -> Rule {
    let decision = allows(who, action, resource);
    assert_eq!(decision.allowed, decision.rule.allows());
    decision.rule
}

#[test]
fn an_act_is_for_the_roles_to_which_the_rules_grant_it() {
    let [eic, town] = [who("a", "eic", Role::Commission), who("b", "500114001", Role::Township)];
    assert_eq!(rule(&eic, ORDER, &Resource::Anything), Rule::Granted);
    assert_eq!(rule(&town, ORDER, &Resource::Anything), Rule::NotGranted);
    let before = Action::Act("rectification.order", None);
    assert_eq!(rule(&town, before, &Resource::Anything), Rule::BeforeRules);
}

#[test]
fn an_enterprise_is_its_own_its_areas_and_the_districts() {
    let (units, id) = (units(), FIRM.parse::<EnterpriseId>().unwrap());
    let lies_in = [unit("500114001"), unit("park-zy")];
    let resource = Resource::Enterprise { id: &id, lies_in: &lies_in, units: &units };
    for (who, is) in [
        (who("a", FIRM, Role::Enterprise), Rule::OwnEnterprise),
        (who("a", OTHER, Role::Enterprise), Rule::AnotherEnterprise),
        (who("a", "500114001", Role::Township), Rule::OwnArea),
        (who("a", "500114106", Role::Township), Rule::AnotherArea),
        (who("a", "park-zy", Role::Park), Rule::OwnArea),
        (who("a", "500114106", Role::Officer), Rule::AnotherArea),
        (who("a", "eic", Role::Officer), Rule::District),
        (who("a", "emb", Role::Emergency), Rule::District),
    ] {
        assert_eq!(rule(&who, Action::See, &resource), is, "{who:?}");
        assert_eq!(rule(&who, Action::ReportResumption, &resource), is, "{who:?}");
    }
    // A site is the firm's; the right to act comes before whose it is.
    let site = format!("{FIRM}~02").parse::<EnterpriseId>().unwrap();
    let resource = Resource::Enterprise { id: &site, lies_in: &[], units: &units };
    let boss = who("a", FIRM, Role::Enterprise);
    assert_eq!(rule(&boss, Action::See, &resource), Rule::OwnEnterprise);
    assert_eq!(rule(&boss, VISIT, &resource), Rule::NotGranted);
}

#[test]
fn a_matter_is_for_those_who_have_it_in_hand_and_those_above_them() {
    let units = units();
    let hands = [unit("emb")];
    let granted = Action::Act("x", Some(Role::ALL));
    let [emb, eic, hq, traffic] = [
        who("a", "emb", Role::Emergency),
        who("b", "eic", Role::Commission),
        who("c", "hq", Role::Headquarters),
        who("d", "traffic", Role::Department),
    ];
    for (of, above) in [
        (Matter::Support, [true, true]),
        (Matter::Barrier, [true, true]),
        (Matter::Measure, [false, true]),
        (Matter::Sector, [true, false]),
        (Matter::Enrolment, [true, true]),
        (Matter::Seat, [false, false]),
        (Matter::Officer, [false, false]),
        (Matter::Task, [false, false]),
        (Matter::Hold, [false, false]),
    ] {
        let matter = Resource::Matter { of, hands: &hands, against: None, units: &units };
        assert_eq!(rule(&emb, granted, &matter), Rule::OwnMatter, "{of:?}");
        for (who, above) in [&eic, &hq].into_iter().zip(above) {
            let is = if above { Rule::Above } else { Rule::AnothersMatter };
            assert_eq!(rule(who, granted, &matter), is, "{of:?} {who:?}");
        }
        let is = if of == Matter::Enrolment { Rule::Above } else { Rule::AnothersMatter };
        assert_eq!(rule(&traffic, granted, &matter), is, "{of:?}");
    }
    // 「不得设置条件」: who is said to have done it does not look into it, wherever he stands.
    let accused = unit("eic");
    let of = Matter::Barrier;
    let matter = Resource::Matter { of, hands: &hands, against: Some(&accused), units: &units };
    assert_eq!(rule(&eic, granted, &matter), Rule::Accused);
    assert_eq!(rule(&hq, granted, &matter), Rule::Above);
}

#[test]
fn nobody_decides_on_what_he_took_part_in() {
    let part = Involved { actor: "eic-zhang".to_owned(), part: "inspector".to_owned() };
    let enter = Action::Act("credit.enter_flag", Some(&[Role::Commission]));
    for (actor, decision, duty) in [
        ("eic-zhang", Rule::TookPart, Rule::AnotherPerson),
        ("OFF-01", Rule::AnotherPerson, Rule::TookPart),
    ] {
        let who = who(actor, "eic", Role::Commission);
        assert_eq!(rule(&who, enter, &Resource::Decision(std::slice::from_ref(&part))), decision);
        assert_eq!(rule(&who, enter, &Resource::Duty("OFF-01")), duty);
    }
}

#[test]
fn what_is_kept_of_somebody_is_his_to_see() {
    let [he, other] = [who("OFF-01", "eic", Role::Reporter), who("OFF-02", "eic", Role::Reporter)];
    let his = Resource::Person("OFF-01");
    assert_eq!(rule(&he, Action::CopyWords, &his), Rule::Oneself);
    assert_eq!(rule(&other, Action::CopyWords, &his), Rule::AnotherRole);
    assert_eq!(rule(&who("a", "eic", Role::Commission), Action::CopyWords, &his), Rule::Role);
}

#[test]
fn the_district_as_a_whole_is_for_those_who_act_for_it() {
    for role in Role::ALL {
        for unit in ["eic", "500114001", FIRM] {
            let who = who("a", unit, *role);
            let is =
                if reach(&who) == Reach::District { Rule::District } else { Rule::NotTheDistrict };
            let said = rule(&who, Action::See, &Resource::District);
            assert!(said == is || *role == Role::System && said == Rule::System, "{who:?} {said}");
        }
    }
}

/// 「不得对企业复工复产设置条件」: no role is turned away from reporting, by no rule but whose
/// enterprise it is.
#[test]
fn a_resumption_is_kept_from_nobody_by_his_role() {
    for role in Role::ALL {
        let who = who("a", "eic", *role);
        let rule = rule(&who, Action::ReportResumption, &Resource::Anything);
        assert!(rule.allows(), "{role}: {rule}");
    }
}

#[test]
fn rules_have_ids_of_their_own() {
    let codes: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    assert_eq!(codes.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        assert_eq!(Rule::of(rule.code()), Some(*rule));
    }
}
