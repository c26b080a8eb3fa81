//! R4: who is stationed where, which seats are vacant, and how far that covers.

use chrono::NaiveDate as Date;
use fugong_domain::{
    Ask, EnterpriseId,
    codes::{Scale, Seat},
    enterprise, posting,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::{assign, close, report},
        enterprise as fictional, registering,
    },
    sealed,
};
use serde_json::json;

use super::{COMMISSION, FEB_26, FEB_29, four, line_of, lines};

const TOWN: &str = "he:500114106:township";

/// ENT-004, a mine above scale outside the park, with the township's officer since 27 February.
fn seated() -> (Desk, [EnterpriseId; 4]) {
    let (mut desk, ids) = four();
    desk.enrol("OFF-01");
    let act = assign(&ids[0], Seat::Township, "500114106", "OFF-01", "2020-02-27");
    desk.given(by(TOWN).asks(act));
    (desk, ids)
}

fn visit(id: &EnterpriseId, seat: Seat, at: &str) -> Ask {
    let command = posting::Command::LogVisit {
        seat,
        at: at.parse().unwrap(),
        items: Vec::new(),
        notes: None,
        supersedes: None,
        was: None,
        visitor: None,
    };
    Ask::Posting(id.clone(), command)
}

fn coverage(desk: &Desk, group: &str, on: Date) -> super::Line {
    let all = lines(desk, "r4-summary", on).into_iter();
    all.clone().find(|line| line["group"] == group).unwrap_or_default()
}

/// “确保不留死角、不漏盲区”: by name, and not as a count.
#[test]
fn vacant_seats_are_named() {
    let (desk, [mine, silk, ..]) = seated();
    let vacant = |id, on| line_of(&desk, "r4", id, on)["vacant"].clone();
    assert_eq!(vacant(&mine, FEB_26), json!(["township", "eic"]), "the day before");
    assert_eq!(vacant(&mine, date(2020, 2, 27)), json!(["eic"]), "the day itself");
    assert_eq!(vacant(&silk, FEB_29), json!(["township", "park"]));
    let seats = lines(&desk, "r4-seats", FEB_29);
    let of_mine: Vec<_> =
        seats.iter().filter(|row| row["enterprise"] == mine.to_string()).collect();
    let rows: Vec<_> = of_mine.iter().map(|row| (&row["seat"], &row["vacant"])).collect();
    assert_eq!(rows, [(&json!("township"), &json!(false)), (&json!("eic"), &json!(true))]);
}

