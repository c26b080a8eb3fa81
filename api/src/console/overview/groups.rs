//! Lines of R1 and R14, as a table shows them.

use std::cmp::Reverse;

use fugong_core::Ratio;
use serde::Deserialize;

use super::super::{chart, frame::Here, visitor::Query, words::Words};

/// A line of R1, R14 or R14 by day.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub(super) by: String,
    pub(super) group: String,
    pub(super) label: String,
    pub(super) total: u64,
    pub(super) excluded: u64,
    pub(super) base: u64,
    /// In production: of all in R1, of the base in R14.
    resumed: u64,
    resumed_in_base: Option<u64>,
    resumed_all: Option<u64>,
    new_today: Option<u64>,
    pub(super) rate_all: String,
    pub(super) rate: String,
    delta_pp: Option<String>,
    days_left: Option<i64>,
    target_rate: Option<String>,
}

impl Line {
    /// In production, of all.
    pub(super) fn working(&self) -> u64 {
        self.resumed_all.unwrap_or(self.resumed)
    }

    /// In production, of the base.
    pub(super) fn of_base(&self) -> u64 {
        self.resumed_in_base.unwrap_or(self.resumed)
    }

    /// The rate of the base in hundredths of a per cent.
    pub(super) fn hundredths(&self) -> Option<i64> {
        let [numerator, base] =
            [self.of_base(), self.base].map(|n| usize::try_from(n).unwrap_or(0));
        Ratio { numerator, base }.hundredths()
    }
}

/// A figure, and the way to its rows.
pub(super) struct Figure {
    pub(super) figure: u64,
    pub(super) to: Option<String>,
}

/// A line of a table of groups.
pub(super) struct Group {
    pub(super) label: String,
    pub(super) is_sum: bool,
    pub(super) total: Figure,
    pub(super) working: Figure,
    pub(super) rate_all: String,
    pub(super) excluded: Figure,
    pub(super) base: Figure,
    pub(super) of_base: Figure,
    pub(super) rate: String,
    pub(super) bar: u64,
    pub(super) remaining: Figure,
    pub(super) new_today: Option<Figure>,
    pub(super) delta: Option<String>,
}

/// A line as a group of enterprises that these columns tell, of which `in_base` says who counts.
pub(super) fn group(here: &Here, line: &Line, of: Query<'_>, in_base: &str) -> Group {
    let of = [&[("industrial", "true")], of].concat();
    let rows = |more: Query<'_>| Some(here.rows("r1-enterprises", &[&of, more].concat()));
    let figure = |figure, more: Query<'_>| Figure { figure, to: rows(more) };
    Group {
        label: line.label.clone(),
        is_sum: line.group == "all",
        total: figure(line.total, &[]),
        working: figure(line.working(), &[("works", "true")]),
        rate_all: line.rate_all.clone(),
        excluded: figure(line.excluded, &[(in_base, "false")]),
        base: figure(line.base, &[(in_base, "true")]),
        of_base: figure(line.of_base(), &[(in_base, "true"), ("works", "true")]),
        rate: line.rate.clone(),
        bar: chart::bar(line.of_base(), line.base),
        remaining: figure(
            line.base.saturating_sub(line.of_base()),
            &[(in_base, "true"), ("works", "false")],
        ),
        new_today: line.new_today.map(|new| figure(new, &[("new_today", "true")])),
        delta: line.delta_pp.clone(),
    }
}

/// The sum, then each territory, in the order of the daily sheet: by its rate, then by its size.
pub(super) fn territories(here: &Here, lines: &[Line], above: bool) -> Vec<Group> {
    let is_shown = |line: &&Line| above || matches!(line.by.as_str(), "all" | "township");
    let mut shown: Vec<&Line> = lines.iter().filter(is_shown).collect();
    shown.sort_by_key(|line| (line.group != "all", Reverse(line.hundredths()), Reverse(line.base)));
    let of = |line: &&Line| {
        let scale = [("scale", "above")];
        let township = [("township", line.label.as_str())];
        let of = [
            if above { &scale[..] } else { &[] },
            if line.group == "all" { &[] } else { &township },
        ];
        group(here, line, &of.concat(), if above { "in_above_base" } else { "in_base" })
    };
    shown.iter().map(of).collect()
}

/// By size, place, sector and tier.
pub(super) fn kinds(here: &Here, lines: &[Line]) -> Vec<Group> {
    let mut groups = Vec::new();
    for line in lines {
        let code = line.group.as_str();
        let (column, value) = match line.by.as_str() {
            "scale" => ("scale", code),
            "location" => ("in_park", if code == "park" { "true" } else { "false" }),
            "sector" => ("section", code),
            "tier" => ("tier", if code == "none" { "" } else { code }),
            _ => continue,
        };
        let above = (line.by.as_str(), code) == ("scale", "above");
        groups.push(group(
            here,
            line,
            &[(column, value)],
            if above { "in_above_base" } else { "in_base" },
        ));
    }
    groups
}

/// What works without being listed yet: how many, and the way to them.
pub(super) fn unlisted(here: &Here, lines: &[Line]) -> Option<(u64, String)> {
    let line = lines.iter().find(|line| line.by == "unlisted")?;
    Some((line.total, here.rows("r12", &[("listing", "unlisted"), ("works", "true")])))
}

/// What is said of the target.
pub(super) fn target(w: &Words, line: &Line) -> Option<String> {
    match (&line.target_rate, line.days_left?) {
        (Some(rate), _) => Some(format!("{} {rate}", w.on_target_day)),
        (None, left) => Some(format!("{} {left} {}", w.days_left, w.days)),
    }
}
