//! Programs that are let in by keys: issued by an admin, exchanged, withdrawn.

use serde_json::{Value, json};

use super::{Bench, CODE, bearer};
use crate::torture::{Answer, ask};

/// The day on which the keys of these tests end.
fn in_a_month() -> String {
    let day = fugong_core::shanghai_day(chrono::DateTime::from(std::time::SystemTime::now()));
    (day + chrono::TimeDelta::days(30)).to_string()
}

impl Bench {
    /// An act of whoever has this token.
    fn does(&self, token: &str, path: &str, key: &str, body: &Value) -> Answer {
        let headers = format!("{}Idempotency-Key: {key}\r\nIf-Match: *\r\n", bearer(token));
        ask(self.server.port, "POST", path, &headers, &body.to_string()).unwrap()
    }

    fn admin(&mut self) -> String {
        self.token(&json!({"sub": "it-01", "role": "admin"}))
    }
}

fn issue(more: &Value) -> Value {
    let mut body = json!({
        "label": "一体化平台", "unit": "eic", "role": "commission", "expires_on": in_a_month(),
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn listing() -> Value {
    json!({
        "uscc": CODE, "name": "黔江示例制造有限公司", "industry_code": "2710",
        "township_code": "500114001",
    })
}

#[test]
fn a_key_is_told_once_and_lets_its_program_in_until_it_is_withdrawn() {
    let mut bench = Bench::start();
    let admin = bench.admin();
    let body = issue(&json!({}));
    let issued = bench.does(&admin, "/v1/api-keys", "k", &body);
    assert_eq!(issued.status, 201, "{}", issued.body);
    let (id, secret) =
        (issued.body["id"].as_str().unwrap(), issued.body["secret"].as_str().unwrap());
    assert!(secret.starts_with("fgk_") && secret.len() == 74, "{secret}");
    // Told once, and kept nowhere.
    let again = bench.does(&admin, "/v1/api-keys", "k", &body);
    assert!(again.replayed && again.body["secret"].is_null(), "{}", again.body);
    let events = ask(bench.server.port, "GET", "/v1/events", &bearer(&admin), "").unwrap();
    assert!(!events.body.to_string().contains("fgk_"));
    // What it does stands under its name.
    let done = bench.does(secret, "/v1/enterprises", "e", &listing());
    assert_eq!(done.status, 201, "{}", done.body);
    let event = done.body["events"][0]["event_id"].as_str().unwrap();
    let event = format!("/v1/events/{event}");
    let event = ask(bench.server.port, "GET", &event, &bearer(&admin), "").unwrap().body;
    let named = ["actor_id", "actor_unit", "actor_role"].map(|name| event[name].clone());
    assert_eq!(named, [json!(format!("key-{id}")), json!("eic"), json!("commission")]);
    let known = ask(bench.server.port, "GET", "/v1/api-keys", &bearer(&admin), "").unwrap().body;
    assert_eq!(known["items"][0]["state"]["state"], "in_use", "{known}");
    assert!(known["items"][0]["last_used_on"].is_string(), "{known}");
    // Exchanged: for a while both let in, then one.
    let rotations = format!("/v1/api-keys/{id}/rotations");
    let rotated = bench.does(&admin, &rotations, "r", &json!({"expires_on": in_a_month()})).body;
    let second = rotated["secret"].as_str().unwrap();
    assert_eq!([secret, second].map(|text| bench.get(text).status), [200, 200]);
    let now = json!({"expires_on": in_a_month(), "overlap_hours": 0});
    let rotated = bench.does(&admin, &rotations, "s", &now).body;
    let third = rotated["secret"].as_str().unwrap();
    assert_eq!([secret, second, third].map(|text| bench.get(text).status), [401, 401, 200]);
    let withdrawals = format!("/v1/api-keys/{id}/withdrawals");
    let done = bench.does(&admin, &withdrawals, "w", &json!({"reason": "平台已停用"}));
    assert_eq!((done.status, bench.get(third).status), (201, 401), "{}", done.body);
}

#[test]
fn a_key_is_for_what_it_was_issued_for() {
    let mut bench = Bench::start();
    let admin = bench.admin();
    let key = |bench: &Bench, n: &str, more: &Value| {
        let issued = bench.does(&admin, "/v1/api-keys", n, &issue(more));
        issued.body["secret"].as_str().unwrap_or_else(|| panic!("{}", issued.body)).to_owned()
    };
    let reads = key(&bench, "1", &json!({"read_only": true}));
    let named = key(&bench, "2", &json!({"operations": ["list_enterprises", "perform_batch"]}));
    let batch = json!([{
        "key": "b", "method": "POST", "path": "/v1/enterprises", "body": listing(),
    }]);
    for token in [&reads, &named] {
        assert_eq!(bench.get(token).status, 200);
        let said = bench.does(token, "/v1/enterprises", "e", &listing());
        assert_eq!((said.status, &said.body["code"]), (403, &json!("ROLE_NOT_ALLOWED")));
    }
    // A batch is no way around.
    let said = bench.does(&named, "/v1/batches", "b", &batch).body;
    assert_eq!(said["items"][0]["problem"]["code"], "ROLE_NOT_ALLOWED", "{said}");
    assert_eq!(bench.does(&reads, "/v1/batches", "b", &batch).status, 403);
    // Nobody but an admin lets programs in, and he lets in nobody as an admin.
    let whole = key(&bench, "3", &json!({}));
    let said = bench.does(&whole, "/v1/api-keys", "4", &issue(&json!({})));
    assert_eq!((said.status, &said.body["code"]), (403, &json!("ROLE_NOT_ALLOWED")));
    let headers = bearer(&whole);
    let said = ask(bench.server.port, "GET", "/v1/api-keys", &headers, "").unwrap();
    assert_eq!(said.status, 403);
    for wrong in [
        json!({"role": "admin"}),
        json!({"unit": "500114001"}),
        json!({"operations": ["list_enterprise"]}),
        json!({"expires_on": "2020-12-31"}),
    ] {
        let said = bench.does(&admin, "/v1/api-keys", "5", &issue(&wrong));
        // No document can say who gives out what, nor which day has passed.
        assert_eq!((said.status, &said.body["code"]), (422, &json!("INVALID_FIELD")), "{wrong}");
    }
}

#[test]
fn a_text_that_is_no_key_lets_nobody_in() {
    let mut bench = Bench::start();
    let admin = bench.admin();
    let issued = bench.does(&admin, "/v1/api-keys", "k", &issue(&json!({}))).body;
    let secret = issued["secret"].as_str().unwrap();
    bench.refuses("fgk_", "not written as it was told");
    bench.refuses(&format!("{secret}A"), "not written as it was told");
    // Another district's, or a made-up one that is well written.
    let made_up = "fgk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAF7DDeQ";
    let said = bench.get(made_up);
    assert_eq!(said.status, 401, "{}", said.body);
}
