//! GET: a request becomes a look, its page an answer.

use std::{collections::BTreeMap, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
};
use fugong_core::Position;

use super::auth;
use crate::{
    desk::Desk,
    door::Params,
    known::{params, principal},
    look::{Asked, Content, Format, Look, Page, StandsOn},
    path::decoded,
    problem::Problem,
};

/// The longest that an answer is waited for.
const LONGEST_WAIT: u64 = 30;

/// Answers what the request asks.
pub(super) async fn look(
    desk: &Desk,
    look: &'static Look,
    place: (String, Params),
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = known(desk, look, place, request).await?;
    answered(desk, look, &asked).await
}

/// What the request asks, and who.
pub(super) async fn known(
    desk: &Desk,
    look: &'static Look,
    place: (String, Params),
    request: &HttpRequest,
) -> Result<Asked, Problem> {
    under_first_codes(desk, asked(desk, look, place, request).await?).await
}

/// The answer to it.
pub(super) async fn answered(
    desk: &Desk,
    look: &'static Look,
    asked: &Asked,
) -> Result<HttpResponse, Problem> {
    Ok(written(asked, &page(desk, look, asked).await?))
}

/// What it comes to, within the bounds of the desk.
pub(super) async fn page(desk: &Desk, look: &'static Look, asked: &Asked) -> Result<Page, Problem> {
    let _place = match look.stands_on {
        StandsOn::Program => None,
        StandsOn::Head | StandsOn::Registers | StandsOn::Districts => Some(desk.read_place()?),
    };
    desk.bounded((look.run)(desk, asked)).await
}

/// A code that an enterprise got later finds it too.
pub(super) async fn under_first_codes(desk: &Desk, asked: Asked) -> Result<Asked, Problem> {
    let principal = match asked.principal {
        Some(who) => Some(principal(desk, who).await?),
        None => None,
    };
    Ok(Asked { principal, params: params(desk, asked.params).await?, ..asked })
}

async fn asked(
    desk: &Desk,
    look: &'static Look,
    (path, params): (String, Params),
    request: &HttpRequest,
) -> Result<Asked, Problem> {
    // What everybody may know is answered whoever asks; the rest asks who.
    let everybody = look.roles.starts_with("everybody, known or not");
    let known = match look.stands_on {
        StandsOn::Districts => auth::anybody(desk, request).await,
        StandsOn::Head | StandsOn::Registers | StandsOn::Program => {
            auth::principal(desk, request).await
        }
    };
    let principal = if everybody { known.ok() } else { Some(known?) };
    let (wait, lenient) = preferences(request);
    Ok(Asked {
        principal,
        path,
        params,
        query: query(look, request.query_string())?,
        format: format(request, look.formats)?,
        min_position: min_position(request)?,
        wait,
        lenient,
        deed: look.deed,
    })
}

fn written(asked: &Asked, page: &Page) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header(("Position", page.position.to_string()));
    if let Some(version) = page.etag {
        response.insert_header((header::ETAG, format!("\"{version}\"")));
    }
    match (page.lenient, asked.wait) {
        (true, _) => {
            response.insert_header(("Preference-Applied", "handling=lenient"));
        }
        (false, Some(wait)) if asked.min_position.is_some() => {
            response.insert_header(("Preference-Applied", format!("wait={}", wait.as_secs())));
        }
        (false, _) => {}
    }
    response.insert_header((header::VARY, "Accept, Authorization"));
    match &page.content {
        Content::Json(value) => {
            response.insert_header((header::CONTENT_TYPE, "application/json"));
            response.body(value.to_string())
        }
        Content::Text(media, text) => {
            response.insert_header((header::CONTENT_TYPE, *media));
            response.body(text.clone())
        }
        Content::Bytes(media, bytes) => {
            response.insert_header((header::CONTENT_TYPE, *media));
            response.body(bytes.clone())
        }
    }
}

