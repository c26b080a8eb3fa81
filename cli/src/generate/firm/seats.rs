//! The officers (驻厂员) of an invented enterprise.

use serde_json::json;

use super::{EIC, Firm, PARK};
use crate::generate::district::Day;

/// Who sits on its seats.
#[derive(Debug, Default)]
pub(super) struct Seated {
    held: Vec<Tenure>,
    /// How many officers it has had.
    known: u32,
    /// Until which day somebody stands in for the first of them.
    stood_in_until: Option<u32>,
}

/// An officer on a seat.
#[derive(Debug)]
struct Tenure {
    seat: &'static str,
    unit: &'static str,
    officer: String,
    /// Since which day.
    since: u32,
}

impl Firm {
    /// The seats that are due: who posts somebody there, and for which unit.
    fn seats_due(&self) -> Vec<(&'static str, &'static str)> {
        let second = match (self.in_park, self.above) {
            (true, _) => Some(("park", "park-zy")),
            (false, true) => Some(("eic", "eic")),
            (false, false) => None,
        };
        [("township", self.township)].into_iter().chain(second).collect()
    }

    /// The first of its officers, as one who acts.
    pub(super) fn first_officer(&self) -> Option<String> {
        let first = self.seats.held.first()?;
        Some(format!("{}:{}:officer", first.officer, first.unit))
    }

    /// Officers whose unit no longer owns the seat have left with the move or the new size.
    pub(super) fn release_seats(&mut self) {
        let due = self.seats_due();
        self.seats.held.retain(|it| due.contains(&(it.seat, it.unit)));
    }

    /// Everybody has left with the enterprise.
    pub(super) fn vacate_seats(&mut self) {
        self.seats.held.clear();
    }

    fn enrol(&mut self, day: &mut Day<'_>, seat: &str, unit: &str) -> String {
        self.seats.known = self.seats.known.saturating_add(1);
        let (number, n) = (self.number, self.seats.known);
        let officer = format!("OFF-{number:06}-{n}");
        let name = format!("虚构驻厂员{number:06}{seat}{n}");
        let enrolled = json!({"id": officer, "name": name, "unit": unit});
        day.act(EIC, "/v1/officers".to_owned(), &enrolled);
        officer
    }

    pub(super) fn fill_seat(&mut self, day: &mut Day<'_>) {
        let taken = |(seat, _): &(&str, &str)| self.seats.held.iter().any(|it| it.seat == *seat);
        let free = self.seats_due().into_iter().find(|due| !taken(due));
        let Some((seat, unit)) = free.filter(|_| self.moving.is_none()) else { return };
        let officer = self.enrol(day, seat, unit);
        let posted = json!({"seat": seat, "unit": unit, "officer": officer, "from": day.date});
        day.act(&poster(seat, unit), self.path("postings"), &posted);
        self.seats.held.push(Tenure { seat, unit, officer, since: day.number });
    }

    /// Its first officer comes.
    pub(super) fn visit(&self, day: &mut Day<'_>) {
        let Some((first, by)) = self.seats.held.first().zip(self.first_officer()) else { return };
        let body = json!({"seat": first.seat, "at": day.now(), "items": ["P3", "P4"]});
        day.act(&by, self.path("visits"), &body);
    }

    /// The first of its officers hands over, is stood in for, or leaves without a successor.
    pub(super) fn change_officers(&mut self, day: &mut Day<'_>) {
        let settled = self.seats.held.first().filter(|it| it.since < day.number);
        let Some((seat, unit)) = settled.map(|it| (it.seat, it.unit)) else { return };
        let path = |what: &str| self.path(&format!("postings/{seat}/{what}"));
        let by = poster(seat, unit);
        match day.dice.roll(5) {
            0..2 => {
                let path = path("transfers");
                let officer = self.enrol(day, seat, unit);
                day.act(&by, path, &json!({"officer": officer, "effective_at": day.date}));
                if let Some(first) = self.seats.held.first_mut() {
                    (first.officer, first.since) = (officer, day.number);
                }
            }
            2..4 if self.seats.stood_in_until < Some(day.number) => {
                let path = path("substitutions");
                let days = day.dice.between(1, 4);
                let officer = self.enrol(day, seat, unit);
                let body = json!({"officer": officer, "from": day.date, "until": day.ahead(days)});
                day.act(&by, path, &body);
                self.seats.stood_in_until = Some(day.number.saturating_add(days));
            }
            2..4 => {}
            _ => {
                day.act(&by, path("withdrawals"), &json!({"reason": "调回原单位。"}));
                self.seats.held.remove(0);
            }
        }
    }
}

/// Who fills a seat.
fn poster(seat: &str, unit: &str) -> String {
    match seat {
        "park" => PARK.to_owned(),
        "eic" => EIC.to_owned(),
        _ => format!("clerk:{unit}:township"),
    }
}
