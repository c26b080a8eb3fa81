//! The ready reports: definitions over the registers, laid out as on paper.
//!
//! A definition is data. What it means, and what is wrong with it, `fugong-report` says; that none
//! of these is wrong, and what each comes to on the story, tests say.

mod instant;

use std::borrow::Cow;

pub use instant::as_it_stands;

use crate::registers::tables;

/// Each with its name in addresses and commands, in the order in which they are listed.
pub const READY: &[(&str, &str)] = &[
    ("daily-resumption", include_str!("../reports/daily-resumption.toml")),
    ("daily-resumption-townships", include_str!("../reports/daily-resumption-townships.toml")),
    ("not-reported", include_str!("../reports/not-reported.toml")),
    ("not-resumed", include_str!("../reports/not-resumed.toml")),
    ("vacant-seats", include_str!("../reports/vacant-seats.toml")),
    ("rectification-ledger", include_str!("../reports/rectification-ledger.toml")),
    ("credit-internal", include_str!("../reports/credit-internal.toml")),
    ("credit-public", include_str!("../reports/credit-public.toml")),
    ("credit-platform", include_str!("../reports/credit-platform.toml")),
    ("difficulties-by-department", include_str!("../reports/difficulties-by-department.toml")),
    ("officer-roster", include_str!("../reports/officer-roster.toml")),
    ("hazards", include_str!("../reports/hazards.toml")),
    ("incidents", include_str!("../reports/incidents.toml")),
    ("control-measures", include_str!("../reports/control-measures.toml")),
    ("policy-fulfilment", include_str!("../reports/policy-fulfilment.toml")),
    ("barriers", include_str!("../reports/barriers.toml")),
    ("supply-chain", include_str!("../reports/supply-chain.toml")),
    ("dossier-list", include_str!("../reports/dossier-list.toml")),
    ("dossier", include_str!("../reports/dossier.toml")),
    ("officer-ledger", include_str!("../reports/officer-ledger.toml")),
    ("month-end", include_str!("../reports/month-end.toml")),
];

/// Everything that this edition runs of its own: each ready report, and each register as it stands,
/// with and without words about persons; by name and text.
pub fn all() -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
    let ready = READY.iter().map(|(id, text)| (*id, Cow::Borrowed(*text)));
    let instant = tables().iter().flat_map(|table| {
        let text = |persons| Cow::Owned(as_it_stands(&table.relation, persons));
        [true, false].map(|persons| (table.relation.name, text(persons)))
    });
    ready.chain(instant)
}
