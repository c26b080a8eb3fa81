//! Acts of the credit record (诚信记录): a record, not a penalty.

use fugong_domain::{Ask, EnterpriseId, FlagId, credit::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{Enterprise, ObjectionCode, OrderRef, RepairCode, Sha256, Text},
    problem::Problem,
};

/// Propose a flag.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagProposal)]
#[serde(deny_unknown_fields)]
pub(crate) struct Propose {
    /// Whose record.
    enterprise: Enterprise,
    /// The orders failed or lapsed that it rests on.
    grounds: Vec<OrderRef>,
}

impl Deed for Propose {
    const ROW: Row = Row {
        id: "propose_flag",
        path: "/v1/credit-flags",
        summary: "Propose a flag",
        aggregate: "credit",
        right: "credit.propose_flag",
        roles: "commission; a policy proposes too",
        makes: Makes::Flag,
        decides: false,
        events: &["credit-flag-proposed"],
        example: r#"{"enterprise":"91500114MAYY010106","grounds":["01704fae-a400-7000-8000-000000000001"]}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = enterprise(&self.enterprise.0).map_err(|e| e.at("/enterprise"))?.whole();
        let command = Command::ProposeFlag {
            grounds: self.grounds.into_iter().map(|order| order.0).collect(),
            involved: Vec::new(),
            on: door.day(),
        };
        Ok(Ask::Credit(id, command))
    }
}

/// Serve prior notice (告知); the statement period runs from the day of the act.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagNotice)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServeNotice {}

impl Deed for ServeNotice {
    const ROW: Row = Row {
        id: "serve_flag_notice",
        path: "/v1/credit-flags/{id}/notices",
        summary: "Serve prior notice (告知)",
        aggregate: "credit",
        right: "credit.serve_notice",
        roles: "commission",
        makes: Makes::Event,
        decides: true,
        events: &["credit-notice-served"],
        example: "{}",
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let by = door.by.actor.clone();
        Ok(Ask::Credit(id, Command::ServeNotice { flag, by, on: door.day(), statement: None }))
    }
}

/// Record what the enterprise says (陈述申辩).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagStatement)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordStatement {
    /// What it says; it is sealed.
    text: Text,
}

impl Deed for RecordStatement {
    const ROW: Row = Row {
        id: "record_flag_statement",
        path: "/v1/credit-flags/{id}/statements",
        summary: "Record what the enterprise says (陈述申辩)",
        right: "credit.record_statement",
        roles: "enterprise, commission",
        events: &["credit-statement-recorded"],
        example: r#"{"text":"已于三月整改完毕"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let text = door.words(&id, &self.text).await?;
        Ok(Ask::Credit(id, Command::RecordStatement { flag, text }))
    }
}

/// Enter a flag; whoever enters it took no part in the case.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagEntry)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enter {
    /// How long it stands, in months.
    retention_months: u32,
    /// The paper of the 法制审核.
    legal_review: Text,
    /// The paper of the 集体讨论.
    collective_discussion: Text,
}

impl Deed for Enter {
    const ROW: Row = Row {
        id: "enter_flag",
        path: "/v1/credit-flags/{id}/entries",
        summary: "Enter the flag (纳入企业诚信记录)",
        right: "credit.enter_flag",
        events: &["credit-flagged"],
        example: r#"{"retention_months":12,"legal_review":"法审〔2020〕3号","collective_discussion":"会纪〔2020〕5号"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let command = Command::EnterFlag {
            flag,
            decided_by: door.by.actor.clone(),
            legal_review: self.legal_review.0,
            collective_discussion: self.collective_discussion.0,
            retention_months: self.retention_months,
            involved: Vec::new(),
            on: door.day(),
            objection: None,
        };
        Ok(Ask::Credit(id, command))
    }
}

/// Dismiss a proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagDismissal)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dismiss {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Dismiss {
    const ROW: Row = Row {
        id: "dismiss_flag",
        path: "/v1/credit-flags/{id}/dismissals",
        summary: "Dismiss the proposal",
        right: "credit.dismiss_proposal",
        events: &["credit-proposal-dismissed"],
        example: r#"{"reason":"情节轻微"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Credit(id, Command::DismissProposal { flag, reason }))
    }
}

