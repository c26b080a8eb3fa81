//! 报表: those that there are, each with what can be asked of it, shown and carried away.

mod shown;

use actix_web::{HttpResponse, http::header};
use askama::Template;
use fugong_report::ParameterKind;
use serde::Deserialize;
use serde_json::Value;

use super::{
    frame::{Frame, Here, answer},
    visitor::{Query, Visitor},
    words::ReportWords,
};
use crate::{
    http::inside,
    json::At as _,
    look::{Content, Format},
    problem::{Language, Problem},
    reports,
};
pub(super) use shown::Shown;

/// The act of laying down a definition.
pub(super) const DEFINE: &[&str] = &["define_report"];
/// The forms in which a report is carried away.
const FORMS: [(&str, &str, Format); 5] = [
    ("xlsx", "Excel", Format::Xlsx),
    ("csv", "CSV", Format::Csv),
    ("html", "HTML", Format::Html),
    ("json", "JSON", Format::Json),
    ("ndjson", "NDJSON", Format::Ndjson),
];
/// What an address asks of any report, besides its own parameters.
const MOMENTS: [&str; 3] = ["as_of", "true_on", "beside"];

#[derive(Template)]
#[template(path = "console/reports.html")]
struct List<'a> {
    frame: Frame<'a>,
    r: &'static ReportWords,
    /// Of each kind, those that there are.
    kinds: Vec<(&'static str, Vec<Line>)>,
    build: String,
}

#[derive(Template)]
#[template(path = "console/report.html")]
struct Page<'a> {
    frame: Frame<'a>,
    r: &'static ReportWords,
    about: String,
    action: String,
    lang: Option<&'a str>,
    moments: Vec<Asked>,
    parameters: Vec<Asked>,
    sheet: Option<Shown>,
    downloads: Vec<(&'static str, String)>,
    edit: String,
    back: String,
    is_saved: bool,
}

/// A report of the list.
struct Line {
    to: String,
    title: String,
    about: String,
    id: String,
    version: Option<String>,
}

/// Something that can be asked of a report.
struct Asked {
    name: String,
    label: String,
    value: String,
    is_required: bool,
    kind: ParameterKind,
    wrong: Option<String>,
}

/// A report as the list of the API tells it.
#[derive(Deserialize)]
struct Told {
    id: String,
    title: String,
    title_en: String,
    about: String,
    instant: bool,
    laid_down: Value,
}

/// A definition as the API tells it.
#[derive(Deserialize)]
pub(super) struct Definition {
    pub(super) definition: String,
    pub(super) laid_down: Value,
}

/// All reports.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn list(visitor: &Visitor, here: &Here) -> Result<HttpResponse, Problem> {
    #[derive(Deserialize)]
    struct Listed {
        items: Vec<Told>,
    }
    let r = ReportWords::of(here.language);
    let listed: Listed = visitor.ask("list_reports", &[], &[]).await?;
    let mut kinds = vec![(r.own, Vec::new()), (r.ready, Vec::new()), (r.instant, Vec::new())];
    for told in listed.items {
        let kind = match (told.instant, told.laid_down.is_null()) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        };
        let version = told.laid_down.at("version").as_u64();
        let line = Line {
            to: here.to(&format!("/reports/{}", told.id), &[]),
            title: pick(here, told.title, told.title_en),
            about: told.about,
            id: told.id,
            version: version.map(|version| format!("{} {version}", r.laid_down)),
        };
        if let Some((_, lines)) = kinds.get_mut(kind) {
            lines.push(line);
        }
    }
    kinds.retain(|(_, lines)| !lines.is_empty());
    let build = here.to("/reports/builder", &[]);
    answer(here, 200, &List { frame: Frame::of(visitor, here, r.title).await?, r, kinds, build })
}

fn pick(here: &Here, zh: String, en: String) -> String {
    if here.language == Language::Chinese || en.is_empty() { zh } else { en }
}

