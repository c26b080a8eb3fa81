//! Three processes on one log of a PostgreSQL database, and everything that can happen to them at
//! once: clients that hang up, transactions held open, a process killed, the database killed.

use std::{
    collections::BTreeSet,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::Instant,
};

use fugong_cluster::Cluster;

use super::{
    fleet::{Fleet, PROCESSES},
    history::{History, Line},
    life::life,
    long,
    tail::{End, Missed, PATIENCE, PAUSE, Signs, follow, missed},
    writer::{Told, Writer},
};

const WRITERS: usize = 32;
/// How many checkpoints are carried away before writing is over.
const CHECKPOINTS: usize = 4;

/// Acknowledged acts between one blow and the next.
fn between() -> usize {
    if long() { 250 } else { 100 }
}

/// How often a process is killed, and then the database.
fn rounds() -> usize {
    if long() { 12 } else { 1 }
}

/// What everybody saw.
struct Run {
    /// By each writer, what it was told, in its order.
    told: Vec<Vec<Told>>,
    /// By each reader, what it read, in its order.
    read: Vec<Vec<Line>>,
    /// Requests that nobody waited for.
    abandoned: u32,
    /// Transactions on the log that were held open and taken back.
    taken_back: u32,
    /// The checkpoints that were told.
    signed: BTreeSet<String>,
    /// Where the log ends.
    head: u64,
}

#[test]
fn three_processes_on_one_log_lose_nothing_whatever_is_killed() {
    let cluster = Cluster::start(&[("max_connections", "200")]).unwrap();
    let fleet = Fleet::start(&cluster, cluster.database().unwrap());
    let run = run(&fleet);
    again(&fleet, &run.told);
    fleet.sealed(run.head);
    fleet.stop();
    fleet.audit(&run.signed);
    assert!(0 < run.abandoned && 0 < run.taken_back, "{} {}", run.abandoned, run.taken_back);
    let exported = fleet.run(&["export", "events"], &fleet.url);
    let history = History::read(&exported);
    for read in &run.read {
        let (last, head) = (read.last(), history.events.last());
        let missed = missed(read, &history.events);
        assert_eq!(missed, Missed::default(), "after {last:?} of {head:?}");
    }
    for told in &run.told {
        let receipts = told.iter().map(|told| &told.receipt);
        history.holds(&receipts.clone().map(|it| it["events"].clone()).collect::<Vec<_>>());
        // Who acts after an answer comes after it, whichever process it asks.
        let places: Vec<u64> =
            receipts.map(|it| it["position"].as_str().unwrap().parse().unwrap()).collect();
        assert!(places.is_sorted_by(|one, next| one < next), "{places:?}");
    }
    let timers = "SELECT timer_key FROM timers WHERE timer_key LIKE 'support/%' ORDER BY 1";
    assert_eq!(fleet.cluster.run(&fleet.url, timers).unwrap(), history.timers);
    // Folding afresh gives what was kept; a difference is an exit code.
    fleet.run(&["registers", "rebuild"], &fleet.url);
    fleet.run(&["doctor"], &fleet.url);
    restored(&fleet, &exported, &run.told);
}

/// Writes and reads while this and that is killed.
fn run(fleet: &Fleet<'_>) -> Run {
    let (signs, carried) = (&Signs::new(), &AtomicUsize::new(0));
    let (tell, told) = channel();
    let mut first = Writer::new(fleet, WRITERS);
    let shared: Vec<_> = (0..4).map(|n| case(&mut first, 90_000_000 + n)).collect();
    thread::scope(|scope| {
        let end = End::of(signs);
        let readers: Vec<_> =
            (0..PROCESSES).map(|first| scope.spawn(move || read(fleet, signs, first))).collect();
        let holder = scope.spawn(|| hold_open(fleet, signs));
        let auditor = scope.spawn(|| checkpoints(fleet, signs, carried));
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let tell = tell.clone();
                let shared = &shared;
                scope.spawn(move || {
                    let mut writer = Writer::new(fleet, number);
                    while !signs.over() {
                        // Nobody counts any more once it is over.
                        writer.live(shared, || tell.send(()).unwrap_or_default());
                    }
                    writer
                })
            })
            .collect();
        drop(tell);
        strike(fleet, &told);
        // Who writes fast is through before much is sealed.
        let began = Instant::now();
        while carried.load(Ordering::Acquire) < CHECKPOINTS {
            assert!(began.elapsed() < PATIENCE, "hardly anything is sealed while they write");
            thread::sleep(PAUSE);
        }
        end.of_writing();
        let writers: Vec<_> = writers.into_iter().map(|it| it.join().unwrap()).collect();
        let taken_back = holder.join().unwrap();
        let head = fleet.settle();
        end.of_reading(head);
        Run {
            head,
            signed: auditor.join().unwrap(),
            abandoned: writers.iter().map(|it| it.abandoned).sum(),
            told: writers.into_iter().map(|it| it.told).collect(),
            read: readers.into_iter().map(|it| it.join().unwrap()).collect(),
            taken_back,
        }
    })
}

