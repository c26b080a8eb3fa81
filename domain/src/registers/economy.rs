//! The folds of supply chains and of key projects: whom an enterprise supplies, and what it builds.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, enterprise::Event};

/// The relation of supplies, by supplier.
pub(super) const SUPPLIES: &str = "supplies";
/// The relation of key projects, by enterprise.
pub(super) const PROJECTS: &str = "projects";

/// Whom an enterprise supplies (产业链、供应链).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyRow {
    /// In the order of telling.
    pub links: Vec<SupplyLink>,
}

/// That an enterprise supplies another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyLink {
    /// The enterprise that is supplied.
    pub anchor: EnterpriseId,
    /// The day on which it was told.
    pub from: Date,
    /// The last day, if that is known.
    pub until: Option<Date>,
}

/// The key projects (重大工程和重点项目) of an enterprise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRow {
    /// By number.
    pub projects: Vec<Project>,
}

/// A key project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its number at the enterprise, from 1.
    pub number: u32,
    /// What it is called.
    pub name: String,
    /// Its total, in whole yuan.
    pub investment_cny: Option<u64>,
    /// The day on which it was marked.
    pub marked_on: Date,
    /// By which day it is to start.
    pub starts_by: Option<Date>,
    /// The day on which it started.
    pub started_on: Option<Date>,
    /// The day on which its enterprise left.
    pub ended_on: Option<Date>,
}

impl SupplyRow {
    /// The links that hold on `day`.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &SupplyLink> {
        self.links.iter().filter(move |link| link.from <= day && link.reaches(day))
    }

    /// Told again while it holds, a link has another end.
    fn tell(&mut self, anchor: &EnterpriseId, from: Date, until: Option<Date>) {
        match self.links.iter_mut().rfind(|link| link.anchor == *anchor) {
            Some(known) if known.reaches(from) => known.until = until,
            Some(_) | None => self.links.push(SupplyLink { anchor: anchor.clone(), from, until }),
        }
    }
}

impl SupplyLink {
    /// Whether it has not ended before `day`.
    fn reaches(&self, day: Date) -> bool {
        self.until.is_none_or(|until| day <= until)
    }
}

impl Project {
    /// Whether it is a project of the firm on `day`.
    pub fn is_on(&self, day: Date) -> bool {
        self.marked_on <= day && self.ended_on.is_none_or(|on| day < on)
    }

    /// The day on which it started, if it had by `day`.
    pub fn started_by(&self, day: Date) -> Option<Date> {
        self.started_on.filter(|on| *on <= day)
    }

    /// Whether it was to start before `day`, and had not.
    pub fn is_late_on(&self, day: Date) -> bool {
        self.started_by(day).is_none() && self.starts_by.is_some_and(|by| by < day)
    }
}

/// Takes an event of the list; only three speak of supplies and projects.
pub(super) fn take(rows: &mut Rows, event: &Recorded, happened: &Event) -> Result<(), Failure> {
    let (id, day) = (&*event.aggregate_id, event.occurred().day());
    match happened {
        Event::SupplyLinkDeclared { supplier_of, until } => {
            let mut row: SupplyRow = rows.get(SUPPLIES, id)?.unwrap_or_default();
            row.tell(supplier_of, day, *until);
            rows.put(SUPPLIES, id, &row)
        }
        Event::KeyProjectMarked { number, name, investment_cny, starts_by } => {
            let mut row: ProjectRow = rows.get(PROJECTS, id)?.unwrap_or_default();
            let known = row.projects.iter().position(|project| project.number == *number);
            let known = known.map(|at| row.projects.remove(at));
            row.projects.push(Project {
                number: *number,
                name: name.clone(),
                investment_cny: *investment_cny,
                marked_on: known.as_ref().map_or(day, |known| known.marked_on),
                starts_by: *starts_by,
                started_on: known.and_then(|known| known.started_on),
                ended_on: None,
            });
            row.projects.sort_by_key(|project| project.number);
            rows.put(PROJECTS, id, &row)
        }
        Event::KeyProjectStarted { number, on } => {
            let mut row: ProjectRow = rows.get(PROJECTS, id)?.unwrap_or_default();
            for project in row.projects.iter_mut().filter(|project| project.number == *number) {
                project.started_on = Some(*on);
            }
            rows.put(PROJECTS, id, &row)
        }
        // What ended with the firm does not come back with it.
        Event::Closed { on, .. } => close(rows, id, *on),
        Event::Registered { .. }
        | Event::DetailsCorrected { .. }
        | Event::ScaleReclassified { .. }
        | Event::Relocated { .. }
        | Event::TierAssigned { .. }
        | Event::ListingJoined { .. }
        | Event::JoinedTo { .. }
        | Event::Excluded { .. }
        | Event::Readmitted { .. }
        | Event::ClosureBegun { .. }
        | Event::EarlierPaperRecorded { .. }
        | Event::OtherLawReferenceRecorded { .. }
        | Event::Guided { .. }
        | Event::CodeChanged { .. }
        | Event::SetAside { .. } => Ok(()),
    }
}

fn close(rows: &mut Rows, id: &str, on: Date) -> Result<(), Failure> {
    if let Some(mut row) = rows.get::<SupplyRow>(SUPPLIES, id)? {
        for link in row.links.iter_mut().filter(|link| link.reaches(on)) {
            link.until = Some(on);
        }
        rows.put(SUPPLIES, id, &row)?;
    }
    if let Some(mut row) = rows.get::<ProjectRow>(PROJECTS, id)? {
        for project in row.projects.iter_mut().filter(|project| project.ended_on.is_none()) {
            project.ended_on = Some(on);
        }
        rows.put(PROJECTS, id, &row)?;
    }
    Ok(())
}
