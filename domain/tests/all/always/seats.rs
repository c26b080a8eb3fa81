//! The seats of the 双驻厂员 follow from place, size and trade, and from nothing else.

use chrono::NaiveDate as Date;
use fugong_core::{Occurred, shanghai_day};
use fugong_domain::{
    EnterpriseId, UnitCode,
    act::REGIME,
    codes::{EnterpriseState, Scale, Seat},
    enterprise::Enterprise,
    posting::Posting,
    regime::Regime,
    registers::{District, table},
};
use fugong_fixtures::{Desk, by, desk::asks::report};
use proptest::prelude::*;
use serde_json::Value;

use super::{
    after,
    histories::{COMMISSION, enterprises, history},
    registers::folded,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_seats_due_follow_from_place_size_and_trade(
        steps in history(50),
        troubled in any::<bool>(),
    ) {
        let mut all = after(&steps, troubled);
        let today = shanghai_day(all.desk.now());
        let seats = (table("r4-seats").unwrap().lines)(&folded(&all.desk, &District), today).unwrap();
        for id in enterprises() {
            let due = due(&all.desk, &id, today);
            let posting: Posting = all.desk.read(&id);
            // Whoever sits there is of the unit whose the seat is, be the seat due or not.
            for seat in Seat::ALL {
                let sits = posting.sitting(*seat).filter(|it| it.period.has_begun(Occurred::At(all.desk.now())));
                if let Some(tenure) = sits {
                    let owner = owner(&all.desk, &id, *seat, today);
                    prop_assert_eq!(owner.as_ref(), Some(&tenure.unit), "{} {}", id, seat);
                }
            }
            let named = shown_as(&all.desk, &id);
            let shown = |column: &str| {
                let its = seats.iter().filter(|row| row["enterprise"].as_str() == named.as_deref());
                let such = its.filter(|row| row[column] == Value::Bool(true));
                such.map(|row| row["seat"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            prop_assert_eq!(shown("required"), due.iter().map(ToString::to_string).collect::<Vec<_>>(), "{}", id);
            // A report names the vacant ones, and only those.
            let act = by(COMMISSION).asks(report(&id, &today.to_string()));
            let Ok(told) = all.desk.rehearse(act).into_result() else { continue };
            let Some((_, payload)) = told.first() else { continue };
            let said = payload["resumed"]["advisories"].as_array().unwrap().iter();
            let said: Vec<_> =
                said.filter_map(|one| one.as_str().unwrap().strip_prefix("SEAT_VACANT:")).collect();
            let joined = super::stands_for(&all.desk, &id);
            let posting: Posting = all.desk.read(&joined);
            let now = Occurred::At(all.desk.now());
            let vacant = self::due(&all.desk, &joined, today);
            let vacant = vacant.into_iter().filter(|seat| posting.holder_at(*seat, now).is_none());
            prop_assert_eq!(said, vacant.map(Seat::code).collect::<Vec<_>>(), "{}", id);
        }
    }
}

/// Under which code registers show it; a later code of a firm has no row of its own.
fn shown_as(desk: &Desk, id: &EnterpriseId) -> Option<String> {
    let firm: Enterprise = desk.read(id.whole());
    if firm.joined_to().is_some() {
        return None;
    }
    let code = firm.entry().and_then(|entry| entry.code);
    Some(code.map_or_else(|| id.clone(), |code| id.under(code)).to_string())
}

/// Said again, apart from the code: in the park, industrial → township and park, not industrial →
/// park only; outside, above scale → township and commission, else township.
fn due(desk: &Desk, id: &EnterpriseId, today: Date) -> Vec<Seat> {
    let (own, firm): (Enterprise, Enterprise) = (desk.read(id), desk.read(id.whole()));
    if !matches!(own.state(), EnterpriseState::Listed | EnterpriseState::Closing) {
        return Vec::new();
    }
    let entry = own.entry().unwrap();
    let industrial = desk.read::<Regime>(REGIME).is_industrial(&entry.industry);
    let inside = entry.place.on(today).park.is_some();
    let above = firm.scale_on(today) == Some(Scale::Above);
    let mut due = Vec::new();
    if industrial {
        due.push(Seat::Township);
    }
    if inside {
        due.push(Seat::Park);
    } else if industrial && above {
        due.push(Seat::Eic);
    }
    due
}

fn owner(desk: &Desk, id: &EnterpriseId, seat: Seat, today: Date) -> Option<UnitCode> {
    let own: Enterprise = desk.read(id);
    if !matches!(own.state(), EnterpriseState::Listed | EnterpriseState::Closing) {
        return None;
    }
    let place = own.place_on(today)?;
    match seat {
        Seat::Township => Some(place.township.clone()),
        Seat::Park => place.park.clone(),
        Seat::Eic => Some("eic".parse().unwrap()),
    }
}
