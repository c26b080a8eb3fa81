//! One invented enterprise, and what it and its officers do from day to day.

mod case;
mod difficulty;
mod obstacle;
mod seats;
mod standing;

use fugong_domain::CreditCode;
use serde_json::{Value, json};

use super::district::{Day, Dice};
use case::Case;
use difficulty::Difficulty;
use obstacle::{Barrier, Incident};
use seats::Seated;

/// Townships of the district in which invented enterprises lie, the park's own first.
pub(super) const TOWNSHIPS: &[&str] =
    &["500114004", "500114001", "500114002", "500114003", "500114005", "500114106", "500114112"];
/// Industries that invented enterprises follow.
const INDUSTRIES: &[&str] = &["0610", "1011", "1353", "17", "22", "27", "30", "34", "39", "4413"];
const EIC: &str = "clerk:eic:commission";
/// 区防控指挥部.
pub(super) const HEADQUARTERS: &str = "clerk:hq:headquarters";
const PARK: &str = "clerk:park-zy:park";

/// An enterprise with a code that nobody holds.
#[derive(Debug)]
pub(super) struct Firm {
    number: u32,
    uscc: CreditCode,
    listing: Listing,
    township: &'static str,
    in_park: bool,
    above: bool,
    /// The day from which it has this size.
    sized_on: u32,
    industry: &'static str,
    staff: u32,
    plan: Plan,
    seats: Seated,
    production: Production,
    /// Whether it is left out of the base until somebody takes it back.
    excluded: bool,
    /// Where it moves, and on which day.
    moving: Option<(u32, &'static str, bool)>,
    case: Case,
    difficulty: Difficulty,
    barrier: Barrier,
    incident: Incident,
}

/// How it stands in the list.
#[derive(Debug, Clone, Copy)]
enum Listing {
    /// It is listed on this day, after it was heard of.
    From(u32),
    Listed,
    /// Its closure was confirmed; on this day it is listed under the same code again.
    ClosedUntil(u32),
}

/// How far its prevention plan is.
#[derive(Debug, Clone, Copy)]
enum Plan {
    Missing,
    Drafted,
    InPlace,
}

/// Whether it works.
#[derive(Debug)]
enum Production {
    /// Since this day.
    Stopped(u32),
    /// Since this day, as this act says.
    Resumed(u32, String),
    /// As it said when it was asked, or as another report said.
    Working,
}

impl Firm {
    /// Its code's organisation part begins with 8: the block of invented ones.
    pub(super) fn invented(dice: &mut Dice, number: u32) -> Option<Self> {
        let stem = format!("91500114{:09}", 800_000_000_u32.checked_add(number)?);
        let township = dice.pick(TOWNSHIPS);
        Some(Self {
            number,
            uscc: CreditCode::from_stem(&stem).ok()?,
            listing: Listing::From(if dice.roll(8) == 0 { dice.between(3, 8) } else { 0 }),
            township,
            in_park: Some(&township) == TOWNSHIPS.first(),
            above: dice.roll(4) == 0,
            sized_on: 0,
            industry: dice.pick(INDUSTRIES),
            staff: dice.between(8, 600),
            plan: Plan::Missing,
            seats: Seated::default(),
            production: Production::Stopped(0),
            excluded: false,
            moving: None,
            case: Case::None,
            difficulty: Difficulty::None,
            barrier: Barrier::None,
            incident: Incident::None,
        })
    }

    /// What happens on a day: it comes into the list, and lives on from the next.
    pub(super) fn live(&mut self, day: &mut Day<'_>) {
        match self.listing {
            Listing::From(on) | Listing::ClosedUntil(on) if on <= day.number => {
                return self.list(day);
            }
            Listing::From(on) => return self.be_heard_of(day, on),
            Listing::ClosedUntil(_) => return,
            Listing::Listed => {}
        }
        self.arrive(day);
        self.carry_on(day);
        self.be_helped(day);
        self.be_hindered(day);
        self.fall_ill(day);
        self.report_daily(day);
        match day.dice.roll(100) {
            0..8 => self.mind_plan(day),
            8..20 => self.fill_seat(day),
            20..45 if !self.works() => self.resume(day),
            20..50 if self.works() => self.visit(day),
            50..53 if self.works() => self.suspend(day),
            53..57 => self.inspect(day),
            57..59 if !self.works() => self.say_it_never_stopped(day),
            59..61 => self.put_right(day),
            61..72 => self.change_officers(day),
            72..80 => self.change_standing(day),
            _ => {}
        }
    }

    pub(super) fn code(&self) -> CreditCode {
        self.uscc
    }

    pub(super) fn is_listed(&self) -> bool {
        matches!(self.listing, Listing::Listed)
    }

    /// What was reported of a workshop is its own.
    pub(super) fn take_over(&mut self, day: &mut Day<'_>, report: &str) {
        let body = json!({"provisional_id": format!("{{{report}}}")});
        day.act(EIC, self.path("listings"), &body);
        self.production = Production::Working;
    }

