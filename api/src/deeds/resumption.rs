//! Acts of production. A resumption is reported, never requested (§四).

use fugong_core::Occurred;
use fugong_domain::{Ask, resumption::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Day, SuspensionCode, Text, Unit},
    problem::Problem,
};

/// Report that an enterprise works again. It is recorded whatever else is so (§四).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ResumptionReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    /// The day on which work began again; not in the future.
    resumed_on: Day,
    /// Staff on post.
    on_post: Option<u32>,
    /// Share of capacity in use, 0 to 100.
    #[schema(maximum = 100)]
    capacity_pct: Option<u8>,
    /// Its name, if it is not listed.
    name: Option<Text>,
    /// Where it lies, if it is not listed.
    township_code: Option<Unit>,
    /// The id of the report that this one puts right, or of a declaration that work never stopped.
    supersedes: Option<Text>,
}

impl Deed for Report {
    const ROW: Row = Row {
        id: "report_resumption",
        path: "/v1/enterprises/{uscc}/resumptions",
        summary: "Report that it works again (已复工复产)",
        aggregate: "resumption",
        right: "resumption.report",
        roles: "anybody for his own unit; never asked for a right (§四)",
        makes: Makes::Event,
        decides: false,
        events: &["resumption-resumed", "resumption-corrected"],
        example: r#"{"resumed_on":"2020-02-27","on_post":48,"capacity_pct":60}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        Some(Occurred::On(self.resumed_on.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let capacity_pct = percent(self.capacity_pct)?;
        let (orders, stop_orders) = (door.orders(&id).await?, door.stop_orders(&id).await?);
        let (resumed_on, on_post) = (self.resumed_on.0, self.on_post);
        if let Some(Text(supersedes)) = self.supersedes {
            let (was, was_continuous) = door.reported_work(&id, &supersedes).await?;
            let command = Command::Correct {
                supersedes,
                was,
                was_continuous,
                resumed_on,
                on_post,
                capacity_pct,
                orders,
                stop_orders,
                advisories: Vec::new(),
            };
            return Ok(Ask::Resumption(id, command));
        }
        let command = Command::Report {
            resumed_on,
            on_post,
            capacity_pct,
            name: self.name.map(|name| name.0),
            township: self.township_code.map(|unit| unit.0),
            orders,
            stop_orders,
            advisories: Vec::new(),
            today: resumed_on,
        };
        Ok(Ask::Resumption(id, command))
    }
}

/// Report that an enterprise works again which gives no code: it gets a provisional id.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnlistedResumptionReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportUnlisted {
    /// Its name.
    name: Text,
    /// Where it lies; the actor's unit if that has an area, else `eic`.
    township_code: Option<Unit>,
    /// The day on which work began again; not in the future.
    resumed_on: Day,
    /// Staff on post.
    on_post: Option<u32>,
    /// Share of capacity in use, 0 to 100.
    #[schema(maximum = 100)]
    capacity_pct: Option<u8>,
}

impl Deed for ReportUnlisted {
    const ROW: Row = Row {
        id: "report_unlisted_resumption",
        path: "/v1/resumptions",
        summary: "Report that an enterprise without a code works again",
        aggregate: "resumption",
        right: "resumption.report",
        roles: "anybody for his own unit; never asked for a right (§四)",
        makes: Makes::Thing("/v1/enterprises"),
        decides: false,
        events: &["resumption-resumed"],
        example: r#"{"name":"城东街道某家具作坊","township_code":"500114001","resumed_on":"2020-02-27"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        Some(Occurred::On(self.resumed_on.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.new_provisional()?;
        let command = Command::Report {
            resumed_on: self.resumed_on.0,
            on_post: self.on_post,
            capacity_pct: percent(self.capacity_pct)?,
            name: Some(self.name.0),
            township: self.township_code.map(|unit| unit.0),
            orders: Vec::new(),
            stop_orders: door.stop_orders(&id).await?,
            advisories: Vec::new(),
            today: self.resumed_on.0,
        };
        Ok(Ask::Resumption(id, command))
    }
}

/// Say when an enterprise means to resume, and why not sooner.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ResumptionPlan)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// When; it may lie ahead.
    expected_on: Day,
    /// Why not sooner.
    reason: Option<Text>,
}

impl Deed for Plan {
    const ROW: Row = Row {
        id: "plan_resumption",
        path: "/v1/enterprises/{uscc}/resumption-plans",
        summary: "Say when it means to resume (拟复工)",
        aggregate: "resumption",
        right: "resumption.plan",
        roles: "enterprise, its township or park, its officer, commission",
        makes: Makes::Event,
        decides: false,
        events: &["resumption-planned"],
        example: r#"{"expected_on":"2020-03-05","reason":"原料未到"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let reason = door.some_words(&id, self.reason.as_ref()).await?;
        Ok(Ask::Resumption(id, Command::Plan { expected_on: self.expected_on.0, reason }))
    }
}

/// Declare that an enterprise never stopped (持续在产).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ContinuousProduction)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclareContinuous {
    /// In production since this day; not in the future.
    since: Day,
    /// The id of the report, of either kind, that this one puts right.
    supersedes: Option<Text>,
}

impl Deed for DeclareContinuous {
    const ROW: Row = Row {
        id: "declare_continuous_production",
        path: "/v1/enterprises/{uscc}/continuous-production",
        summary: "Declare that it never stopped (持续在产)",
        aggregate: "resumption",
        right: "resumption.declare_continuous",
        roles: "anybody for his own unit; never asked for a right (§四)",
        makes: Makes::Event,
        decides: false,
        events: &["resumption-continuous-production-declared"],
        example: r#"{"since":"2020-01-24"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        Some(Occurred::On(self.since.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let (supersedes, was) = match self.supersedes {
            Some(Text(id_of)) => {
                let was = door.reported_work(&id, &id_of).await?;
                (Some(id_of), Some(was))
            }
            None => (None, None),
        };
        let command = Command::DeclareContinuous {
            since: self.since.0,
            supersedes,
            was: was.map(|(day, _)| day),
            was_continuous: was.is_some_and(|(_, continuous)| continuous),
            orders: door.orders(&id).await?,
            stop_orders: door.stop_orders(&id).await?,
            advisories: Vec::new(),
            today: self.since.0,
        };
        Ok(Ask::Resumption(id, command))
    }
}

/// Record that an enterprise stopped again.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Suspension)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suspend {
    /// Why.
    reason: SuspensionCode,
    /// From this day; it may lie ahead.
    from: Day,
}

impl Deed for Suspend {
    const ROW: Row = Row {
        id: "suspend_production",
        path: "/v1/enterprises/{uscc}/suspensions",
        summary: "Record that it stopped again (停产)",
        aggregate: "resumption",
        right: "resumption.suspend",
        roles: "enterprise, its township or park, its officer, commission, emergency",
        makes: Makes::Event,
        decides: false,
        events: &["resumption-suspended"],
        example: r#"{"reason":"maintenance","from":"2020-03-10"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Suspend { from: self.from.0, reason: self.reason.0 };
        Ok(Ask::Resumption(door.enterprise()?, command))
    }
}

fn percent(value: Option<u8>) -> Result<Option<u8>, Problem> {
    match value {
        Some(101..) => Err(Problem::invalid("/capacity_pct", "send a share of 0 to 100")),
        fits => Ok(fits),
    }
}
