//! The daily report (日报).

use fugong_core::Occurred;
use fugong_domain::{
    Ask,
    resumption::{Command, DailyReport},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Day, Text},
    problem::Problem,
};

/// Report a day's figures. Of each day one report stands; another one names what it puts right.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DailyReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportDaily {
    /// The day of which it speaks; not in the future.
    date: Day,
    /// Registered staff.
    staff: u32,
    /// Staff on post.
    on_post: u32,
    /// Of the staff, who came back from outside the city.
    from_outside: Option<u32>,
    /// Of the staff, who came back from Hubei.
    from_hubei: Option<u32>,
    /// Of the staff, who is in observation.
    in_observation: Option<u32>,
    /// Of the staff, who has a fever.
    fever: Option<u32>,
    /// For how many days the masks in store last.
    masks_days: Option<u32>,
    /// Share of capacity in use, 0 to 100.
    #[schema(maximum = 100)]
    capacity_pct: Option<u8>,
    /// Electricity used that day, in kilowatt-hours.
    power_kwh: Option<u64>,
    /// What stands in the way.
    difficulties: Option<Text>,
    /// The id of the report that this one puts right.
    supersedes: Option<Text>,
}

impl Deed for ReportDaily {
    const ROW: Row = Row {
        id: "report_daily",
        path: "/v1/enterprises/{uscc}/daily-reports",
        summary: "Report a day's figures (日报)",
        aggregate: "resumption",
        right: "resumption.report_daily",
        roles: "enterprise, its township or park, its officer, commission",
        makes: Makes::Event,
        decides: false,
        events: &["resumption-daily-reported"],
        example: r#"{"date":"2020-02-28","staff":120,"on_post":86,"from_outside":6,"from_hubei":0,"in_observation":2,"fever":0,"masks_days":5,"capacity_pct":70,"power_kwh":5200,"difficulties":"包装材料不足"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        Some(Occurred::On(self.date.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let was = match &self.supersedes {
            Some(Text(report)) => Some(door.reported_for(&id, report).await?),
            None => None,
        };
        let report = DailyReport {
            date: self.date.0,
            staff: self.staff,
            on_post: self.on_post,
            from_outside: self.from_outside,
            from_hubei: self.from_hubei,
            in_observation: self.in_observation,
            fever: self.fever,
            masks_days: self.masks_days,
            capacity_pct: self.capacity_pct,
            power_kwh: self.power_kwh,
            difficulties: door.some_words(&id, self.difficulties.as_ref()).await?,
            supersedes: self.supersedes.map(|text| text.0),
            was,
        };
        Ok(Ask::Resumption(id, Command::ReportDaily(Box::new(report))))
    }
}
