//! Who reported it is nowhere told to whom it is laid (阻碍, 举报).
//!
//! The unit that a report of a barrier is against sees that there is one, and nothing that tells by
//! whom: none of its events, nor those of tasks about it, whose envelopes lead back to the reporter.
//! The enterprise that is inspected after somebody spoke up (举报) sees the inspection without the
//! remark on its opening and without on whose behalf it was opened.

use fugong_core::{Metadata, Recorded, keys};
use fugong_domain::{
    BarrierId, Principal, UnitCode,
    barrier::{Barrier, Case},
    codes::{InspectionKind, Role},
    inspection::{self, Inspection},
    task::Task,
    township::Units,
};

use crate::{
    desk::{Desk, trouble},
    problem::Problem,
    sight,
};

/// How the ids of tasks about reports begin: with their policy. A feed is full of other tasks.
const ABOUT_REPORTS: [&str; 2] = ["clear-barrier.", "oversee-barrier."];

/// What somebody may see of reports.
#[derive(Debug)]
pub(crate) struct Veil<'a> {
    desk: &'a Desk,
    who: &'a Principal,
    units: Units,
}

/// How somebody stands to a report of a barrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// It is against his unit.
    Against,
    /// He works on it, made it, or sees all of the district.
    With,
    /// It is none of his business.
    Apart,
}

impl<'a> Veil<'a> {
    /// The veil before the eyes of `who`.
    pub(crate) async fn of(desk: &'a Desk, who: &'a Principal) -> Result<Self, Problem> {
        Ok(Self { desk, who, units: sight::units(desk).await? })
    }

    /// How he stands to a report; none if there is no such report.
    pub(crate) async fn before(&self, report: &str) -> Result<Option<Stands>, Problem> {
        let read = |barrier: &Barrier, _| {
            let hands: Vec<UnitCode> = barrier.hands().cloned().collect();
            barrier.case().map(|case| (case.clone(), hands))
        };
        let found = self.desk.log().read::<Barrier, _>(report, read).await.map_err(trouble)?;
        let Some((case, hands)) = found else { return Ok(None) };
        self.stands(&case, &hands).await.map(Some)
    }

    async fn stands(&self, case: &Case, hands: &[UnitCode]) -> Result<Stands, Problem> {
        let own = |unit: &UnitCode| self.units.same_unit(unit, &self.who.unit);
        if case.against.as_ref().is_some_and(own) {
            return Ok(Stands::Against);
        }
        let part = own(&case.reported_by) || hands.iter().any(own);
        if part || sight::reach(self.who) == sight::Reach::District {
            return Ok(Stands::With);
        }
        let Some(enterprise) = &case.enterprise else { return Ok(Stands::Apart) };
        let seen = sight::check(self.desk, self.who, enterprise, None).await;
        Ok(if seen.is_ok() { Stands::With } else { Stands::Apart })
    }

    /// Whether what is seen of an event may hang on who sees it.
    pub(crate) fn may_lie_on(event: &Recorded) -> bool {
        matches!(&*event.aggregate_type, "barrier" | "task" | "inspection")
    }

    /// `event` as he may see it: none if it leads to who reported.
    pub(crate) async fn over(&self, event: Recorded) -> Result<Option<Recorded>, Problem> {
        let report = match &*event.aggregate_type {
            "barrier" => Some(event.aggregate_id.to_string()),
            "task" => self.report_of(&event.aggregate_id).await?,
            "inspection" => return self.opening(event).await.map(Some),
            _ => None,
        };
        let Some(report) = report else { return Ok(Some(event)) };
        let against = self.before(&report).await? == Some(Stands::Against);
        Ok((!against).then_some(event))
    }

    /// The same of one that is asked for by its id: a report is shown to those who have part in it.
    pub(crate) async fn alone(&self, event: Recorded) -> Result<Option<Recorded>, Problem> {
        if &*event.aggregate_type == "barrier" {
            let stands = self.before(&event.aggregate_id).await?;
            return Ok((stands == Some(Stands::With)).then_some(event));
        }
        self.over(event).await
    }

    /// The same of several.
    pub(crate) async fn all(&self, events: Vec<Recorded>) -> Result<Vec<Recorded>, Problem> {
        let mut seen = Vec::with_capacity(events.len());
        for event in events {
            seen.extend(self.over(event).await?);
        }
        Ok(seen)
    }

    /// The report that a task is about.
    async fn report_of(&self, task: &str) -> Result<Option<String>, Problem> {
        if !ABOUT_REPORTS.iter().any(|policy| task.starts_with(policy)) {
            return Ok(None);
        }
        let read = |task: &Task, _| {
            let errand = task.errand().filter(|errand| errand.enterprise.is_none());
            errand.map(|errand| errand.subject.clone())
        };
        let subject = self.desk.log().read::<Task, _>(task, read).await.map_err(trouble)?;
        Ok(subject.filter(|subject| subject.parse::<BarrierId>().is_ok()))
    }

    /// What is left of the opening of an inspection for those who are inspected.
    async fn opening(&self, event: Recorded) -> Result<Recorded, Problem> {
        if self.who.role != Role::Enterprise {
            return Ok(event);
        }
        let read = |inspection: &Inspection, _| {
            inspection.sheet().is_some_and(|sheet| sheet.kind == InspectionKind::Reported)
        };
        let id = &event.aggregate_id;
        let reported = self.desk.log().read::<Inspection, _>(id, read).await.map_err(trouble)?;
        let opened = event.payload_as::<inspection::Event>().map_err(Problem::unavailable)?;
        if !reported || !matches!(&*opened, inspection::Event::Opened { .. }) {
            return Ok(event);
        }
        let mut metadata = Metadata::clone(&event.metadata);
        metadata.retain(|key, _| key != keys::NOTE && key != keys::ON_BEHALF_OF);
        Ok(Recorded { metadata: metadata.into(), ..event })
    }
}
