//! What the log keeps, for ever.

use fugong_domain::{
    codes::ProductionState,
    resumption::{DailyReport, Event},
};
use fugong_fixtures::{date, desk::asks::figures, sealed};

use super::{joined_to, suspended, unlisted};

#[test]
fn each_event_is_stored_like_this() {
    insta::assert_json_snapshot!(
        "resumption",
        [
            Event::ContinuousProductionDeclared {
                since: date(2020, 1, 20),
                supersedes: None,
                was: None,
                was_continuous: false,
                advisories: vec![fugong_domain::Advisory::PlanMissing],
            },
            Event::Planned { expected_on: date(2020, 3, 1), reason: Some(sealed("等原料")) },
            Event::Resumed {
                resumed_on: date(2020, 2, 27),
                on_post: Some(20),
                capacity_pct: Some(60),
                name: Some("无名加工点".to_owned()),
                township: Some("500114107".parse().unwrap()),
                advisories: vec![fugong_domain::Advisory::EnterpriseUnlisted],
            },
            Event::DailyReported(Box::new(DailyReport {
                difficulties: Some(sealed("包装材料不足")),
                supersedes: Some("01890a5d-ac96-774b-bcce-b302099a8057".to_owned()),
                was: Some(date(2020, 2, 27)),
                ..figures("2020-02-28")
            })),
            suspended("2020-03-05"),
            Event::Corrected {
                supersedes: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
                was: date(2020, 2, 27),
                was_continuous: false,
                resumed_on: date(2020, 2, 26),
                on_post: None,
                capacity_pct: None,
                advisories: Vec::new(),
            },
            Event::Ended { on: date(2020, 3, 9) },
            Event::Joined {
                provisional: unlisted(),
                state: ProductionState::Resumed,
                since: Some(date(2020, 2, 27)),
                first_resumed_on: Some(date(2020, 2, 27)),
                name: None,
                township: None,
            },
            // A site under a code that its firm got later, where neither is listed.
            Event::Joined {
                provisional: unlisted(),
                state: ProductionState::Resumed,
                since: Some(date(2020, 2, 27)),
                first_resumed_on: Some(date(2020, 2, 27)),
                name: Some("二厂".to_owned()),
                township: Some("500114106".parse().unwrap()),
            },
            joined_to(),
        ]
    );
}

/// What was told of the wrong kind is put right with a word on which kind it was.
#[test]
fn a_report_of_the_other_kind_is_put_right_like_this() {
    let supersedes = "01890a5d-ac96-774b-bcce-b302099a8057".to_owned();
    insta::assert_json_snapshot!(
        "resumption_corrected",
        [
            Event::ContinuousProductionDeclared {
                since: date(2020, 1, 20),
                supersedes: Some(supersedes.clone()),
                was: Some(date(2020, 2, 27)),
                was_continuous: false,
                advisories: Vec::new(),
            },
            Event::Corrected {
                supersedes,
                was: date(2020, 1, 20),
                was_continuous: true,
                resumed_on: date(2020, 2, 26),
                on_post: None,
                capacity_pct: None,
                advisories: Vec::new(),
            },
        ]
    );
}
