//! Acts about flags in other hands: who was given one, and who was told that it stands no more.

use fugong_domain::{Ask, credit::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use super::credit::{ServeNotice, flag};
use crate::{
    deed::{Deed, Row},
    door::Door,
    members::Text,
    problem::Problem,
};

/// Record that a flag was handed out to a platform or a department.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagDisclosure)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disclose {
    /// The platform or department that was given it, by name.
    recipient: Text,
    /// The provision or paper on whose basis; the record is internal without one.
    basis: Text,
    /// What for; it is sealed.
    purpose: Text,
}

impl Deed for Disclose {
    const ROW: Row = Row {
        id: "disclose_flag",
        path: "/v1/credit-flags/{id}/disclosures",
        summary: "Record that the flag was handed out (对外提供)",
        right: "credit.disclose_flag",
        events: &["credit-flag-disclosed"],
        example: r#"{"recipient":"信用中国（重庆）","basis":"渝府办发〔2019〕91号","purpose":"信用信息归集"}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let purpose = door.words(&id, &self.purpose).await?;
        let (recipient, basis, on) = (self.recipient.0, self.basis.0, door.day());
        Ok(Ask::Credit(id, Command::DiscloseFlag { flag, recipient, basis, purpose, on }))
    }
}

/// Record that a recipient was told of a flag struck out or repaired (撤回通知).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FlagWithdrawalNotice)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotifyWithdrawal {
    /// Which disclosure of the flag, from 1.
    disclosure: u32,
}

impl Deed for NotifyWithdrawal {
    const ROW: Row = Row {
        id: "notify_flag_withdrawal",
        path: "/v1/credit-flags/{id}/withdrawal-notices",
        summary: "Tell a recipient that the flag stands no more (撤回通知)",
        right: "credit.notify_withdrawal",
        events: &["credit-withdrawal-notified"],
        example: r#"{"disclosure":1}"#,
        ..ServeNotice::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (id, flag) = flag(door)?;
        let (disclosure, on) = (self.disclosure, door.day());
        Ok(Ask::Credit(id, Command::NotifyWithdrawal { flag, disclosure, on }))
    }
}
