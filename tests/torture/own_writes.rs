//! Whoever names the position of what was written reads it, whichever process he asks.

use std::{io, thread, time::Duration};

use fugong_cluster::Cluster;
use serde_json::Value;

use super::{
    client::{Answer, get_since, post},
    fleet::Fleet,
    life::{code, life},
    long,
};

const WRITERS: u64 = 8;
/// How often is asked again where the answer was that it takes too long, and after how long.
const AGAIN: (u32, Duration) = (60, Duration::from_secs(1));

/// How many enterprises each writer lists and has resume: two writes, each read elsewhere.
fn lives() -> u64 {
    if long() { 625 } else { 20 }
}

#[test]
fn what_was_written_at_one_process_is_read_at_another() {
    let cluster = Cluster::start(&[("max_connections", "200")]).unwrap();
    let fleet = &Fleet::start(&cluster, cluster.database().unwrap());
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            scope.spawn(move || (0..lives()).for_each(|n| live(fleet, writer * lives() + n)));
        }
    });
    fleet.stop();
}

/// Writes at one process and reads at the other, to and fro.
fn live(fleet: &Fleet<'_>, n: u64) {
    let ports = [fleet.port(0), fleet.port(1)];
    let at = usize::try_from(n % 2).unwrap();
    let (here, there) = (ports[at], ports[1 - at]);
    let [listing, _, resumption, ..] = life(n);
    let listed = written(here, n, listing);
    assert_eq!(row(there, n, &listed)["state"], "not_resumed", "{n}");
    let resumed = written(there, n, resumption);
    assert_eq!(row(here, n, &resumed)["state"], "resumed", "{n}");
}

fn written(port: u16, n: u64, (path, body): (String, Value)) -> Answer {
    let answer = answered(|| post(port, &path, &format!("{path}-{n}"), &body));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer
}

/// What is answered in the end, as a client hears it that repeats what came to nothing: on a machine
/// that is busy it may take long, and never may it be stale.
fn answered(ask: impl Fn() -> io::Result<Answer>) -> Answer {
    let (times, pause) = AGAIN;
    for _ in 0..times {
        match ask() {
            Ok(answer) if !matches!(answer.status, 409 | 503) => return answer,
            Ok(_) | Err(_) => thread::sleep(pause),
        }
    }
    ask().unwrap()
}

/// The enterprise's row, as of a receipt or later.
fn row(port: u16, n: u64, receipt: &Answer) -> Value {
    let path = format!("/v1/registers/r1-enterprises/rows?enterprise={}", code(n));
    let position = receipt.body["position"].as_str().unwrap();
    let said = answered(|| get_since(port, &path, position));
    assert_eq!(said.status, 200, "{}", said.body);
    assert_eq!(said.body["items"].as_array().unwrap().len(), 1, "{n} is stale: {}", said.body);
    said.body["items"][0].clone()
}
