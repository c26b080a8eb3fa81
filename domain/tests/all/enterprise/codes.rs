//! 统一社会信用代码变更: one firm, whichever of its codes is named.

use chrono::NaiveDate as Date;
use fugong_core::{Register as _, Rows};
use fugong_domain::{
    Ask, CreditCode, EnterpriseId,
    barrier::Barrier,
    codes::{BarrierKind, Seat},
    enterprise::{Command, Enterprise},
    epidemic::Epidemic,
    measure::{ControlMeasure, Target},
    registers::{District, Line, table},
    resumption::Resumption,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        Supervised,
        asks::{assign, close, draft, report, report_of, whole_plan},
        control,
        economy::supply,
        help, registering,
    },
};
use serde_json::json;

use super::{COMMISSION, asked};

const OLD: &str = "91500114MAYY01045Q";
const NEW: &str = "91500114MAXX010287";
const FIRM: &str = "boss:91500114MAXX010287:enterprise";

fn change(to: &str) -> Command {
    changing(to, &[])
}

fn changing(to: &str, sites: &[&str]) -> Command {
    let sites = sites.iter().map(|site| site.parse().unwrap()).collect();
    Command::ChangeCode { to: to.parse().unwrap(), was: None, sites }
}

/// ENT-004, a mine, which has a new code since 26 February.
fn changed() -> (Desk, EnterpriseId, EnterpriseId) {
    let mut desk = Desk::open();
    let old = desk.list("ENT-004");
    desk.at("2020-02-26T10:00:00+08:00");
    desk.when(asked(&old, change(NEW))).then(&[
        "enterprise-code-changed",
        "enterprise-joined-to",
        "resumption-joined-to",
    ]);
    desk.at("2020-02-28T10:00:00+08:00");
    (desk, old, NEW.parse().unwrap())
}

fn lines(desk: &Desk, name: &str, on: Date) -> Vec<Line> {
    let mut rows = Rows::complete();
    for event in desk.history() {
        District.apply(&mut rows, event).unwrap();
        rows.keep();
    }
    (table(name).unwrap().lines)(&rows, on).unwrap()
}

#[test]
fn either_code_speaks_of_the_firm_and_for_it() {
    let (mut desk, old, new) = changed();
    desk.given(by(FIRM).asks(draft(&new, whole_plan())));
    let again = desk.when(by(FIRM).asks(draft(&old, whole_plan())));
    assert_eq!(again.payload("revision"), 2, "of the same plan");
    desk.given(by(FIRM).asks(help::raise(1, &new)));
    let case = desk.read::<fugong_domain::support::Support>(help::case(1));
    assert_eq!(case.case().unwrap().enterprise, old);
    let tells = by(&format!("boss:{OLD}:enterprise")).asks(report(&new, "2020-02-27"));
    desk.when(tells).then(&["resumption-resumed"]);
    desk.when(by(FIRM).asks(report(&old, "2020-02-28"))).then(&[]);
    assert!(desk.read::<Resumption>(&old).state_on(date(2020, 2, 28)).in_production());
    desk.assert_replay_is_live();
}

/// “不得对企业复工复产设置条件”
#[test]
fn a_resumption_under_the_new_code_is_recorded_whatever_became_known_first() {
    // The firm reports under its new code, of which nobody knows yet that it is its own.
    let mut desk = Desk::open();
    let (old, new) = (desk.list("ENT-004"), NEW.parse().unwrap());
    desk.at("2020-02-26T10:00:00+08:00");
    let tells = report_of(&new, "2020-02-25", None, Some("500114106"));
    desk.when(by(FIRM).asks(tells))
        .then(&["resumption-resumed"])
        .with_advisories(&["ENTERPRISE_UNLISTED", "PLAN_MISSING"]);
    desk.when(asked(&old, change(NEW))).then(&[
        "enterprise-code-changed",
        "enterprise-joined-to",
        "resumption-joined",
        "resumption-joined-to",
    ]);
    assert_eq!(desk.read::<Resumption>(&old).since(date(2020, 2, 26)), Some(date(2020, 2, 25)));
    desk.when(by(FIRM).asks(report(&new, "2020-02-26"))).then(&[]);
}

