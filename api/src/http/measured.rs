//! What is measured of each request, and the line that is written of it.
//!
//! Figures go to whichever recorder of the `metrics` crate the program has installed, lines to its
//! `tracing` subscriber; without either it costs next to nothing.

use std::time::Instant;

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use metrics::{Gauge, counter, gauge, histogram};

use super::{Operation, logged::Asks};
use crate::desk::Desk;

/// The id of a request's trace: an answer that says what is wrong has the same.
pub(super) struct Trace(pub(super) String);

/// A request, until it is answered or its caller has gone.
pub(super) struct Measured {
    begun: Instant,
    answering: Gauge,
}

impl Measured {
    pub(super) fn begin() -> Self {
        let answering = gauge!("fugong_http_answering");
        answering.increment(1.0);
        Self { begun: Instant::now(), answering }
    }

    /// It is answered so. A stream goes on from here.
    pub(super) fn answered(self, desk: &Desk, request: &HttpRequest, answer: &HttpResponse) {
        let (extensions, status) = (request.extensions(), answer.status().as_u16());
        // An address that is unknown has no operation, what is for development has no name.
        let operation = extensions.get::<Operation>().map_or("", |operation| operation.id);
        let operation = if operation.is_empty() { "none" } else { operation };
        let of = [("operation", operation.to_owned()), ("status", status.to_string())];
        counter!("fugong_http_requests_total", &of).increment(1);
        let took = self.begun.elapsed();
        histogram!("fugong_http_request_seconds", "operation" => operation).record(took);
        let trace_id = extensions.get::<Trace>().map_or("", |Trace(id)| id);
        let actor = extensions.get::<Asks>().map_or("", |Asks(who)| &who.actor);
        tracing::info!(
            target: "fugong::requests",
            trace_id,
            district = desk.code(),
            operation,
            status,
            ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            actor,
        );
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        self.answering.decrement(1.0);
    }
}
