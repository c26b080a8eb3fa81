//! The rows of the `district` fold, read for one day.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Rows};

use super::{
    barriers::{BARRIERS, BarrierRow},
    called,
    dossier::Dossier,
    flags::{FLAGS, FlagRow},
    incidents::{INCIDENTS, IncidentRow},
    inspections::{INSPECTIONS, InspectionRow},
    listing::Listing,
    measures::{MEASURES, MeasureRow},
    orders::{ORDERS, OrderRow},
    people::{OFFICERS, OfficerRow},
    supports::{SUPPORTS, SupportRow},
    visits::{self, Visit, VisitRow},
};
use crate::{EnterpriseId, OfficerId, OrderId};

/// What a table is computed from: the rows, and the day asked.
#[derive(Debug)]
pub struct View {
    listing: Listing,
    /// Every officer, by id.
    pub officers: BTreeMap<String, Arc<OfficerRow>>,
    rows: Kept,
}

impl Deref for View {
    type Target = Listing;

    fn deref(&self) -> &Listing {
        &self.listing
    }
}

#[derive(Debug)]
struct Kept {
    inspections: Vec<(String, Arc<InspectionRow>)>,
    orders: BTreeMap<String, Vec<Arc<OrderRow>>>,
    flags: BTreeMap<String, Vec<Arc<FlagRow>>>,
    supports: Vec<(String, Arc<SupportRow>)>,
    /// How many of them are unsolved on the day, by enterprise, all of its sites together.
    unsolved: BTreeMap<String, usize>,
    /// Those of the day, by enterprise or site.
    visits: BTreeMap<String, VisitRow>,
    barriers: Vec<(String, Arc<BarrierRow>)>,
    incidents: Vec<(String, Arc<IncidentRow>)>,
    measures: Vec<(String, Arc<MeasureRow>)>,
}

impl View {
    /// Reads the rows of the `district` fold for `on`.
    ///
    /// # Errors
    ///
    /// When a row is not what this version of the fold writes.
    pub fn of(rows: &Rows, on: Date) -> Result<Self, Failure> {
        let supports: Vec<(String, Arc<SupportRow>)> = rows.shared(SUPPORTS)?;
        Ok(Self {
            listing: Listing::of(rows, on)?,
            officers: rows.shared(OFFICERS)?.into_iter().collect(),
            rows: Kept {
                inspections: rows.shared(INSPECTIONS)?,
                orders: by_enterprise(rows.shared(ORDERS)?, |order: &OrderRow| &order.enterprise),
                flags: by_enterprise(rows.shared(FLAGS)?, |flag: &FlagRow| &flag.enterprise),
                unsolved: unsolved(&supports, on),
                supports,
                visits: visits::of_day(rows, on)?
                    .into_iter()
                    .map(|row| (row.enterprise.to_string(), row))
                    .collect(),
                barriers: rows.shared(BARRIERS)?,
                incidents: rows.shared(INCIDENTS)?,
                measures: rows.shared(MEASURES)?,
            },
        })
    }

    /// Every order issued up to the day.
    pub fn orders(&self) -> impl Iterator<Item = &OrderRow> {
        let all = self.rows.orders.values().flatten().map(|row| &**row);
        all.filter(|order| order.issued_on <= self.on)
    }

    /// What an order is called: its document number (文号), if it has one.
    pub(super) fn order_called(&self, id: &OrderId) -> String {
        let mut all = self.rows.orders.values().flatten();
        let found = all.find(|order| order.order == *id);
        found.map_or_else(
            || id.to_string(),
            |it| called::order(it.authority.as_deref(), it.issued_on),
        )
    }

    /// How many orders against an enterprise, or one of its sites, are open on the day.
    pub fn open_orders(&self, dossier: &Dossier) -> usize {
        let its = self.rows.orders.get(&dossier.enterprise.to_string());
        its.into_iter().flatten().filter(|order| order.is_open_on(self.on)).count()
    }

    /// Every inspection opened up to the day, with its id.
    pub fn inspections(&self) -> impl Iterator<Item = (&str, &InspectionRow)> {
        let all = self.rows.inspections.iter().map(|(id, row)| (id.as_str(), &**row));
        all.filter(|(_, row)| row.on <= self.on)
    }

    /// Every barrier reported up to the day.
    pub fn barriers(&self) -> impl Iterator<Item = &BarrierRow> {
        let all = self.rows.barriers.iter().map(|(_, row)| &**row);
        all.filter(|row| row.reported_on <= self.on)
    }

    /// Every incident reported up to the day.
    pub fn incidents(&self) -> impl Iterator<Item = &IncidentRow> {
        let all = self.rows.incidents.iter().map(|(_, row)| &**row);
        all.filter(|row| row.reported_on <= self.on)
    }

    /// Every measure of control imposed up to the day.
    pub fn measures(&self) -> impl Iterator<Item = &MeasureRow> {
        let all = self.rows.measures.iter().map(|(_, row)| &**row);
        all.filter(|row| row.imposed_on <= self.on)
    }

    /// Every difficulty raised up to the day.
    pub fn supports(&self) -> impl Iterator<Item = &SupportRow> {
        let all = self.rows.supports.iter().map(|(_, case)| &**case);
        all.filter(|case| case.raised_on <= self.on)
    }

    /// How many difficulties of an enterprise, all of its sites together, are unsolved on the day.
    pub fn open_supports(&self, dossier: &Dossier) -> usize {
        let its = self.rows.unsolved.get(&dossier.enterprise.whole().to_string());
        its.copied().unwrap_or_default()
    }

    /// The visits at an enterprise or site on the day.
    pub fn visits(&self, dossier: &Dossier) -> &[Visit] {
        let row = self.rows.visits.get(&dossier.enterprise.to_string());
        row.map(|row| row.visits.as_slice()).unwrap_or_default()
    }

    /// Every flag proposed up to the day.
    pub fn flags(&self) -> impl Iterator<Item = &FlagRow> {
        let all = self.rows.flags.values().flatten().map(|row| &**row);
        all.filter(|flag| flag.proposed_on <= self.on)
    }

    /// The flags of an enterprise, proposed up to the day; its sites share them.
    pub fn flags_of(&self, dossier: &Dossier) -> impl Iterator<Item = &FlagRow> {
        let its = self.rows.flags.get(&dossier.enterprise.whole().to_string());
        let its = its.into_iter().flatten().map(|row| &**row);
        its.filter(|flag| flag.proposed_on <= self.on)
    }

    /// The row of an officer.
    pub fn officer(&self, id: &OfficerId) -> Option<&OfficerRow> {
        self.officers.get(id.as_str()).map(|row| &**row)
    }
}

fn unsolved(supports: &[(String, Arc<SupportRow>)], on: Date) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (_, case) in supports.iter().filter(|(_, case)| case.raised_on <= on) {
        if case.on(on).is_open() {
            let count: &mut usize = counts.entry(case.enterprise.whole().to_string()).or_default();
            *count = count.saturating_add(1);
        }
    }
    counts
}

fn by_enterprise<T>(
    rows: Vec<(String, Arc<T>)>,
    whose: impl Fn(&T) -> &EnterpriseId,
) -> BTreeMap<String, Vec<Arc<T>>> {
    let mut all: BTreeMap<String, Vec<Arc<T>>> = BTreeMap::new();
    for (_, row) in rows {
        all.entry(whose(&row).to_string()).or_default().push(row);
    }
    all
}
