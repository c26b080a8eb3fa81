use fugong_domain::{
    EnterpriseId,
    codes::{ReinspectionResult, Subject},
};
use fugong_fixtures::{
    by,
    desk::{Supervised, cases, enterprise as fictional},
};

use super::COMMISSION;

/// Two orders against ENT-004 fail, a flag is entered for two months, a third order is open.
pub(super) fn flag(desk: &mut Supervised) {
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
    desk.given(by(COMMISSION).asks(cases::enter(&id, 1, "decider", 2)));
}
