//! Seats end with what made them due (§二(二)): a move, another size, a closure.
//!
//! 「区经信委对园区外规模以上工业企业」, 「正阳工业园区对园区内全部企业」: when an enterprise leaves
//! the park, or falls below, the unit that no longer owns the seat lets its officer go.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use cqrs_es::Aggregate;
use fugong_core::{
    Failure, Occurred, Policy, Reaction, Recorded, Rows, shanghai_day, start_of_day,
};
use serde::{Deserialize, Serialize};

use super::{Timer, id, intent, known};
use crate::{
    Ask, EnterpriseId, Happened, UnitCode,
    codes::{EnterpriseState, Scale, Seat},
    enterprise::{Dated, Enterprise, Event},
    posting,
    seats::{seat_owner, seats_due},
};

pub(super) const NAME: &str = "seats";

const PLANTS: &str = "plants";

/// The policy of seats.
#[derive(Debug)]
pub(super) struct Seats;

/// What the seats of one enterprise depend on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Plant {
    enterprise: Enterprise,
    industrial: bool,
    scale: Option<Dated<Option<Scale>>>,
    held: BTreeSet<Seat>,
    /// Seats that will be lost, with the day.
    ahead: BTreeSet<(Date, Seat)>,
}

impl Policy for Seats {
    fn name(&self) -> &str {
        NAME
    }

    fn react(&self, rows: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        match Happened::of(event)? {
            Some(Happened::Regime(told)) => {
                known::take_regime(rows, &told)?;
                Ok(Vec::new())
            }
            Some(Happened::Posting(told)) => {
                let key = &*event.aggregate_id;
                let mut plant: Plant = rows.get(PLANTS, key)?.unwrap_or_default();
                plant.take_posting(&told);
                rows.put(PLANTS, key, &plant)?;
                Ok(Vec::new())
            }
            Some(Happened::Enterprise(told)) => changed(rows, event, &told),
            Some(
                Happened::Resumption(_)
                | Happened::Plan(_)
                | Happened::Officer(_)
                | Happened::Inspection(_)
                | Happened::Rectification(_)
                | Happened::Credit(_)
                | Happened::Support(_)
                | Happened::Barrier(_)
                | Happened::Epidemic(_)
                | Happened::Measure(_)
                | Happened::DataSubject(_)
                | Happened::Report(_)
                | Happened::ApiKey(_)
                | Happened::Webhook(_)
                | Happened::Task(_),
            )
            | None => Ok(Vec::new()),
        }
    }
}

/// Lets the enterprise and its sites change, and gives back what they no longer own.
fn changed(rows: &mut Rows, event: &Recorded, told: &Event) -> Result<Vec<Reaction>, Failure> {
    let owner: EnterpriseId = id(&event.aggregate_id)?;
    let before: Plant = rows.get(PLANTS, &event.aggregate_id)?.unwrap_or_default();
    let mut after = before.clone();
    after.enterprise.apply(told.clone());
    if let (Event::Registered { .. } | Event::DetailsCorrected { .. }, Some(entry)) =
        (told, after.enterprise.entry())
    {
        let section = known::section_of(rows, &entry.industry)?;
        after.industrial = section.is_some_and(|(_, industrial)| industrial);
    }
    let whole = owner.whole();
    after.scale = if whole == owner {
        after.enterprise.entry().map(|entry| entry.scale.clone())
    } else {
        rows.get::<Plant>(PLANTS, &whole.to_string())?.and_then(|whole| whole.scale)
    };
    let mut reactions = compare(&owner, event, &before, &mut after)?;
    rows.put(PLANTS, owner.to_string(), &after)?;
    if whole == owner && owner.code().is_some() {
        for (key, before) in rows.range::<Plant>(PLANTS, &format!("{owner}~"))? {
            let mut site = Plant { scale: after.scale.clone(), ..before.clone() };
            if after.enterprise.state() == EnterpriseState::Closed {
                site.enterprise = Enterprise::default();
            }
            reactions.extend(compare(&id(&key)?, event, &before, &mut site)?);
            rows.put(PLANTS, key, &site)?;
        }
    }
    Ok(reactions)
}

