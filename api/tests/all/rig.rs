//! A district to send requests to.

use std::collections::BTreeMap;

use actix_http::Request as Raw;
use actix_web::{
    App, Error,
    body::{BoxBody, to_bytes},
    dev::{Service, ServiceResponse},
    test,
    web::Bytes,
};
use chrono::{DateTime, Utc};
use fugong_api::{Desk, IfMatch, Request, Settings, district};
use fugong_core::LogId;
use fugong_engine::{ClockMode, Log, Options, proof::FileKey};
use fugong_fixtures::data;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A fictional enterprise outside the park, above designated size.
pub(crate) const CODE: &str = "91500114MAYY010106";
/// Somebody of the commission.
pub(crate) const EIC: &str = "Bearer dev:eic-zhang:eic:commission";

/// Somebody of the municipality.
pub(crate) const CITY: &str = "Bearer dev:city-wu:500000:department";

/// An opened district, with the folder it lives in.
pub(crate) struct District {
    pub(crate) log: Log,
    _folder: TempDir,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: actix_web::http::header::HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Bytes,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a problem, whose form is looked at on the way.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let body = self.json();
        assert_eq!(body["status"], json!(self.status));
        for member in ["type", "title", "detail", "instance", "trace_id"] {
            assert!(body[member].is_string(), "{member}: {body}");
        }
        assert!(body["errors"].is_array());
        body["code"].as_str().unwrap().to_owned()
    }
}

impl District {
    /// A fresh district whose clock stands at this instant.
    pub(crate) async fn at(now: &str) -> Self {
        Self::opened(now, tempfile::tempdir().unwrap()).await
    }

    /// The same, sealed by a key of its own.
    pub(crate) async fn sealed_at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("district.db.log-key");
        FileKey::make(&key, "example.org/district").unwrap();
        Self::opened(now, folder).await
    }

    async fn opened(now: &str, folder: TempDir) -> Self {
        let start: DateTime<Utc> = now.parse().unwrap();
        let options = Options {
            clock: ClockMode::Simulated { start, seed: 7 },
            ..Options::new(folder.path().join("district.db"), LogId(data::DISTRICT))
        };
        let log = district::engine().open(options).await.unwrap();
        district::begin(&log, data::district().unwrap()).await.unwrap();
        Self { log, _folder: folder }
    }

    /// The app that serves it, for development.
    pub(crate) async fn app(
        &self,
    ) -> impl Service<Raw, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
        self.app_with(Settings { dev: true, ..Settings::default() }).await
    }

    /// The app that serves it so.
    pub(crate) async fn app_with(
        &self,
        settings: Settings,
    ) -> impl Service<Raw, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
        let desk = Desk::with(self.log.clone(), settings);
        test::init_service(App::new().configure(|config| fugong_api::configure(config, desk))).await
    }
}

impl District {
    /// What a line of the story asks, once the clock stands where it says; `ids` are what the lines
    /// before it made, by their keys.
    pub(crate) async fn asked(
        &self,
        text: &str,
        ids: &BTreeMap<String, String>,
    ) -> (Value, Request) {
        let put =
            |text: String, (key, id): (&String, &String)| text.replace(&format!("{{{key}}}"), id);
        let line: Value = serde_json::from_str(&ids.iter().fold(text.to_owned(), put)).unwrap();
        let at = line["at"].as_str().unwrap().parse().unwrap();
        if self.log.now() < at {
            self.log.advance(at).await.unwrap();
        }
        let request = Request {
            by: fugong_api::principal(line["as"].as_str().unwrap()).unwrap(),
            path: line["path"].as_str().unwrap().to_owned(),
            key: line["key"].as_str().unwrap().to_owned(),
            if_match: line["if_match"].as_u64().map_or(IfMatch::Current, IfMatch::Version),
            body: line["body"].to_string(),
        };
        (line, request)
    }
}

/// Sends a request.
pub(crate) async fn send(
    app: &impl Service<Raw, Response = ServiceResponse<BoxBody>, Error = Error>,
    request: test::TestRequest,
) -> Said {
    let response = test::call_service(app, request.to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = to_bytes(response.into_body()).await.unwrap();
    Said { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
}

/// A POST by somebody of the commission.
pub(crate) fn post(path: &str, key: &str, body: &Value) -> test::TestRequest {
    test::TestRequest::post()
        .uri(path)
        .insert_header(("Authorization", EIC))
        .insert_header(("Idempotency-Key", key))
        .insert_header(("Content-Type", "application/json"))
        .set_payload(body.to_string())
}

/// A GET by somebody of the commission.
pub(crate) fn get(path: &str) -> test::TestRequest {
    test::TestRequest::get().uri(path).insert_header(("Authorization", EIC))
}

/// A listing of the enterprise.
pub(crate) fn listing() -> Value {
    json!({
        "uscc": CODE,
        "name": "黔江示例制造有限公司",
        "industry_code": "2710",
        "township_code": "500114001",
        "above_scale": true,
    })
}