/// Lodge an objection: the flag is annotated at once (异议标注).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagObjection)]
#[serde(deny_unknown_fields)]
pub(crate) struct Object {
    /// Why; it is sealed.
    grounds: Text,
}

impl Deed for Object {
    const ROW: Row = Row {
        id: "object_to_flag",
        path: "/v1/credit-flags/{id}/objections",
        summary: "Lodge an objection (异议)",
        right: "credit.lodge_objection",
        roles: "enterprise, commission",
        events: &["credit-objection-lodged"],
        example: r#"{"grounds":"整改单未送达我单位"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let grounds = door.words(&id, &self.grounds).await?;
        let command = Command::LodgeObjection { flag, grounds, on: door.day(), decide: None };
        Ok(Ask::Credit(id, command))
    }
}

/// Look into an objection (核查): the longer period to decide it holds then.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ObjectionVerification)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyObjection {
    /// What has to be looked into; it is sealed.
    reason: Text,
}

impl Deed for VerifyObjection {
    const ROW: Row = Row {
        id: "verify_flag_objection",
        path: "/v1/credit-flags/{id}/objection-verifications",
        summary: "Look into the objection (核查)",
        right: "credit.verify_objection",
        events: &["credit-verification-begun"],
        example: r#"{"reason":"须向物流单位核实送达回证"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let reason = door.words(&id, &self.reason).await?;
        let command = Command::VerifyObjection { flag, reason, on: door.day(), decide: None };
        Ok(Ask::Credit(id, command))
    }
}

/// Decide an objection.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ObjectionDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideObjection {
    /// How.
    result: ObjectionCode,
}

impl Deed for DecideObjection {
    const ROW: Row = Row {
        id: "decide_flag_objection",
        path: "/v1/credit-flags/{id}/objection-decisions",
        summary: "Decide the objection",
        right: "credit.decide_objection",
        events: &["credit-objection-upheld", "credit-objection-rejected"],
        example: r#"{"result":"upheld"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let command = Command::DecideObjection { flag, result: self.result.0, on: door.day() };
        Ok(Ask::Credit(id, command))
    }
}

/// Apply for credit repair (信用修复).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RepairApplication)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplyRepair {
    /// Digests of the papers.
    evidence: Vec<Sha256>,
}

impl Deed for ApplyRepair {
    const ROW: Row = Row {
        id: "apply_for_repair",
        path: "/v1/credit-flags/{id}/repairs",
        summary: "Apply for credit repair (信用修复)",
        right: "credit.apply_repair",
        roles: "enterprise, commission",
        events: &["credit-repair-applied"],
        example: r#"{"evidence":["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let evidence = self.evidence.into_iter().map(|digest| digest.0).collect();
        Ok(Ask::Credit(id, Command::ApplyRepair { flag, evidence }))
    }
}

/// Decide on credit repair.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RepairDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideRepair {
    /// How.
    result: RepairCode,
}

impl Deed for DecideRepair {
    const ROW: Row = Row {
        id: "decide_repair",
        path: "/v1/credit-flags/{id}/repair-decisions",
        summary: "Decide on the repair",
        right: "credit.decide_repair",
        events: &["credit-repair-granted", "credit-repair-refused"],
        example: r#"{"result":"granted"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let command = Command::DecideRepair { flag, result: self.result.0, on: door.day() };
        Ok(Ask::Credit(id, command))
    }
}

/// Strike a flag out.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagExpungement)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expunge {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Expunge {
    const ROW: Row = Row {
        id: "expunge_flag",
        path: "/v1/credit-flags/{id}/expungements",
        summary: "Strike the flag out",
        right: "credit.expunge",
        events: &["credit-expunged"],
        example: r#"{"reason":"所依据的整改单已撤销"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let reason = Some(door.words(&id, &self.reason).await?);
        Ok(Ask::Credit(id, Command::Expunge { flag, reason, rule: None, on: None }))
    }
}

/// The record and the number of the flag in the address.
pub(super) fn flag(door: &Door<'_>) -> Result<(EnterpriseId, u32), Problem> {
    let flag: FlagId = door.param("id")?;
    Ok((enterprise(flag.enterprise())?, flag.number()))
}
