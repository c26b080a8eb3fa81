//! A receiver of webhooks: it speaks just enough HTTP, and says what it is told to say.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::Value;

/// Somebody who is sent to.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    letters: Mutex<Vec<Letter>>,
    /// The whole answer; without a status line he hangs up.
    answer: Mutex<String>,
}

/// What he got.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// Byte by byte.
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Letter {
    pub(crate) fn position(&self) -> u64 {
        let position = self.body["data"]["position"].as_str().unwrap();
        position.parse().unwrap()
    }
}

impl Receiver {
    /// One who answers 204 to everything.
    pub(crate) fn start() -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// One at this door.
    pub(crate) fn at(door: TcpListener) -> Self {
        let port = door.local_addr().unwrap().port();
        let shared = Arc::<Shared>::default();
        let receiver = Self { port, shared: Arc::clone(&shared) };
        receiver.answers("204 No Content", "");
        drop(thread::spawn(move || {
            for connection in door.incoming() {
                let shared = Arc::clone(&shared);
                drop(thread::spawn(move || serve(connection.unwrap(), &shared)));
            }
        }));
        receiver
    }

    /// From now on he answers so; `headers` are whole lines.
    pub(crate) fn answers(&self, status: &str, headers: &str) {
        self.says(&format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n{headers}\r\n"));
    }

    /// From now on he says this; nothing is to wait for what never comes.
    pub(crate) fn says(&self, answer: &str) {
        answer.clone_into(&mut self.shared.answer.lock().unwrap());
    }

    /// What he got since he was asked last.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        std::mem::take(&mut self.shared.letters.lock().unwrap())
    }
}

fn serve(connection: TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let text = String::from_utf8(body).unwrap();
    let body = serde_json::from_str(&text).unwrap();
    let letter = Letter { line: line.trim_end().to_owned(), headers, text, body };
    shared.letters.lock().unwrap().push(letter);
    let answer = shared.answer.lock().unwrap().clone();
    let mut connection = connection;
    // The other end may have gone.
    let _gone = connection.write_all(answer.as_bytes());
    if answer.is_empty() {
        // He never answers: until the other end goes.
        let _gone = connection.read(&mut [0; 1]);
    }
}
