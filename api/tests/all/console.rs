//! The console: sessions, what a page may be made to say and do by others, and who reads what.

mod audit;
mod enterprises;
mod inspect;
mod reports;

use actix_http::Request as Raw;
use actix_web::{
    Error,
    body::BoxBody,
    dev::{Service, ServiceResponse},
    test::TestRequest,
};
use fugong_api::Settings;
use serde_json::json;

use crate::rig::{CODE, District, Said, listing, post, send};

const NOW: &str = "2020-02-27T09:00:00+08:00";
const HOST: &str = "127.0.0.1:8080";

/// A browser on this machine: it keeps what is set, and says where it is.
struct Browser<'a, S> {
    app: &'a S,
    cookies: Vec<(String, String)>,
    site: &'static str,
}

impl<'a, S> Browser<'a, S>
where
    S: Service<Raw, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    fn new(app: &'a S) -> Self {
        Self { app, cookies: Vec::new(), site: "same-origin" }
    }

    async fn sends(&mut self, request: TestRequest) -> Said {
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, it)| format!("{name}={it}")).collect();
        let request = request
            .insert_header(("Host", HOST))
            .insert_header(("Sec-Fetch-Site", self.site))
            .insert_header(("Cookie", cookies.join("; ")));
        let said = send(self.app, request).await;
        for set in said.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            assert!(set.contains("; HttpOnly; SameSite=Strict"), "{set}");
            let (name, rest) = set.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            let value = rest.split(';').next().unwrap();
            if !rest.contains("Max-Age=0;") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        said
    }

    async fn gets(&mut self, path: &str) -> Said {
        // As browsers send what is no ASCII.
        let sent = path.bytes().map(|byte| match byte {
            b'!'..=b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        self.sends(TestRequest::get().uri(&sent.collect::<String>())).await
    }

    async fn fills(&mut self, path: &str, form: &str) -> Said {
        let form = form.to_owned();
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"));
        self.sends(request.set_payload(form)).await
    }

    /// Logs in by what the login's form sends, such as `who=a:eic:commission`.
    async fn logs_in(&mut self, by: &str) -> Said {
        let page = self.gets("/console/login").await;
        assert_eq!(page.status, 200, "{}", page.text);
        let token = token(&page);
        self.fills("/console/login", &format!("form_token={token}&{by}")).await
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What a form of a page has to send back.
fn token(page: &Said) -> String {
    let (_, rest) = page.text.split_once("name=\"form_token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn whoever_logs_in_sees_the_overview_and_goes_out_again() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut browser = Browser::new(&app);
    let said = browser.gets("/console/registers/r1?works=true").await;
    assert_eq!(said.status, 303);
    assert_eq!(
        said.header("location"),
        "/console/login?next=%2Fconsole%2Fregisters%2Fr1%3Fworks%3Dtrue"
    );
    let said = browser.logs_in("who=zhang:eic:commission&next=/console/registers/r1").await;
    assert_eq!((said.status, said.header("location")), (303, "/console/registers/r1"));
    assert!(browser.cookie("fugong-login").is_none(), "what was for the login is gone");
    let page = browser.gets("/").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("工业企业复工复产总览") && page.text.contains("区经信委"));
    let english = browser.gets("/?lang=en").await;
    assert!(english.text.contains("<html lang=\"en\">") && english.text.contains("By territory"));
    let out = browser.fills("/console/logout", &format!("form_token={}", token(&page))).await;
    assert_eq!(out.status, 303);
    assert_eq!((browser.cookies.len(), browser.gets("/").await.status), (0, 303));
}

#[actix_web::test]
async fn nobody_is_led_elsewhere() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/v1/events",
        "evil",
        "/%0d%0aX:1",
    ] {
        let mut browser = Browser::new(&app);
        let said = browser.logs_in(&format!("who=zhang:eic:commission&next={next}")).await;
        assert_eq!((said.status, said.header("location")), (303, "/"), "{next}");
    }
}

#[actix_web::test]
async fn a_session_is_another_after_each_login_and_only_ours_opens() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut browser = Browser::new(&app);
    // Fixation: what was there before is not what lets in afterwards.
    browser.gets("/console/login").await;
    let before = browser.cookie("fugong-login").unwrap().to_owned();
    browser.logs_in("who=zhang:eic:commission").await;
    let first = browser.cookie("fugong").unwrap().to_owned();
    browser.logs_in("who=zhang:eic:commission").await;
    let second = browser.cookie("fugong").unwrap().to_owned();
    assert!(before != first && first != second);
    // Forged: nothing else is believed, nor what is sealed for another purpose.
    let mut broken = second.clone();
    let other = if second.chars().nth(20) == Some('A') { "B" } else { "A" };
    broken.replace_range(20..21, other);
    for forged in [broken.as_str(), before.as_str(), "", "AAAA", "dev:zhang:eic:commission"] {
        let mut other = Browser::new(&app);
        other.cookies = vec![("fugong".to_owned(), forged.to_owned())];
        assert_eq!(other.gets("/").await.status, 303, "{forged}");
    }
    // Over a network only TLS carries it, under a name that no other host can set.
    let mut request = TestRequest::get().uri("/console/login");
    request = request.insert_header(("Host", "fugong.example.gov.cn"));
    let set = send(&app, request).await.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-fugong-login=") && set.ends_with("; Secure"), "{set}");
    // Another process has another key.
    let other_app = district.app().await;
    let mut other = Browser::new(&other_app);
    other.cookies = vec![("fugong".to_owned(), second)];
    assert_eq!(other.gets("/").await.status, 303);
}

