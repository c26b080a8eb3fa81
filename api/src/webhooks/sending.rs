//! The way to a receiver: one connection to one address, without detours.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use actix_web::{http::Uri, web::Bytes};
use chrono::DateTime;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    Webhooks,
    address::{Network, resolve},
    hosts::Hosts,
};

/// So much of what he says is read.
const MOST: usize = 4096;

/// How messages leave this process.
pub(super) struct Road {
    hosts: Hosts,
    networks: Vec<Network>,
    patience: Duration,
    tls: TlsConnector,
}

/// A message that is ready.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) id: String,
    pub(super) timestamp: u64,
    pub(super) signature: String,
    pub(super) body: String,
    /// In which trace it is sent, if that is told to anybody.
    pub(super) traceparent: Option<String>,
}

/// What a receiver said to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) status: u16,
    /// After how long he wants it again.
    pub(super) retry_after: Option<Duration>,
}

impl std::fmt::Debug for Road {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Road").field("networks", &self.networks).finish_non_exhaustive()
    }
}

impl Road {
    /// Whose certificates are believed: those of the authorities in a file, or those of browsers.
    pub(super) fn new(settings: &Webhooks) -> Result<Self, String> {
        let roots = match &settings.ca {
            None => webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
            Some(file) => trusted(file).map_err(|why| format!("{}: {why}", file.display()))?,
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|why| why.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = TlsConnector::from(Arc::new(config));
        let Webhooks { hosts, networks, patience, .. } = settings.clone();
        Ok(Self { hosts, networks, patience, tls })
    }

    pub(super) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Sends a letter, and hears what the receiver says.
    ///
    /// # Errors
    ///
    /// In words, when he may not be sent to, could not be reached or said nothing in time.
    pub(super) async fn send(&self, url: &str, letter: &Letter) -> Result<Said, String> {
        // Whom may be sent to may have changed since it was created.
        let url = self.hosts.address(url)?;
        let sent = timeout(self.patience, self.sent(&url, letter)).await;
        sent.map_err(|_| format!("no answer within {} seconds", self.patience.as_secs()))?
    }

    async fn sent(&self, url: &Uri, letter: &Letter) -> Result<Said, String> {
        let secure = url.scheme_str() == Some("https");
        let host = url.host().unwrap_or_default();
        let port = url.port_u16().unwrap_or(if secure { 443 } else { 80 });
        // Resolved once: the address that was looked at is the one that is sent to.
        let address = resolve(host, port, &self.networks).await?;
        let wire = TcpStream::connect(address).await.map_err(|why| format!("{address}: {why}"))?;
        let request = request(url, letter)?;
        if !secure {
            return exchange(wire, request).await;
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare).map_err(|why| why.to_string())?;
        let wire = self.tls.connect(name, wire).await.map_err(|why| format!("{host}: {why}"))?;
        exchange(wire, request).await
    }
}

fn request(url: &Uri, letter: &Letter) -> Result<Request<Full<Bytes>>, String> {
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let mut request = Request::post(path);
    if let Some(trace) = &letter.traceparent {
        request = request.header("traceparent", trace);
    }
    request
        .header(header::HOST, authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, concat!("fugong/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", &letter.id)
        .header("webhook-timestamp", letter.timestamp)
        .header("webhook-signature", &letter.signature)
        .body(Full::new(Bytes::from(letter.body.clone())))
        .map_err(|why| why.to_string())
}

async fn exchange(
    wire: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Said, String> {
    let said = |why: hyper::Error| format!("the connection broke off: {why}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(wire)).await.map_err(said)?;
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(said);
    let heard = match answer {
        Ok(answer) => Ok(hear(answer).await),
        Err(why) => Err(why),
    };
    connection.abort();
    heard
}

async fn hear(answer: Response<Incoming>) -> Said {
    let status = answer.status().as_u16();
    let retry_after = answer.headers().get(header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| wait(value.to_str().ok()?));
    // Heard out, within bounds, so that he sees his answer taken; what it says is nobody's business.
    let (mut body, mut heard) = (answer.into_body(), 0_usize);
    while let Some(Ok(frame)) = body.frame().await {
        heard = heard.saturating_add(frame.data_ref().map_or(0, Bytes::len));
        if MOST < heard {
            break;
        }
    }
    Said { status, retry_after }
}

/// `Retry-After`: seconds, or a date.
fn wait(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    let date = u64::try_from(date.timestamp()).ok()?;
    Some(Duration::from_secs(date.saturating_sub(clock())))
}

/// The time of the world, in seconds: a receiver compares it with his own clock.
pub(super) fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs())
}

fn trusted(file: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for found in CertificateDer::pem_file_iter(file).map_err(|why| why.to_string())? {
        let found = found.map_err(|why| why.to_string())?;
        roots.add(found).map_err(|why| why.to_string())?;
    }
    if roots.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(roots) }
}
