//! A second site ends with the firm whose site it is.

use fugong_domain::{
    Ask, EnterpriseId,
    codes::{ClosureKind, EnterpriseState, ProductionState, Seat},
    enterprise::{Command, Enterprise},
    posting::{self, Posting},
    rectification::Rectification,
    resumption::Resumption,
};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised, asks,
        cases::{self, Within, finding, order, order_on, serve},
        enterprise as fictional, registering,
    },
};

use super::{COMMISSION, count, inspected, open};

/// The sites of ENT-004: the firm itself, `~02` in the list, `~03` that nobody has listed. All of
/// them work; at `~02` the commission's officer has a substitute, and an order runs.
fn sites() -> (Supervised, [EnterpriseId; 3]) {
    let mut all = Supervised::open();
    let firm = all.desk.list("ENT-004");
    let [second, third] =
        ["~02", "~03"].map(|n| format!("{firm}{n}").parse::<EnterpriseId>().unwrap());
    all.given(by(COMMISSION).asks(listing(&second)));
    for officer in ["OFF-02", "OFF-03"] {
        all.desk.enrol(officer);
    }
    let assign = asks::assign(&second, Seat::Eic, "eic", "OFF-02", "2020-02-20");
    all.given(by(COMMISSION).asks(assign));
    let substitute = posting::Command::Substitute {
        seat: Seat::Eic,
        substitute: "OFF-03".parse().unwrap(),
        from: "2020-02-20".parse().unwrap(),
        until: "2020-03-05".parse().unwrap(),
        supersedes: None,
        was: None,
    };
    all.given(by(COMMISSION).asks(Ask::Posting(second.clone(), substitute)));
    for id in [&firm, &second, &third] {
        all.given(by(COMMISSION).asks(asks::report(id, "2020-02-20")));
    }
    inspected(&mut all, &second, 1);
    let order = order_on(1, &second, &[finding(1, 1)], Within::WorkingDays(5));
    all.given(by(COMMISSION).asks(order));
    all.given(by(COMMISSION).asks(serve(1)));
    all.at("2020-02-21T09:00:00+08:00");
    (all, [firm, second, third])
}

fn listing(site: &EnterpriseId) -> Ask {
    let mut register = registering(fictional("ENT-004"));
    if let Command::Register { scale, .. } = &mut register {
        *scale = None;
    }
    Ask::Enterprise(site.clone(), register)
}

fn works(all: &Supervised, id: &EnterpriseId) -> bool {
    all.desk.read::<Resumption>(id).state_on(date(2020, 2, 21)).in_production()
}

fn state(all: &Supervised, id: &EnterpriseId) -> EnterpriseState {
    all.desk.read::<Enterprise>(id).state()
}

#[test]
fn everything_at_a_site_ends_when_the_firm_closes() {
    let (mut all, [firm, second, third]) = sites();
    assert_eq!([&firm, &second, &third].map(|id| works(&all, id)), [true; 3]);
    all.given(by(COMMISSION).asks(asks::close(&firm, "2020-02-21")));
    assert_eq!([&firm, &second, &third].map(|id| works(&all, id)), [false; 3]);
    assert_eq!(state(&all, &second), EnterpriseState::Closed);
    assert_eq!(state(&all, &third), EnterpriseState::Unlisted, "it was never in the list");
    assert_eq!(all.desk.read::<Posting>(&second).sitting(Seat::Eic), None);
    assert_eq!(all.desk.read::<Rectification>(order(1)).state().code(), "terminated");
    assert_eq!(all.inbox(), []);
    // No timer of a site knocks any more; the district's own cut-off does.
    let cut_off = "2020-02-26T09:00:00Z".parse().unwrap();
    assert_eq!(all.next_due(), Some(cut_off));
    all.at("2020-04-01T09:00:00+08:00");
    for event in ["posting-substitution-ended", "rectification-lapsed"] {
        assert_eq!(count(&all, event), 0, "{event}");
    }
    assert_eq!(count(&all, "resumption-ended"), 3, "each once");
    assert!(all.refused().is_empty(), "{:?}", all.refused());
    all.desk.assert_replay_is_live();
}