/// What a plant owned before and does not own after: now, and on days to come.
fn compare(
    owner: &EnterpriseId,
    event: &Recorded,
    before: &Plant,
    after: &mut Plant,
) -> Result<Vec<Reaction>, Failure> {
    let today = shanghai_day(event.recorded_at);
    let mut reactions = Vec::new();
    let lost = lost(&before.owned(today), &after.owned(today));
    for seat in lost.intersection(&after.held) {
        let at = Occurred::At(event.recorded_at);
        reactions.push(Reaction::Do(intent(NAME, withdraw(owner, *seat, at, after.rule()))?));
    }
    let ahead = after.lost_ahead(today);
    for (day, seat) in after.ahead.difference(&ahead) {
        reactions.push(Reaction::Forget { key: timer(owner, *day, *seat) });
    }
    for (day, seat) in ahead.difference(&after.ahead) {
        let ask = withdraw(owner, *seat, Occurred::On(*day), after.rule());
        reactions.push(Timer::SeatPasses.at(timer(owner, *day, *seat), start_of_day(*day), ask)?);
    }
    after.ahead = ahead;
    Ok(reactions)
}

impl Plant {
    fn take_posting(&mut self, told: &posting::Event) {
        use posting::Event as E;
        match told {
            E::OfficerAssigned { seat, .. } | E::Transferred { seat, .. } => {
                self.held.insert(*seat);
            }
            E::Withdrawn { seat, .. } => {
                self.held.remove(seat);
            }
            E::Substituted { .. }
            | E::SubstitutionEnded { .. }
            | E::VisitLogged { .. }
            | E::ZonesLinked { .. }
            | E::HandoverLogged { .. } => {}
        }
    }

    /// The seats on `day`, with the unit whose each is, and whether it is required; none of what
    /// has closed.
    fn owned(&self, day: Date) -> BTreeMap<Seat, Owned> {
        let here =
            matches!(self.enterprise.state(), EnterpriseState::Listed | EnterpriseState::Closing);
        let Some(place) = self.enterprise.place_on(day).filter(|_| here) else {
            return BTreeMap::new();
        };
        let scale = self.scale.as_ref().and_then(|scale| *scale.on(day));
        let due = seats_due(self.industrial, place.park.as_ref(), scale);
        let owned = |seat: &Seat| {
            let (unit, due) = (seat_owner(*seat, place)?, due.contains(seat));
            Some((*seat, Owned { unit, due }))
        };
        Seat::ALL.iter().filter_map(owned).collect()
    }

    /// The seats that pass to another unit or to none after `today`, with the day.
    fn lost_ahead(&self, today: Date) -> BTreeSet<(Date, Seat)> {
        let Some(entry) = self.enterprise.entry() else { return BTreeSet::new() };
        let days = entry.place.changes().chain(self.scale.iter().flat_map(Dated::changes));
        let ahead: BTreeSet<Date> = days.filter(|day| today < *day).collect();
        let losses = ahead.into_iter().flat_map(|day| {
            let eve = day.pred_opt().unwrap_or(day);
            lost(&self.owned(eve), &self.owned(day)).into_iter().map(move |seat| (day, seat))
        });
        losses.collect()
    }

    /// Why a seat is given back, in a word.
    fn rule(&self) -> &'static str {
        match self.enterprise.state() {
            EnterpriseState::Listed | EnterpriseState::Closing => "seat_passed_on",
            EnterpriseState::Closed | EnterpriseState::Unlisted => "enterprise_closed",
        }
    }
}

/// Whose a seat is.
struct Owned {
    unit: UnitCode,
    due: bool,
}

/// The seats whose unit has changed or is gone, and those that are required no longer. One that
/// was filled without being required stays filled as long as it is the same unit's.
fn lost(before: &BTreeMap<Seat, Owned>, after: &BTreeMap<Seat, Owned>) -> BTreeSet<Seat> {
    let gone = before.iter().filter(|(seat, then)| {
        after.get(seat).is_none_or(|now| now.unit != then.unit || (then.due && !now.due))
    });
    gone.map(|(seat, _)| *seat).collect()
}

fn withdraw(owner: &EnterpriseId, seat: Seat, at: Occurred, rule: &str) -> Ask {
    let command = posting::Command::Withdraw {
        seat,
        at,
        reason: None,
        rule: Some(rule.to_owned()),
        advisories: Vec::new(),
    };
    Ask::Posting(owner.clone(), command)
}

fn timer(owner: &EnterpriseId, day: Date, seat: Seat) -> String {
    format!("{owner}/{seat}/{day}")
}
