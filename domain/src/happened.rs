//! Any event of the domain, typed.

use std::sync::Arc;

use fugong_core::{Failure, Recorded};
use serde::{Deserialize, Serialize};

use crate::{
    api_key, barrier, codes::codes, credit, data_subject, enterprise, epidemic, inspection,
    measure, officer, plan, posting, rectification, regime, report, resumption, support, task,
    webhook,
};

codes! {
    /// A kind of aggregate.
    Kind {
        /// 企业.
        Enterprise = "enterprise",
        /// 复工.
        Resumption = "resumption",
        /// 方案.
        Plan = "plan",
        /// 驻厂.
        Posting = "posting",
        /// 人员.
        Officer = "officer",
        /// 检查.
        Inspection = "inspection",
        /// 整改.
        Rectification = "rectification",
        /// 诚信.
        Credit = "credit",
        /// 困难.
        Support = "support",
        /// 阻碍.
        Barrier = "barrier",
        /// 疫情.
        Epidemic = "epidemic",
        /// 管控.
        Measure = "measure",
        /// 待办.
        Task = "task",
        /// 规则.
        Regime = "regime",
        /// 个人信息主体.
        DataSubject = "data-subject",
        /// 报表.
        Report = "report",
        /// 接口密钥.
        ApiKey = "api-key",
        /// 推送地址.
        Webhook = "webhook",
    }
}

/// An event of the domain, by the aggregate it happened to. Decoded once for all who read it.
#[derive(Debug, Clone)]
pub enum Happened {
    /// To an enterprise in the list.
    Enterprise(Arc<enterprise::Event>),
    /// To production.
    Resumption(Arc<resumption::Event>),
    /// To a prevention plan.
    Plan(Arc<plan::Event>),
    /// To the seats of an enterprise.
    Posting(Arc<posting::Event>),
    /// To an officer.
    Officer(Arc<officer::Event>),
    /// In an inspection.
    Inspection(Arc<inspection::Event>),
    /// To an order to rectify.
    Rectification(Arc<rectification::Event>),
    /// In a credit record.
    Credit(Arc<credit::Event>),
    /// To a difficulty.
    Support(Arc<support::Event>),
    /// To a report of a barrier.
    Barrier(Arc<barrier::Event>),
    /// In an incident.
    Epidemic(Arc<epidemic::Event>),
    /// To a measure of control.
    Measure(Arc<measure::Event>),
    /// To a task.
    Task(Arc<task::Event>),
    /// To the district's rules.
    Regime(Arc<regime::Event>),
    /// To the words that are kept of a subject.
    DataSubject(Arc<data_subject::Event>),
    /// To the definition of a report.
    Report(Arc<report::Event>),
    /// To an API key.
    ApiKey(Arc<api_key::Event>),
    /// To a webhook.
    Webhook(Arc<webhook::Event>),
}

impl Happened {
    /// The typed form of `event`; none for an aggregate that is not of this domain.
    ///
    /// # Errors
    ///
    /// When the payload does not fit its aggregate.
    pub fn of(event: &Recorded) -> Result<Option<Self>, Failure> {
        let Some(kind) = Kind::from_code(&event.aggregate_type) else { return Ok(None) };
        let happened = match kind {
            Kind::Enterprise => Self::Enterprise(event.payload_as()?),
            Kind::Resumption => Self::Resumption(event.payload_as()?),
            Kind::Plan => Self::Plan(event.payload_as()?),
            Kind::Posting => Self::Posting(event.payload_as()?),
            Kind::Officer => Self::Officer(event.payload_as()?),
            Kind::Inspection => Self::Inspection(event.payload_as()?),
            Kind::Rectification => Self::Rectification(event.payload_as()?),
            Kind::Credit => Self::Credit(event.payload_as()?),
            Kind::Support => Self::Support(event.payload_as()?),
            Kind::Barrier => Self::Barrier(event.payload_as()?),
            Kind::Epidemic => Self::Epidemic(event.payload_as()?),
            Kind::Measure => Self::Measure(event.payload_as()?),
            Kind::Task => Self::Task(event.payload_as()?),
            Kind::Regime => Self::Regime(event.payload_as()?),
            Kind::DataSubject => Self::DataSubject(event.payload_as()?),
            Kind::Report => Self::Report(event.payload_as()?),
            Kind::ApiKey => Self::ApiKey(event.payload_as()?),
            Kind::Webhook => Self::Webhook(event.payload_as()?),
        };
        Ok(Some(happened))
    }
}
