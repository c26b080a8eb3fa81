//! Over random histories: no task is lost, none is there twice, and each open one has its reason.

mod control;
mod credit;
mod economy;
mod service;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use fugong_core::{Reaction, Rows, Want, shanghai_day};
use fugong_domain::{
    Ask, EnterpriseId,
    act::REGIME,
    codes::{
        EnterpriseState, ObjectionResult, ReinspectionResult, ResultCode, Scale, Seat, Subject,
        SupersedeKind,
    },
    enterprise::Enterprise,
    inspection::{Finding, Inspection},
    officer::Officer,
    plan::Plan,
    policies,
    posting::Posting,
    rectification::Rectification,
    regime::Regime,
    resumption::Resumption,
    seats::seats_due,
};
use fugong_fixtures::{
    Desk, by,
    desk::{
        Supervised,
        cases::{self as dealt, Within},
    },
};
use proptest::prelude::*;

use crate::always::histories::{CASES, begin, enterprises, history, officers, play};

/// The kinds whose reasons can be read off the aggregates of the day.
const EXACT: [&str; 23] = [
    "fill-seat",
    "first-visit",
    "list-enterprise",
    "plan-in-place",
    "urge-plan",
    "suggest-order",
    "reinspect",
    "remind-due",
    "serve-notice",
    "decide-proposal",
    "decide-objection",
    "notify-withdrawal",
    "suggest-further-order",
    "decide-duty",
    "guide-production-plan",
    "assign-support",
    "solve-support",
    "oversee-support",
    "link-zones",
    "clear-hazard",
    "oversee-hazard",
    "help-supplier",
    "start-project",
];

/// Those that a flag gives rise to, which outlives its enterprise.
const OF_FLAGS: [&str; 3] = ["decide-proposal", "decide-objection", "notify-withdrawal"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn tasks_are_neither_lost_nor_doubled_and_each_has_its_reason(
        steps in history(50),
        troubled in any::<bool>(),
    ) {
        let mut all = begin(troubled);
        for step in &steps {
            let _answer = play(&mut all, step);
            check(&all)?;
        }
        // Timers alone keep it so.
        pass(&mut all, 40 * 24);
        check(&all)?;
        prop_assert!(all.refused().is_empty(), "{:?}", all.refused());
    }

    /// The same where nothing but one case after the other is dealt with, hour by hour.
    #[test]
    fn so_it_is_from_the_inspection_to_the_flag(
        steps in prop::collection::vec((0..CASE_WORK.len(), 1..4_u32, 0..14_i64), 0..120),
    ) {
        let mut all = Supervised::open();
        let id = all.desk.list("ENT-016");
        for (kind, n, hours) in steps {
            pass(&mut all, hours);
            let act = by("zhang:eic:commission").asks(CASE_WORK[kind](&id, n));
            let _refused = all.when(act).into_result().err();
            check_one(&all, &id, &EXACT)?;
        }
        prop_assert!(all.refused().is_empty(), "{:?}", all.refused());
    }

    /// Rows that are fetched one by one come to the same as all of them at hand.
    #[test]
    fn a_policy_does_the_same_with_rows_that_are_fetched(
        steps in history(30),
        troubled in any::<bool>(),
    ) {
        let mut all = begin(troubled);
        for step in &steps {
            let _answer = play(&mut all, step);
        }
        for (at_hand, fetched) in reactions(&all.desk) {
            prop_assert_eq!(at_hand, fetched);
        }
    }
}

/// What is done in a case, of the n-th inspection or order.
const CASE_WORK: [fn(&EnterpriseId, u32) -> Ask; 26] = [
    |id, n| dealt::open(n, id, "inspector", &[Subject::Protection]),
    |_, n| dealt::find(n, "finder", false),
    |_, n| dealt::find(n, "finder", n == 3),
    |_, n| dealt::close(n, ResultCode::ToOrder),
    |_, n| dealt::decline(n),
    |_, n| dealt::void(n),
    |id, n| dealt::order_on(n, id, &[dealt::finding(n, 1)], Within::WorkingDays(2)),
    |id, n| dealt::order_on(n, id, &[dealt::finding(1, 1)], Within::WorkingDays(1)),
    |id, n| dealt::order_instead(n, id, &[dealt::finding(1, 1)], 1, SupersedeKind::Further),
    |_, n| dealt::serve(n),
    |_, n| dealt::serve(n),
    |_, n| dealt::extend(n, fugong_fixtures::date(2020, 3, n.saturating_mul(3))),
    |_, n| dealt::report_done(n, if n == 1 { "2020-02-23" } else { "2020-02-26" }),
    |_, n| dealt::reinspect(n, ReinspectionResult::Failed),
    |_, n| dealt::reinspect(n, ReinspectionResult::Failed),
    |_, n| dealt::reinspect(n, ReinspectionResult::Complied),
    |_, n| dealt::revoke(n),
    |id, n| dealt::notice(id, n, "server"),
    |id, n| dealt::enter(id, n, "decider", 12),
    |id, n| dealt::object(id, n),
    |id, n| dealt::decide_objection(id, n, ObjectionResult::Rejected),
    |id, n| dealt::dismiss(id, n),
    |id, n| dealt::disclose(id, n, "信用中国（重庆）"),
    |id, n| dealt::disclose(id, 1, &format!("recipient {n}")),
    |id, n| dealt::notify_withdrawal(id, 1, n),
    |id, n| dealt::expunge(id, n),
];

