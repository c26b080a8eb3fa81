//! Webhooks that acts create: begun, given another secret and ended while the server runs.

use actix_http::Request as Raw;
use actix_web::{
    App, Error,
    body::BoxBody,
    dev::{Service, ServiceResponse},
    test,
};
use chrono::TimeDelta;
use fugong_api::{Desk, Settings, Webhooks};
use serde_json::{Value, json};

use super::types;
use crate::{
    answers::Document,
    receiver::Receiver,
    rig::{CODE, District, Said, get, listing, post, send},
};

/// A district that sends to whom it is told to.
struct Bench {
    district: District,
    desk: Desk,
    keys: std::cell::Cell<u32>,
}

impl Bench {
    async fn new() -> Self {
        let district = District::at("2020-02-27T00:00:00Z").await;
        let desk = sending(&district, "timeout_seconds = 1");
        Self { district, desk, keys: std::cell::Cell::new(0) }
    }

    async fn app(
        &self,
    ) -> impl Service<Raw, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
        let desk = self.desk.clone();
        test::init_service(App::new().configure(|config| fugong_api::configure(config, desk))).await
    }

    async fn asks(&self, path: &str, body: &Value) -> Said {
        self.keys.set(self.keys.get() + 1);
        let request = post(path, &format!("k{}", self.keys.get()), body);
        send(&self.app().await, request.insert_header(("If-Match", "*"))).await
    }

    async fn act(&self, path: &str, body: &Value) -> Value {
        let said = self.asks(path, body).await;
        assert_eq!(said.status, 201, "{}", said.text);
        said.json()
    }

    async fn read(&self, path: &str) -> Value {
        let said = send(&self.app().await, get(path)).await;
        assert_eq!(said.status, 200, "{}", said.text);
        said.json()
    }

    /// Has resumptions sent to a receiver: the id and the secret.
    async fn creates(&self, receiver: &Receiver) -> (String, String) {
        let receipt = self.act("/v1/webhooks", &wanted(receiver.port)).await;
        let text = |member: &str| receipt[member].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// A resumption, and after it another.
    async fn resumes(&self, day: &str) {
        let path = format!("/v1/enterprises/{CODE}/resumptions");
        self.act(&path, &json!({ "resumed_on": day })).await;
    }

    async fn stops(&self, day: &str) {
        let path = format!("/v1/enterprises/{CODE}/suspensions");
        self.act(&path, &json!({"from": day, "reason": "maintenance"})).await;
    }
}

/// A desk that sends as these settings say.
fn sending(district: &District, settings: &str) -> Desk {
    let desk = Desk::with(district.log.clone(), Settings { dev: true, ..Settings::default() });
    desk.send_to(Webhooks::parse(settings, true).unwrap()).unwrap();
    desk
}

fn wanted(port: u16) -> Value {
    json!({
        "label": "一体化平台", "url": format!("http://127.0.0.1:{port}/in"),
        "types": ["enterprise-registered", "resumption-resumed"],
    })
}

fn signatures(receiver: &Receiver) -> Vec<usize> {
    let letters = receiver.letters();
    letters.iter().map(|it| it.headers["webhook-signature"].matches("v1,").count()).collect()
}

