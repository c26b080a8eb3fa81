//! What operations make to be fetched: files of the process, which go with it.
//!
//! Such a file has no name: when the process ends, however it ends, nothing is left of it.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{self, HeaderName},
    web::Bytes,
};
use fugong_core::Position;
use fugong_domain::{Kind, Principal, rights::Action};
use fugong_engine::Filter;
use futures::stream;
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::{
    desk::{Desk, trouble},
    door::Params,
    http::{auth, text},
    known,
    operations::{Operation, Stop},
    problem::Problem,
    sight,
};

/// How long what was made can be fetched.
pub(crate) const KEPT: Duration = Duration::from_hours(1);
/// So many bytes are read at a time.
const CHUNK: u64 = 64 * 1024;

/// Something that can be fetched.
#[derive(Debug)]
pub(crate) struct Product {
    file: Arc<Mutex<File>>,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) media: &'static str,
    /// What it is called where it is saved.
    pub(crate) name: String,
    /// For whom it was made: it shows what he may see.
    pub(crate) reader: Principal,
    /// Where the log stood when it was begun: what was erased since may be in it.
    pub(crate) since: Position,
    made: Instant,
}

impl Product {
    /// Whether it can still be fetched.
    pub(crate) fn is_kept(&self) -> bool {
        self.made.elapsed() < KEPT
    }
}

/// A file that is being made, until it is told to stop.
#[derive(Debug)]
pub(crate) struct Making<F> {
    file: File,
    digest: Sha256,
    bytes: u64,
    lines: u64,
    stop: Stop,
    /// Hears how many lines there are.
    told: F,
}

impl<F: Fn(u64)> Making<F> {
    pub(crate) fn new(stop: Stop, told: F) -> io::Result<Self> {
        let file = tempfile::tempfile()?;
        Ok(Self { file, digest: Sha256::new(), bytes: 0, lines: 0, stop, told })
    }

    /// It is whole.
    pub(crate) fn made(
        self,
        media: &'static str,
        name: String,
        (reader, since): (Principal, Position),
    ) -> Product {
        Product {
            file: Arc::new(Mutex::new(self.file)),
            bytes: self.bytes,
            sha256: format!("{:x}", self.digest.finalize()),
            media,
            name,
            reader,
            since,
            made: Instant::now(),
        }
    }
}

impl<F: Fn(u64)> Write for Making<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stop.is_called() {
            return Err(io::Error::other("it was told to stop"));
        }
        let written = self.file.write(bytes)?;
        let part = bytes.get(..written).unwrap_or(bytes);
        self.digest.update(part);
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(count(written));
        let lines = count(part.split(|byte| *byte == b'\n').skip(1).count());
        if 0 < lines {
            self.lines = self.lines.saturating_add(lines);
            (self.told)(self.lines);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The operation that the address names, for whoever it concerns.
pub(crate) async fn operation(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
) -> Result<(Principal, Uuid, Arc<Operation>), Problem> {
    let who = known::principal(desk, auth::principal(desk, request).await?).await?;
    let id = params.get("id").map(String::as_str).unwrap_or_default();
    let absent = || Problem::absent(format!("operation {id}"));
    let id: Uuid = id.parse().map_err(|_| absent())?;
    let his = |actor: &str| sight::is_his(&who, Action::MindOperations, actor);
    let found = desk.operations().find(id).filter(|found| his(found.actor()));
    Ok((who, id, found.ok_or_else(absent)?))
}

/// Stops an operation, or forgets one that has ended with what it made.
pub(crate) async fn cancel(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (_, id, operation) = operation(desk, params, request).await?;
    if operation.has_ended() {
        desk.operations().forget(id);
    } else {
        operation.cancel().await;
    }
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    Ok(answer.body(operation.to_json().to_string()))
}

/// What an operation made, or a part of it: for whom it was made, and nobody else.
pub(crate) async fn fetch(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (who, id, operation) = operation(desk, params, request).await?;
    let absent = || Problem::absent(format!("result of operation {id}"));
    let product = operation.product().filter(|product| product.reader == who);
    let product = product.ok_or_else(absent)?;
    if is_outdated(desk, product.since).await? {
        desk.operations().forget(id);
        return Err(absent());
    }
    let etag = format!("\"{}\"", product.sha256);
    let if_range = text(request, &header::IF_RANGE);
    let wanted = text(request, &header::RANGE).filter(|_| if_range.is_none_or(|it| it == etag));
    let part = match wanted.map_or(Wanted::Whole, |text| Wanted::of(text, product.bytes)) {
        Wanted::Whole => None,
        Wanted::Part(part) => Some(part),
        Wanted::Nothing => {
            let detail = format!("it has {} bytes", product.bytes);
            let mut problem = Problem::new("RANGE_NOT_SATISFIABLE", detail);
            problem.about.bytes = Some(product.bytes);
            return Err(problem);
        }
    };
    let mut answer = match part {
        None => HttpResponse::Ok(),
        Some(_) => HttpResponse::PartialContent(),
    };
    answer.insert_header((header::CONTENT_TYPE, product.media));
    answer.insert_header((header::ETAG, etag));
    answer.insert_header((header::ACCEPT_RANGES, "bytes"));
    let saved = format!("attachment; filename=\"{}\"", product.name);
    answer.insert_header((header::CONTENT_DISPOSITION, saved));
    let policy = HeaderName::from_static("content-security-policy");
    answer.insert_header((policy, "default-src 'none'; style-src 'unsafe-inline'; sandbox"));
    let whole = 0..product.bytes;
    let part = part.map_or(whole, |part| {
        let last = part.end.saturating_sub(1);
        let range = format!("bytes {}-{last}/{}", part.start, product.bytes);
        answer.insert_header((header::CONTENT_RANGE, range));
        part
    });
    let length = part.end.saturating_sub(part.start);
    Ok(answer.body(SizedStream::new(length, Box::pin(chunks(product, part)))))
}

/// Whether words about a person were erased, or are not to be used, since the log stood there.
async fn is_outdated(desk: &Desk, since: Position) -> Result<bool, Problem> {
    let filter = Filter { kind: Some(Kind::DataSubject.code().to_owned()), ..Filter::default() };
    let found = desk.log().events(since, 1, &filter).await.map_err(trouble)?;
    Ok(!found.is_empty())
}

/// The bytes of a part, some at a time.
fn chunks(
    product: Arc<Product>,
    part: Range<u64>,
) -> impl stream::Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(part.start, move |at| {
        let (file, end) = (Arc::clone(&product.file), part.end);
        async move {
            let length = end.saturating_sub(at).min(CHUNK);
            if length == 0 {
                return Ok(None);
            }
            let read = spawn_blocking(move || read(&file, at, length)).await;
            let bytes = read.map_err(io::Error::other)??;
            Ok(Some((Bytes::from(bytes), at.saturating_add(length))))
        }
    })
}

