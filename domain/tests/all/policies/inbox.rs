//! Each row of the table: what raises a task, whose it is, what closes it.

mod from_finding_to_flag;

use fugong_domain::{
    Ask, EnterpriseId,
    codes::{Scale, Seat, SetAsideReason, Subject, TaskState, Tier},
    enterprise::Command,
    plan, posting, task,
};
use fugong_fixtures::{
    by, date,
    desk::{Supervised, asks, cases},
    sealed,
};

use super::{COMMISSION, count, open, states};

type Row = (String, String, Option<String>, Option<String>);

fn row(subject: &str, unit: &str, officer: Option<&str>, due: Option<&str>) -> Row {
    let own = |text: &str| text.to_owned();
    (own(subject), own(unit), officer.map(own), due.map(own))
}

fn listed(short: &str) -> (Supervised, EnterpriseId) {
    let mut all = Supervised::open();
    let registering = fugong_fixtures::desk::enterprise(short);
    let id = EnterpriseId::from(registering.uscc);
    let register = fugong_fixtures::desk::registering(registering);
    all.given(by(COMMISSION).asks(Ask::Enterprise(id.clone(), register)));
    (all, id)
}

fn assign(all: &mut Supervised, id: &EnterpriseId, seat: Seat, unit: &str, officer: &str) {
    all.desk.enrol(officer);
    let from = fugong_core::Occurred::At(all.desk.now()).to_string();
    let ask = asks::assign(id, seat, unit, officer, &from);
    all.given(by("policy:eic:system").asks(ask));
}

fn visit(id: &EnterpriseId, seat: Seat, at: &str) -> Ask {
    let visit = posting::Command::LogVisit {
        seat,
        at: at.parse().unwrap(),
        items: Vec::new(),
        notes: None,
        supersedes: None,
        was: None,
        visitor: None,
    };
    Ask::Posting(id.clone(), visit)
}

/// “正阳工业园区对园区内全部企业实施“一人一厂”驻厂制度”
#[test]
fn a_vacant_seat_is_its_units_to_fill() {
    let (mut all, id) = listed("ENT-001");
    let vacant = [row("park", "park-zy", None, None), row("township", "500114004", None, None)];
    assert_eq!(open(&all, "fill-seat"), vacant);
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    assert_eq!(open(&all, "fill-seat"), [row("township", "500114004", None, None)]);
    assert_eq!(states(&all, "fill-seat"), [TaskState::Done, TaskState::Open]);
}

#[test]
fn a_seat_that_falls_vacant_is_to_be_filled_again() {
    let (mut all, id) = listed("ENT-001");
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    let withdraw = posting::Command::Withdraw {
        seat: Seat::Park,
        at: "2020-02-21".parse().unwrap(),
        reason: Some(sealed("ill")),
        rule: None,
        advisories: Vec::new(),
    };
    all.at("2020-02-21T08:00:00+08:00");
    all.given(by("park:park-zy:park").asks(Ask::Posting(id, withdraw)));
    assert_eq!(open(&all, "fill-seat").len(), 2);
    assert_eq!(states(&all, "fill-seat").len(), 3);
}

/// 建档 is our duty.
#[test]
fn who_works_and_is_not_listed_is_the_territorial_units_to_list() {
    let mut all = Supervised::open();
    let id: EnterpriseId = fugong_fixtures::desk::enterprise("ENT-004").uscc.into();
    let report = asks::report_of(&id, "2020-02-20", Some("某矿"), Some("500114106"));
    all.given(by(COMMISSION).asks(report));
    assert_eq!(open(&all, "list-enterprise"), [row("", "500114106", None, None)]);
    assert_eq!(open(&all, "fill-seat"), []);
    let register = fugong_fixtures::desk::registering(fugong_fixtures::desk::enterprise("ENT-004"));
    all.given(by(COMMISSION).asks(Ask::Enterprise(id, register)));
    assert_eq!(states(&all, "list-enterprise"), [TaskState::Done]);
}

