//! What the pages of 审计 tell, read from the looks of the API.

use chrono::{DateTime, Utc};
use fugong_domain::registers::tables;
use serde::Deserialize;
use serde_json::Value;

use super::super::{frame::Here, visitor::Visitor, words::AuditWords};
use crate::{http::inside, json::At as _, problem::Problem};

/// The lines of the access log on a page.
const LINES: &str = "50";

/// A checkpoint, taken apart.
pub(super) struct Checkpoint {
    pub(super) origin: String,
    pub(super) size: String,
    pub(super) root: String,
    /// Events that happened since.
    pub(super) since: u64,
    /// How many have signed it.
    pub(super) signatures: usize,
    pub(super) note: String,
}

/// The last checkpoint; none when nothing was signed yet.
pub(super) async fn checkpoint(visitor: &Visitor) -> Result<Option<Checkpoint>, Problem> {
    let note = match inside::checkpoint(&visitor.desk, &visitor.caller).await {
        Ok(note) => note,
        Err(problem) if matches!(problem.status(), 403 | 404) => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let line = |n| note.lines().nth(n).unwrap_or_default().to_owned();
    let (origin, size, root) = (line(0), line(1), line(2));
    let signed: u64 = size.parse().unwrap_or(0);
    let since = visitor.desk.log().head().0.saturating_sub(signed);
    let signatures = note.lines().filter(|line| line.starts_with("— ")).count();
    Ok(Some(Checkpoint { origin, size, root, since, signatures, note }))
}

/// Work in the background that the address names.
pub(super) struct Work {
    pub(super) kind: String,
    pub(super) state: &'static str,
    pub(super) is_running: bool,
    pub(super) started: String,
    pub(super) finished: String,
    pub(super) progress: Option<(u64, u64)>,
    /// What came of it, and whether that is good.
    pub(super) verdict: Option<(bool, String)>,
    /// Figures of it, with what they are called.
    pub(super) figures: Vec<(String, String)>,
    pub(super) here: String,
}

/// The work that the address names; none when it names none that may be seen.
pub(super) async fn work(
    visitor: &Visitor,
    here: &Here,
    a: &AuditWords,
) -> Result<Option<Work>, Problem> {
    let Some(id) = here.asks("operation") else { return Ok(None) };
    let found: Option<Value> = visitor.may_ask("read_operation", &[("id", id)], &[]).await?;
    let Some(told) = found else { return Ok(None) };
    let state = match text(&told, "state").as_str() {
        "running" => a.state_running,
        "done" => a.state_done,
        "cancelled" => a.state_cancelled,
        _ => a.state_failed,
    };
    let progress = told.at("progress");
    let kind = match told.at("kind").as_str() {
        Some("verification") => a.kind_verification.to_owned(),
        Some("rebuild") => {
            format!(
                "{} {}",
                a.kind_rebuild,
                told.at("result").at("register").as_str().unwrap_or("")
            )
        }
        _ => text(&told, "kind"),
    };
    let (verdict, figures) = outcome(&told, a);
    Ok(Some(Work {
        kind,
        state,
        is_running: told.at("state") == "running",
        started: moment(told.at("started_at")),
        finished: moment(told.at("finished_at")),
        progress: progress.at("events").as_u64().zip(progress.at("of").as_u64()),
        verdict,
        figures,
        here: here.again(&[]),
    }))
}

/// Whether it is good, and in words.
type Verdict = (bool, String);

/// What came of work, and its figures.
fn outcome(told: &Value, a: &AuditWords) -> (Option<Verdict>, Vec<(String, String)>) {
    let result = told.at("result");
    let figure = |name: &str, value: &Value| (name.to_owned(), plain(value));
    if let Some(sound) = result.at("sound").as_bool() {
        let said = if sound { a.sound } else { a.unsound };
        let faults = result.at("faults").as_array().map_or(0, Vec::len);
        let mut figures = vec![figure(a.faults, &faults.into())];
        for register in result.at("registers").as_array().into_iter().flatten() {
            let name = format!("{} {}", a.different, text(register, "name"));
            figures.push((name, plain(register.at("different_rows"))));
        }
        return (Some((sound, said.to_owned())), figures);
    }
    if let Some(different) = result.at("different_rows").as_u64() {
        let said = format!("{} {different}", a.rebuilt);
        let figures = vec![figure(a.progress, result.at("events"))];
        return (Some((true, said)), figures);
    }
    let detail = told.at("problem").at("detail").as_str();
    (detail.map(|detail| (false, detail.to_owned())), Vec::new())
}

/// A fold, and how it gets on.
pub(super) struct Fold {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) feeds: usize,
    pub(super) state: &'static str,
    pub(super) is_well: bool,
    pub(super) position: String,
    pub(super) lag: String,
    pub(super) waited: String,
    pub(super) apart: String,
    /// Why it does not go on.
    pub(super) stuck: Option<String>,
}

