//! Acts of where an enterprise stands: its size, its place, its tier, its bases, its end.

use fugong_domain::{Ask, codes::ClosureStage, enterprise::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{ClosureCode, Day, ExclusionCode, ScaleCode, StageCode, Text, TierCode, Unit},
    problem::Problem,
};

/// Record a change of size in the statistical register.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ScaleChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeScale {
    /// The new size.
    to: ScaleCode,
    /// From this day; it may lie ahead.
    effective_on: Day,
    /// On what basis.
    basis: Text,
}

impl Deed for ChangeScale {
    const ROW: Row = Row {
        id: "change_scale",
        path: "/v1/enterprises/{uscc}/scale-changes",
        summary: "Record a change of size (规模以上)",
        aggregate: "enterprise",
        right: "enterprise.reclassify_scale",
        roles: "commission",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-scale-reclassified"],
        example: r#"{"to":"above","effective_on":"2020-03-01","basis":"统计名录库2020年2月"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::ReclassifyScale {
            to: self.to.0,
            effective_on: self.effective_on.0,
            basis: self.basis.0,
            advisories: Vec::new(),
        };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Record a move inside the district.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Relocation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relocate {
    /// The township or sub-district it moves to.
    township_code: Unit,
    /// The park it moves to, if any.
    park_id: Option<Unit>,
    /// From this day; it may lie ahead.
    effective_on: Day,
}

impl Deed for Relocate {
    const ROW: Row = Row {
        id: "relocate_enterprise",
        path: "/v1/enterprises/{uscc}/relocations",
        summary: "Record a move inside the district",
        aggregate: "enterprise",
        right: "enterprise.relocate",
        roles: "commission; a township or park for its own area",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-relocated"],
        example: r#"{"township_code":"500114106","park_id":"park-zy","effective_on":"2020-03-01"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Relocate {
            township: self.township_code.0,
            park: self.park_id.map(|park| park.0),
            effective_on: self.effective_on.0,
        };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Set the order in which an enterprise is served; never a condition.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TierAssignment)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignTier {
    /// The tier.
    tier: TierCode,
    /// On what basis.
    basis: Text,
}

impl Deed for AssignTier {
    const ROW: Row = Row {
        id: "assign_tier",
        path: "/v1/enterprises/{uscc}/tiers",
        summary: "Set the order in which it is served",
        aggregate: "enterprise",
        right: "enterprise.assign_tier",
        roles: "commission",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-tier-assigned"],
        example: r#"{"tier":"T1","basis":"防疫物资生产"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::AssignTier { tier: self.tier.0, basis: self.basis.0 };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Leave an enterprise out of the base of ratios.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Exclusion)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exclude {
    /// Why.
    kind: ExclusionCode,
    /// From this day; it may lie ahead.
    from: Day,
    /// To this day, that day included.
    until: Option<Day>,
    /// On what basis.
    basis: Text,
}

impl Deed for Exclude {
    const ROW: Row = Row {
        id: "exclude_from_base",
        path: "/v1/enterprises/{uscc}/exclusions",
        summary: "Leave it out of the base of ratios",
        aggregate: "enterprise",
        right: "enterprise.exclude_from_base",
        roles: "commission",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-excluded"],
        example: r#"{"kind":"long_stop","from":"2019-11-01","basis":"停产报告"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::ExcludeFromBase {
            kind: self.kind.0,
            from: self.from.0,
            until: self.until.map(|day| day.0),
            basis: self.basis.0,
        };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Take an enterprise back into the base.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Readmission)]
#[serde(deny_unknown_fields)]
pub(crate) struct Readmit {
    /// From this day; the day of the act if absent.
    from: Option<Day>,
    /// On what basis.
    basis: Text,
}

impl Deed for Readmit {
    const ROW: Row = Row {
        id: "readmit_to_base",
        path: "/v1/enterprises/{uscc}/readmissions",
        summary: "Take it back into the base of ratios",
        aggregate: "enterprise",
        right: "enterprise.readmit",
        roles: "commission",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-readmitted"],
        example: r#"{"from":"2020-03-01","basis":"恢复生产"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let from = self.from.map_or_else(|| door.day(), |day| day.0);
        let command = Command::Readmit { from, basis: self.basis.0 };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Note that an enterprise begins to leave, or confirm that it is gone since the day of the act.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EnterpriseClosure)]
#[serde(deny_unknown_fields)]
pub(crate) struct Close {
    /// How far it has come.
    stage: StageCode,
    /// How it leaves.
    kind: ClosureCode,
}

impl Deed for Close {
    const ROW: Row = Row {
        id: "close_enterprise",
        path: "/v1/enterprises/{uscc}/closures",
        summary: "Note that it begins to leave, or confirm that it is gone",
        aggregate: "enterprise",
        right: "enterprise.confirm_closed",
        roles: "commission",
        makes: Makes::Event,
        decides: true,
        events: &[
            "enterprise-closure-begun",
            "enterprise-closed",
            "resumption-ended",
            "posting-withdrawn",
            "officer-post-left",
            "rectification-terminated",
        ],
        example: r#"{"stage":"confirmed","kind":"deregistered"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let kind = self.kind.0;
        let command = match self.stage.0 {
            ClosureStage::Begun => Command::BeginClosure { kind },
            ClosureStage::Confirmed => Command::ConfirmClosed { kind, on: door.day() },
        };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}
