//! Who is not let in to the console by way of an identity provider, and what he is told.

use serde_json::{Value, json};

use super::{
    browser::{Browser, PUBLIC, Page, visits},
    login::{House, goes, logs_in, returns},
};
use crate::commands::serving::Serving;

struct Bench {
    house: House,
    server: Serving,
}

impl Bench {
    fn start() -> Self {
        let house = House::with("");
        Self { server: house.serve("d.db", None), house }
    }

    fn port(&self) -> u16 {
        self.server.port
    }
}

/// That nobody was let in, with this status and these words, and that one can begin again there.
#[track_caller]
fn refused(page: &Page, status: u16, saying: &str) {
    assert_eq!(page.status, status, "{}", page.text);
    assert!(page.text.contains(saying), "{saying}: {}", page.text);
    assert!(page.text.contains("role=\"alert\""), "{}", page.text);
    assert!(page.text.contains(&format!("{PUBLIC}/console/login/begin?at=0")), "{}", page.text);
    assert!(!page.sets().any(|set| set.starts_with("__Host-fugong=")), "{}", page.head);
}

const LOST: &str = "本次登录已用过、已超过十分钟，或不是从这个浏览器开始的";

#[test]
fn nobody_comes_back_who_did_not_go() {
    let bench = Bench::start();
    let mut browser = Browser::default();
    let back = returns(&goes(&mut browser, bench.port(), "/"));
    // Another browser, which began nothing, or something else.
    refused(&Browser::default().gets(bench.port(), &back), 400, LOST);
    let mut other = Browser::default();
    goes(&mut other, bench.port(), "/");
    refused(&other.gets(bench.port(), &back), 400, LOST);
    // Another state, none, two; another provider's answer; no code.
    let state = back.split("state=").nth(1).unwrap();
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let callback = "/console/login/callback";
    for wrong in [
        back.replace(state, "00000000000000000000000000000000"),
        format!("{callback}?code={code}"),
        format!("{callback}?code={code}&state="),
        format!("{callback}?state={state}"),
        format!("{callback}?code={code}&state={state}&iss=https://id.example.org"),
        callback.to_owned(),
    ] {
        refused(&browser.clone().gets(bench.port(), &wrong), 400, LOST);
    }
    // What was sealed for the session of the login is none for this, nor the reverse.
    let mut mixed = browser.clone();
    let login = mixed.cookies["__Host-fugong-login"].clone();
    mixed.cookies.insert("__Host-fugong-away".to_owned(), login);
    refused(&mixed.gets(bench.port(), &back), 400, LOST);
    let mut mixed = browser.clone();
    let away = mixed.cookies["__Host-fugong-away"].clone();
    mixed.cookies.insert("__Host-fugong".to_owned(), away);
    assert_eq!(mixed.gets(bench.port(), "/").status, 303);
    // It is good once: the cookie goes, and for whoever has kept a copy the provider knows it.
    let kept = browser.clone();
    assert_eq!(browser.gets(bench.port(), &back).status, 200);
    refused(&browser.gets(bench.port(), &back), 400, LOST);
    refused(&kept.clone().gets(bench.port(), &back), 403, "统一身份认证没有完成本次登录");
    assert_eq!(browser.gets(bench.port(), "/").status, 200, "he is logged in as before");
}

#[test]
fn a_code_of_another_login_lets_nobody_in() {
    let bench = Bench::start();
    let (mut his, mut own) = (Browser::default(), Browser::default());
    let stolen = returns(&goes(&mut his, bench.port(), "/"));
    let back = returns(&goes(&mut own, bench.port(), "/"));
    let code =
        |back: &str| back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    // What was drawn for one login does not fit the other's code (PKCE).
    let injected = back.replace(&code(&back), &code(&stolen));
    refused(&own.gets(bench.port(), &injected), 403, "统一身份认证没有完成本次登录");
}

