//! `fugong log witness`: another office signs that each checkpoint continued the last it saw.

mod place;

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use actix_web::{App, HttpResponse, HttpServer, web};
use fugong_engine::{
    Log,
    proof::{Cosigner, Declined, Request, Witness},
};

use self::place::Place;
use crate::{
    args::{self, Looks},
    database::{self, Access},
    failure::Failure,
    print::say,
    serve::door,
};

/// The most bytes of a request: a checkpoint and a proof are a few thousand.
const MOST: usize = 64 * 1024;

pub(crate) async fn run(what: args::Witness) -> Result<(), Failure> {
    match what {
        args::Witness::Init { key, name } => Ok(say(&Witness::make(&key, &name)?)?),
        args::Witness::Sign { request, looks } => sign(&text(&request)?, &looks),
        args::Witness::Serve { looks, listen } => serve(&looks, &listen).await,
        args::Witness::Request { database, old, checkpoint } => {
            let log = database::open(&database, Access::Read).await?;
            let request = asked(&log, old, checkpoint.as_deref()).await?;
            Ok(say(request.to_string().trim_end())?)
        }
        args::Witness::Add { signed, database, witness } => {
            let log = database::open(&database, Access::Read).await?;
            let witnesses = witness.iter().map(|key| Ok(key.parse()?));
            let note = text(&signed)?;
            let lines = note.split_once("\n\n").map_or("", |(_, lines)| lines);
            keep(&log, &note, lines, &witnesses.collect::<Result<Vec<_>, Failure>>()?)
        }
        args::Witness::Ask { url, ca, database, witness, checkpoint } => {
            let place = Place::new(url, ca.as_deref())?;
            let log = database::open(&database, Access::Read).await?;
            ask(&log, &place, &[witness.parse()?], checkpoint.as_deref()).await
        }
    }
}

/// What stands in a file, or comes by standard input.
fn text(place: &Path) -> Result<String, Failure> {
    if place != Path::new("-") {
        return fs::read_to_string(place).map_err(|problem| {
            Failure::Unavailable(format!("{} cannot be read: {problem}", place.display()))
        });
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs())
}

fn sign(request: &str, looks: &Looks) -> Result<(), Failure> {
    let witness = Witness::open(&looks.key, &looks.log)?;
    let refused = |why: Declined| Failure::Refused(why.to_string());
    let request: Request = request.parse().map_err(refused)?;
    let line = witness.cosign(&request, now()).map_err(refused)?;
    Ok(say(&format!("{}{}", request.note, line.trim_end()))?)
}

/// Serves as C2SP's tlog-witness says.
async fn serve(looks: &Looks, listen: &str) -> Result<(), Failure> {
    let witness = Arc::new(Witness::open(&looks.key, &looks.log)?);
    let door = door(listen, false)?;
    say(&format!("http://{listen}/add-checkpoint"))?;
    let server = HttpServer::new(move || {
        let witness = Arc::clone(&witness);
        let answer = move |body: String| {
            let witness = Arc::clone(&witness);
            async move {
                let signed = web::block(move || witness.cosign(&body.parse()?, now())).await;
                answered(signed.unwrap_or_else(|lost| Err(Declined::Unavailable(lost.to_string()))))
            }
        };
        App::new()
            .app_data(web::PayloadConfig::new(MOST))
            .route("/add-checkpoint", web::post().to(answer))
    });
    Ok(server.workers(1).listen(door)?.run().await?)
}

fn answered(signed: Result<String, Declined>) -> HttpResponse {
    let why = match signed {
        Ok(line) => return HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(line),
        Err(why) => why,
    };
    let mut answer = match why {
        Declined::Malformed => HttpResponse::BadRequest(),
        Declined::Unknown(_) => HttpResponse::NotFound(),
        Declined::Unsigned => HttpResponse::Forbidden(),
        Declined::Inconsistent => HttpResponse::UnprocessableEntity(),
        Declined::Unavailable(_) => HttpResponse::ServiceUnavailable(),
        Declined::Stands(size) => {
            let mut answer = HttpResponse::Conflict();
            return answer.content_type("text/x.tlog.size").body(format!("{size}\n"));
        }
    };
    answer.content_type("text/plain; charset=utf-8").body(format!("{why}\n"))
}

async fn asked(log: &Log, old: u64, checkpoint: Option<&Path>) -> Result<Request, Failure> {
    let note = checkpoint.map(text).transpose()?;
    let uncovered = || {
        Failure::Refused(format!(
            "日志没有覆盖 {old} 个事件的检查点：请先运行 fugong log checkpoint。"
        ))
    };
    log.ask_witness(old, note).await?.ok_or_else(uncovered)
}

/// Asks a witness, from where it stands if it stands elsewhere than at the beginning.
async fn ask(
    log: &Log,
    place: &Place,
    witness: &[Cosigner],
    checkpoint: Option<&Path>,
) -> Result<(), Failure> {
    let mut request = asked(log, 0, checkpoint).await?;
    let (mut status, mut said) = place.post(&request).await?;
    if let (409, Ok(stands)) = (status, said.trim().parse()) {
        request = asked(log, stands, checkpoint).await?;
        (status, said) = place.post(&request).await?;
    }
    match status {
        200 => keep(log, &request.note, &said, witness),
        _ => Err(Failure::Refused(format!("见证方未签名（{status}）：{}", said.trim()))),
    }
}

fn keep(log: &Log, note: &str, lines: &str, witnesses: &[Cosigner]) -> Result<(), Failure> {
    if log.keep_witnessed(note, lines, witnesses)? {
        return Ok(say(log.witnessed()?.unwrap_or_default().trim_end())?);
    }
    Err(Failure::Refused("没有新的见证签名：签名不是所给见证方的，或早已收存。".to_owned()))
}