fn pass(all: &mut Supervised, hours: i64) {
    let step = chrono::TimeDelta::hours(hours);
    let to = all.desk.now().checked_add_signed(step).unwrap();
    all.pass(to);
}

fn check(all: &Supervised) -> Result<(), TestCaseError> {
    let left: BTreeSet<EnterpriseId> = left(&all.desk);
    for id in enterprises() {
        // What has left begins afresh should it come back: only its flags live on.
        let gone = left.contains(&id.whole());
        let kinds: &[&str] = if gone { &OF_FLAGS } else { &EXACT };
        check_one(all, &id, kinds)?;
    }
    service::check_barriers(all)?;
    control::check(all)
}

fn check_one(all: &Supervised, id: &EnterpriseId, kinds: &[&str]) -> Result<(), TestCaseError> {
    let today = shanghai_day(all.desk.now());
    let mut found = BTreeMap::new();
    for task in all.inbox().into_iter().filter(|task| task.enterprise.as_ref() == Some(id)) {
        let key = (task.kind, task.subject);
        let earlier = found.insert(key.clone(), task.id.clone());
        prop_assert!(earlier.is_none(), "{key:?} twice: {} and {earlier:?}", task.id);
    }
    let mut found: BTreeSet<(String, String)> = found.into_keys().collect();
    found.retain(|(kind, _)| kinds.contains(&kind.as_str()));
    let mut expected = reasons(&all.desk, id, today);
    expected.retain(|(kind, _)| kinds.contains(&kind.as_str()));
    prop_assert_eq!(found, expected, "{} on {}", id, today);
    Ok(())
}

/// Enterprises that closed, were set aside or joined another at some time.
fn left(desk: &Desk) -> BTreeSet<EnterpriseId> {
    let gone = ["enterprise-closed", "enterprise-set-aside", "enterprise-joined-to"];
    let events = desk.history().iter().filter(|event| gone.contains(&&*event.event_type));
    events.map(|event| event.aggregate_id.parse::<EnterpriseId>().unwrap().whole()).collect()
}

fn reasons(desk: &Desk, id: &EnterpriseId, today: Date) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let mut add = |kind: &str, subject: &str| {
        all.insert((kind.to_owned(), subject.to_owned()));
    };
    let enterprise: Enterprise = desk.read(id);
    let resumption: Resumption = desk.read(id);
    let works = resumption.state_on(today).in_production();
    let listed = matches!(enterprise.state(), EnterpriseState::Listed | EnterpriseState::Closing);
    if enterprise == Enterprise::Unlisted && resumption.on(Date::MAX).is_some() {
        add("list-enterprise", "");
    }
    let plan: Plan = desk.read(id);
    if works && plan.latest().is_none_or(|latest| !latest.gaps.is_empty()) {
        add("urge-plan", "");
    }
    let scale = desk.read::<Enterprise>(id.whole()).scale_on(today);
    if listed && scale == Some(Scale::Above) && plan.in_place().is_none() {
        add("plan-in-place", "");
    }
    let posting: Posting = desk.read(id);
    for seat in due(desk, id, today) {
        if posting.sitting(seat).is_none() {
            add("fill-seat", seat.code());
        }
        let visit = posting.last_visit(seat).map(fugong_core::Occurred::day);
        if works && visit < resumption.since(today) {
            add("first-visit", seat.code());
        }
    }
    if works && listed && !guided(desk, id) && has_lead(desk, &enterprise, today) {
        add("guide-production-plan", "");
    }
    if listed && works && !posting.is_linked() {
        add("link-zones", "");
    }
    for number in plan.safety().open_hazards().filter(|_| listed) {
        add("clear-hazard", &number.to_string());
        if has_lead(desk, &enterprise, today) {
            add("oversee-hazard", &number.to_string());
        }
    }
    cases(desk, id, today, &mut add);
    duties(desk, id, &mut add);
    service::helps(desk, id, &mut add);
    economy::waits(desk, id, today, &mut add);
    if id.whole() == *id {
        credit::waits(desk, id, today, &mut add);
    }
    all
}

fn guided(desk: &Desk, id: &EnterpriseId) -> bool {
    let mut its = desk.history().iter().filter(|event| *event.aggregate_id == id.to_string());
    its.any(|event| &*event.event_type == "enterprise-guided")
}

