//! Random histories: what may be asked, by whom, of whom, and how it is played.

use chrono::{Datelike, NaiveDate as Date, TimeDelta};
use fugong_core::shanghai_day;
use fugong_domain::{
    Act, Ask, EnterpriseId, Refusal,
    codes::{
        ClosureKind, ExclusionKind, ObjectionResult, ReinspectionResult, RepairResult, ResultCode,
        RiskLevel, Role, Scale, Seat, SetAsideReason, Subject, SupersedeKind, Tier,
    },
    enterprise, inspection, officer, plan, posting, rectification, regime, task,
};
use fugong_fixtures::{
    Desk, by,
    desk::{Supervised, asks, cases, enterprise as fictional, help, registering},
    sealed,
};
use proptest::prelude::*;

/// The enterprises of a history, by short name; the last two are never listed by themselves.
pub(crate) const LISTED: [&str; 5] = ["ENT-001", "ENT-004", "ENT-011", "ENT-014", "ENT-015"];
const NAMELESS: &str = "p-01890a5d-ac96-774b-bcce-b302099a8057";

/// Every enterprise of a history: listed, a second site, under a bare code, without a code.
pub(crate) fn enterprises() -> Vec<EnterpriseId> {
    let listed = LISTED.map(|short| EnterpriseId::from(fictional(short).uscc));
    let second = format!("{}~02", listed[0]).parse().unwrap();
    let bare = EnterpriseId::from(fictional("ENT-012").uscc);
    listed.into_iter().chain([second, bare, NAMELESS.parse().unwrap()]).collect()
}

/// One step: what somebody asks, some hours after the step before.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    kind: usize,
    /// Which enterprise.
    at: usize,
    /// Which inspection, order or flag; which officer.
    n: u32,
    /// How many days before or after today the day of which it speaks lies.
    days: i64,
    /// Whether one who may asks, or just anybody.
    anybody: Option<usize>,
    hours: u8,
}

/// Up to so many steps.
pub(crate) fn history(steps: usize) -> impl Strategy<Value = Vec<Step>> {
    let anybody = prop_oneof![4 => Just(None), 1 => (0..Role::ALL.len()).prop_map(Some)];
    // Most of it happens to ENT-004, so that one thing comes of another.
    let at = prop_oneof![2 => Just(1_usize), 1 => 0..8_usize];
    let step = (0..KINDS.len(), at, 1..4_u32, -6..3_i64, anybody, 0..40_u8)
        .prop_map(|(kind, at, n, days, anybody, hours)| Step { kind, at, n, days, anybody, hours });
    prop::collection::vec(step, 0..steps)
}

/// What a step asks about.
struct About {
    id: EnterpriseId,
    n: u32,
    day: Date,
    text: String,
}

impl About {
    /// One of three, by the day.
    fn at(&self) -> usize {
        self.day.day() as usize % 3
    }
}

