//! `fugong serve`: the HTTP API on a database.

use std::{
    any::Any,
    fs,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    rt::{net::TcpStream, signal},
};
use fugong_api::{Desk, Identity, Rate, SessionKey, Settings, Webhooks};
use fugong_engine::{ClockMode, Log};
use futures::future::Either;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{
    admin,
    args::Serve,
    database::{self, Access},
    failure::Failure,
    print::say,
};

/// How much one actor may ask for in a second, unless something else is said.
const RATE: u32 = 200;
/// A connection whose other end takes nothing for so long is given up.
const UNREAD: Duration = Duration::from_mins(1);

/// Opens the database and serves it.
pub(crate) async fn run(args: Serve) -> Result<(), Failure> {
    let access = args.clock.map_or(Access::Write, |start| Access::Simulated(start, database::SEED));
    // Taken before the database is touched, since without it nothing would come of that.
    let door = door(&args.listen, args.dev)?;
    let figures = args.admin.as_deref().map(watched).transpose()?;
    let identity = args.auth.as_deref().map(identity).transpose()?.unwrap_or_default();
    let key = args.console_session_key.as_deref().map(SessionKey::at);
    let key = key.transpose().map_err(Failure::Unavailable)?;
    let webhooks = webhooks(&args.webhooks, args.dev)?;
    let mut logs = Vec::new();
    let mut databases = database::several(&args.db, &args.keys, &args.district)?;
    if !args.log_key.is_empty() && args.log_key.len() != databases.len() {
        let why = "name --log-key once for each district, or not at all";
        return Err(Failure::Usage(why.to_owned()));
    }
    if databases.len() < webhooks.len() {
        let why = "name --webhooks once for each district at most, in the order of --db";
        return Err(Failure::Usage(why.to_owned()));
    }
    for (database, key) in databases.iter_mut().zip(args.log_key) {
        database.log_key = Some(key);
    }
    for database in databases {
        let log = database::open(&database, access).await?;
        if log.clock_mode() != ClockMode::Real {
            // Nothing runs by itself there: what a process that ended left behind happens now.
            log.settle().await?;
        }
        logs.push(log);
    }
    let at = at(&door, &args.listen);
    say(&format!("http://{at}/docs"))?;
    if 1 < logs.len() {
        for log in &logs {
            let (code, file) = (log.id(), log.database());
            say(&format!("http://{at}/v1/districts/{code}  {file}"))?;
        }
    }
    let rate = rate(args.rate.unwrap_or(if args.dev { 0 } else { RATE }), args.burst);
    let settings = Settings { dev: args.dev, rate, ..Settings::default() };
    let open = |log| Desk::knowing(log, settings.clone(), identity.ways.clone());
    let desks: Vec<_> = logs.iter().cloned().map(open).collect();
    if let Some(first) = desks.first() {
        first.let_in(identity.logins, key);
    }
    for (desk, webhooks) in desks.iter().zip(webhooks) {
        desk.send_to(webhooks).map_err(Failure::Unavailable)?;
        desk.start_sending();
    }
    #[cfg(feature = "nats")]
    relay(&desks, &args.nats, args.dev)?;
    if let (Some((door, handle)), Some(listen)) = (figures, &args.admin) {
        say(&format!("http://{}/metrics", self::at(&door, listen)))?;
        let mut all = desks.iter().cloned();
        let first = all.next().ok_or_else(|| Failure::Usage("name a database".to_owned()))?;
        admin::serve(door, first.beside(all), handle)?;
    }
    #[cfg(feature = "otel")]
    let telemetry =
        fugong_api::Telemetry::start(args.otlp_endpoint.as_deref()).map_err(Failure::Usage)?;
    let ended = serve(logs, desks, door).await;
    #[cfg(feature = "otel")]
    if let Some(telemetry) = telemetry {
        telemetry.close().await;
    }
    ended.map(drop)
}

/// The admin port, taken, and what it will tell: from here on is measured, since what is opened
/// before is not.
fn watched(listen: &str) -> Result<(TcpListener, PrometheusHandle), Failure> {
    Ok((door_at(address(listen)?, listen, "--admin")?, admin::record()?))
}

/// How much one may ask for; 0 is as much as he likes.
fn rate(a_second: u32, at_once: u32) -> Option<Rate> {
    let (a_second, at_once) = (NonZeroU32::new(a_second)?, NonZeroU32::new(at_once)?);
    Some(Rate { a_second, at_once })
}

/// To whom is sent, as these files say.
fn webhooks(files: &[PathBuf], dev: bool) -> Result<Vec<Webhooks>, Failure> {
    let read = files.iter().map(|file| Webhooks::read(file, dev).map_err(Failure::Usage));
    read.collect()
}

