//! Posting (驻厂): who sits on which seat of an enterprise, since when (§二(二)二).
//!
//! 「落实“双驻厂员”监管制度」: two seats, two persons, each held without overlap and passed on
//! without a gap. Who held a seat at some moment is asked of the history, so what is found about a
//! day attaches to whoever sat there on that day. A vacant seat stops nobody from working (§四).

mod command;
mod event;
mod history;
mod period;

pub use command::Command;
pub use event::{Event, Seated};
pub use period::Period;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::Occurred;
use serde::{Deserialize, Serialize};

use crate::{OfficerId, Refusal, UnitCode, codes::Seat};

/// The seats of one enterprise, or of one of its sites: all that was told of them, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    tenures: Vec<Tenure>,
    substitutions: Vec<Substitution>,
    visits: Vec<Visit>,
    /// 三区三联: whether community, park and production area are linked.
    #[serde(default)]
    linked: bool,
}

/// Somebody's time on a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// Which seat.
    pub seat: Seat,
    /// Who.
    pub officer: OfficerId,
    /// The unit that fills the seat.
    pub unit: UnitCode,
    /// From when, and until when if it ended.
    pub period: Period,
}

/// 顶岗: somebody's time in another's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitution {
    /// Which seat.
    pub seat: Seat,
    /// Whose it is.
    pub officer: OfficerId,
    /// Who stands in.
    pub substitute: OfficerId,
    /// From when.
    pub from: Occurred,
    /// Until when, that day included.
    pub until: Occurred,
    /// Whether its end was told.
    pub ended: bool,
}

/// One visit, as it stands after corrections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Which seat.
    pub seat: Seat,
    /// Who was there.
    pub officer: OfficerId,
    /// When.
    pub at: Occurred,
}

