//! Reports run as operations: those that take longer than an answer may, and are fetched when they
//! are made.

use std::{
    collections::BTreeMap,
    io::{BufWriter, Write},
};

use actix_web::{HttpRequest, HttpResponse, http::header::HeaderName, web::Payload};
use fugong_domain::Principal;
use fugong_report::{Sheet, write};
use serde::Deserialize;
use serde_json::json;
use tokio::{sync::watch, task::spawn_blocking};

use crate::{
    desk::{Desk, trouble},
    door::Params,
    http::{auth, read, text, write as writing},
    json, known,
    look::{Asked, Format},
    looks::reports::{self, not_run, times},
    members::Day,
    operations::{Done, Heard, REPORT, Stop},
    perform,
    problem::Problem,
    rebuild::{accepted, order},
    reports::{Course, Known, Reports, Times},
    results::{KEPT, Making},
};

/// What is to be run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    format: Form,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    as_of: Option<String>,
    at_position: Option<String>,
    true_on: Option<Day>,
    beside: Option<String>,
    definition: Option<String>,
    #[serde(default)]
    bom: bool,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Json,
    Ndjson,
    Csv,
    Xlsx,
    Html,
}

impl Form {
    fn format(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Ndjson => Format::Ndjson,
            Self::Csv => Format::Csv,
            Self::Xlsx => Format::Xlsx,
            Self::Html => Format::Html,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
        }
    }
}

/// Begins to run a report.
pub(crate) async fn begin(
    desk: &Desk,
    (path, params): (&str, &Params),
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let who = known::principal(desk, auth::principal(desk, request).await?).await?;
    read::format(request, &[Format::Json])?;
    let body = json::parse(&writing::bytes(request, body).await?)?;
    let key = text(request, &HeaderName::from_static("idempotency-key")).unwrap_or_default();
    let order = order(desk, &who, (REPORT, path, &json::canonical(&body)), perform::key(key)?);
    let wanted: Wanted = json::decode(body)?;
    let id = params.get("id").map(String::as_str).unwrap_or_default();
    if desk.log().receipt(&order.command_id).await.map_err(trouble)?.is_some() {
        return Err(Problem::new("IDEMPOTENCY_KEY_REUSED", "this key was used for an act"));
    }
    let (known, times) = found(desk, &who, id, &wanted).await?;
    let (told, stop) = (watch::Sender::<Course>::default(), Stop::default());
    let heard = Heard::Lines(told.subscribe());
    let work = Work { desk: desk.clone(), who, known, times, wanted, told, stop: stop.clone() };
    let begun = desk.operations().begin_stoppable(desk, order, (heard, stop), work.run());
    Ok(accepted(desk, &begun?))
}

/// The report that is meant, and when; what is wrong with it is said before it is begun.
async fn found(
    desk: &Desk,
    who: &Principal,
    id: &str,
    wanted: &Wanted,
) -> Result<(Known, Times), Problem> {
    let query = [
        ("as_of", wanted.as_of.clone()),
        ("at_position", wanted.at_position.clone()),
        ("true_on", wanted.true_on.map(|day| day.0.to_string())),
        ("beside", wanted.beside.clone()),
    ];
    let query = query.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it?)));
    let asked = Asked::of(who.clone(), query.collect());
    let reports = Reports::seen_by(desk, who);
    let times = times(reports, &asked).await?;
    let named = (id, wanted.definition.as_deref());
    let known = reports::known(reports, named, times.when.known()).await?;
    reports.check(&known, times, &wanted.parameters).await.map_err(not_run)?;
    Ok((known, times))
}

/// A report that is run in the background.
struct Work {
    desk: Desk,
    who: Principal,
    known: Known,
    times: Times,
    wanted: Wanted,
    told: watch::Sender<Course>,
    stop: Stop,
}

impl Work {
    async fn run(self) -> Result<Done, Problem> {
        let Self { desk, who, known, times, wanted, told, stop } = self;
        let (since, reports) = (desk.log().head(), Reports::seen_by(&desk, &who));
        let hears = |course: Course| {
            told.send_replace(course);
        };
        let prepared = reports.prepared(&known, times, &wanted.parameters, &hears).await;
        let prepared = prepared.map_err(not_run)?;
        let read = told.borrow().read;
        let (form, bom) = (wanted.format, wanted.bom);
        // Where nothing is waited for, it is the file that hears that it is to stop.
        let made = spawn_blocking(move || {
            let sheet = prepared.sheet()?;
            let of = u64::try_from(sheet.table.rows.len()).unwrap_or(u64::MAX);
            let told = move |lines: u64| {
                told.send_replace(Course { read, written: Some((lines.min(of), of)) });
            };
            let mut file = Making::new(stop, told).map_err(Problem::unavailable)?;
            written(&sheet, (form.format(), bom), &mut file)?;
            let name = format!("{}.{}", known.id, form.ending());
            Ok::<_, Problem>((file.made(form.format().media(), name, (who, since)), sheet))
        });
        let (product, sheet) = made.await.map_err(Problem::unavailable)??;
        let told = json!({
            "report": sheet.id,
            "title": sheet.title,
            "media_type": product.media,
            "bytes": product.bytes,
            "sha256": product.sha256,
            "lines": sheet.table.rows.len(),
            "position": sheet.stand.position.to_string(),
            "kept_seconds": KEPT.as_secs(),
        });
        Ok(Done { told, product: Some(product) })
    }
}

/// Writes a report, line by line where the form has lines.
fn written(
    sheet: &Sheet,
    (format, bom): (Format, bool),
    out: &mut dyn Write,
) -> Result<(), Problem> {
    let mut out = BufWriter::new(out);
    let done = match format {
        // The last two are forms of events, which no report is asked for in.
        Format::Json | Format::Stream | Format::CloudEvents => {
            writeln!(out, "{}", write::json(sheet))
        }
        Format::Ndjson => write::ndjson_to(sheet, &mut out),
        Format::Csv => write::csv_to(sheet, bom, &mut out),
        Format::Html => out.write_all(write::html(sheet).as_bytes()),
        Format::Xlsx => out.write_all(&write::xlsx(sheet).map_err(Problem::unavailable)?),
    };
    done.and_then(|()| out.flush()).map_err(Problem::unavailable)
}