/// Has events handed to streams, as these files say.
#[cfg(feature = "nats")]
fn relay(desks: &[Desk], files: &[PathBuf], dev: bool) -> Result<(), Failure> {
    if desks.len() < files.len() {
        let why = "name --nats once for each district at most, in the order of --db";
        return Err(Failure::Usage(why.to_owned()));
    }
    for (desk, file) in desks.iter().zip(files) {
        let relay = fugong_api::Relay::read(file, dev).map_err(Failure::Usage)?;
        desk.hand_to(relay).map_err(Failure::Unavailable)?;
    }
    Ok(())
}

/// The address to serve on, taken.
pub(crate) fn door(listen: &str, dev: bool) -> Result<TcpListener, Failure> {
    let address = if dev { loopback(listen)? } else { address(listen)? };
    door_at(address, listen, "--listen")
}

fn door_at(address: SocketAddr, listen: &str, option: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|problem| {
        let another = format!("name another with {option}");
        Failure::Unavailable(format!("{listen} cannot be served: {problem}; {another}"))
    })
}

/// Whom the server believes and where people log in, as a file says it.
fn identity(file: &Path) -> Result<Identity, Failure> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|why| Failure::Unavailable(format!("{shown} cannot be read: {why}")))?;
    fugong_api::identity(&text).map_err(|why| Failure::Usage(format!("{shown}: {why}")))
}

/// Why a server has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was told to stop.
    Stopped,
    /// Somebody wants everything to go back to how it began.
    Reset,
}

/// Serves logs until it is told to stop or to begin anew, then drains them.
pub(crate) async fn serve(
    logs: Vec<Log>,
    desks: Vec<Desk>,
    door: TcpListener,
) -> Result<Ended, Failure> {
    let mut desks = desks.into_iter();
    let first = desks.next().ok_or_else(|| Failure::Usage("name a database".to_owned()))?;
    let desk = first.beside(desks);
    let (stopped, asked) = (desk.clone(), desk.clone());
    let is_reset = Arc::new(AtomicBool::new(false));
    let resets = Arc::clone(&is_reset);
    let server = HttpServer::new(move || {
        let desk = desk.clone();
        App::new().configure(|config| fugong_api::configure(config, desk))
    })
    .workers(2)
    .on_connect(|connection, _| bound(connection))
    // Whoever follows would be waited for in vain.
    .shutdown_signal(async move {
        let reset = std::pin::pin!(asked.told_to_reset());
        let stop = std::pin::pin!(told_to_stop());
        let ended = futures::future::select(stop, reset).await;
        resets.store(matches!(ended, Either::Right(_)), Ordering::Relaxed);
        stopped.end();
    })
    .shutdown_timeout(10)
    .listen(door)?;
    server.run().await?;
    for log in logs {
        log.close().await;
    }
    Ok(if is_reset.load(Ordering::Relaxed) { Ended::Reset } else { Ended::Stopped })
}

/// Answers when the process is told to stop.
async fn told_to_stop() {
    let interrupted = std::pin::pin!(signal::ctrl_c());
    #[cfg(unix)]
    if let Ok(mut terminated) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
        drop(futures::future::select(std::pin::pin!(terminated.recv()), interrupted).await);
        return;
    }
    drop(interrupted.await);
}

/// A follower who never reads would be waited for for ever.
fn bound(connection: &dyn Any) {
    let Some(socket) = connection.downcast_ref::<TcpStream>() else { return };
    #[cfg(target_os = "linux")]
    if let Err(problem) = socket2::SockRef::from(socket).set_tcp_user_timeout(Some(UNREAD)) {
        tracing::warn!(%problem, "a connection has no bound on what is left unread");
    }
}

/// Where it is reached: by the name that was given, at the port that was found where any would do.
fn at(door: &TcpListener, listen: &str) -> String {
    match (listen.rsplit_once(':'), door.local_addr()) {
        (Some((host, "0")), Ok(address)) => format!("{host}:{}", address.port()),
        (Some(_) | None, _) => listen.to_owned(),
    }
}

fn address(listen: &str) -> Result<SocketAddr, Failure> {
    let found = listen.to_socket_addrs().ok().and_then(|mut all| all.next());
    found.ok_or_else(|| {
        Failure::Usage(format!("{listen:?} is no address; write one such as 127.0.0.1:8080"))
    })
}

/// Anybody may be anybody in development, so nobody else may get in.
fn loopback(listen: &str) -> Result<SocketAddr, Failure> {
    let address = address(listen)?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(Failure::Usage(format!(
        "--dev listens on loopback only, such as 127.0.0.1:8080, not {listen}"
    )))
}
