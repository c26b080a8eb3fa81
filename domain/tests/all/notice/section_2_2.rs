//! 二(二) 压紧压实属地责任

use fugong_domain::codes::Seat;
use fugong_fixtures::{Desk, by, desk::asks::assign};

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
