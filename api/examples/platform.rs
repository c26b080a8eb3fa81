//! A platform that has its own people, pages and answers, with the API in it.
//!
//! ```sh
//! cargo run -p fugong-api --example platform
//! curl http://127.0.0.1:8090/
//! curl -H 'Cookie: platform=k7' http://127.0.0.1:8090/v1/enterprises
//! curl -H 'Cookie: platform=k7' -H 'Content-Type: application/json' -H 'Idempotency-Key: one' \
//!   -d '{"name": "测试五金厂", "township_code": "500114106", "resumed_on": "2020-02-27"}' \
//!   http://127.0.0.1:8090/v1/resumptions
//! ```
//!
//! The log lies in `platform.db` in the working folder.

use std::{collections::BTreeMap, error::Error, sync::Arc};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::header,
    web::{self, ServiceConfig},
};
use async_trait::async_trait;
use fugong_api::{Authenticator, Caller, Desk, Parts, Problem, Settings, district};
use fugong_core::LogId;
use fugong_engine::{Log, Options};

/// Who is logged in at the platform: its cookie, and whom it stands for.
#[derive(Debug)]
pub(crate) struct Sessions(BTreeMap<&'static str, &'static str>);

impl Sessions {
    /// The people of this example; a platform looks into its own store.
    pub(crate) fn of_the_example() -> Self {
        Self(BTreeMap::from([("k7", "zhang:eic:commission"), ("m3", "li:500114106:township")]))
    }
}

#[async_trait]
impl Authenticator for Sessions {
    fn wants(&self) -> &'static str {
        "the cookie of the platform"
    }

    async fn authenticate(&self, parts: &Parts<'_>) -> Result<Option<Caller>, Problem> {
        let sent = parts.headers.get(header::COOKIE).and_then(|sent| sent.to_str().ok());
        let mut cookies = sent.into_iter().flat_map(|sent| sent.split("; "));
        let Some(session) = cookies.find_map(|cookie| cookie.strip_prefix("platform=")) else {
            return Ok(None);
        };
        let who = self.0.get(session).copied().and_then(fugong_api::principal);
        let unknown = || Problem::bad_token("you are not logged in at the platform any more");
        who.map(|who| Some(Caller::from(who))).ok_or_else(unknown)
    }
}

/// A district's log in this folder, begun if it is new.
///
/// # Errors
///
/// When the file cannot be used.
pub(crate) async fn log(folder: &std::path::Path) -> Result<Log, Box<dyn Error>> {
    let options = Options::new(folder.join("platform.db"), LogId(fugong_fixtures::data::DISTRICT));
    let log = district::engine().open(options).await?;
    district::begin(&log, fugong_fixtures::data::district()?).await?;
    Ok(log)
}

/// The platform's own addresses, and the API between them.
pub(crate) fn configure(config: &mut ServiceConfig, desk: Desk) {
    config.route("/", web::get().to(async || "the platform's own page"));
    fugong_api::configure(config, desk);
    // After the API, which answers unknown addresses too unless the platform does.
    config
        .default_service(web::to(async || HttpResponse::NotFound().body("the platform's own 404")));
}

/// The API, for whoever is logged in at the platform.
pub(crate) fn desk(log: Log) -> Desk {
    Desk::knowing(log, Settings::default(), vec![Arc::new(Sessions::of_the_example())])
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let log = log(&std::env::current_dir()?).await?;
    let desk = desk(log.clone());
    let served = desk.clone();
    HttpServer::new(move || App::new().configure(|config| configure(config, served.clone())))
        .bind("127.0.0.1:8090")?
        .run()
        .await?;
    // Followers are let go, and what was acknowledged is durable.
    desk.end();
    log.close().await;
    Ok(())
}