    fn path(&self, below: &str) -> String {
        format!("/v1/enterprises/{}/{below}", self.uscc)
    }

    fn own(&self) -> String {
        format!("firm-{}:{}:enterprise", self.number, self.uscc)
    }

    fn name(&self) -> String {
        format!("示例企业{:06}（虚构）", self.number)
    }

    fn works(&self) -> bool {
        match self.production {
            Production::Stopped(_) => false,
            Production::Resumed(..) | Production::Working => true,
        }
    }

    fn list(&mut self, day: &mut Day<'_>) {
        self.listing = Listing::Listed;
        self.sized_on = day.number;
        let mut body = json!({
            "uscc": self.uscc, "name": self.name(), "industry_code": self.industry,
            "township_code": self.township, "above_scale": self.above,
        });
        if let (true, Some(members)) = (self.in_park, body.as_object_mut()) {
            members.insert("park_id".to_owned(), "park-zy".into());
        }
        day.act(EIC, "/v1/enterprises".to_owned(), &body);
    }

    /// It reports that it works before anybody has listed it.
    fn be_heard_of(&mut self, day: &mut Day<'_>, listed_on: u32) {
        if listed_on.saturating_sub(day.number) == 2 {
            let body = json!({
                "resumed_on": day.date, "name": self.name(), "township_code": self.township,
            });
            let report = day.act(&self.own(), self.path("resumptions"), &body);
            self.production = Production::Resumed(day.number, report);
        }
    }

    /// First it writes its plan, then puts it in place, then revises it now and then.
    fn mind_plan(&mut self, day: &mut Day<'_>) {
        let number = day.number;
        let (path, body, next) = match self.plan {
            Plan::Missing => ("plans", plan(number), Plan::Drafted),
            Plan::Drafted => ("plans/placements", json!({}), Plan::InPlace),
            Plan::InPlace => ("plans/revisions", plan(number), Plan::Drafted),
        };
        self.plan = next;
        day.act(&self.own(), self.path(path), &body);
    }

    fn resume(&mut self, day: &mut Day<'_>) {
        let on_post = day.dice.roll(self.staff);
        let body = json!({"resumed_on": day.date, "on_post": on_post});
        let report = day.act(&self.own(), self.path("resumptions"), &body);
        self.production = Production::Resumed(day.number, report);
    }

    /// 持续在产: what it says when asked why it never reported.
    fn say_it_never_stopped(&mut self, day: &mut Day<'_>) {
        if matches!(self.production, Production::Stopped(0)) {
            let body = json!({"since": day.ago(20)});
            day.act(&self.own(), self.path("continuous-production"), &body);
            self.production = Production::Working;
        }
    }

    /// It gave the wrong day: it began the day before.
    fn put_right(&mut self, day: &mut Day<'_>) {
        let Production::Resumed(since, report) = &self.production else { return };
        if since.saturating_add(3) < day.number {
            return;
        }
        let resumed_on = day.ago(day.number.saturating_sub(*since).saturating_add(1));
        let body = json!({"resumed_on": resumed_on, "supersedes": format!("{{{report}}}")});
        let report = day.act(&self.own(), self.path("resumptions"), &body);
        // What was put right once stays as it is.
        self.production = Production::Resumed(0, report);
    }

    fn suspend(&mut self, day: &mut Day<'_>) {
        self.production = Production::Stopped(day.number);
        let body = json!({"from": day.date, "reason": "market"});
        day.act(&self.own(), self.path("suspensions"), &body);
    }

    /// 日报: most of those that work send one.
    fn report_daily(&self, day: &mut Day<'_>) {
        if !self.works() || day.dice.roll(5) == 0 {
            return;
        }
        let on_post = day.dice.roll(self.staff.saturating_add(1));
        let outside = day.dice.roll(on_post.div_euclid(8).saturating_add(1));
        let body = json!({
            "date": day.date, "staff": self.staff, "on_post": on_post, "from_outside": outside,
            "from_hubei": day.dice.roll(outside.div_euclid(4).saturating_add(1)),
            "in_observation": day.dice.roll(outside.saturating_add(1)),
            "fever": u32::from(day.dice.roll(400) == 0), "masks_days": day.dice.roll(15),
            "capacity_pct": day.dice.roll(101),
            "power_kwh": u64::from(on_post).saturating_mul(40),
        });
        day.act(&self.own(), self.path("daily-reports"), &body);
    }
}

fn plan(day: u32) -> Value {
    json!({
        "sections": {"P1": "成立专班。", "P2": "逐人排查。", "P3": format!("口罩储备{day}日。"),
            "P4": "每日测温。", "P5": "隔离、报告、消毒。", "P6": "岗前培训。"},
        "emergency": "发现异常立即报告。", "five_musts": ["M1", "M2", "M3", "M4", "M5"],
    })
}
