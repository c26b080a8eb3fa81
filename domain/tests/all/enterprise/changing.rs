//! What changes from a day on, and how it ends.

use fugong_domain::{
    Ask, EnterpriseId,
    codes::{ClosureKind, EnterpriseState, ExclusionKind, Scale, Tier},
    enterprise::{Command, Enterprise},
};
use fugong_fixtures::{
    Desk, by, date,
    desk::asks::{close, report},
    sealed,
};

use super::{COMMISSION, asked, exclude, listing, relocate, scale, unit};

#[test]
fn a_size_holds_from_its_day_on_whether_past_or_to_come() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.when(asked(&id, scale(Scale::Above, "2020-03-02")))
        .then(&["enterprise-scale-reclassified"])
        .with_advisories(&["SCALE_DISAGREES_WITH_REVENUE"]);
    desk.when(asked(&id, scale(Scale::Above, "2020-03-10"))).then(&[]);
    desk.when(asked(&id, scale(Scale::Below, "2020-04-01")))
        .then(&["enterprise-scale-reclassified"]);
    desk.when(asked(&id, scale(Scale::Above, "2020-02-01")))
        .then(&["enterprise-scale-reclassified"]);
    let known: Enterprise = desk.read(&id);
    for (day, held) in [
        (date(2020, 1, 31), Scale::Below),
        (date(2020, 2, 1), Scale::Above),
        (date(2020, 3, 31), Scale::Above),
        (date(2020, 4, 1), Scale::Below),
    ] {
        assert_eq!(known.scale_on(day), Some(held), "{day}");
    }
}

#[test]
fn a_size_that_was_wrong_is_put_right_for_the_same_day() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.given(asked(&id, scale(Scale::Above, "2020-03-02")));
    desk.when(asked(&id, scale(Scale::Below, "2020-03-02")))
        .then(&["enterprise-scale-reclassified"]);
    assert_eq!(desk.read::<Enterprise>(&id).scale_on(date(2020, 3, 2)), Some(Scale::Below));
}

#[test]
fn an_enterprise_moves_on_its_day_to_a_township_of_that_day() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-001");
    desk.when(asked(&id, relocate("500114123", None, "2020-03-15")))
        .then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    desk.when(asked(&id, relocate("500114123", None, "2020-03-16")))
        .then(&["enterprise-relocated"]);
    desk.when(asked(&id, relocate("500114123", None, "2020-03-20"))).then(&[]);
    let known: Enterprise = desk.read(&id);
    assert_eq!(known.place_on(date(2020, 3, 15)).unwrap().park, Some(unit("park-zy")));
    assert_eq!(known.place_on(date(2020, 3, 16)).unwrap().park, None);
    assert_eq!(known.place_on(date(2020, 3, 16)).unwrap().township, unit("500114123"));
}

#[test]
fn after_a_move_both_townships_may_tell_what_happened_before_it() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.given(asked(&id, relocate("500114107", None, "2020-03-01")));
    desk.at("2020-03-05T08:00:00+08:00");
    let old = |day: &str| by("wu:500114002:township").on(day).asks(report(&id, "2020-02-20"));
    desk.when(old("2020-03-01")).then_refused("OUT_OF_JURISDICTION");
    desk.when(old("2020-02-29")).then(&["resumption-resumed"]);
    let new = by("he:500114107:township").on("2020-02-29").asks(report(&id, "2020-02-20"));
    desk.when(new).then(&[]);
}

