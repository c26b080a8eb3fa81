//! 「落实“双驻厂员”监管制度」 (§二(二)): seats are filled, plants are visited, duty is looked at.

use chrono::NaiveDate as Date;

use super::{Context, Row, View, Wanted, later};
use crate::{
    OfficerId, UnitCode,
    codes::Seat,
    seats::{seat_owner, seats_due},
};

/// A seat that is due and vacant, to the unit that fills it.
pub(super) const FILL_SEAT: Row =
    Row { kind: "fill-seat", wanted: fill_seat, fulfilled_by: &["posting-officer-assigned"] };

/// Once it works, the officers go there by the next day.
pub(super) const FIRST_VISIT: Row =
    Row { kind: "first-visit", wanted: first_visit, fulfilled_by: &["posting-visit-logged"] };

/// 「建立“三区三联机制”」: it works, and community, park and production area are not linked.
pub(super) const LINK_ZONES: Row = Row {
    kind: "link-zones",
    wanted: |view, context| {
        let works = view.is_listed() && view.production_on(context.today).is_some();
        let open = works && !view.linked;
        let place = view.enterprise.place_on(context.today).filter(|_| open);
        let to = |unit: &UnitCode| Wanted::of("link-zones", unit.clone(), context);
        Vec::from_iter(place.map(|place| to(&place.township)))
    },
    fulfilled_by: &["posting-zones-linked"],
};

/// Nobody was there for too long: the commission looks at the officer's duty.
pub(super) const DUTY_CHECK: Row =
    Row { kind: "duty-check", wanted: duty_check, fulfilled_by: &["inspection-closed"] };

/// A finding about an officer's duty is his unit's to decide, never the enterprise's.
pub(super) const DECIDE_DUTY: Row = Row {
    kind: "decide-duty",
    wanted: |view, context| {
        let referred = view.referrals.iter();
        referred
            .map(|(finding, unit)| Wanted::of("decide-duty", unit.clone(), context).about(finding))
            .collect()
    },
    fulfilled_by: &["officer-duty-outcome-recorded"],
};

fn fill_seat(view: &View, context: &Context<'_>) -> Vec<Wanted> {
    let due = owned_seats(view, context.today).into_iter();
    due.filter(|(seat, _)| !view.seats.contains_key(seat))
        .map(|(seat, unit)| Wanted::of("fill-seat", unit, context).about(&seat))
        .collect()
}

fn first_visit(view: &View, context: &Context<'_>) -> Vec<Wanted> {
    let Some(production) = view.production_on(context.today) else { return Vec::new() };
    let due = later(production.known_on, context.numbers.first_visit_days);
    let seats = owned_seats(view, context.today).into_iter();
    seats
        .filter(|(seat, _)| view.visits.get(seat).is_none_or(|visit| *visit < production.since))
        .map(|(seat, unit)| {
            let holder = view.seats.get(&seat).map(|holder| &holder.officer);
            Wanted::of("first-visit", unit, context).about(&seat).for_officer(holder).by(due)
        })
        .collect()
}

fn duty_check(view: &View, context: &Context<'_>) -> Vec<Wanted> {
    let Some(production) = view.production_on(context.today) else { return Vec::new() };
    let days = context.numbers.no_visit_days;
    let held = view.seats.iter();
    held.map(|(seat, holder)| {
        let seen = [view.visits.get(seat).copied(), view.duty_checked_on];
        let last = seen.into_iter().flatten().chain([production.known_on, holder.since]).max();
        let from = later(later(last.unwrap_or(context.today), days), 1).max(context.today);
        Wanted::of("duty-check", context.numbers.commission.clone(), context)
            .about(seat)
            .starting(from)
    })
    .collect()
}

/// The seats due on `day`, with the unit that fills each.
pub(super) fn owned_seats(view: &View, day: Date) -> Vec<(Seat, UnitCode)> {
    if !view.is_listed() {
        return Vec::new();
    }
    let Some(place) = view.enterprise.place_on(day) else { return Vec::new() };
    let industrial = view.trade.as_ref().is_some_and(|trade| trade.industrial);
    let due = seats_due(industrial, place.park.as_ref(), view.scale_on(day)).iter();
    due.filter_map(|seat| Some((*seat, seat_owner(*seat, place)?))).collect()
}

/// One officer is enough: the first whose seat is due, the park's before the township's. Where no
/// seat is, the unit of the place.
pub(super) fn in_charge<'a>(
    view: &'a View,
    context: &Context<'_>,
) -> (UnitCode, Option<&'a OfficerId>) {
    let seats = owned_seats(view, context.today);
    let held = seats.iter().rev().find(|(seat, _)| view.seats.contains_key(seat));
    let Some((seat, unit)) = held.or(seats.last()) else {
        return (context.territorial_unit(view), None);
    };
    (unit.clone(), view.seats.get(seat).map(|holder| &holder.officer))
}
