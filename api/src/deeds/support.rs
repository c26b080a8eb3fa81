//! Acts about difficulties (困难): raised, assigned, solved, confirmed.

use fugong_domain::{
    Ask, SupportId,
    codes::SupportSource,
    support::{Command, Payment},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{Category, Day, Enterprise, Text, Unit},
    problem::Problem,
};

/// Raise a difficulty of an enterprise: by itself, by its officer, or by a unit of its own accord
/// (主动).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportCase)]
#[serde(deny_unknown_fields)]
pub(crate) struct Raise {
    /// Whose difficulty it is.
    enterprise: Enterprise,
    /// With what.
    category: Category,
    /// What is lacking; it is sealed.
    text: Text,
    /// The promised sum in whole yuan; only for `policy_fulfilment` (政策兑现).
    amount_cny: Option<u64>,
}

impl Deed for Raise {
    const ROW: Row = Row {
        id: "raise_support_case",
        path: "/v1/support-cases",
        summary: "Raise a difficulty (困难)",
        aggregate: "support",
        right: "support.raise",
        roles: "enterprise, officer, township, park, commission, emergency, headquarters, department",
        makes: Makes::Thing("/v1/support-cases"),
        decides: false,
        events: &["support-raised"],
        example: r#"{"enterprise":"91500114MAYY010106","category":"labour","text":"缺操作工12人"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: SupportId = door.new_named()?;
        let command = Command::Raise {
            enterprise: enterprise(&self.enterprise.0).map_err(|e| e.at("/enterprise"))?,
            category: self.category.0,
            text: door.words(&id, &self.text).await?,
            amount_cny: self.amount_cny,
            source: SupportSource::Department,
            on: door.day(),
        };
        Ok(Ask::Support(id, command))
    }
}

/// Put a difficulty in the hands of a department.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportAssignment)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    /// Who is to help: any unit.
    department: Unit,
    /// By this day, that day included.
    due: Day,
}

impl Deed for Assign {
    const ROW: Row = Row {
        id: "assign_support_case",
        path: "/v1/support-cases/{id}/assignments",
        summary: "Put it in the hands of a department (交办)",
        aggregate: "support",
        right: "support.assign",
        roles: "commission, headquarters",
        makes: Makes::Event,
        decides: false,
        events: &["support-assigned"],
        example: r#"{"department":"hrss","due":"2020-03-02"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (department, due) = (self.department.0, self.due.0);
        let command = Command::Assign { department, due, on: door.day() };
        Ok(Ask::Support(door.param("id")?, command))
    }
}

/// Hand a difficulty on to another department, or set another day.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportTransfer)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    /// To whom; the same unit where only the day changes.
    department: Unit,
    /// By this day; the day so far if absent.
    due: Option<Day>,
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Transfer {
    const ROW: Row = Row {
        id: "transfer_support_case",
        path: "/v1/support-cases/{id}/transfers",
        summary: "Hand it on, or set another day (转办)",
        right: "support.transfer",
        roles: "whoever has it in hand, commission, headquarters",
        events: &["support-transferred"],
        example: r#"{"department":"traffic","due":"2020-03-04","reason":"属交通运输事项"}"#,
        ..Assign::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: SupportId = door.param("id")?;
        let command = Command::Transfer {
            department: self.department.0,
            due: self.due.map(|due| due.0),
            reason: door.words(&id, &self.reason).await?,
            on: door.day(),
        };
        Ok(Ask::Support(id, command))
    }
}

/// Note how far it has come.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportProgress)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteProgress {
    /// What was done; it is sealed.
    text: Text,
}

impl Deed for NoteProgress {
    const ROW: Row = Row {
        id: "note_support_progress",
        path: "/v1/support-cases/{id}/progress",
        summary: "Note how far it has come (办理进展)",
        right: "support.note_progress",
        roles: "whoever has it in hand, commission, headquarters",
        events: &["support-progress-noted"],
        example: r#"{"text":"已联系劳务公司，3月1日到岗8人"}"#,
        ..Assign::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: SupportId = door.param("id")?;
        let text = door.words(&id, &self.text).await?;
        Ok(Ask::Support(id, Command::NoteProgress { text, on: door.day() }))
    }
}

