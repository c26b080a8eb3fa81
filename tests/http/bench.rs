//! A fresh district behind its API, as `fugong serve --dev` opens it.

use std::{cell::Cell, future::Future, path::PathBuf, pin::Pin};

use actix_web::{
    App,
    body::{MessageBody, to_bytes},
    dev::ServiceResponse,
    http::{Method, header::HeaderMap},
    test,
};
use chrono::{DateTime, Utc};
use fugong_api::{Desk, district};
use fugong_core::LogId;
use fugong_domain::township::Units;
use fugong_engine::{ClockMode, Filter, Log, Options};
use fugong_fixtures::data;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The file of its log.
const DATABASE: &str = "fugong.db";

/// 区经信委.
pub(crate) const EIC: &str = "zhang:eic:commission";
/// Another of them, who issues orders.
pub(crate) const LI: &str = "li:eic:commission";
/// Another of them, who looks again.
pub(crate) const ZHAO: &str = "zhao:eic:commission";
/// Another of them, who enters flags.
pub(crate) const WANG: &str = "wang:eic:commission";
/// The park.
pub(crate) const PARK: &str = "liu:park-zy:park";
/// Somebody who looks after the system.
pub(crate) const ADMIN: &str = "it-01:eic:admin";
/// 区防控指挥部.
pub(crate) const HQ: &str = "zhou:hq:headquarters";

type Sending = Pin<Box<dyn Future<Output = Said>>>;

