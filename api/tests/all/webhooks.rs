//! Webhooks: what happens is sent to others, who may be away, slow, wrong or elsewhere.

mod created;

use std::{fs, net::TcpListener};

use actix_http::Request as Raw;
use actix_web::{
    App, Error,
    body::BoxBody,
    dev::{Service, ServiceResponse},
    test,
};
use chrono::{DateTime, TimeDelta, Utc};
use fugong_api::{Desk, Settings, Webhooks};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    answers::Document,
    receiver::{Letter, Receiver},
    rig::{CODE, District, get, listing, post, send},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// The first two events that are told, of a listing and of what policies make of it.
const TYPES: &str =
    r#"types = ["enterprise-registered", "resumption-resumed", "officer-enrolled"]"#;

/// A district that sends to receivers.
struct Bench {
    district: District,
    desk: Desk,
    folder: TempDir,
}

impl Bench {
    /// It sends to this port, with these further lines of settings.
    async fn to(port: u16, more: &str) -> Self {
        let district = District::at("2020-02-27T00:00:00Z").await;
        let folder = tempfile::tempdir().unwrap();
        for (name, secret) in [("new", SECRET), ("old", OLD)] {
            fs::write(folder.path().join(name), format!("{secret}\n")).unwrap();
        }
        let desk = Desk::with(district.log.clone(), Settings { dev: true, ..Settings::default() });
        let bench = Self { district, desk, folder };
        bench.desk.send_to(bench.settings(port, more)).unwrap();
        bench
    }

    fn settings(&self, port: u16, more: &str) -> Webhooks {
        let text = self.text(&format!("http://127.0.0.1:{port}/in?a=b"), more);
        Webhooks::parse(&text, true).unwrap()
    }

    fn text(&self, url: &str, more: &str) -> String {
        let secret = |name| self.folder.path().join(name).display().to_string();
        let (new, old) = (secret("new"), secret("old"));
        format!(
            "timeout_seconds = 1\n[[webhook]]\nid = \"platform\"\nurl = {url:?}\n\
             as = \"robot:eic:integrator\"\nsecrets = [{new:?}, {old:?}]\n{TYPES}\n{more}"
        )
    }

    async fn act(&self, path: &str, key: &str, body: Value) {
        let app = self.district.app().await;
        let said = send(&app, post(path, key, &body)).await;
        assert_eq!(said.status, 201, "{}", said.text);
    }

    /// A listing and a resumption: two events of those that are told.
    async fn two(&self) {
        self.act("/v1/enterprises", "k1", listing()).await;
        let path = format!("/v1/enterprises/{CODE}/resumptions");
        self.act(&path, "k2", json!({"resumed_on": "2020-02-26"})).await;
    }

    /// Lets time pass, and sends what is due then.
    async fn after(&self, passed: TimeDelta) {
        self.district.log.advance(self.district.log.now() + passed).await.unwrap();
        self.desk.send_now().await;
    }

    /// The app that serves what sends.
    async fn app(
        &self,
    ) -> impl Service<Raw, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
        let desk = self.desk.clone();
        test::init_service(App::new().configure(|config| fugong_api::configure(config, desk))).await
    }

    async fn app_get(&self, path: &str) -> Value {
        let app = self.app().await;
        let said = send(&app, get(path)).await;
        assert_eq!(said.status, 200, "{}", said.text);
        said.json()
    }

    /// How the webhook stands.
    async fn stands(&self) -> Value {
        self.app_get("/v1/webhooks").await["items"][0].clone()
    }

    /// What was tried, and set aside.
    async fn deliveries(&self) -> Value {
        self.app_get("/v1/webhooks/platform/deliveries").await
    }

    async fn replay(&self, position: &str) -> u16 {
        let app = self.app().await;
        let path = format!("/v1/webhooks/platform/deliveries/{position}/replays");
        send(&app, post(&path, "", &json!({}))).await.status
    }
}