#[test]
fn setting_aside_or_joining_is_listing_enough() {
    let mut all = Supervised::open();
    let aside: EnterpriseId = fugong_fixtures::desk::enterprise("ENT-005").uscc.into();
    all.given(by(COMMISSION).asks(asks::report(&aside, "2020-02-20")));
    let provisional: EnterpriseId = "p-01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    all.given(by(COMMISSION).asks(asks::report(&provisional, "2020-02-20")));
    assert_eq!(open(&all, "list-enterprise").len(), 2);
    let reason = SetAsideReason::NotIndustrial;
    all.given(by(COMMISSION).asks(Ask::Enterprise(aside, Command::SetAside { reason })));
    let listed = all.desk.list("ENT-011");
    let join = Command::JoinListing { provisional: provisional.clone() };
    all.given(by(COMMISSION).asks(Ask::Enterprise(listed, join)));
    assert_eq!(states(&all, "list-enterprise"), [TaskState::Done, TaskState::Done]);
    let waits =
        all.inbox().into_iter().filter(|task| task.enterprise.as_ref() == Some(&provisional));
    assert_eq!(waits.count(), 0, "what joined the list is looked after there");
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

/// “2月25日前全部规上企业落实到位”
#[test]
fn a_plan_above_scale_is_due_on_25_february() {
    let (mut all, id) = listed("ENT-001");
    let due = [row("", "park-zy", None, Some("2020-02-25"))];
    assert_eq!(open(&all, "plan-in-place"), due);
    // Drafted is not put in place.
    all.given(by(COMMISSION).asks(asks::draft(&id, asks::whole_plan())));
    assert_eq!(open(&all, "plan-in-place"), due);
    all.given(by(COMMISSION).asks(asks::put_in_place(&id)));
    assert_eq!(states(&all, "plan-in-place"), [TaskState::Done]);
}

/// Below → above scale is not retroactively overdue.
#[test]
fn who_is_promoted_later_has_three_working_days() {
    let (mut all, id) = listed("ENT-011");
    assert_eq!(open(&all, "plan-in-place"), []);
    all.at("2020-02-28T09:00:00+08:00");
    let promote = Command::ReclassifyScale {
        to: Scale::Above,
        effective_on: date(2020, 2, 1),
        basis: "register".to_owned(),
        advisories: Vec::new(),
    };
    all.given(by(COMMISSION).asks(Ask::Enterprise(id, promote)));
    assert_eq!(open(&all, "plan-in-place"), [row("", "500114002", None, Some("2020-03-04"))]);
    assert!(open(&all, "fill-seat").contains(&row("eic", "eic", None, None)));
}

/// “明确专人进驻在产和复工复产企业”
#[test]
fn the_officers_go_there_by_the_next_day() {
    let (mut all, id) = listed("ENT-001");
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    assert_eq!(open(&all, "first-visit"), []);
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    let mut due = vec![
        row("township", "500114004", None, Some("2020-02-21")),
        row("park", "park-zy", Some("OFF-10"), Some("2020-02-21")),
    ];
    due.sort();
    let mut found = open(&all, "first-visit");
    found.sort();
    assert_eq!(found, due);
    all.given(by("OFF-10:park-zy:officer").asks(visit(&id, Seat::Park, "2020-02-20")));
    assert_eq!(open(&all, "first-visit").len(), 1);
    assert!(states(&all, "first-visit").contains(&TaskState::Done));
}

#[test]
fn a_visit_that_is_late_goes_up() {
    let (mut all, id) = listed("ENT-001");
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    all.at("2020-02-21T23:59:59+08:00");
    assert_eq!(count(&all, "task-escalated"), 0);
    all.at("2020-02-22T00:00:00+08:00");
    assert_eq!(count(&all, "task-escalated"), 2);
    let units: Vec<_> = open(&all, "first-visit").into_iter().map(|(_, unit, ..)| unit).collect();
    assert_eq!(units, ["eic", "eic"]);
    // It goes up once, and stays there whatever else happens.
    let tier = Command::AssignTier { tier: Tier::T1, basis: "masks".to_owned() };
    all.given(by(COMMISSION).asks(Ask::Enterprise(id, tier)));
    assert_eq!(count(&all, "task-reassigned"), 0);
}

#[test]
fn who_stops_needs_no_visit() {
    let (mut all, id) = listed("ENT-001");
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    all.given(by(COMMISSION).asks(asks::suspend(&id, "2020-02-20")));
    assert_eq!(states(&all, "first-visit"), [TaskState::Cancelled, TaskState::Cancelled]);
    all.at("2020-02-24T00:00:00+08:00");
    assert_eq!(count(&all, "task-escalated"), 0);
}

#[test]
fn the_task_follows_the_seat() {
    let (mut all, id) = listed("ENT-001");
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    all.desk.enrol("OFF-11");
    let transfer = posting::Command::Transfer {
        seat: Seat::Park,
        to: "OFF-11".parse().unwrap(),
        effective_at: "2020-02-20T09:00:00+08:00".parse().unwrap(),
        concurrent_reason: None,
        unit: None,
    };
    all.at("2020-02-20T09:00:00+08:00");
    all.given(by("park:park-zy:park").asks(Ask::Posting(id, transfer)));
    let park: Vec<_> =
        open(&all, "first-visit").into_iter().filter(|(seat, ..)| seat == "park").collect();
    assert_eq!(park, [row("park", "park-zy", Some("OFF-11"), Some("2020-02-21"))]);
}

/// No visit in seven days: the commission looks at the officer's duty.
#[test]
fn where_nobody_was_for_a_week_duty_is_looked_at() {
    let (mut all, id) = listed("ENT-001");
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    all.at("2020-02-22T09:00:00+08:00");
    all.given(by("OFF-10:park-zy:officer").asks(visit(&id, Seat::Park, "2020-02-22")));
    all.at("2020-02-29T23:59:59+08:00");
    assert_eq!(open(&all, "duty-check"), []);
    all.at("2020-03-01T00:00:00+08:00");
    assert_eq!(open(&all, "duty-check"), [row("park", "eic", None, None)]);
    all.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &[Subject::OfficerDuty])));
    let close = cases::close(1, fugong_domain::codes::ResultCode::Nothing);
    all.given(by(COMMISSION).asks(close));
    assert_eq!(states(&all, "duty-check"), [TaskState::Done]);
    all.at("2020-03-09T00:00:00+08:00");
    assert_eq!(open(&all, "duty-check").len(), 1);
    all.given(by("OFF-10:park-zy:officer").asks(visit(&id, Seat::Park, "2020-03-09")));
    assert_eq!(states(&all, "duty-check"), [TaskState::Done, TaskState::Cancelled]);
}