#[actix_web::test]
async fn a_form_is_taken_from_our_own_page_alone() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let page = browser.gets("/").await;
    let good = format!("form_token={}", token(&page));
    for form in ["", "form_token=", "form_token=00000000000000000000000000000000"] {
        assert_eq!(browser.fills("/console/logout", form).await.status, 403, "{form}");
    }
    for site in ["cross-site", "same-site", "none"] {
        browser.site = site;
        assert_eq!(browser.fills("/console/logout", &good).await.status, 403, "{site}");
    }
    // Old browsers say where a form comes from, and those that say nothing are not believed.
    for (origin, status) in
        [("https://evil.example", 403), ("null", 403), ("", 403), ("http://127.0.0.1:8080", 303)]
    {
        let mut request = TestRequest::post()
            .uri("/console/logout")
            .insert_header(("Host", HOST))
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .insert_header(("Cookie", format!("fugong={}", browser.cookie("fugong").unwrap())));
        if !origin.is_empty() {
            request = request.insert_header(("Origin", origin));
        }
        let said = send(&app, request.set_payload(good.clone())).await;
        assert_eq!(said.status, status, "{origin}");
    }
    let json =
        TestRequest::post().uri("/console/login").insert_header(("Content-Type", "text/plain"));
    browser.site = "same-origin";
    browser.gets("/console/login").await;
    assert_eq!(browser.sends(json.set_payload(good)).await.status, 415);
}

#[actix_web::test]
async fn a_page_says_what_it_may_load_and_is_in_no_frame_of_others() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    for path in ["/", "/console/login", "/console/registers/r1", "/console/nothing", "/?as_of=x"] {
        let said = browser.gets(path).await;
        let policy = said.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(said.header("x-content-type-options"), "nosniff");
        assert_eq!(said.header("referrer-policy"), "same-origin");
        assert_eq!(said.header("cache-control"), "no-store", "{path}");
        // Neither is there anything that the policy would stop.
        for inline in [" style=", "<style", " onclick", "<script>", "javascript:"] {
            assert!(!said.text.contains(inline), "{path} has {inline}");
        }
    }
    let page = browser.gets("/").await.text;
    for file in page.split('"').filter(|text| text.starts_with("/console/static/")) {
        let said = browser.gets(file).await;
        assert_eq!(said.status, 200, "{file}");
        assert!(said.header("cache-control").contains("immutable"), "{file}");
    }
    assert_eq!(browser.gets("/console/static/console.css").await.status, 404);
}

