//! Random histories: what is asked, by whom, of whom, and how it is played.

mod kinds;
mod troubled;

use chrono::{NaiveDate as Date, TimeDelta};
use fugong_core::shanghai_day;
use fugong_domain::{
    Act, Ask, EnterpriseId, OfficerId, Refusal, TaskId, UnitCode,
    codes::{Role, Seat},
    enterprise::Enterprise,
    officer,
    posting::Posting,
    resumption::Resumption,
    seats::seat_owner,
    task::Task,
};
use fugong_fixtures::{
    Desk, by,
    desk::{Supervised, enterprise as fictional},
    sealed,
};
use proptest::prelude::*;

use self::kinds::{KINDS, SCRIPTS};

/// The enterprises that are listed when a history begins, by short name.
pub(crate) const LISTED: [&str; 5] = ["ENT-001", "ENT-004", "ENT-011", "ENT-014", "ENT-015"];
/// What is reported without a code.
pub(crate) const NAMELESS: &str = "p-01890a5d-ac96-774b-bcce-b302099a8057";
/// How many inspections, and how many orders, a history may have.
pub(crate) const CASES: u32 = 6;

/// In a course: go on with the next inspection and the next order.
const NEXT: &str = "next";
/// In a course: go on with the enterprise of which only the code is known.
const BARE: &str = "bare";
/// In a course: go on a week later.
const WEEK: &str = "week";

pub(crate) const COMMISSION: &str = "zhang:eic:commission";
const RULE: &str = "policy:eic:system";
const HEADQUARTERS: &str = "sun:hq:headquarters";

/// Every enterprise of a history: listed, a second site, under a bare code, without a code.
pub(crate) fn enterprises() -> Vec<EnterpriseId> {
    let listed = LISTED.map(|short| EnterpriseId::from(fictional(short).uscc));
    let second = format!("{}~02", listed[1]).parse().unwrap();
    let bare = EnterpriseId::from(fictional("ENT-012").uscc);
    listed.into_iter().chain([second, bare, NAMELESS.parse().unwrap()]).collect()
}

/// One step: what somebody asks, some hours after the step before.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    kind: usize,
    /// Which enterprise.
    at: usize,
    /// Which inspection, order or flag; which seat, which officer.
    n: u32,
    /// How many days before or after today the day of which it speaks lies.
    days: i64,
    /// Whether one who may asks, or just anybody.
    anybody: Option<usize>,
    hours: u16,
}

/// Up to so many steps: single ones, and short courses of one thing that leads to another.
pub(crate) fn history(steps: usize) -> impl Strategy<Value = Vec<Step>> {
    let single = step(0..KINDS.len(), 0..40).prop_map(|step| vec![step]);
    let course = (0..SCRIPTS.len(), step(0..1, 0..90));
    let course = course.prop_map(|(script, first)| course_of(script, &first));
    let parts = prop::collection::vec(prop_oneof![3 => single, 1 => course], 0..steps);
    parts.prop_map(move |parts| {
        let mut all: Vec<Step> = parts.into_iter().flatten().collect();
        all.truncate(steps);
        all
    })
}

/// Each course, three times, at ENT-004, with cases that no history begins with: what is in one of
/// them is sure to be tried.
pub(crate) fn courses() -> Vec<Vec<Step>> {
    let all = (0..SCRIPTS.len()).flat_map(|script| (4..=CASES).map(move |n| (script, n)));
    let step = |n| Step { kind: 0, at: 1, n, days: 0, anybody: None, hours: 20 };
    all.map(|(script, n)| course_of(script, &step(n))).collect()
}

fn course_of(script: usize, first: &Step) -> Vec<Step> {
    let (mut at, mut n, mut hours, mut steps) = (first.at, first.n, first.hours, Vec::new());
    for (name, days) in SCRIPTS[script] {
        match *name {
            NEXT => n = n % CASES + 1,
            WEEK => hours += 7 * 24,
            BARE => at = LISTED.len() + 1,
            name => {
                let kind = KINDS.iter().position(|kind| kind.name == name).unwrap();
                steps.push(Step { kind, at, n, days: *days, anybody: None, hours });
                hours = first.hours;
            }
        }
    }
    steps
}

fn step(kinds: std::ops::Range<usize>, hours: std::ops::Range<u16>) -> impl Strategy<Value = Step> {
    let anybody = prop_oneof![4 => Just(None), 1 => (0..Role::ALL.len()).prop_map(Some)];
    // Most of it happens to ENT-004, so that one thing comes of another.
    let at = prop_oneof![2 => Just(1_usize), 1 => 0..8_usize];
    (kinds, at, 1..=CASES, -6..3_i64, anybody, hours)
        .prop_map(|(kind, at, n, days, anybody, hours)| Step { kind, at, n, days, anybody, hours })
}

