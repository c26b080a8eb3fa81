//! Reports (报表): which there are, their definitions, what they come to.

use std::collections::BTreeMap;

use fugong_core::Position;
use fugong_report::{Finding, Plan, Sheet, WrongParameter, nearest, write};
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    look::{AT_POSITION, Asked, BOM, Content, Format, Found, Look, Page, Query, StandsOn, TRUE_ON},
    problem::Problem,
    reports::{Defined, Known, LIST_BESIDE, NotRun, Reports, Times},
};

const fn look(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    answer: &'static str,
) -> Look {
    Look {
        id,
        answer,
        path,
        summary,
        query: &[],
        formats: &[Format::Json],
        stands_on: StandsOn::Registers,
        roles: "everybody who is known",
        deed: None,
        run: list,
    }
}

pub(super) const LOOKS: &[Look] = &[
    look("list_reports", "/v1/reports", "The reports that can be run", "ReportList"),
    Look {
        run,
        query: &[
            ("<parameter>", "A parameter of the report: what is chosen"),
            DEFINITION,
            AS_OF,
            AT_POSITION,
            TRUE_ON,
            BESIDE,
            BOM,
        ],
        formats: &[Format::Json, Format::Ndjson, Format::Csv, Format::Xlsx, Format::Html],
        roles: "everybody: a report reaches what whoever runs it sees of its registers",
        ..look(
            "read_report",
            "/v1/reports/{id}",
            "A report as it stands; its name may end in .json, .ndjson, .csv, .xlsx or .html",
            "Report",
        )
    },
    Look {
        run: definition,
        query: &[DEFINITION, AS_OF, AT_POSITION],
        ..look(
            "read_report_definition",
            "/v1/reports/{id}/definition",
            "The definition of a report in use, or that of then, with the hash of its text",
            "ReportDefinition",
        )
    },
];

/// Time travel, as on the command line.
const AS_OF: Query = (
    "as_of",
    "An instant, a day (its end) or a position: as the log stood then, for that day of the world",
);

/// A definition of the district's own other than that of the moment.
const DEFINITION: Query = (
    "definition",
    "The SHA-256 of a definition that the district laid down; that of then if absent",
);

/// Another moment, whose figures stand beside those that are asked for.
const BESIDE: Query = (
    "beside",
    "An instant, a day or a position: the figures as known then stand beside each measure",
);

/// What in a query is no parameter of a report.
const NO_PARAMETERS: [&str; 6] = ["as_of", "at_position", "beside", "bom", "definition", "true_on"];

fn list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let reports = Reports::seen_by(desk, asked.who()?);
        let head = desk.log().head();
        let mut items = Vec::new();
        for known in reports.all(head).await? {
            // What he may not run, since it shows words about persons, is not offered to him.
            let Ok(plan) = reports.plan(&known) else { continue };
            items.push(listed(&known, &plan));
        }
        let body = json!({"items": items, "position": head.to_string()});
        Ok(Page::json(head, body))
    })
}

fn listed(known: &Known, plan: &Plan) -> Value {
    let parameters = plan.parameters.iter();
    let parameters: Vec<_> = parameters
        .map(|it| json!({"name": it.name.get_ref(), "label": it.label, "required": it.required}))
        .collect();
    json!({
        "id": known.id,
        "title": plan.title,
        "title_en": plan.title_en,
        "about": plan.about,
        "instant": known.instant,
        "parameters": parameters,
        "definition_sha256": plan.hash,
        "laid_down": laid_down(known),
    })
}

/// Who laid it down, since when; null for a report of the program.
fn laid_down(known: &Known) -> Value {
    let told = |it: &Defined| {
        json!({
            "version": it.version,
            "at": it.at,
            "actor": it.actor,
            "unit": it.unit,
            "position": it.position.to_string(),
        })
    };
    known.defined.as_ref().map_or(Value::Null, told)
}

fn definition<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let reports = Reports::seen_by(desk, asked.who()?);
        let (moment, name) = moment(asked)?;
        let at = match moment {
            None => None,
            Some(_) => asked.position(desk, name).await?,
        };
        let at = at.unwrap_or_else(|| desk.log().head());
        let known = named(reports, asked, asked.param("id"), at).await?;
        let plan = reports.plan(&known).map_err(|found| wrong(&found))?;
        let body = json!({
            "id": known.id,
            "definition": known.text,
            "definition_sha256": plan.hash,
            "laid_down": laid_down(&known),
        });
        let page = Page::json(at, body);
        Ok(match &known.defined {
            Some(defined) => page.version(defined.version),
            None => page,
        })
    })
}

/// The report that is asked for, as of a position; or by the definition that is named.
async fn named(
    reports: Reports<'_>,
    asked: &Asked,
    id: &str,
    at: Position,
) -> Result<Known, Problem> {
    known(reports, (id, asked.query("definition")), at).await
}