#[test]
fn an_enterprise_has_one_row_with_both_of_its_seats() {
    let (mut desk, [mine, ..]) = seated();
    desk.enrol("OFF-02");
    desk.given(by(COMMISSION).asks(assign(&mine, Seat::Eic, "eic", "OFF-02", "2020-02-28")));
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-28")));
    desk.given(by(TOWN).asks(visit(&mine, Seat::Township, "2020-02-29T09:00:00+08:00")));
    desk.given(by(TOWN).asks(visit(&mine, Seat::Township, "2020-02-29T15:00:00+08:00")));
    assert_eq!(lines(&desk, "r4", FEB_29).len(), 4);
    let row = line_of(&desk, "r4", &mine, FEB_29);
    for (column, value) in [
        ("in_park", json!(false)),
        ("scale", json!("above")),
        ("stationed", json!(true)),
        ("vacant", json!([])),
        ("township_officer", json!("OFF-01")),
        ("township_since", json!("2020-02-27")),
        ("township_title", json!("干部")),
        ("second_seat", json!("eic")),
        ("second_officer", json!("OFF-02")),
        ("second_unit", json!("区经信委")),
        ("second_since", json!("2020-02-28")),
        ("visits_24h", json!(2)),
        ("concurrent", json!(false)),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    // Names and telephones leave the register as they are stored: sealed.
    for column in ["township_officer_name", "township_phone", "second_officer_name"] {
        assert!(row[column]["sealed"].is_string(), "{column}: {}", row[column]);
    }
}

/// However often he came since: an early day is asked for in April.
#[test]
fn a_visit_is_counted_on_its_day_for_good() {
    let (mut desk, [mine, ..]) = seated();
    desk.at("2020-03-05T20:00:00+08:00");
    for (day, times) in [("2020-02-28", 1), ("2020-02-29", 2), ("2020-03-02", 70)] {
        for minute in 0..times {
            let at = format!("{day}T{:02}:{:02}:00+08:00", 9 + minute / 60, minute % 60);
            desk.given(by(TOWN).asks(visit(&mine, Seat::Township, &at)));
        }
    }
    for (day, visits) in
        [(date(2020, 2, 28), 1), (FEB_29, 2), (date(2020, 3, 1), 0), (date(2020, 3, 2), 70)]
    {
        assert_eq!(line_of(&desk, "r4", &mine, day)["visits_24h"], visits, "{day}");
        let row = lines(&desk, "r13", day).into_iter().find(|row| row["officer"] == "OFF-01");
        assert_eq!(row.unwrap()["visits_24h"], visits, "{day}");
    }
}

/// 「一人一厂」: whoever holds two plants shows why, however he came to the second.
#[test]
fn a_concurrent_posting_shows_its_reason_also_after_a_transfer() {
    let (mut desk, [mine, ..]) = seated();
    desk.at("2020-02-24T20:00:00+08:00");
    let other = desk.list("ENT-007");
    desk.at("2020-02-29T20:00:00+08:00");
    for officer in ["OFF-02", "OFF-03"] {
        desk.enrol(officer);
    }
    desk.given(by(COMMISSION).asks(assign(&mine, Seat::Eic, "eic", "OFF-02", "2020-02-26")));
    desk.given(by(COMMISSION).asks(assign(&other, Seat::Eic, "eic", "OFF-03", "2020-02-26")));
    let transfer = posting::Command::Transfer {
        seat: Seat::Eic,
        to: "OFF-02".parse().unwrap(),
        effective_at: "2020-02-28".parse().unwrap(),
        concurrent_reason: Some(sealed("人手不足")),
        unit: None,
    };
    desk.given(by(COMMISSION).asks(Ask::Posting(other.clone(), transfer)));
    let concurrent = |on| {
        let row = line_of(&desk, "r4", &other, on);
        (row["concurrent"].clone(), row["concurrent_reasons"].clone())
    };
    assert_eq!(concurrent(date(2020, 2, 27)), (json!(false), json!([])));
    assert_eq!(concurrent(date(2020, 2, 28)), (json!(true), json!([sealed("人手不足")])));
    let row = line_of(&desk, "r4", &mine, FEB_29);
    assert_eq!(row["concurrent"], false, "the first plant is nothing beside the rule");
}

/// A posting that was put right is shown as it was right, on every day.
#[test]
fn who_was_named_by_mistake_is_in_no_row() {
    let (mut desk, [mine, ..]) = seated();
    for officer in ["OFF-02", "OFF-03"] {
        desk.enrol(officer);
    }
    desk.given(by(COMMISSION).asks(assign(&mine, Seat::Eic, "eic", "OFF-02", "2020-02-26")));
    let mut right = assign(&mine, Seat::Eic, "eic", "OFF-03", "2020-02-27");
    if let Ask::Posting(_, posting::Command::AssignOfficer { supersedes, was, .. }) = &mut right {
        let wrong = posting::Seated {
            officer: "OFF-02".parse().unwrap(),
            from: "2020-02-26".parse().unwrap(),
        };
        (*supersedes, *was) = (Some("an-event".to_owned()), Some(wrong));
    }
    desk.given(by(COMMISSION).asks(right));
    let second = |on| line_of(&desk, "r4", &mine, on)["second_officer"].clone();
    assert_eq!(second(FEB_26), json!(null));
    assert_eq!(second(date(2020, 2, 27)), "OFF-03");
}

/// Whether that one leaves the seat to nobody or to another.
#[test]
fn who_stands_in_leaves_with_the_one_in_whose_place_he_stands() {
    let seat = Seat::Eic;
    let at = "2020-02-28".parse().unwrap();
    let withdraw = || {
        let (reason, rule, advisories) = (None, None, Vec::new());
        posting::Command::Withdraw { seat, at, reason, rule, advisories }
    };
    let transfer = || posting::Command::Transfer {
        seat,
        to: "OFF-09".parse().unwrap(),
        effective_at: at,
        concurrent_reason: None,
        unit: None,
    };
    for leave in [withdraw(), transfer()] {
        let (mut desk, [mine, ..]) = seated();
        for officer in ["OFF-02", "OFF-03", "OFF-09"] {
            desk.enrol(officer);
        }
        desk.given(by(COMMISSION).asks(assign(&mine, seat, "eic", "OFF-02", "2020-02-20")));
        let substitute = posting::Command::Substitute {
            seat,
            substitute: "OFF-03".parse().unwrap(),
            from: "2020-02-26".parse().unwrap(),
            until: "2020-03-10".parse().unwrap(),
            supersedes: None,
            was: None,
        };
        desk.given(by(COMMISSION).asks(Ask::Posting(mine.clone(), substitute)));
        desk.given(by(COMMISSION).asks(Ask::Posting(mine.clone(), leave)));
        let substitutes = |on| line_of(&desk, "r4", &mine, on)["substitutes"].clone();
        assert_eq!(substitutes(date(2020, 2, 25)), json!([]));
        assert_eq!(substitutes(date(2020, 2, 27)), json!(["OFF-03"]));
        assert_eq!(substitutes(date(2020, 2, 28)), json!([]));
    }
}

/// Designated for all, stationed where there is production: both bases, with numerator and base.
#[test]
fn both_bases_are_shown() {
    let (mut desk, [mine, silk, ..]) = seated();
    let row = coverage(&desk, "all", FEB_29);
    assert_eq!((&row["enterprises"], &row["seats"]), (&json!(4), &json!(7)));
    assert_eq!((&row["designated"], &row["vacant"]), (&json!(1), &json!(6)));
    assert_eq!(row["designated_rate"], "14.28%");
    assert_eq!((&row["seats_at_work"], &row["stationed_rate"]), (&json!(0), &json!("—")));
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-28")));
    desk.given(by(COMMISSION).asks(report(&silk, "2020-02-29")));
    desk.given(by(TOWN).asks(visit(&mine, Seat::Township, "2020-02-29T09:00:00+08:00")));
    let row = coverage(&desk, "all", FEB_29);
    assert_eq!((&row["at_work"], &row["seats_at_work"]), (&json!(2), &json!(4)));
    assert_eq!((&row["stationed"], &row["stationed_rate"]), (&json!(1), &json!("25.00%")));
    assert_eq!(row["visited_24h"], 1);
    assert_eq!(coverage(&desk, "park", FEB_29)["seats"], 4);
    assert_eq!(coverage(&desk, "outside", FEB_29)["seats"], 3);
}

/// A second site has the size of its code, and so the seats of that size.
#[test]
fn a_site_has_the_seats_of_its_codes_size() {
    let (mut desk, [mine, ..]) = four();
    let site: EnterpriseId = format!("{mine}~02").parse().unwrap();
    let mut register = registering(fictional("ENT-004"));
    if let enterprise::Command::Register { scale, .. } = &mut register {
        *scale = None;
    }
    desk.given(by(COMMISSION).asks(Ask::Enterprise(site.clone(), register)));
    let row = line_of(&desk, "r4", &site, FEB_29);
    assert_eq!((&row["scale"], &row["vacant"]), (&json!("above"), &json!(["township", "eic"])));
    assert_eq!(line_of(&desk, "r12", &site, FEB_29)["scale"], "above");
    let reclassify = enterprise::Command::ReclassifyScale {
        to: Scale::Below,
        effective_on: FEB_29,
        basis: "统计名录库".to_owned(),
        advisories: Vec::new(),
    };
    desk.given(by(COMMISSION).asks(Ask::Enterprise(mine.clone(), reclassify)));
    assert_eq!(line_of(&desk, "r4", &site, FEB_29)["vacant"], json!(["township"]));
    desk.given(by(COMMISSION).asks(close(&mine, "2020-02-29")));
    assert!(lines(&desk, "r4", FEB_29).iter().all(|row| row["enterprise"] != mine.to_string()));
    assert_eq!(line_of(&desk, "r12", &mine, FEB_29)["vacant_seats"], json!([]));
}