#[test]
fn a_token_that_is_not_right_lets_nobody_in_and_says_why() {
    let mut bench = Bench::start();
    let port = bench.port();
    for (otherwise, saying) in [
        (json!({"nonce": "00000000000000000000000000000000"}), "this login (nonce)"),
        (json!({"nonce": null}), "this login (nonce)"),
        (json!({"aud": "fugong"}), "for others (aud)"),
        (json!({"aud": ["fugong-console", "fugong"]}), "another client (azp)"),
        (json!({"azp": "fugong"}), "another client (azp)"),
        (json!({"iat": -700}), "just now (iat)"),
        (json!({"iat": 120}), "just now (iat)"),
        (json!({"iat": null}), "it lacks iat"),
        (json!({"exp": -120}), "has expired (exp)"),
        (json!({"nbf": 120}), "does not hold yet (nbf)"),
        (json!({"iss": "https://id.example.org"}), "issuer (iss) is another"),
        (json!({"role": "king"}), "claim role says nothing that is known here"),
        (json!({"unit": "500114001"}), "a unit in which nobody has the role commission"),
        (json!({"sub": null}), "no claim sub"),
    ] {
        bench.house.provider_says(&otherwise);
        let mut browser = Browser::default();
        let page = logs_in(&mut browser, port, "/");
        refused(&page, 403, "统一身份认证返回的身份不能使用");
        assert!(page.text.contains(saying), "{saying}: {}", page.text);
        assert_eq!(browser.gets(port, "/").status, 303, "{otherwise}");
    }
    for (header, saying) in
        [(json!({"typ": "at+jwt"}), "its type (typ) is not JWT"), (json!({"kid": "x"}), "(kid)")]
    {
        bench.house.provider.person(&header, &super::zhang());
        let page = logs_in(&mut Browser::default(), port, "/");
        refused(&page, 403, saying);
    }
    // Another district's people do not come in.
    bench.house.provider_says(&json!({"unit": "500115001", "role": "township"}));
    refused(&logs_in(&mut Browser::default(), port, "/"), 403, "该单位不属于本区");
    bench.house.provider_says(&json!({"aud": ["fugong-console", "a"], "azp": "fugong-console"}));
    assert_eq!(logs_in(&mut Browser::default(), port, "/").status, 200);
}

#[test]
fn whom_the_provider_turns_away_is_told_what_to_do() {
    let mut bench = Bench::start();
    let port = bench.port();
    let mut turned = |fields: Value| {
        bench.house.provider.refuse(&fields);
        let mut browser = Browser::default();
        let page = logs_in(&mut browser, port, "/");
        assert!(!browser.cookies.contains_key("__Host-fugong-away"));
        page
    };
    let denied = turned(json!({"error": "access_denied", "error_description": "去 evil.example"}));
    refused(&denied, 403, "统一身份认证未予登录");
    assert!(!denied.text.contains("evil"), "{}", denied.text);
    let failed = turned(json!({"error": "server_error"}));
    refused(&failed, 403, "<code>server_error</code>");
    let odd = turned(json!({"error": "<script>alert(1)</script>"}));
    refused(&odd, 403, "也没有说明原因");
    assert!(!odd.text.contains("alert(1)"), "{}", odd.text);
    // It gives no token, and then is not there at all.
    bench.house.provider.idle();
    refused(&logs_in(&mut Browser::default(), port, "/"), 503, "统一身份认证暂时连接不上");
}

#[test]
fn while_the_provider_is_down_that_is_said_and_keys_let_in() {
    let Bench { house, server } = Bench::start();
    drop(house);
    let page = Browser::default().gets(server.port, "/console/login/begin?at=0&next=/");
    refused(&page, 503, "统一身份认证暂时连接不上");
    assert!(page.text.contains("id=\"credential\""), "{}", page.text);
    let absent = Browser::default().gets(server.port, "/console/login/begin?at=1&next=/");
    assert_eq!(absent.status, 404);
}

#[test]
fn nobody_is_led_elsewhere_from_the_provider() {
    let bench = Bench::start();
    for next in [
        "//evil.example",
        "https:%2F%2Fevil.example",
        "/%5Cevil.example",
        "/console%0d%0aX:1",
        "/v1/events",
        &"a".repeat(3_000),
    ] {
        let page = logs_in(&mut Browser::default(), bench.port(), next);
        let to_first = "content=\"0; url=/\"";
        assert!(page.text.contains(to_first), "{next}: {}", page.text);
        assert!(!page.text.contains("evil"), "{}", page.text);
    }
    // The provider is told our address by our settings, whatever the request says.
    let address = format!("http://127.0.0.1:{}/console/login/begin?at=0&next=/", bench.port());
    let begun = visits(&address);
    let back = "redirect_uri=https%3A%2F%2Ffugong.example.gov.cn%2Fconsole%2Flogin%2Fcallback";
    assert!(begun.location().contains(back), "{}", begun.head);
}
