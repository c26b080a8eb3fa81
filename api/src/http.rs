//! The HTTP skin: reads a request, calls what the tables name, writes the answer.

pub(crate) mod auth;
mod docs;
mod feed;
pub(crate) mod inside;
mod logged;
mod measured;
mod operation;
mod pages;
pub(crate) mod read;
pub(crate) mod write;

pub(crate) use logged::Asks;
pub(crate) use operation::{Operation, operations};

use std::{collections::BTreeMap, rc::Rc};

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::header::{self, HeaderName, HeaderValue},
    web::{self, Payload, ServiceConfig},
};

use measured::{Measured, Trace};

use crate::{
    access_log, attachments, batch, deeds,
    desk::{DISTRICTS, Desk},
    dev, imports,
    look::StandsOn,
    looks, path,
    problem::{Language, Problem},
    proofs, rebuild, replay, results, runs,
    spans::{self, Served},
};

/// Where events are told, in the order of the log.
pub(crate) const FEED: &str = "/v1/events";
/// Where several acts come at once.
pub(crate) const BATCHES: &str = "/v1/batches";
/// Where ledgers are taken in.
pub(crate) const IMPORTS: &str = "/v1/imports";
/// Where papers and photographs are kept.
pub(crate) const ATTACHMENTS: &str = "/v1/attachments";
/// Where one of them is found.
pub(crate) const ATTACHMENT: &str = "/v1/attachments/{sha256}";
/// Where the last checkpoint is.
pub(crate) const CHECKPOINT: &str = "/v1/log/checkpoint";
/// Where tiles are: the name of one has several segments.
pub(crate) const TILE: &str = "/v1/log/tile/{level}/{tile:.*}";
/// Where the proof of an event is.
pub(crate) const PROOF: &str = "/v1/events/{event_id}/proof";
/// Where an event is sent again that a webhook set aside.
pub(crate) const REPLAYS: &str = "/v1/webhooks/{id}/deliveries/{position}/replays";
/// Where a receiver is sent a test.
pub(crate) const TESTS: &str = "/v1/webhooks/{id}/tests";
/// Where a register is rebuilt.
pub(crate) const REBUILDS: &str = "/v1/registers/{name}/rebuilds";
/// Where a report is run as an operation.
pub(crate) const RUNS: &str = "/v1/reports/{id}/runs";
/// Where an operation is told to stop.
pub(crate) const OPERATION: &str = "/v1/operations/{id}";
/// Where what it made is fetched.
pub(crate) const RESULT: &str = "/v1/operations/{id}/result";
/// Where everything is decided again.
pub(crate) const VERIFICATIONS: &str = "/v1/log/verifications";
/// Where other rules are thought of.
pub(crate) const WHAT_IFS: &str = "/v1/history/what-ifs";

