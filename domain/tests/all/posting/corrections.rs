//! A seat that was told wrongly is put right by an act that names what it corrects.

use fugong_domain::{
    Ask, EnterpriseId,
    codes::Seat,
    officer::Officer,
    posting::{Command, Posting, Seated},
};
use fugong_fixtures::{
    Desk, by,
    desk::asks::{assign, report},
};

use super::{PARK, at, in_park, substitute, transfer, withdraw};

/// The assignment of OFF-10 on 22 February should have said this.
fn corrected(id: &EnterpriseId, officer: &str, from: &str) -> Ask {
    corrects(id, (officer, from), ("OFF-10", "2020-02-22"))
}

fn corrects(id: &EnterpriseId, right: (&str, &str), wrong: (&str, &str)) -> Ask {
    let mut ask = assign(id, Seat::Park, "park-zy", right.0, right.1);
    if let Ask::Posting(_, Command::AssignOfficer { supersedes, was, .. }) = &mut ask {
        *supersedes = Some("an-event".to_owned());
        *was = Some(Seated { officer: wrong.0.parse().unwrap(), from: at(wrong.1) });
    }
    ask
}

fn holder(desk: &Desk, id: &EnterpriseId, day: &str) -> Option<String> {
    let posting: Posting = desk.read(id);
    posting.holder_at(Seat::Park, at(day)).map(ToString::to_string)
}

#[test]
fn another_officer_sat_there_and_the_one_who_was_named_never_did() {
    let (mut desk, id) = in_park();
    desk.when(by(PARK).asks(corrected(&id, "OFF-11", "2020-02-22"))).then(&[
        "posting-officer-assigned",
        "officer-post-left",
        "officer-post-taken",
    ]);
    assert_eq!(holder(&desk, &id, "2020-02-22").as_deref(), Some("OFF-11"));
    assert_eq!(holder(&desk, &id, "2020-02-21"), None);
    // He is free for another plant on all of those days.
    let other = desk.list("ENT-002");
    desk.when(by(PARK).asks(assign(&other, Seat::Park, "park-zy", "OFF-10", "2020-02-22")))
        .then(&["posting-officer-assigned", "officer-post-taken"]);
    desk.assert_replay_is_live();
}

/// The day before, the day, the day after.
#[test]
fn the_same_officer_came_on_another_day() {
    for (from, on_23, on_24) in
        [("2020-02-21", true, true), ("2020-02-23", true, true), ("2020-02-24", false, true)]
    {
        let (mut desk, id) = in_park();
        desk.given(by(PARK).asks(corrected(&id, "OFF-10", from)));
        let there = |day| holder(&desk, &id, day).is_some();
        assert_eq!([there("2020-02-23"), there("2020-02-24")], [on_23, on_24], "{from}");
        let officer: Officer = desk.read("OFF-10");
        let posts = officer.roll().unwrap().posts.iter();
        assert_eq!(posts.filter(|post| !post.period.is_empty()).count(), 1);
        desk.assert_replay_is_live();
    }
}

#[test]
fn what_is_so_already_needs_no_correction() {
    let (mut desk, id) = in_park();
    desk.when(by(PARK).asks(corrected(&id, "OFF-10", "2020-02-22"))).then(&[]);
}

/// What followed an end rests on it: only a posting that still runs is put right.
#[test]
fn a_posting_that_was_never_told_or_has_ended_is_not_put_right() {
    let (mut desk, id) = in_park();
    for wrong in [("OFF-11", "2020-02-22"), ("OFF-10", "2020-02-23")] {
        let ask = corrects(&id, ("OFF-12", "2020-02-22"), wrong);
        desk.when(by(PARK).asks(ask)).then_refused("NOT_FOUND");
    }
    desk.given(by(PARK).asks(withdraw(&id, Seat::Park, "2020-03-01")));
    desk.when(by(PARK).asks(corrected(&id, "OFF-11", "2020-02-22"))).then_refused("NOT_FOUND");
}

#[test]
fn a_transfer_is_put_right_and_the_one_before_stays() {
    let (mut desk, id) = in_park();
    desk.given(by(PARK).asks(transfer(&id, Seat::Park, "OFF-11", "2020-03-01")));
    let right = corrects(&id, ("OFF-12", "2020-03-01"), ("OFF-11", "2020-03-01"));
    desk.given(by(PARK).asks(right));
    let held = ["2020-02-29", "2020-03-01"].map(|day| holder(&desk, &id, day));
    assert_eq!(held, [Some("OFF-10".to_owned()), Some("OFF-12".to_owned())]);
    // It cannot reach into the days of the one before.
    let early = corrects(&id, ("OFF-12", "2020-02-28"), ("OFF-12", "2020-03-01"));
    desk.when(by(PARK).asks(early)).then_refused("SEAT_OCCUPIED");
}

