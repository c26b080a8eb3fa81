//! 二(二) 压紧压实属地责任

use fugong_domain::codes::Seat;
use fugong_fixtures::{
    Desk, by,
    desk::{asks::assign, safety},
};

use super::COMMISSION;

/// “各乡镇街道对辖区内全部工业企业实施“一人一厂”驻厂制度”
#[test]
fn a_township_posts_an_officer_at_its_own_enterprises_only() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-005");
    desk.enrol("OFF-01");
    let seat = assign(&id, Seat::Township, "500114106", "OFF-01", "2020-02-20");
    desk.when(by("li:500114106:township").asks(seat)).then_refused("OUT_OF_JURISDICTION");
}

/// “区经信委对园区外规模以上工业企业实施“一人一厂”驻厂制度”
#[test]
fn the_commission_posts_the_second_officer_outside_the_park() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.enrol("OFF-02");
    desk.when(by(COMMISSION).asks(assign(&id, Seat::Eic, "eic", "OFF-02", "2020-02-20")))
        .then(&["posting-officer-assigned", "officer-post-taken"])
        .with_advisories(&[]);
}

/// “正阳工业园区对园区内全部企业实施“一人一厂”驻厂制度”
#[test]
fn the_park_posts_an_officer_at_enterprises_inside_it() {
    let mut desk = Desk::open();
    let (inside, outside) = (desk.list("ENT-001"), desk.list("ENT-004"));
    desk.enrol("OFF-10");
    let ask = |id| assign(id, Seat::Park, "park-zy", "OFF-10", "2020-02-20");
    desk.when(by("wu:park-zy:park").asks(ask(&outside))).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wu:park-zy:park").asks(ask(&inside)))
        .then(&["posting-officer-assigned", "officer-post-taken"])
        .with_advisories(&[]);
}

/// “社区、园区、企业生产区域要联动联防联控，共同形成属地防控措施，共同承担属地防控责任。”
#[test]
fn a_township_links_the_zones_of_its_own_enterprises() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.when(by("li:500114107:township").asks(safety::link(&id, "舟白社区")))
        .then_refused("OUT_OF_JURISDICTION");
    desk.when(by("li:500114106:township").asks(safety::link(&id, "舟白社区")))
        .then(&["posting-zones-linked"]);
}

/// “做好职工工作时间和工余时间的接续管理服务，实行精细化管理，做到不留空挡，尽最大可能减少人员聚集。”
#[test]
fn workers_are_handed_over_between_work_and_leisure() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-28T19:00:00+08:00");
    let handed = safety::hand_over(&id, "2020-02-28T18:00:00+08:00", 86);
    desk.when(by(&format!("chen:{id}:enterprise")).asks(handed)).then(&["posting-handover-logged"]);
}