/// One of them, as the address asks for it.
///
/// # Errors
///
/// What the API would answer with, but for what is wrong with what was asked: that stands there.
pub(super) async fn page(
    visitor: &Visitor,
    here: &Here,
    id: &str,
) -> Result<HttpResponse, Problem> {
    let r = ReportWords::of(here.language);
    let definition = definition(visitor, here, id).await?;
    let plan = reports::checked(&definition.definition, true);
    let plan = plan.map_err(|_| Problem::unavailable(format!("report {id} is not in use")))?;
    let mut moments = moments(here, r, plan.is_grouped());
    let mut parameters: Vec<_> = plan.parameters.iter().map(|it| asked(here, it)).collect();
    let query = wanted(here, &parameters);
    let wanted = inside::Wanted {
        id: "read_report",
        params: [("id", id.to_owned())].into(),
        query: query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        format: Format::Json,
    };
    let lacks = parameters.iter().any(|it| it.is_required && it.value.is_empty());
    let (status, sheet) = if lacks {
        (200, None)
    } else {
        match inside::sheet(&visitor.desk, &visitor.caller, wanted).await {
            Ok(sheet) => (200, Some(Shown::from(sheet))),
            Err(problem) => {
                let all = moments.iter_mut().chain(&mut parameters);
                if !all.fold(false, |known, it| it.take(&problem) | known) {
                    return Err(problem);
                }
                (problem.status(), None)
            }
        }
    };
    let file = |(form, name, _): &(&str, &'static str, Format)| {
        (*name, here.to(&format!("/reports/{id}.{form}"), &rest(&query)))
    };
    let page = Page {
        frame: Frame::of(visitor, here, pick(here, plan.title, plan.title_en)).await?,
        r,
        about: plan.about,
        action: here.bare(),
        lang: here.asks("lang"),
        downloads: if sheet.is_some() { FORMS.iter().map(file).collect() } else { Vec::new() },
        moments,
        parameters,
        sheet,
        edit: here.to("/reports/builder", &[("report", id)]),
        back: here.to("/reports", &[]),
        is_saved: here.asks("saved").is_some(),
    };
    answer(here, status, &page)
}

/// It as a file.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn carried(
    visitor: &Visitor,
    here: &Here,
    (id, form): (&str, &str),
) -> Result<HttpResponse, Problem> {
    let absent = || Problem::absent(format!("form {form} of a report"));
    let known = FORMS.iter().find(|(known, ..)| *known == form);
    let (_, _, format) = known.ok_or_else(absent)?;
    let all = here.query.iter().filter(|(name, value)| *name != "lang" && !value.is_empty());
    let mut query: Vec<_> = all.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if *format == Format::Csv {
        query.push(("bom", "true"));
    }
    let page = visitor.page("read_report", &[("id", id)], &query, *format).await?;
    let (media, bytes) = match page.content {
        Content::Text(media, text) => (media, text.into_bytes()),
        Content::Bytes(media, bytes) => (media, bytes),
        Content::Json(value) => (Format::Json.media(), value.to_string().into_bytes()),
    };
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}.{form}\""),
        ))
        .body(bytes))
}

/// The definition in use, or that of the day.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn definition(
    visitor: &Visitor,
    here: &Here,
    id: &str,
) -> Result<Definition, Problem> {
    let day = here.asks("as_of").filter(|day| day.parse::<chrono::NaiveDate>().is_ok());
    let query: Vec<_> = day.map(|day| ("as_of", day)).into_iter().collect();
    visitor.ask("read_report_definition", &[("id", id)], &query).await
}

/// The moments that can be asked for.
fn moments(here: &Here, r: &ReportWords, is_grouped: bool) -> Vec<Asked> {
    let labels = [here.words.day, r.true_on, r.beside];
    let one = |(name, label): (&str, &str)| Asked {
        name: name.to_owned(),
        label: label.to_owned(),
        value: here.asks(name).unwrap_or_default().to_owned(),
        is_required: false,
        kind: ParameterKind::Date,
        wrong: None,
    };
    // A list of rows has no figures that others could stand beside.
    let shown = MOMENTS.into_iter().zip(labels).take(if is_grouped { 3 } else { 2 });
    shown.map(one).collect()
}

fn asked(here: &Here, parameter: &fugong_report::Parameter) -> Asked {
    let name = parameter.name.get_ref();
    Asked {
        value: here.asks(name).unwrap_or_default().to_owned(),
        name: name.clone(),
        label: parameter.label.clone(),
        is_required: parameter.required,
        kind: parameter.kind,
        wrong: None,
    }
}

impl Asked {
    fn is_date(&self) -> bool {
        self.kind == ParameterKind::Date
    }

    fn is_flag(&self) -> bool {
        self.kind == ParameterKind::Boolean
    }

    fn is_number(&self) -> bool {
        self.kind == ParameterKind::Integer
    }

    /// Takes what a problem says of it, if it says something.
    fn take(&mut self, problem: &Problem) -> bool {
        let fault = problem.errors.iter().find(|fault| fault.pointer == self.name);
        self.wrong = fault.map(|fault| fault.detail.clone());
        self.wrong.is_some()
    }
}

/// What the address asks of this report.
fn wanted<'a>(here: &'a Here, parameters: &[Asked]) -> Vec<(&'a str, &'a str)> {
    let is_asked = |name: &str| {
        MOMENTS.contains(&name) || parameters.iter().any(|parameter| parameter.name == name)
    };
    let all = here.query.iter().filter(|(name, value)| is_asked(name) && !value.is_empty());
    all.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The same without the day, which every address keeps.
fn rest(query: Query<'_>) -> Vec<(&str, &str)> {
    query.iter().copied().filter(|(name, _)| *name != "as_of").collect()
}
