//! What goes into the access log of a request, before it is answered.

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, http::header};
use fugong_domain::Principal;

use super::Operation;
use crate::{
    access_log::{Entry, Kind, Who},
    desk::Desk,
    door::Params,
    problem::Problem,
};

/// Who was found to ask.
pub(crate) struct Asks(pub(crate) Principal);

/// What the address names.
pub(super) struct Named(pub(super) Vec<String>);

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
    let of = request.extensions().get::<Named>().map(|Named(of)| of.clone()).unwrap_or_default();
    let told = answer.as_ref().map(Given::of);
    keep(desk, operation, Asking { who, of }, told, opened).await?;
    answer
}

/// Who asks, and of what, by keys.
pub(super) struct Asking {
    pub(super) who: Option<Who>,
    pub(super) of: Vec<String>,
}

/// What an answer gave.
pub(super) struct Given {
    pub(super) status: u16,
    /// Whether it can be carried away as it is: a table, a paper, a file.
    pub(super) is_file: bool,
}

impl Given {
    fn of(answer: &HttpResponse) -> Self {
        let media = answer.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok());
        let is_json = media.is_none_or(|media| media.starts_with("application/json"));
        Self { status: answer.status().as_u16(), is_file: !is_json }
    }
}

/// Writes down what somebody was given, or that he was turned away.
///
/// # Errors
///
/// `UNAVAILABLE` when a read cannot be written down.
pub(super) async fn keep(
    desk: &Desk,
    operation: Operation,
    Asking { who, of }: Asking,
    told: Result<Given, &Problem>,
    opened: bool,
) -> Result<(), Problem> {
    let known = who.is_some();
    let entry = |kind, status| Entry {
        at: desk.log().now(),
        kind,
        who,
        operation: operation.id.to_owned(),
        of,
        status,
        rule: None,
    };
    match told {
        Ok(Given { status, is_file }) => match what(operation.id, is_file, opened) {
            Some(kind) if known && operation.reads => {
                desk.access_log().keep(entry(kind, status)).await?;
            }
            Some(kind) if known => note(desk, entry(kind, status)).await,
            Some(_) | None => {}
        },
        Err(problem) => {
            let rule = problem.about.rule;
            let denied = matches!(problem.status(), 401 | 403) || rule.is_some();
            if denied && !operation.id.is_empty() {
                note(desk, entry(Kind::Denial, problem.status()).by(rule)).await;
            }
        }
    }
    Ok(())
}

/// What an answer gave, if it is something that is written down.
fn what(operation: &str, is_file: bool, opened: bool) -> Option<Kind> {
    if CARRIED.contains(&operation) || is_file && !OPEN.contains(&operation) {
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
