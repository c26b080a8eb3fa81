//! The form of an act: what was typed stays, and what is wrong with it stands at the field.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;
use fugong_domain::codes::Role;
use serde_json::{Map, Value, json};

use super::{
    super::{
        form::Sent,
        frame::{Frame, Here, answer, led_to},
        session_key::drawn,
        visitor::Visitor,
        words::InspectWords,
    },
    choices::options,
    due,
    forms::{Field, Form, IDS, Kind, named, said},
    things::{Found, Thing, found},
};
use crate::{
    deeds,
    http::inside,
    path::encoded,
    perform::{IfMatch, Request},
    problem::{Problem, entry},
};

/// The form that shows when an order would be due.
const WITH_DUE: &str = "order_rectification";

#[derive(Template)]
#[template(path = "console/act.html")]
struct Page<'a> {
    frame: Frame<'a>,
    i: &'static InspectWords,
    about: &'static str,
    action: String,
    key: String,
    version: Option<u64>,
    /// What it is about, and the way back to it.
    subject: Option<(String, String)>,
    back: String,
    fields: Vec<Shown>,
    wrong: Option<Wrong>,
    /// Where it is computed when an order would be due, and when that is.
    due: Option<(String, Option<String>)>,
}

/// A field as it is shown.
struct Shown {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: Kind,
    is_required: bool,
    values: Vec<String>,
    options: Vec<(String, String)>,
    wrong: Option<Wrong>,
}

/// What is wrong, in the language of the page, with what the API says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    said: String,
    detail: String,
}

impl Shown {
    fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|chosen| chosen == value)
    }

    fn is_many(&self) -> bool {
        matches!(self.kind, Kind::Some(_) | Kind::Units | Kind::Findings)
    }

    fn is_one(&self) -> bool {
        matches!(self.kind, Kind::One(_) | Kind::Unit | Kind::Answer)
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind == kind
    }
}

/// What was typed, and what came of it.
#[derive(Default)]
struct Typed {
    values: BTreeMap<&'static str, Vec<String>>,
    faults: BTreeMap<&'static str, Wrong>,
    wrong: Option<Wrong>,
    key: Option<String>,
}

/// The form.
///
/// # Errors
///
/// `ROLE_NOT_ALLOWED` when the role may not, `NOT_FOUND` when what it is about may not be seen.
pub(super) async fn page(
    visitor: &Visitor,
    here: &Here,
    id: &str,
) -> Result<HttpResponse, Problem> {
    let form = of(visitor, id).await?;
    let mut typed = Typed::default();
    let own = &visitor.caller.principal;
    for field in form.fields {
        let asked = here.asks(field.name).or_else(|| match field.name {
            "uscc" => here.asks("enterprise"),
            _ => None,
        });
        let is_own = matches!(field.name, "uscc" | "enterprise") && own.role == Role::Enterprise;
        let value = asked.map(str::to_owned).or_else(|| is_own.then(|| own.unit.to_string()));
        typed.values.insert(field.name, value.into_iter().collect());
    }
    shown(visitor, here, (form, typed), 200).await
}

/// Does what a form says; or shows it again, with what is wrong.
///
/// # Errors
///
/// As [`page`].
pub(super) async fn sent(
    visitor: &Visitor,
    here: &Here,
    (id, sent): (&str, &Sent),
) -> Result<HttpResponse, Problem> {
    let form = named(id).ok_or_else(|| Problem::absent(format!("form {id}")))?;
    let i = InspectWords::of(here.language);
    let mut typed = typed(form, i, sent);
    if sent.one("do") == "due" {
        typed.faults.clear();
        return shown(visitor, here, (form, typed), 200).await;
    }
    if !typed.faults.is_empty() {
        typed.wrong = Some(Wrong { said: i.not_done.to_owned(), detail: String::new() });
        return shown(visitor, here, (form, typed), 422).await;
    }
    let request = request(visitor, here, form, (&typed, sent)).await?;
    match inside::act(&visitor.desk, &visitor.caller, request).await {
        Ok(done) => {
            let to = match (form.makes, form.of) {
                (Some(thing), _) => format!("/inspections/{}/{}", thing.place(), done.id),
                (None, Some(thing)) => {
                    format!(
                        "/inspections/{}/{}",
                        thing.place(),
                        encoded(here.asks("id").unwrap_or_default())
                    )
                }
                (None, None) => "/inspections".to_owned(),
            };
            let done = if done.status == 200 { "already" } else { "recorded" };
            Ok(led_to(&here.to(&to, &[("done", done)])))
        }
        Err(problem) if problem.status() == 401 => Err(problem),
        Err(problem) => {
            let status = problem.status();
            typed.refused(form, (here, i), &problem);
            shown(visitor, here, (form, typed), status).await
        }
    }
}