#[test]
fn a_correction_changes_what_it_names() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    let correct = |name: Option<&str>, industry: Option<&str>, headcount| Command::CorrectDetails {
        name: name.map(str::to_owned),
        industry_code: industry.map(|code| code.parse().unwrap()),
        prior_year_revenue_cny: None,
        headcount,
        advisories: Vec::new(),
    };
    desk.when(asked(&id, correct(None, None, None))).then(&[]);
    desk.when(asked(&id, correct(None, Some("34"), Some(52)))).then(&[]);
    desk.when(asked(&id, correct(Some("  "), None, None))).then_refused("INVALID_FIELD");
    desk.when(asked(&id, correct(None, Some("59"), None))).then_refused("NOT_INDUSTRIAL");
    desk.when(asked(&id, correct(None, None, Some(53)))).then(&["enterprise-details-corrected"]);
    let known: Enterprise = desk.read(&id);
    let entry = known.entry().unwrap();
    assert_eq!((entry.headcount, entry.name.as_str()), (Some(53), "黔江区虚构机械配件厂"));
    assert_eq!(entry.prior_year_revenue_cny, Some(19_999_999));
}

/// 2000万元 is above: a remark says when the size on record and the corrected revenue disagree.
#[test]
fn a_revenue_that_does_not_fit_the_size_is_remarked_upon() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    for (revenue, remarks) in [
        (19_999_998, &[][..]),
        (20_000_000, &["SCALE_DISAGREES_WITH_REVENUE"]),
        (20_000_001, &["SCALE_DISAGREES_WITH_REVENUE"]),
    ] {
        let command = Command::CorrectDetails {
            name: None,
            industry_code: None,
            prior_year_revenue_cny: Some(revenue),
            headcount: None,
            advisories: Vec::new(),
        };
        let told = desk.when(asked(&id, command)).then(&["enterprise-details-corrected"]);
        if !remarks.is_empty() {
            told.with_advisories(remarks);
        }
    }
}

#[test]
fn the_register_is_left_only_by_who_is_in_it() {
    let mut desk = Desk::open();
    let (above, below) = (desk.list("ENT-004"), desk.list("ENT-005"));
    let leave = exclude(ExclusionKind::LeftRegister, "2020-03-01", None);
    desk.when(asked(&below, leave.clone())).then_refused("INVALID_FIELD");
    desk.when(asked(&above, leave.clone())).then(&["enterprise-excluded"]);
    desk.when(asked(&above, leave)).then(&[]);
    // The firm lives.
    assert_eq!(desk.read::<Enterprise>(&above).state(), EnterpriseState::Listed);
}

#[test]
fn an_exclusion_ends_with_its_day_or_with_a_readmission() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let seasonal = ExclusionKind::SeasonalStop;
    desk.when(asked(&id, exclude(seasonal, "2020-03-05", Some("2020-03-04"))))
        .then_refused("INVALID_FIELD");
    desk.given(asked(&id, exclude(seasonal, "2020-03-01", Some("2020-03-10"))));
    desk.given(asked(&id, exclude(ExclusionKind::PolicyStop, "2020-03-20", None)));
    let readmit =
        |from: &str| Command::Readmit { from: from.parse().unwrap(), basis: "复核".to_owned() };
    desk.when(asked(&id, readmit("2020-03-25"))).then(&["enterprise-readmitted"]);
    desk.when(asked(&id, readmit("2020-03-25"))).then(&[]);
    let known: Enterprise = desk.read(&id);
    for (day, why) in [
        (date(2020, 2, 29), None),
        (date(2020, 3, 1), Some(seasonal)),
        (date(2020, 3, 10), Some(seasonal)),
        (date(2020, 3, 11), None),
        (date(2020, 3, 24), Some(ExclusionKind::PolicyStop)),
        (date(2020, 3, 25), None),
    ] {
        assert_eq!(known.excluded_on(day), why, "{day}");
    }
}