/// The report of this name as of a position, or by a definition that was laid down under it.
pub(crate) async fn known(
    reports: Reports<'_>,
    (id, definition): (&str, Option<&str>),
    at: Position,
) -> Result<Known, Problem> {
    let found = match definition {
        None => reports.named(id, at).await?,
        Some(sha256) => reports.with_hash(id, sha256).await?,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    if let Some((name, ending)) = id.rsplit_once('.') {
        let endings: Vec<_> = ENDINGS.iter().map(|(ending, _)| *ending).collect();
        let endings = endings.join(", ");
        let detail = format!("report {name} as .{ending}; the endings are {endings}");
        return Err(Problem::absent(detail));
    }
    let known = reports.all(at).await?;
    let near = nearest(id, known.iter().map(|known| known.id.as_str()));
    let near = near.map(|near| format!(" (perhaps {near}?)")).unwrap_or_default();
    Err(Problem::absent(format!("report {id}{near}; see /v1/reports")))
}

fn run<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let lenient = asked.caught_up(desk).await?;
        let (id, format) = ending(asked.param("id"), asked.format);
        let page = written(&sheet(desk, asked, id).await?, format, asked.bom()?)?;
        Ok(Page { lenient, ..page })
    })
}

/// What a report comes to, as it is asked for.
pub(crate) async fn sheet(desk: &Desk, asked: &Asked, id: &str) -> Result<Sheet, Problem> {
    let reports = Reports::seen_by(desk, asked.who()?);
    let times = times(reports, asked).await?;
    let known = named(reports, asked, id, times.when.known()).await?;
    let chosen = asked
        .query
        .iter()
        .filter(|(name, value)| !NO_PARAMETERS.contains(&name.as_str()) && !value.is_empty());
    let chosen: BTreeMap<_, _> =
        chosen.map(|(name, value)| (name.clone(), value.clone())).collect();
    reports.run(&known, times, &chosen).await.map_err(not_run)
}

/// The moments that are asked for.
pub(crate) async fn times(reports: Reports<'_>, asked: &Asked) -> Result<Times, Problem> {
    let (moment, name) = moment(asked)?;
    let about = |name: &'static str| {
        move |problem: Problem| match problem.code {
            code @ ("INVALID_FIELD" | "MOMENT_UNKNOWN") => {
                Problem::naming(code, name, problem.detail)
            }
            _ => problem,
        }
    };
    let when = reports.when(moment, asked.day("true_on")?).await.map_err(about(name))?;
    let beside = match asked.query("beside") {
        None => None,
        Some(text) => Some(reports.when(Some(text), None).await.map_err(about("beside"))?),
    };
    Ok(Times { when, beside })
}

/// What was known, as it is asked for, and by which parameter.
fn moment(asked: &Asked) -> Result<(Option<&str>, &'static str), Problem> {
    match (asked.query("as_of"), asked.query("at_position")) {
        (Some(_), Some(_)) => Err(Problem::naming(
            "MEMBERS_DISAGREE",
            "at_position",
            "send as_of or at_position, not both",
        )),
        (None, Some(text)) if !text.bytes().all(|c| c.is_ascii_digit()) => {
            Err(Problem::invalid("at_position", "the log has no such position"))
        }
        (None, Some(text)) => Ok((Some(text), "at_position")),
        (as_of, None) => Ok((as_of, "as_of")),
    }
}

/// In what the name of a report may end.
const ENDINGS: &[(&str, Format)] = &[
    (".json", Format::Json),
    (".ndjson", Format::Ndjson),
    (".csv", Format::Csv),
    (".xlsx", Format::Xlsx),
    (".html", Format::Html),
];

/// The name of a report, and the format that it ends in; else the one that is accepted.
fn ending(name: &str, accepted: Format) -> (&str, Format) {
    let found = ENDINGS
        .iter()
        .find_map(|(ending, format)| name.strip_suffix(ending).map(|name| (name, *format)));
    found.unwrap_or((name, accepted))
}

fn written(sheet: &Sheet, format: Format, bom: bool) -> Result<Page, Problem> {
    let position = Position(sheet.stand.position);
    let text = |text: String| Page::text(position, format.media(), text);
    Ok(match format {
        // The last two are forms of events, which no report is asked for in.
        Format::Json | Format::Stream | Format::CloudEvents => {
            Page::json(position, write::json(sheet))
        }
        Format::Ndjson => text(write::ndjson(sheet)),
        Format::Csv => text(write::csv(sheet, bom)),
        Format::Html => text(write::html(sheet)),
        Format::Xlsx => {
            let bytes = write::xlsx(sheet).map_err(Problem::unavailable)?;
            let content = Content::Bytes(format.media(), bytes);
            Page { content, ..text(String::new()) }
        }
    })
}

pub(crate) fn not_run(why: NotRun) -> Problem {
    match why {
        NotRun::Definition(found) => wrong(&found),
        NotRun::Parameter(why) => {
            let name = match &why {
                WrongParameter::Unknown(name)
                | WrongParameter::Missing { name, .. }
                | WrongParameter::Unfit { name, .. }
                | WrongParameter::Never { name, .. } => name.clone(),
            };
            Problem::naming("REPORT_PARAMETER_WRONG", name, why)
        }
        NotRun::ListBeside => Problem::naming("MEMBERS_DISAGREE", "beside", LIST_BESIDE),
        NotRun::Problem(problem) => problem,
    }
}

/// What is kept has nothing wrong with it but for those who may not read what it shows; unless a
/// register is otherwise now than when it was laid down.
fn wrong(found: &[Finding]) -> Problem {
    let said: Vec<_> = found.iter().map(ToString::to_string).collect();
    let said = said.join("；");
    if found.iter().all(|finding| finding.code == "PERSONAL_WITHOUT_RIGHT") {
        return Problem::new("ROLE_NOT_ALLOWED", said);
    }
    Problem::invalid("report", said)
}
