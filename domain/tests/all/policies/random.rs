//! Over random histories: no task is lost, none is there twice, and each open one has its reason.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use fugong_core::{Reaction, Rows, Want, shanghai_day};
use fugong_domain::{
    EnterpriseId, FindingId, FlagId,
    act::REGIME,
    codes::{EnterpriseState, Scale, Seat},
    credit::{Credit, Objection, Standing},
    enterprise::Enterprise,
    inspection::Inspection,
    plan::Plan,
    policies,
    posting::Posting,
    rectification::Rectification,
    regime::Regime,
    resumption::Resumption,
    seats::seats_due,
};
use fugong_fixtures::{Desk, desk::Supervised};
use proptest::prelude::*;

use crate::always::histories::{begin, enterprises, history, play};

/// The kinds whose reasons can be read off the aggregates of the day.
const EXACT: [&str; 11] = [
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
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn tasks_are_neither_lost_nor_doubled_and_each_has_its_reason(
        steps in history(50),
        troubled in any::<bool>(),
    ) {
        let mut all: Supervised = begin(troubled);
        for step in &steps {
            let _refused = play(&mut all, step).err();
            check(&all)?;
        }
        // Timers alone keep it so.
        let later = all.desk.now() + chrono::TimeDelta::days(40);
        all.pass(later);
        check(&all)?;
        prop_assert!(all.refused().is_empty(), "{:?}", all.refused());
    }

    /// Rows that are fetched one by one come to the same as all of them at hand.
    #[test]
    fn a_policy_does_the_same_with_rows_that_are_fetched(
        steps in history(30),
        troubled in any::<bool>(),
    ) {
        let mut all: Supervised = begin(troubled);
        for step in &steps {
            let _refused = play(&mut all, step).err();
        }
        for (at_hand, fetched) in reactions(&all.desk) {
            prop_assert_eq!(at_hand, fetched);
        }
    }
}

fn check(all: &Supervised) -> Result<(), TestCaseError> {
    let today = shanghai_day(all.desk.now());
    let left: BTreeSet<EnterpriseId> = left(&all.desk);
    let mut open = BTreeMap::new();
    for task in all.inbox() {
        let key = (task.enterprise.clone(), task.kind.clone(), task.subject.clone());
        let earlier = open.insert(key.clone(), task.id.clone());
        prop_assert!(earlier.is_none(), "{key:?} twice: {} and {earlier:?}", task.id);
    }
    for id in enterprises() {
        let exact = |kind: &str| {
            EXACT.contains(&kind) && (!left.contains(&id.whole()) || kind.starts_with("decide"))
        };
        let found: BTreeSet<(String, String)> = open
            .keys()
            .filter(|(enterprise, kind, _)| *enterprise == id && exact(kind))
            .map(|(_, kind, subject)| (kind.clone(), subject.clone()))
            .collect();
        let mut expected = reasons(&all.desk, &id, today);
        expected.retain(|(kind, _)| exact(kind));
        prop_assert_eq!(found, expected, "{} on {}", id, today);
    }
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
    cases(desk, id, today, &mut add);
    if id.whole() == *id {
        flags(desk, id, today, &mut add);
    }
    all
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
    for n in 1..=3 {
        let inspection: Inspection = desk.read(fugong_fixtures::desk::cases::inspection(n));
        let undecided = inspection.findings().iter().any(|finding| finding.is_undecided());
        if inspection.enterprise() == Some(id) && inspection.is_closed() && undecided {
            add("suggest-order", fugong_fixtures::desk::cases::inspection(n).as_str());
        }
        let order = fugong_fixtures::desk::cases::order(n);
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
            Rectification::NotOrdered
            | Rectification::Ordered(_)
            | Rectification::Complied(_)
            | Rectification::Failed(_)
            | Rectification::Superseded(_)
            | Rectification::Revoked(_)
            | Rectification::Terminated(_) => {}
        }
    }
}

fn flags(desk: &Desk, id: &EnterpriseId, today: Date, add: &mut impl FnMut(&str, &str)) {
    let credit: Credit = desk.read(id);
    for (number, flag) in credit.flags() {
        let subject = FlagId::nth(id, *number).to_string();
        match &flag.standing {
            Standing::Proposed => add("serve-notice", &subject),
            Standing::Notified { statement } if statement.due < today => {
                add("decide-proposal", &subject);
            }
            Standing::Flagged(flagged) => {
                if let Some(Objection::Lodged { .. }) = flagged.objection {
                    add("decide-objection", &subject);
                }
            }
            Standing::Notified { .. }
            | Standing::Withdrawn
            | Standing::Dismissed
            | Standing::Repaired
            | Standing::Expired
            | Standing::Expunged => {}
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
            for (relation, key, row) in rows.take_changes() {
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
            rows.supply(relation, key, row);
        }
        Want::Prefix(relation, prefix) => {
            for ((at, key), row) in store {
                if *at == relation && key.starts_with(&prefix) {
                    rows.supply(relation, key.clone(), Some(row.clone()));
                }
            }
            rows.supplied(relation, prefix);
        }
    }
}

/// A finding names its inspection, on which the policies rely.
#[test]
fn a_finding_names_its_inspection() {
    let inspection = fugong_fixtures::desk::cases::inspection(1);
    assert_eq!(FindingId::nth(&inspection, 2).inspection(), inspection);
}
