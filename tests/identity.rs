//! Who asks, by the tokens of an identity provider: it and the server are processes of their own.

mod api_keys;
mod browser;
mod login;
mod login_refused;
mod provider;

use std::{fs, thread};

use serde_json::{Value, json};
use tempfile::TempDir;

use self::provider::Provider;
use crate::{
    commands::serving::Serving,
    torture::{Answer, ask},
};

/// An enterprise that nobody has listed.
const CODE: &str = "91500114MAYY010106";

/// A server that believes a provider.
struct Bench {
    provider: Provider,
    server: Serving,
    /// The key that the provider signs with.
    key: String,
    _folder: TempDir,
}

impl Bench {
    fn start() -> Self {
        Self::with("RS256", "")
    }

    /// The same, of a provider that signs so, with these settings about it.
    fn with(algorithm: &str, more: &str) -> Self {
        let mut provider = Provider::start();
        let key = provider.key(algorithm);
        let folder = tempfile::tempdir().unwrap();
        let server = serve(&folder, &provider.issuer, algorithm, more);
        Self { provider, server, key, _folder: folder }
    }

    /// A token of somebody of the commission, with this otherwise.
    fn token(&mut self, otherwise: &Value) -> String {
        self.made("token", &json!({}), otherwise)
    }

    fn made(&mut self, what: &str, header: &Value, otherwise: &Value) -> String {
        let key = self.key.clone();
        self.provider.token(what, &key, header, &with(zhang(), otherwise))
    }

    fn get(&self, token: &str) -> Answer {
        ask(self.server.port, "GET", "/v1/enterprises", &bearer(token), "").unwrap()
    }

    /// Forty tokens at once, each by a key that the provider has not.
    fn flood(&mut self) {
        let header = |n| json!({"kid": format!("unknown-{n}")});
        let flood: Vec<_> = (0..40).map(|n| self.made("token", &header(n), &json!({}))).collect();
        let bench = &*self;
        thread::scope(|scope| {
            for token in &flood {
                scope.spawn(|| assert_eq!(bench.get(token).status, 401));
            }
        });
    }

    #[track_caller]
    fn refuses(&self, token: &str, saying: &str) {
        let said = self.get(token);
        let detail = said.body["detail"].as_str().unwrap_or_default();
        assert_eq!((said.status, &said.body["code"]), (401, &json!("UNAUTHENTICATED")), "{detail}");
        assert!(detail.contains(saying), "{detail:?} does not say {saying:?}");
        let challenge = "www-authenticate: bearer realm=\"fugong\", error=\"invalid_token\"";
        assert!(said.head.contains(challenge), "{}", said.head);
        for secret in [&self.provider.issuer, &self.key] {
            assert!(!detail.contains(secret.as_str()), "{detail}");
        }
    }
}

fn serve(folder: &TempDir, issuer: &str, algorithm: &str, more: &str) -> Serving {
    let file = folder.path().join("auth.toml");
    let settings = format!(
        "[[issuer]]\nissuer = \"{issuer}\"\naudiences = [\"fugong\"]\n\
         algorithms = [\"{algorithm}\"]\n{more}"
    );
    fs::write(&file, settings).unwrap();
    let words = ["--auth".into(), file, "--db".into(), folder.path().join("d.db")];
    Serving::started(words.map(|word| word.display().to_string()))
}

fn zhang() -> Value {
    json!({"aud": "fugong", "sub": "jxw-017", "unit": "eic", "role": "commission"})
}