#[actix_web::test]
async fn it_is_sent_what_happens_from_its_creation_on_also_after_another_start() {
    let (bench, receiver) = (Bench::new().await, Receiver::start());
    bench.act("/v1/enterprises", &listing()).await;
    let (id, secret) = bench.creates(&receiver).await;
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    bench.desk.send_now().await;
    assert!(receiver.letters().is_empty(), "what happened before");
    bench.resumes("2020-02-26").await;
    bench.desk.send_now().await;
    let letters = receiver.letters();
    assert_eq!(types(&letters), ["resumption-resumed"]);
    let position = letters[0].position();
    assert_eq!(letters[0].headers["webhook-id"], format!("msg_500114-{id}-{position}"));
    let all = bench.read("/v1/webhooks").await;
    Document::read().check("WebhookList", &all, "webhooks");
    assert_eq!(all["items"][0], bench.read(&format!("/v1/webhooks/{id}")).await);
    let shown = &all["items"][0];
    assert_eq!((&shown["state"], &shown["role"]), (&json!("in_use"), &json!("commission")));
    let Bench { district, desk, keys } = bench;
    drop(desk);
    let desk = sending(&district, "timeout_seconds = 1");
    let bench = Bench { district, desk, keys };
    bench.desk.send_now().await;
    assert!(receiver.letters().is_empty(), "it was taken already");
    let shown = bench.read(&format!("/v1/webhooks/{id}")).await;
    assert!(position <= shown["delivered_to"].as_str().unwrap().parse().unwrap(), "{shown}");
}

/// The old secret signs beside the new one as long as was said, and no longer.
#[actix_web::test]
async fn two_secrets_sign_while_they_overlap() {
    let (bench, receiver) = (Bench::new().await, Receiver::start());
    let (id, first) = bench.creates(&receiver).await;
    bench.act("/v1/enterprises", &listing()).await;
    bench.desk.send_now().await;
    assert_eq!(signatures(&receiver), [1]);
    let rotations = format!("/v1/webhooks/{id}/rotations");
    let second = bench.act(&rotations, &json!({"overlap_hours": 2})).await;
    assert_ne!(second["secret"], json!(first));
    bench.resumes("2020-02-26").await;
    bench.desk.send_now().await;
    assert_eq!(signatures(&receiver), [2]);
    bench.district.log.advance(bench.district.log.now() + TimeDelta::hours(3)).await.unwrap();
    bench.stops("2020-02-26").await;
    bench.resumes("2020-02-27").await;
    bench.desk.send_now().await;
    assert_eq!(signatures(&receiver), [1]);
    let said = bench.asks(&rotations, &json!({"overlap_hours": 169})).await;
    assert_eq!((said.status, said.problem().as_str()), (400, "INVALID_FIELD"));
}

#[actix_web::test]
async fn what_is_disabled_is_sent_nothing_more() {
    let (bench, receiver) = (Bench::new().await, Receiver::start());
    let (id, _) = bench.creates(&receiver).await;
    bench.act("/v1/enterprises", &listing()).await;
    bench.act(&format!("/v1/webhooks/{id}/disablements"), &json!({"reason": "换发"})).await;
    bench.desk.send_now().await;
    assert!(receiver.letters().is_empty(), "also not what happened before its end");
    assert_eq!(bench.read("/v1/webhooks").await["items"][0]["state"], "disabled");
    let tested = bench.asks(&format!("/v1/webhooks/{id}/tests"), &json!({})).await;
    assert_eq!((tested.status, tested.problem().as_str()), (404, "NOT_FOUND"));
    let rotated = bench.asks(&format!("/v1/webhooks/{id}/rotations"), &json!({})).await;
    assert_eq!((rotated.status, rotated.problem().as_str()), (422, "INVALID_FIELD"));
    assert!(receiver.letters().is_empty());
}

#[actix_web::test]
async fn a_test_reaches_it_at_once_and_is_signed() {
    let (bench, receiver) = (Bench::new().await, Receiver::start());
    let (id, _) = bench.creates(&receiver).await;
    let said = bench.asks(&format!("/v1/webhooks/{id}/tests"), &json!({})).await;
    assert_eq!((said.status, &said.json()["taken"]), (200, &json!(true)));
    assert_eq!(signatures(&receiver), [1]);
}

