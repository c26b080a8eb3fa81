//! The console's pages, measured as everything is.

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web::Payload};

use super::{Operation, measured::Measured, measured::Trace, trace_id};
use crate::{console, desk::Desk};

/// What a page is called in figures: it is no operation of the contract.
const PAGE: Operation = Operation { id: "console", reads: true };

/// Answers a request for a page.
pub(super) async fn serve(desk: Desk, request: HttpRequest, body: Payload) -> HttpResponse {
    let measured = Measured::begin();
    let id = trace_id(&desk, &request);
    request.extensions_mut().insert(Trace(id));
    request.extensions_mut().insert(PAGE);
    let answer = console::answer(&desk, &request, body).await;
    measured.answered(&desk, &request, &answer);
    answer
}