fn with(mut claims: Value, otherwise: &Value) -> Value {
    for (name, value) in otherwise.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

#[test]
fn whom_the_token_names_stands_with_the_event() {
    for algorithm in ["RS256", "PS384", "ES256", "EdDSA"] {
        let mut bench = Bench::with(algorithm, "");
        let token = bench.token(&json!({}));
        let headers = format!("{}Idempotency-Key: k\r\n", bearer(&token));
        let listing = json!({
            "uscc": CODE, "name": "黔江示例制造有限公司", "industry_code": "2710",
            "township_code": "500114001",
        });
        let (port, body) = (bench.server.port, listing.to_string());
        let done = ask(port, "POST", "/v1/enterprises", &headers, &body).unwrap();
        assert_eq!(done.status, 201, "{algorithm}: {}", done.body);
        let id = done.body["events"][0]["event_id"].as_str().unwrap();
        let event = ask(port, "GET", &format!("/v1/events/{id}"), &bearer(&token), "").unwrap();
        let named = ["actor_id", "actor_unit", "actor_role"].map(|name| event.body[name].clone());
        assert_eq!(named, [json!("jxw-017"), json!("eic"), json!("commission")], "{}", event.body);
    }
}

#[test]
fn the_provider_s_own_words_become_ours() {
    let mut bench = Bench::with(
        "RS256",
        "actor_prefix = \"tax.\"\n[issuer.actor]\nclaim = \"employee\"\n\
         [issuer.unit]\nclaim = \"dept\"\nvalues = { '正阳工业园区' = 'park-zy' }\n\
         [issuer.role]\nclaim = \"/realm_access/roles\"\nvalues = { fugong-park = 'park' }\n",
    );
    let claims = json!({
        "employee": "0042", "dept": "正阳工业园区",
        "realm_access": {"roles": ["offline_access", "fugong-park"]},
    });
    let token = bench.token(&claims);
    assert_eq!(bench.get(&token).status, 200);
    let token = bench.token(&with(claims, &json!({"dept": "区经信委"})));
    bench.refuses(&token, "claim dept says nothing that is known here");
}

#[test]
fn a_token_that_is_not_right_is_refused_and_told_why() {
    let mut bench = Bench::start();
    let token = bench.token(&json!({}));
    assert_eq!(bench.get(&token).status, 200);
    for (otherwise, saying) in [
        (json!({"iss": "https://id.example.org"}), "issuer (iss)"),
        (json!({"iss": null}), "issuer (iss)"),
        (json!({"aud": "another"}), "for others (aud)"),
        (json!({"aud": null}), "lacks one of exp, iss and aud"),
        (json!({"exp": null}), "lacks one of exp, iss and aud"),
        (json!({"exp": -120}), "has expired (exp)"),
        (json!({"nbf": 120}), "does not hold yet (nbf)"),
        (json!({"sub": null}), "no claim sub"),
        (json!({"sub": "张三 13800000000"}), "the actor is not 1 to 64 letters"),
        (json!({"unit": "区经信委"}), "claim unit says nothing"),
        (json!({"role": ["commission", "auditor"]}), "claim role says more than one thing"),
        (json!({"role": "system"}), "a unit in which nobody has the role system"),
        (json!({"unit": "500114001"}), "a unit in which nobody has the role commission"),
        (json!({"unit": CODE}), "a unit in which nobody has the role commission"),
    ] {
        let token = bench.token(&otherwise);
        bench.refuses(&token, saying);
    }
    for (header, saying) in [
        (json!({"kid": "another"}), "its key (kid) is none"),
        (json!({"kid": null}), "names no key (kid)"),
        (json!({"typ": "logout+jwt"}), "its type (typ)"),
        (json!({"crit": ["b64"], "b64": true}), "(crit)"),
    ] {
        let token = bench.made("token", &header, &json!({}));
        bench.refuses(&token, saying);
    }
    // Within the leeway.
    for otherwise in [json!({"exp": -30}), json!({"nbf": 30}), json!({"aud": ["a", "fugong"]})] {
        let token = bench.token(&otherwise);
        assert_eq!(bench.get(&token).status, 200, "{otherwise}");
    }
}

#[test]
fn nobody_signs_but_by_the_provider_s_key() {
    let mut bench = Bench::start();
    let unsigned = bench.made("unsigned", &json!({}), &json!({}));
    bench.refuses(&unsigned, "names an algorithm (alg) that nobody may use");
    let shared = bench.made("shared", &json!({}), &json!({}));
    bench.refuses(&shared, "algorithm (alg) is none that this issuer may use");
    // Signed well, and by what the settings do not name.
    let key = bench.provider.key("RS512");
    let other = bench.provider.token("token", &key, &json!({}), &zhang());
    bench.refuses(&other, "algorithm (alg) is none that this issuer may use");
    // The claims of one with the signature of another.
    let (one, two) = (bench.token(&json!({})), bench.token(&json!({"sub": "jxw-018"})));
    let [head, _, signature] = one.split('.').collect::<Vec<_>>()[..] else { panic!("{one}") };
    let claims = two.split('.').nth(1).unwrap();
    bench.refuses(&format!("{head}.{claims}.{signature}"), "signature");
    bench.refuses(&format!("{head}.{claims}."), "signature");
}

#[test]
fn what_is_no_token_of_a_provider_is_told_what_to_send() {
    let bench = Bench::start();
    for headers in [String::new(), bearer("dev:li:eic:commission"), bearer("x.y"), bearer("")] {
        let said = ask(bench.server.port, "GET", "/v1/enterprises", &headers, "").unwrap();
        assert_eq!((said.status, &said.body["code"]), (401, &json!("UNAUTHENTICATED")));
        let detail = said.body["detail"].as_str().unwrap();
        assert!(detail.contains("a JWT of an issuer that this server trusts"), "{detail}");
        assert!(said.head.contains("www-authenticate: bearer realm=\"fugong\"\r\n"));
    }
    let twice = format!("{}{}", bearer("a.b.c"), bearer("a.b.c"));
    let said = ask(bench.server.port, "GET", "/v1/enterprises", &twice, "").unwrap();
    assert_eq!(said.status, 401);
}

#[test]
fn a_new_key_is_taken_at_once() {
    let mut bench = Bench::start();
    let token = bench.token(&json!({}));
    assert_eq!((bench.get(&token).status, bench.provider.asked()), (200, 1));
    bench.key = bench.provider.key("RS256");
    let token = bench.token(&json!({}));
    assert_eq!((bench.get(&token).status, bench.provider.asked()), (200, 2));
    bench.flood();
    assert_eq!((bench.get(&token).status, bench.provider.asked()), (200, 2));
}

#[test]
fn a_flood_of_unknown_keys_asks_the_provider_once() {
    let mut bench = Bench::start();
    let token = bench.token(&json!({}));
    assert_eq!(bench.get(&token).status, 200);
    bench.flood();
    assert_eq!(bench.provider.asked(), 2);
}

#[test]
fn while_the_provider_is_down_known_keys_do_and_unknown_ones_wait() {
    let mut bench = Bench::start();
    let (known, other) = (bench.token(&json!({})), bench.provider.key("RS256"));
    let unknown = bench.provider.token("token", &other, &json!({"kid": "new"}), &zhang());
    assert_eq!(bench.get(&known).status, 200);
    let Bench { provider, server, _folder, .. } = bench;
    let issuer = provider.issuer.clone();
    drop(provider);
    let get = |server: &Serving, token: &str| {
        let said = ask(server.port, "GET", "/v1/enterprises", &bearer(token), "").unwrap();
        (said.status, said.body["code"].clone(), said.head.contains("retry-after:"))
    };
    assert_eq!(get(&server, &known).0, 200);
    for _ in 0..3 {
        assert_eq!(get(&server, &unknown), (503, json!("UNAVAILABLE"), true));
    }
    assert_eq!(get(&server, &known).0, 200);
    // A server that never heard of the provider's keys starts, and says what it waits for.
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&folder, &issuer, "RS256", "");
    assert_eq!(get(&server, &known), (503, json!("UNAVAILABLE"), true));
}
