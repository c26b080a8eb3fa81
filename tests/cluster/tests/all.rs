//! What the throw-away server promises.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by a panic")]

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use fugong_cluster::{Cluster, Role, Wire};
use postgres::{Client, NoTls};

#[test]
fn each_database_is_fresh() {
    let cluster = Cluster::shared().unwrap();
    let (one, two) = (cluster.database().unwrap(), cluster.database().unwrap());
    cluster.run(&one, "CREATE TABLE jars (beans integer); INSERT INTO jars VALUES (5)").unwrap();
    assert_eq!(cluster.run(&one, "SELECT beans FROM jars").unwrap(), ["5"]);
    let missing = cluster.run(&two, "SELECT beans FROM jars").unwrap_err();
    assert!(missing.to_string().contains("\"jars\" does not exist"), "{missing}");
}

#[test]
fn it_flushes_and_speaks_utf8() {
    let cluster = Cluster::shared().unwrap();
    let told = |name| cluster.run(&cluster.url("postgres"), &format!("SHOW {name}")).unwrap();
    for (name, value) in [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("server_encoding", "UTF8"),
        ("lc_collate", "C.UTF-8"),
    ] {
        assert_eq!(told(name), [value], "{name}");
    }
    let settings = [("max_connections", "7")];
    let own = Cluster::start(&settings).unwrap();
    assert_eq!(own.run(&own.url("postgres"), "SHOW max_connections").unwrap(), ["7"]);
}

#[test]
fn only_who_knows_the_password_gets_in() {
    let cluster = Cluster::shared().unwrap();
    let role = cluster.role().unwrap();
    let who = "SELECT current_user";
    let told = cluster.run(&cluster.url_for(&role, "postgres"), who).unwrap().concat();
    assert_eq!(told, role.name);
    let wrong = Role { password: "guessed".to_owned(), ..role.clone() };
    let refused = cluster.run(&cluster.url_for(&wrong, "postgres"), who).unwrap_err();
    assert!(refused.to_string().contains("password authentication failed"), "{refused}");
    let may_not = cluster.run(&cluster.url_for(&role, "postgres"), "CREATE DATABASE mine");
    assert!(may_not.unwrap_err().to_string().contains("permission denied"));
}

#[test]
fn what_was_flushed_outlives_a_kill() {
    let cluster = Cluster::start(&[]).unwrap();
    let url = cluster.database().unwrap();
    cluster.run(&url, "CREATE TABLE jars (beans integer); INSERT INTO jars VALUES (5)").unwrap();
    let mut held = Client::connect(&url, NoTls).unwrap();
    let killed = cluster.pid().unwrap();
    cluster.kill().unwrap();
    held.simple_query("SELECT 1").unwrap_err();
    cluster.run(&url, "SELECT 1").unwrap_err();
    cluster.pid().unwrap_err();
    cluster.restart().unwrap();
    assert_eq!(cluster.run(&url, "SELECT beans FROM jars").unwrap(), ["5"]);
    assert_ne!(cluster.pid().unwrap(), killed);

    cluster.stop().unwrap();
    cluster.run(&url, "SELECT 1").unwrap_err();
    cluster.restart().unwrap();
    assert_eq!(cluster.run(&url, "SELECT beans FROM jars").unwrap(), ["5"]);
}

#[test]
fn a_start_that_fails_says_why_and_leaves_nothing() {
    let failed = Cluster::start(&[("shared_buffers", "many")]).unwrap_err();
    assert!(failed.to_string().contains("invalid value for parameter"), "{failed}");
}

#[test]
fn what_a_client_waits_for_is_counted() {
    let cluster = Cluster::start(&[]).unwrap();
    let url = cluster.database().unwrap();
    let wire = Wire::to(&cluster).unwrap();
    let before = cluster.flushes(&url).unwrap();
    let mut client = Client::connect(&wire.url(&url), NoTls).unwrap();
    assert_eq!(wire.round_trips(), 0);
    client.simple_query("CREATE TABLE jars (beans integer)").unwrap();
    assert_eq!(wire.round_trips(), 1);
    let put = client.prepare("INSERT INTO jars VALUES ($1)").unwrap();
    assert_eq!(wire.round_trips(), 2);
    for beans in 0..20 {
        client.execute(&put, &[&beans]).unwrap();
    }
    assert_eq!(wire.round_trips(), 22);
    let statements = wire.statements();
    let expected = [("CREATE TABLE jars (beans integer)", 1), ("INSERT INTO jars VALUES ($1)", 20)];
    let expected = expected.map(|(text, runs)| (text.to_owned(), runs));
    assert!(statements.into_iter().eq(expected));
    drop(client);
    let flushes = cluster.flushes(&url).unwrap() - before;
    assert!((21..25).contains(&flushes), "{flushes}");
    drop(wire);
}

#[test]
fn the_time_of_the_processor_counts_connections_that_are_closed() {
    let cluster = Cluster::start(&[]).unwrap();
    let before = cluster.processor_time().unwrap();
    let work = "SELECT sum(n) FROM generate_series(1, 2000000) n";
    assert_eq!(cluster.run(&cluster.url("postgres"), work).unwrap(), ["2000001000000"]);
    cluster.flushes(&cluster.url("postgres")).unwrap();
    let taken = cluster.processor_time().unwrap().saturating_sub(before);
    assert!(Duration::from_millis(50) <= taken, "{taken:?}");
}

#[tokio::test]
async fn it_can_be_asked_from_within_a_runtime() {
    let cluster = Cluster::shared().unwrap();
    assert_eq!(cluster.run(&cluster.database().unwrap(), "SELECT 1").unwrap(), ["1"]);
}

#[test]
fn a_server_ends_with_its_process() {
    let (mut holder, url, _out) = holder();
    // Held until the server cuts it off, which it does when the keeper has seen the end.
    let mut held = Client::connect(&url, NoTls).unwrap();
    let folder: String = held.query_one("SHOW unix_socket_directories", &[]).unwrap().get(0);
    drop(holder.stdin.take());
    assert!(holder.wait().unwrap().success());
    held.simple_query("SELECT 1").unwrap_err();
    assert!(!std::path::Path::new(&folder).exists());
}

#[test]
fn a_server_ends_with_a_process_that_is_killed() {
    let (mut holder, url, mut out) = holder();
    let mut held = Client::connect(&url, NoTls).unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    held.simple_query("SELECT pg_sleep(60)").unwrap_err();
    // The end of what the process could have said.
    out.read_to_string(&mut String::new()).unwrap();
    Client::connect(&url, NoTls).map(drop).unwrap_err();
}

/// A process of its own that holds a server; the URL of that.
fn holder() -> (Child, String, BufReader<ChildStdout>) {
    let mut holder = Command::new(env!("CARGO_BIN_EXE_fugong-cluster"));
    let mut holder = holder.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(holder.stdout.take().unwrap());
    let mut url = String::new();
    out.read_line(&mut url).unwrap();
    (holder, url.trim().to_owned(), out)
}
