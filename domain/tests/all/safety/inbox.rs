//! A hazard is cleared, zones are linked.

use fugong_domain::{EnterpriseId, codes::TaskState};
use fugong_fixtures::{
    by,
    desk::{
        Supervised, asks,
        safety::{clear, find, link},
    },
};

use super::COMMISSION;

fn supervised() -> (Supervised, EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-004");
    all.at("2020-02-25T09:00:00+08:00");
    (all, id)
}

fn went(all: &Supervised, kind: &str) -> Vec<(String, String, TaskState)> {
    let told = all.tasks_of(kind).into_iter();
    told.map(|task| (task.subject, task.unit.to_string(), task.state)).collect()
}

fn of(
    subject: &str,
    unit: &(impl ToString + ?Sized),
    state: TaskState,
) -> (String, String, TaskState) {
    (subject.to_owned(), unit.to_string(), state)
}

/// “做好重大安全风险隐患排查”
#[test]
fn a_hazard_is_the_enterprises_and_its_sector_leads_until_it_is_cleared() {
    let (mut all, id) = supervised();
    all.given(by(COMMISSION).asks(find(&id, "2020-02-25", Some("2020-02-27"))));
    all.given(by(COMMISSION).asks(find(&id, "2020-02-25", None)));
    let (open, done) = (TaskState::Open, TaskState::Done);
    assert_eq!(went(&all, "clear-hazard"), [of("1", &id, open), of("2", &id, open)]);
    assert_eq!(went(&all, "oversee-hazard"), [of("1", "emb", open), of("2", "emb", open)]);
    let due = all.tasks_of("clear-hazard")[0].due;
    assert_eq!(due, Some("2020-02-27".parse().unwrap()));
    all.given(by(COMMISSION).asks(clear(&id, 1, "2020-02-25")));
    assert_eq!(went(&all, "clear-hazard"), [of("1", &id, done), of("2", &id, open)]);
    assert_eq!(went(&all, "oversee-hazard"), [of("1", "emb", done), of("2", "emb", open)]);
    // An enterprise that is no more clears nothing.
    all.given(by(COMMISSION).asks(asks::close(&id, "2020-02-25")));
    assert_eq!(went(&all, "clear-hazard")[1], of("2", &id, TaskState::Cancelled));
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

/// “建立“三区三联机制””
#[test]
fn who_works_is_linked_by_his_township() {
    let (mut all, id) = supervised();
    assert_eq!(went(&all, "link-zones"), []);
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-25")));
    assert_eq!(went(&all, "link-zones"), [of("", "500114106", TaskState::Open)]);
    all.given(by(COMMISSION).asks(link(&id, "石会社区")));
    assert_eq!(went(&all, "link-zones"), [of("", "500114106", TaskState::Done)]);
    let other = all.desk.list("ENT-001");
    all.given(by(COMMISSION).asks(asks::continuous(&other, "2020-01-20")));
    all.given(by(COMMISSION).asks(asks::suspend(&other, "2020-02-25")));
    assert_eq!(went(&all, "link-zones")[1], of("", "500114004", TaskState::Cancelled));
    // Linked before it works, it need not be linked again.
    let third = all.desk.list("ENT-011");
    all.given(by(COMMISSION).asks(link(&third, "濯水社区")));
    all.given(by(COMMISSION).asks(asks::report(&third, "2020-02-25")));
    assert_eq!(went(&all, "link-zones").len(), 2);
}
