//! `POST /v1/imports`: a ledger with its mapping, taken in as an operation.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
    time::Duration,
};

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::Payload,
};
use fugong_domain::rights::Action;
use futures::StreamExt as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::{sync::watch, time::timeout};

use super::{Form, Ledger, Mapping, Summary};
use crate::{
    desk::{Desk, trouble},
    http::{IMPORTS, Operation, auth, read, text},
    known,
    look::Format,
    operations::{Done, Heard, IMPORT, Stop},
    perform,
    problem::Problem,
    rebuild::{accepted, order},
    reports::Course,
    results::{KEPT, Making},
    sight,
};

/// The most bytes of a ledger.
pub(crate) const MOST: usize = 64 * 1024 * 1024;
/// The most bytes of a mapping.
const MAPPING: usize = 256 * 1024;
/// How long it may take to come.
const PATIENCE: Duration = Duration::from_mins(10);

/// Begins to take in a ledger.
pub(crate) async fn begin(
    desk: &Desk,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let caller = auth::caller(desk, request).await?;
    let who = known::principal(desk, caller.principal.clone()).await?;
    sight::check_role(&who, Action::Import)?;
    read::format(request, &[Format::Json])?;
    let key = text(request, &HeaderName::from_static("idempotency-key")).unwrap_or_default();
    let key = perform::key(key)?;
    let place = desk.act_place()?;
    let slow = |_| Problem::new("MALFORMED", "the ledger did not come within ten minutes");
    let sent = timeout(PATIENCE, sent(request, body)).await.map_err(slow)??;
    drop(place);
    let unusable = |why: super::BadMapping| Problem::naming("MAPPING_WRONG", "/mapping", why);
    let mapping = Mapping::read(&sent.mapping).map_err(unusable)?;
    // Whoever was let in for imports alone does nothing else by one.
    caller.check(Operation { id: mapping.entry.row.id, reads: false })?;
    let words = format!("{}\n{}\n{}", sent.sha256, sent.is_trial, sent.mapping);
    let order = order(desk, &who, (IMPORT, IMPORTS, &words), key);
    if desk.log().receipt(&order.command_id).await.map_err(trouble)?.is_some() {
        return Err(Problem::new("IDEMPOTENCY_KEY_REUSED", "this key was used for an act"));
    }
    let Sent { file, form, is_trial, .. } = sent;
    let ledger = Ledger { file, form, mapping, by: who, is_trial };
    let (told, stop) = (watch::Sender::<Course>::default(), Stop::default());
    let heard = Heard::Lines(told.subscribe());
    let work = taken(desk.clone(), ledger, told, stop.clone());
    let begun = desk.operations().begin_stoppable(desk, order, (heard, stop), work)?;
    Ok(accepted(desk, &begun))
}

/// Takes it in; what became of each row is a line of the result.
async fn taken(
    desk: Desk,
    ledger: Ledger,
    told: watch::Sender<Course>,
    stop: Stop,
) -> Result<Done, Problem> {
    let (who, name) = (ledger.by.clone(), ledger.mapping.name.clone());
    let mut file = Making::new(stop.clone(), |_| {}).map_err(Problem::unavailable)?;
    let (mut trouble, mut lines) = (None, 0_u64);
    let summary = ledger
        .take(&desk, |outcome| {
            let line = serde_json::to_string(&outcome).map_err(std::io::Error::other);
            trouble = line.and_then(|line| writeln!(file, "{line}")).err();
            lines = lines.saturating_add(1);
            told.send_replace(Course { read: lines, written: None });
            trouble.is_none() && !stop.is_called()
        })
        .await;
    if let Some(why) = trouble {
        return Err(Problem::unavailable(why));
    }
    let Summary { rows, recorded, unchanged, repeated, would_record, refused, wrong } =
        summary.map_err(|why| Problem::invalid("/file", why))?;
    let whose = (who, desk.log().head());
    let product = file.made("application/x-ndjson", format!("{name}.ndjson"), whose);
    let told = json!({
        "import": name,
        "rows": rows,
        "recorded": recorded,
        "unchanged": unchanged,
        "repeated": repeated,
        "would_record": would_record,
        "refused": refused,
        "wrong": wrong,
        "media_type": product.media,
        "bytes": product.bytes,
        "sha256": product.sha256,
        "kept_seconds": KEPT.as_secs(),
        "position": desk.log().head().to_string(),
    });
    Ok(Done { told, product: Some(product) })
}

/// What was sent.
struct Sent {
    file: File,
    form: Form,
    sha256: String,
    mapping: String,
    is_trial: bool,
}

async fn sent(request: &HttpRequest, body: Payload) -> Result<Sent, Problem> {
    let media = request.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|media| media.to_str().ok()).unwrap_or_default();
    if !media.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        let detail = "send multipart/form-data with parts named mapping and file";
        return Err(Problem::new("UNSUPPORTED_MEDIA_TYPE", detail));
    }
    let mut parts = Multipart::new(request.headers(), body);
    let (mut mapping, mut file, mut is_trial) = (None, None, false);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|why| broken(&why))?;
        match part.name() {
            Some("mapping") if mapping.is_none() => mapping = Some(words(part, MAPPING).await?),
            Some("file") if file.is_none() => file = Some(ledger(part).await?),
            Some("dry_run") => {
                is_trial = match words(part, 16).await?.trim() {
                    "true" => true,
                    "false" => false,
                    _ => return Err(Problem::invalid("/dry_run", "send true or false")),
                };
            }
            _ => return Err(broken(&"send the parts mapping, file and dry_run, each once")),
        }
    }
    let mapping = mapping.ok_or_else(|| broken(&"there is no part named mapping"))?;
    let (file, form, sha256) = file.ok_or_else(|| broken(&"there is no part named file"))?;
    Ok(Sent { file, form, sha256, mapping, is_trial })
}

fn broken(why: &dyn std::fmt::Display) -> Problem {
    Problem::new("MALFORMED", format!("the parts cannot be read: {why}"))
}

async fn words(mut part: Field, most: usize) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|why| broken(&why))?;
        if most < bytes.len().saturating_add(chunk.len()) {
            return Err(Problem::new("TOO_LARGE", format!("this part has at most {most} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| broken(&"a part is no UTF-8"))
}

/// The ledger, in a file without a name: it is as large as its sender likes, up to a bound.
async fn ledger(mut part: Field) -> Result<(File, Form, String), Problem> {
    let name = part.content_disposition().and_then(|it| it.get_filename()).unwrap_or_default();
    let form = Form::of(name).ok_or_else(|| {
        let detail = "the file's name has to end with .csv, .xlsx or .ndjson";
        Problem::new("UNSUPPORTED_MEDIA_TYPE", detail)
    })?;
    let mut file = tempfile::tempfile().map_err(Problem::unavailable)?;
    let (mut digest, mut bytes) = (Sha256::new(), 0_usize);
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|why| broken(&why))?;
        bytes = bytes.saturating_add(chunk.len());
        if MOST < bytes {
            let detail = format!("a ledger has at most {MOST} bytes: send it in several files");
            return Err(Problem::new("TOO_LARGE", detail));
        }
        digest.update(&chunk);
        file.write_all(&chunk).map_err(Problem::unavailable)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(Problem::unavailable)?;
    Ok((file, form, format!("{:x}", digest.finalize())))
}
