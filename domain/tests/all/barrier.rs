//! Barriers (阻碍): reported by anybody, cleared by anybody but the unit that they are laid to.

mod stored;

use fugong_domain::{
    EnterpriseId,
    barrier::Barrier,
    codes::{BarrierKind, TaskState},
};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised,
        help::{assign_barrier, bar, remove, report_id, unfounded},
    },
};

const HEADQUARTERS: &str = "sun:hq:headquarters";
const POLICE: &str = "wu:police:department";
const COMMISSION: &str = "zhang:eic:commission";
const FEB_28: chrono::NaiveDate = date(2020, 2, 28);

/// ENT-004 of 石会镇 on the morning of 27 February; the enterprise's own person.
fn listed() -> (Supervised, EnterpriseId, String) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-004");
    all.at("2020-02-27T09:00:00+08:00");
    let boss = format!("boss:{id}:enterprise");
    (all, id, boss)
}

/// The same, with a roadblock that the enterprise lays to its township.
fn reported() -> (Supervised, String) {
    let (mut all, _, boss) = listed();
    all.given(by(&boss).asks(bar(1, BarrierKind::Roadblock, Some("500114106"), None)));
    (all, boss)
}

fn open(all: &Supervised, kind: &str) -> Vec<(String, Option<String>)> {
    let tasks = all.inbox().into_iter().filter(|task| task.kind == kind);
    tasks.map(|task| (task.unit.to_string(), task.due.map(|due| due.to_string()))).collect()
}

fn states(all: &Supervised, kind: &str) -> Vec<TaskState> {
    all.tasks_of(kind).into_iter().map(|task| task.state).collect()
}

fn escalations(all: &Supervised) -> usize {
    let events = all.desk.history().iter();
    events.filter(|event| &*event.event_type == "barrier-escalated").count()
}

/// “要加强物流运输保障，严禁擅自设卡拦截、阻断货运通道等违法行为。”
#[test]
fn a_roadblock_is_the_polices_a_blocked_route_the_traffic_bureaus_a_condition_the_headquarters() {
    for (kind, unit) in [
        (BarrierKind::Roadblock, "police"),
        (BarrierKind::FreightBlocked, "traffic"),
        (BarrierKind::ConditionSet, "hq"),
        (BarrierKind::SignOffDemanded, "hq"),
        (BarrierKind::PriorPaperDemanded, "hq"),
        (BarrierKind::OtherDelay, "hq"),
    ] {
        let (mut all, id, boss) = listed();
        all.given(by(&boss).asks(bar(1, kind, Some("500114106"), None)));
        assert_eq!(open(&all, "clear-barrier"), [(unit.to_owned(), None)], "{kind}");
        let told: Barrier = all.desk.read(report_id(1));
        assert_eq!(told.case().unwrap().enterprise.as_ref(), Some(&id), "it speaks of itself");
    }
}

/// “不得对企业复工复产设置条件”: what an authority did is not looked into by that authority.
#[test]
fn the_unit_that_it_is_against_never_has_it_in_hand() {
    for (kind, against, unit) in [
        (BarrierKind::Roadblock, "police", "hq"),
        (BarrierKind::FreightBlocked, "traffic", "hq"),
        (BarrierKind::ConditionSet, "hq", "eic"),
    ] {
        let (mut all, _, boss) = listed();
        all.given(by(&boss).asks(bar(1, kind, Some(against), None)));
        assert_eq!(open(&all, "clear-barrier"), [(unit.to_owned(), None)], "{kind}");
        let back = assign_barrier(1, against, FEB_28);
        let who = if against == "hq" { COMMISSION } else { HEADQUARTERS };
        all.when(by(who).asks(back)).then_refused("INVALID_FIELD");
    }
    // Nor does it find that there was nothing.
    let (mut all, _) = reported();
    let accused = "tw:500114106:township";
    for ask in [remove(1), unfounded(1)] {
        all.when(by(accused).asks(ask)).then_refused("OUT_OF_JURISDICTION");
    }
    let (mut all, _, boss) = listed();
    all.given(by(&boss).asks(bar(1, BarrierKind::ConditionSet, Some("eic"), None)));
    for ask in [assign_barrier(1, "police", FEB_28), remove(1), unfounded(1)] {
        all.when(by(COMMISSION).asks(ask)).then_refused("OUT_OF_JURISDICTION");
    }
}

/// Under its old code and its new one, a township is the same unit.
#[test]
fn a_township_that_was_renumbered_is_still_the_one_that_it_is_against() {
    let (mut all, _, boss) = listed();
    all.given(by(&boss).asks(bar(1, BarrierKind::Roadblock, Some("500114255"), None)));
    all.at("2020-03-20T09:00:00+08:00");
    let back = assign_barrier(1, "500114125", date(2020, 3, 21));
    all.when(by(HEADQUARTERS).asks(back)).then_refused("INVALID_FIELD");
}