/// Every fold.
pub(super) async fn folds(visitor: &Visitor, a: &AuditWords) -> Result<Vec<Fold>, Problem> {
    let told: Value = visitor.ask("list_registers", &[], &[]).await?;
    let one = |fold: &Value| {
        let name = text(fold, "name");
        let state = match fold.at("state").as_str() {
            Some("current") => a.current,
            Some("behind") => a.behind,
            _ => a.stuck,
        };
        Fold {
            feeds: tables().iter().filter(|table| table.source == name).count(),
            version: plain(fold.at("version")),
            is_well: fold.at("state") != "stuck" && fold.at("rows_apart") == 0,
            state,
            position: text(fold, "position"),
            lag: plain(fold.at("lag_events")),
            waited: plain(fold.at("lag_seconds")),
            apart: plain(fold.at("rows_apart")),
            stuck: stuck(fold.at("stuck")),
            name,
        }
    };
    Ok(told.at("folds").as_array().into_iter().flatten().map(one).collect())
}

/// The event at which something stands, and why.
fn stuck(told: &Value) -> Option<String> {
    told.is_object().then(|| format!("{}：{}", text(told, "position"), text(told, "detail")))
}

/// How policies get on; or why the server is not ready.
pub(super) struct Policies {
    pub(super) wrong: Option<String>,
    pub(super) each: Vec<Policy>,
    pub(super) timers: String,
    pub(super) next_due: String,
}

/// What follows from events by itself.
pub(super) struct Policy {
    pub(super) name: String,
    pub(super) installed: String,
    pub(super) position: String,
    pub(super) lag: u64,
    pub(super) state: &'static str,
    pub(super) stuck: Option<String>,
}

/// All of them.
pub(super) async fn policies(visitor: &Visitor, a: &AuditWords) -> Result<Policies, Problem> {
    let told: Value = match visitor.ask("read_readyz", &[], &[]).await {
        Ok(told) => told,
        // That something is not well is what is looked for here.
        Err(problem) if problem.code == "UNAVAILABLE" => {
            let wrong = Some(problem.detail);
            let (timers, next_due) = (String::new(), String::new());
            return Ok(Policies { wrong, each: Vec::new(), timers, next_due });
        }
        Err(problem) => return Err(problem),
    };
    let one = |policy: &Value| {
        let at = |name: &str| policy[name].as_str().and_then(|text| text.parse::<u64>().ok());
        let lag = at("head").unwrap_or(0).saturating_sub(at("position").unwrap_or(0));
        let stuck = stuck(policy.at("stuck"));
        let state = match (&stuck, lag) {
            (Some(_), _) => a.stuck,
            (None, 0) => a.current,
            (None, _) => a.behind,
        };
        let (name, position) = (text(policy, "name"), text(policy, "position"));
        Policy { name, installed: text(policy, "installed_at"), position, lag, state, stuck }
    };
    Ok(Policies {
        wrong: None,
        each: told.at("policies").as_array().into_iter().flatten().map(one).collect(),
        timers: plain(told.at("timers")),
        next_due: moment(told.at("next_due")),
    })
}

/// Somebody to whom events are sent.
pub(super) struct Hook {
    /// Who is there, if that was said; else its id.
    pub(super) name: String,
    pub(super) to: String,
    pub(super) address: String,
    pub(super) delivered: String,
    pub(super) attempts: Option<u64>,
    pub(super) why: String,
    pub(super) is_disabled: bool,
    pub(super) dead: u64,
}