/// The form, for whoever may do the act.
async fn of(visitor: &Visitor, id: &str) -> Result<&'static Form, Problem> {
    let form = named(id).ok_or_else(|| Problem::absent(format!("form {id}")))?;
    let may = inside::may_act(&visitor.desk, &visitor.caller, IDS).await?;
    if may.contains(form.id) {
        return Ok(form);
    }
    let role = visitor.caller.principal.role;
    Err(Problem::new("ROLE_NOT_ALLOWED", format!("role {role} may not do {id}")))
}

/// What was typed, with what lacks.
fn typed(form: &Form, i: &InspectWords, sent: &Sent) -> Typed {
    let mut typed = Typed { key: Some(sent.one("key").to_owned()), ..Typed::default() };
    for field in form.fields {
        let is_many = matches!(field.kind, Kind::Some(_) | Kind::Units | Kind::Findings);
        let values: Vec<String> = if is_many {
            sent.all(field.name).into_iter().map(str::to_owned).collect()
        } else {
            let one = sent.one(field.name).replace("\r\n", "\n");
            Some(one).filter(|one| !one.is_empty()).into_iter().collect()
        };
        if values.is_empty() && field.is_required {
            let said = if is_many { i.pick_one } else { i.fill };
            let wrong = Wrong { said: said.to_owned(), detail: String::new() };
            typed.faults.insert(field.name, wrong);
        }
        typed.values.insert(field.name, values);
    }
    typed
}

/// The request that the form comes to.
async fn request(
    visitor: &Visitor,
    here: &Here,
    form: &Form,
    (typed, sent): (&Typed, &Sent),
) -> Result<Request, Problem> {
    let entry = deeds::TABLE.iter().find(|entry| entry.row.id == form.id);
    let row = entry.ok_or_else(|| Problem::absent(format!("act {}", form.id)))?.row;
    let mut body = Map::new();
    let mut path = row.path.replace("{id}", &encoded(here.asks("id").unwrap_or_default()));
    for field in form.fields {
        let values = typed.values.get(field.name).map(Vec::as_slice).unwrap_or_default();
        if field.name == "uscc" {
            path = path.replace("{uscc}", &encoded(values.first().map_or("", String::as_str)));
        } else if let Some(value) = member(field, values) {
            body.insert(field.name.to_owned(), value);
        }
    }
    if form.id == WITH_DUE {
        // An order binds whom the inspection looked at.
        let about = about(visitor, here, form).await?;
        let enterprise = about.as_ref().and_then(|(_, found)| found.enterprise());
        body.insert("enterprise".to_owned(), json!(enterprise));
    }
    Ok(Request {
        by: visitor.caller.principal.clone(),
        path,
        key: format!("console-{}", sent.one("key")),
        if_match: match sent.one("version").parse() {
            Ok(version) if row.decides => IfMatch::Version(version),
            Ok(_) | Err(_) => IfMatch::Absent,
        },
        body: Value::Object(body).to_string(),
    })
}

/// What a field says in the body; nothing where nothing was said.
fn member(field: &Field, values: &[String]) -> Option<Value> {
    if matches!(field.kind, Kind::Some(_) | Kind::Units | Kind::Findings) {
        return (!values.is_empty()).then(|| json!(values));
    }
    let text = values.first()?;
    Some(match field.kind {
        Kind::Number => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
        Kind::Tick => json!(true),
        Kind::Answer => json!(text == "true"),
        Kind::Line
        | Kind::Words
        | Kind::Day
        | Kind::One(_)
        | Kind::Some(_)
        | Kind::Unit
        | Kind::Units
        | Kind::Findings => json!(text),
    })
}

