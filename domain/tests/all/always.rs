//! What always holds, whatever happened before.

mod counting;
mod fed;
pub(crate) mod histories;
mod reached;
mod registers;
mod seats;

use fugong_core::shanghai_day;
use fugong_domain::{
    Ask, EnterpriseId, UnitCode,
    codes::{RiskLevel, Role},
    enterprise::Enterprise,
    regime,
    resumption::Resumption,
};
use fugong_fixtures::{
    Desk, by,
    desk::{Supervised, asks::report, control::report_under},
};
use proptest::prelude::*;

use self::histories::{CASES, begin, enterprises, history, own, play};

/// The only reasons for which a report of resumption is turned away; that a code is none is seen
/// where it is read.
const TURNED_AWAY: [&str; 4] =
    ["RESUMED_ON_IN_FUTURE", "OCCURRED_ON_IN_FUTURE", "OUT_OF_JURISDICTION", "ENTERPRISE_CLOSED"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// “不得对企业复工复产设置条件，不得采取审批、备案等方式延缓开工时间”
    #[test]
    fn a_resumption_is_never_refused(steps in history(40), troubled in any::<bool>()) {
        let mut desk = after(&steps, troubled).desk;
        let today = shanghai_day(desk.now()).to_string();
        // Whoever reports knows of every stop order.
        let all: Vec<u32> = (1..=CASES).collect();
        for id in enterprises() {
            for role in Role::ALL {
                let Some(who) = own(&desk, &id, *role) else { continue };
                let works = stands_for(&desk, &id);
                let state = desk.read::<Resumption>(&works).state_on(shanghai_day(desk.now()));
                let told = desk.rehearse(by(&who).asks(report_under(&id, &today, &all))).into_result();
                match told {
                    Err(refusal) => {
                        prop_assert!(is_closed(&desk, &works), "{who} for {id}: {refusal}");
                        prop_assert_eq!(refusal.code(), "ENTERPRISE_CLOSED");
                    }
                    Ok(events) => {
                        prop_assert!(!is_closed(&desk, &works));
                        let types: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
                        let news: &[&str] =
                            if state.in_production() { &[] } else { &["resumption-resumed"] };
                        prop_assert_eq!(types, news);
                    }
                }
            }
            // And what is recorded counts.
            let works = stands_for(&desk, &id);
            if !is_closed(&desk, &works) {
                desk.given(by(histories::COMMISSION).asks(report(&id, &today)));
                let now: Resumption = desk.read(&works);
                prop_assert!(now.state_on(shanghai_day(desk.now())).in_production(), "{id}");
            }
        }
    }

    #[test]
    fn a_report_is_turned_away_for_four_reasons_only(
        steps in history(25),
        role in prop::sample::select(Role::ALL),
        unit in prop::sample::select(vec!["500114106", "500114004", "park-zy", "eic", "91500114MAYY01045Q"]),
        days in -400..3_i64,
        at in 0..8_usize,
    ) {
        let mut desk = after(&steps, false).desk;
        let day = shanghai_day(desk.now()) + chrono::TimeDelta::days(days);
        let act = by(&format!("somebody:{unit}:{role}"));
        let told = desk.rehearse(act.asks(report(&enterprises()[at], &day.to_string())));
        if let Err(refusal) = told.into_result() {
            prop_assert!(TURNED_AWAY.contains(&refusal.code()), "{refusal}");
        }
    }

    #[test]
    fn replaying_the_log_gives_the_state_it_was_written_from(
        steps in history(60),
        troubled in any::<bool>(),
    ) {
        after(&steps, troubled).desk.assert_replay_is_live();
    }

    /// Risk rising never un-resumes anyone, and risk falling starts nobody.
    #[test]
    fn a_risk_level_changes_no_production(steps in history(40), level in prop::sample::select(RiskLevel::ALL)) {
        let mut all = after(&steps, false);
        let today = shanghai_day(all.desk.now());
        let states = |desk: &Desk| {
            let of = |id| desk.read::<Resumption>(id);
            enterprises().into_iter().map(of).collect::<Vec<_>>()
        };
        let before = states(&all.desk);
        for area in [None, Some("500114106"), Some("500114107"), Some("park-zy")] {
            let area = area.map(|unit| unit.parse::<UnitCode>().unwrap());
            let change =
                regime::Command::ChangeRiskLevel { area, level, effective_on: today };
            all.given(by("sun:hq:headquarters").asks(Ask::Regime(change)));
        }
        prop_assert_eq!(states(&all.desk), before);
        prop_assert!(all.refused().is_empty(), "{:?}", all.refused());
    }
}

/// The district after a history.
fn after(steps: &[histories::Step], troubled: bool) -> Supervised {
    let mut supervised = begin(troubled);
    for step in steps {
        // What is refused is part of life.
        let _answer = play(&mut supervised, step);
    }
    supervised
}

/// The enterprise that a report about `id` speaks of.
fn stands_for(desk: &Desk, id: &EnterpriseId) -> EnterpriseId {
    desk.read::<Resumption>(id).joined_to().cloned().unwrap_or_else(|| id.clone())
}

/// Whether a confirmed closure ended the firm.
fn is_closed(desk: &Desk, id: &EnterpriseId) -> bool {
    desk.read::<Enterprise>(id.whole()).closed_on().is_some()
}
