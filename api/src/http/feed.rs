//! The feed over HTTP: as a page, as one that is waited for, as a stream of events; and to whom it
//! is sent.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{self, HeaderName},
    },
    web::Payload,
};

use fugong_domain::rights::Action;
use serde_json::Value;

use super::{auth, read, text, write};
use crate::{
    desk::{Desk, trouble},
    door::Params,
    feed::{Follower, Wanted, position},
    look::{Asked, Format, Look},
    problem::Problem,
    sight,
};

/// Answers what the request asks.
pub(super) async fn answer(
    desk: &Desk,
    look: &'static Look,
    place: (String, Params),
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = read::known(desk, look, place, request).await?;
    if asked.format == Format::Stream {
        return stream(desk, &asked, request).await;
    }
    let waits = asked.wait.filter(|_| asked.min_position.is_none());
    if let Some(wait) = waits {
        let _place = desk.follower_place()?;
        let wanted = Wanted::of(desk, &asked).await?;
        let after = position("after", asked.query("after").unwrap_or("0"))?;
        wanted.wait(desk, after, wait).await?;
        // Who he is was shown before he waited, and need not be so any longer.
        auth::principal(desk, request).await?;
    }
    let mut response = read::answered(desk, look, &asked).await?;
    if let Some(wait) = waits {
        let applied = header::HeaderValue::from_str(&format!("wait={}", wait.as_secs()));
        let name = HeaderName::from_static("preference-applied");
        response.headers_mut().insert(name, applied.map_err(Problem::unavailable)?);
    }
    Ok(response)
}

/// Events as they come, from where the request stopped.
async fn stream(
    desk: &Desk,
    asked: &Asked,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    asked.reached(desk).await?;
    let last = text(request, &HeaderName::from_static("last-event-id"));
    let (name, from) = match last.filter(|last| !last.is_empty()) {
        Some(last) => ("Last-Event-ID", last),
        None => ("after", asked.query("after").unwrap_or("0")),
    };
    let after = position(name, from)?;
    let wanted = Wanted::of(desk, asked).await?;
    // Another process may have told him of what this one has not heard of yet.
    desk.log().events(after, 1, &fugong_engine::Filter::default()).await.map_err(trouble)?;
    if desk.log().head() < after {
        return Err(Problem::invalid(name, "the log has no such position"));
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, Format::Stream.media()));
    response.insert_header((header::VARY, "Accept, Authorization"));
    // Proxies that keep answers back until they are whole would keep it for ever.
    response.insert_header(("X-Accel-Buffering", "no"));
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    let caller = auth::caller(desk, request).await?;
    Ok(response.streaming(Follower::new(desk, wanted, after, caller)?.messages()))
}

/// Has an event sent again that a webhook set aside; to ask twice is to ask once.
pub(super) async fn replay(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    without_members(desk, request, body).await?;
    let param = |name| params.get(name).map(String::as_str).unwrap_or_default();
    let told = sent_again(desk, (param("id"), param("position"))).await?;
    let mut answer = HttpResponse::Accepted();
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    Ok(answer.body(told.to_string()))
}

/// The same of the event at a position, whoever asks; how the webhook stands then.
pub(super) async fn sent_again(
    desk: &Desk,
    (id, position): (&str, &str),
) -> Result<Value, Problem> {
    let courier = desk.courier(id).await?;
    let absent = |_| Problem::absent(format!("delivery {position}"));
    courier.replay(position.parse().map_err(absent)?).await?;
    courier.line(desk).await
}

/// Has a receiver sent a test, and tells what he answered.
pub(super) async fn test(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    without_members(desk, request, body).await?;
    let id = params.get("id").map(String::as_str).unwrap_or_default();
    let told = desk.courier(id).await?.test().await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    Ok(answer.body(told.to_string()))
}

/// That somebody who may have things sent asks for it, and says nothing more.
async fn without_members(desk: &Desk, request: &HttpRequest, body: Payload) -> Result<(), Problem> {
    sight::check_role(&auth::principal(desk, request).await?, Action::SendAgain)?;
    read::format(request, &[Format::Json])?;
    let said = write::bytes(request, body).await?;
    if matches!(said.trim(), "" | "{}") {
        Ok(())
    } else {
        Err(Problem::invalid("", "this act has no members"))
    }
}