#[test]
fn whoever_has_it_in_hand_clears_it_and_no_other() {
    let (mut all, boss) = reported();
    for who in ["wu:traffic:department", "tw:500114107:township"] {
        all.when(by(who).asks(remove(1))).then_refused("OUT_OF_JURISDICTION");
    }
    all.when(by(&boss).asks(remove(1))).then_refused("ROLE_NOT_ALLOWED");
    all.when(by(POLICE).asks(remove(1))).then(&["barrier-removed"]);
    all.when(by(HEADQUARTERS).asks(remove(1))).then(&[]);
    all.when(by(HEADQUARTERS).asks(unfounded(1))).then_refused("ORDER_CLOSED");
    assert_eq!(states(&all, "clear-barrier"), [TaskState::Done]);
}

#[test]
fn what_is_unfounded_is_done_with_too() {
    let (mut all, _) = reported();
    all.when(by(POLICE).asks(unfounded(1))).then(&["barrier-found-unfounded"]);
    assert_eq!(states(&all, "clear-barrier"), [TaskState::Done]);
    all.when(by(POLICE).asks(remove(1))).then_refused("ORDER_CLOSED");
    let again = assign_barrier(1, "police", FEB_28);
    all.when(by(HEADQUARTERS).asks(again)).then_refused("ORDER_CLOSED");
}

/// The day before, the day, the day after.
#[test]
fn what_is_not_cleared_by_its_last_day_goes_up_the_day_after() {
    let (mut all, _) = reported();
    let early = assign_barrier(1, "police", date(2020, 2, 26));
    all.when(by(HEADQUARTERS).asks(early)).then_refused("DEADLINE_NOT_AFTER_ISSUE");
    all.given(by(HEADQUARTERS).asks(assign_barrier(1, "police", FEB_28)));
    let due = Some("2020-02-28".to_owned());
    assert_eq!(open(&all, "clear-barrier"), [("police".to_owned(), due)]);
    all.at("2020-02-28T23:59:59+08:00");
    assert_eq!(escalations(&all), 0);
    all.at("2020-02-29T00:00:00+08:00");
    assert_eq!(escalations(&all), 1);
    assert_eq!(open(&all, "oversee-barrier"), [("hq".to_owned(), None)]);
    all.given(by(HEADQUARTERS).asks(remove(1)));
    assert_eq!(states(&all, "oversee-barrier"), [TaskState::Done]);
    all.at("2020-03-20T00:00:00+08:00");
    assert_eq!(escalations(&all), 1);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn what_is_late_does_not_go_up_to_the_unit_that_it_is_against() {
    let (mut all, _, boss) = listed();
    all.given(by(&boss).asks(bar(1, BarrierKind::ConditionSet, Some("hq"), None)));
    all.given(by(COMMISSION).asks(assign_barrier(1, "police", FEB_28)));
    all.at("2020-02-29T00:00:00+08:00");
    assert_eq!(open(&all, "oversee-barrier"), [("eic".to_owned(), None)]);
}

#[test]
fn a_unit_reports_for_enterprises_of_its_own_and_against_units_that_there_are() {
    let (mut all, id, boss) = listed();
    let other = bar(1, BarrierKind::Roadblock, None, Some(&id));
    all.when(by("tw:500114107:township").asks(other)).then_refused("OUT_OF_JURISDICTION");
    let nobody = bar(1, BarrierKind::Roadblock, Some("weather-bureau"), None);
    all.when(by(&boss).asks(nobody)).then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    // Against anybody at all, and about no enterprise in particular.
    let villagers = bar(1, BarrierKind::Roadblock, None, None);
    all.when(by("tw:500114107:township").asks(villagers)).then(&["barrier-reported"]);
    all.when(by("a:eic:auditor").asks(remove(1))).then_refused("ROLE_NOT_ALLOWED");
}

/// R10: by the unit that they are laid to, for the day asked.
#[test]
fn barriers_are_counted_by_the_unit_that_they_are_laid_to() {
    use fugong_core::{Register, Rows};
    use fugong_domain::registers::{District, table};
    let (mut all, boss) = reported();
    all.given(by(&boss).asks(bar(2, BarrierKind::ConditionSet, Some("500114106"), None)));
    all.given(by(&boss).asks(bar(3, BarrierKind::Roadblock, None, None)));
    all.given(by(HEADQUARTERS).asks(assign_barrier(2, "police", FEB_28)));
    all.given(by(POLICE).asks(remove(1)));
    let mut rows = Rows::complete();
    for event in all.desk.history() {
        District.apply(&mut rows, event).unwrap();
        rows.keep();
    }
    let lines = |on| (table("r10").unwrap().lines)(&rows, on).unwrap();
    let [town, nobody] = <[_; 2]>::try_from(lines(FEB_28)).unwrap();
    assert_eq!((&town["reported"], &town["removed"]), (&2.into(), &1.into()));
    assert_eq!((&town["roads"], &town["conditions"]), (&1.into(), &1.into()));
    assert_eq!((&town["open"], &town["overdue"]), (&1.into(), &0.into()));
    assert_eq!((&town["rate"], &nobody["unit"]), (&"50.00%".into(), &"nobody".into()));
    assert_eq!(lines(date(2020, 2, 29))[0]["overdue"], 1);
    assert_eq!(lines(date(2020, 2, 26)).len(), 0);
}