/// The second site reports under the code that nobody here knows yet; so does the third, later.
#[test]
fn what_a_site_reported_under_the_new_code_joins_the_firm() {
    let mut desk = Desk::open();
    let (old, site) = (desk.list("ENT-004"), format!("{NEW}~02"));
    desk.at("2020-02-26T10:00:00+08:00");
    let tells = report_of(&site.parse().unwrap(), "2020-02-25", Some("二厂"), Some("500114106"));
    desk.when(by(FIRM).asks(tells)).then(&["resumption-resumed"]);
    // Of those that the hint names, only what was reported joins.
    let third = format!("{NEW}~03");
    desk.when(asked(&old, changing(NEW, &[&site, &third, "91500114MAYY01061E~02"]))).then(&[
        "enterprise-code-changed",
        "enterprise-joined-to",
        "resumption-joined-to",
        "enterprise-joined-to",
        "resumption-joined",
        "resumption-joined-to",
    ]);
    let second: EnterpriseId = format!("{OLD}~02").parse().unwrap();
    let works = desk.read::<Resumption>(&second);
    assert_eq!(works.township().map(ToString::to_string).as_deref(), Some("500114106"));
    let dossiers = lines(&desk, "r12", date(2020, 2, 28));
    let its: Vec<_> = dossiers.iter().filter(|row| row["enterprise"] == json!(site)).collect();
    assert!(its.iter().any(|row| row["name"] == "二厂"), "{dossiers:?}");
    assert_eq!(works.since(date(2020, 2, 26)), Some(date(2020, 2, 25)));
    desk.when(by(FIRM).asks(report(&site.parse().unwrap(), "2020-02-26"))).then(&[]);
    desk.when(asked(&old, changing(NEW, &[&site]))).then(&[]);
    desk.assert_replay_is_live();
}

#[test]
fn a_code_is_one_firms_for_ever() {
    let (mut desk, old, new) = changed();
    let other = desk.list("ENT-001");
    desk.when(asked(&other, change(OLD))).then_refused("ENTERPRISE_EXISTS");
    desk.when(asked(&other, change(NEW))).then_refused("ENTERPRISE_EXISTS");
    let again = registering(fugong_fixtures::desk::enterprise("ENT-004"));
    desk.when(asked(&new, again)).then_refused("ENTERPRISE_EXISTS");
    // The same once more is no news, by either code; a third code is, and the first one again.
    desk.when(asked(&new, change(NEW))).then(&[]);
    let third = "91500114MAYY01053K";
    desk.when(asked(&new, change(third))).then(&[
        "enterprise-code-changed",
        "enterprise-joined-to",
        "resumption-joined-to",
    ]);
    desk.when(asked(&new, change(OLD))).then(&["enterprise-code-changed"]);
    desk.when(asked(&old, change(NEW))).then(&["enterprise-code-changed"]);
    let code: CreditCode = NEW.parse().unwrap();
    assert_eq!(desk.read::<Enterprise>(&old).entry().unwrap().code, Some(code));
    let unlisted: EnterpriseId = "91500114MAYY01061E".parse().unwrap();
    desk.when(asked(&unlisted, change(third))).then_refused("ENTERPRISE_UNKNOWN");
    let firm = by(FIRM).asks(Ask::Enterprise(old, change(third)));
    desk.when(firm).then_refused("ROLE_NOT_ALLOWED");
}

#[test]
fn sites_and_suppliers_are_named_by_either_code() {
    let (mut desk, old, new) = changed();
    let site = |id: &EnterpriseId| format!("{id}~02").parse::<EnterpriseId>().unwrap();
    let mut register = registering(fugong_fixtures::desk::enterprise("ENT-004"));
    if let Command::Register { scale, .. } = &mut register {
        *scale = None;
    }
    desk.given(asked(&site(&new), register));
    assert!(desk.read::<Enterprise>(&site(&old)).entry().is_some());
    let supplier = desk.list("ENT-011");
    let said = desk.when(by(COMMISSION).asks(supply(&supplier, &new)));
    assert_eq!(said.payload("supplier_of"), OLD);
    desk.when(by(COMMISSION).asks(supply(&new, &old))).then_refused("INVALID_FIELD");
    let officer = desk.enrol("OFF-01");
    let seat = assign(&site(&new), Seat::Township, "500114106", officer.as_str(), "2020-02-28");
    desk.when(by("tw:500114106:township").asks(seat))
        .then(&["posting-officer-assigned", "officer-post-taken"]);
}

