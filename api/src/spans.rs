//! Spans: what a request, the act in it and a delivery say of themselves to a collector.
//!
//! With the feature `otel` they are those of OpenTelemetry, under the names of its semantic
//! conventions; without it nothing is said, and nothing is paid for. Nothing personal is in them: who
//! asks is his role, an address its pattern, and no word of a body is told.

#[cfg(not(feature = "otel"))]
mod silent;
#[cfg(feature = "otel")]
mod told;

#[cfg(not(feature = "otel"))]
pub(crate) use silent::{Delivery, Served, carried_out, refused};
#[cfg(feature = "otel")]
pub(crate) use told::{Delivery, Served, carried_out, refused};
