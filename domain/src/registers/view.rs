//! The rows of the `district` fold, read for one day.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Rows};

use super::{
    barriers::{BARRIERS, BarrierRow},
    called,
    dossier::{Dossier, Size},
    enterprises::{DISTRICT, ENTERPRISES, REGIME},
    flags::{FLAGS, FlagRow},
    incidents::{INCIDENTS, IncidentRow},
    measures::{MEASURES, MeasureRow},
    orders::{INSPECTIONS, InspectionRow, ORDERS, OrderRow},
    people::{OFFICERS, OfficerRow},
    supports::{SUPPORTS, SupportRow},
    visits::{self, Visit, VisitRow},
};
use crate::{
    CreditCode, EnterpriseId, OfficerId, OrderId, UnitCode,
    codes::{ExclusionKind, ProductionState, Scale, Seat},
    regime::Regime,
    seats::{seat_owner, seats_due},
};

/// What a table is computed from: the rows, and the day asked.
#[derive(Debug)]
pub struct View {
    /// The day asked.
    pub on: Date,
    /// The district's rules, units and calendars.
    pub regime: Arc<Regime>,
    /// Every enterprise and site, by id.
    pub dossiers: BTreeMap<String, Arc<Dossier>>,
    /// Every officer, by id.
    pub officers: BTreeMap<String, Arc<OfficerRow>>,
    rows: Kept,
    /// The codes of the day of those that have not kept their first one, by that.
    codes: BTreeMap<CreditCode, CreditCode>,
}

#[derive(Debug)]
struct Kept {
    inspections: Vec<(String, Arc<InspectionRow>)>,
    orders: BTreeMap<String, Vec<Arc<OrderRow>>>,
    flags: BTreeMap<String, Vec<Arc<FlagRow>>>,
    supports: Vec<(String, Arc<SupportRow>)>,
    /// Those of the day, by enterprise or site.
    visits: BTreeMap<String, VisitRow>,
    barriers: Vec<(String, Arc<BarrierRow>)>,
    incidents: Vec<(String, Arc<IncidentRow>)>,
    measures: Vec<(String, Arc<MeasureRow>)>,
}

/// An enterprise as a whole, all of its sites together: bases and scales go by it.
#[derive(Debug, Clone)]
pub(super) struct Whole<'a> {
    /// Its first site, which carries what is true of all of it.
    pub(super) main: &'a Dossier,
    /// Every site that is in the list.
    pub(super) sites: Vec<&'a Dossier>,
}