/// The desk of a history: some are listed, officers are enrolled, policies do their part. In
/// every second history ENT-004 begins as one that was flagged and has an open order.
pub(crate) fn begin(troubled: bool) -> Supervised {
    let mut desk = Desk::open();
    for short in LISTED {
        desk.list(short);
    }
    for unit in ["500114106", "500114107", "500114004", "500114002", "park-zy", "eic"] {
        for k in 0..3 {
            let (id, unit) = (officer_of(unit, k), unit.parse().unwrap());
            let (name, title, phone, supersedes) = (sealed("某"), None, None, None);
            let enrol = officer::Command::Enrol { name, unit, title, phone, supersedes };
            desk.given(by(RULE).asks(Ask::Officer(id, enrol)));
        }
    }
    let mut supervised = Supervised::over(desk);
    if troubled {
        troubled::flag(&mut supervised);
    }
    supervised
}

/// Every officer who is enrolled when a history begins.
pub(crate) fn officers(desk: &Desk) -> Vec<OfficerId> {
    let enrolled = desk.history().iter().filter(|event| &*event.event_type == "officer-enrolled");
    enrolled.map(|event| event.aggregate_id.parse().unwrap()).collect()
}

/// The `k`-th officer of a unit.
fn officer_of(unit: &str, k: u32) -> OfficerId {
    format!("OFF-{unit}-{}", k % 3).parse().unwrap()
}

/// Plays one step: the name of what was asked, and how many events it made happen.
pub(crate) fn play(desk: &mut Supervised, step: &Step) -> (&'static str, Result<usize, Refusal>) {
    let now = desk.desk.now() + TimeDelta::hours(step.hours.into());
    desk.pass(now);
    let act = act(&desk.desk, step);
    let name = act.ask.name();
    (name, desk.when(act).into_result().map(|events| events.len()))
}

fn act(desk: &Desk, step: &Step) -> Act {
    let kind = &KINDS[step.kind];
    let id = enterprises().swap_remove(step.at);
    let day = shanghai_day(desk.now()) + TimeDelta::days(step.days);
    let about = About { desk, id, n: step.n, day, text: day.to_string() };
    let anybody = step.anybody.and_then(|role| own(desk, &about.id, Role::ALL[role]));
    let who = anybody.unwrap_or_else(|| match kind.who {
        Who::Commission => COMMISSION.to_owned(),
        Who::Admin => "it-01:eic:admin".to_owned(),
        Who::Rule => RULE.to_owned(),
        Who::Headquarters => HEADQUARTERS.to_owned(),
        Who::Firm => own(desk, &about.id, Role::Enterprise).unwrap_or_else(|| RULE.to_owned()),
        Who::SeatsUnit => about.seats_unit(),
        Who::HisUnit => about.his_unit(),
        Who::Inbox => about.inbox(),
    });
    let mut act = by(&who).asks((kind.ask)(&about));
    // A stop order rests on a document; so may any measure.
    if let Ask::Measure(..) = &act.ask {
        act.authority = Some("黔江府发〔2020〕3号".parse().unwrap());
    }
    act
}

/// Somebody in this role for whom `id` is his own unit's, if there can be one.
pub(crate) fn own(desk: &Desk, id: &EnterpriseId, role: Role) -> Option<String> {
    let today = shanghai_day(desk.now());
    // What joined the list is where the listed enterprise is.
    let first: Resumption = desk.read(id);
    let id = first.joined_to().unwrap_or(id);
    let known: Enterprise = desk.read(id);
    let place = known.place_on(today);
    let told: Resumption = desk.read(id);
    let told = told.township().filter(|unit| unit.is_territorial());
    let township = place.map(|place| &place.township).or(told).map(ToString::to_string);
    let unit = match role {
        Role::Enterprise => id.code()?.to_string(),
        // Of an unlisted one that nobody placed, anybody may say that it is his.
        Role::Township | Role::Officer => township.unwrap_or_else(|| "500114106".to_owned()),
        Role::Park if place.is_some() => place?.park.as_ref()?.to_string(),
        Role::Park => "park-zy".to_owned(),
        Role::Emergency => "emb".to_owned(),
        Role::Headquarters => "hq".to_owned(),
        Role::Department => "fin".to_owned(),
        Role::Commission
        | Role::Auditor
        | Role::Reporter
        | Role::Integrator
        | Role::Admin
        | Role::System => "eic".to_owned(),
    };
    Some(format!("somebody:{unit}:{role}"))
}

/// Somebody who may act for a unit.
fn head_of(unit: &str) -> String {
    let role = match unit {
        "eic" => Role::Commission,
        "emb" => Role::Emergency,
        "hq" => Role::Headquarters,
        park if park.starts_with("park-") => Role::Park,
        _ => Role::Township,
    };
    format!("head:{unit}:{role}")
}

