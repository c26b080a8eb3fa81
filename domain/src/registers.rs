//! Registers (台账): what the events come to, as rows, and what reports ask of the rows.
//!
//! Two folds keep the rows: `district` (enterprises, officers, inspections, orders, flags, the
//! rules) and `inbox` (tasks). What officials call R1, R2 and so on is a [`Table`]: a pure
//! computation over the rows of one fold, for the day asked. So all figures of one table, and of
//! all tables of one fold, stand on the same position of the log.

mod barriers;
mod called;
mod daily;
mod dossier;
mod economy;
mod enterprises;
mod fed;
mod figures;
mod flags;
mod folds;
mod inbox;
mod incidents;
mod inspections;
mod labels;
mod listing;
mod measures;
mod nameable;
mod names;
mod orders;
mod people;
mod r01_enterprises;
mod r01_resumption;
mod r02_not_resumed;
mod r03_on_post;
mod r04_seats;
mod r05_plans;
mod r06_inspections;
mod r07_orders;
mod r08_credit;
mod r09_support;
mod r10_barriers;
mod r11_chains;
mod r12_dossier;
mod r12_items;
mod r13_officers;
mod r14_days;
mod r14_month_end;
mod r15_inbox;
mod r16_silent;
mod r17_zones;
mod r18_fulfilment;
mod r18_projects;
mod r19_safety;
mod r20_incidents;
mod r20_measures;
mod relations;
mod roll_up;
mod safety;
mod small;
mod supports;
mod table;
mod view;
mod visits;
mod zones;

pub use barriers::BarrierRow;
pub use called::Called;
pub use daily::DailyRow;
pub use dossier::{Dated, Dossier, Span, StandIn, Tenure};
pub use economy::{Project, ProjectRow, SupplyLink, SupplyRow};
pub use flags::FlagRow;
pub use folds::{District, Inbox, all};
pub use fugong_core::{Line, Ratio};
pub use inbox::TaskRow;
pub use incidents::IncidentRow;
pub use inspections::{FindingRow, InspectionRow};
pub use labels::label;
pub use listing::Listing;
pub use measures::MeasureRow;
pub use nameable::{Meant, Nameable, meant};
pub use names::Names;
pub use orders::OrderRow;
pub use people::OfficerRow;
pub use r03_on_post::{GUARDED, SMALL, withhold, withhold_told};
pub use roll_up::{ROLL_UP, ROLLED_UP, Rolled, roll_up};
pub use safety::{HazardRow, SafetyRow};
pub use supports::SupportRow;
pub use table::{Table, code_list, codes, table, tables, undated};
pub use view::View;
pub use visits::{Visit, VisitRow};
pub use zones::{ZoneLink, ZoneRow};

/// What a section of industry is called on the daily sheet.
fn sector_label(section: &str) -> &'static str {
    match section {
        "B" => "采矿",
        "C" => "制造",
        "D" => "电力、燃气及水",
        _ => "非工业",
    }
}
