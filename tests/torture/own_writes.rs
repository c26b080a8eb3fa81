//! Whoever names the position of what was written reads it, whichever process he asks.

use std::thread;

use fugong_cluster::Cluster;
use serde_json::Value;

use super::{
    client::{Answer, get_since, post},
    fleet::Fleet,
    life::{code, life},
    long,
};

const WRITERS: u64 = 8;

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
    let answer = post(port, &path, &format!("{path}-{n}"), &body).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer
}

/// The enterprise's row, as of a receipt or later.
fn row(port: u16, n: u64, receipt: &Answer) -> Value {
    let path = format!("/v1/registers/r1-enterprises/rows?enterprise={}", code(n));
    let said = get_since(port, &path, receipt.body["position"].as_str().unwrap()).unwrap();
    assert_eq!(said.status, 200, "{}", said.body);
    assert_eq!(said.body["items"].as_array().unwrap().len(), 1, "{n} is stale: {}", said.body);
    said.body["items"][0].clone()
}