#[test]
fn the_rules_for_a_seat_hold_for_its_correction() {
    let (mut desk, id) = in_park();
    let ask = || corrected(&id, "OFF-04", "2020-02-22");
    desk.when(by(PARK).asks(ask())).then_refused("SEAT_UNIT_MISMATCH");
    let another = by("li:500114106:township");
    desk.when(another.asks(corrected(&id, "OFF-11", "2020-02-22")))
        .then_refused("OUT_OF_JURISDICTION");
    // And nothing of it stands in the way of work.
    let firm = by(&format!("boss:{id}:enterprise"));
    desk.when(firm.asks(report(&id, "2020-03-03"))).then(&["resumption-resumed"]);
}

/// OFF-12 stands in on 2 and 3 March, as it was told; what is right names that.
fn stands_in_instead(id: &EnterpriseId, right: (&str, &str, &str), wrong: (&str, &str)) -> Ask {
    let mut ask = substitute(id, right.0, right.1, right.2);
    if let Ask::Posting(_, Command::Substitute { supersedes, was, .. }) = &mut ask {
        *supersedes = Some("an-event".to_owned());
        *was = Some(Seated { officer: wrong.0.parse().unwrap(), from: at(wrong.1) });
    }
    ask
}

fn substituted() -> (Desk, EnterpriseId) {
    let (mut desk, id) = in_park();
    desk.given(by(PARK).asks(substitute(&id, "OFF-12", "2020-03-02", "2020-03-03")));
    (desk, id)
}

const TOLD: (&str, &str) = ("OFF-12", "2020-03-02");

fn stood_in(desk: &Desk, id: &EnterpriseId) -> [Option<String>; 5] {
    let posting: Posting = desk.read(id);
    let on = |day| posting.substitute_at(Seat::Park, at(day)).map(ToString::to_string);
    ["2020-03-01", "2020-03-02", "2020-03-03", "2020-03-04", "2020-03-05"].map(on)
}

#[test]
fn another_officer_stood_in_or_on_other_days() {
    for (right, expected) in [
        (("OFF-11", "2020-03-02", "2020-03-03"), ["-", "OFF-11", "OFF-11", "-", "-"]),
        (("OFF-12", "2020-03-02", "2020-03-02"), ["-", "OFF-12", "-", "-", "-"]),
        (("OFF-12", "2020-03-03", "2020-03-04"), ["-", "-", "OFF-12", "OFF-12", "-"]),
    ] {
        let (mut desk, id) = substituted();
        desk.when(by(PARK).asks(stands_in_instead(&id, right, TOLD)))
            .then(&["posting-substituted"]);
        let found = stood_in(&desk, &id).map(|who| who.unwrap_or_else(|| "-".to_owned()));
        assert_eq!(found, expected, "{right:?}");
        desk.assert_replay_is_live();
    }
}

/// Unlike a posting, a substitution that is over is put right too: nothing rests on its end.
#[test]
fn who_stood_in_is_put_right_when_it_is_over_and_ends_once_more() {
    let (mut desk, id) = substituted();
    desk.at("2020-03-04T00:00:00+08:00");
    let end = Command::EndSubstitution { seat: Seat::Park, today: chrono::NaiveDate::default() };
    let knock = by("timer:eic:system").asks(Ask::Posting(id.clone(), end));
    desk.when(knock.clone()).then(&["posting-substitution-ended"]);
    let right = ("OFF-11", "2020-03-02", "2020-03-03");
    desk.given(by(PARK).asks(stands_in_instead(&id, right, TOLD)));
    desk.when(knock).then(&["posting-substitution-ended"]);
    assert_eq!(stood_in(&desk, &id)[2].as_deref(), Some("OFF-11"));
}

#[test]
fn a_substitution_that_was_never_told_is_not_put_right_and_no_other_is_displaced() {
    let (mut desk, id) = substituted();
    let right = ("OFF-11", "2020-03-02", "2020-03-03");
    for wrong in [("OFF-11", "2020-03-02"), ("OFF-12", "2020-03-03")] {
        desk.when(by(PARK).asks(stands_in_instead(&id, right, wrong))).then_refused("NOT_FOUND");
    }
    // What is so already needs no correction.
    let as_told = ("OFF-12", "2020-03-02", "2020-03-03");
    desk.when(by(PARK).asks(stands_in_instead(&id, as_told, TOLD))).then(&[]);
    desk.given(by(PARK).asks(substitute(&id, "OFF-11", "2020-03-04", "2020-03-05")));
    let longer = ("OFF-12", "2020-03-02", "2020-03-04");
    desk.when(by(PARK).asks(stands_in_instead(&id, longer, TOLD))).then_refused("SEAT_OCCUPIED");
    let himself = ("OFF-10", "2020-03-02", "2020-03-03");
    desk.when(by(PARK).asks(stands_in_instead(&id, himself, TOLD)))
        .then_refused("SEAT_SAME_OFFICER");
    let other = by("li:500114106:township");
    desk.when(other.asks(stands_in_instead(&id, right, TOLD))).then_refused("OUT_OF_JURISDICTION");
}