fn types(letters: &[Letter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.body["type"].as_str().unwrap()).collect()
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn what_happens_is_sent_in_order_and_once() {
    let receiver = Receiver::start();
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    let letters = receiver.letters();
    assert_eq!(types(&letters), ["enterprise-registered", "resumption-resumed"]);
    let letter = &letters[0];
    assert_eq!(letter.line, "POST /in?a=b HTTP/1.1");
    let position = letter.position();
    assert_eq!(letter.headers["webhook-id"], format!("msg_500114-platform-{position}"));
    assert_eq!(letter.headers["host"], format!("127.0.0.1:{}", receiver.port));
    // One by each secret: the receiver may have the new one already, or the old one still.
    assert_eq!(letter.headers["webhook-signature"].matches("v1,").count(), 2);
    let data = &letter.body["data"];
    assert_eq!(data["enterprise"], CODE);
    let link = data["link"].as_str().unwrap();
    assert_eq!(bench.app_get(link).await["event_id"], data["id"]);
    bench.desk.send_now().await;
    assert!(receiver.letters().is_empty());
    let (mut document, stands) = (Document::read(), bench.app_get("/v1/webhooks").await);
    document.check("WebhookList", &stands, "webhooks");
    document.check("DeliveryList", &bench.deliveries().await, "deliveries");
    assert_eq!(stands["items"][0]["failing"], json!(null));
}

/// Whoever has set up a receiver sees whether he takes and checks a message, before anything happens.
#[actix_web::test]
async fn a_receiver_is_sent_a_test_which_is_no_event() {
    let receiver = Receiver::start();
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    let app = bench.app().await;
    let test = async || {
        let said = send(&app, post("/v1/webhooks/platform/tests", "", &json!({}))).await;
        assert_eq!(said.status, 200, "{}", said.text);
        said.json()
    };
    let before = (bench.stands().await, bench.deliveries().await);
    let taken = test().await;
    assert_eq!((&taken["status"], &taken["taken"]), (&json!(204), &json!(true)));
    let letters = receiver.letters();
    assert_eq!(types(&letters), ["webhook-test"]);
    assert_eq!(taken["id"], letters[0].headers["webhook-id"]);
    assert_eq!(letters[0].headers["webhook-signature"].matches("v1,").count(), 2);
    receiver.answers("410 Gone", "");
    let refused = test().await;
    assert_eq!((&refused["status"], &refused["taken"]), (&json!(410), &json!(false)));
    Document::read().check("WebhookTest", &refused, "test");
    // The events are still to come, and 410 to a test ends nothing.
    assert_eq!((bench.stands().await, bench.deliveries().await), before);
    let unknown = send(&app, post("/v1/webhooks/other/tests", "", &json!({}))).await;
    assert_eq!((unknown.status, unknown.problem().as_str()), (404, "NOT_FOUND"));
}

#[actix_web::test]
async fn words_about_persons_are_in_no_message() {
    let receiver = Receiver::start();
    let bench = Bench::to(receiver.port, "payload = \"full\"").await;
    bench
        .act("/v1/officers", "k1", json!({"id": "OFF-7", "name": "甲乙丙丁", "unit": "eic"}))
        .await;
    bench.desk.send_now().await;
    let letters = receiver.letters();
    assert_eq!(letters[0].body["data"]["specversion"], "1.0");
    assert!(!letters[0].text.contains("甲乙丙丁"));
    assert_eq!(letters[0].body["data"]["data"]["data"]["name"], json!({"hidden": true}));
}

#[actix_web::test]
async fn a_receiver_who_was_away_for_an_hour_misses_nothing() {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = door.local_addr().unwrap().port();
    drop(door);
    let bench = Bench::to(port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    let failing = bench.stands().await["failing"].clone();
    assert_eq!(failing["attempts"], 1);
    assert!(instant(&failing["next_at"]) <= bench.district.log.now() + TimeDelta::seconds(5));
    for _ in 0..12 {
        bench.after(TimeDelta::minutes(5)).await;
    }
    let failing = bench.stands().await["failing"].clone();
    let attempts = failing["attempts"].as_u64().unwrap();
    assert!((3..=9).contains(&attempts), "{attempts} in an hour");
    let receiver = Receiver::at(TcpListener::bind(("127.0.0.1", port)).unwrap());
    bench.after(TimeDelta::hours(2)).await;
    assert_eq!(types(&receiver.letters()), ["enterprise-registered", "resumption-resumed"]);
    assert_eq!(bench.stands().await["failing"], json!(null));
}

#[actix_web::test]
async fn what_is_not_taken_for_days_is_set_aside_and_sent_again_on_a_word() {
    let receiver = Receiver::start();
    receiver.answers("500 Internal Server Error", "");
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    let began = bench.district.log.now();
    while bench.stands().await["dead_letters"] == 0 {
        bench.after(TimeDelta::hours(12)).await;
    }
    let passed = bench.district.log.now() - began;
    assert!(passed < TimeDelta::days(10), "{passed}");
    let first = receiver.letters();
    let ids: Vec<_> = first.iter().map(|letter| letter.headers["webhook-id"].clone()).collect();
    assert_eq!(ids.iter().filter(|id| **id == ids[0]).count(), 10, "one id, however often");
    receiver.answers("204 No Content", "");
    bench.after(TimeDelta::hours(24)).await;
    assert_eq!(types(&receiver.letters()), ["resumption-resumed"]);
    let aside = bench.deliveries().await["dead_letters"][0].clone();
    assert_eq!(aside["attempts"], 10);
    let position = aside["position"].as_str().unwrap();
    assert_eq!(bench.replay("1").await, 404);
    assert_eq!(bench.replay(position).await, 202);
    bench.desk.send_now().await;
    let again = receiver.letters();
    assert_eq!(types(&again), ["enterprise-registered"]);
    assert_eq!(again[0].headers["webhook-id"], ids[0]);
    assert_eq!(bench.deliveries().await["dead_letters"], json!([]));
}

#[actix_web::test]
async fn a_receiver_who_is_gone_gets_no_more() {
    let receiver = Receiver::start();
    receiver.answers("410 Gone", "");
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    assert_eq!(receiver.letters().len(), 1);
    receiver.answers("204 No Content", "");
    bench.after(TimeDelta::days(3)).await;
    assert!(receiver.letters().is_empty());
    assert!(bench.stands().await["disabled_at"].is_string());
}

#[actix_web::test]
async fn a_receiver_who_asks_for_an_hour_gets_it() {
    let receiver = Receiver::start();
    receiver.answers("429 Too Many Requests", "Retry-After: 3600\r\n");
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    let next = instant(&bench.stands().await["failing"]["next_at"]);
    assert_eq!(next, bench.district.log.now() + TimeDelta::hours(1));
    receiver.letters();
    bench.after(TimeDelta::minutes(59)).await;
    assert!(receiver.letters().is_empty());
    bench.after(TimeDelta::minutes(1)).await;
    assert_eq!(receiver.letters().len(), 1);
}

#[actix_web::test]
async fn nobody_is_sent_to_whom_a_receiver_points_at() {
    let (receiver, other) = (Receiver::start(), Receiver::start());
    let location = format!("Location: http://127.0.0.1:{}/\r\n", other.port);
    receiver.answers("307 Temporary Redirect", &location);
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    assert_eq!(receiver.letters().len(), 1);
    assert!(other.letters().is_empty());
    assert_eq!(bench.stands().await["failing"]["why"], "he answered 307");
}

#[actix_web::test]
async fn a_receiver_who_never_answers_or_never_ends_holds_nobody() {
    let receiver = Receiver::start();
    receiver.says("");
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    assert_eq!(bench.stands().await["failing"]["why"], "no answer within 1 seconds");
    // He says more than anybody reads, and would go on.
    receiver.says(&format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n{}",
        "x".repeat(1 << 20)
    ));
    bench.after(TimeDelta::hours(1)).await;
    assert_eq!(bench.stands().await["failing"], json!(null));
    assert_eq!(types(&receiver.letters()).last(), Some(&"resumption-resumed"));
}

#[actix_web::test]
async fn a_name_that_leads_inside_is_not_followed() {
    let (inside, bench) = (Receiver::start(), Bench::to(1, "").await);
    let district = District::at("2020-02-27T00:00:00Z").await;
    let desk = Desk::with(district.log.clone(), Settings { dev: true, ..Settings::default() });
    let text = bench.text(&format!("https://localhost:{}/", inside.port), "");
    let settings = Webhooks::parse(&format!("hosts = [\"localhost\"]\n{text}"), false).unwrap();
    desk.send_to(settings).unwrap();
    let bench = Bench { district, desk, ..bench };
    bench.two().await;
    bench.desk.send_now().await;
    let failing = bench.stands().await["failing"].clone();
    let why = failing["why"].as_str().unwrap();
    assert!(why.ends_with("in a network that is not named in the settings"), "{why}");
    assert!(inside.letters().is_empty());
}

#[actix_web::test]
async fn another_start_goes_on_where_the_first_stopped_and_only_one_sends() {
    let receiver = Receiver::start();
    let bench = Bench::to(receiver.port, "").await;
    bench.two().await;
    bench.desk.send_now().await;
    assert_eq!(receiver.letters().len(), 2);
    let next =
        Desk::with(bench.district.log.clone(), Settings { dev: true, ..Settings::default() });
    let busy = next.send_to(bench.settings(receiver.port, "")).unwrap_err();
    assert!(busy.starts_with("another process sends"), "{busy}");
    let settings = bench.settings(receiver.port, "");
    let Bench { district, desk, .. } = bench;
    drop(desk);
    next.send_to(settings).unwrap();
    next.send_now().await;
    assert!(receiver.letters().is_empty());
    drop(district);
}

#[actix_web::test]
async fn settings_that_would_send_astray_are_refused() {
    let bench = Bench::to(1, "").await;
    let read = |url: &str, more: &str| {
        let text = bench.text(url, more);
        Webhooks::parse(&format!("hosts = [\"p.example.cn\"]\n{text}"), false)
    };
    assert!(read("https://p.example.cn/in", "").is_ok());
    for (url, more, why) in [
        ("http://p.example.cn/in", "", "no https address"),
        ("http://127.0.0.1/in", "", "no https address"),
        ("https://q.example.cn/in", "", "not among the hosts"),
        ("https://u:p@p.example.cn/in", "", "name or password"),
        ("https://p.example.cn/in", "types = []", "duplicate key"),
        ("https://p.example.cn/in", "colour = 1", "unknown field"),
    ] {
        let refused = read(url, more).unwrap_err();
        assert!(refused.contains(why), "{url} {more}: {refused}");
    }
    fs::write(bench.folder.path().join("new"), "secret").unwrap();
    let refused = read("https://p.example.cn/in", "").unwrap_err();
    assert!(refused.contains("holds no secret") && !refused.contains(": secret"), "{refused}");
}