/// Kills a process and the database in turn, each after so many acknowledged acts, while a long
/// transaction that has nothing to do with the log holds back what PostgreSQL could forget.
fn strike(fleet: &Fleet<'_>, told: &Receiver<()>) {
    let wait = || (0..between()).for_each(|_| told.recv_timeout(PATIENCE).unwrap());
    fleet.cluster.run(&fleet.url, "CREATE SCHEMA elsewhere CREATE TABLE notes (n int)").unwrap();
    for round in 0..rounds() {
        let mut elsewhere = fleet.connect().unwrap();
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO elsewhere.notes VALUES (1)";
        elsewhere.batch_execute(begin).unwrap();
        wait();
        fleet.replace_process(round);
        wait();
        // Still open.
        elsewhere.batch_execute("SELECT n FROM elsewhere.notes").unwrap();
        fleet.restart_database();
        elsewhere.batch_execute("COMMIT").unwrap_err();
    }
    wait();
}

/// A difficulty of an `n`-th enterprise, on which others have a word later: its id.
fn case(writer: &mut Writer<'_>, n: u64) -> String {
    let mut ids: Vec<String> = Vec::new();
    for (path, body) in life(n) {
        let last = ids.last().map_or("", String::as_str);
        ids.push(writer.act(&path.replace("{last}", last), body));
    }
    ids.swap_remove(3)
}

/// Follows the feed, at one process for as long as it answers.
fn read(fleet: &Fleet<'_>, signs: &Signs, first: usize) -> Vec<Line> {
    let mut process = first;
    let place = |line: &Line| line.position;
    follow(signs, place, |after| {
        let found = fleet.feed(process, after);
        process += usize::from(found.is_none());
        found
    })
}

/// Carries checkpoints away until writing is over, from one process for as long as it answers.
fn checkpoints(fleet: &Fleet<'_>, signs: &Signs, carried: &AtomicUsize) -> BTreeSet<String> {
    let (mut told, mut process) = (BTreeSet::new(), 0);
    while !signs.over() {
        let note = fleet.checkpoint(process);
        process += usize::from(note.is_none());
        told.extend(note);
        carried.store(told.len(), Ordering::Release);
        thread::sleep(PAUSE);
    }
    told
}

/// Appends by hand, holds the transaction open, and takes it back, until writing is over: how
/// often. It holds the head as an append does, and its event has the next position.
fn hold_open(fleet: &Fleet<'_>, signs: &Signs) -> u32 {
    const APPEND: &str = "BEGIN;
        UPDATE logs SET head = head + 1 WHERE log_id = 500114;
        INSERT INTO events SELECT aggregate_type, 'nobody', 1, e.log_id, head,
          uuid_send(gen_random_uuid()), event_type, event_version, payload, metadata, recorded_at,
          leaf_hash FROM events e JOIN logs USING (log_id) WHERE log_id = 500114 AND position = 1;
        SELECT pg_sleep(0.05);
        ROLLBACK";
    let mut taken_back = 0;
    while !signs.over() {
        let Ok(mut client) = fleet.connect() else { continue };
        while !signs.over() && client.batch_execute(APPEND).is_ok() {
            taken_back += 1;
            thread::sleep(PAUSE * 10);
        }
    }
    taken_back
}

/// Every writer asks once more, at another process: for all it was told, or every tenth act.
fn again(fleet: &Fleet<'_>, told: &[Vec<Told>]) {
    let step = if long() { 1 } else { 10 };
    thread::scope(|scope| {
        for (number, told) in told.iter().enumerate() {
            scope.spawn(move || {
                Writer::new(fleet, number + 1).ask_again(told, step);
            });
        }
    });
}

/// A dump that is restored is the same log, and goes on.
fn restored(fleet: &Fleet<'_>, exported: &str, told: &[Vec<Told>]) {
    let url = fleet.copy();
    let tables =
        "logs commands register_checkpoints register_rows policy_checkpoints outbox timers";
    for table in tables.split(' ') {
        let all = format!("SELECT t::text FROM {table} t ORDER BY 1");
        let [one, other] = [&fleet.url, &url].map(|url| fleet.cluster.run(url, &all).unwrap());
        assert!(one == other, "{table} was restored otherwise");
    }
    assert!(fleet.run(&["export", "events"], &url) == exported, "the same bytes");
    let copy = Fleet::start(fleet.cluster, url);
    again(&copy, told);
    // A life of its own, with registers that show it.
    let mut writer = Writer::new(&copy, WRITERS + 1);
    let shared = [case(&mut writer, 91_000_000)];
    writer.live(&shared, || {});
    copy.settle();
    copy.stop();
    let longer = copy.run(&["export", "events"], &copy.url);
    assert!(longer.starts_with(exported), "what was restored stays");
    let acts: Vec<_> = writer.told.iter().map(|told| told.receipt["events"].clone()).collect();
    History::read(&longer).holds(&acts);
    copy.run(&["registers", "rebuild"], &copy.url);
}
