//! A client that speaks just enough HTTP.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// What stands before the body, in small letters.
    pub(crate) head: String,
    /// Whether it was told before.
    pub(crate) replayed: bool,
    /// The JSON body.
    pub(crate) body: Value,
}

/// Sends an act as the commission.
pub(super) fn post(port: u16, path: &str, key: &str, body: &Value) -> io::Result<Answer> {
    answer(send(port, "POST", path, &keyed(key), &body.to_string())?)
}

/// Sends an act and hangs up: nobody hears what came of it.
pub(super) fn abandon(port: u16, path: &str, key: &str, body: &Value) -> io::Result<()> {
    send(port, "POST", path, &keyed(key), &body.to_string()).map(drop)
}

/// Reads something as the commission.
pub(crate) fn get(port: u16, path: &str) -> io::Result<Answer> {
    answer(send(port, "GET", path, "", "")?)
}

/// Reads a text; none unless it is there.
pub(super) fn text(port: u16, path: &str) -> Option<String> {
    let mut text = String::new();
    send(port, "GET", path, "", "").ok()?.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    (head.split(' ').nth(1) == Some("200")).then(|| body.to_owned())
}

/// Reads something that knows of this position.
pub(super) fn get_since(port: u16, path: &str, position: &str) -> io::Result<Answer> {
    let since = format!("Min-Position: {position}\r\nPrefer: wait=5\r\n");
    answer(send(port, "GET", path, &since, "")?)
}

/// Follows the feed from a position.
pub(super) fn follow(port: u16, after: u64) -> io::Result<TcpStream> {
    send(port, "GET", &format!("/v1/events?after={after}"), "Accept: text/event-stream\r\n", "")
}

fn keyed(key: &str) -> String {
    format!("Idempotency-Key: {key}\r\n")
}

/// What is answered to somebody; `headers` are whole lines.
pub(crate) fn ask(
    port: u16,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> io::Result<Answer> {
    answer(sent(port, method, path, headers, body)?)
}

/// Sends a request as the commission.
fn send(port: u16, method: &str, path: &str, headers: &str, body: &str) -> io::Result<TcpStream> {
    let by = "Authorization: Bearer dev:li:eic:commission\r\n";
    sent(port, method, path, &format!("{by}{headers}"), body)
}

fn sent(port: u16, method: &str, path: &str, headers: &str, body: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    Ok(stream)
}

fn answer(mut stream: TcpStream) -> io::Result<Answer> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer was cut off");
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(cut)?;
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse::<usize>().ok())
        .ok_or_else(cut)?;
    if body.len() < length {
        return Err(cut());
    }
    Ok(Answer {
        status,
        replayed: head.contains("idempotency-replayed: true"),
        head,
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    })
}
