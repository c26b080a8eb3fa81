//! API keys: issued, exchanged, withdrawn.

mod stored;

use fugong_domain::{Act, Ask, api_key::ApiKey};
use fugong_fixtures::{
    by,
    desk::{
        Supervised,
        api_keys::{digest, grant, issue, rotate, withdraw},
        asks::report,
    },
    given,
};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const NOW: &str = "2020-03-05T09:00:00+08:00";
const SOON: &str = "2020-03-06T01:00:00Z";

fn admin(ask: Ask) -> Act {
    by("it-01:eic:admin").asks(ask)
}

fn opened() -> Supervised {
    let mut all = Supervised::open();
    all.at(NOW);
    all
}

#[test]
fn a_key_is_issued_exchanged_and_withdrawn() {
    let mut all = opened();
    let issued = || admin(issue(ID, grant("eic", "integrator"), "2020-12-31"));
    all.when(issued()).then(&["api-key-issued"]);
    all.when(issued()).then(&[]);
    all.when(admin(rotate(ID, 2, "2021-03-06", SOON))).then(&["api-key-rotated"]);
    all.when(admin(withdraw(ID))).then(&["api-key-withdrawn"]);
    all.when(admin(withdraw(ID))).then(&[]);
    all.when(admin(rotate(ID, 3, "2020-12-31", SOON))).then_refused("INVALID_FIELD");
    all.desk.assert_replay_is_live();
}

#[test]
fn only_the_admin_lets_programs_in() {
    let mut all = opened();
    for who in ["zhang:eic:commission", "li:hq:headquarters", "ma:eic:auditor", "p:eic:integrator"]
    {
        let issued = issue(ID, grant("eic", "integrator"), "2020-12-31");
        all.when(by(who).asks(issued)).then_refused("ROLE_NOT_ALLOWED");
        all.when(by(who).asks(withdraw(ID))).then_refused("ROLE_NOT_ALLOWED");
    }
}

#[test]
fn a_key_lasts_from_today_to_a_year_ahead() {
    let mut all = opened();
    let until = |day: &str| admin(issue(ID, grant("eic", "integrator"), day));
    all.when(until("2020-03-04")).then_refused("INVALID_FIELD");
    all.when(until("2021-03-07")).then_refused("INVALID_FIELD");
    all.when(until("2021-03-06")).then(&["api-key-issued"]);
    all.when(admin(rotate(ID, 2, "2020-03-04", SOON))).then_refused("INVALID_FIELD");
    all.when(admin(rotate(ID, 2, "2020-03-05", SOON))).then(&["api-key-rotated"]);
}

#[test]
fn a_key_is_for_a_role_that_its_unit_has_and_never_for_an_admin() {
    let mut all = opened();
    for (unit, role) in
        [("eic", "township"), ("500114106", "commission"), ("eic", "admin"), ("eic", "system")]
    {
        let issued = admin(issue(ID, grant(unit, role), "2020-12-31"));
        all.when(issued).then_refused("INVALID_FIELD");
    }
}

#[test]
fn what_was_never_issued_is_neither_exchanged_nor_withdrawn() {
    let mut all = opened();
    all.when(admin(rotate(ID, 2, "2020-12-31", SOON))).then_refused("NOT_FOUND");
    all.when(admin(withdraw(ID))).then_refused("NOT_FOUND");
}

#[test]
fn a_text_opens_until_its_end() {
    let all = stored::all();
    let at = |text: &str| text.parse().unwrap();
    let opens = |n: usize, digest_of: u8, now: &str| {
        let state = given::<ApiKey>(all[..n].to_vec()).into_state();
        state.opens(&digest(digest_of), at(now)).is_some()
    };
    // Issued until 31 December, exchanged with an overlap until noon of the 5th, withdrawn.
    for (n, digest_of, now, open) in [
        (0, 1, "2020-03-05T00:00:00Z", false),
        (1, 1, "2020-12-31T15:59:59Z", true),
        (1, 1, "2020-12-31T16:00:00Z", false),
        (1, 2, "2020-03-05T00:00:00Z", false),
        (2, 1, "2020-03-05T11:59:59Z", true),
        (2, 1, "2020-03-05T12:00:00Z", false),
        (2, 2, "2021-01-31T15:59:59Z", true),
        (2, 2, "2021-01-31T16:00:00Z", false),
        (3, 2, "2020-03-05T00:00:00Z", false),
    ] {
        assert_eq!(opens(n, digest_of, now), open, "{n} {digest_of} {now}");
    }
}

#[test]
fn a_scope_names_operations_or_reads_only() {
    let all = grant("eic", "integrator");
    let reads = fugong_domain::api_key::Grant { read_only: true, ..all.clone() };
    let named =
        fugong_domain::api_key::Grant { operations: vec!["list_tasks".to_owned()], ..all.clone() };
    for (operation, is_read, may) in [
        ("list_tasks", true, [true, true, true]),
        ("list_events", true, [true, true, false]),
        ("register_enterprise", false, [true, false, false]),
    ] {
        let told = [&all, &reads, &named].map(|grant| grant.covers(operation, is_read));
        assert_eq!(told, may, "{operation}");
    }
}

/// “不得对企业复工复产设置条件”: whoever lets whom in.
#[test]
fn no_key_holds_up_a_resumption() {
    let mut all = Supervised::open();
    all.at("2020-04-01T09:00:00+08:00");
    let id = all.desk.list("ENT-004");
    all.given(admin(issue(
        "01890a5d-ac96-774b-bcce-b302099a8057",
        grant(&id.to_string(), "enterprise"),
        "2020-12-31",
    )));
    all.given(admin(withdraw(ID)));
    let boss = format!("boss:{id}:enterprise");
    all.when(by(&boss).asks(report(&id, "2020-04-01"))).then(&["resumption-resumed"]);
}