/// A district whose clock stands until it is moved.
pub(crate) struct Bench {
    pub(crate) log: Log,
    send: Box<dyn Fn(test::TestRequest) -> Sending>,
    keys: Cell<u32>,
    folder: TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Said {
    pub(crate) async fn of<B: MessageBody>(response: ServiceResponse<B>) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body()).await.ok().unwrap();
        Self { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|why| panic!("{why}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn id(&self) -> String {
        assert!(matches!(self.status, 200 | 201), "{}", self.text);
        self.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn advisories(&self) -> Vec<String> {
        serde_json::from_value(self.json()["advisories"].clone()).unwrap()
    }

    pub(crate) fn events(&self) -> Vec<String> {
        let body = self.json();
        let events = body["events"].as_array().unwrap();
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    /// The code of a problem, whose form is looked at on the way.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let body = self.json();
        assert_eq!(body["status"], json!(self.status), "{body}");
        for member in ["type", "title", "detail", "instance", "trace_id"] {
            assert!(body[member].is_string(), "{member}: {body}");
        }
        let code = body["code"].as_str().unwrap().to_owned();
        let known = fugong_api::LIST.iter().find(|entry| entry.code == code);
        let documented = known.unwrap_or_else(|| panic!("{code} is not documented")).status;
        let bare_conflict = code == "VERSION_CONFLICT" && self.status == 409;
        // What no document can say of a member, since it depends on how the district stands.
        let by_rule = code == "INVALID_FIELD" && self.status == 422;
        assert!(documented == self.status || bare_conflict || by_rule, "{body}");
        code
    }
}

/// A log on which everything of a district runs, freshly opened as the district opens.
pub(crate) async fn open(start: &str) -> (Log, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let start: DateTime<Utc> = start.parse().unwrap();
    let mut options = Options::new(folder.path().join(DATABASE), LogId(data::DISTRICT));
    options.clock = ClockMode::Simulated { start, seed: 20_200_226 };
    let log = district::engine().open(options).await.unwrap();
    district::begin(&log, data::district().unwrap()).await.unwrap();
    (log, folder)
}

/// The neighbouring district of the tests: the same units under its own code.
pub(crate) const OTHER: u32 = 500_115;

/// What another district opens with.
pub(crate) fn other_units() -> Units {
    let text = serde_json::to_string(&data::units().unwrap()).unwrap();
    let text = text.replace("500114", "500115").replace("黔江区", "长寿区");
    serde_json::from_str(&text).unwrap()
}

/// The log of the neighbouring district.
async fn open_other(start: &str) -> (Log, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let start: DateTime<Utc> = start.parse().unwrap();
    let mut options = Options::new(folder.path().join(DATABASE), LogId(OTHER));
    options.clock = ClockMode::Simulated { start, seed: 20_200_227 };
    let log = district::engine().open(options).await.unwrap();
    district::begin(&log, data::district_of(other_units()).unwrap()).await.unwrap();
    (log, folder)
}

/// A reference enterprise by its short name.
pub(crate) fn enterprise(id: &str) -> data::Enterprise {
    data::enterprises().unwrap().into_iter().find(|one| one.id == id).unwrap()
}

/// An enterprise's own person.
pub(crate) fn firm(code: &str) -> String {
    format!("boss:{code}:enterprise")
}

/// Somebody of a township.
pub(crate) fn town(code: &str) -> String {
    format!("tw:{code}:township")
}

impl Bench {
    /// A district whose clock stands at `start`.
    pub(crate) async fn at(start: &str) -> Self {
        let (log, folder) = open(start).await;
        Self::serving(Desk::dev(log.clone()), log, folder).await
    }

    /// The same with the neighbouring district beside it: its log, and the folder of that.
    pub(crate) async fn beside(start: &str) -> (Self, Log, TempDir) {
        let ((log, folder), (other, other_folder)) = (open(start).await, open_other(start).await);
        let desk = Desk::dev(log.clone()).beside([Desk::dev(other.clone())]);
        (Self::serving(desk, log, folder).await, other, other_folder)
    }

    async fn serving(desk: Desk, log: Log, folder: TempDir) -> Self {
        let app = App::new().configure(|config| fugong_api::configure(config, desk));
        let app = std::rc::Rc::new(test::init_service(app).await);
        let send = Box::new(move |request: test::TestRequest| -> Sending {
            let app = std::rc::Rc::clone(&app);
            Box::pin(async move {
                Said::of(test::call_service(&*app, request.to_request()).await).await
            })
        });
        Self { log, send, keys: Cell::new(0), folder }
    }

    pub(crate) async fn send(&self, request: test::TestRequest) -> Said {
        (self.send)(request).await
    }

    /// The file that the log lives in.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    /// An act with this key and whatever version stands.
    pub(crate) async fn post(&self, who: &str, path: &str, key: &str, body: &Value) -> Said {
        self.send(request(who, path, key, body)).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Said {
        let token = format!("Bearer dev:{who}");
        let uri = encoded(path);
        self.send(test::TestRequest::get().uri(&uri).insert_header(("authorization", token))).await
    }

    /// An act that is accepted.
    #[track_caller]
    pub(crate) fn act(
        &self,
        who: &str,
        path: &str,
        body: Value,
    ) -> impl Future<Output = Said> + use<'_> {
        let (who, path, from) = (who.to_owned(), path.to_owned(), std::panic::Location::caller());
        async move {
            let said = self.post(&who, &path, &self.key(), &body).await;
            assert!(matches!(said.status, 200 | 201), "{from}: {path}: {}", said.text);
            said
        }
    }

    /// An act that is refused with `code`, and changes nothing.
    #[track_caller]
    pub(crate) fn refused(
        &self,
        who: &str,
        path: &str,
        body: Value,
        code: &'static str,
    ) -> impl Future<Output = ()> + use<'_> {
        let (who, path, from) = (who.to_owned(), path.to_owned(), std::panic::Location::caller());
        async move {
            let head = self.log.head();
            let said = self.post(&who, &path, &self.key(), &body).await;
            assert_eq!(said.problem(), code, "{from}: {path}: {}", said.text);
            assert_eq!(self.log.head(), head, "{from}: a refusal appends nothing");
        }
    }

    fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("k{}", self.keys.get())
    }

    /// Moves the clock; what falls due on the way happens.
    pub(crate) async fn clock(&self, to: &str) {
        let request = test::TestRequest::post()
            .uri("/dev/clock")
            .insert_header(("authorization", format!("Bearer dev:{EIC}")))
            .insert_header(("content-type", "application/json"))
            .set_payload(json!({"now": to}).to_string());
        let said = self.send(request).await;
        assert_eq!(said.status, 200, "{}", said.text);
    }

    /// How often an event of this type happened.
    pub(crate) async fn count(&self, event: &str) -> usize {
        let filter = Filter { types: vec![event.to_owned()], ..Filter::default() };
        let start = fugong_core::Position::START;
        self.log.events(start, 10_000, &filter).await.unwrap().len()
    }

