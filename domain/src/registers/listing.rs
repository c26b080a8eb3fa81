//! The enterprises and sites of the `district` fold, read for one day.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Rows, Want};

use super::{
    dossier::{Dossier, Size},
    enterprises::{DISTRICT, ENTERPRISES, REGIME},
};
use crate::{
    CreditCode, EnterpriseId, UnitCode,
    codes::{ExclusionKind, ProductionState, Scale, Seat},
    regime::Regime,
    seats::{seat_owner, seats_due},
};

/// What a table of enterprises alone is computed from: their rows, the rules, and the day asked.
#[derive(Debug)]
pub struct Listing {
    /// The day asked.
    pub on: Date,
    /// The district's rules, units and calendars.
    pub regime: Arc<Regime>,
    /// Every enterprise and site, by id.
    pub dossiers: BTreeMap<String, Arc<Dossier>>,
    /// The codes of the day of those that have not kept their first one, by that.
    codes: BTreeMap<CreditCode, CreditCode>,
}

/// An enterprise as a whole, all of its sites together: bases and scales go by it.
#[derive(Debug, Clone)]
pub(super) struct Whole<'a> {
    /// Its first site, which carries what is true of all of it.
    pub(super) main: &'a Dossier,
    /// Every site that is in the list.
    pub(super) sites: Vec<&'a Dossier>,
}

impl Listing {
    /// Reads the enterprises of the `district` fold for `on`.
    ///
    /// # Errors
    ///
    /// When a row is not what this version of the fold writes.
    pub fn of(rows: &Rows, on: Date) -> Result<Self, Failure> {
        let dossiers: BTreeMap<String, Arc<Dossier>> =
            rows.shared(ENTERPRISES)?.into_iter().collect();
        let codes =
            dossiers.values().filter_map(|row| Some((*row.enterprise.code()?, row.code_on(on)?)));
        let regime = rows.one(REGIME, DISTRICT)?.unwrap_or_default();
        Ok(Self { on, regime, codes: codes.collect(), dossiers })
    }

    /// What of the rows it is read from.
    pub(super) fn reads() -> Vec<Want> {
        let whole = |relation| Want::Prefix(relation, String::new());
        [ENTERPRISES, REGIME].map(whole).to_vec()
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

    /// The enterprise that is meant by what [`Listing::named_on`] gives, under its first code.
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
        let mut wholes: Vec<Whole<'_>> = Vec::new();
        for dossier in self.dossiers.values().filter(|dossier| dossier.is_listed_on(day)) {
            // In order of their ids, the sites of an enterprise follow one another.
            let code = dossier.enterprise.code();
            let last = wholes.last_mut().filter(|last| last.main.enterprise.code() == code);
            match last.filter(|_| code.is_some()) {
                Some(whole) => whole.sites.push(dossier),
                None => wholes.push(Whole { main: dossier, sites: vec![dossier] }),
            }
        }
        wholes
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
