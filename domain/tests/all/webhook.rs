//! Webhooks: created, given another secret, disabled.

mod stored;

use fugong_domain::{
    Act, Ask, WebhookId,
    webhook::{SealedSecret, Webhook},
};
use fugong_fixtures::{
    by,
    desk::{
        Supervised,
        asks::report,
        webhooks::{create, disable, rotate, secret, subscription},
    },
    given, sealed,
};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8058";
const NOW: &str = "2020-03-05T09:00:00+08:00";
const SOON: &str = "2020-03-06T01:00:00Z";
const PLATFORM: &str = "platform:eic:integrator";

fn platform(ask: Ask) -> Act {
    by(PLATFORM).asks(ask)
}

fn opened() -> Supervised {
    let mut all = Supervised::open();
    all.at(NOW);
    all
}

#[test]
fn a_webhook_is_created_given_another_secret_and_disabled() {
    let mut all = opened();
    let created = || platform(create(ID, subscription("eic", "integrator")));
    all.when(created()).then(&["webhook-created"]);
    all.when(created()).then(&[]);
    all.when(platform(rotate(ID, 2, SOON))).then(&["webhook-rotated"]);
    all.when(platform(disable(ID))).then(&["webhook-disabled"]);
    all.when(platform(disable(ID))).then(&[]);
    all.when(platform(rotate(ID, 3, SOON))).then_refused("INVALID_FIELD");
    all.desk.assert_replay_is_live();
}

#[test]
fn commission_integrator_and_admin_have_events_sent_and_nobody_else() {
    for (who, role) in [("zhang:eic:commission", "commission"), ("it-01:eic:admin", "admin")] {
        let mut all = opened();
        all.when(by(who).asks(create(ID, subscription("eic", role)))).then(&["webhook-created"]);
        all.when(by(who).asks(disable(ID))).then(&["webhook-disabled"]);
    }
    let mut all = opened();
    all.given(platform(create(ID, subscription("eic", "integrator"))));
    for (who, role) in [("li:hq:headquarters", "headquarters"), ("ma:eic:auditor", "auditor")] {
        let unit = who.split(':').nth(1).unwrap();
        all.when(by(who).asks(create(ID, subscription(unit, role))))
            .then_refused("ROLE_NOT_ALLOWED");
        all.when(by(who).asks(rotate(ID, 2, SOON))).then_refused("ROLE_NOT_ALLOWED");
        all.when(by(who).asks(disable(ID))).then_refused("ROLE_NOT_ALLOWED");
    }
}

#[test]
fn nobody_has_more_told_than_he_may_see() {
    let mut all = opened();
    for (unit, role) in [("eic", "commission"), ("hq", "integrator"), ("eic", "admin")] {
        all.when(platform(create(ID, subscription(unit, role)))).then_refused("INVALID_FIELD");
    }
}

/// Whoever has the secret can pass for the district.
#[test]
fn a_platform_gets_no_secret_of_another() {
    let mut all = opened();
    let other = "platform:traffic:integrator";
    all.given(by(other).asks(create(ID, subscription("traffic", "integrator"))));
    all.when(platform(rotate(ID, 2, SOON))).then_refused("OUT_OF_JURISDICTION");
    all.when(platform(disable(ID))).then_refused("OUT_OF_JURISDICTION");
    all.when(by(other).asks(rotate(ID, 2, SOON))).then(&["webhook-rotated"]);
    let commission = by("zhang:eic:commission").asks(disable(ID));
    all.when(commission).then(&["webhook-disabled"]);
}

#[test]
fn what_was_never_created_is_neither_rotated_nor_disabled() {
    let mut all = opened();
    all.when(platform(rotate(ID, 2, SOON))).then_refused("NOT_FOUND");
    all.when(platform(disable(ID))).then_refused("NOT_FOUND");
}

#[test]
fn a_secret_signs_until_its_end_and_the_newest_comes_first() {
    let all = stored::all();
    let signs = |n: usize, now: &str| {
        let state = given::<Webhook>(all[..n].to_vec()).into_state();
        let Webhook::InUse(receiver) = state else { return Vec::new() };
        receiver.secrets(now.parse().unwrap()).cloned().collect()
    };
    // Rotated with an overlap until noon of the 5th, disabled.
    for (n, now, told) in [
        (0, "2020-03-05T00:00:00Z", vec![]),
        (1, "2020-03-05T00:00:00Z", vec![secret(1)]),
        (2, "2020-03-05T11:59:59Z", vec![secret(2), secret(1)]),
        (2, "2020-03-05T12:00:00Z", vec![secret(2)]),
        (3, "2020-03-05T00:00:00Z", vec![]),
    ] {
        assert_eq!(signs(n, now), told, "{n} {now}");
    }
}

/// Moved to another webhook, a secret is not opened: what it is sealed under is that one's name.
#[test]
fn a_secret_is_sealed_under_its_webhook() {
    let words = sealed("whsec");
    let (one, other) = (ID, "01890a5d-ac96-774b-bcce-b302099a8057");
    let [one, other] = [one, other].map(|id| id.parse::<WebhookId>().unwrap());
    let secret = SealedSecret::of(&words);
    let parts = secret.sealed(&one).unwrap();
    assert_eq!((&parts.sealed, &parts.commitment), (&words.sealed, &words.commitment));
    assert_ne!(parts.subject, secret.sealed(&other).unwrap().subject);
    assert!(parts.subject.parse::<fugong_domain::SubjectId>().is_err(), "nobody's words");
}

/// “不得对企业复工复产设置条件”: whoever is told of what.
#[test]
fn no_webhook_holds_up_a_resumption() {
    let mut all = Supervised::open();
    all.at("2020-04-01T09:00:00+08:00");
    let id = all.desk.list("ENT-004");
    all.given(platform(create(ID, subscription("eic", "integrator"))));
    all.given(platform(disable(ID)));
    let boss = format!("boss:{id}:enterprise");
    all.when(by(&boss).asks(report(&id, "2020-04-01"))).then(&["resumption-resumed"]);
}
