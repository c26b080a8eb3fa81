use std::sync::{Mutex, PoisonError};

use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};

use super::*;

/// A collector that takes what comes, so many at a time.
#[derive(Debug, Clone, Default)]
struct Taker(Arc<Mutex<Vec<usize>>>);

impl Taker {
    fn took(&self) -> Vec<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Exporter for Taker {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(batch.len());
        Ok(())
    }
}

/// One that never answers.
#[derive(Debug)]
struct Deaf;

impl Exporter for Deaf {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        Notify::new().notified().await;
        Ok(())
    }
}

fn make(telemetry: &Telemetry, many: usize) {
    let tracer = telemetry.provider.tracer("test");
    (0..many).for_each(|_| tracer.start("span").end());
}

#[tokio::test]
async fn what_is_left_is_handed_over_at_the_end_and_nothing_after_it() {
    let taker = Taker::default();
    let telemetry = Telemetry::handing(taker.clone());
    make(&telemetry, AT_ONCE + 3);
    let provider = telemetry.provider.clone();
    telemetry.close().await;
    assert_eq!(taker.took(), [AT_ONCE, 3]);
    provider.tracer("test").start("late").end();
    assert_eq!(taker.took(), [AT_ONCE, 3]);
}

/// Whoever makes spans gives nobody else a turn here, so that it would wait for ever.
#[tokio::test]
async fn nobody_waits_for_a_collector_that_takes_none() {
    let telemetry = Telemetry::handing(Deaf);
    make(&telemetry, AT_ONCE);
    tokio::task::yield_now().await;
    make(&telemetry, 2 * WAITING);
    telemetry.handing.abort();
}

#[tokio::test]
async fn few_wait_for_others_only_so_long() {
    let taker = Taker::default();
    let telemetry = Telemetry::handing(taker.clone());
    make(&telemetry, 2);
    timeout(10 * GATHERED, async {
        while taker.took().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert_eq!(taker.took(), [2]);
    telemetry.close().await;
}

#[test]
fn an_endpoint_is_an_address_without_a_password() {
    for good in ["http://127.0.0.1:4318", "https://otel.example.gov.cn/collect"] {
        assert_eq!(check(good), Ok(()));
    }
    for (bad, saying) in [
        ("127.0.0.1:4318", "no endpoint"),
        ("grpc://127.0.0.1:4317", "no endpoint"),
        ("", "no endpoint"),
        ("http://u:p@127.0.0.1:4318", "password"),
    ] {
        assert!(check(bad).unwrap_err().contains(saying), "{bad}");
    }
}
