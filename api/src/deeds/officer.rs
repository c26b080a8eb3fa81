//! Acts about stationed officers (驻厂员).

use fugong_domain::{Ask, OfficerId, officer::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{FindingRef, Officer, Text, Unit},
    problem::Problem,
};

/// Enrol an officer. The same again changes nothing and is answered with a receipt without
/// events; what was said wrongly is put right by naming that enrolment in `supersedes`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OfficerEnrolment)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enrol {
    /// His id: a pseudonym, never a name or a telephone number. A new one if absent.
    id: Option<Officer>,
    /// His name; it is sealed.
    name: Text,
    /// His unit.
    unit: Unit,
    /// His title.
    title: Option<Text>,
    /// His telephone; it is sealed.
    phone: Option<Text>,
    /// The id of the enrolment event that this one puts right.
    supersedes: Option<Text>,
}

impl Deed for Enrol {
    const ROW: Row = Row {
        id: "enrol_officer",
        path: "/v1/officers",
        summary: "Enrol a stationed officer",
        aggregate: "officer",
        right: "officer.enrol",
        roles: "commission",
        makes: Makes::Thing("/v1/officers"),
        decides: false,
        events: &["officer-enrolled"],
        example: r#"{"id":"OFF-01","name":"张某","unit":"500114106","title":"副主任","phone":"13000000001"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let new = || format!("off-{}", door.new_id()).parse::<OfficerId>();
        let id = self.id.map_or_else(new, |id| Ok(id.0)).map_err(Problem::unavailable)?;
        if let Some(Text(earlier)) = &self.supersedes {
            door.enrolled(&id, earlier).await?;
        }
        let known = door.roll(&id).await?;
        let known_phone = known.as_ref().and_then(|roll| roll.phone.as_ref());
        let phone = match &self.phone {
            Some(phone) => Some(door.seal_as(id.as_str(), phone, known_phone).await?),
            None => None,
        };
        let known_name = known.as_ref().map(|roll| &roll.name);
        let command = Command::Enrol {
            name: door.seal_as(id.as_str(), &self.name, known_name).await?,
            unit: self.unit.0,
            title: self.title.map(|title| title.0),
            phone,
            supersedes: self.supersedes.map(|text| text.0),
        };
        Ok(Ask::Officer(id, command))
    }
}

/// Record what an officer's unit decided on a finding about his duty.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DutyOutcome)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordDutyOutcome {
    /// Which finding.
    finding: FindingRef,
    /// What was decided; it is sealed.
    outcome: Text,
}

impl Deed for RecordDutyOutcome {
    const ROW: Row = Row {
        id: "record_duty_outcome",
        path: "/v1/officers/{id}/duty-outcomes",
        summary: "Record what his unit decided on a finding about his duty",
        aggregate: "officer",
        right: "officer.record_duty_outcome",
        roles: "his unit: township, park or commission",
        makes: Makes::Event,
        decides: false,
        events: &["officer-duty-outcome-recorded"],
        example: r#"{"finding":"01704fae-a400-7000-8000-000000000001.1","outcome":"约谈提醒"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: OfficerId = door.param("id")?;
        let outcome = door.seal(id.as_str(), &self.outcome).await?;
        Ok(Ask::Officer(id, Command::RecordDutyOutcome { finding: self.finding.0, outcome }))
    }
}