#[test]
fn a_mine_that_works_is_verified_by_its_authority() {
    let (mut all, id) = listed("ENT-004");
    assert_eq!(open(&all, "verify-mine"), []);
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    assert_eq!(open(&all, "verify-mine"), [row("", "emb", None, None)]);
    let noted = Command::RecordOtherLawReference {
        authority: "区应急局".to_owned(),
        dated: date(2020, 2, 20),
        outcome: sealed("fit"),
    };
    all.given(by("zhao:emb:emergency").asks(Ask::Enterprise(id.clone(), noted)));
    assert_eq!(states(&all, "verify-mine"), [TaskState::Done]);
    // Stopped and begun again, it is looked at again.
    all.at("2020-03-01T09:00:00+08:00");
    all.given(by(COMMISSION).asks(asks::suspend(&id, "2020-03-01")));
    all.at("2020-03-05T09:00:00+08:00");
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-03-05")));
    assert_eq!(states(&all, "verify-mine"), [TaskState::Done, TaskState::Open]);
}

/// “指导督促制造、电力、燃气等工业领域复产复工企业制定生产经营计划”
#[test]
fn the_sector_lead_guides_the_production_plan() {
    let (mut all, id) = listed("ENT-001");
    all.given(by(COMMISSION).asks(asks::continuous(&id, "2020-01-20")));
    assert_eq!(open(&all, "guide-production-plan"), [row("", "eic", None, None)]);
    let guide = Command::Guide {
        lead: "eic".parse().unwrap(),
        points: vec![sealed("orders first")],
        production_plan: None,
    };
    all.given(by(COMMISSION).asks(Ask::Enterprise(id, guide)));
    assert_eq!(states(&all, "guide-production-plan"), [TaskState::Done]);
}

