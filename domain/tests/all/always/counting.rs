//! 屡教不改: so many orders failed or lapsed give exactly one proposal, and a rebuild gives none.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate as Date};
use fugong_core::shanghai_day;
use fugong_domain::{
    EnterpriseId, OrderId,
    act::REGIME,
    credit::{Credit, Standing},
    inspection::Inspection,
    rectification::Rectification,
    regime::Regime,
};
use fugong_fixtures::{
    Desk,
    desk::{Supervised, cases},
};
use proptest::prelude::*;

use super::histories::{CASES, begin, enterprises, history, play};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn so_many_failures_give_one_proposal_and_a_rebuild_gives_none(
        steps in history(60),
        troubled in any::<bool>(),
    ) {
        let mut all = begin(troubled);
        for step in &steps {
            let _answer = play(&mut all, step);
            for id in enterprises().into_iter().filter(|id| id.whole() == *id) {
                check(&all.desk, &id)?;
            }
        }
        prop_assert!(all.refused().is_empty(), "{:?}", all.refused());
        let told = |desk: &Desk| {
            let its = desk.history().iter().filter(|event| &*event.aggregate_type == "credit");
            its.map(|event| event.event_type.to_string()).collect::<Vec<_>>()
        };
        let before = told(&all.desk);
        // Policies that fold everything again and act on it count nothing twice.
        let again = Supervised::over(all.desk);
        prop_assert_eq!(told(&again.desk), before);
    }
}

/// Counted again, apart from the code.
fn check(desk: &Desk, id: &EnterpriseId) -> Result<(), TestCaseError> {
    let today = shanghai_day(desk.now());
    let regime: Regime = desk.read(REGIME);
    let rules = regime.rules_at(today).unwrap();
    let threshold = rules.repeat_threshold as usize;
    let credit: Credit = desk.read(id);
    let counting = counting(desk, id);
    let open: Vec<_> = credit.flags().values().filter(|flag| flag.is_open()).collect();
    prop_assert!(open.len() <= 1, "{id}: {} proposals are open", open.len());
    for flag in credit.flags().values() {
        let left = flag.grounds.iter().filter(|order| counting.contains_key(order)).count();
        let grounded = threshold.min(flag.grounds.len()) <= left;
        let stands = flag.is_open() || matches!(flag.standing, Standing::Flagged(_));
        prop_assert!(grounded || !stands, "{id}: {flag:?} stands on {counting:?}");
    }
    if open.is_empty() {
        let spent = credit.spent_orders();
        let fresh: Vec<Date> = counting
            .iter()
            .filter(|(order, _)| !spent.contains(order))
            .map(|(_, day)| *day)
            .collect();
        let last = fresh.iter().max().copied().unwrap_or_default();
        let first = last - Days::new(rules.repeat_window_days.into());
        let within = fresh.iter().filter(|day| first <= **day).count();
        prop_assert!(within < threshold, "{id}: {counting:?} and no proposal");
    }
    Ok(())
}

/// Each order against the firm or a site of it that failed or lapsed, once, with the day; none
/// whose inspections are all void.
fn counting(desk: &Desk, firm: &EnterpriseId) -> BTreeMap<OrderId, Date> {
    let orders = (1..=CASES).map(cases::order).filter_map(|id| {
        let order: Rectification = desk.read(&id);
        let its = order.enterprise().is_some_and(|bound| bound.whole() == *firm);
        let valid = order
            .findings()
            .iter()
            .any(|finding| !desk.read::<Inspection>(finding.inspection()).is_void());
        Some((id, order.counts_as_failed().filter(|_| its && valid)?))
    });
    orders.collect()
}
