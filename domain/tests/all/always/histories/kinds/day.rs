//! What may be asked day by day: figures, safety at work, linked zones.

use fugong_domain::plan::Plan;
use fugong_fixtures::desk::{asks, safety};

use super::{
    super::{
        Kind,
        Who::{Commission, Firm},
    },
    kind,
};

pub(super) const DAY: &[Kind] = &[
    kind("daily", Firm, |a| asks::daily(&a.id, &a.text, a.n % 2)),
    kind("daily-again", Commission, |a| {
        let (supersedes, was) = (Some("an-event".to_owned()), Some(a.day));
        let figures = asks::figures(&a.text);
        let right = fugong_domain::resumption::DailyReport { supersedes, was, ..figures };
        asks::daily_of(&a.id, right)
    }),
    kind("prepare-safety", Firm, |a| safety::prepare(&a.id, &["A1"])),
    kind("monitor", Firm, |a| safety::monitor(&a.id, &a.text, a.n == 1)),
    kind("find-hazard", Commission, |a| safety::find(&a.id, &a.text, None)),
    kind("clear-hazard", Firm, |a| {
        let plan: Plan = a.desk.read(&a.id);
        let open = plan.safety().open_hazards().next();
        safety::clear(&a.id, open.unwrap_or(a.n), &a.text)
    }),
    kind("train", Firm, |a| safety::train(&a.id, &a.text, 20)),
    kind("link-zones", Commission, |a| safety::link(&a.id, "舟白社区")),
    kind("hand-over", Firm, |a| safety::hand_over(&a.id, &a.text, 20)),
];
