//! What the log keeps, for ever.

use fugong_domain::{
    Advisory,
    codes::{ClosureKind, ExclusionKind, Scale, SetAsideReason, Tier},
    enterprise::Event,
};
use fugong_fixtures::{date, sealed};

use super::{provisional, unit};

/// A revenue that does not fit the size.
fn corrected_revenue() -> Event {
    Event::DetailsCorrected {
        name: None,
        industry_code: None,
        prior_year_revenue_cny: Some(1_900_000),
        headcount: None,
        advisories: vec![Advisory::ScaleDisagreesWithRevenue],
    }
}

#[test]
fn each_event_is_stored_like_this() {
    insta::assert_json_snapshot!(
        "enterprise",
        [
            Event::Registered {
                name: "黔江区测试石灰石矿业有限公司".to_owned(),
                industry_code: "1011".parse().unwrap(),
                township: unit("500114106"),
                park: None,
                scale: Some(Scale::Above),
                prior_year_revenue_cny: Some(45_800_000),
                headcount: Some(95),
                parent: None,
                advisories: Vec::new(),
            },
            Event::DetailsCorrected {
                name: None,
                industry_code: Some("1019".parse().unwrap()),
                prior_year_revenue_cny: None,
                headcount: Some(96),
                advisories: Vec::new(),
            },
            corrected_revenue(),
            Event::ScaleReclassified {
                to: Scale::Below,
                effective_on: date(2020, 4, 1),
                basis: "一套表".to_owned(),
                advisories: vec![Advisory::ScaleDisagreesWithRevenue],
            },
            Event::Relocated {
                township: unit("500114004"),
                park: Some(unit("park-zy")),
                effective_on: date(2020, 3, 1),
            },
            Event::TierAssigned { tier: Tier::T2, basis: "保供名单".to_owned() },
            Event::ListingJoined { provisional: provisional() },
            Event::JoinedTo { listed: "91500114MAYY01045Q".parse().unwrap() },
            Event::Excluded {
                kind: ExclusionKind::SeasonalStop,
                from: date(2020, 3, 1),
                until: Some(date(2020, 3, 31)),
                basis: "季节性".to_owned(),
            },
            Event::Readmitted { from: date(2020, 3, 20), basis: "复核".to_owned() },
            Event::ClosureBegun { kind: ClosureKind::Deregistered },
            Event::Closed { kind: ClosureKind::Deregistered, on: date(2020, 3, 9) },
            Event::EarlierPaperRecorded {
                authority: "渝肺炎组办发〔2020〕24号".to_owned(),
                dated: date(2020, 2, 10),
                summary: sealed("summary"),
            },
            Event::OtherLawReferenceRecorded {
                authority: "区应急局".to_owned(),
                dated: date(2020, 3, 2),
                outcome: sealed("outcome"),
            },
            Event::Guided {
                lead: unit("emb"),
                points: vec![sealed("point")],
                production_plan: None,
            },
            Event::SetAside { reason: SetAsideReason::NotIndustrial },
        ]
    );
}

#[test]
fn each_event_of_codes_supplies_and_projects_is_stored_like_this() {
    insta::assert_json_snapshot!(
        "enterprise_economy",
        [
            Event::CodeChanged {
                was: "91500114MAYY01045Q".parse().unwrap(),
                to: "91500114MAXX010287".parse().unwrap(),
            },
            Event::SupplyLinkDeclared {
                supplier_of: "91500114MAYY01168R".parse().unwrap(),
                until: Some(date(2020, 6, 30)),
            },
            Event::KeyProjectMarked {
                number: 1,
                name: "年产2万吨玻璃纤维生产线".to_owned(),
                investment_cny: Some(320_000_000),
                starts_by: Some(date(2020, 3, 10)),
            },
            Event::KeyProjectStarted { number: 1, on: date(2020, 3, 9) },
        ]
    );
}
