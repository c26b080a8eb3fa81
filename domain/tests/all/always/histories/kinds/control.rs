//! What may be asked about incidents and measures of control.

use fugong_domain::{codes::MeasureKind, measure::Target};
use fugong_fixtures::desk::control;

use super::{
    super::{
        CASES, Kind,
        Who::{Firm, Headquarters},
    },
    kind,
};

pub(super) const CONTROL: &[Kind] = &[
    kind("incident", Firm, |a| control::fall_ill(a.n, &a.id, a.n)),
    kind("isolate", Firm, |a| control::isolate(a.n, 3)),
    kind("cdc", Headquarters, |a| control::tell_cdc(a.n)),
    kind("trace", Headquarters, |a| control::trace(a.n, 12)),
    kind("disinfect", Firm, |a| control::disinfect(a.n, 2)),
    kind("rule-out", Headquarters, |a| control::rule_out(a.n)),
    kind("end", Headquarters, |a| control::close_incident(a.n)),
    kind("impose", Headquarters, |a| {
        let area = Target::Area("500114106".parse().unwrap());
        let target = if a.n.is_multiple_of(2) { area } else { Target::Enterprise(a.id.clone()) };
        control::impose(a.n, target, MeasureKind::ClosedManagement)
    }),
    kind("stop-order", Headquarters, |a| control::stop(a.n, Target::Enterprise(a.id.clone())).ask),
    kind("relax", Headquarters, |a| control::relax(a.n)),
    kind("keep", Headquarters, |a| control::keep(a.n)),
    kind("lift", Headquarters, |a| control::lift(a.n, a.n.is_multiple_of(2))),
    kind("stop-work", Firm, |a| control::stop_work(&a.id, &a.text)),
    // Whoever asks knows of every stop order.
    kind("report-under", Firm, |a| {
        control::report_under(&a.id, &a.text, &(1..=CASES).collect::<Vec<_>>())
    }),
];
