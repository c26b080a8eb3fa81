//! Told to whichever provider of tracers the program has installed.

use std::{borrow::Cow, collections::HashMap};

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, http::Method};
use fugong_core::Recorded;
use hyper::Uri;
use opentelemetry::{
    Array, Context, KeyValue, Value,
    context::FutureExt as _,
    global::{self, BoxedTracer},
    propagation::TextMapPropagator as _,
    trace::{SpanKind, Status, TraceContextExt as _, Tracer as _},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::{
    desk::Desk,
    http::{Asks, Operation},
    perform::Answer,
    problem::Problem,
};

/// The headers by which a trace goes from one program to the next (W3C Trace Context).
const TRACE: [&str; 2] = ["traceparent", "tracestate"];

fn tracer() -> BoxedTracer {
    global::tracer("fugong")
}

/// A span that has begun, with whatever is told within it.
struct Begun(Context);

impl Begun {
    fn new(kind: SpanKind, name: impl Into<Cow<'static, str>>, within: &Context) -> Self {
        let tracer = tracer();
        let span = tracer.span_builder(name.into()).with_kind(kind);
        Self(within.with_span(span.start_with_context(&tracer, within)))
    }

    fn say(&self, name: &'static str, value: impl Into<Value>) {
        self.0.span().set_attribute(KeyValue::new(name, value));
    }

    /// That it came to nothing, as it was bound to.
    fn refuse(&self, kind: impl Into<String>) {
        self.say("error.type", kind.into());
    }

    /// That something is wrong with a program.
    fn fail(&self, kind: impl Into<String>) {
        self.refuse(kind);
        // What went wrong in words may name somebody.
        self.0.span().set_status(Status::error(""));
    }

    /// That a problem came of it.
    fn end_in(&self, code: &'static str, status: u16) {
        if 500 <= status { self.fail(code) } else { self.refuse(code) }
    }
}

impl Drop for Begun {
    /// Also of a request whose caller has gone.
    fn drop(&mut self) {
        self.0.span().end();
    }
}

/// A request, until it is answered or its caller has gone.
pub(crate) struct Served(Begun);

/// The code of the problem that a request is answered with.
struct Refused(&'static str);

impl Served {
    /// Within the trace of the caller, if he began one.
    pub(crate) fn begin(request: &HttpRequest) -> Self {
        let header = |name: &&str| {
            let said = request.headers().get(*name)?.to_str().ok()?;
            Some(((*name).to_owned(), said.to_owned()))
        };
        let carrier: HashMap<String, String> = TRACE.iter().filter_map(header).collect();
        let caller = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
        let begun = Begun::new(SpanKind::Server, method(request.method()), &caller);
        begun.say("http.request.method", method(request.method()));
        // TLS ends at a gateway before the server.
        begun.say("url.scheme", "http");
        Self(begun)
    }

    /// The id of the trace it is in.
    pub(crate) fn trace_id(&self) -> Option<String> {
        let span = self.0.0.span();
        let of = span.span_context();
        of.is_valid().then(|| of.trace_id().to_string())
    }

    /// The work, with what is told of it within the request.
    pub(crate) fn around<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        work.with_context(self.0.0.clone())
    }

    /// It is answered so. A stream goes on from here.
    pub(crate) fn answered(self, desk: &Desk, request: &HttpRequest, answer: &HttpResponse) {
        let (Self(begun), extensions) = (self, request.extensions());
        if let Some(operation) = extensions.get::<Operation>().filter(|it| !it.id.is_empty()) {
            begun.0.span().update_name(operation.id);
        }
        if let Some(pattern) = request.match_pattern() {
            begun.say("http.route", pattern);
        }
        let status = answer.status();
        begun.say("http.response.status_code", i64::from(status.as_u16()));
        begun.say("fugong.log", desk.code());
        if let Some(Asks(who)) = extensions.get::<Asks>() {
            let roles = vec![who.role.to_string().into()];
            begun.say("user.roles", Value::Array(Array::String(roles)));
        }
        if let Some(Refused(code)) = extensions.get::<Refused>() {
            begun.end_in(code, status.as_u16());
        }
    }
}

/// One of the methods that are known, as the conventions want it.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}

/// Notes the code of the problem that a request is answered with.
pub(crate) fn refused(request: &HttpRequest, problem: &Problem) {
    request.extensions_mut().insert(Refused(problem.code));
}

/// An act, where somebody's request is told: the rows of a ledger are taken in behind it and are too
/// many.
pub(crate) async fn carried_out(
    desk: &Desk,
    operation: &'static str,
    work: impl Future<Output = Result<Answer, Problem>>,
) -> Result<Answer, Problem> {
    let (work, within) = (Box::pin(work), Context::current());
    if !within.has_active_span() {
        return work.await;
    }
    let begun = Begun::new(SpanKind::Internal, format!("command {operation}"), &within);
    begun.say("fugong.command", operation);
    begun.say("fugong.log", desk.code());
    let done = work.with_context(begun.0.clone()).await;
    match &done {
        Ok(answer) => {
            if let Ok(position) = answer.receipt.position.parse::<i64>() {
                begun.say("fugong.position", position);
            }
            let outcome = match (answer.replayed, answer.status) {
                (true, _) => "repeated",
                (false, 201) => "recorded",
                (false, _) => "unchanged",
            };
            begun.say("fugong.outcome", outcome);
        }
        Err(problem) => begun.end_in(problem.code, problem.status()),
    }
    done
}

/// A message to a receiver of webhooks, until he has answered.
pub(crate) struct Delivery(Begun);

impl Delivery {
    /// To this webhook of this district, at this address: an event for the so-manieth time, or a test.
    pub(crate) fn begin(
        (district, webhook): (&str, &str),
        url: &str,
        event: Option<(&Recorded, u32)>,
    ) -> Self {
        let begun = Begun::new(SpanKind::Client, "deliver_webhook", &Context::current());
        begun.say("http.request.method", "POST");
        begun.say("fugong.log", district.to_owned());
        begun.say("fugong.webhook", webhook.to_owned());
        if let Some(host) = url.parse::<Uri>().ok().as_ref().and_then(Uri::host) {
            begun.say("server.address", host.to_owned());
        }
        if let Some((event, attempt)) = event {
            begun.say("fugong.event_type", event.event_type.to_string());
            begun.say("fugong.position", i64::try_from(event.position.0).unwrap_or(i64::MAX));
            begun.say("http.request.resend_count", i64::from(attempt.saturating_sub(1)));
        }
        Self(begun)
    }

    /// What tells the receiver in which trace he is.
    pub(crate) fn traceparent(&self) -> Option<String> {
        let mut carrier = HashMap::<String, String>::new();
        TraceContextPropagator::new().inject_context(&self.0.0, &mut carrier);
        carrier.remove("traceparent")
    }

    /// He answered with this status, or not at all.
    pub(crate) fn answered(self, status: Option<u16>) {
        let Self(begun) = self;
        match status {
            Some(status) => {
                begun.say("http.response.status_code", i64::from(status));
                if !(200..=299).contains(&status) {
                    begun.fail(status.to_string());
                }
            }
            None => begun.fail("unanswered"),
        }
    }
}