impl Posting {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::AssignOfficer { .. } => self.assign(command),
            Command::Transfer { .. } => self.transfer(command),
            Command::Substitute { .. } => self.substitute(command),
            Command::EndSubstitution { seat, today } => Ok(self.end_substitution(seat, today)),
            Command::Withdraw { seat, at, reason, rule, advisories } => {
                let Some(tenure) = self.sitting(seat) else {
                    // A rule meets what a person did first, and leaves it.
                    return if rule.is_some() { Ok(Vec::new()) } else { Err(vacant(seat)) };
                };
                tenure.check_after("occurred_at", at)?;
                let officer = tenure.officer.clone();
                Ok(vec![Event::Withdrawn { seat, officer, at, reason, rule, advisories }])
            }
            Command::LogVisit { seat, at, items, notes, supersedes, was, visitor } => {
                let officer = self.visitor(seat, at, visitor.as_ref())?.clone();
                if let Some(id) = &supersedes
                    && !was.is_some_and(|was| self.visits.iter().any(|visit| visit.is(seat, was)))
                {
                    return Err(Refusal::NotFound { what: "visit", id: id.clone() });
                }
                Ok(vec![Event::VisitLogged { seat, officer, at, items, notes, supersedes, was }])
            }
            Command::LinkZones { community, park, site, measures } => {
                if community.trim().is_empty() {
                    let problem = "say which community".to_owned();
                    return Err(Refusal::InvalidField {
                        pointer: "/community".to_owned(),
                        problem,
                    });
                }
                if measures.is_empty() {
                    let problem = "say at least one thing that is done together".to_owned();
                    return Err(Refusal::InvalidField { pointer: "/measures".to_owned(), problem });
                }
                Ok(vec![Event::ZonesLinked { community, park, site, measures }])
            }
            Command::LogHandover { at, from, to, workers, notes } => {
                Ok(vec![Event::HandoverLogged { at, from, to, workers, notes }])
            }
        }
    }

    fn assign(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::AssignOfficer {
            seat,
            unit,
            officer,
            from,
            concurrent_reason,
            supersedes,
            was,
            advisories,
        } = command
        else {
            return Ok(Vec::new());
        };
        let period = Period::since(from);
        let corrected = match &supersedes {
            Some(id) => Some(self.corrected(seat, was.as_ref(), id)?),
            None => None,
        };
        let taken = |tenure: &&Tenure| {
            tenure.seat == seat
                && tenure.period.overlaps(&period)
                && corrected.is_none_or(|corrected| corrected != *tenure)
        };
        let same = |tenure: &Tenure| tenure.officer == officer && tenure.period == period;
        if corrected.is_some_and(same) {
            return Ok(Vec::new());
        }
        match self.tenures.iter().find(taken) {
            Some(held) if same(held) => Ok(Vec::new()),
            Some(held) => Err(Refusal::SeatOccupied { seat, officer: held.officer.to_string() }),
            None => {
                self.check_other_seats(seat, &officer, &period)?;
                Ok(vec![Event::OfficerAssigned {
                    seat,
                    unit,
                    officer,
                    from,
                    concurrent_reason,
                    supersedes,
                    was,
                    advisories,
                }])
            }
        }
    }

    /// The time on a seat that an act puts right: only one that still runs, since what followed
    /// an end rests on it.
    fn corrected(
        &self,
        seat: Seat,
        was: Option<&Seated>,
        supersedes: &str,
    ) -> Result<&Tenure, Refusal> {
        let its = |tenure: &&Tenure| was.is_some_and(|was| was.is(tenure));
        let what = "posting to this seat that still runs";
        let id = supersedes.to_owned();
        self.sitting(seat).filter(its).ok_or(Refusal::NotFound { what, id })
    }

    fn transfer(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::Transfer { seat, to, effective_at, concurrent_reason, unit } = command else {
            return Ok(Vec::new());
        };
        let tenure = self.sitting(seat).ok_or_else(|| vacant(seat))?;
        if tenure.officer == to {
            return Ok(Vec::new());
        }
        tenure.check_after("effective_at", effective_at)?;
        self.check_other_seats(seat, &to, &Period::since(effective_at))?;
        Ok(vec![Event::Transferred {
            seat,
            unit: unit.unwrap_or_else(|| tenure.unit.clone()),
            officer: tenure.officer.clone(),
            to,
            effective_at,
            concurrent_reason,
        }])
    }

    fn substitute(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::Substitute { seat, substitute, from, until, supersedes, was } = command else {
            return Ok(Vec::new());
        };
        let period = Period::through(from, until);
        if period.is_empty() {
            let problem = format!("it ends before it begins, on {from}");
            return Err(Refusal::InvalidField { pointer: "/until".to_owned(), problem });
        }
        let officer = self.holder_at(seat, from).ok_or_else(|| vacant(seat))?.clone();
        if officer == substitute {
            return Err(Refusal::SeatSameOfficer { officer: officer.to_string(), seat });
        }
        self.check_other_seats(seat, &substitute, &period)?;
        let corrected = match &supersedes {
            Some(id) => Some(self.mistaken(seat, was.as_ref(), id)?),
            None => None,
        };
        let same = |it: &Substitution| {
            (&it.officer, &it.substitute, it.period()) == (&officer, &substitute, period)
        };
        if corrected.is_some_and(same) {
            return Ok(Vec::new());
        }
        let taken = |other: &&Substitution| {
            other.seat == seat
                && other.period().overlaps(&period)
                && corrected.is_none_or(|corrected| corrected != *other)
        };
        match self.substitutions.iter().find(taken) {
            Some(other) if same(other) => Ok(Vec::new()),
            Some(other) => {
                Err(Refusal::SeatOccupied { seat, officer: other.substitute.to_string() })
            }
            None => Ok(vec![Event::Substituted {
                seat,
                officer,
                substitute,
                from,
                until,
                supersedes,
                was,
            }]),
        }
    }

    /// The substitution that an act puts right, running or over: nothing rests on it.
    fn mistaken(
        &self,
        seat: Seat,
        was: Option<&Seated>,
        supersedes: &str,
    ) -> Result<&Substitution, Refusal> {
        let its = |it: &&Substitution| it.seat == seat && was.is_some_and(|was| it.is(was));
        let (what, id) = ("substitution on this seat", supersedes.to_owned());
        self.substitutions.iter().rfind(its).ok_or(Refusal::NotFound { what, id })
    }

    /// The clock may knock more than once, and early; only the first knock after the last day
    /// counts. Whoever left before, with the one in whose place he stood, has nothing to end.
    fn end_substitution(&self, seat: Seat, today: Date) -> Vec<Event> {
        let stayed = |it: &Substitution| self.substitute_at(seat, it.until) == Some(&it.substitute);
        let over = |it: &&Substitution| {
            it.seat == seat && !it.ended && it.until.day() < today && stayed(it)
        };
        let ended = self.substitutions.iter().filter(over);
        ended
            .map(|it| Event::SubstitutionEnded { seat, substitute: it.substitute.clone() })
            .collect()
    }

    /// 双驻厂员: the two seats, and the places of those away, are different persons'.
    fn check_other_seats(
        &self,
        seat: Seat,
        officer: &OfficerId,
        period: &Period,
    ) -> Result<(), Refusal> {
        let tenures = self.tenures.iter().map(|it| (it.seat, &it.officer, it.period));
        let substitutions =
            self.substitutions.iter().map(|it| (it.seat, &it.substitute, it.period()));
        let other = tenures
            .chain(substitutions)
            .find(|(held, by, when)| *held != seat && *by == officer && when.overlaps(period));
        match other {
            Some((seat, ..)) => {
                Err(Refusal::SeatSameOfficer { officer: officer.to_string(), seat })
            }
            None => Ok(()),
        }
    }

    /// Who was there: the officer who says so of himself, if the seat was his to look after; of
    /// what anybody else reports, the one who stood in, else the holder.
    fn visitor(
        &self,
        seat: Seat,
        at: Occurred,
        claimed: Option<&OfficerId>,
    ) -> Result<&OfficerId, Refusal> {
        let in_charge = [self.substitute_at(seat, at), self.holder_at(seat, at)];
        let mut in_charge = in_charge.into_iter().flatten();
        let found = match claimed {
            Some(claimed) => in_charge.find(|officer| *officer == claimed),
            None => in_charge.next(),
        };
        found.ok_or_else(|| vacant(seat))
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(&mut self, event: Event) {
        match event {
            Event::OfficerAssigned { seat, unit, officer, from, was, .. } => {
                // Ended as it began, it never was.
                if let Some(Seated { from, .. }) = was {
                    self.leave(seat, from);
                }
                let period = Period::since(from);
                self.tenures.push(Tenure { seat, officer, unit, period });
            }
            Event::Transferred { seat, unit, officer: _, to, effective_at, .. } => {
                self.leave(seat, effective_at);
                let period = Period::since(effective_at);
                self.tenures.push(Tenure { seat, officer: to, unit, period });
            }
            Event::Substituted { seat, officer, substitute, from, until, was, .. } => {
                if let Some(was) = was
                    && let Some(old) =
                        self.substitutions.iter().rposition(|it| it.seat == seat && it.is(&was))
                {
                    self.substitutions.remove(old);
                }
                let ended = false;
                let told = Substitution { seat, officer, substitute, from, until, ended };
                self.substitutions.push(told);
            }
            Event::SubstitutionEnded { seat, substitute } => {
                let its = |it: &&mut Substitution| {
                    it.seat == seat && it.substitute == substitute && !it.ended
                };
                // He may stand in again later: what is over is what was to end first.
                let open = self.substitutions.iter_mut().filter(its);
                if let Some(ended) = open.min_by_key(|it| it.until.day()) {
                    ended.ended = true;
                }
            }
            Event::Withdrawn { seat, at, .. } => self.leave(seat, at),
            Event::ZonesLinked { .. } => self.linked = true,
            Event::HandoverLogged { .. } => {}
            Event::VisitLogged { seat, officer, at, was, .. } => {
                if let Some(was) = was
                    && let Some(old) = self.visits.iter().rposition(|visit| visit.is(seat, was))
                {
                    self.visits.remove(old);
                }
                self.visits.push(Visit { seat, officer, at });
            }
        }
    }

    fn leave(&mut self, seat: Seat, at: Occurred) {
        let open = |tenure: &&mut Tenure| tenure.seat == seat && tenure.period.until.is_none();
        if let Some(tenure) = self.tenures.iter_mut().rfind(open) {
            tenure.period.until = Some(at);
        }
    }
}

impl Aggregate for Posting {
    const TYPE: &'static str = "posting";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        self.evolve(event);
    }
}

pub(crate) fn vacant(seat: Seat) -> Refusal {
    Refusal::NoPostingAtDate { seat: seat.to_string() }
}
