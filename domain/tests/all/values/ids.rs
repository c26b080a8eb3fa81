//! Document numbers, ids and industries.

use std::str::FromStr;

use fugong_domain::{
    Digest, DocumentNumber, EnterpriseId, FindingId, FlagId, IndustryCode, InspectionId, OfficerId,
    TaskId, UnitCode,
};

const UUID: &str = "01929a2e-0000-7000-8000-000000000001";

fn canonical<T: FromStr + ToString>(text: &str) -> Option<String> {
    text.parse::<T>().ok().map(|value| value.to_string())
}

/// The numbers that the notice cites, one with a stray space as it is printed there.
#[test]
fn document_numbers_are_read_as_the_notice_prints_them() {
    let cited = [
        ("渝肺炎组办发〔2020〕24号", "渝肺炎组办发〔2020〕24号"),
        ("渝肺炎组发〔2020〕6 号", "渝肺炎组发〔2020〕6号"),
        ("黔防控指综办发〔2020〕 20 号", "黔防控指综办发〔2020〕20号"),
        ("渝安办〔２０２０〕６号", "渝安办〔2020〕6号"),
    ];
    for (printed, kept) in cited {
        assert_eq!(canonical::<DocumentNumber>(printed).as_deref(), Some(kept), "{printed}");
    }
    let number: DocumentNumber = "渝肺炎组办发〔2020〕39号".parse().unwrap();
    assert_eq!((number.issuer(), number.year(), number.number()), ("渝肺炎组办发", 2020, 39));
}

#[test]
fn what_is_no_document_number_is_refused() {
    let wrong = [
        "",
        "24号",
        "〔2020〕24号",
        "渝肺炎组办发[2020]24号",
        "渝肺炎组办发〔20〕24号",
        "渝肺炎组办发〔2020〕号",
        "渝肺炎组办发〔2020〕24",
        "渝肺炎组办发〔2020〕24号之一",
        "渝肺炎组办发〔2020〕99999999999号",
    ];
    for text in wrong {
        let error = text.parse::<DocumentNumber>().unwrap_err();
        assert!(error.to_string().contains("〔2020〕24号"), "{text}: {error}");
    }
}

#[test]
fn an_officer_is_a_pseudonym() {
    assert_eq!(canonical::<OfficerId>("OFF-01").as_deref(), Some("OFF-01"));
    for wrong in ["", "张三", "OFF 01", "a:b", "x\0", &"x".repeat(65)] {
        assert_eq!(canonical::<OfficerId>(wrong), None, "{wrong:?}");
    }
}

#[test]
fn an_inspection_is_a_uuid_in_one_spelling() {
    let loud = UUID.to_uppercase();
    assert_eq!(canonical::<InspectionId>(&loud).as_deref(), Some(UUID));
    for wrong in ["", "1", &format!("{UUID}0"), &format!("{UUID}-"), &UUID.replace('-', "")] {
        assert_eq!(canonical::<InspectionId>(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_finding_names_its_inspection() {
    let inspection: InspectionId = UUID.parse().unwrap();
    let second = FindingId::nth(&inspection, 2);
    assert_eq!(second.to_string(), format!("{UUID}.2"));
    assert_eq!(second.inspection(), inspection);
    assert_eq!(second.number(), 2);
    for wrong in ["0", "01", "-1", "x", ""] {
        assert_eq!(canonical::<FindingId>(&format!("{UUID}.{wrong}")), None, "{wrong:?}");
    }
}

/// Credit goes by code, whatever the site.
#[test]
fn a_flag_names_its_enterprise() {
    let site: EnterpriseId = "91500114MAYY01168R~02".parse().unwrap();
    let flag = FlagId::nth(&site, 1);
    assert_eq!(flag.to_string(), "91500114MAYY01168R.1");
    assert_eq!(flag, "91500114mayy01168r.1".parse().unwrap());
    assert_eq!(canonical::<FlagId>("91500114MAYY01168R"), None);
}

#[test]
fn a_task_names_its_cause() {
    assert_eq!(TaskId::of("seats", 17, 0), "seats.17.0".parse().unwrap());
    for wrong in ["seats", "seats.17", "Seats.17.0", "seats.-1.0", "seats.17.x", ".1.0"] {
        assert_eq!(canonical::<TaskId>(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_unit_is_a_township_a_park_an_office_or_an_enterprise() {
    for code in ["500114106", "park-zy", "eic", "91500114MAYY010106"] {
        assert_eq!(canonical::<UnitCode>(code).as_deref(), Some(code));
    }
    let own: UnitCode = "91500114mayy010106 ".parse().unwrap();
    assert_eq!(own.to_string(), "91500114MAYY010106");
    assert!(own.enterprise().is_some());
    for wrong in ["", "区经信委", "EIC", "-x", "a b", "a:b"] {
        assert_eq!(canonical::<UnitCode>(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_paper_is_its_digest() {
    let digest = "AB".repeat(32);
    assert_eq!(canonical::<Digest>(&digest), Some("ab".repeat(32)));
    assert_eq!(canonical::<Digest>("ab"), None);
    assert_eq!(canonical::<Digest>(&"xy".repeat(32)), None);
}

#[test]
fn an_industry_is_two_to_four_digits() {
    for (code, division) in [("06", "06"), ("101", "10"), ("1353", "13")] {
        let code: IndustryCode = code.parse().unwrap();
        assert_eq!(code.division(), division);
    }
    for wrong in ["", "6", "C17", "13530", "１３"] {
        assert_eq!(canonical::<IndustryCode>(wrong), None, "{wrong:?}");
    }
}
