//! A wire between clients and the server that counts what the clients wait for.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, BufRead as _, BufReader, BufWriter, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use crate::{Cluster, Error};

/// What a client sends before everything else, if it wants to speak in secret; refused here.
const SSL: u32 = 80_877_103;
const GSS: u32 = 80_877_104;

/// A port that leads to a server. Unlike times, what passes through it repeats exactly.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    behind: u16,
    passed: Arc<Passed>,
    closed: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Passed {
    round_trips: AtomicU64,
    statements: Mutex<BTreeMap<String, u64>>,
}

impl Wire {
    /// A wire to the server of a cluster.
    pub fn to(cluster: &Cluster) -> Result<Self, Error> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (port, behind) = (listener.local_addr()?.port(), cluster.port());
        let (passed, closed) = (Arc::<Passed>::default(), Arc::<AtomicBool>::default());
        let (counts, ends) = (Arc::clone(&passed), Arc::clone(&closed));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                // A client that cannot be led on sees its connection end.
                drop(lead_on(client, behind, &counts));
            }
        });
        Ok(Self { port, behind, passed, closed })
    }

    /// The same URL, through this wire.
    pub fn url(&self, url: &str) -> String {
        url.replace(&format!("@127.0.0.1:{}/", self.behind), &format!("@127.0.0.1:{}/", self.port))
    }

    /// How often a client asked for an answer (`Query` and `Sync` of the protocol), on all
    /// connections until now; what opens a connection does not count.
    pub fn round_trips(&self) -> u64 {
        self.passed.round_trips.load(Ordering::Relaxed)
    }

    /// Every statement that passed, and how often it was run, on all connections until now.
    pub fn statements(&self) -> BTreeMap<String, u64> {
        self.passed.statements.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Wire {
    /// No further connection is led on; those that are there stay until either side ends them.
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread, which nobody needs to know where it has ended already.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn lead_on(client: TcpStream, behind: u16, passed: &Arc<Passed>) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", behind))?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        // Whoever ends it, the other side is told.
        drop(io::copy(&mut answers, &mut back));
        drop(back.shutdown(std::net::Shutdown::Both));
    });
    let passed = Arc::clone(passed);
    thread::spawn(move || {
        drop(passed.all(client, &server));
        drop(server.shutdown(std::net::Shutdown::Both));
    });
    Ok(())
}

impl Passed {
    /// Passes on and counts until one side ends.
    fn all(&self, client: TcpStream, server: &TcpStream) -> io::Result<()> {
        let mut from = BufReader::with_capacity(1 << 16, client);
        let mut to = BufWriter::with_capacity(1 << 16, server);
        while {
            let body = body(&mut from)?;
            send(&mut to, &body)?;
            to.flush()?;
            let code = body.get(..4).and_then(|code| code.try_into().ok()).map(u32::from_be_bytes);
            matches!(code, Some(SSL | GSS))
        } {}
        let mut prepared = HashMap::new();
        while !from.fill_buf()?.is_empty() {
            let mut kind = [0];
            from.read_exact(&mut kind)?;
            let body = body(&mut from)?;
            self.count(kind, &body, &mut prepared);
            to.write_all(&kind)?;
            send(&mut to, &body)?;
            if from.buffer().is_empty() {
                to.flush()?;
            }
        }
        Ok(())
    }

    /// `prepared` are the connection's statements, by the names it gave them.
    fn count(&self, [kind]: [u8; 1], body: &[u8], prepared: &mut HashMap<String, String>) {
        if matches!(kind, b'Q' | b'S') {
            self.round_trips.fetch_add(1, Ordering::Relaxed);
        }
        let mut texts = body.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        let mut text = || texts.next().unwrap_or_default().into_owned();
        let mut all = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        match kind {
            b'Q' => {
                let runs = all.entry(text()).or_default();
                *runs = runs.saturating_add(1);
            }
            // A name, then what it names.
            b'P' => {
                let (name, statement) = (text(), text());
                all.entry(statement.clone()).or_default();
                prepared.insert(name, statement);
            }
            // To what it is bound, then the name.
            b'B' => {
                let (_portal, name) = (text(), text());
                let runs = all.entry(prepared.get(&name).cloned().unwrap_or(name)).or_default();
                *runs = runs.saturating_add(1);
            }
            _ => {}
        }
    }
}

/// What follows its own length, four bytes that count themselves.
fn body(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u64::from(u32::from_be_bytes(length).saturating_sub(4));
    let mut body = Vec::new();
    match from.take(length).read_to_end(&mut body) {
        Ok(read) if u64::try_from(read) == Ok(length) => Ok(body),
        Ok(_) => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(error) => Err(error),
    }
}

fn send(to: &mut impl Write, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).saturating_add(4);
    to.write_all(&length.to_be_bytes())?;
    to.write_all(body)
}
