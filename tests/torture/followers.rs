//! Those who follow the feed of a process.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::TcpStream,
    thread,
};

use serde_json::{Value, json};

use super::{
    client::{follow, get, post},
    life::{code, life},
    server::{Files, Server},
};

/// So many follow.
const FOLLOWERS: usize = 200;
/// So much happens while they do, at least.
const EVENTS: u64 = 10_000;
/// As many write.
const WRITERS: u64 = 8;
/// So many acts are sent at once.
const AT_ONCE: u64 = 125;
/// By so much the process may grow meanwhile, in KiB. They are sent three gigabytes; the log keeps its
/// last events in memory, a connection its buffers.
const GROWTH: u64 = 64 * 1024;

#[test]
fn followers_are_let_go_when_the_process_is_told_to_stop() {
    let mut server = Server::start(&Files::new(), None);
    let mut lines = BufReader::new(follow(server.port, 0).unwrap());
    let mut line = String::new();
    while !line.starts_with("data: ") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "nothing was told");
    }
    let rest = thread::spawn(move || {
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        rest
    });
    server.stop();
    assert!(rest.join().unwrap().ends_with("\r\n0\r\n\r\n"), "it broke off");
}

#[test]
fn two_hundred_follow_ten_thousand_events_and_the_process_does_not_grow() {
    let server = Server::start(&Files::new(), None);
    let port = server.port;
    for n in 0..WRITERS {
        let [(path, body), ..] = life(n);
        assert_eq!(post(port, &path, &format!("list-{n}"), &body).unwrap().status, 201);
    }
    let (head, before) = (head(port), resident(&server));
    let followers: Vec<_> = (0..FOLLOWERS).map(|_| follow(port, head).unwrap()).collect();
    let readers: Vec<_> = followers
        .into_iter()
        .map(|follower| thread::spawn(move || told(follower, head, head + EVENTS)))
        .collect();
    happen(port);
    for reader in readers {
        reader.join().unwrap();
    }
    let grown = resident(&server).saturating_sub(before);
    assert!(grown < GROWTH, "{grown} KiB for {FOLLOWERS} followers of {EVENTS} events");
}

/// Lets so much happen.
fn happen(port: u16) {
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            thread::spawn(move || {
                for batch in 0..EVENTS / WRITERS / AT_ONCE {
                    let acts: Vec<Value> = (0..AT_ONCE).map(|n| act(writer, batch, n)).collect();
                    let answer = post(port, "/v1/batches", "", &json!(acts)).unwrap();
                    for act in answer.body["items"].as_array().unwrap() {
                        assert_eq!(act["status"], 201, "{act}");
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
}

/// An act with one event, on what is not larger for it.
fn act(writer: u64, batch: u64, n: u64) -> Value {
    let tier = if (batch * AT_ONCE + n).is_multiple_of(2) { "T1" } else { "T2" };
    json!({
        "key": format!("{writer}-{batch}-{n}"),
        "method": "POST",
        "path": format!("/v1/enterprises/{}/tiers", code(writer)),
        "body": {"tier": tier, "basis": "渝经信发〔2020〕27号"},
    })
}

/// Reads until `last` was told; nothing may be missing, doubled or out of place before.
fn told(follower: TcpStream, mut before: u64, last: u64) {
    let (mut lines, mut line) = (BufReader::new(follower), Vec::new());
    while before < last {
        line.clear();
        assert_ne!(lines.read_until(b'\n', &mut line).unwrap(), 0, "it broke off at {before}");
        if let Some(text) = line.strip_prefix(b"id: ") {
            before += 1;
            assert_eq!(String::from_utf8_lossy(text).trim(), before.to_string());
        }
    }
}

fn head(port: u16) -> u64 {
    get(port, "/v1/events?limit=1").unwrap().body["position"].as_str().unwrap().parse().unwrap()
}

/// What a process has in memory, in KiB, once its policies and registers have come to rest.
fn resident(server: &Server) -> u64 {
    server.settle();
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}