/// “督促企业完善预控方案”
#[test]
fn officers_urge_a_plan_that_is_missing_or_has_gaps() {
    let (mut all, id) = listed("ENT-011");
    assign(&mut all, &id, Seat::Township, "500114002", "OFF-13");
    assert_eq!(open(&all, "urge-plan"), []);
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    let urged = open(&all, "urge-plan");
    assert_eq!(urged.len(), 1);
    let mut gaps = asks::whole_plan();
    gaps.emergency = None;
    all.given(by(COMMISSION).asks(asks::draft(&id, gaps)));
    assert_eq!(open(&all, "urge-plan"), urged);
    let plan = asks::whole_plan();
    let revise = plan::Command::Revise { plan, gaps: Vec::new() };
    all.given(by(COMMISSION).asks(Ask::Plan(id, revise)));
    assert_eq!(states(&all, "urge-plan"), [TaskState::Done]);
}

/// An inbox orders work; a task claimed is still closed by the act that fulfils it.
#[test]
fn a_claimed_task_is_closed_by_the_act_that_fulfils_it() {
    let (mut all, id) = listed("ENT-011");
    let task = all.inbox().into_iter().find(|task| task.kind == "fill-seat").unwrap();
    let claim = task::Command::Claim { by: "li".to_owned() };
    let township = by("li:500114002:township");
    all.given(township.asks(Ask::Task(task.id.parse().unwrap(), claim)));
    assign(&mut all, &id, Seat::Township, "500114002", "OFF-13");
    assert_eq!(states(&all, "fill-seat"), [TaskState::Done]);
}

#[test]
fn a_second_site_has_seats_of_the_codes_size() {
    let (mut all, id) = listed("ENT-006");
    let site: EnterpriseId = format!("{id}~02").parse().unwrap();
    let mut register =
        fugong_fixtures::desk::registering(fugong_fixtures::desk::enterprise("ENT-006"));
    if let Command::Register { scale, .. } = &mut register {
        *scale = None;
    }
    all.given(by(COMMISSION).asks(Ask::Enterprise(site.clone(), register)));
    let seats = |all: &Supervised, id: &EnterpriseId| {
        let tasks = all.inbox().into_iter();
        let mut seats: Vec<_> = tasks
            .filter(|task| task.kind == "fill-seat" && task.enterprise.as_ref() == Some(id))
            .map(|task| task.subject)
            .collect();
        seats.sort();
        seats
    };
    assert_eq!(seats(&all, &site), ["eic", "township"]);
    let reclassify = Command::ReclassifyScale {
        to: Scale::Below,
        effective_on: date(2020, 2, 20),
        basis: "register".to_owned(),
        advisories: Vec::new(),
    };
    all.given(by(COMMISSION).asks(Ask::Enterprise(id.clone(), reclassify)));
    assert_eq!(seats(&all, &site), ["township"]);
    assert_eq!(seats(&all, &id), ["township"]);
    all.given(by(COMMISSION).asks(asks::close(&id, "2020-02-20")));
    assert_eq!(all.inbox(), []);
}
