//! Acts of the list (名录): who is in it, under which details, with which papers.

use fugong_domain::{Ask, codes::Scale, enterprise::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, credit_code, enterprise},
    members::{Day, Enterprise, Industry, SetAsideCode, Text, Unit},
    problem::Problem,
};

/// List an enterprise (建档).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EnterpriseRegistration)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// Its credit code; `~02` behind it names a second site.
    uscc: Enterprise,
    /// Its registered name.
    name: Text,
    /// GB/T 4754-2017.
    industry_code: Industry,
    /// The township or sub-district in whose area it lies.
    township_code: Unit,
    /// The park, if it lies in one.
    park_id: Option<Unit>,
    /// Whether it is above designated size (规模以上): sections B, C, D only.
    above_scale: Option<bool>,
    /// Whole yuan.
    prior_year_revenue_cny: Option<u64>,
    /// Registered staff.
    headcount: Option<u32>,
    /// The code of the firm whose branch it is.
    parent_uscc: Option<Enterprise>,
}

impl Deed for Register {
    const ROW: Row = Row {
        id: "register_enterprise",
        path: "/v1/enterprises",
        summary: "List an enterprise (建档)",
        aggregate: "enterprise",
        right: "enterprise.register",
        roles: "commission; a township or park for its own area",
        makes: Makes::Thing("/v1/enterprises"),
        decides: false,
        events: &["enterprise-registered"],
        example: r#"{"uscc":"91500114MAYY010106","name":"黔江区示例化工有限公司","industry_code":"2614","township_code":"500114106","above_scale":true}"#,
    };

    async fn ask(self, _door: &Door<'_>) -> Result<Ask, Problem> {
        let id = enterprise(&self.uscc.0).map_err(|problem| problem.at("/uscc"))?;
        if id.is_provisional() {
            return Err(
                Problem::new("USCC_INVALID", "a provisional id cannot be listed").at("/uscc")
            );
        }
        let scale = self.above_scale.map(|above| if above { Scale::Above } else { Scale::Below });
        let parent = self.parent_uscc.map(|code| credit_code(&code.0));
        let command = Command::Register {
            name: self.name.0,
            industry_code: self.industry_code.0,
            township: self.township_code.0,
            park: self.park_id.map(|park| park.0),
            scale,
            prior_year_revenue_cny: self.prior_year_revenue_cny,
            headcount: self.headcount,
            parent: parent.transpose().map_err(|problem| problem.at("/parent_uscc"))?,
            advisories: Vec::new(),
        };
        Ok(Ask::Enterprise(id, command))
    }
}

/// Put a mistake in an enterprise's details right; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EnterpriseCorrection)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correct {
    /// Its registered name.
    name: Option<Text>,
    /// GB/T 4754-2017.
    industry_code: Option<Industry>,
    /// Whole yuan.
    prior_year_revenue_cny: Option<u64>,
    /// Registered staff.
    headcount: Option<u32>,
}

impl Deed for Correct {
    const ROW: Row = Row {
        id: "correct_enterprise",
        path: "/v1/enterprises/{uscc}/corrections",
        summary: "Put a mistake in its details right",
        aggregate: "enterprise",
        right: "enterprise.correct_details",
        roles: "commission; a township or park for its own area",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-details-corrected"],
        example: r#"{"headcount":126}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::CorrectDetails {
            name: self.name.map(|name| name.0),
            industry_code: self.industry_code.map(|code| code.0),
            prior_year_revenue_cny: self.prior_year_revenue_cny,
            headcount: self.headcount,
            advisories: Vec::new(),
        };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Let what was reported under a provisional id join a listed enterprise.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ListingJoin)]
#[serde(deny_unknown_fields)]
pub(crate) struct JoinListing {
    /// The provisional id, `p-…`.
    provisional_id: Enterprise,
}

impl Deed for JoinListing {
    const ROW: Row = Row {
        id: "join_listing",
        path: "/v1/enterprises/{uscc}/listings",
        summary: "Let what was reported under a provisional id join it",
        aggregate: "enterprise",
        right: "enterprise.join_listing",
        roles: "commission; a township or park for its own area",
        makes: Makes::Event,
        decides: false,
        events: &[
            "enterprise-listing-joined",
            "enterprise-joined-to",
            "resumption-joined",
            "resumption-joined-to",
        ],
        example: r#"{"provisional_id":"p-01704fae-a400-7000-8000-000000000001"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let wrong = |problem: Problem| problem.at("/provisional_id");
        let provisional = enterprise(&self.provisional_id.0).map_err(wrong)?;
        Ok(Ask::Enterprise(door.enterprise()?, Command::JoinListing { provisional }))
    }
}