type Kind = (&'static str, fn(&About) -> Ask);

/// The desk of a history: some are listed, officers are enrolled, policies do their part. In
/// every second history ENT-004 begins as one that was flagged and has an open order.
pub(crate) fn begin(troubled: bool) -> Supervised {
    let mut desk = Desk::open();
    for short in LISTED {
        desk.list(short);
    }
    for officer in ["OFF-01", "OFF-02", "OFF-03", "OFF-10"] {
        desk.enrol(officer);
    }
    let mut supervised = Supervised::over(desk);
    if troubled {
        flag(&mut supervised);
    }
    supervised
}

/// Two orders against ENT-004 fail, a flag is entered, a third order is open.
fn flag(desk: &mut Supervised) {
    let id = EnterpriseId::from(fictional("ENT-004").uscc);
    for (n, now, seen) in [
        (1, "2020-02-20T10:00:00+08:00", Some("2020-02-26T09:00:00+08:00")),
        (2, "2020-02-26T10:00:00+08:00", Some("2020-03-03T09:00:00+08:00")),
        (3, "2020-03-03T10:00:00+08:00", None),
    ] {
        desk.at(now);
        for ask in [
            cases::open(n, &id, "inspector", &[Subject::Protection]),
            cases::find(n, "finder", false),
            cases::order_on(n, &id, &[cases::finding(n, 1)], cases::Within::WorkingDays(3)),
            cases::serve(n),
        ] {
            desk.given(by(COMMISSION).asks(ask));
        }
        if let Some(seen) = seen {
            desk.at(seen);
            let failed = cases::reinspect(n, ReinspectionResult::Failed);
            desk.given(by(COMMISSION).asks(failed));
        }
    }
    // The rule has proposed it by itself.
    desk.given(by(COMMISSION).asks(cases::notice(&id, 1, "server")));
    desk.at("2020-03-10T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(cases::enter(&id, 1, "decider", 12)));
}

/// Plays one step; a refusal is as good an answer as any.
pub(crate) fn play(desk: &mut Supervised, step: &Step) -> Result<(), Refusal> {
    let now = desk.desk.now() + TimeDelta::hours(step.hours.into());
    desk.pass(now);
    let act = act(desk, step);
    desk.when(act).into_result().map(drop)
}

fn act(desk: &Supervised, step: &Step) -> Act {
    let (who, ask) = KINDS[step.kind];
    let ids = enterprises();
    let day = shanghai_day(desk.desk.now()) + TimeDelta::days(step.days);
    let about = About { id: ids[step.at].clone(), n: step.n, day, text: day.to_string() };
    let anybody = step.anybody.map(|role| own(&desk.desk, &about.id, Role::ALL[role]));
    by(&anybody.flatten().unwrap_or_else(|| who.to_owned())).asks(ask(&about))
}

/// Somebody in this role for whom `id` is his own unit's, if there can be one.
pub(crate) fn own(desk: &Desk, id: &EnterpriseId, role: Role) -> Option<String> {
    let today = shanghai_day(desk.now());
    // What joined the list is where the listed enterprise is.
    let first: fugong_domain::resumption::Resumption = desk.read(id);
    let id = first.joined_to().unwrap_or(id);
    let known: enterprise::Enterprise = desk.read(id);
    let place = known.place_on(today);
    let told: fugong_domain::resumption::Resumption = desk.read(id);
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

pub(crate) const COMMISSION: &str = "zhang:eic:commission";
const RULE: &str = "policy:eic:system";
const HEADQUARTERS: &str = "sun:hq:headquarters";

/// Who helps with difficulties.
const DEPARTMENTS: [&str; 3] = ["hrss", "traffic", "500114106"];

/// Each belongs to the unit of the seat at the same place.
const OFFICERS: [&str; 3] = ["OFF-01", "OFF-10", "OFF-03"];

fn officer_of(about: &About) -> fugong_domain::OfficerId {
    OFFICERS[about.n as usize % 3].parse().unwrap()
}

fn seat_of(about: &About) -> (Seat, &'static str) {
    [(Seat::Township, "500114106"), (Seat::Park, "park-zy"), (Seat::Eic, "eic")]
        [about.n as usize % 3]
}

fn listing(a: &About, command: enterprise::Command) -> Ask {
    Ask::Enterprise(a.id.clone(), command)
}

fn seat(a: &About, command: posting::Command) -> Ask {
    Ask::Posting(a.id.clone(), command)
}

/// Everything that may be asked, and somebody who may.
const KINDS: &[Kind] = &[
    (COMMISSION, |a| {
        let all = ["ENT-001", "ENT-004", "ENT-011", "ENT-012", "ENT-015"];
        let short = all.iter().find(|short| a.id.code() == Some(&fictional(short).uscc));
        listing(a, registering(fictional(short.unwrap_or(&"ENT-012"))))
    }),
    (COMMISSION, |a| {
        let (to, effective_on) = (if a.n == 1 { Scale::Above } else { Scale::Below }, a.day);
        let (basis, advisories) = ("一套表".to_owned(), Vec::new());
        listing(a, enterprise::Command::ReclassifyScale { to, effective_on, basis, advisories })
    }),
    (COMMISSION, |a| {
        let (township, park) =
            ("500114107".parse().unwrap(), (a.n == 1).then(|| "park-zy".parse().unwrap()));
        listing(a, enterprise::Command::Relocate { township, park, effective_on: a.day })
    }),
    (COMMISSION, |a| {
        listing(a, enterprise::Command::AssignTier { tier: Tier::T3, basis: "名单".to_owned() })
    }),
    (COMMISSION, |a| {
        listing(a, enterprise::Command::JoinListing { provisional: NAMELESS.parse().unwrap() })
    }),
    (COMMISSION, |a| {
        let kind = ExclusionKind::ALL[a.n as usize % 4];
        let (from, until, basis) = (a.day, None, "区统计局函".to_owned());
        listing(a, enterprise::Command::ExcludeFromBase { kind, from, until, basis })
    }),
    (COMMISSION, |a| {
        listing(a, enterprise::Command::Readmit { from: a.day, basis: "复核".to_owned() })
    }),
    (COMMISSION, |a| listing(a, enterprise::Command::BeginClosure { kind: ClosureKind::MovedOut })),
    (
        COMMISSION,
        |a| if a.n == 1 { asks::close(&a.id, &a.text) } else { asks::report(&a.id, &a.text) },
    ),
    (COMMISSION, |a| {
        listing(a, enterprise::Command::SetAside { reason: SetAsideReason::Duplicate })
    }),
    (COMMISSION, |a| {
        let (authority, summary) = ("渝肺炎组办发〔2020〕24号".to_owned(), sealed("材料"));
        listing(a, enterprise::Command::RecordEarlierPaper { authority, dated: a.day, summary })
    }),
    (COMMISSION, |a| {
        let lead = if a.n == 1 { "eic" } else { "emb" }.parse().unwrap();
        let (points, production_plan) = (vec![sealed("排产")], None);
        listing(a, enterprise::Command::Guide { lead, points, production_plan })
    }),
    (COMMISSION, |a| asks::report(&a.id, &a.text)),
    (COMMISSION, |a| asks::report_of(&a.id, &a.text, Some("某厂"), Some("500114107"))),
    (COMMISSION, |a| asks::continuous(&a.id, &a.text)),
    (COMMISSION, |a| asks::suspend(&a.id, &a.text)),
    (COMMISSION, |a| asks::suspend(&a.id, &a.text)),
    (COMMISSION, |a| asks::plan_resumption(&a.id, &a.text)),
    (COMMISSION, |a| asks::correct(&a.id, "an-event", &a.text, &a.text)),
    (COMMISSION, |a| asks::draft(&a.id, asks::whole_plan())),
    (COMMISSION, |a| {
        let mut plan = asks::whole_plan();
        plan.sections.remove("P2");
        Ask::Plan(a.id.clone(), plan::Command::Revise { plan, gaps: Vec::new() })
    }),
    (COMMISSION, |a| asks::put_in_place(&a.id)),
    (COMMISSION, |a| {
        let (officer, points) = (officer_of(a), vec![sealed("补应急预案")]);
        Ask::Plan(a.id.clone(), plan::Command::UrgeImprovement { officer, points })
    }),
    (RULE, |a| {
        let (seat, unit) = seat_of(a);
        asks::assign(&a.id, seat, unit, officer_of(a).as_str(), &a.text)
    }),
    (RULE, |a| {
        let (to, effective_at) = ("OFF-02".parse().unwrap(), a.text.parse().unwrap());
        let concurrent_reason = Some(sealed("人手不足"));
        seat(
            a,
            posting::Command::Transfer {
                seat: seat_of(a).0,
                to,
                unit: None,
                effective_at,
                concurrent_reason,
            },
        )
    }),
    (RULE, |a| {
        let substitute = "OFF-02".parse().unwrap();
        let (from, until) = (a.text.parse().unwrap(), (a.day + TimeDelta::days(2)).to_string());
        let until = until.parse().unwrap();
        seat(a, posting::Command::Substitute { seat: seat_of(a).0, substitute, from, until })
    }),
    (RULE, |a| {
        let (at, reason) = (a.text.parse().unwrap(), Some(sealed("调离")));
        let seat_ = seat_of(a).0;
        seat(
            a,
            posting::Command::Withdraw {
                seat: seat_,
                at,
                reason,
                rule: None,
                advisories: Vec::new(),
            },
        )
    }),
    (RULE, |a| {
        let finding = cases::finding(a.n, 1);
        Ask::Officer(
            officer_of(a),
            officer::Command::ReferDuty { finding, enterprise: a.id.clone() },
        )
    }),
    (COMMISSION, |a| cases::open(a.n, &a.id, "inspector", Subject::ALL)),
    (COMMISSION, |a| cases::find(a.n, "finder", false)),
    (COMMISSION, |a| cases::find(a.n, "finder", true)),
    (COMMISSION, |a| cases::find_duty(a.n, "finder", Some(officer_of(a).as_str()))),
    (COMMISSION, |a| cases::close(a.n, ResultCode::ToOrder)),
    (COMMISSION, |a| cases::void(a.n)),
    (COMMISSION, |a| cases::decline(a.n)),
    (COMMISSION, |a| {
        let (findings, within) = ([cases::finding(a.n, 1)], cases::Within::WorkingDays(3));
        cases::order_on(a.n, &a.id, &findings, within)
    }),
    (COMMISSION, |a| {
        let old = if a.n == 1 { 2 } else { 1 };
        cases::order_instead(a.n, &a.id, &[cases::finding(a.n, 1)], old, SupersedeKind::Further)
    }),
    (COMMISSION, |a| cases::serve(a.n)),
    (COMMISSION, |a| cases::extend(a.n, a.day + TimeDelta::days(5))),
    (COMMISSION, |a| cases::report_done(a.n, &a.text)),
    (COMMISSION, |a| cases::reinspect(a.n, ReinspectionResult::Complied)),
    (COMMISSION, |a| cases::reinspect(a.n, ReinspectionResult::Failed)),
    (COMMISSION, |a| cases::revoke(a.n)),
    (COMMISSION, |a| {
        let (reason, rule) = (Some(sealed("企业停产")), None);
        Ask::Rectification(cases::order(a.n), rectification::Command::Terminate { reason, rule })
    }),
    (COMMISSION, |a| {
        Ask::Inspection(
            cases::inspection(a.n),
            inspection::Command::Close { result_codes: Vec::new() },
        )
    }),
    (COMMISSION, |a| cases::propose(&a.id, &[1, 2])),
    (COMMISSION, |a| cases::notice(&a.id, 1, "server")),
    (COMMISSION, |a| cases::enter(&a.id, 1, "decider", 12)),
    (COMMISSION, |a| cases::dismiss(&a.id, 1)),
    (COMMISSION, |a| cases::object(&a.id, 1)),
    (COMMISSION, |a| cases::decide_objection(&a.id, 1, ObjectionResult::ALL[a.n as usize % 2])),
    (COMMISSION, |a| cases::apply_repair(&a.id, 1)),
    (COMMISSION, |a| cases::decide_repair(&a.id, 1, RepairResult::Granted)),
    (COMMISSION, |a| cases::expunge(&a.id, 1)),
    (RULE, |a| {
        let raise = task::Command::Raise {
            kind: "first-visit".to_owned(),
            enterprise: a.id.clone(),
            subject: String::new(),
            unit: "eic".parse().unwrap(),
            officer: None,
            due: Some(a.day),
        };
        Ask::Task(task_of(a), raise)
    }),
    (COMMISSION, |a| Ask::Task(task_of(a), task::Command::Claim { by: "zhang".to_owned() })),
    (RULE, |a| Ask::Task(task_of(a), task::Command::Finish { by: "an-event".to_owned() })),
    (COMMISSION, |a| help::raise(a.n, &a.id)),
    (COMMISSION, |a| help::assign(a.n, DEPARTMENTS[a.at()], a.day)),
    (COMMISSION, |a| help::transfer(a.n, DEPARTMENTS[a.at()], Some(a.day))),
    (COMMISSION, |a| help::progress(a.n)),
    (COMMISSION, |a| help::resolve(a.n)),
    (COMMISSION, |a| help::confirm(a.n, a.day.day() % 2 == 0)),
    (COMMISSION, |a| help::reopen(a.n)),
    (COMMISSION, |a| help::escalate(a.n, None)),
    (HEADQUARTERS, |a| {
        let (level, effective_on) = (RiskLevel::ALL[a.n as usize % 3], a.day);
        Ask::Regime(regime::Command::ChangeRiskLevel { area: None, level, effective_on })
    }),
];

fn task_of(about: &About) -> fugong_domain::TaskId {
    fugong_domain::TaskId::of("first-visit", 9_000, about.n)
}
