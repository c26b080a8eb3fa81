//! One enterprise, asked for over HTTP again and again: `fugong serve` with everything on, against a
//! handler of actix-web that answers with the same JSON and does nothing else.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, StatusCode, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::{
    Failed,
    million::{PORT, codes, get, start},
    pages,
    told::{Told, median},
};

/// How many connections ask at once.
const CLIENTS: usize = 32;
const SLICE: Duration = Duration::from_secs(3);
const ROUNDS: u32 = 5;
const CLERK: &str = "Bearer dev:clerk:eic:commission";

pub(crate) async fn run(case: &str) -> Result<Told, Failed> {
    let (program, database) = pages::filled().await?;
    let mut server = start(&program, &database).await?;
    let told = compared(case).await;
    server.kill().await?;
    told
}

async fn compared(case: &str) -> Result<Told, Failed> {
    let codes = codes(&get("/v1/enterprises?limit=200").await?);
    let first = codes.first().ok_or_else(|| Failed("there is no enterprise".to_owned()))?;
    let answer = get(&format!("/v1/enterprises/{first}")).await?;
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    let (bare_port, bare) = bare(serde_json::from_str(body)?)?;
    let paths: Vec<String> = codes.iter().map(|code| format!("/v1/enterprises/{code}")).collect();
    let paths = Arc::new(paths);
    let (mut ours, mut other) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        other.push(rate(bare_port, &paths).await?);
        ours.push(rate(PORT, &paths).await?);
    }
    bare.stop(true).await;
    let told = Told::new(case, "answers/s", median(ours), median(other));
    Ok(told.against("actix-web alone with the same JSON"))
}

/// Answers a second.
async fn rate(port: u16, paths: &Arc<Vec<String>>) -> Result<f64, Failed> {
    let (began, mut asking) = (Instant::now(), Vec::new());
    for client in 0..CLIENTS {
        let paths = Arc::clone(paths);
        asking.push(tokio::spawn(async move {
            let mut answers = 0_u32;
            let stream = TcpStream::connect(("127.0.0.1", port)).await?;
            stream.set_nodelay(true)?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            for path in paths.iter().cycle().skip(client) {
                if SLICE < began.elapsed() {
                    break;
                }
                ask(&mut sender, path).await?;
                answers = answers.saturating_add(1);
            }
            Ok::<_, Failed>(answers)
        }));
    }
    let mut answers = 0_u32;
    for client in asking {
        answers = answers.saturating_add(client.await??);
    }
    Ok(f64::from(answers) / began.elapsed().as_secs_f64())
}

async fn ask(sender: &mut http1::SendRequest<Empty<Bytes>>, path: &str) -> Result<(), Failed> {
    let request = Request::builder().uri(path).header("host", "127.0.0.1");
    let request = request.header("authorization", CLERK).body(Empty::new())?;
    sender.ready().await?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    if status == StatusCode::OK {
        return Ok(());
    }
    Err(Failed(format!("{path}: {status}: {}", String::from_utf8_lossy(&body))))
}

/// A server that answers everything with this.
fn bare(answer: Value) -> Result<(u16, ServerHandle), Failed> {
    let answer = web::Data::new(answer);
    let bound = HttpServer::new(move || {
        App::new().app_data(answer.clone()).default_service(web::to(
            |answer: web::Data<Value>| async move { HttpResponse::Ok().json(&**answer) },
        ))
    })
    .workers(2)
    .disable_signals()
    .bind(("127.0.0.1", 0))?;
    let port = bound.addrs().first().map(std::net::SocketAddr::port).unwrap_or_default();
    let server = bound.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((port, handle))
}