/// What is found at which addresses; of two that fit, the first is meant.
type Table = Rc<Vec<(&'static str, Vec<Method>)>>;

/// Mounts the API, for the first district at `/v1/…` and for each at `/v1/districts/{code}/…`, the
/// console for the first at `/` and `/console/…` ([`Settings::console`](crate::Settings)), and an
/// answer for every address that it does not know.
///
/// An app that has answers of its own for unknown addresses sets its default service after this.
pub fn configure(config: &mut ServiceConfig, desk: Desk) {
    let table: Table = Rc::new(table(&desk));
    let everywhere = [format!("{DISTRICTS}/{{district}}/{{rest:.*}}")];
    let known = table.iter().map(|(path, _)| (*path).to_owned()).chain(everywhere);
    for path in known {
        let (desk, table) = (desk.clone(), Rc::clone(&table));
        config.route(
            &path,
            web::to(move |request: HttpRequest, body: Payload| {
                serve(desk.clone(), Rc::clone(&table), request, body)
            }),
        );
    }
    if desk.settings().console {
        for path in ["/", "/console", "/console/{rest:.*}"] {
            let desk = desk.clone();
            let page = move |request, body| pages::serve(desk.clone(), request, body);
            config.route(path, web::to(page));
        }
    }
    let docs_desk = desk.clone();
    config.route("/docs", web::to(docs::moved));
    config.route(
        "/docs/{file:.*}",
        web::to(move |request: HttpRequest| {
            let answer = docs::serve(&docs_desk, &request);
            async move { answer }
        }),
    );
    config.default_service(web::to(move |request: HttpRequest| {
        let answer = said(&desk, &request, &absent(&request));
        async move { answer }
    }));
}

fn table(desk: &Desk) -> Vec<(&'static str, Vec<Method>)> {
    let mut paths: BTreeMap<(usize, &'static str), Vec<Method>> = BTreeMap::new();
    for entry in deeds::TABLE {
        let path = entry.row.path;
        paths.entry(rank(path)).or_default().push(Method::Act(entry));
    }
    for look in looks::table() {
        paths.entry(rank(look.path)).or_default().push(Method::Look(look));
    }
    for (path, method) in [
        (REPLAYS, Method::Replay),
        (TESTS, Method::Test),
        (REBUILDS, Method::Rebuild),
        (RUNS, Method::Run),
        (OPERATION, Method::Cancel),
        (RESULT, Method::Result),
        (VERIFICATIONS, Method::Verify),
        (WHAT_IFS, Method::WhatIf),
        (BATCHES, Method::Batch),
        (IMPORTS, Method::Import),
        (ATTACHMENTS, Method::Attach),
        (ATTACHMENT, Method::Attached),
        (CHECKPOINT, Method::Checkpoint),
        (TILE, Method::Tile),
        (PROOF, Method::Proof),
    ] {
        paths.entry(rank(path)).or_default().push(method);
    }
    for (path, methods) in dev::routes(desk) {
        paths.entry(rank(path)).or_default().extend(methods);
    }
    paths.into_iter().map(|((_, path), methods)| (path, methods)).collect()
}

/// What may be done at an address.
#[derive(Clone, Copy)]
pub(crate) enum Method {
    /// POST, or PUT of what the address names: a deed.
    Act(&'static crate::deed::Entry),
    /// GET: a look.
    Look(&'static crate::look::Look),
    /// GET: the clock of a simulated log.
    Clock,
    /// POST: move it.
    MoveClock,
    /// POST: begin anew.
    Reset,
    /// POST: send an event again.
    Replay,
    /// POST: send a test.
    Test,
    /// POST: rebuild a register.
    Rebuild,
    /// POST: run a report.
    Run,
    /// DELETE: stop an operation.
    Cancel,
    /// GET: what it made.
    Result,
    /// POST: decide everything again.
    Verify,
    /// POST: live the log again under other rules.
    WhatIf,
    /// POST: several acts, each for itself.
    Batch,
    /// POST: take in a ledger.
    Import,
    /// POST: keep a paper or a photograph.
    Attach,
    /// GET: its bytes.
    Attached,
    /// GET: the last checkpoint.
    Checkpoint,
    /// GET: hashes or entries.
    Tile,
    /// GET: that an event is in the log.
    Proof,
}

impl Method {
    fn is(self, name: &str) -> bool {
        match self {
            Self::Act(entry) => name == entry.row.method(),
            Self::MoveClock
            | Self::Reset
            | Self::Replay
            | Self::Test
            | Self::Rebuild
            | Self::Run
            | Self::Verify
            | Self::WhatIf
            | Self::Batch
            | Self::Import
            | Self::Attach => name == "POST",
            Self::Cancel => name == "DELETE",
            Self::Look(_)
            | Self::Clock
            | Self::Result
            | Self::Attached
            | Self::Checkpoint
            | Self::Tile
            | Self::Proof => name == "GET" || name == "HEAD",
        }
    }

    fn names(self) -> &'static str {
        match self {
            Self::Act(entry) => entry.row.method(),
            Self::MoveClock
            | Self::Reset
            | Self::Replay
            | Self::Test
            | Self::Rebuild
            | Self::Run
            | Self::Verify
            | Self::WhatIf
            | Self::Batch
            | Self::Import
            | Self::Attach => "POST",
            Self::Cancel => "DELETE",
            Self::Look(_)
            | Self::Clock
            | Self::Result
            | Self::Attached
            | Self::Checkpoint
            | Self::Tile
            | Self::Proof => "GET, HEAD",
        }
    }
}

/// An address with a literal segment is meant before one with a parameter there.
fn rank(path: &'static str) -> (usize, &'static str) {
    (path::parameters(path).count(), path)
}

async fn serve(desk: Desk, table: Table, request: HttpRequest, body: Payload) -> HttpResponse {
    let (measured, served) = (Measured::begin(), Served::begin(&request));
    let id = served.trace_id().unwrap_or_else(|| trace_id(&desk, &request));
    request.extensions_mut().insert(Trace(id));
    let answer = served.around(answered(&desk, &table, &request, body)).await;
    let desk = desk.at(request.path()).unwrap_or(desk);
    measured.answered(&desk, &request, &answer);
    served.answered(&desk, &request, &answer);
    answer
}

async fn answered(
    desk: &Desk,
    table: &Table,
    request: &HttpRequest,
    body: Payload,
) -> HttpResponse {
    let Some(desk) = desk.at(request.path()) else {
        let problem = Problem::absent(format!("district at {}; see {DISTRICTS}", request.path()));
        return said(desk, request, &problem);
    };
    let work = Box::pin(carry_out(&desk, table, request, body));
    let (done, opened) = access_log::watched(work).await;
    let done = logged::logged(&desk, request, done, opened).await;
    let answer = done.unwrap_or_else(|problem| said(&desk, request, &problem));
    finished(&desk, answer)
}

async fn carry_out(
    desk: &Desk,
    table: &Table,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let path = desk.within(request.path()).ok_or_else(|| absent(request))?;
    let (methods, params) = table
        .iter()
        .find_map(|(pattern, methods)| Some((methods, path::capture(pattern, &path)?)))
        .ok_or_else(|| absent(request))?;
    let Some(method) = methods.iter().find(|method| method.is(request.method().as_str())) else {
        let names: Vec<_> = methods.iter().map(|method| method.names()).collect();
        return Err(unknown_method(request, &names.join(", ")));
    };
    request.extensions_mut().insert(method.operation());
    request.extensions_mut().insert(logged::Named::of(&params, request.query_string()));
    match method {
        // What is about several districts is in none of them.
        Method::Look(look) if desk.is_named() && look.stands_on == StandsOn::Districts => {
            Err(absent(request))
        }
        Method::Act(entry) => write::act(desk, entry, (path, params), request, body).await,
        Method::Look(look) if look.path == FEED => {
            feed::answer(desk, look, (path, params), request).await
        }
        Method::Look(look) => read::look(desk, look, (path, params), request).await,
        Method::Clock => dev::clock(desk, request).await,
        Method::MoveClock => dev::move_clock(desk, request, body).await,
        Method::Reset => dev::reset(desk, request).await,
        Method::Replay => feed::replay(desk, &params, request, body).await,
        Method::Test => feed::test(desk, &params, request, body).await,
        Method::Rebuild => rebuild::begin(desk, (&path, &params), request, body).await,
        Method::Run => runs::begin(desk, (&path, &params), request, body).await,
        Method::Cancel => results::cancel(desk, &params, request).await,
        Method::Result => results::fetch(desk, &params, request).await,
        Method::Verify => replay::verify(desk, &path, request, body).await,
        Method::WhatIf => replay::what_if(desk, &path, request, body).await,
        Method::Batch => batch::perform(desk, request, body).await,
        Method::Import => imports::begin(desk, request, body).await,
        Method::Attach => attachments::keep(desk, request, body).await,
        Method::Attached => attachments::show(desk, &params, request).await,
        Method::Checkpoint => proofs::checkpoint(desk).await,
        Method::Tile => proofs::tile(desk, &params, request).await,
        Method::Proof => proofs::proof(desk, &params, request).await,
    }
}

fn absent(request: &HttpRequest) -> Problem {
    Problem::absent(format!("address {}", request.path()))
}

fn unknown_method(request: &HttpRequest, allow: &str) -> Problem {
    let detail = format!("{} is not for {}; use {allow}", request.method(), request.path());
    let mut problem = Problem::new("METHOD_NOT_ALLOWED", detail);
    problem.about.allow = Some(allow.to_owned());
    problem
}

/// The answer that says what is wrong.
pub(crate) fn said(desk: &Desk, request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let language = text(request, &header::ACCEPT_LANGUAGE).map(Language::of).unwrap_or_default();
    let trace_id = trace_id(desk, request);
    if problem.code == "UNAVAILABLE" {
        tracing::warn!(trace_id, detail = problem.detail, "unavailable");
    }
    spans::refused(request, problem);
    finished(desk, problem.answer(language, request.path(), &trace_id))
}

/// The same answer with what every answer has.
pub(crate) fn finished(desk: &Desk, mut answer: HttpResponse) -> HttpResponse {
    let position = HeaderValue::from_str(&desk.log().head().to_string());
    let name = HeaderName::from_static("position");
    let headers = answer.headers_mut();
    if let (false, Ok(position)) = (headers.contains_key(&name), position) {
        headers.insert(name, position);
    }
    for (name, value) in [("x-content-type-options", "nosniff"), ("cache-control", "no-store")] {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    answer
}

/// A header as text.
pub(crate) fn text<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The id of the trace that a caller began, or a new one; it is the same however often it is asked.
fn trace_id(desk: &Desk, request: &HttpRequest) -> String {
    if let Some(Trace(id)) = request.extensions().get() {
        return id.clone();
    }
    let begun = text(request, &HeaderName::from_static("traceparent"));
    let id = begun.and_then(|text| text.split('-').nth(1)).filter(|id| {
        id.len() == 32 && id.bytes().all(|c| c.is_ascii_hexdigit()) && id.bytes().any(|c| c != b'0')
    });
    id.map_or_else(|| desk.trace_id(), str::to_owned)
}
