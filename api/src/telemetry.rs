//! Telemetry: spans are handed to a collector of OpenTelemetry (OTLP over HTTP, as protobuf), for a
//! platform that has one already.
//!
//! Whoever makes a span waits for nothing: it goes into a queue of bounded length, from which one task
//! takes them. What finds no place there, or is not taken by the collector, is lost and counted.

use std::{env, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use metrics::{counter, gauge};
use opentelemetry::{Context, Key, global};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SdkTracerProvider, Span, SpanData, SpanExporter as Exporter, SpanProcessor},
};
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};

use crate::outward::Client;

/// So many wait at most.
const WAITING: usize = 8192;
/// So many go at once.
const AT_ONCE: usize = 512;
/// How long the first of them waits for more.
const GATHERED: Duration = Duration::from_secs(1);
/// How long may take what is left when the server goes.
const LAST: Duration = Duration::from_secs(5);
/// Where the standard has an endpoint named that all signals, or traces alone, go to.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
/// And a file with the authorities that the collector's certificate may come from.
const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";

/// Hands spans to a collector until it is closed.
#[derive(Debug)]
pub struct Telemetry {
    provider: SdkTracerProvider,
    handing: JoinHandle<()>,
}

impl Telemetry {
    /// Begins to tell the collector at this address, such as `http://127.0.0.1:4318`, what is done in
    /// this process; at the one that the environment names (`OTEL_EXPORTER_OTLP_ENDPOINT`), if none is
    /// given; nobody, if there is none.
    ///
    /// # Errors
    ///
    /// In words, when the address is none, or a file that the environment names cannot be used.
    pub fn start(endpoint: Option<&str>) -> Result<Option<Self>, String> {
        let set = |name: &&str| env::var_os(name).is_some_and(|text| !text.is_empty());
        if endpoint.is_none() && !ENDPOINTS.iter().any(set) {
            return Ok(None);
        }
        let ca = env::var_os(CERTIFICATE).map(PathBuf::from);
        let client = Courier(Client::new(ca.as_deref())?);
        let mut exporter = SpanExporter::builder().with_http().with_http_client(client);
        if let Some(endpoint) = endpoint {
            check(endpoint)?;
            exporter =
                exporter.with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')));
        }
        let exporter = exporter.build().map_err(|why| why.to_string())?;
        let begun = Self::handing(exporter);
        global::set_tracer_provider(begun.provider.clone());
        Ok(Some(begun))
    }

    fn handing(mut exporter: impl Exporter + 'static) -> Self {
        let resource = resource();
        exporter.set_resource(&resource);
        let (queue, waiting) = mpsc::channel(WAITING);
        let stop = Arc::new(Notify::new());
        let queue = Queue { queue, stop: Arc::clone(&stop) };
        let provider =
            SdkTracerProvider::builder().with_span_processor(queue).with_resource(resource).build();
        gauge!("fugong_telemetry_failing").set(0.0);
        Self { provider, handing: tokio::spawn(hand(waiting, exporter, stop)) }
    }

    /// Hands over what is left, for five seconds at most, and tells no more.
    pub async fn close(self) {
        if let Err(why) = self.provider.shutdown() {
            tracing::warn!(%why, "the last spans are lost");
        }
        if timeout(LAST, self.handing).await.is_err() {
            tracing::warn!("the last spans are lost: the collector does not take them");
        }
    }
}

/// That an endpoint is one.
fn check(endpoint: &str) -> Result<(), String> {
    let uri: Option<hyper::Uri> = endpoint.parse().ok();
    let is_web = |uri: &hyper::Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    let whole = uri.filter(|uri| is_web(uri) && uri.host().is_some_and(|host| !host.is_empty()));
    let said = || format!("{endpoint:?} is no endpoint: write one such as http://127.0.0.1:4318");
    let uri = whole.ok_or_else(said)?;
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(
            "an endpoint holds a name or password; use OTEL_EXPORTER_OTLP_HEADERS".to_owned()
        );
    }
    Ok(())
}

/// What tells of itself: as the environment says, else as `fugong`.
fn resource() -> Resource {
    let named = Resource::builder().build().get(&Key::from_static_str("service.name"));
    let unnamed = named.is_none_or(|name| name.as_str().starts_with("unknown_service"));
    let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_attribute(version);
    if unnamed { resource.with_service_name("fugong").build() } else { resource.build() }
}

/// Takes in the spans that have ended.
#[derive(Debug)]
struct Queue {
    queue: mpsc::Sender<SpanData>,
    stop: Arc<Notify>,
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.queue.try_send(span).is_err() {
            count("lost", 1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        self.stop.notify_one();
        Ok(())
    }
}

/// Hands them over, many at once, until it is told to stop and none is left.
async fn hand(mut waiting: mpsc::Receiver<SpanData>, exporter: impl Exporter, stop: Arc<Notify>) {
    let mut is_failing = false;
    loop {
        let batch = gathered(&mut waiting, &stop).await;
        if batch.is_empty() {
            return;
        }
        let many = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let handed = exporter.export(batch).await;
        count(if handed.is_ok() { "sent" } else { "lost" }, many);
        match &handed {
            // Once, however long it lasts.
            Err(why) if !is_failing => {
                tracing::warn!(%why, "spans are lost: the collector does not take them");
            }
            Ok(()) if is_failing => tracing::warn!("the collector takes spans again"),
            Ok(()) | Err(_) => {}
        }
        is_failing = handed.is_err();
        gauge!("fugong_telemetry_failing").set(f64::from(u8::from(is_failing)));
    }
}

/// The next of them; none when it is told to stop and none is left.
async fn gathered(waiting: &mut mpsc::Receiver<SpanData>, stop: &Notify) -> Vec<SpanData> {
    let mut batch = Vec::with_capacity(AT_ONCE);
    let mut until = None;
    while batch.len() < AT_ONCE {
        let room = AT_ONCE.saturating_sub(batch.len());
        tokio::select! {
            came = waiting.recv_many(&mut batch, room) => if came == 0 { break },
            () = stop.notified() => waiting.close(),
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => break,
        }
        until = until.or_else(|| Instant::now().checked_add(GATHERED));
    }
    batch
}

fn count(fate: &'static str, many: u64) {
    counter!("fugong_telemetry_spans_total", "fate" => fate).increment(many);
}

/// Carries them, by the client that asks others too.
#[derive(Debug)]
struct Courier(Client);

#[async_trait]
impl HttpClient for Courier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.0.send(request).await.map_err(Into::into)
    }
}

#[cfg(test)]
mod tests;
