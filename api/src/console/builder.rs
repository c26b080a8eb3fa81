//! A report that somebody puts together: a register, conditions, groups, measures; shown at once, and
//! kept as a definition by the same act as over the API.

mod draft;

use std::ops::Range;

use actix_web::HttpResponse;
use askama::Template;
use fugong_domain::{
    ReportId,
    registers::{Table, table, tables},
};
use fugong_report::Finding;
use serde_json::json;

use super::{
    form::Sent,
    frame::{Frame, Here, answer, led_to},
    reports::{DEFINE, Shown, definition},
    session_key::drawn,
    visitor::Visitor,
    words::ReportWords,
};
use crate::{
    http::inside,
    json::At as _,
    perform::{IfMatch, Request},
    problem::{Language, Problem},
    reports::Known,
};
use draft::{Draft, Text, Wrong};

/// What a definition is called that is shown and not kept.
const TRIAL: &str = "preview";

#[derive(Template)]
#[template(path = "console/builder.html")]
struct Page<'a> {
    frame: Frame<'a>,
    r: &'static ReportWords,
    action: String,
    anew: String,
    key: String,
    registers: Vec<(&'static str, &'static str)>,
    draft: Draft,
    /// The text, where that is what is edited.
    edited: Option<String>,
    /// The text that the fields come to.
    text: String,
    wrong: Wrong,
    kept: Kept,
    as_of: String,
    latest: String,
    may_save: bool,
    sheet: Option<Shown>,
}

/// What is asked about keeping it.
#[derive(Default)]
struct Kept {
    id: String,
    instead: bool,
    /// The version in the place of which it may be put.
    version: Option<u64>,
    replaces: bool,
}

/// The page before anything is sent.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn page(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    let mut kept = Kept::default();
    let mut edited = None;
    if let Some(id) = here.asks("report") {
        let found = definition(visitor, here, id).await?;
        let version = found.laid_down.at("version").as_u64();
        let id = if version.is_some() { id.to_owned() } else { String::new() };
        kept = Kept { id, version, ..Kept::default() };
        edited = Some(found.definition);
    }
    let named = here.asks("register").filter(|name| table(name).is_some());
    let draft = Draft::over(named.unwrap_or("r1-enterprises"));
    let is_fresh = edited.is_none();
    let mut page = Page { draft, edited, kept, ..Page::empty(visitor, here).await? };
    if !is_fresh {
        page.preview(visitor, None).await?;
    }
    answer(here, 200, &page)
}

/// The page with what was sent: shown, or kept.
///
/// # Errors
///
/// What the API would answer with, but for what is wrong with the definition: that stands there.
pub(super) async fn sent(
    visitor: &Visitor,
    here: &Here,
    sent: &Sent,
) -> Result<HttpResponse, Problem> {
    let r = ReportWords::of(here.language);
    let draft = Draft::sent(sent);
    if table(&draft.register).is_none() {
        return Err(Problem::absent(format!("register {}", draft.register)));
    }
    let text = visitor.regime(|regime| draft.text(regime, r.total_word)).await?;
    let edits = sent.one("do") == "text" || !sent.one("edits").is_empty();
    // A line ends as in every text of ours, whatever the browser sends.
    let own = Some(sent.one("text").replace('\r', "")).filter(|own| !own.is_empty());
    let edited = edits.then(|| own.unwrap_or_else(|| text.written()));
    let kept = Kept {
        id: sent.one("id").to_owned(),
        instead: !sent.one("instead").is_empty(),
        version: sent.one("version").parse().ok(),
        replaces: !sent.one("replace").is_empty(),
    };
    let as_of = sent.one("as_of").to_owned();
    let mut page = Page { draft, edited, kept, as_of, ..Page::empty(visitor, here).await? };
    let written = page.edited.clone().unwrap_or_else(|| text.written());
    // What cannot be shown yet is no failure: its fields are still being filled.
    let mut status = 200;
    if sent.one("do") == "save" {
        if page.kept.id.parse::<ReportId>().is_err() {
            page.wrong.insert("id".to_owned(), vec![r.id_hint.to_owned()]);
        } else {
            match page.save(visitor, written, sent.one("key")).await {
                Ok(()) => {
                    let to = format!("/reports/{}", page.kept.id);
                    return Ok(led_to(&here.to(&to, &[("saved", "true")])));
                }
                Err(problem) => page.refused(problem)?,
            }
        }
        status = 422;
    }
    page.preview(visitor, Some(&text)).await?;
    answer(here, status, &page)
}

impl<'a> Page<'a> {
    async fn empty(visitor: &Visitor, here: &'a Here) -> Result<Self, Problem> {
        let r = ReportWords::of(here.language);
        let may = inside::may_act(&visitor.desk, &visitor.caller, DEFINE).await?;
        let name = |table: &Table| (table.relation.name, pick(here, table));
        let today = fugong_core::shanghai_day(visitor.desk.log().now());
        Ok(Self {
            frame: Frame::of(visitor, here, r.builder).await?,
            r,
            action: here.to("/reports/builder", &[]),
            anew: here.to("/reports/builder", &[]),
            key: drawn(),
            registers: tables().iter().map(name).collect(),
            draft: Draft::default(),
            edited: None,
            text: String::new(),
            wrong: Wrong::new(),
            kept: Kept::default(),
            as_of: String::new(),
            latest: today.to_string(),
            may_save: !may.is_empty(),
            sheet: None,
        })
    }