#[test]
fn a_site_is_reported_by_nobody_once_the_firm_is_closed() {
    let (mut all, [firm, second, third]) = sites();
    all.given(by(COMMISSION).asks(asks::close(&firm, "2020-02-21")));
    for id in [&second, &third] {
        all.when(by(COMMISSION).asks(asks::report(id, "2020-02-21")))
            .then_refused("ENTERPRISE_CLOSED");
        let order = order_on(2, id, &[finding(1, 1)], Within::WorkingDays(5));
        all.when(by(COMMISSION).asks(order)).then_refused("ENTERPRISE_CLOSED");
        all.when(by(COMMISSION).asks(cases::open(3, id, "inspector", &[])))
            .then_refused("ENTERPRISE_CLOSED");
    }
}

#[test]
fn a_site_that_closes_alone_leaves_the_firm_at_work() {
    let (mut all, [firm, second, third]) = sites();
    all.given(by(COMMISSION).asks(asks::close(&second, "2020-02-21")));
    assert_eq!([&firm, &second, &third].map(|id| works(&all, id)), [true, false, true]);
    assert_eq!(state(&all, &firm), EnterpriseState::Listed);
    assert_eq!(count(&all, "resumption-ended"), 1);
}

/// A firm that is here is never turned away (§四): where its site had closed, work is work.
#[test]
fn a_site_that_closed_alone_and_works_again_is_recorded_and_listed_again() {
    let (mut all, [_, second, _]) = sites();
    all.given(by(COMMISSION).asks(asks::close(&second, "2020-02-21")));
    all.when(by(COMMISSION).asks(asks::report(&second, "2020-02-21")))
        .then(&["resumption-resumed"])
        .with_advisories(&["ENTERPRISE_UNLISTED", "PLAN_MISSING", "OTHER_LAW_APPLIES"]);
    assert!(works(&all, &second));
    let listing_task = (String::new(), "500114106".to_owned(), None, None);
    assert!(open(&all, "list-enterprise").contains(&listing_task));
    all.given(by(COMMISSION).asks(listing(&second)));
    assert_eq!(state(&all, &second), EnterpriseState::Listed);
    assert_eq!(open(&all, "list-enterprise").len(), 1, "that of the third site");
}

#[test]
fn a_rule_ends_no_site_of_a_firm_that_is_here() {
    let (mut all, [_, second, _]) = sites();
    let command = Command::ConfirmClosed { kind: ClosureKind::Deregistered, on: date(2020, 2, 21) };
    all.when(by("policy:eic:system").asks(Ask::Enterprise(second.clone(), command))).then(&[]);
    assert!(works(&all, &second));
}

/// The firm that comes back brings no site with it: each is listed and reported for itself.
#[test]
fn a_firm_that_is_listed_again_has_the_sites_that_are_listed_again() {
    let (mut all, [firm, second, _]) = sites();
    all.given(by(COMMISSION).asks(asks::close(&firm, "2020-02-21")));
    all.at("2020-03-02T09:00:00+08:00");
    let again = registering(fictional("ENT-004"));
    all.given(by(COMMISSION).asks(Ask::Enterprise(firm, again)));
    assert_eq!(state(&all, &second), EnterpriseState::Closed);
    all.when(by(COMMISSION).asks(asks::report(&second, "2020-03-02")))
        .then(&["resumption-resumed"]);
    let today = date(2020, 3, 2);
    let resumption: Resumption = all.desk.read(&second);
    assert_eq!(resumption.state_on(today), ProductionState::Resumed);
    assert_eq!(resumption.state_on(date(2020, 2, 28)), ProductionState::NotResumed);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}
