//! 建档: who enters the list.

use fugong_domain::{
    Act, Ask, EnterpriseId,
    codes::{ClosureKind, EnterpriseState, ExclusionKind, ProductionState, Scale, SetAsideReason},
    enterprise::{Command, Enterprise},
    resumption::Resumption,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::{report, report_of},
        enterprise,
    },
};

use super::{COMMISSION, asked, exclude, listing, provisional, relocate, scale, unit};

#[test]
fn an_enterprise_is_listed_once() {
    let mut desk = Desk::open();
    let (id, command) = listing(|_| {});
    desk.when(asked(&id, command.clone())).then(&["enterprise-registered"]).with_advisories(&[]);
    desk.when(asked(&id, command)).then_refused("ENTERPRISE_EXISTS");
    assert_eq!(desk.read::<Enterprise>(&id).state(), EnterpriseState::Listed);
}

#[test]
fn a_township_lists_its_own_enterprises_only() {
    let mut desk = Desk::open();
    let (id, command) = listing(|_| {});
    let ask = Ask::Enterprise(id, command);
    desk.when(by("li:500114107:township").asks(ask.clone())).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("li:500114106:officer").asks(ask.clone())).then_refused("ROLE_NOT_ALLOWED");
    desk.when(by("li:500114106:township").asks(ask)).then(&["enterprise-registered"]);
}

#[test]
fn a_township_is_known_by_the_code_of_the_day() {
    let mut desk = Desk::open();
    let list = |township: &str| {
        let (id, command) = listing(|said| said.township_code = unit(township));
        asked(&id, command)
    };
    let at = |act: Act, day: &str| Act { occurred: Some(day.parse().unwrap()), ..act };
    desk.at("2020-03-20T08:00:00+08:00");
    desk.when(list("500114999")).then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    // 太极乡 500114250 is 太极镇 500114123 from 16 March on, in this story.
    desk.when(at(list("500114123"), "2020-03-15")).then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    desk.when(at(list("500114250"), "2020-03-16")).then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    desk.when(at(list("500114250"), "2020-03-15")).then(&["enterprise-registered"]);
}

#[test]
fn a_renumbered_township_keeps_its_enterprises() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-014");
    desk.at("2020-03-20T08:00:00+08:00");
    let told = by("yang:500114123:township").asks(report(&id, "2020-03-10"));
    desk.when(told).then(&["resumption-resumed"]);
}

#[test]
fn outside_the_park_only_industry_is_listed() {
    let mut desk = Desk::open();
    let list = |industry: &str, park: Option<&str>| {
        let (id, mut command) = listing(|said| {
            said.industry_code = industry.parse().unwrap();
            said.park_id = park.map(unit);
        });
        if let Command::Register { scale, .. } = &mut command {
            *scale = None;
        }
        asked(&id, command)
    };
    desk.when(list("59", None)).then_refused("NOT_INDUSTRIAL");
    desk.when(list("05", None)).then_refused("NOT_INDUSTRIAL");
    desk.when(list("99", None)).then_refused("INVALID_FIELD");
    desk.when(list("59", Some("park-xx"))).then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    desk.when(list("59", Some("park-zy"))).then(&["enterprise-registered"]);
}

#[test]
fn only_industry_has_a_size() {
    let mut desk = Desk::open();
    let (id, command) = listing(|said| {
        said.industry_code = "59".parse().unwrap();
        said.park_id = Some(unit("park-zy"));
    });
    desk.when(asked(&id, command.clone())).then_refused("INVALID_FIELD");
    let mut without = command;
    if let Command::Register { scale, .. } = &mut without {
        *scale = None;
    }
    desk.given(asked(&id, without));
    desk.when(asked(&id, scale(Scale::Above, "2020-03-01"))).then_refused("INVALID_FIELD");
}

