//! Supervising enterprises that resume work: the notice of 26 February 2020 of 黔江区, as
//! aggregates, policies and registers.
//!
//! Read [`act`] first: an [`Act`] is what somebody asks for, and deciding it is a pure function of
//! facts. Each aggregate reads like a page: what it is, where it can stand, what may be asked of
//! it, what then happened. 「不得对企业复工复产设置条件，不得采取审批、备案等方式延缓开工时间」
//! (§四) is the law of this crate: nothing here gates a resumption.

pub mod act;
mod advisory;
pub mod api_key;
pub mod barrier;
mod calendar;
pub mod codes;
pub mod credit;
mod credit_code;
pub mod data_subject;
mod document;
pub mod enterprise;
pub mod epidemic;
mod event_types;
mod happened;
mod ids;
pub mod industry;
pub mod inspection;
pub mod measure;
pub mod officer;
pub mod otherwise;
pub mod plan;
mod policies;
pub mod posting;
mod principal;
pub mod rectification;
mod refusal;
pub mod regime;
pub mod registers;
pub mod report;
pub mod reports;
pub mod resumption;
pub mod rights;
pub mod rules;
pub mod seats;
mod steps;
pub mod support;
pub mod task;
pub mod township;
pub mod webhook;
mod workflow;

pub use act::{Act, Ask};
pub use advisory::Advisory;
pub use calendar::{Calendar, Calendars, Deadline, NotCovered};
pub use credit_code::{
    CreditCode, EnterpriseId, InvalidCreditCode, InvalidEnterpriseId, ProvisionalId, Site,
};
pub use document::{DocumentNumber, InvalidDocumentNumber};
pub use happened::{Happened, Kind};
pub use ids::{
    ApiKeyId, BarrierId, Digest, FindingId, FlagId, IncidentId, InspectionId, InvalidId, MeasureId,
    OfficerId, OrderId, ReportId, SubjectId, SupportCategory, SupportId, TaskId, UnitCode,
    WebhookId,
};
pub use industry::IndustryCode;
pub use policies::{Timer, errands, policies};
pub use principal::Principal;
pub use refusal::Refusal;
pub use steps::Step;
pub use workflow::{About, CAUSES, Cause};