/// Say that a difficulty is solved.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportResolution)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    /// How; it is sealed.
    text: Text,
    /// The sum that was paid, in whole yuan (政策兑现); with `paid_on`.
    amount_cny: Option<u64>,
    /// The day of payment; with `amount_cny`.
    paid_on: Option<Day>,
}

impl Deed for Resolve {
    const ROW: Row = Row {
        id: "resolve_support_case",
        path: "/v1/support-cases/{id}/resolutions",
        summary: "Say that it is solved (办结)",
        right: "support.resolve",
        roles: "whoever has it in hand, commission, headquarters",
        events: &["support-resolved"],
        example: r#"{"text":"12人全部到岗"}"#,
        ..Assign::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: SupportId = door.param("id")?;
        let paid = payment(self.amount_cny, self.paid_on)?;
        let how = door.words(&id, &self.text).await?;
        Ok(Ask::Support(id, Command::Resolve { how, paid, on: door.day() }))
    }
}

/// Say whether the enterprise is content with how its difficulty was solved.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportConfirmation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirm {
    /// Whether it is.
    satisfied: bool,
    /// The sum that it received, in whole yuan (政策兑现); with `paid_on`.
    amount_cny: Option<u64>,
    /// The day on which it received it; with `amount_cny`.
    paid_on: Option<Day>,
}

impl Deed for Confirm {
    const ROW: Row = Row {
        id: "confirm_support_case",
        path: "/v1/support-cases/{id}/confirmations",
        summary: "Say whether the enterprise is content (企业确认)",
        right: "support.confirm",
        roles: "enterprise, its township or park, its officer, commission",
        events: &["support-confirmed"],
        example: r#"{"satisfied":true}"#,
        ..Assign::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let paid = payment(self.amount_cny, self.paid_on)?;
        let command = Command::Confirm { satisfied: self.satisfied, paid, on: door.day() };
        Ok(Ask::Support(door.param("id")?, command))
    }
}

/// Raise a difficulty again that was said to be solved.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportReopening)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reopen {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Reopen {
    const ROW: Row = Row {
        id: "reopen_support_case",
        path: "/v1/support-cases/{id}/reopenings",
        summary: "Raise it again (重新提出)",
        right: "support.reopen",
        roles: "enterprise, its township or park, its officer, commission, headquarters",
        events: &["support-reopened"],
        example: r#"{"reason":"到岗人员已离岗"}"#,
        ..Assign::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: SupportId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Support(id, Command::Reopen { reason, on: door.day() }))
    }
}

/// Take a difficulty to a higher unit; one that is late goes there by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupportEscalation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Escalate {
    /// To whom; the next one by the rules of the day if absent.
    to: Option<Unit>,
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Escalate {
    const ROW: Row = Row {
        id: "escalate_support_case",
        path: "/v1/support-cases/{id}/escalations",
        summary: "Take it to a higher unit (升级)",
        right: "support.escalate",
        roles: "enterprise, its township or park, its officer, whoever has it in hand, commission",
        events: &["support-escalated"],
        example: r#"{"to":"hq","reason":"需跨区协调"}"#,
        ..Assign::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: SupportId = door.param("id")?;
        let reason = Some(door.words(&id, &self.reason).await?);
        let to = self.to.map(|unit| unit.0);
        Ok(Ask::Support(id, Command::Escalate { to, reason, on: door.day() }))
    }
}

/// A sum and its day go together.
fn payment(amount_cny: Option<u64>, paid_on: Option<Day>) -> Result<Option<Payment>, Problem> {
    match (amount_cny, paid_on) {
        (Some(amount_cny), Some(paid_on)) => Ok(Some(Payment { amount_cny, paid_on: paid_on.0 })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(Problem::naming("MEMBERS_DISAGREE", "/paid_on", "say on which day it was paid"))
        }
        (None, Some(_)) => {
            Err(Problem::naming("MEMBERS_DISAGREE", "/amount_cny", "say how much was paid"))
        }
    }
}
