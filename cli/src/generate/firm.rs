//! One invented enterprise, and what it and its officers do from day to day.

use fugong_domain::CreditCode;
use serde_json::{Value, json};

use super::district::{Day, Dice};

/// Townships of the district in which invented enterprises lie, the park's own first.
const TOWNSHIPS: &[&str] =
    &["500114004", "500114001", "500114002", "500114003", "500114005", "500114106", "500114112"];
/// Industries that invented enterprises follow.
const INDUSTRIES: &[&str] = &["0610", "1011", "1353", "17", "22", "27", "30", "34", "39", "4413"];
/// What inspectors find.
const FACTS: &[&str] =
    &["门岗未测温。", "消毒记录缺失。", "食堂未分散就餐。", "返岗人员登记不全。"];
const EIC: &str = "clerk:eic:commission";
/// Who issues orders is not who inspects, and another looks again.
const ORDERS: &str = "issuer:eic:commission";
const LOOKS_AGAIN: &str = "reviewer:eic:commission";
const PARK: &str = "clerk:park-zy:park";

/// An enterprise with a code that nobody holds.
#[derive(Debug)]
pub(super) struct Firm {
    number: u32,
    uscc: CreditCode,
    township: &'static str,
    in_park: bool,
    above: bool,
    industry: &'static str,
    plan: Plan,
    /// How many of its seats are filled, in the order of [`Firm::seats`].
    seated: usize,
    working: bool,
    case: Case,
}

/// How far its prevention plan is.
#[derive(Debug, Clone, Copy)]
enum Plan {
    Missing,
    Drafted,
    InPlace,
}

/// A case of rectification, by the keys of the acts that made it.
#[derive(Debug)]
enum Case {
    None,
    Found(String),
    Ordered { order: String, since: u32 },
    Reported { order: String },
}

impl Firm {
    /// Its code's organisation part begins with 8: the block of invented ones.
    pub(super) fn invented(dice: &mut Dice, number: u32) -> Option<Self> {
        let stem = format!("91500114{:09}", 800_000_000_u32.checked_add(number)?);
        let township = dice.pick(TOWNSHIPS);
        Some(Self {
            number,
            uscc: CreditCode::from_stem(&stem).ok()?,
            township,
            in_park: Some(&township) == TOWNSHIPS.first(),
            above: dice.roll(4) == 0,
            industry: dice.pick(INDUSTRIES),
            plan: Plan::Missing,
            seated: 0,
            working: false,
            case: Case::None,
        })
    }

    /// What happens on a day: it is listed on the first, and lives on from the next.
    pub(super) fn live(&mut self, day: &mut Day<'_>) {
        if day.number == 0 {
            return self.list(day);
        }
        self.carry_on(day);
        match day.dice.roll(100) {
            0..8 => self.mind_plan(day),
            8..20 => self.fill_seat(day),
            20..45 if !self.working => self.resume(day),
            20..50 if self.working => self.visit(day),
            50..53 if self.working => self.suspend(day),
            53..57 => self.inspect(day),
            _ => {}
        }
    }

    fn path(&self, below: &str) -> String {
        format!("/v1/enterprises/{}/{below}", self.uscc)
    }

    fn own(&self) -> String {
        format!("firm-{}:{}:enterprise", self.number, self.uscc)
    }