/// Whatever stands in a text stays a text.
#[actix_web::test]
async fn no_text_becomes_part_of_a_page() {
    const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut body = listing();
    body["name"] = json!(EVIL);
    let said = send(&app, post("/v1/enterprises", "evil", &body)).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let raised = json!({"enterprise": CODE, "category": "labour", "text": EVIL});
    let said = send(&app, post("/v1/support-cases", "evil-2", &raised)).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let evil = "%3Cscript%3Ealert(1)%3C/script%3E%22'%3E";
    for path in [
        "/".to_owned(),
        "/console/registers/r1-enterprises".to_owned(),
        "/console/registers/r9".to_owned(),
        "/console/registers/r12".to_owned(),
        format!("/?as_of={evil}"),
        format!("/?scope={evil}&lang={evil}"),
        format!("/console/{evil}"),
        format!("/console/registers/{evil}"),
        format!("/console/registers/r12?name={evil}&sort={evil}"),
        format!("/console/login?next={evil}"),
    ] {
        let said = browser.gets(&path).await;
        assert!(said.text.starts_with("<!doctype html>"), "{path}: {}", said.text);
        for part in ["<script>", "<img src=x", "\"'>"] {
            assert!(!said.text.contains(part), "{path}: {part}");
        }
    }
    let said = browser.gets("/console/registers/r12").await;
    assert!(
        said.text.contains("&#60;script&#62;") || said.text.contains("&lt;script&gt;"),
        "{}",
        said.text
    );
}

/// What the API would not show, no page shows.
#[actix_web::test]
async fn a_page_shows_what_its_reader_may_read() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let said = send(&app, post("/v1/enterprises", "one", &listing())).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let rows = |page: &Said| page.text.contains(CODE);
    for (who, sees) in [
        ("zhang:eic:commission", true),
        ("luo:eic:reporter", true),
        ("he:500114001:township", true),
        ("he:500114106:township", false),
        (&format!("{CODE}:{CODE}:enterprise"), true),
        ("91500114MAYY01109N:91500114MAYY01109N:enterprise", false),
    ] {
        let mut browser = Browser::new(&app);
        assert_eq!(browser.logs_in(&format!("who={who}")).await.status, 303, "{who}");
        assert_eq!(browser.gets("/").await.status, 200, "{who}");
        for name in ["r1-enterprises", "r12", "r4-seats"] {
            let said = browser.gets(&format!("/console/registers/{name}")).await;
            assert_eq!((said.status, rows(&said)), (200, sees), "{who} {name}");
            let file = browser.gets(&format!("/console/registers/{name}.csv")).await;
            assert_eq!((file.status, rows(&file)), (200, sees), "{who} {name}");
            assert!(file.header("content-disposition").contains(name));
        }
        assert_eq!(browser.gets("/console/registers/r99").await.status, 404);
        assert_eq!(browser.gets("/console/registers/r1.exe").await.status, 404);
    }
    // Another district's people do not come in.
    let said = Browser::new(&app).logs_in("who=wu:500115001:township").await;
    assert_eq!(said.status, 403, "{}", said.text);
    let mut unknown = Browser::new(&app);
    assert_eq!(unknown.logs_in("credential=fgk_nothing").await.status, 401);
    assert_eq!(unknown.logs_in("who=nobody").await.status, 401);
}

/// A key of the log lets in, with what it was given for; withdrawn, it does no more.
#[actix_web::test]
async fn a_withdrawn_key_ends_its_session() {
    let district = District::at(NOW).await;
    let app = district.app_with(Settings { dev: true, ..Settings::default() }).await;
    let key = json!({
        "label": "大屏", "unit": "eic", "role": "reporter", "operations": ["list_rows"],
        "expires_on": "2020-12-31",
    });
    let by = ("Authorization", "Bearer dev:root:eic:admin");
    let said = send(&app, post("/v1/api-keys", "key", &key).insert_header(by)).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let told = said.json();
    let mut browser = Browser::new(&app);
    let shown = format!("credential={}", told["secret"].as_str().unwrap());
    assert_eq!(browser.logs_in(&shown).await.status, 303);
    assert_eq!(browser.gets("/").await.status, 200);
    let path = format!("/v1/api-keys/{}/withdrawals", told["id"].as_str().unwrap());
    let withdrawn = post(&path, "gone", &json!({"reason": "换发"})).insert_header(by);
    let said = send(&app, withdrawn.insert_header(("If-Match", "*"))).await;
    assert!(said.status < 300, "{}", said.text);
    assert_eq!(browser.gets("/").await.status, 303, "it lets nobody in any more");
}

#[actix_web::test]
async fn a_platform_may_do_without() {
    let district = District::at(NOW).await;
    let app = district.app_with(Settings { console: false, ..Settings::default() }).await;
    for path in ["/", "/console/login"] {
        let said = send(&app, TestRequest::get().uri(path)).await;
        assert_eq!((said.status, said.problem().as_str()), (404, "NOT_FOUND"));
    }
}
