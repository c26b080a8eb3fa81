//! Commands over HTTP: one actix handler, the same for both sides, in the process of the clients.

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::{net::TcpStream, sync::Mutex};

use crate::{
    Failed,
    commands::{self, Turn, compared, live},
    place::{Place, Store},
    sides::{Ours, Side},
    stock::Stock,
    told::{Told, median},
};

/// How often the two sides take turns.
const ROUNDS: u32 = 3;

#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    number: u64,
}

#[derive(Debug, Serialize)]
struct Answered {
    done: bool,
}

/// Answers and does nothing: the ceiling.
#[derive(Clone)]
struct Bare;

impl Side for Bare {
    async fn open(_: &Place) -> Result<Self, Failed> {
        Ok(Self)
    }

    async fn execute(&self, _: &str, _: u64) -> Result<(), Failed> {
        Ok(())
    }

    async fn close(self) {}
}

/// Both sides in turn with this many connections.
pub(crate) async fn run(case: &str, store: Store, clients: u64) -> Result<Told, Failed> {
    let (mut ours, mut other, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    let mut inside = Vec::new();
    for _ in 0..ROUNDS {
        other.push(turn::<Stock>(store, clients).await?);
        ours.push(turn::<Ours>(store, clients).await?);
        inside.push(commands::turn::<Ours>(store, clients, false).await?);
        bare.push(turn::<Bare>(store, clients).await?);
    }
    let rate = |turns: &[Turn]| median(turns.iter().map(Turn::rate));
    let (us, them, most) = (rate(&ours), rate(&other), rate(&bare));
    let inside = rate(&inside);
    Ok(compared(case, &ours, &other)
        .with("against_bare_handler", us / most, them / most)
        .with("against_ours_in_process", us / inside, them / inside)
        .against(format!("the same handler over {}", store.stock())))
}

async fn turn<S: Side>(store: Store, clients: u64) -> Result<Turn, Failed> {
    let fresh = store.fresh()?;
    let side = S::open(&fresh.place).await?;
    let (port, server) = serve(side.clone())?;
    let mut connections = Vec::new();
    for _ in 0..clients {
        connections.push(Mutex::new(connect(port).await?));
    }
    let connections = std::sync::Arc::new(connections);
    let turn = live(store, clients, move |id, number| {
        let connections = std::sync::Arc::clone(&connections);
        async move {
            let client = id.split('-').next().and_then(|client| client.parse::<usize>().ok());
            let connection = client.and_then(|client| connections.get(client));
            let connection = connection.ok_or_else(|| Failed("no connection".to_owned()))?;
            post(&mut *connection.lock().await, &id, number).await
        }
    })
    .await;
    server.stop(true).await;
    side.close().await;
    turn
}

fn serve<S: Side>(side: S) -> Result<(u16, ServerHandle), Failed> {
    let bound = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(side.clone()))
            .route("/tickets/{id}/steps", web::post().to(step::<S>))
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

async fn step<S: Side>(
    side: web::Data<S>,
    id: web::Path<String>,
    asked: web::Json<Asked>,
) -> HttpResponse {
    match side.execute(&id, asked.number).await {
        Ok(()) => HttpResponse::Created().json(Answered { done: true }),
        Err(failed) => HttpResponse::InternalServerError().body(failed.to_string()),
    }
}

type Sender = http1::SendRequest<Full<Bytes>>;

async fn connect(port: u16) -> Result<Sender, Failed> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|e| Failed(e.to_string()))?;
    // It ends when its sender is dropped.
    tokio::spawn(connection);
    Ok(sender)
}

async fn post(sender: &mut Sender, id: &str, number: u64) -> Result<(), Failed> {
    let failed = |error: &dyn std::error::Error| Failed(error.to_string());
    let body = serde_json::to_vec(&Asked { number }).map_err(|error| failed(&error))?;
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/tickets/{id}/steps"))
        .header("host", "127.0.0.1")
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| failed(&error))?;
    sender.ready().await.map_err(|error| failed(&error))?;
    let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
    let status = answer.status();
    let body = answer.into_body().collect().await.map_err(|error| failed(&error))?.to_bytes();
    if status == StatusCode::CREATED {
        return Ok(());
    }
    Err(Failed(format!("{status}: {}", String::from_utf8_lossy(&body))))
}
