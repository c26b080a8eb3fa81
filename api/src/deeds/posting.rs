//! Acts of the seats (驻厂) of an enterprise.

use fugong_core::Occurred;
use fugong_domain::{Ask, posting::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Officer, SeatCode, Text, Unit, When},
    problem::Problem,
};

const ROLES: &str = "the unit that fills the seat: township, park or commission";

/// Put an officer on a seat.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OfficerAssignment)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    /// Which seat.
    seat: SeatCode,
    /// The unit that fills it; the actor's if absent.
    unit: Option<Unit>,
    /// Who.
    officer: Officer,
    /// From when; it may lie ahead. The moment of the act if absent.
    from: Option<When>,
    /// Why he may hold more than one plant (一人一厂).
    concurrent_reason: Option<Text>,
    /// The id of the assignment or transfer that this one puts right; it must still run.
    supersedes: Option<Text>,
}

impl Deed for Assign {
    const ROW: Row = Row {
        id: "assign_officer",
        path: "/v1/enterprises/{uscc}/postings",
        summary: "Put an officer on a seat (驻厂)",
        aggregate: "posting",
        right: "posting.assign_officer",
        roles: ROLES,
        makes: Makes::Event,
        decides: false,
        events: &["posting-officer-assigned", "officer-post-left", "officer-post-taken"],
        example: r#"{"seat":"township","unit":"500114106","officer":"OFF-01","from":"2020-02-26"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let was = match &self.supersedes {
            Some(Text(posting)) => Some(door.seated(&id, posting).await?),
            None => None,
        };
        let command = Command::AssignOfficer {
            seat: self.seat.0,
            unit: self.unit.map_or_else(|| door.unit(), |unit| unit.0),
            officer: self.officer.0,
            from: self.from.map_or_else(|| door.moment(), |from| from.0),
            concurrent_reason: door.some_words(&id, self.concurrent_reason.as_ref()).await?,
            supersedes: self.supersedes.map(|text| text.0),
            was,
            advisories: Vec::new(),
        };
        Ok(Ask::Posting(id, command))
    }
}

/// Pass a seat to another officer, without overlap and without gap.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SeatTransfer)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    /// To whom.
    officer: Officer,
    /// When; it may lie ahead.
    effective_at: When,
    /// Why he may hold more than one plant (一人一厂).
    concurrent_reason: Option<Text>,
}

impl Deed for Transfer {
    const ROW: Row = Row {
        id: "transfer_seat",
        path: "/v1/enterprises/{uscc}/postings/{seat}/transfers",
        summary: "Pass the seat to another officer",
        aggregate: "posting",
        right: "posting.transfer",
        roles: ROLES,
        makes: Makes::Event,
        decides: false,
        events: &["posting-transferred", "officer-post-left", "officer-post-taken"],
        example: r#"{"officer":"OFF-02","effective_at":"2020-03-02T08:00:00+08:00"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::Transfer {
            seat: seat(door)?,
            to: self.officer.0,
            effective_at: self.effective_at.0,
            concurrent_reason: door.some_words(&id, self.concurrent_reason.as_ref()).await?,
            unit: None,
        };
        Ok(Ask::Posting(id, command))
    }
}

/// Let somebody stand in on a seat (顶岗).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Substitution)]
#[serde(deny_unknown_fields)]
pub(crate) struct Substitute {
    /// Who stands in.
    officer: Officer,
    /// From when; it may lie ahead.
    from: When,
    /// Until when, that day included.
    until: When,
    /// The id of the substitution that this one puts right, running or over.
    supersedes: Option<Text>,
}

impl Deed for Substitute {
    const ROW: Row = Row {
        id: "substitute_officer",
        path: "/v1/enterprises/{uscc}/postings/{seat}/substitutions",
        summary: "Let somebody stand in (顶岗)",
        aggregate: "posting",
        right: "posting.substitute",
        roles: ROLES,
        makes: Makes::Event,
        decides: false,
        events: &["posting-substituted"],
        example: r#"{"officer":"OFF-03","from":"2020-03-03","until":"2020-03-05"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let was = match &self.supersedes {
            Some(Text(substitution)) => Some(door.stood_in(&id, substitution).await?),
            None => None,
        };
        let command = Command::Substitute {
            seat: seat(door)?,
            substitute: self.officer.0,
            from: self.from.0,
            until: self.until.0,
            supersedes: self.supersedes.map(|text| text.0),
            was,
        };
        Ok(Ask::Posting(id, command))
    }
}

/// Take the officer off a seat.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Withdrawal)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw {
    /// Why.
    reason: Text,
    /// When; the moment of the act if absent.
    at: Option<When>,
}

impl Deed for Withdraw {
    const ROW: Row = Row {
        id: "withdraw_officer",
        path: "/v1/enterprises/{uscc}/postings/{seat}/withdrawals",
        summary: "Take the officer off the seat",
        aggregate: "posting",
        right: "posting.withdraw",
        roles: ROLES,
        makes: Makes::Event,
        decides: false,
        events: &["posting-withdrawn", "officer-post-left"],
        example: r#"{"reason":"调回原单位"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        self.at.as_ref().map(|at| at.0)
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::Withdraw {
            seat: seat(door)?,
            at: self.at.map_or_else(|| door.moment(), |at| at.0),
            reason: Some(door.words(&id, &self.reason).await?),
            rule: None,
            advisories: Vec::new(),
        };
        Ok(Ask::Posting(id, command))
    }
}

/// Log a visit of the officer.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Visit)]
#[serde(deny_unknown_fields)]
pub(crate) struct Visit {
    /// Which seat.
    seat: SeatCode,
    /// When he was there; not in the future.
    at: When,
    /// What he looked at, by code.
    #[serde(default)]
    items: Vec<String>,
    /// What he saw.
    notes: Option<Text>,
    /// The id of the visit that this one puts right.
    supersedes: Option<Text>,
}

impl Deed for Visit {
    const ROW: Row = Row {
        id: "log_visit",
        path: "/v1/enterprises/{uscc}/visits",
        summary: "Log a visit of its officer",
        aggregate: "posting",
        right: "posting.log_visit",
        roles: "officer, township, park, commission",
        makes: Makes::Event,
        decides: false,
        events: &["posting-visit-logged"],
        example: r#"{"seat":"township","at":"2020-02-28T10:00:00+08:00","items":["P3"],"notes":"测温点已设"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        Some(self.at.0)
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let was = match &self.supersedes {
            Some(Text(visit)) => Some(door.visited(&id, visit).await?),
            None => None,
        };
        let command = Command::LogVisit {
            seat: self.seat.0,
            at: self.at.0,
            items: self.items,
            notes: door.some_words(&id, self.notes.as_ref()).await?,
            supersedes: self.supersedes.map(|text| text.0),
            was,
            visitor: None,
        };
        Ok(Ask::Posting(id, command))
    }
}

fn seat(door: &Door<'_>) -> Result<fugong_domain::codes::Seat, Problem> {
    let text: String = door.param("seat")?;
    fugong_domain::codes::Seat::from_code(&text)
        .ok_or_else(|| Problem::absent(format!("seat {text}; it is township, park or eic")))
}
