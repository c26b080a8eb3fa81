//! The notice, told as tests: one file for each section.

mod section_1;
mod section_2_1;
mod section_2_2;
mod section_2_3;
mod section_3_inspection;
mod section_3_orders;
mod section_4;

/// Somebody of the commission (区经信委).
const COMMISSION: &str = "zhang:eic:commission";