/// The first format that is offered and asked for.
///
/// # Errors
///
/// `NOT_ACCEPTABLE` when none is.
pub(crate) fn format(request: &HttpRequest, offered: &[Format]) -> Result<Format, Problem> {
    let first = offered.first().copied().unwrap_or(Format::Json);
    let Some(accept) = request.headers().get(header::ACCEPT) else { return Ok(first) };
    let mut best: Option<(f32, Format)> = None;
    for range in accept.to_str().unwrap_or_default().split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight =
            parts.find_map(|part| part.strip_prefix("q=").map(|q| q.parse().unwrap_or(0.0)));
        let weight: f32 = weight.unwrap_or(1.0);
        let fits = |format: &&Format| covers(&media, plain(format.media()));
        if let Some(format) = offered.iter().find(fits)
            && 0.0 < weight
            && best.is_none_or(|(other, _)| other < weight)
        {
            best = Some((weight, *format));
        }
    }
    best.map(|(_, format)| format).ok_or_else(|| {
        let names: Vec<_> = offered.iter().map(|format| format.media()).collect();
        Problem::new("NOT_ACCEPTABLE", format!("this address offers {}", names.join(", ")))
    })
}

/// A media type without its parameters.
fn plain(media: &str) -> &str {
    media.split(';').next().unwrap_or(media)
}

fn covers(range: &str, media: &str) -> bool {
    match range {
        "*/*" => true,
        range => match range.strip_suffix("/*") {
            Some(kind) => media.split('/').next() == Some(kind),
            None => range == media,
        },
    }
}

/// A word that is left empty says nothing, as a form sends it; a number or a day is none then.
const NEVER_EMPTY: [&str; 6] =
    ["limit", "true_on", "due_before", "after", "at_position", "definition"];

fn query(look: &Look, text: &str) -> Result<BTreeMap<String, String>, Problem> {
    let any = look.query.iter().any(|(name, _)| name.starts_with('<'));
    let mut query = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| decoded(&text.replace('+', " "));
        let (Some(name), Some(value)) = (plain(name), plain(value)) else {
            return Err(Problem::new("MALFORMED", format!("the query cannot be read at {pair:?}")));
        };
        if !any && !look.query.iter().any(|(known, _)| *known == name) {
            return Err(Problem::invalid(name, "this address has no such parameter"));
        }
        if value.is_empty() && NEVER_EMPTY.contains(&name.as_str()) {
            return Err(Problem::invalid(name, "send what it is to be, or leave it out"));
        }
        if query.insert(name.clone(), value).is_some() {
            return Err(Problem::invalid(name, "it is there twice"));
        }
    }
    Ok(query)
}

fn min_position(request: &HttpRequest) -> Result<Option<Position>, Problem> {
    let Some(header) = request.headers().get("Min-Position") else { return Ok(None) };
    let position = header.to_str().ok().and_then(|text| text.trim().parse().ok());
    let wrong = || Problem::invalid("Min-Position", "send a position as an answer gave it");
    position.map(|position| Some(Position(position))).ok_or_else(wrong)
}

/// How long to wait, and whether older rows will do. What is not understood is left alone.
fn preferences(request: &HttpRequest) -> (Option<Duration>, bool) {
    let headers = request.headers().get_all(HeaderName::from_static("prefer"));
    let (mut wait, mut lenient) = (None, false);
    for preference in
        headers.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','))
    {
        let preference = preference.trim();
        if let Some(seconds) = preference.strip_prefix("wait=").and_then(|text| text.parse().ok()) {
            wait = Some(Duration::from_secs(LONGEST_WAIT.min(seconds)));
        }
        lenient |= preference == "handling=lenient";
    }
    (wait, lenient)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_range_covers_what_it_says() {
        assert!(covers("*/*", "text/csv"));
        assert!(covers("text/*", "text/csv"));
        assert!(!covers("text/*", "application/json"));
    }
}
