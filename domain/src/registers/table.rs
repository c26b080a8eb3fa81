//! Tables as officials know them: R1, R2 and so on.

use chrono::NaiveDate as Date;
use fugong_core::{At, Column, Failure, Kind, Line, Relation, Role, Rows, Want};
use serde::Serialize;

use super::{
    daily, figures, folds, listing::Listing, orders, r01_enterprises, r01_resumption,
    r02_not_resumed, r03_on_post, r04_seats, r05_plans, r06_inspections, r07_orders, r08_credit,
    r09_support, r10_barriers, r11_chains, r12_dossier, r12_items, r13_officers, r14_days,
    r14_month_end, r15_inbox, r16_silent, r17_zones, r18_fulfilment, r18_projects, r19_safety,
    r20_incidents, r20_measures, view::View,
};

/// A register as officials read it, computed from the rows of one fold for one day.
#[derive(Debug)]
pub struct Table {
    /// The fold that keeps its rows.
    pub source: &'static str,
    /// Its name (`r1`), labels and columns.
    pub relation: Relation,
    /// Its lines for a day, from the rows of [`Table::source`].
    pub lines: fn(&Rows, Date) -> Result<Vec<Line>, Failure>,
}

impl Table {
    /// A row of it as a line.
    pub(super) fn line<R: Serialize>(&self, row: &R) -> Result<Line, Failure> {
        Line::of(self.relation.columns, row)
    }

    /// How its lines about one enterprise are told without those of all others, where they can be.
    pub fn lines_of(&self) -> Option<LinesOf> {
        (self.relation.name == "r12-items").then_some(r12_items::lines_of)
    }

    /// What of the rows it reads for a day.
    pub fn reads(&self, on: Date) -> Vec<Want> {
        let days = match self.relation.name {
            "r1" | "r1-enterprises" | "r14" | "r14-days" => return Listing::reads(),
            "r3" | "r3-summary" => vec![daily::those_of(on)],
            "r12-items" => r12_items::reads(on),
            "r16" => vec![daily::all()],
            _ => Vec::new(),
        };
        undated(self.source).into_iter().chain(days).collect()
    }
}

/// Tells the lines of a table that are about one enterprise, by the code that it has.
type LinesOf = fn(&View, &Rows, &str) -> Result<Vec<Line>, Failure>;

/// All rows of a fold, but for what it keeps by day.
pub fn undated(source: &str) -> Vec<Want> {
    let folds = folds::all();
    let Some(fold) = folds.iter().find(|fold| fold.name() == source) else { return Vec::new() };
    let names = fold.relations().iter().map(|relation| relation.name);
    let names = names.filter(|name| !fold.dated().contains(name));
    names.map(|name| Want::Prefix(name, String::new())).collect()
}

/// Every table.
pub fn tables() -> &'static [Table] {
    &[
        r01_resumption::TABLE,
        r01_enterprises::TABLE,
        figures::TABLE,
        r02_not_resumed::TABLE,
        r03_on_post::TABLE,
        r03_on_post::SUMMARY,
        r04_seats::ROSTER,
        r04_seats::SEATS,
        r04_seats::COVERAGE,
        r05_plans::TABLE,
        r05_plans::SUMMARY,
        r06_inspections::TABLE,
        r07_orders::TABLE,
        r07_orders::SUMMARY,
        r08_credit::TABLE,
        r08_credit::DISCLOSURES,
        r09_support::TABLE,
        r09_support::SUMMARY,
        r10_barriers::TABLE,
        r11_chains::TABLE,
        r12_dossier::TABLE,
        r12_items::TABLE,
        r13_officers::TABLE,
        r14_month_end::TABLE,
        r14_days::TABLE,
        r15_inbox::TABLE,
        r16_silent::TABLE,
        r17_zones::TABLE,
        r18_fulfilment::TABLE,
        r18_projects::TABLE,
        r19_safety::TABLE,
        r19_safety::SUMMARY,
        r20_incidents::TABLE,
        r20_measures::TABLE,
    ]
}

/// The table of this name.
pub fn table(name: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.relation.name == name)
}