#[test]
fn a_closure_is_begun_then_confirmed_then_final() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-015");
    desk.at("2020-03-10T08:00:00+08:00");
    let begin = |kind| asked(&id, Command::BeginClosure { kind });
    desk.when(begin(ClosureKind::MovedOut)).then(&["enterprise-closure-begun"]);
    desk.when(begin(ClosureKind::MovedOut)).then(&[]);
    desk.when(begin(ClosureKind::Deregistered)).then(&["enterprise-closure-begun"]);
    assert_eq!(desk.read::<Enterprise>(&id).state(), EnterpriseState::Closing);
    desk.when(by(COMMISSION).asks(report(&id, "2020-03-10"))).then(&["resumption-resumed"]);
    desk.when(by(COMMISSION).asks(close(&id, "2020-03-11"))).then_refused("OCCURRED_ON_IN_FUTURE");
    desk.when(by(COMMISSION).asks(close(&id, "2020-03-10")))
        .then(&["enterprise-closed", "resumption-ended"]);
    for command in [
        Command::BeginClosure { kind: ClosureKind::Revoked },
        scale(Scale::Below, "2020-03-01"),
        relocate("500114002", None, "2020-03-01"),
        Command::AssignTier { tier: Tier::T1, basis: "名单".to_owned() },
        exclude(ExclusionKind::LongStop, "2020-03-01", None),
    ] {
        desk.when(asked(&id, command)).then_refused("ENTERPRISE_CLOSED");
    }
    desk.when(by(COMMISSION).asks(close(&id, "2020-03-10"))).then_refused("ENTERPRISE_CLOSED");
}

#[test]
fn a_closed_enterprise_can_be_listed_again_under_its_code() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-015");
    desk.given(asked(&id, exclude(ExclusionKind::LongStop, "2020-02-01", None)));
    desk.when(by(COMMISSION).asks(close(&id, "2020-02-20"))).then(&["enterprise-closed"]);
    assert_eq!(desk.read::<Enterprise>(&id).closed_on(), Some(date(2020, 2, 20)));
    desk.list("ENT-015");
    let known: Enterprise = desk.read(&id);
    assert_eq!(known.state(), EnterpriseState::Listed);
    assert_eq!(known.excluded_on(date(2020, 2, 20)), None);
}

#[test]
fn a_second_site_has_its_place_and_the_code_has_the_size() {
    let mut desk = Desk::open();
    let (id, command) = listing(|_| {});
    let second: EnterpriseId = format!("{id}~02").parse().unwrap();
    desk.when(asked(&second, command.clone())).then_refused("ENTERPRISE_UNKNOWN");
    desk.given(asked(&id, command.clone()));
    desk.when(asked(&second, command.clone())).then_refused("INVALID_FIELD");
    let mut sited = command;
    if let Command::Register { scale, township, .. } = &mut sited {
        (*scale, *township) = (None, unit("500114107"));
    }
    desk.when(asked(&second, sited)).then(&["enterprise-registered"]);
    desk.given(asked(&second, scale(Scale::Below, "2020-03-01")));
    assert_eq!(desk.read::<Enterprise>(&id).scale_on(date(2020, 3, 1)), Some(Scale::Below));
    // Without the firm there is no site.
    desk.given(by(COMMISSION).asks(close(&id, "2020-02-20")));
    desk.when(by(COMMISSION).asks(report(&second, "2020-02-20"))).then_refused("ENTERPRISE_CLOSED");
}

#[test]
fn papers_of_the_past_are_noted_and_gate_nothing() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let paper = |dated: &str| Command::RecordEarlierPaper {
        authority: "渝肺炎组办发〔2020〕24号".to_owned(),
        dated: dated.parse().unwrap(),
        summary: sealed("按24号文报过的材料"),
    };
    desk.when(asked(&id, paper("2020-02-21"))).then_refused("OCCURRED_ON_IN_FUTURE");
    desk.when(asked(&id, paper("2020-02-20"))).then(&["enterprise-earlier-paper-recorded"]);
    let other = Command::RecordOtherLawReference {
        authority: "区应急局".to_owned(),
        dated: date(2020, 2, 19),
        outcome: sealed("复产验收由其依法办理"),
    };
    let emb = by("zhao:emb:emergency").asks(Ask::Enterprise(id.clone(), other));
    desk.when(emb).then(&["enterprise-other-law-reference-recorded"]);
}
