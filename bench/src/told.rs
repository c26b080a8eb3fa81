//! What is told of a case: one line of JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Failed;

/// What a case measured: ours, the other side's, and ours through the other's.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    case: String,
    /// What is counted.
    unit: &'static str,
    ours: f64,
    other: f64,
    ratio: f64,
    /// What else was measured on both sides; the unit is in the name.
    #[serde(flatten)]
    more: BTreeMap<&'static str, Both>,
    /// What the other side is.
    against: String,
}

/// A figure of both sides.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Both {
    ours: f64,
    other: f64,
}

impl Told {
    pub(crate) fn new(case: &str, unit: &'static str, ours: f64, other: f64) -> Self {
        let ratio = rounded(ours / other);
        let (ours, other, case) = (ours.round(), other.round(), case.to_owned());
        Self { case, unit, ours, other, ratio, more: BTreeMap::new(), against: String::new() }
    }

    pub(crate) fn against(mut self, against: impl Into<String>) -> Self {
        self.against = against.into();
        self
    }

    pub(crate) fn with(mut self, name: &'static str, ours: f64, other: f64) -> Self {
        self.more.insert(name, Both { ours: rounded(ours), other: rounded(other) });
        self
    }
}

/// Prints what was measured.
pub(crate) fn say(measured: &impl Serialize) -> Result<(), Failed> {
    let line = serde_json::to_string(measured)?;
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    {
        println!("{line}");
    }
    Ok(())
}

/// The one in the middle.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len().div_euclid(2)).copied().unwrap_or_default()
}

fn rounded(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}
