//! The admin port: figures for whoever watches the process, apart from what everybody reaches.

use std::{net::TcpListener, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, http::header, rt, web};
use fugong_api::Desk;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::failure::Failure;

/// Limits of what is told of durations, in seconds: from a look at what stands in memory to the
/// longest that a request may take.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
/// Limits of what is told of batches.
const COMMANDS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
/// How often what was measured is summed up, whether somebody asks or not.
const SUMMED: Duration = Duration::from_secs(5);

/// Takes what is measured in this process from here on.
pub(crate) fn record() -> Result<PrometheusHandle, Failure> {
    let unusable = |why: &dyn std::fmt::Display| Failure::Unavailable(format!("no figures: {why}"));
    let batches = Matcher::Full("fugong_appender_batch_commands".to_owned());
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(|builder| builder.set_buckets_for_metric(batches, &COMMANDS));
    let handle =
        builder.map_err(|why| unusable(&why))?.install_recorder().map_err(|why| unusable(&why))?;
    describe();
    Ok(handle)
}

/// What each figure is.
fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    let version = env!("CARGO_PKG_VERSION");
    metrics::gauge!("fugong_build_info", "version" => version).set(1.0);
    describe_gauge!("fugong_build_info", "The version of the program, as a label");
    describe_counter!("fugong_http_requests_total", "Requests that were answered");
    describe_histogram!(
        "fugong_http_request_seconds",
        Unit::Seconds,
        "From a request to its answer; of a stream, to its beginning"
    );
    describe_gauge!("fugong_http_answering", "Requests that are being answered");
    describe_histogram!("fugong_appender_batch_commands", "Commands that were written at once");
    describe_histogram!(
        "fugong_appender_wait_seconds",
        Unit::Seconds,
        "How long a command waited for its batch"
    );
    describe_histogram!(
        "fugong_appender_write_seconds",
        Unit::Seconds,
        "How long it took until a batch was durable, or failed"
    );
    describe_gauge!("fugong_log_head", "The position of the last event");
    describe_gauge!("fugong_problems", "What /readyz finds wrong");
    describe_gauge!("fugong_commands_waiting", "Commands of policies that are to be carried out");
    describe_gauge!("fugong_timers_waiting", "Timers that are set");
    describe_gauge!("fugong_seal_lag_events", "Events after the last checkpoint");
    describe_gauge!("fugong_register_lag_events", "Events that are not in a register's rows yet");
    describe_gauge!(
        "fugong_register_lag_seconds",
        Unit::Seconds,
        "Since when the first of them waits"
    );
    describe_gauge!("fugong_register_stuck", "1 if it stands still at an event it cannot take");
    describe_gauge!("fugong_register_rows_apart", "Rows that lack an event that was not taken");
    describe_gauge!("fugong_policy_lag_events", "Events that a policy has not taken yet");
    describe_gauge!("fugong_policy_stuck", "1 if it stands still at an event it cannot take");
    describe_gauge!("fugong_webhook_position", "The last event that was taken or set aside");
    describe_gauge!("fugong_webhook_failing", "1 if the next event is not taken");
    describe_gauge!("fugong_webhook_disabled", "1 if the receiver wants no more");
    describe_gauge!("fugong_webhook_dead_letters", "Events that were set aside");
    #[cfg(feature = "otel")]
    describe_telemetry();
}

/// What each figure is of what is told to a collector.
#[cfg(feature = "otel")]
fn describe_telemetry() {
    use metrics::{describe_counter, describe_gauge};
    describe_counter!("fugong_telemetry_spans_total", "Spans that a collector took, or never will");
    describe_gauge!("fugong_telemetry_failing", "1 if the collector takes none");
}

/// Tells the figures of these districts at `/metrics` until the process ends.
pub(crate) fn serve(
    door: TcpListener,
    desk: Desk,
    handle: PrometheusHandle,
) -> Result<(), Failure> {
    let upkeep = handle.clone();
    drop(rt::spawn(async move {
        loop {
            rt::time::sleep(SUMMED).await;
            upkeep.run_upkeep();
        }
    }));
    let server = HttpServer::new(move || {
        let (desk, handle) = (desk.clone(), handle.clone());
        let tell = move || {
            let (desk, handle) = (desk.clone(), handle.clone());
            async move {
                desk.observe().await;
                let form = (header::CONTENT_TYPE, "text/plain; version=0.0.4");
                HttpResponse::Ok().insert_header(form).body(handle.render())
            }
        };
        App::new().route("/metrics", web::get().to(tell))
    })
    .workers(1)
    .disable_signals()
    .listen(door)?;
    drop(rt::spawn(server.run()));
    Ok(())
}