/// The list of codes from which the values of a column are, such as `order_states`.
pub fn code_list(table: &str, column: &str) -> Option<&'static str> {
    Some(match (table, column) {
        (_, "seat" | "second_seat") => "seats",
        (_, "scale") => "scales",
        (_, "tier") => "tiers",
        ("r1-enterprises" | "r2" | "r12", "excluded") => "exclusion_kinds",
        (_, "stopped_for") => "suspension_reasons",
        (_, "workplace") => "workplace_kinds",
        ("r19", "severity") => "hazard_severities",
        ("r15", "kind") => "task_kinds",
        ("r20-measures", "kind") => "control_measure_kinds",
        ("r9", "category") => "support_categories",
        ("r9", "source") => "support_sources",
        ("r1" | "r3-summary" | "r4-summary" | "r6" | "r9-summary", "by") => "groupings",
        ("r5", "state") => "plan_timeliness",
        ("r7", "state") => "order_states",
        ("r8" | "r8-disclosures", "state") => "flag_states",
        ("r8", "objection_result") => "objection_results",
        ("r8", "repair_result") => "repair_results",
        ("r9" | "r18-fulfilment", "state") => "support_states",
        ("r12", "listing") => "listings",
        ("r15", "state") => "task_states",
        ("r20-incidents", "state") => "epidemic_states",
        ("r20-measures", "state") => "measure_states",
        ("r1-enterprises" | "r2" | "r11", "state" | "anchor_state") | ("r12", "production") => {
            "production_states"
        }
        _ => return None,
    })
}

/// The codes that can be in a column, where the program has all of them and a district adds none.
pub fn codes(table: &str, column: &str) -> Option<Vec<&'static str>> {
    use crate::codes as of;
    macro_rules! all {
        ($list:ident) => {
            of::$list::ALL.iter().map(|value| value.code()).collect()
        };
    }
    Some(match code_list(table, column)? {
        "seats" => all!(Seat),
        "scales" => all!(Scale),
        "tiers" => all!(Tier),
        "exclusion_kinds" => all!(ExclusionKind),
        "suspension_reasons" => all!(SuspensionReason),
        "workplace_kinds" => all!(Workplace),
        "hazard_severities" => all!(HazardSeverity),
        "control_measure_kinds" => all!(MeasureKind),
        "support_sources" => all!(SupportSource),
        "objection_results" => all!(ObjectionResult),
        "repair_results" => all!(RepairResult),
        "listings" => all!(Listing),
        "task_states" => all!(TaskState),
        "production_states" => all!(ProductionState),
        "order_states" => orders::STATES.to_vec(),
        "flag_states" => all!(FlagState),
        // What stands at the first, before anything happened, has no row.
        "support_states" => Vec::split_off(&mut all!(SupportState), 1),
        "epidemic_states" => Vec::split_off(&mut all!(EpidemicState), 1),
        "measure_states" => Vec::split_off(&mut all!(MeasureState), 1),
        _ => return None,
    })
}

/// A column that names its row.
pub(super) const fn key(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(name, Kind::Text, Role::Key, zh, en)
}

/// A number that names the line.
pub(super) const fn number(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(name, Kind::Integer, Role::Key, zh, en)
}

/// A column of text.
pub(super) const fn text(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(name, Kind::Text, Role::Dimension, zh, en)
}

/// A column of whole numbers.
pub(super) const fn count(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(name, Kind::Integer, Role::Measure, zh, en)
}

/// A column of days.
pub(super) const fn date(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(name, Kind::Date, Role::Date, zh, en)
}

/// A column of yes or no.
pub(super) const fn flag(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(name, Kind::Boolean, Role::Dimension, zh, en)
}

/// A column of lists.
pub(super) const fn list(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(name, Kind::Json, Role::Dimension, zh, en)
}

/// A column of sealed words about persons.
pub(super) const fn personal(name: &'static str, zh: &'static str, en: &'static str) -> Column {
    Column { personal: true, ..column(name, Kind::Json, Role::Dimension, zh, en) }
}

/// A column without words about persons.
pub(super) const fn column(
    name: &'static str,
    kind: Kind,
    role: Role,
    label_zh: &'static str,
    label_en: &'static str,
) -> Column {
    Column {
        name,
        kind,
        role,
        personal: false,
        references: None,
        at: At::Member,
        label_zh,
        label_en,
    }
}