    fn list(&self, day: &mut Day<'_>) {
        let mut body = json!({
            "uscc": self.uscc, "name": format!("示例企业{:06}（虚构）", self.number),
            "industry_code": self.industry, "township_code": self.township,
            "above_scale": self.above,
        });
        if let (true, Some(members)) = (self.in_park, body.as_object_mut()) {
            members.insert("park_id".to_owned(), "park-zy".into());
        }
        day.act(EIC, "/v1/enterprises".to_owned(), &body);
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

    /// The seats that are due: who posts somebody there, and for which unit.
    fn seats(&self) -> Vec<(&'static str, &'static str)> {
        let second = match (self.in_park, self.above) {
            (true, _) => Some(("park", "park-zy")),
            (false, true) => Some(("eic", "eic")),
            (false, false) => None,
        };
        [("township", self.township)].into_iter().chain(second).collect()
    }

    fn officer(&self, seat: &str) -> String {
        format!("OFF-{seat}-{:06}", self.number)
    }

    fn fill_seat(&mut self, day: &mut Day<'_>) {
        let seats = self.seats();
        let Some((seat, unit)) = seats.get(self.seated).copied() else { return };
        self.seated = self.seated.saturating_add(1);
        let officer = self.officer(seat);
        let name = format!("虚构驻厂员{:06}{seat}", self.number);
        let enrolled = json!({"id": officer, "name": name, "unit": unit});
        day.act(EIC, "/v1/officers".to_owned(), &enrolled);
        let by = match seat {
            "park" => PARK.to_owned(),
            "eic" => EIC.to_owned(),
            _ => format!("clerk:{unit}:township"),
        };
        let posted = json!({"seat": seat, "unit": unit, "officer": officer, "from": day.date});
        day.act(&by, self.path("postings"), &posted);
    }

    fn resume(&mut self, day: &mut Day<'_>) {
        self.working = true;
        let on_post = day.dice.roll(300);
        let body = json!({"resumed_on": day.date, "on_post": on_post});
        day.act(&self.own(), self.path("resumptions"), &body);
    }

    fn suspend(&mut self, day: &mut Day<'_>) {
        self.working = false;
        let body = json!({"from": day.date, "reason": "market"});
        day.act(&self.own(), self.path("suspensions"), &body);
    }

    /// Its first officer comes.
    fn visit(&self, day: &mut Day<'_>) {
        let Some((seat, unit)) = self.seats().first().copied().filter(|_| 0 < self.seated) else {
            return;
        };
        let by = format!("{}:{unit}:officer", self.officer(seat));
        let body = json!({"seat": seat, "at": day.now(), "items": ["P3", "P4"]});
        day.act(&by, self.path("visits"), &body);
    }

    /// One finding; two of three have to be ordered, the third is put right on the spot.
    fn inspect(&mut self, day: &mut Day<'_>) {
        if !matches!(self.case, Case::None) {
            return;
        }
        let opened = json!({"enterprise": self.uscc, "kind": "random", "subjects": ["protection"]});
        let inspection = day.act(EIC, "/v1/inspections".to_owned(), &opened);
        let on_the_spot = day.dice.roll(3) == 0;
        let found = json!({
            "subject": "protection", "category": "measures_not_in_place", "severity": "ordinary",
            "facts": day.dice.pick(FACTS), "fixed_on_spot": on_the_spot,
        });
        let finding = day.act(EIC, format!("/v1/inspections/{{{inspection}}}/findings"), &found);
        let result = if on_the_spot { "fixed_on_spot" } else { "to_order" };
        let closed = json!({"result_codes": [result]});
        day.act(EIC, format!("/v1/inspections/{{{inspection}}}/closures"), &closed);
        if !on_the_spot {
            self.case = Case::Found(finding);
        }
    }

    /// Takes a case of rectification a step further, one step a day.
    fn carry_on(&mut self, day: &mut Day<'_>) {
        self.case = match std::mem::replace(&mut self.case, Case::None) {
            Case::None => Case::None,
            Case::Found(finding) => {
                let body = json!({
                    "enterprise": self.uscc, "findings": [format!("{{{finding}}}")],
                    "working_days": 3, "measures": "立即整改。", "supervisor": "issuer",
                });
                let order = day.act(ORDERS, "/v1/rectification-orders".to_owned(), &body);
                day.act(ORDERS, step(&order, "services"), &json!({}));
                Case::Ordered { order, since: day.number }
            }
            Case::Ordered { order, since } => match day.dice.roll(10) {
                // Most report in time; some let the day pass and report late.
                0..3 => {
                    let body = json!({"at": day.now(), "evidence": []});
                    day.act(&self.own(), step(&order, "completion-reports"), &body);
                    Case::Reported { order }
                }
                _ if since.saturating_add(20) < day.number => {
                    day.act(
                        LOOKS_AGAIN,
                        step(&order, "reinspections"),
                        &json!({"result": "failed"}),
                    );
                    Case::None
                }
                _ => Case::Ordered { order, since },
            },
            Case::Reported { order } => {
                let result = if day.dice.roll(5) == 0 { "failed" } else { "complied" };
                day.act(LOOKS_AGAIN, step(&order, "reinspections"), &json!({"result": result}));
                Case::None
            }
        };
    }
}

fn step(order: &str, below: &str) -> String {
    format!("/v1/rectification-orders/{{{order}}}/{below}")
}

fn plan(day: u32) -> Value {
    json!({
        "sections": {"P1": "成立专班。", "P2": "逐人排查。", "P3": format!("口罩储备{day}日。"),
            "P4": "每日测温。", "P5": "隔离、报告、消毒。", "P6": "岗前培训。"},
        "emergency": "发现异常立即报告。", "five_musts": ["M1", "M2", "M3", "M4", "M5"],
    })
}