/// What the form is about, as it stands now.
async fn about(
    visitor: &Visitor,
    here: &Here,
    form: &Form,
) -> Result<Option<(Thing, Found)>, Problem> {
    let Some(thing) = form.of else { return Ok(None) };
    let id = here.asks("id").unwrap_or_default();
    Ok(Some((thing, found(visitor, thing, id).await?)))
}

impl Typed {
    /// Takes what a problem says, each thing at its field.
    fn refused(&mut self, form: &Form, (here, i): (&Here, &InspectWords), problem: &Problem) {
        let title = entry(problem.code).map_or(problem.code, |entry| entry.title(here.language));
        let wrong = |detail: &str| Wrong { said: title.to_owned(), detail: detail.to_owned() };
        let field = |pointer: &str| {
            let name = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
            form.fields.iter().map(|field| field.name).find(|known| *known == name)
        };
        let by_code = match problem.code {
            "ORDER_WITHOUT_DEADLINE" => field("working_days"),
            "DEADLINE_NOT_AFTER_ISSUE" => field("due"),
            "ORDER_WITHOUT_FINDING" => field("findings"),
            "ENTERPRISE_UNKNOWN" | "USCC_INVALID" => field("enterprise").or_else(|| field("uscc")),
            _ => None,
        };
        for fault in &problem.errors {
            if let Some(name) = field(&fault.pointer) {
                self.faults.insert(name, wrong(&fault.detail));
            }
        }
        if let (true, Some(name)) = (self.faults.is_empty(), by_code) {
            self.faults.insert(name, wrong(&problem.detail));
        }
        let said = match problem.code {
            "VERSION_CONFLICT" | "IF_MATCH_REQUIRED" => i.stale,
            "IDEMPOTENCY_KEY_REUSED" => {
                self.key = None;
                i.sent_before
            }
            _ if !self.faults.is_empty() => i.not_done,
            _ => title,
        };
        let detail = if self.faults.is_empty() { problem.detail.clone() } else { String::new() };
        self.wrong = Some(Wrong { said: said.to_owned(), detail });
    }
}

/// The form as a page.
async fn shown(
    visitor: &Visitor,
    here: &Here,
    (form, typed): (&'static Form, Typed),
    status: u16,
) -> Result<HttpResponse, Problem> {
    let i = InspectWords::of(here.language);
    let about = about(visitor, here, form).await?;
    let title = said(form.title, here.language);
    let mut fields = Vec::new();
    for field in form.fields {
        let state = about.as_ref().map(|(_, found)| &found.state);
        fields.push(Shown {
            name: field.name,
            label: said(field.label, here.language),
            hint: said(field.hint, here.language),
            kind: field.kind,
            is_required: field.is_required,
            values: typed.values.get(field.name).cloned().unwrap_or_default(),
            options: options(visitor, here, i, (field.kind, state)).await?,
            wrong: typed.faults.get(field.name).cloned(),
        });
    }
    let id = here.asks("id").unwrap_or_default();
    let subject = about.as_ref().map(|(thing, _)| (thing.name(i).to_owned(), thing.to(here, id)));
    let days = typed.values.get("working_days").and_then(|days| days.first());
    let due = if form.id == WITH_DUE {
        let told = due::told(visitor, here, days.map_or("", String::as_str)).await?;
        Some((here.to("/inspections/due", &[]), told))
    } else {
        None
    };
    let page = Page {
        frame: Frame::of(visitor, here, title).await?,
        i,
        about: said(form.about, here.language),
        action: here.again(&[]),
        key: typed.key.filter(|key| !key.is_empty()).unwrap_or_else(drawn),
        version: about.as_ref().map(|(_, found)| found.version),
        back: subject.as_ref().map_or_else(|| here.to("/inspections", &[]), |(_, to)| to.clone()),
        subject,
        fields,
        wrong: typed.wrong,
        due,
    };
    answer(here, status, &page)
}

/// What the page does not show of a problem in Chinese stands there in English.
impl Wrong {
    fn has_detail(&self) -> bool {
        !self.detail.is_empty() && self.detail != self.said
    }
}
