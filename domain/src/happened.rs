//! Any event of the domain, typed.

use std::sync::Arc;

use fugong_core::{Failure, Recorded};

use crate::{
    credit, enterprise, inspection, officer, plan, posting, rectification, regime, resumption, task,
};

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
    /// To a task.
    Task(Arc<task::Event>),
    /// To the district's rules.
    Regime(Arc<regime::Event>),
}

impl Happened {
    /// The typed form of `event`; none for an aggregate that is not of this domain.
    ///
    /// # Errors
    ///
    /// When the payload does not fit its aggregate.
    pub fn of(event: &Recorded) -> Result<Option<Self>, Failure> {
        let happened = match &*event.aggregate_type {
            "enterprise" => Self::Enterprise(event.payload_as()?),
            "resumption" => Self::Resumption(event.payload_as()?),
            "plan" => Self::Plan(event.payload_as()?),
            "posting" => Self::Posting(event.payload_as()?),
            "officer" => Self::Officer(event.payload_as()?),
            "inspection" => Self::Inspection(event.payload_as()?),
            "rectification" => Self::Rectification(event.payload_as()?),
            "credit" => Self::Credit(event.payload_as()?),
            "task" => Self::Task(event.payload_as()?),
            "regime" => Self::Regime(event.payload_as()?),
            _ => return Ok(None),
        };
        Ok(Some(happened))
    }
}
