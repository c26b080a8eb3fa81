//! 审计: whether the log and its registers are sound, who read what, and what is sent where.

mod told;

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use askama::Template;
use fugong_domain::rights::Action;

use super::{
    form::Sent,
    frame::{Frame, Here, answer, led_to},
    session_key::drawn,
    visitor::Visitor,
    words::AuditWords,
};
use crate::{
    http::{
        Method,
        inside::{self, may},
    },
    operations,
    problem::Problem,
};
use told::{Access, Checkpoint, Deliveries, Fold, Hook, Policies, Work};

/// The field that names an act, so that what is sent twice is done once.
const KEY: &str = "key";

#[derive(Template)]
#[template(path = "console/audit.html")]
struct Page<'a> {
    frame: Frame<'a>,
    a: &'static AuditWords,
    checkpoint: Option<Checkpoint>,
    download: String,
    /// Where a verification is asked for, by whoever may.
    verify: Option<String>,
    key: String,
    work: Option<Work>,
    folds: Vec<Fold>,
    /// Where a rebuild is asked for, by whoever may.
    rebuild: Option<String>,
    policies: Policies,
    hooks: Option<Vec<Hook>>,
    access: Option<Access>,
}

#[derive(Template)]
#[template(path = "console/webhook.html")]
struct Webhook<'a> {
    frame: Frame<'a>,
    a: &'static AuditWords,
    deliveries: Deliveries,
    /// Where it is asked that an event be sent again, by whoever may.
    again: Option<String>,
    is_done: bool,
    back: String,
}

/// The page.
///
/// # Errors
///
/// What the API would answer with, but for what somebody of this role may not read.
pub(super) async fn page(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    let a = AuditWords::of(here.language);
    let may = |method, action| may(&visitor.caller, method, action);
    let page = Page {
        frame: Frame::of(visitor, here, a.title).await?,
        a,
        checkpoint: told::checkpoint(visitor).await?,
        download: here.to("/audit/checkpoint", &[]),
        verify: may(Method::Verify, Action::Rehearse).then(|| here.to("/audit/verifications", &[])),
        key: drawn(),
        work: told::work(visitor, here, a).await?,
        folds: told::folds(visitor, a).await?,
        rebuild: may(Method::Rebuild, Action::Rebuild).then(|| here.to("/audit/rebuilds", &[])),
        policies: told::policies(visitor, a).await?,
        hooks: told::hooks(visitor, here).await?,
        access: told::access(visitor, here, a).await?,
    };
    answer(here, 200, &page)
}

/// The note of the last checkpoint, as a file.
///
/// # Errors
///
/// `NOT_FOUND` when nothing was signed yet.
pub(super) async fn checkpoint(visitor: &Visitor) -> Result<HttpResponse, Problem> {
    let note = inside::checkpoint(&visitor.desk, &visitor.caller).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"checkpoint.txt\""))
        .body(note))
}

/// How it goes with what is sent to somebody.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn webhook(
    visitor: &Visitor,
    here: &Here,
    id: &str,
) -> Result<HttpResponse, Problem> {
    let a = AuditWords::of(here.language);
    let may_send = may(&visitor.caller, Method::Replay, Action::SendAgain);
    let again = may_send.then(|| here.to(&format!("/audit/webhooks/{id}/replays"), &[]));
    let page = Webhook {
        frame: Frame::of(visitor, here, format!("{}：{id}", a.webhooks)).await?,
        a,
        deliveries: told::deliveries(visitor, id).await?,
        again,
        is_done: here.asks("done").is_some(),
        back: here.to("/audit", &[]),
    };
    answer(here, 200, &page)
}

/// Begins to verify everything.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn verify(
    visitor: &Visitor,
    here: &Here,
    sent: &Sent,
) -> Result<HttpResponse, Problem> {
    let begun = inside::verify(&visitor.desk, &visitor.caller, sent.one(KEY)).await?;
    Ok(watched(here, &begun))
}

/// Begins to rebuild a register.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn rebuild(
    visitor: &Visitor,
    here: &Here,
    sent: &Sent,
) -> Result<HttpResponse, Problem> {
    // A form holds the buttons of all: each has its own key by the register that it names.
    let name = sent.one("register");
    let key = format!("{}-{name}", sent.one(KEY));
    let begun = inside::rebuild(&visitor.desk, &visitor.caller, (name, &key)).await?;
    Ok(watched(here, &begun))
}

/// Has an event sent again.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn send_again(
    visitor: &Visitor,
    here: &Here,
    id: &str,
    sent: &Sent,
) -> Result<HttpResponse, Problem> {
    inside::send_again(&visitor.desk, &visitor.caller, (id, sent.one("position"))).await?;
    Ok(led_to(&here.to(&format!("/audit/webhooks/{id}"), &[("done", "true")])))
}

/// To the page that shows how far it has come.
fn watched(here: &Here, begun: &operations::Operation) -> HttpResponse {
    let id = begun.id().to_string();
    led_to(&format!("{}#work", here.to("/audit", &[("operation", &id)])))
}