fn has_lead(desk: &Desk, enterprise: &Enterprise, today: Date) -> bool {
    let regime: Regime = desk.read(REGIME);
    enterprise.entry().is_some_and(|entry| regime.lead_of(&entry.industry, today).is_some())
}

/// Findings about duty that stand, were referred, and wait for the officer's unit.
fn duties(desk: &Desk, id: &EnterpriseId, add: &mut impl FnMut(&str, &str)) {
    for officer in officers(desk) {
        let officer: Officer = desk.read(officer);
        for (finding, duty) in officer.roll().into_iter().flat_map(|roll| &roll.duties) {
            let inspection: Inspection = desk.read(finding.inspection());
            let stands = inspection.finding(finding.number()).is_some() && !inspection.is_void();
            if stands && duty.enterprise == *id && duty.outcome.is_none() {
                add("decide-duty", finding.as_str());
            }
        }
    }
}

fn due(desk: &Desk, id: &EnterpriseId, today: Date) -> Vec<Seat> {
    let (enterprise, whole): (Enterprise, Enterprise) = (desk.read(id), desk.read(id.whole()));
    let listed = matches!(enterprise.state(), EnterpriseState::Listed | EnterpriseState::Closing);
    let Some(entry) = enterprise.entry().filter(|_| listed) else { return Vec::new() };
    let industrial = desk.read::<Regime>(REGIME).is_industrial(&entry.industry);
    let park = entry.place.on(today).park.as_ref();
    seats_due(industrial, park, whole.scale_on(today)).to_vec()
}

fn cases(desk: &Desk, id: &EnterpriseId, today: Date, add: &mut impl FnMut(&str, &str)) {
    for n in 1..=CASES {
        let inspection: Inspection = desk.read(dealt::inspection(n));
        let undecided = inspection.findings().iter().any(Finding::is_undecided);
        if inspection.enterprise() == Some(id) && inspection.is_closed() && undecided {
            add("suggest-order", dealt::inspection(n).as_str());
        }
        let order = dealt::order(n);
        let case: Rectification = desk.read(&order);
        if case.enterprise() != Some(id) {
            continue;
        }
        match &case {
            Rectification::Reported(_) | Rectification::Lapsed(_) => {
                add("reinspect", order.as_str());
            }
            Rectification::Served(running) => {
                let regime: Regime = desk.read(REGIME);
                let before = |day| regime.calendars().working_day_before(day, None).unwrap();
                let due = running.deadline.as_ref().map(|deadline| deadline.due);
                if due.is_some_and(|due| before(due) <= today && today <= due) {
                    add("remind-due", order.as_str());
                }
            }
            Rectification::Failed(_) => {
                let unanswered = case.findings().iter().all(|finding| {
                    let inspection: Inspection = desk.read(finding.inspection());
                    let found = inspection.findings().iter();
                    let found = found.clone().find(|found| found.number == finding.number());
                    let its =
                        |found: &Finding| !found.declined && found.order.as_ref() == Some(&order);
                    !inspection.is_void() && found.is_some_and(its)
                });
                if unanswered {
                    add("suggest-further-order", order.as_str());
                }
            }
            Rectification::NotOrdered
            | Rectification::Ordered(_)
            | Rectification::Complied(_)
            | Rectification::Superseded(_)
            | Rectification::Revoked(_)
            | Rectification::Terminated(_) => {}
        }
    }
}

/// What each policy sets off over the whole log, with all rows at hand and with rows fetched.
fn reactions(desk: &Desk) -> Vec<(Vec<Reaction>, Vec<Reaction>)> {
    let mut both = Vec::new();
    for policy in policies() {
        let mut at_hand = Rows::complete();
        let mut store: BTreeMap<(&'static str, String), std::sync::Arc<str>> = BTreeMap::new();
        for event in desk.history() {
            let expected = policy.react(&mut at_hand, event).unwrap();
            at_hand.keep();
            let mut rows = Rows::partial();
            let found = loop {
                let found = policy.react(&mut rows, event).unwrap();
                let wants = rows.take_wants();
                if wants.is_empty() {
                    break found;
                }
                rows.forget();
                for want in wants {
                    supply(&mut rows, &store, want);
                }
            };
            rows.keep();
            for (relation, key, row) in rows.take_changes().unwrap() {
                match row {
                    Some(row) => store.insert((relation, key), row),
                    None => store.remove(&(relation, key)),
                };
            }
            both.push((expected, found));
        }
    }
    both
}

fn supply(
    rows: &mut Rows,
    store: &BTreeMap<(&'static str, String), std::sync::Arc<str>>,
    want: Want,
) {
    match want {
        Want::Key(relation, key) => {
            let row = store.get(&(relation, key.clone())).cloned();
            rows.supply(relation, &key, row);
        }
        Want::Prefix(relation, prefix) => {
            for ((at, key), row) in store {
                if *at == relation && key.starts_with(&prefix) {
                    rows.supply(relation, key, Some(std::sync::Arc::clone(row)));
                }
            }
            rows.supplied(relation, prefix);
        }
    }
}