    /// The rows of a register; `query` begins with `?` or is empty.
    pub(crate) async fn rows(&self, register: &str, query: &str) -> Vec<Value> {
        let joint =
            if query.is_empty() { "?limit=200".to_owned() } else { format!("{query}&limit=200") };
        let said = self.get(EIC, &format!("/v1/registers/{register}/rows{joint}")).await;
        assert_eq!(said.status, 200, "{}", said.text);
        let body = said.json();
        body["items"].as_array().unwrap_or_else(|| panic!("{body}")).clone()
    }

    /// The state of a thing.
    pub(crate) async fn state(&self, path: &str) -> Value {
        let said = self.get(EIC, path).await;
        assert_eq!(said.status, 200, "{}", said.text);
        said.json()["state"].clone()
    }

    /// Lists a reference enterprise; its code.
    pub(crate) async fn list(&self, id: &str) -> String {
        let one = enterprise(id);
        let mut body = json!({
            "uscc": one.uscc, "name": one.name, "industry_code": one.industry_code,
            "township_code": one.township_code, "above_scale": one.above_scale,
        });
        if let Some(park) = one.park_id {
            body["park_id"] = json!(park);
        }
        self.act(EIC, "/v1/enterprises", body).await;
        one.uscc.to_string()
    }

    /// Enrols a reference officer.
    pub(crate) async fn enrol(&self, id: &str) {
        let officers = data::officers().unwrap();
        let one = officers.into_iter().find(|one| one.id.as_str() == id).unwrap();
        let body = json!({"id": one.id, "name": one.name, "unit": one.unit});
        self.act(EIC, "/v1/officers", body).await;
    }

    /// An inspection with one finding against the enterprise, closed; the finding's id.
    pub(crate) async fn finding(&self, code: &str) -> String {
        let opened = json!({"enterprise": code, "kind": "full", "subjects": ["protection"]});
        let inspection = self.act(EIC, "/v1/inspections", opened).await.id();
        let path = format!("/v1/inspections/{inspection}");
        let found = json!({"subject": "protection", "category": "measures_not_in_place",
            "severity": "ordinary", "facts": "车间入口无测温记录。"});
        let finding = self.act(EIC, &format!("{path}/findings"), found).await.id();
        self.act(EIC, &format!("{path}/closures"), json!({"result_codes": ["to_order"]})).await;
        finding
    }

    /// An order on a finding, with so many working days; its address.
    pub(crate) async fn order(&self, code: &str, finding: &str, working_days: u32) -> String {
        let body = order_body(code, finding, &json!({"working_days": working_days}));
        let id = self.act(LI, "/v1/rectification-orders", body).await.id();
        format!("/v1/rectification-orders/{id}")
    }

    /// Serves an order.
    pub(crate) async fn serve(&self, order: &str) {
        self.act(LI, &format!("{order}/services"), json!({})).await;
    }

    /// Looks again.
    pub(crate) async fn reinspect(&self, order: &str, result: &str) {
        self.act(ZHAO, &format!("{order}/reinspections"), json!({"result": result})).await;
    }
}

/// A POST with this key and whatever version stands, not sent yet.
pub(crate) fn request(who: &str, path: &str, key: &str, body: &Value) -> test::TestRequest {
    let named = path.strip_prefix("/v1/reports/").is_some_and(|id| !id.contains('/'));
    let method = if named { Method::PUT } else { Method::POST };
    test::TestRequest::default()
        .method(method)
        .uri(path)
        .insert_header(("authorization", format!("Bearer dev:{who}")))
        .insert_header(("idempotency-key", key))
        .insert_header(("if-match", "*"))
        .insert_header(("content-type", "application/json"))
        .set_payload(body.to_string())
}

/// An address as a client sends it.
fn encoded(path: &str) -> String {
    let byte = |byte: u8| match byte {
        0x21..=0x7e => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    path.bytes().map(byte).collect()
}

/// The body of an order.
pub(crate) fn order_body(code: &str, finding: &str, limit: &Value) -> Value {
    let mut body = json!({"enterprise": code, "findings": [finding],
        "measures": "立即整改，完善测温记录。", "supervisor": "eic-chen"});
    for (name, value) in limit.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}