/// Whoever runs the server says where may be sent to, and says it again with each start.
#[actix_web::test]
async fn nobody_else_says_where_may_be_sent_to() {
    let (bench, receiver) = (Bench::new().await, Receiver::start());
    for (url, why) in [
        ("https://q.example.gov.cn/in", "not among the hosts"),
        ("http://q.example.gov.cn/in", "no https address"),
        ("https://u:p@127.0.0.1/in", "name or password"),
        ("nowhere at all", "nowhere"),
    ] {
        let said = bench.asks("/v1/webhooks", &json!({"label": "甲", "url": url})).await;
        assert_eq!((said.status, said.problem().as_str()), (422, "INVALID_FIELD"), "{url}");
        assert_eq!(said.json()["errors"][0]["pointer"], "/url");
        assert!(said.text.contains(why), "{}", said.text);
    }
    let unknown = json!({"label": "甲", "url": "http://127.0.0.1/", "types": ["resumed"]});
    let said = bench.asks("/v1/webhooks", &unknown).await;
    assert_eq!(said.problem(), "CODE_UNKNOWN");
    bench.creates(&receiver).await;
    bench.act("/v1/enterprises", &listing()).await;
    let Bench { district, desk, keys } = bench;
    drop(desk);
    // One that does not send refuses, and shows what the log has.
    let desk = Desk::with(district.log.clone(), Settings { dev: true, ..Settings::default() });
    let bench = Bench { district, desk, keys };
    let said = bench.asks("/v1/webhooks", &wanted(receiver.port)).await;
    assert_eq!((said.status, said.problem().as_str()), (422, "INVALID_FIELD"));
    assert!(said.text.contains("--webhooks"), "{}", said.text);
    let shown = bench.read("/v1/webhooks").await;
    Document::read().check("WebhookList", &shown, "webhooks of one that does not send");
    assert_eq!(shown["items"].as_array().unwrap().len(), 1);
    // One of which the settings do not name the host is not sent to, and that is said.
    let Bench { district, keys, .. } = bench;
    let desk = Desk::with(district.log.clone(), Settings { dev: true, ..Settings::default() });
    desk.send_to(Webhooks::parse("hosts = [\"p.example.gov.cn\"]", false).unwrap()).unwrap();
    let bench = Bench { district, desk, keys };
    bench.desk.send_now().await;
    let shown = bench.read("/v1/webhooks").await["items"][0].clone();
    assert!(shown["failing"]["why"].as_str().unwrap().contains("no https address"), "{shown}");
    assert!(receiver.letters().is_empty());
}

/// It is told once. What is kept of it nobody reads, not even who may read sealed words.
#[actix_web::test]
async fn the_secret_is_in_its_receipt_and_nowhere_else() {
    let (bench, receiver) = (Bench::new().await, Receiver::start());
    let body = wanted(receiver.port);
    let app = bench.app().await;
    let told = send(&app, post("/v1/webhooks", "once", &body)).await.json();
    let again = send(&app, post("/v1/webhooks", "once", &body)).await.json();
    assert_eq!((&again["id"], &again["secret"]), (&told["id"], &Value::Null));
    let (id, secret) = (told["id"].as_str().unwrap(), told["secret"].as_str().unwrap());
    let event = told["events"][0]["event_id"].as_str().unwrap();
    let (bare, mut seen) = (secret.trim_start_matches("whsec_"), 0);
    for path in [
        format!("/v1/events/{event}"),
        "/v1/events?types=webhook-created".to_owned(),
        format!("/v1/webhooks/{id}"),
        "/v1/webhooks".to_owned(),
        format!("/v1/history/webhook/{id}"),
        format!("/v1/history/webhook/{id}/timeline"),
        format!("/v1/history/webhook/{id}/diff?from=1"),
    ] {
        let said = send(&app, get(&path)).await;
        assert_eq!(said.status, 200, "{path}: {}", said.text);
        assert!(!said.text.contains(bare), "{path}: {}", said.text);
        seen += usize::from(said.text.contains("sealed_secret"));
    }
    assert!(2 < seen, "what is kept of it is shown sealed");
    bench.act("/v1/enterprises", &listing()).await;
    bench.desk.send_now().await;
    let letter = receiver.letters().remove(0);
    assert!(!letter.text.contains(bare) && !format!("{:?}", letter.headers).contains(bare));
}