/// Record that an enterprise has a new code. Everything said before stays with it, under either.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CodeChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeCode {
    /// The new code; no other enterprise has or had it.
    uscc: Enterprise,
}

impl Deed for ChangeCode {
    const ROW: Row = Row {
        id: "change_code",
        path: "/v1/enterprises/{uscc}/code-changes",
        summary: "Record its new code (统一社会信用代码变更)",
        aggregate: "enterprise",
        right: "enterprise.change_code",
        roles: "commission; a township or park for its own area",
        makes: Makes::Event,
        decides: false,
        events: &[
            "enterprise-code-changed",
            "enterprise-joined-to",
            "resumption-joined",
            "resumption-joined-to",
        ],
        example: r#"{"uscc":"91500114MAXX010287"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let to = credit_code(&self.uscc.0).map_err(|problem| problem.at("/uscc"))?;
        let sites = door.sites(to).await?;
        Ok(Ask::Enterprise(door.enterprise()?, Command::ChangeCode { to, was: None, sites }))
    }
}

/// Note a paper of the time of 渝肺炎组办发〔2020〕24号: information only.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EarlierPaper)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordEarlierPaper {
    /// The paper's number or name.
    authority: Text,
    /// Its day.
    dated: Day,
    /// What it says.
    summary: Text,
}

impl Deed for RecordEarlierPaper {
    const OWN: &'static [&'static str] = &["authority"];
    const ROW: Row = Row {
        id: "record_earlier_paper",
        path: "/v1/enterprises/{uscc}/earlier-papers",
        summary: "Note a paper of earlier days: information only",
        aggregate: "enterprise",
        right: "enterprise.record_earlier_paper",
        roles: "commission; a township or park for its own area",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-earlier-paper-recorded"],
        example: r#"{"authority":"渝肺炎组办发〔2020〕24号","dated":"2020-02-12","summary":"按当时要求报送的复工材料"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let summary = door.words(&id, &self.summary).await?;
        let command = Command::RecordEarlierPaper {
            authority: self.authority.0,
            dated: self.dated.0,
            summary,
        };
        Ok(Ask::Enterprise(id, command))
    }
}

/// Note what another authority decided under its own law.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OtherLawReference)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordOtherLawReference {
    /// Which authority, or its paper.
    authority: Text,
    /// The day of its decision.
    dated: Day,
    /// What it decided.
    outcome: Text,
}

impl Deed for RecordOtherLawReference {
    const OWN: &'static [&'static str] = &["authority"];
    const ROW: Row = Row {
        id: "record_other_law_reference",
        path: "/v1/enterprises/{uscc}/other-law-references",
        summary: "Note what another authority decided under its own law",
        aggregate: "enterprise",
        right: "enterprise.record_other_law_reference",
        roles: "emergency, commission",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-other-law-reference-recorded"],
        example: r#"{"authority":"区应急局","dated":"2020-02-28","outcome":"煤矿复工复产验收合格"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let outcome = door.words(&id, &self.outcome).await?;
        let command = Command::RecordOtherLawReference {
            authority: self.authority.0,
            dated: self.dated.0,
            outcome,
        };
        Ok(Ask::Enterprise(id, command))
    }
}

/// Guide the production plan of an enterprise (指导制定生产经营计划).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Guidance)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guide {
    /// The sector lead; the actor's unit if absent.
    lead: Option<Unit>,
    /// What is advised.
    points: Vec<Text>,
    /// The production plan that came of it.
    production_plan: Option<Text>,
}

impl Deed for Guide {
    const ROW: Row = Row {
        id: "guide_enterprise",
        path: "/v1/enterprises/{uscc}/guidances",
        summary: "Guide its production plan",
        aggregate: "enterprise",
        right: "enterprise.guide",
        roles: "the sector lead: commission, emergency",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-guided"],
        example: r#"{"points":["错峰上下班","优先保障防疫物资生产"]}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::Guide {
            lead: self.lead.map_or_else(|| door.unit(), |lead| lead.0),
            points: door.all_words(&id, &self.points).await?,
            production_plan: door.some_words(&id, self.production_plan.as_ref()).await?,
        };
        Ok(Ask::Enterprise(id, command))
    }
}

/// Keep an unlisted enterprise out of the list (不纳入名录).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SettingAside)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetAside {
    /// Why.
    reason: SetAsideCode,
}

impl Deed for SetAside {
    const ROW: Row = Row {
        id: "set_enterprise_aside",
        path: "/v1/enterprises/{uscc}/set-asides",
        summary: "Keep it out of the list (不纳入名录)",
        aggregate: "enterprise",
        right: "enterprise.set_aside",
        roles: "commission; a township or park for its own area",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-set-aside"],
        example: r#"{"reason":"not_industrial"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::SetAside { reason: self.reason.0 };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}