impl View {
    /// Reads the rows of the `district` fold for `on`.
    ///
    /// # Errors
    ///
    /// When a row is not what this version of the fold writes.
    pub fn of(rows: &Rows, on: Date) -> Result<Self, Failure> {
        let dossiers: BTreeMap<String, Arc<Dossier>> =
            rows.shared(ENTERPRISES)?.into_iter().collect();
        let codes =
            dossiers.values().filter_map(|row| Some((*row.enterprise.code()?, row.code_on(on)?)));
        Ok(Self {
            on,
            regime: rows.one(REGIME, DISTRICT)?.unwrap_or_default(),
            codes: codes.collect(),
            dossiers,
            officers: rows.shared(OFFICERS)?.into_iter().collect(),
            rows: Kept {
                inspections: rows.shared(INSPECTIONS)?,
                orders: by_enterprise(rows.shared(ORDERS)?, |order: &OrderRow| &order.enterprise),
                flags: by_enterprise(rows.shared(FLAGS)?, |flag: &FlagRow| &flag.enterprise),
                supports: rows.shared(SUPPORTS)?,
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
        let whole = dossier.enterprise.whole();
        let its = self.supports().filter(|case| case.enterprise.whole() == whole);
        its.filter(|case| case.on(self.on).is_open()).count()
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

    /// The row of an enterprise or site.
    pub fn dossier(&self, id: &str) -> Option<&Dossier> {
        self.dossiers.get(id).map(|row| &**row)
    }

    /// An enterprise under the code that it has on the day; everything is kept under its first.
    pub fn named_on(&self, enterprise: &EnterpriseId) -> EnterpriseId {
        let code = enterprise.code().and_then(|code| self.codes.get(code));
        code.map_or_else(|| enterprise.clone(), |code| enterprise.under(*code))
    }

    /// The enterprise that is meant by what [`View::named_on`] gives, under its first code.
    pub fn meant(&self, enterprise: &EnterpriseId) -> EnterpriseId {
        let mut changed = self.codes.iter();
        let first = changed.find(|(_, code)| enterprise.code() == Some(code));
        first.map_or_else(|| enterprise.clone(), |(first, _)| enterprise.under(*first))
    }

    /// What an enterprise is called, and its township on the day.
    pub(super) fn named(&self, enterprise: &EnterpriseId) -> (&str, String) {
        let Some(dossier) = self.dossier(&enterprise.to_string()) else {
            return ("", String::new());
        };
        let place = dossier.place_on(self.on);
        (&dossier.name, place.map(|place| self.unit_name(&place.township)).unwrap_or_default())
    }

    /// The listed enterprises on `day`, sites together.
    pub(super) fn wholes(&self, day: Date) -> Vec<Whole<'_>> {
        let mut wholes: BTreeMap<String, Whole<'_>> = BTreeMap::new();
        for dossier in self.dossiers.values().filter(|dossier| dossier.is_listed_on(day)) {
            let key = dossier.enterprise.whole().to_string();
            wholes
                .entry(key)
                .and_modify(|whole| whole.sites.push(dossier))
                .or_insert_with(|| Whole { main: dossier, sites: vec![dossier] });
        }
        wholes.into_values().collect()
    }

    /// The code that a unit has on the day; of a township that was renumbered, the one of then.
    pub fn unit_code<'a>(&'a self, unit: &'a UnitCode) -> &'a UnitCode {
        let division = self.regime.units().territory(unit, self.on);
        division.map_or(unit, |division| &division.code)
    }

    /// What a unit is called on the day.
    pub fn unit_name(&self, unit: &UnitCode) -> String {
        let units = self.regime.units();
        let found = units.at(self.unit_code(unit), self.on);
        found.map_or_else(|_| unit.to_string(), |found| found.short().to_owned())
    }

    /// The size of an enterprise on `day`: that of its code, whatever the site.
    pub fn size_of(&self, dossier: &Dossier, day: Date) -> Option<Size> {
        let whole = self.dossier(&dossier.enterprise.whole().to_string());
        whole.unwrap_or(dossier).size_on(day)
    }

    /// The same, in a word.
    pub fn scale_of(&self, dossier: &Dossier, day: Date) -> Option<Scale> {
        self.size_of(dossier, day).and_then(|size| size.scale)
    }

    /// Why an enterprise is left out of the base on `day`: its code is, whatever the site.
    pub fn exclusion_of(&self, dossier: &Dossier, day: Date) -> Option<ExclusionKind> {
        let whole = self.dossier(&dossier.enterprise.whole().to_string());
        whole.unwrap_or(dossier).exclusion_on(day)
    }

    /// The seats that an enterprise needs on the day, if it is in the list.
    pub fn seats_of(&self, dossier: &Dossier) -> &'static [Seat] {
        match dossier.place_on(self.on) {
            Some(place) if dossier.is_listed_on(self.on) => {
                let scale = self.scale_of(dossier, self.on);
                seats_due(dossier.is_industrial(), place.park.as_ref(), scale)
            }
            Some(_) | None => &[],
        }
    }

    /// The unit that fills a seat of an enterprise on the day.
    pub fn owner_of(&self, dossier: &Dossier, seat: Seat) -> Option<UnitCode> {
        dossier.place_on(self.on).and_then(|place| seat_owner(seat, place))
    }

    /// The row of an officer.
    pub fn officer(&self, id: &OfficerId) -> Option<&OfficerRow> {
        self.officers.get(id.as_str()).map(|row| &**row)
    }
}

impl Whole<'_> {
    /// How production stands on `day`: in production when any site is.
    pub(super) fn production_on(&self, day: Date) -> ProductionState {
        let states = self.sites.iter().map(|site| site.production_on(day));
        states.max_by_key(|state| rank(*state)).unwrap_or(ProductionState::NotResumed)
    }

    /// Whether any site had worked up to `day`.
    pub(super) fn ever_worked_by(&self, day: Date) -> bool {
        self.sites.iter().any(|site| site.ever_worked_by(day))
    }

    /// Whether it is left out of a base on `day`; 退库 leaves only the base of above scale.
    pub(super) fn is_excluded_on(&self, day: Date, above_scale_base: bool) -> bool {
        match self.main.exclusion_on(day) {
            None => false,
            Some(ExclusionKind::LeftRegister) => above_scale_base,
            Some(
                ExclusionKind::LongStop | ExclusionKind::SeasonalStop | ExclusionKind::PolicyStop,
            ) => true,
        }
    }

    /// Its size on `day`.
    pub(super) fn scale_on(&self, day: Date) -> Option<Scale> {
        self.main.size_on(day).and_then(|size| size.scale)
    }
}

/// Of several sites the one furthest on speaks for the enterprise.
fn rank(state: ProductionState) -> u8 {
    match state {
        ProductionState::NotResumed => 0,
        ProductionState::Planned => 1,
        ProductionState::Suspended => 2,
        ProductionState::Resumed => 3,
        ProductionState::Continuous => 4,
    }
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
