//! Papers and photographs: an event holds a digest, the bytes lie under it in a folder beside the
//! database.
//!
//! A file is named by the SHA-256 of its bytes, so it can never be another, and keeping the same
//! twice keeps it once. Its type is read from the bytes, never believed.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::{Bytes, Payload},
};
use fugong_domain::{Digest, rights::Action};
use fugong_engine::Log;
use futures::StreamExt as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    desk::Desk,
    door::Params,
    http::{ATTACHMENTS, auth},
    problem::Problem,
    sight,
};

/// The most bytes of one file: a photograph of a phone, a signed paper of some pages.
pub(crate) const MOST: usize = 10 * 1024 * 1024;
/// The types that are kept.
pub(crate) const TYPES: [&str; 7] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heif",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];
/// How long a file may take to come.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(2);

/// The folder in which they lie.
#[derive(Debug)]
pub(crate) struct Attachments(PathBuf);

impl Attachments {
    /// In `<database>.attachments`.
    pub(crate) fn of(log: &Log) -> Self {
        Self(log.beside("attachments"))
    }

    fn place(&self, digest: &str) -> PathBuf {
        let folder = digest.get(..2).unwrap_or_default();
        self.0.join(folder).join(digest)
    }

    /// Keeps `bytes`; false if they lay there already. They are on the disk when this returns.
    async fn keep(&self, digest: String, bytes: Bytes) -> Result<bool, Problem> {
        let place = self.place(&digest);
        let kept = spawn_blocking(move || write(&place, &bytes)).await;
        kept.map_err(Problem::unavailable)?.map_err(|error| {
            Problem::unavailable(format!("the attachment cannot be kept ({error}): see the disk"))
        })
    }

    /// The bytes under `digest`, if they lie there and are still what they were.
    async fn find(&self, digest: String) -> Result<Option<Vec<u8>>, Problem> {
        let place = self.place(&digest);
        let read = spawn_blocking(move || fs::read(place)).await.map_err(Problem::unavailable)?;
        match read {
            Ok(bytes) if sha256(&bytes) == digest => Ok(Some(bytes)),
            Ok(_) => Err(Problem::unavailable(format!("attachment {digest} is damaged"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::unavailable(error)),
        }
    }
}

/// Under another name first, so that a file is there whole or not at all.
fn write(place: &Path, bytes: &[u8]) -> io::Result<bool> {
    if place.exists() {
        return Ok(false);
    }
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(place)?;
    for folder in folder.ancestors().take(2) {
        File::open(folder)?.sync_all()?;
    }
    Ok(true)
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// What the bytes are, if they are of a type that is kept.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let found = infer::get(bytes)?.mime_type();
    TYPES.into_iter().find(|known| *known == found)
}

/// Keeps the file of the request: one part named `file`.
pub(crate) async fn keep(
    desk: &Desk,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let by = auth::principal(desk, request).await?;
    sight::check_role(&by, Action::Attach)?;
    let _place = desk.act_place()?;
    let slow = |_| Problem::new("MALFORMED", "the file did not come within two minutes");
    let bytes = timeout(PATIENCE, file(request, body)).await.map_err(slow)??;
    let media_type = media_type(&bytes).ok_or_else(|| {
        Problem::new("UNSUPPORTED_MEDIA_TYPE", format!("send one of {}", TYPES.join(", ")))
    })?;
    let (digest, length) = (sha256(&bytes), bytes.len());
    let is_new = desk.attachments().keep(digest.clone(), bytes).await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    let location = desk.address(&format!("{ATTACHMENTS}/{digest}"));
    answer.insert_header((header::LOCATION, location));
    let said = json!({"sha256": digest, "media_type": media_type, "bytes": length});
    Ok(answer.body(said.to_string()))
}

async fn file(request: &HttpRequest, body: Payload) -> Result<Bytes, Problem> {
    let media = request.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|media| media.to_str().ok()).unwrap_or_default();
    if !media.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        let detail = "send multipart/form-data with a part named file";
        return Err(Problem::new("UNSUPPORTED_MEDIA_TYPE", detail));
    }
    let broken = |why: &dyn std::fmt::Display| {
        Problem::new("MALFORMED", format!("the parts cannot be read: {why}"))
    };
    let mut parts = Multipart::new(request.headers(), body);
    let mut found = None;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|why| broken(&why))?;
        if part.name() != Some("file") || found.is_some() {
            return Err(broken(&"send one part, named file"));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|why| broken(&why))?;
            if MOST < bytes.len().saturating_add(chunk.len()) {
                let detail = format!("an attachment has at most {MOST} bytes");
                return Err(Problem::new("TOO_LARGE", detail));
            }
            bytes.extend_from_slice(&chunk);
        }
        found = Some(Bytes::from(bytes));
    }
    found.ok_or_else(|| broken(&"there is no part named file"))
}

/// The bytes of an attachment; whoever knows the digest may have been shown it with an act.
pub(crate) async fn show(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    auth::principal(desk, request).await?;
    let _place = desk.read_place()?;
    let digest = params.get("sha256").map(String::as_str).unwrap_or_default();
    let absent = || Problem::absent(format!("attachment {digest}"));
    let known: Digest = digest.parse().map_err(|_| absent())?;
    let bytes = desk.attachments().find(known.to_string()).await?.ok_or_else(absent)?;
    let media_type = media_type(&bytes).unwrap_or("application/octet-stream");
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, media_type));
    answer.insert_header((header::ETAG, format!("\"{known}\"")));
    // A browser keeps it as a file and runs nothing that may stand in it.
    answer
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{known}\"")));
    let policy = HeaderName::from_static("content-security-policy");
    answer.insert_header((policy, "default-src 'none'; sandbox"));
    Ok(answer.body(bytes))
}
