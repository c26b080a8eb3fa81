//! Kills: the real binary is killed while eight clients write, and nothing that was acknowledged
//! may be gone, doubled or out of place.
//!
//! The short check kills a few times; with `FUGONG_LONG=1` it is fifty times.

mod client;
mod duplicates;
mod fleet;
mod followers;
mod history;
mod life;
mod naive;
mod own_writes;
mod power;
mod processes;
mod server;
mod tail;
mod webhooks;
mod writer;

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use client::post;
pub(crate) use client::{Answer, ask, get};
use life::life;
use serde_json::Value;
use server::{Files, Server};
pub(crate) use server::{binary, program};

/// What a client was told: by its key, where its event stands.
type Receipts = BTreeMap<String, Acknowledged>;

#[derive(Debug, Clone)]
struct Acknowledged {
    path: String,
    body: Value,
    position: String,
    events: Value,
}

/// Whether it may take its time.
fn long() -> bool {
    std::env::var_os("FUGONG_LONG").is_some()
}

fn rounds() -> u64 {
    if long() { 50 } else { 5 }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let files = Files::new();
    let receipts = Mutex::new(Receipts::new());
    for round in 0..rounds() {
        let mut server = Server::start(&files, None);
        write_until_killed(&mut server, round, &receipts);
        verify(&files, None, &receipts.lock().unwrap());
    }
    files.check_database();
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_fails() {
    let files = Files::new();
    let shim = power::Shim::build();
    let receipts = Mutex::new(Receipts::new());
    let mut lost = 0;
    for round in 0..rounds() {
        let mut server = Server::start(&files, Some(&shim));
        write_until_killed(&mut server, 1_000 + round, &receipts);
        // What was written and never flushed is gone, as after a power cut.
        lost += shim.drop_unsynced();
        verify(&files, Some(&shim), &receipts.lock().unwrap());
    }
    assert!(0 < lost, "a cut that loses nothing cut nothing");
    files.check_database();
}

#[test]
fn the_doctor_finds_a_damaged_page() {
    let files = Files::new();
    files.run(&["migrate"]);
    assert!(files.doctor().success());
    files.damage();
    assert_eq!(files.doctor().code(), Some(3));
}

/// Eight clients write, each its own enterprises; after a while that the seed sets, SIGKILL.
fn write_until_killed(server: &mut Server, round: u64, receipts: &Mutex<Receipts>) {
    let over = AtomicBool::new(false);
    let port = server.port;
    thread::scope(|scope| {
        for client in 0..8_u64 {
            let over = &over;
            scope.spawn(move || {
                for n in 0.. {
                    if over.load(Ordering::Relaxed) || !live(port, round, client, n, receipts) {
                        return;
                    }
                }
            });
        }
        // 150 to 900 ms: at the append, between append and register, in a checkpoint.
        let seed =
            round.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        thread::sleep(Duration::from_millis(150 + (seed >> 33) % 750));
        server.kill();
        over.store(true, Ordering::Relaxed);
    });
}

/// One enterprise's short life; false once the server is gone.
fn live(port: u16, round: u64, client: u64, n: u64, receipts: &Mutex<Receipts>) -> bool {
    let mut last = String::new();
    let acts = life(round * 1_000_000 + client * 100_000 + n);
    for (step, (path, body)) in acts.into_iter().enumerate() {
        let key = format!("k-{round}-{client}-{n}-{step}");
        let path = path.replace("{last}", &last);
        let Ok(answer) = post(port, &path, &key, &body) else { return false };
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        answer.body["id"].as_str().unwrap().clone_into(&mut last);
        receipts.lock().unwrap().insert(key, acknowledged(path, body, &answer));
    }
    true
}

fn acknowledged(path: String, body: Value, answer: &Answer) -> Acknowledged {
    Acknowledged {
        path,
        body,
        position: answer.body["position"].as_str().unwrap().to_owned(),
        events: answer.body["events"].clone(),
    }
}

/// After a restart every receipt is answered again, word for word, and the registers are as a
/// rebuild makes them.
fn verify(files: &Files, shim: Option<&power::Shim>, receipts: &Receipts) {
    let mut server = Server::start(files, shim);
    for (key, told) in receipts.iter().rev().take(400) {
        let answer = post(server.port, &told.path, key, &told.body).unwrap();
        assert!(answer.replayed, "{key} was done again: {}", answer.body);
        assert_eq!(answer.body["position"].as_str(), Some(told.position.as_str()), "{key}");
        assert_eq!(answer.body["events"], told.events, "{key}");
    }
    server.settle();
    server.stop();
    let events: Vec<Value> = receipts.values().map(|told| told.events.clone()).collect();
    files.check_log(&events);
    files.rebuild();
}
