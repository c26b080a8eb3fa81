use chrono::NaiveDate as Date;
use fugong_core::Occurred;

use super::{Period, Posting, Seated, Substitution, Tenure, Visit};
use crate::{
    OfficerId, Refusal,
    codes::{Seat, SeatState},
};

/// What the history of the seats says.
impl Posting {
    /// Who holds `seat` at that moment; of a whole day, who held it last on that day.
    pub fn holder_at(&self, seat: Seat, when: Occurred) -> Option<&OfficerId> {
        self.tenure_at(seat, when).map(|tenure| &tenure.officer)
    }

    /// Somebody's time on `seat`, of which that moment is a part.
    pub fn tenure_at(&self, seat: Seat, when: Occurred) -> Option<&Tenure> {
        let holds = |tenure: &&Tenure| tenure.seat == seat && tenure.period.covers(when);
        self.tenures.iter().filter(holds).max_by_key(|tenure| tenure.period.begins())
    }

    /// Who stands in on `seat` at that moment (顶岗).
    pub fn substitute_at(&self, seat: Seat, when: Occurred) -> Option<&OfficerId> {
        let stands_in = |it: &&Substitution| {
            it.seat == seat
                && it.period().covers(when)
                && self.tenures.iter().any(|tenure| {
                    // Who stands in leaves with the one in whose place he stands.
                    tenure.seat == seat
                        && tenure.officer == it.officer
                        && tenure.period.covers(when)
                })
        };
        self.substitutions.iter().rfind(stands_in).map(|it| &it.substitute)
    }

    /// Where `seat` stands at that moment, in a word.
    pub fn seat_state(&self, seat: Seat, when: Occurred) -> SeatState {
        match (self.holder_at(seat, when), self.substitute_at(seat, when)) {
            (_, Some(_)) => SeatState::Substituted,
            (Some(_), None) => SeatState::Held,
            (None, None) => SeatState::Vacant,
        }
    }

    /// Everybody whose duty a seat was at that moment, holders and those who stood in; of a whole
    /// day, at any time of it.
    pub fn on_duty_at(&self, when: Occurred) -> impl Iterator<Item = (Seat, &OfficerId)> {
        let holders = self.tenures.iter().filter(move |tenure| tenure.period.covers(when));
        let substitutes = Seat::ALL
            .iter()
            .filter_map(move |seat| self.substitute_at(*seat, when).map(|who| (*seat, who)));
        holders.map(|tenure| (tenure.seat, &tenure.officer)).chain(substitutes)
    }

    /// Who holds which seat on `day`, or held it last on that day.
    pub fn holders_on(&self, day: Date) -> Vec<(Seat, &OfficerId)> {
        let holder = |seat| Some((seat, self.holder_at(seat, Occurred::On(day))?));
        Seat::ALL.iter().copied().filter_map(holder).collect()
    }

    /// Who sits on `seat` with no end told.
    pub fn sitting(&self, seat: Seat) -> Option<&Tenure> {
        let sits = |tenure: &&Tenure| tenure.seat == seat && tenure.period.until.is_none();
        self.tenures.iter().rfind(sits)
    }

    /// Everybody's time on the seats, in the order of telling.
    pub fn tenures(&self) -> &[Tenure] {
        &self.tenures
    }

    /// Who stood in for whom, in the order of telling.
    pub fn substitutions(&self) -> &[Substitution] {
        &self.substitutions
    }

    /// The visits as they stand after corrections, in the order of telling.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// Whether community, park and production area are linked (三区三联).
    pub fn is_linked(&self) -> bool {
        self.linked
    }

    /// When somebody was last there for `seat`.
    pub fn last_visit(&self, seat: Seat) -> Option<Occurred> {
        let its = self.visits.iter().filter(|visit| visit.seat == seat);
        its.map(|visit| visit.at).max_by_key(|at| Period::since(*at).begins())
    }
}

impl Tenure {
    /// That it does not end before it began; ended at its beginning, it never was.
    pub(super) fn check_after(&self, field: &'static str, at: Occurred) -> Result<(), Refusal> {
        let from = self.period.from;
        if self.period.has_begun(at) {
            return Ok(());
        }
        let problem = format!("before {} took the seat, {from}", self.officer);
        Err(Refusal::OccurredOnInFuture { field, at: at.to_string(), problem })
    }
}

impl Seated {
    /// Whether that is this time on a seat.
    pub(super) fn is(&self, tenure: &Tenure) -> bool {
        tenure.officer == self.officer && tenure.period.from == self.from
    }
}

impl Substitution {
    /// Its time.
    pub fn period(&self) -> Period {
        Period::through(self.from, self.until)
    }

    pub(super) fn is(&self, told: &Seated) -> bool {
        (&self.substitute, self.from) == (&told.officer, told.from)
    }
}

impl Visit {
    pub(super) fn is(&self, seat: Seat, at: Occurred) -> bool {
        self.seat == seat && self.at == at
    }
}
