//! Acts of 三区三联 and 接续管理 (§二(二)三).

use fugong_core::Occurred;
use fugong_domain::{Ask, posting::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Text, Unit, When},
    problem::Problem,
};

/// Link community, park and production area of an enterprise.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ZoneLink)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkZones {
    /// The community (社区).
    community: Text,
    /// The park, if it lies in one.
    park: Option<Unit>,
    /// Whom to speak to at the production area.
    site: Text,
    /// What they do together (联动联防联控).
    measures: Vec<Text>,
}

impl Deed for LinkZones {
    const ROW: Row = Row {
        id: "link_zones",
        path: "/v1/enterprises/{uscc}/zone-links",
        summary: "Link community, park and production area (三区三联)",
        aggregate: "posting",
        right: "posting.link_zones",
        roles: "its township or park, commission",
        makes: Makes::Event,
        decides: false,
        events: &["posting-zones-linked"],
        example: r#"{"community":"舟白社区","park":"park-zy","site":"生产厂长李某","measures":["每日互通返岗人员名单","联合消毒","异常情况半小时内互报"]}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::LinkZones {
            community: self.community.0,
            park: self.park.map(|park| park.0),
            site: door.words(&id, &self.site).await?,
            measures: door.all_words(&id, &self.measures).await?,
        };
        Ok(Ask::Posting(id, command))
    }
}

/// Log that workers passed from one's care into another's.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Handover)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogHandover {
    /// When; not in the future.
    at: When,
    /// Out of whose care.
    from: Text,
    /// Into whose.
    to: Text,
    /// How many.
    workers: Option<u32>,
    /// What was said.
    notes: Option<Text>,
}

impl Deed for LogHandover {
    const ROW: Row = Row {
        id: "log_handover",
        path: "/v1/enterprises/{uscc}/handovers",
        summary: "Log that workers passed into another's care (接续管理)",
        aggregate: "posting",
        right: "posting.log_handover",
        roles: "enterprise, its officer, its township or park, commission",
        makes: Makes::Event,
        decides: false,
        events: &["posting-handover-logged"],
        example: r#"{"at":"2020-02-28T18:00:00+08:00","from":"企业班组","to":"舟白社区网格","workers":86}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        Some(self.at.0)
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::LogHandover {
            at: self.at.0,
            from: door.words(&id, &self.from).await?,
            to: door.words(&id, &self.to).await?,
            workers: self.workers,
            notes: door.some_words(&id, self.notes.as_ref()).await?,
        };
        Ok(Ask::Posting(id, command))
    }
}
