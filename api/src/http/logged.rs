//! What goes into the access log of a request, before it is answered.

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
};
use fugong_domain::Principal;

use super::Operation;
use crate::{
    access_log::{Entry, Kind, Who},
    desk::Desk,
    door::Params,
    problem::Problem,
};

/// Who was found to ask.
pub(super) struct Asks(pub(super) Principal);

/// What the address names.
pub(super) struct Named(Vec<String>);

/// What is carried away in whatever form.
const CARRIED: [&str; 2] = ["read_result", "copy_data_subject"];
/// What everybody may have in any form.
const OPEN: [&str; 2] = ["read_workflow", "get_checkpoint"];
/// What is looked at by those alone who look after others.
const WATCHED: &str = "read_access_log";
/// The longest key that an address names.
const LONGEST: usize = 80;

impl Named {
    /// The keys among the parameters of an address and of its query: words of a stranger are none.
    pub(super) fn of(params: &Params, query: &str) -> Self {
        let about = query.split('&').find_map(|pair| pair.strip_prefix("enterprise="));
        let all = params.values().map(String::as_str).chain(about);
        Self(all.map(|text| if is_key(text) { text } else { "?" }.to_owned()).collect())
    }
}

fn is_key(text: &str) -> bool {
    let sign = |byte: u8| matches!(byte, b'-' | b'_' | b'.' | b'~' | b':' | b'/');
    text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || sign(byte))
}

/// Writes down what the access log is for; what somebody reads of persons or carries away stands
/// there before he has it.
///
/// # Errors
///
/// The problem that was to be answered; `UNAVAILABLE` when a read cannot be written down.
pub(super) async fn logged(
    desk: &Desk,
    request: &HttpRequest,
    answer: Result<HttpResponse, Problem>,
    opened: bool,
) -> Result<HttpResponse, Problem> {
    let Some(operation) = request.extensions().get::<Operation>().copied() else { return answer };
    let who = request.extensions().get::<Asks>().map(|Asks(who)| Who::from(who));
    let of = request.extensions().get::<Named>().map(|Named(of)| of.clone());
    let entry = |kind, status| Entry {
        at: desk.log().now(),
        kind,
        who: who.clone(),
        operation: operation.id.to_owned(),
        of: of.clone().unwrap_or_default(),
        status,
        rule: None,
    };
    match answer {
        Ok(answer) => {
            let status = answer.status().as_u16();
            match what(operation.id, answer.headers(), opened).filter(|_| who.is_some()) {
                Some(kind) if operation.reads => {
                    desk.access_log().keep(entry(kind, status)).await?;
                }
                Some(kind) => note(desk, entry(kind, status)).await,
                None => {}
            }
            Ok(answer)
        }
        Err(problem) => {
            let rule = problem.about.rule;
            let denied = matches!(problem.status(), 401 | 403) || rule.is_some();
            if denied && !operation.id.is_empty() {
                note(desk, entry(Kind::Denial, problem.status()).by(rule)).await;
            }
            Err(problem)
        }
    }
}

/// What an answer gave, if it is something that is written down.
fn what(operation: &str, headers: &HeaderMap, opened: bool) -> Option<Kind> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
    let is_json = media.is_none_or(|media| media.starts_with("application/json"));
    if CARRIED.contains(&operation) || !is_json && !OPEN.contains(&operation) {
        return Some(Kind::Export);
    }
    (opened || operation == WATCHED).then_some(Kind::Read)
}

/// What was done or refused already is answered as it is, also where it cannot be written down.
async fn note(desk: &Desk, entry: Entry) {
    if let Err(problem) = desk.access_log().note(entry).await {
        tracing::error!(%problem, "a line of the access log is lost");
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, Params};

    #[test]
    fn words_of_a_stranger_are_no_keys() {
        let params = Params::from([
            ("a", "91500114MAYY010106~02".to_owned()),
            ("b", "张三".to_owned()),
            ("c", "a b".to_owned()),
            ("d", "x".repeat(81)),
        ]);
        let Named(of) = Named::of(&params, "q=%E5%BC%A0&enterprise=91500114MAYY010106");
        assert_eq!(of, ["91500114MAYY010106~02", "?", "?", "?", "91500114MAYY010106"]);
    }
}
