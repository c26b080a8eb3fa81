//! POST and PUT: a request becomes an act, its receipt an answer.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
    web::Payload,
};
use tokio::time::timeout;

use super::{auth, read, text};
use crate::{
    deed::Entry,
    desk::Desk,
    door::Params,
    look::Format,
    perform::{Answer, IfMatch, Request, perform_deed},
    problem::Problem,
};

/// The most bytes of a body.
const BODY: usize = 256 * 1024;
/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(15);

/// Does what the request asks.
pub(super) async fn act(
    desk: &Desk,
    entry: &'static Entry,
    (path, params): (String, Params),
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let by = auth::principal(desk, request).await?;
    read::format(request, &[Format::Json])?;
    let body = bytes(request, body).await?;
    let asked = Request {
        by,
        path,
        key: text(request, &HeaderName::from_static("idempotency-key"))
            .unwrap_or_default()
            .to_owned(),
        if_match: if_match(request)?,
        body,
    };
    perform_deed(desk, entry, &params, asked).await.and_then(|answer| written(&answer))
}

fn written(answer: &Answer) -> Result<HttpResponse, Problem> {
    let status = StatusCode::from_u16(answer.status).map_err(Problem::unavailable)?;
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    response.insert_header(("Position", answer.position.to_string()));
    response.insert_header((header::ETAG, format!("\"{}\"", answer.receipt.version)));
    if let Some(location) = &answer.location {
        response.insert_header((header::LOCATION, location.as_str()));
    }
    if answer.replayed {
        response.insert_header(("Idempotency-Replayed", "true"));
    }
    let body = serde_json::to_string(&answer.receipt).map_err(Problem::unavailable)?;
    Ok(response.body(body))
}

/// The bytes of the body, in a format that is read here, within their bounds.
pub(crate) async fn bytes(request: &HttpRequest, body: Payload) -> Result<String, Problem> {
    bytes_as("application/json", request, body).await
}

/// The same of a body in this format.
pub(crate) async fn bytes_as(
    media: &str,
    request: &HttpRequest,
    body: Payload,
) -> Result<String, Problem> {
    check_media(media, request)?;
    let too_large = || Problem::new("TOO_LARGE", format!("the body has more than {BODY} bytes"));
    let announced = text(request, &header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    if announced.is_some_and(|length: usize| BODY < length) {
        return Err(too_large());
    }
    let slow = |_| Problem::new("MALFORMED", "the body did not come within 15 seconds");
    let read = timeout(PATIENCE, body.to_bytes_limited(BODY)).await.map_err(slow)?;
    let bytes = read.map_err(|_| too_large())?;
    let bytes =
        bytes.map_err(|error| Problem::new("MALFORMED", format!("the body broke off: {error}")))?;
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Problem::new("MALFORMED", format!("the body is not UTF-8 from byte {at} on"))
    })
}

fn check_media(wanted: &str, request: &HttpRequest) -> Result<(), Problem> {
    let wrong =
        |what: &str| Problem::new("UNSUPPORTED_MEDIA_TYPE", format!("{what}; send {wanted}"));
    let encoding = text(request, &header::CONTENT_ENCODING).unwrap_or("identity");
    if !encoding.eq_ignore_ascii_case("identity") {
        return Err(wrong("encoded bodies are not read"));
    }
    let Some(media) = request.headers().get(header::CONTENT_TYPE) else {
        let empty = text(request, &header::CONTENT_LENGTH).is_none_or(|length| length == "0")
            && !request.headers().contains_key(header::TRANSFER_ENCODING);
        return if empty { Ok(()) } else { Err(wrong("the body has no Content-Type")) };
    };
    let mut parts = media.to_str().unwrap_or_default().split(';').map(str::trim);
    let is_wanted = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
    let is_utf8 = parts.all(|part| {
        let charset = part.to_ascii_lowercase();
        !charset.starts_with("charset=")
            || charset.trim_start_matches("charset=").trim_matches('"') == "utf-8"
    });
    if is_wanted && is_utf8 { Ok(()) } else { Err(wrong("this media type is not read")) }
}

/// The version that the request depends on.
fn if_match(request: &HttpRequest) -> Result<IfMatch, Problem> {
    let Some(header) = request.headers().get(header::IF_MATCH) else {
        return Ok(IfMatch::Absent);
    };
    let said = header.to_str().unwrap_or_default().trim();
    if said == "*" {
        return Ok(IfMatch::Current);
    }
    let quoted = said.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let version = quoted.and_then(|text| text.parse().ok()).map(IfMatch::Version);
    version.ok_or_else(|| Problem::invalid("If-Match", "send one ETag as it was, such as \"3\""))
}
