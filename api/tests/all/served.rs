//! A district behind a real socket, for what goes on while it is answered.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, rt};
use fugong_api::{Desk, Settings};
use serde_json::Value;

use crate::rig::District;

/// A server in this process.
pub(crate) struct Served {
    pub(crate) desk: Desk,
    pub(crate) port: u16,
    handle: ServerHandle,
}

impl Served {
    /// Serves the district so.
    pub(crate) fn with(district: &District, settings: &Settings) -> Self {
        let settings = Settings { dev: true, ..settings.clone() };
        Self::of(Desk::with(district.log.clone(), settings))
    }

    /// Serves this desk.
    pub(crate) fn of(desk: Desk) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = door.local_addr().unwrap().port();
        let behind = desk.clone();
        let server = HttpServer::new(move || {
            let desk = behind.clone();
            App::new().configure(|config| fugong_api::configure(config, desk))
        });
        let server = server.workers(2).disable_signals().shutdown_timeout(30).listen(door).unwrap();
        let server = server.run();
        let handle = server.handle();
        drop(rt::spawn(server));
        Self { desk, port, handle }
    }

    pub(crate) fn new(district: &District) -> Self {
        Self::with(district, &Settings::default())
    }

    /// Stops it as `fugong serve` is stopped: whoever follows is let go first.
    pub(crate) async fn stop(&self) {
        self.desk.end();
        self.handle.stop(true).await;
    }
}

/// What blocks, where it holds up nobody.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    rt::task::spawn_blocking(work).await.unwrap()
}

/// Somebody's stream of events.
pub(crate) struct Stream {
    lines: BufReader<TcpStream>,
    /// The status and the headers.
    pub(crate) head: String,
}

/// A message: the position it names, and the event, if it tells one.
#[derive(Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: u64,
    pub(crate) event: Option<Value>,
}

impl Stream {
    /// Follows as `who`, such as `zhang:eic:commission`, behind the `last` id that he got.
    pub(crate) fn open(port: u16, who: &str, query: &str, last: Option<u64>) -> Self {
        Self::over(TcpStream::connect(("127.0.0.1", port)).unwrap(), who, query, last)
    }

    /// The same over a connection that is there.
    pub(crate) fn over(socket: TcpStream, who: &str, query: &str, last: Option<u64>) -> Self {
        Self::with(socket, &format!("Bearer dev:{who}"), query, last)
    }

    /// The same with this shown.
    pub(crate) fn with(mut socket: TcpStream, shown: &str, query: &str, last: Option<u64>) -> Self {
        socket.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
        let last = last.map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
        write!(
            socket,
            "GET /v1/events?{query} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\
             Authorization: {shown}\r\n{last}\r\n"
        )
        .unwrap();
        let mut lines = BufReader::new(socket);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(lines.read_line(&mut head).unwrap(), 0, "{head}");
        }
        Self { lines, head }
    }

    /// The next message; none when the server ended it.
    pub(crate) fn next(&mut self) -> Option<Message> {
        let (mut id, mut line) = (None, Vec::new());
        loop {
            line.clear();
            assert!(self.lines.read_until(b'\n', &mut line).is_ok(), "nothing came");
            // Each message is a chunk of its own, and the last chunk is an empty one.
            if line == b"0\r\n" {
                return None;
            }
            assert!(!line.is_empty(), "it broke off");
            if let Some(text) = line.strip_prefix(b"id: ") {
                id = number(text);
            } else if let Some(text) = line.strip_prefix(b"data: ") {
                return Some(Message { id: id?, event: serde_json::from_slice(text).ok() });
            } else if let (true, Some(id)) = (line == b"\n", id) {
                return Some(Message { id, event: None });
            }
        }
    }

    /// So many messages.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Message> {
        (0..count).map(|_| self.next().unwrap()).collect()
    }

    /// Whatever comes until the other end ends it.
    pub(crate) fn rest(mut self) -> String {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        rest
    }
}

fn number(text: &[u8]) -> Option<u64> {
    String::from_utf8_lossy(text).trim().parse().ok()
}