fn read(file: &Mutex<File>, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// What a Range header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// All of it, also where several parts are asked for, or something that is not understood.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that there are none of.
    Nothing,
}

impl Wanted {
    fn of(header: &str, size: u64) -> Self {
        let range = header.trim().strip_prefix("bytes=").filter(|range| !range.contains(','));
        let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
            return Self::Whole;
        };
        let (first, last) = (first.trim(), last.trim());
        let number = |text: &str| text.parse::<u64>().ok();
        let part = match (first.is_empty(), last.is_empty()) {
            (true, true) => return Self::Whole,
            (true, false) => number(last).map(|length| size.saturating_sub(length)..size),
            (false, true) => number(first).map(|first| first..size),
            (false, false) => match (number(first), number(last)) {
                (Some(first), Some(last)) if last < first => return Self::Whole,
                (Some(first), Some(last)) => Some(first..last.saturating_add(1).min(size)),
                (None, _) | (_, None) => None,
            },
        };
        match part {
            None => Self::Whole,
            Some(part) if part.is_empty() || size <= part.start => Self::Nothing,
            Some(part) => Self::Part(part),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, io::Write as _};

    use sha2::{Digest as _, Sha256};

    use super::{Making, Stop, Wanted, read};
    use crate::principal;

    #[test]
    fn a_file_is_made_line_by_line_until_it_is_told_to_stop() {
        let (stop, heard) = (Stop::default(), RefCell::new(Vec::new()));
        let mut file = Making::new(stop.clone(), |lines| heard.borrow_mut().push(lines)).unwrap();
        file.write_all(b"a\nb").unwrap();
        file.write_all(b"c\n\n").unwrap();
        assert_eq!(*heard.borrow(), [1, 3]);
        stop.call();
        assert!(file.write_all(b"d").is_err());
        let reader = principal("zhang:eic:commission").unwrap();
        let made = file.made("text/csv", "x.csv".to_owned(), (reader, super::Position::START));
        assert_eq!((made.bytes, made.is_kept()), (6, true));
        assert_eq!(read(&made.file, 2, 3).unwrap(), b"bc\n");
        assert_eq!(made.sha256, format!("{:x}", Sha256::digest(b"a\nbc\n\n")));
    }

    #[test]
    fn a_range_is_what_rfc_9110_says() {
        for (header, wanted) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=5-", Wanted::Part(5..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-30", Wanted::Part(0..10)),
            ("bytes=8-99", Wanted::Part(8..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=10-12", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-4", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
        ] {
            assert_eq!(Wanted::of(header, 10), wanted, "{header}");
        }
        assert_eq!(Wanted::of("bytes=0-", 0), Wanted::Nothing);
    }
}