/// All of them, for whoever may see them.
pub(super) async fn hooks(visitor: &Visitor, here: &Here) -> Result<Option<Vec<Hook>>, Problem> {
    let told: Option<Value> = visitor.may_ask("list_webhooks", &[], &[]).await?;
    let one = |hook: &Value| {
        let id = text(hook, "id");
        Hook {
            to: here.to(&format!("/audit/webhooks/{id}"), &[]),
            address: text(hook, "url"),
            delivered: text(hook, "delivered_to"),
            attempts: hook.at("failing").at("attempts").as_u64(),
            why: text(hook.at("failing"), "why"),
            // By its receiver, who answered that he is gone, or by an act.
            is_disabled: !hook.at("disabled_at").is_null() || hook.at("state") == "disabled",
            dead: hook.at("dead_letters").as_u64().unwrap_or(0),
            name: hook.at("label").as_str().map_or(id, str::to_owned),
        }
    };
    Ok(told.map(|told| told.at("items").as_array().into_iter().flatten().map(one).collect()))
}

/// What was sent to somebody last, and what was set aside.
#[derive(Deserialize)]
pub(super) struct Deliveries {
    pub(super) items: Vec<Delivery>,
    #[serde(rename = "dead_letters")]
    pub(super) dead: Vec<Delivery>,
}

/// An attempt, or an event that was set aside.
#[derive(Deserialize)]
pub(super) struct Delivery {
    pub(super) position: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    at: DateTime<Utc>,
    #[serde(alias = "attempts")]
    pub(super) attempt: u32,
    pub(super) status: Option<u16>,
    why: Option<String>,
}

impl Delivery {
    /// When, in Shanghai.
    pub(super) fn when(&self) -> String {
        shown(self.at)
    }

    /// Why it was not taken.
    pub(super) fn why(&self) -> &str {
        self.why.as_deref().unwrap_or_default()
    }
}

/// How it goes with what is sent to somebody.
pub(super) async fn deliveries(visitor: &Visitor, id: &str) -> Result<Deliveries, Problem> {
    let mut told: Deliveries = visitor.ask("list_deliveries", &[("id", id)], &[]).await?;
    told.items.reverse();
    Ok(told)
}

/// A part of the access log.
pub(super) struct Access {
    pub(super) head: String,
    pub(super) lines: Vec<AccessLine>,
    pub(super) older: Option<String>,
    pub(super) newest: Option<String>,
}

/// A line of it.
pub(super) struct AccessLine {
    pub(super) when: String,
    pub(super) kind: &'static str,
    pub(super) is_denial: bool,
    pub(super) who: String,
    pub(super) operation: String,
    pub(super) of: String,
    pub(super) status: String,
    pub(super) rule: String,
}

/// The part that the address asks for, for whoever may read it.
pub(super) async fn access(
    visitor: &Visitor,
    here: &Here,
    a: &AuditWords,
) -> Result<Option<Access>, Problem> {
    let before = here.asks("before").filter(|before| !before.is_empty());
    let mut query = vec![("limit", LINES)];
    query.extend(before.map(|before| ("cursor", before)));
    let told: Option<Value> = visitor.may_ask("read_access_log", &[], &query).await?;
    let Some(told) = told else { return Ok(None) };
    let at = |before: &str| format!("{}#access", here.again(&[("before", before)]));
    let head = told.at("head");
    Ok(Some(Access {
        head: ["lines", "sha256"].map(|name| plain(&head[name])).join(" · "),
        lines: told.at("items").as_array().into_iter().flatten().map(|it| line(it, a)).collect(),
        older: told.at("next_cursor").as_str().map(at),
        newest: before.map(|_| at("")),
    }))
}

fn line(told: &Value, a: &AuditWords) -> AccessLine {
    let who = told.at("who");
    let kind = told.at("kind").as_str().unwrap_or_default();
    let of = told.at("of").as_array().into_iter().flatten().map(plain).collect::<Vec<_>>();
    AccessLine {
        when: moment(told.at("at")),
        kind: match kind {
            "read" => a.read,
            "export" => a.export,
            _ => a.denial,
        },
        is_denial: kind == "denial",
        who: if who.is_object() {
            ["actor", "unit", "role"].map(|name| text(who, name)).join(" · ")
        } else {
            a.nobody.to_owned()
        },
        operation: text(told, "operation"),
        of: of.join("、"),
        status: plain(told.at("status")),
        rule: text(told, "rule"),
    }
}

/// A member as text.
fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_default().to_owned()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// An instant as it is called in Shanghai.
fn moment(told: &Value) -> String {
    let at = told.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    at.map(shown).unwrap_or_default()
}

fn shown(at: DateTime<Utc>) -> String {
    fugong_core::shanghai_time(at).format("%Y-%m-%d %H:%M:%S").to_string()
}
