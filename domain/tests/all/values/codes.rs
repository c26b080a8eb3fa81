//! The codes of the crate and the codes of the data file are the same, in the same order.

use fugong_domain::codes::{
    BarrierKind, Category, ClosureKind, ClosureStage, EnterpriseState, ErasureGround,
    ExclusionKind, HazardSeverity, HoldGround, InspectionKind, Listing, MeasureKind,
    ObjectionResult, ProductionState, ReinspectionResult, RepairResult, RestrictionGround,
    ResultCode, RiskLevel, Role, Scale, Seat, SetAsideReason, Severity, Subject, SupersedeKind,
    SupportSource, SuspensionReason, TaskState, Tier, Workplace,
};
use fugong_fixtures::data;

/// Pairs of a list's name and the codes of its type.
macro_rules! lists {
    ($($list:literal: $type:ty),+ $(,)?) => {
        [$(($list, <$type>::ALL.iter().map(|value| value.code()).collect::<Vec<_>>())),+]
    };
}

#[test]
fn every_code_has_its_labels_and_every_label_its_code() {
    let lists = data::code_lists().unwrap();
    for (name, codes) in lists! {
        "seats": Seat,
        "tiers": Tier,
        "production_states": ProductionState,
        "suspension_reasons": SuspensionReason,
        "exclusion_kinds": ExclusionKind,
        "closure_kinds": ClosureKind,
        "closure_stages": ClosureStage,
        "inspection_kinds": InspectionKind,
        "inspection_subjects": Subject,
        "finding_categories": Category,
        "severities": Severity,
        "result_codes": ResultCode,
        "reinspection_results": ReinspectionResult,
        "objection_results": ObjectionResult,
        "repair_results": RepairResult,
        "risk_levels": RiskLevel,
        "roles": Role,
        "scales": Scale,
        "task_states": TaskState,
        "enterprise_states": EnterpriseState,
        "listings": Listing,
        "set_aside_reasons": SetAsideReason,
        "supersede_kinds": SupersedeKind,
        "workplace_kinds": Workplace,
        "hazard_severities": HazardSeverity,
        "support_sources": SupportSource,
        "barrier_kinds": BarrierKind,
        "control_measure_kinds": MeasureKind,
        "erasure_grounds": ErasureGround,
        "hold_grounds": HoldGround,
        "restriction_grounds": RestrictionGround,
    } {
        let labelled: Vec<_> = lists[name].iter().map(|code| code.code.as_str()).collect();
        assert_eq!(labelled, codes, "{name}");
    }
}

#[test]
fn a_code_is_stored_as_its_text() {
    for role in Role::ALL.iter().copied() {
        let text = serde_json::to_string(&role).unwrap();
        assert_eq!(text, format!("{:?}", role.code()));
        assert_eq!(serde_json::from_str::<Role>(&text).unwrap(), role);
        assert_eq!(Role::from_code(role.code()), Some(role));
    }
    assert_eq!(Role::from_code("nobody"), None);
}

/// 「不得采取审批、备案等方式」: no code of ours speaks of them, save the two that report others' doing.
#[test]
fn no_code_speaks_of_what_the_notice_forbids() {
    for (name, list) in data::code_lists().unwrap() {
        for code in list {
            let words = ["approv", "permit", "filing", "pending"];
            assert!(!words.iter().any(|word| code.code.contains(word)), "{name}: {}", code.code);
            let said = code.zh.contains("审批") || code.zh.contains("备案");
            assert!(!said || name == "barrier_kinds", "{name}: {}", code.code);
        }
    }
}