#[test]
fn the_threshold_of_twenty_million_belongs_to_above() {
    for (revenue, above, said) in [
        (19_999_999, true, vec!["SCALE_DISAGREES_WITH_REVENUE"]),
        (20_000_000, true, vec![]),
        (20_000_001, true, vec![]),
        (19_999_999, false, vec![]),
        (20_000_000, false, vec!["SCALE_DISAGREES_WITH_REVENUE"]),
    ] {
        let mut desk = Desk::open();
        let (id, command) = listing(|said| {
            said.prior_year_revenue_cny = Some(revenue);
            said.above_scale = above;
        });
        desk.when(asked(&id, command)).with_advisories(&said);
    }
}

#[test]
fn of_an_unlisted_enterprise_nothing_is_asked() {
    let mut desk = Desk::open();
    let id = EnterpriseId::from(enterprise("ENT-004").uscc);
    for command in [
        scale(Scale::Above, "2020-02-20"),
        relocate("500114002", None, "2020-02-20"),
        exclude(ExclusionKind::LongStop, "2020-02-20", None),
        Command::BeginClosure { kind: ClosureKind::Revoked },
        Command::SetAside { reason: SetAsideReason::Duplicate },
        Command::JoinListing { provisional: provisional() },
    ] {
        desk.when(asked(&id, command)).then_refused("ENTERPRISE_UNKNOWN");
    }
}

#[test]
fn what_was_reported_before_the_listing_joins_it_in_one_commit() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    let told = report_of(&provisional(), "2020-02-18", Some("机械配件厂"), Some("500114002"));
    desk.given(by("wu:500114002:township").asks(told));
    let join = asked(&id, Command::JoinListing { provisional: provisional() });
    desk.when(join.clone()).then(&[
        "enterprise-listing-joined",
        "enterprise-joined-to",
        "resumption-joined",
        "resumption-joined-to",
    ]);
    desk.when(join).then(&[]);
    let production: Resumption = desk.read(&id);
    assert_eq!(production.state_on(date(2020, 2, 20)), ProductionState::Resumed);
    assert_eq!(production.first_resumed_on(), Some(date(2020, 2, 18)));
    assert_eq!(desk.read::<Enterprise>(provisional()).joined_to(), Some(&id));
    // What is said of the old id is said of the listed enterprise.
    desk.when(by(COMMISSION).asks(report(&provisional(), "2020-02-20"))).then(&[]);
    assert_eq!(
        desk.read::<Resumption>(provisional()).state_on(date(2020, 2, 20)).code(),
        "resumed"
    );
}

#[test]
fn a_provisional_id_joins_one_enterprise() {
    let mut desk = Desk::open();
    let (id, other) = (desk.list("ENT-011"), desk.list("ENT-005"));
    let join = |id: &EnterpriseId| asked(id, Command::JoinListing { provisional: provisional() });
    desk.when(join(&id)).then_refused("NOT_FOUND");
    desk.given(by(COMMISSION).asks(report(&provisional(), "2020-02-18")));
    desk.given(join(&id));
    desk.when(join(&other)).then_refused("INVALID_FIELD");
    desk.assert_replay_is_live();
    assert!(desk.read::<Resumption>(&other).is_blank());
}

#[test]
fn what_does_not_belong_in_the_list_is_set_aside_and_may_come_back() {
    let mut desk = Desk::open();
    let id = EnterpriseId::from(enterprise("ENT-004").uscc);
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-18")));
    let aside = |reason| asked(&id, Command::SetAside { reason });
    desk.when(aside(SetAsideReason::NotIndustrial)).then(&["enterprise-set-aside"]);
    desk.when(aside(SetAsideReason::NotIndustrial)).then(&[]);
    desk.when(aside(SetAsideReason::Duplicate)).then(&["enterprise-set-aside"]);
    desk.list("ENT-004");
    desk.when(aside(SetAsideReason::Duplicate)).then_refused("ENTERPRISE_EXISTS");
}

#[test]
fn a_provisional_id_is_not_listed_and_a_branch_is_not_its_own_parent() {
    let mut desk = Desk::open();
    let (id, mut command) = listing(|_| {});
    desk.when(asked(&provisional(), command.clone())).then_refused("USCC_INVALID");
    if let Command::Register { parent, .. } = &mut command {
        *parent = id.code().copied();
    }
    desk.when(asked(&id, command)).then_refused("INVALID_FIELD");
}