/// Something that may be asked, and somebody who may.
struct Kind {
    name: &'static str,
    who: Who,
    ask: fn(&About<'_>) -> Ask,
}

/// Who asks.
#[derive(Clone, Copy)]
enum Who {
    Commission,
    /// Somebody who looks after the system.
    Admin,
    Rule,
    Headquarters,
    /// The enterprise itself.
    Firm,
    /// The unit that fills the seat.
    SeatsUnit,
    /// The unit of the officer to whom a finding about his duty was referred.
    HisUnit,
    /// The unit in whose inbox an open task lies.
    Inbox,
}

/// What a step asks about.
struct About<'a> {
    desk: &'a Desk,
    id: EnterpriseId,
    n: u32,
    day: Date,
    text: String,
}

impl About<'_> {
    /// A seat: of six numbers, two each.
    fn seat(&self) -> Seat {
        Seat::ALL[self.n as usize % 3]
    }

    /// The unit that fills the seat on the day.
    fn seat_owner(&self) -> UnitCode {
        let known: Enterprise = self.desk.read(&self.id);
        let owner = known.place_on(self.day).and_then(|place| seat_owner(self.seat(), place));
        owner.unwrap_or_else(|| "eic".parse().unwrap())
    }

    /// An officer of that unit.
    fn officer(&self, k: u32) -> OfficerId {
        officer_of(self.seat_owner().as_str(), k)
    }

    fn seats_unit(&self) -> String {
        head_of(self.seat_owner().as_str())
    }

    /// The officer to whom the first finding about duty was referred that nobody decided on.
    fn referred(&self) -> Option<(OfficerId, fugong_domain::FindingId)> {
        officers(self.desk).into_iter().find_map(|id| {
            let officer: officer::Officer = self.desk.read(&id);
            let waits = officer.roll()?.duties.iter().find(|(_, duty)| duty.outcome.is_none());
            waits.map(|(finding, _)| (id, finding.clone()))
        })
    }

    fn his_unit(&self) -> String {
        let officer: officer::Officer = match self.referred() {
            Some((id, _)) => self.desk.read(&id),
            None => officer::Officer::Unknown,
        };
        head_of(officer.unit().map_or("eic", UnitCode::as_str))
    }

    /// The n-th task from the last that is open, or that has ended, with its unit.
    fn task(&self, open: bool) -> Option<(TaskId, UnitCode)> {
        let raised = self.desk.history().iter().rev();
        let raised = raised.filter(|event| &*event.event_type == "task-raised");
        let such = raised.filter_map(|event| {
            let task: Task = self.desk.read(&event.aggregate_id);
            let unit = task.errand()?.unit.clone();
            let id = event.aggregate_id.parse().unwrap();
            (task.open().is_some() == open).then_some((id, unit))
        });
        such.take(self.n as usize).last()
    }

    fn inbox(&self) -> String {
        let unit = self.task(true).map(|(_, unit)| unit);
        head_of(unit.as_ref().map_or("eic", UnitCode::as_str))
    }

    /// The event id and the day of the last report of work, if there was one, and whether it said
    /// that work never stopped.
    fn last_report(&self) -> Option<(String, Date, bool)> {
        let its = self.its("resumption");
        let mut told = its.filter_map(|(id, payload)| {
            if let Some(declared) = payload.get("continuous-production-declared") {
                return Some((id, declared["since"].as_str()?.parse().ok()?, true));
            }
            let report = payload.get("resumed").or_else(|| payload.get("corrected"))?;
            Some((id, report["resumed_on"].as_str()?.parse().ok()?, false))
        });
        told.next()
    }

    /// The event id and the moment of the last visit for the seat, if there was one.
    fn last_visit(&self) -> Option<(String, fugong_core::Occurred)> {
        let posting: Posting = self.desk.read(&self.id);
        let last = posting.visits().iter().rfind(|visit| visit.seat == self.seat())?.at;
        let mut told = self.its("posting").filter_map(|(id, payload)| {
            let visit = payload.get("visit-logged")?;
            (visit["at"].as_str()? == last.to_string()).then_some((id, last))
        });
        told.next()
    }

    /// What happened to this aggregate of the enterprise, latest first.
    fn its(&self, kind: &'static str) -> impl Iterator<Item = (String, serde_json::Value)> {
        let id = self.id.to_string();
        let its = self.desk.history().iter().rev();
        its.filter(move |event| &*event.aggregate_type == kind && *event.aggregate_id == *id).map(
            |event| (event.event_id.to_string(), serde_json::from_str(&event.payload).unwrap()),
        )
    }
}
