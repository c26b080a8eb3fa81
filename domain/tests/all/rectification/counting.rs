//! Each order counts for itself, and once.

use fugong_domain::{
    codes::{ReinspectionResult, SupersedeKind},
    rectification::Rectification,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::cases::{finding, order, order_instead, reinspect, revoke},
};

use super::{COMMISSION, SYSTEM, pass_day, served};

fn counts(desk: &Desk) -> Option<chrono::NaiveDate> {
    desk.read::<Rectification>(order(1)).counts_as_failed()
}

#[test]
fn lapsed_and_failed_count_once_from_the_first() {
    let (mut desk, _) = served();
    desk.at("2020-03-05T00:00:00+08:00").given(by(SYSTEM).asks(pass_day(1)));
    assert_eq!(counts(&desk), Some(date(2020, 3, 5)));
    desk.at("2020-03-06T09:00:00+08:00")
        .given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    assert_eq!(counts(&desk), Some(date(2020, 3, 5)));
}

#[test]
fn failing_counts_from_the_day_of_the_visit() {
    let (mut desk, _) = served();
    desk.at("2020-03-03T09:00:00+08:00")
        .given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    assert_eq!(counts(&desk), Some(date(2020, 3, 3)));
}

#[test]
fn a_correction_takes_the_count_back_and_a_further_order_keeps_it() {
    for (kind, counted) in
        [(SupersedeKind::Correction, None), (SupersedeKind::Further, Some(date(2020, 3, 5)))]
    {
        let (mut desk, id) = served();
        desk.at("2020-03-05T09:00:00+08:00")
            .given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
        desk.given(by(COMMISSION).asks(order_instead(2, &id, &[finding(1, 1)], 1, kind)));
        assert_eq!(counts(&desk), counted);
        desk.assert_replay_is_live();
    }
}

#[test]
fn what_was_revoked_never_counted() {
    let (mut desk, id) = served();
    desk.at("2020-03-05T09:00:00+08:00")
        .given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    let further = order_instead(2, &id, &[finding(1, 1)], 1, SupersedeKind::Further);
    desk.given(by(COMMISSION).asks(further)).given(by(COMMISSION).asks(revoke(1)));
    assert_eq!(counts(&desk), None);
}
