//! Commands over HTTP: one actix handler, the same for both sides, in the process of the clients.

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::{net::TcpStream, sync::Mutex};

use crate::{
    Failed, Measured,
    commands::{Turn, compared, live},
    sides::{Ours, Stock},
};

/// How often the two sides take turns.
const ROUNDS: u32 = 3;

#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    number: u64,
}

#[derive(Debug, Serialize)]
struct Told {
    done: bool,
}

/// Both sides in turn with this many connections.
pub(crate) async fn run(case: &str, clients: u64) -> Result<Measured, Failed> {
    let (mut stock, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        let side = Stock::open(folder.path()).await?;
        stock.push(turn(clients, side).await?);
        let folder = tempfile::tempdir()?;
        let side = Ours::open(folder.path()).await?;
        ours.push(turn(clients, side.clone()).await?);
        side.0.close().await;
    }
    Ok(compared(case, &ours, &stock, "the same handler over cqrs-es 0.5 with sqlite-es"))
}

/// What a handler does.
trait Side: Clone + Send + Sync + 'static {
    fn execute(&self, id: &str, number: u64) -> impl Future<Output = Result<(), Failed>> + Send;
}

impl Side for Stock {
    async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        Self::execute(self, id, number).await
    }
}

impl Side for Ours {
    async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        Self::execute(self, id, number).await
    }
}

async fn turn<S: Side>(clients: u64, side: S) -> Result<Turn, Failed> {
    let (port, server) = serve(side)?;
    let mut connections = Vec::new();
    for _ in 0..clients {
        connections.push(Mutex::new(connect(port).await?));
    }
    let connections = std::sync::Arc::new(connections);
    let turn = live(clients, move |id, number| {
        let connections = std::sync::Arc::clone(&connections);
        async move {
            let client = id.split('-').next().and_then(|client| client.parse::<usize>().ok());
            let connection = client.and_then(|client| connections.get(client));
            let connection = connection.ok_or_else(|| Failed("no connection".to_owned()))?;
            post(&mut *connection.lock().await, &id, number).await
        }
    })
    .await?;
    server.stop(true).await;
    Ok(turn)
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
        Ok(()) => HttpResponse::Created().json(Told { done: true }),
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