#[test]
fn registers_show_the_code_of_the_day() {
    let (mut desk, old, new) = changed();
    let of = |desk: &Desk, name, on| -> Vec<serde_json::Value> {
        lines(desk, name, on).into_iter().map(|row| row["enterprise"].clone()).collect()
    };
    for (on, code) in [(date(2020, 2, 25), &old), (date(2020, 2, 26), &new)] {
        assert_eq!(of(&desk, "r2", on), [json!(code)]);
        assert_eq!(of(&desk, "r4", on), [json!(code)]);
    }
    // R12 has a row for whatever was ever named; the one that joined is told by its listing.
    let dossiers = lines(&desk, "r12", date(2020, 2, 28));
    let listed: Vec<_> = dossiers.iter().filter(|row| row["listing"] == "listed").collect();
    assert_eq!((&listed[0]["enterprise"], listed.len()), (&json!(new), 1));
    assert_eq!(listed[0]["former_codes"], json!([OLD]));
    desk.given(asked(&old, change(OLD)));
    assert_eq!(of(&desk, "r2", date(2020, 2, 28)), [json!(old)]);
}

#[test]
fn what_waited_for_a_listing_under_the_new_code_waits_no_more() {
    let mut all = Supervised::open();
    let (old, new): (EnterpriseId, EnterpriseId) = (all.desk.list("ENT-004"), NEW.parse().unwrap());
    all.at("2020-02-26T10:00:00+08:00");
    all.given(by(COMMISSION).asks(report_of(&new, "2020-02-25", None, Some("500114106"))));
    assert!(all.inbox().iter().any(|task| task.kind == "list-enterprise"));
    all.given(asked(&old, change(NEW)));
    let inbox = all.inbox();
    assert!(inbox.iter().all(|task| task.enterprise.as_ref() == Some(&old)), "{inbox:?}");
    assert!(inbox.iter().any(|task| task.kind == "first-visit"), "{inbox:?}");
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn listed_again_after_a_closure_it_keeps_its_code() {
    let (mut desk, old, new) = changed();
    desk.given(by(COMMISSION).asks(close(&new, "2020-02-28")));
    desk.when(by(FIRM).asks(report(&new, "2020-02-28"))).then_refused("ENTERPRISE_CLOSED");
    let again = registering(fugong_fixtures::desk::enterprise("ENT-004"));
    desk.when(asked(&new, again)).then(&["enterprise-registered"]);
    let code: CreditCode = NEW.parse().unwrap();
    assert_eq!(desk.read::<Enterprise>(&old).entry().unwrap().code, Some(code));
    desk.assert_replay_is_live();
}

#[test]
fn reports_and_measures_under_either_code_are_the_firms() {
    let (mut desk, old, new) = changed();
    desk.given(by(FIRM).asks(help::bar(1, BarrierKind::Roadblock, Some(NEW), None)));
    let case = desk.read::<Barrier>(help::report_id(1)).case().unwrap().clone();
    assert_eq!(
        (case.enterprise, case.reported_by.enterprise()),
        (Some(old.clone()), Some(old.clone()))
    );
    assert_eq!(case.against.unwrap().enterprise(), Some(old.clone()), "and is kept from it");
    desk.given(by(FIRM).asks(control::fall_ill(1, &new, 1)));
    let incident = desk.read::<Epidemic>(control::incident(1));
    assert_eq!(incident.course().unwrap().enterprise, old);
    desk.given(control::stop(1, Target::Enterprise(new.clone())));
    let measure = desk.read::<ControlMeasure>(control::measure(1));
    assert_eq!(measure.terms().unwrap().target, Target::Enterprise(old));
    let told = desk.when(by(FIRM).asks(control::report_under(&new, "2020-02-28", &[1])));
    let remarks = told.then(&["resumption-resumed"]).payload("advisories").to_string();
    assert!(remarks.contains("STOP_ORDER_IN_FORCE"), "{remarks}");
    desk.assert_replay_is_live();
}
