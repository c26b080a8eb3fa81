//! People who log in to the console at an identity provider, with a browser.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    browser::{Browser, PUBLIC, Page, visits},
    provider::Provider,
    with, zhang,
};
use crate::{commands::serving::Serving, torture::binary};

/// A provider and the settings of servers that let people log in there.
pub(super) struct House {
    pub(super) provider: Provider,
    folder: TempDir,
}

impl House {
    /// One whose provider knows the console so, beside its client.
    pub(super) fn with(more: &str) -> Self {
        let mut provider = Provider::start();
        provider.key("RS256");
        let mut house = Self { provider, folder: tempfile::tempdir().unwrap() };
        house.settles(&format!("[issuer.console]\nclient = \"fugong-console\"\n{more}"));
        house.provider_says(&json!({}));
        house
    }

    /// The same, of which the provider gives the console a secret.
    fn with_secret() -> Self {
        let house = Self::with("");
        let secret = house.path("client.secret");
        fs::write(&secret, "s3cret/of+the:client\n").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        house.settles(&format!(
            "[issuer.console]\nclient = \"fugong-console\"\nsecret = \"{}\"\n",
            secret.display()
        ));
        house
    }

    /// Writes the settings.
    fn settles(&self, console: &str) {
        let issuer = &self.provider.issuer;
        let door = if console.is_empty() {
            String::new()
        } else {
            format!("[console]\naddress = \"{PUBLIC}/\"\n")
        };
        let text = format!(
            "{door}[[issuer]]\nissuer = \"{issuer}\"\naudiences = [\"fugong\"]\n\
             algorithms = [\"RS256\"]\n{console}"
        );
        fs::write(self.path("auth.toml"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A server by the settings, with a database of this name and this key for sessions.
    pub(super) fn serve(&self, database: &str, key: Option<&Path>) -> Serving {
        let mut words = vec!["--auth".into(), self.path("auth.toml")];
        words.extend(["--db".into(), self.path(database)]);
        words.extend(
            key.into_iter().flat_map(|key| ["--console-session-key".into(), key.to_owned()]),
        );
        Serving::started(words.into_iter().map(|word| word.display().to_string()))
    }
}

/// Begins to log in by the page of the login, and comes to the provider's address.
#[track_caller]
pub(super) fn goes(browser: &mut Browser, port: u16, next: &str) -> String {
    let login = browser.gets(port, &format!("/console/login?next={next}"));
    assert_eq!(login.status, 200, "{}", login.text);
    let (_, rest) = login.text.split_once("href=\"https://fugong.example.gov.cn").unwrap();
    let begin = unescaped(rest.split('"').next().unwrap());
    let led = browser.gets(port, &begin);
    assert_eq!(led.status, 303, "{}", led.text);
    led.location().to_owned()
}

/// What an attribute says.
fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&")
}

/// Logs in there and comes to the address to which the provider leads back, by its path.
#[track_caller]
pub(super) fn returns(there: &str) -> String {
    let back = visits(there);
    assert_eq!(back.status, 302, "{}", back.text);
    let back = back.location().strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{}", back.head));
    back.to_owned()
}

/// Logs in, from the page of the login to the page that says so.
#[track_caller]
pub(super) fn logs_in(browser: &mut Browser, port: u16, next: &str) -> Page {
    let there = goes(browser, port, next);
    browser.gets(port, &returns(&there))
}

#[test]
fn whoever_logs_in_at_the_provider_is_who_it_says() {
    let mut house = House::with_secret();
    let (server, mut browser) = (house.serve("d.db", None), Browser::default());
    let first = browser.gets(server.port, "/console/registers/r1?works=true");
    assert_eq!(first.location(), "/console/login?next=%2Fconsole%2Fregisters%2Fr1%3Fworks%3Dtrue");
    let next = "%2Fconsole%2Fregisters%2Fr1%3Fworks%3Dtrue";
    let there = goes(&mut browser, server.port, next);
    assert!(there.starts_with(&format!("{}/authorize?", house.provider.issuer)), "{there}");
    for part in [
        "response_type=code",
        "client_id=fugong-console",
        "redirect_uri=https%3A%2F%2Ffugong.example.gov.cn%2Fconsole%2Flogin%2Fcallback",
        "scope=openid",
        "code_challenge_method=S256",
    ] {
        assert!(there.split(['?', '&']).any(|said| said == part), "{part}: {there}");
    }
    let before = browser.cookies.clone();
    let done = browser.gets(server.port, &returns(&there));
    assert_eq!(done.status, 200, "{}", done.text);
    let on = "<meta http-equiv=\"refresh\" content=\"0; url=/console/registers/r1?works=true\">";
    assert!(done.text.contains(on) && done.text.contains("登录成功"), "{}", done.text);
    assert!(done.set("__Host-fugong").contains("SameSite=Strict"), "{}", done.head);
    let names: Vec<_> = browser.cookies.keys().map(String::as_str).collect();
    assert_eq!(names, ["__Host-fugong"], "what was for the login is gone");
    assert!(!before.values().any(|known| Some(known) == browser.cookies.get("__Host-fugong")));
    let page = browser.gets(server.port, "/");
    assert!(page.text.contains("区经信委") && page.text.contains("jxw-017"), "{}", page.text);
    // The provider was shown the secret where no log of an address has it.
    let exchange = house.provider.exchange();
    let pair = "ZnVnb25nLWNvbnNvbGU6czNjcmV0JTJGb2YlMkJ0aGUlM0FjbGllbnQ=";
    assert_eq!(exchange["authorization"], format!("Basic {pair}"), "{exchange}");
    assert!(!exchange["fields"].to_string().contains("s3cret"), "{exchange}");
    // Out again: here at once, there by a link.
    let form = format!("form_token={}", page.form_token());
    let out = browser.fills(server.port, "/console/logout", &form);
    assert_eq!(out.location(), "/console/login?left=0");
    let login = browser.gets(server.port, "/console/login?left=0");
    let end = format!(
        "{}/endsession?client_id=fugong-console&post_logout_redirect_uri=\
         https%3A%2F%2Ffugong.example.gov.cn%2Fconsole%2Flogin",
        house.provider.issuer
    );
    assert!(unescaped(&login.text).contains(&end), "{}", login.text);
    assert_eq!(browser.gets(server.port, "/").status, 303);
}

#[test]
fn a_public_client_is_known_by_what_it_began() {
    let mut house = House::with("scopes = [\"openid\", \"profile\"]\nsession_minutes = 30\n");
    let he = json!({"sub": "he-21", "unit": "500114106", "role": "township"});
    house.provider_says(&he);
    let (server, mut browser) = (house.serve("d.db", None), Browser::default());
    // In the language in which somebody began he comes back, whatever his browser says.
    let there = goes(&mut browser, server.port, "/&lang=en");
    assert!(there.contains("scope=openid%20profile"), "{there}");
    let done = browser.gets(server.port, &returns(&there));
    assert!(done.text.contains("You are logged in"), "{}", done.text);
    let lasts = done.set("__Host-fugong").split("Max-Age=").nth(1).unwrap();
    let lasts: u32 = lasts.split(';').next().unwrap().parse().unwrap();
    assert!((1_790..=1_800).contains(&lasts), "{lasts}");
    let exchange = house.provider.exchange();
    assert_eq!(exchange["authorization"], Value::Null);
    assert_eq!(exchange["fields"]["client_id"], "fugong-console");
    assert!(browser.gets(server.port, "/").text.contains("he-21"));
    // A role reads what it reads over the API.
    let audit = browser.gets(server.port, "/console/registers/r1");
    assert_eq!(audit.status, 200, "{}", audit.text);
}

#[test]
fn processes_with_one_key_know_each_other_s_sessions() {
    let house = House::with("");
    let key = house.path("session-key");
    let (one, two) = (house.serve("1.db", Some(&key)), house.serve("2.db", Some(&key)));
    // Begun at one process, ended at another, and known to both.
    let mut browser = Browser::default();
    let there = goes(&mut browser, one.port, "/");
    assert_eq!(browser.gets(two.port, &returns(&there)).status, 200);
    for port in [one.port, two.port] {
        assert_eq!(browser.gets(port, "/").status, 200);
    }
    // Another key is another server's.
    let other = house.serve("3.db", None);
    assert_eq!(browser.gets(other.port, "/").status, 303);
    // A restart ends nothing; that nobody logs in there any more does.
    drop(one);
    let one = house.serve("1.db", Some(&key));
    assert_eq!(browser.gets(one.port, "/").status, 200);
    drop(one);
    house.settles("");
    let one = house.serve("1.db", Some(&key));
    assert_eq!(browser.gets(one.port, "/").status, 303);
}

#[test]
fn a_key_that_others_may_read_serves_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("session-key");
    for (text, mode, saying) in [
        ("0".repeat(64), 0o644, "others than its owner may use it (mode 644): chmod 600"),
        ("0".repeat(62), 0o600, "64 hexadecimal digits are wanted"),
    ] {
        fs::write(&key, text).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let database = folder.path().join("d.db");
        let mut serve = Command::new(binary());
        serve.args(["serve", "--listen", "127.0.0.1:0", "--db"]).arg(&database);
        let ended = serve.arg("--console-session-key").arg(&key).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(3), "{said}");
        assert!(said.contains(saying) && said.contains("session-key"), "{said}");
        assert!(!database.exists(), "nothing was begun");
    }
}

impl House {
    /// Whoever logs in from now on is 张 of the commission, with this otherwise.
    pub(super) fn provider_says(&mut self, otherwise: &Value) {
        let mut claims = with(zhang(), otherwise);
        // The provider says for whom it is.
        if otherwise.get("aud").is_none() {
            claims.as_object_mut().unwrap().remove("aud");
        }
        self.provider.person(&json!({}), &claims);
    }
}