    /// Shows what it comes to, or what is wrong with it.
    async fn preview(&mut self, visitor: &Visitor, fields: Option<&Text>) -> Result<(), Problem> {
        let written = fields.map(Text::written).unwrap_or_default();
        let text = self.edited.clone().unwrap_or_else(|| written.clone());
        self.text = written;
        let as_of = Some(self.as_of.as_str()).filter(|day| !day.is_empty());
        let known = Known::of(TRIAL.to_owned(), text);
        match inside::tried(&visitor.desk, &visitor.caller, (known, as_of)).await {
            Ok(Ok(sheet)) => self.sheet = Some(sheet.into()),
            Ok(Err(found)) => self.take(&found, fields),
            Err(problem) => {
                let is_known = matches!(
                    problem.code,
                    "REPORT_PARAMETER_WRONG"
                        | "MOMENT_UNKNOWN"
                        | "INVALID_FIELD"
                        | "ROLE_NOT_ALLOWED"
                );
                if !is_known {
                    return Err(problem);
                }
                // Of what is asked, the day alone can be wrong: there are no parameters.
                let is_day = matches!(problem.code, "MOMENT_UNKNOWN" | "INVALID_FIELD");
                let field = if is_day { "as_of" } else { "" };
                self.wrong.entry(field.to_owned()).or_default().push(problem.detail);
            }
        }
        Ok(())
    }

    /// What is wrong with the definition, said where it stands.
    fn take(&mut self, found: &[Finding], fields: Option<&Text>) {
        self.wrong.retain(|field, _| matches!(field.as_str(), "id" | "instead"));
        if let (None, Some(fields)) = (&self.edited, fields) {
            self.wrong.append(&mut fields.placed(found));
        } else {
            let said = found.iter().map(ToString::to_string).collect();
            self.wrong.insert("text".to_owned(), said);
        }
    }

    /// Lays it down.
    async fn save(&self, visitor: &Visitor, text: String, key: &str) -> Result<(), Problem> {
        let Kept { id, instead, version, replaces } = &self.kept;
        let body = json!({"definition": text, "instead_of_ready": instead});
        let request = Request {
            by: visitor.caller.principal.clone(),
            path: format!("/v1/reports/{}", crate::path::encoded(id)),
            key: format!("console-{key}"),
            if_match: match version {
                Some(version) if *replaces => IfMatch::Version(*version),
                Some(_) | None => IfMatch::Absent,
            },
            body: body.to_string(),
        };
        inside::act(&visitor.desk, &visitor.caller, request).await.map(|_| ())
    }

    /// Says where it stands why it was not laid down.
    ///
    /// # Errors
    ///
    /// The problem, where it is not about what was filled in.
    fn refused(&mut self, problem: Problem) -> Result<(), Problem> {
        match problem.code {
            // Its findings are told by what is shown of it.
            "REPORT_DEFINITION_WRONG" => {}
            "IF_MATCH_REQUIRED" | "VERSION_CONFLICT" => {
                self.kept.version = problem.about.version.or(self.kept.version);
                self.wrong.insert("id".to_owned(), vec![problem.detail]);
            }
            _ if matches!(problem.status(), 400 | 409 | 422) => {
                self.wrong.insert("id".to_owned(), vec![problem.detail]);
            }
            _ => return Err(problem),
        }
        Ok(())
    }

    /// What is wrong with a field.
    fn faults(&self, field: &str) -> &[String] {
        self.wrong.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether a column is among those that are listed.
    fn lists(&self, column: &str) -> bool {
        self.draft.columns.iter().any(|listed| listed == column)
    }

    /// Whether an option is the one that was chosen.
    #[expect(clippy::unused_self, reason = "a template calls it")]
    fn same(&self, option: &str, chosen: &str) -> bool {
        option == chosen
    }

    /// The measures before one.
    #[expect(
        clippy::unused_self,
        clippy::trivially_copy_pass_by_ref,
        reason = "a template calls it, with what it counts by"
    )]
    fn before(&self, n: &usize) -> Range<usize> {
        1..*n
    }

    /// What can be asked of a column.
    fn ops(&self) -> [(&'static str, &'static str); 7] {
        let r = self.r;
        [
            ("is", r.is),
            ("is_not", r.is_not),
            ("at_least", r.at_least),
            ("at_most", r.at_most),
            ("contains", r.contains),
            ("is_empty", r.is_empty),
            ("not_empty", r.not_empty),
        ]
    }

    /// The columns of the register that is chosen.
    fn columns_of(&self) -> Vec<(&'static str, &'static str)> {
        let columns = table(&self.draft.register).map(|table| table.relation.columns);
        let label = |column: &fugong_core::Column| {
            let is_zh = self.frame.here.language == Language::Chinese;
            (column.name, if is_zh { column.label_zh } else { column.label_en })
        };
        columns.unwrap_or_default().iter().map(label).collect()
    }
}

fn pick(here: &Here, table: &Table) -> &'static str {
    let relation = &table.relation;
    if here.language == Language::Chinese { relation.label_zh } else { relation.label_en }
}
