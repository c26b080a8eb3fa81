//! Nothing is told.

use actix_web::{HttpRequest, HttpResponse};
use fugong_core::Recorded;

use crate::{desk::Desk, perform::Answer, problem::Problem};

/// A request.
pub(crate) struct Served;

#[expect(clippy::unused_self, reason = "what tells has something to tell by")]
impl Served {
    pub(crate) const fn begin(_: &HttpRequest) -> Self {
        Self
    }

    pub(crate) const fn trace_id(&self) -> Option<String> {
        None
    }

    pub(crate) fn around<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        work
    }

    pub(crate) const fn answered(self, _: &Desk, _: &HttpRequest, _: &HttpResponse) {}
}

pub(crate) const fn refused(_: &HttpRequest, _: &Problem) {}

/// An act.
pub(crate) fn carried_out(
    _: &Desk,
    _: &'static str,
    work: impl Future<Output = Result<Answer, Problem>>,
) -> impl Future<Output = Result<Answer, Problem>> {
    work
}

/// A message to a receiver.
pub(crate) struct Delivery;

#[expect(clippy::unused_self, reason = "what tells has something to tell by")]
impl Delivery {
    pub(crate) const fn begin(_: (&str, &str), _: &str, _: Option<(&Recorded, u32)>) -> Self {
        Self
    }

    pub(crate) const fn traceparent(&self) -> Option<String> {
        None
    }

    pub(crate) const fn answered(self, _: Option<u16>) {}
}
