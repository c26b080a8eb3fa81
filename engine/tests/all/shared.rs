//! Several processes on one log of a PostgreSQL database: each opens it by itself here, with its
//! own connections and its own memory.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fugong_cluster::Cluster;
use fugong_engine::{
    Builder, DrawnKeys, Error, Log, Options, Order, Receipt,
    core::{LogId, Personal, Position, Recorded, Unsealed, keys},
    proof::{Checkpoint, FileKey, extends},
};
use futures::future::join_all;

use crate::{
    jars::{Ask, Command, JARS, Jar, RESTRICTS, Refill, Row, Stock, TooFew, told},
    kitchen::{Occupied, Setup, ask, beans, events},
    postgres::Kitchen,
    pots::{Cook, Step, cook, grains, step},
};

async fn two(kitchen: &Kitchen, setup: &Setup) -> (Log, Log) {
    (kitchen.open(setup).await, kitchen.open(setup).await)
}

/// Asks until it is not told that too many others were faster.
pub(crate) async fn insist(log: &Log, id: &str, jar: &str, command: Command) -> Receipt {
    loop {
        match ask(log, id, jar, command.clone()).await {
            Err(Error::Overloaded | Error::InFlight) => tokio::task::yield_now().await,
            other => return other.unwrap(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_wrote_the_other_reads_at_once() {
    let kitchen = Kitchen::real();
    let (one, two) = two(&kitchen, &Setup::default()).await;
    for n in 1..=50 {
        let (writer, reader) = if n % 2 == 0 { (&one, &two) } else { (&two, &one) };
        ask(writer, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
        assert_eq!(beans(reader, "x").await, n, "no answer of an old cache");
    }
}

/// Each has the key, and a last note of its own.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_signed_the_other_goes_on_from() {
    let kitchen = Kitchen::real();
    FileKey::make(&kitchen.log_key(), "example.org/jars").unwrap();
    let other = kitchen.folder().join("other-key");
    for ending in ["", ".pub"] {
        let from = format!("{}{ending}", kitchen.log_key().display());
        std::fs::copy(from, format!("{}{ending}", other.display())).unwrap();
    }
    let options = Options { log_key: Some(other), ..kitchen.options(false) };
    let one = kitchen.open(&Setup::default()).await;
    let two = kitchen.builder(&Setup::default()).open(options).await.unwrap();
    let mut last: Option<Checkpoint> = None;
    for n in 1..=6 {
        let (wrote, signs) = if n % 2 == 0 { (&one, &two) } else { (&two, &one) };
        ask(wrote, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
        let signed: Checkpoint = signs.sign_checkpoint().await.unwrap().parse().unwrap();
        assert_eq!(signed.size, n);
        if let Some(last) = last {
            let proof = wrote.consistency(last.size, n).await.unwrap().unwrap();
            assert!(extends((last.size, &last.root), (n, &signed.root), &proof));
        }
        last = Some(signed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_about_the_head_whoever_wrote_it() {
    let kitchen = Kitchen::real();
    let (one, two) = two(&kitchen, &Setup::default()).await;
    for n in 0..25 {
        let refused = ask(&two, &format!("no{n}"), "x", Command::Take(1)).await;
        assert_eq!(refused.unwrap_err(), Error::Refused(TooFew(0)));
        ask(&one, &format!("put{n}"), "x", Command::Put(1)).await.unwrap();
        // Two has just found the jar empty, and has it so in memory.
        ask(&two, &format!("take{n}"), "x", Command::Take(1)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_in_both_processes_on_few_jars_leave_no_gap_and_lose_nothing() {
    let kitchen = Kitchen::real();
    let setup = Setup::default().register(Stock::default());
    let (one, two) = two(&kitchen, &setup).await;
    let asked = (0..400_u64).map(|n| {
        let log = if n % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move {
            insist(&log, &format!("{n}"), &format!("jar{}", n % 5), Command::Put(1)).await
        })
    });
    let receipts: Vec<_> =
        join_all(asked).await.into_iter().map(|receipt| receipt.unwrap().position).collect();
    let places: HashSet<_> = receipts.iter().collect();
    assert_eq!(places.len(), 400, "each has a place of its own");
    let all = events(&one).await;
    let hashes = |events: &[Recorded]| events.iter().map(|it| it.leaf_hash).collect::<Vec<_>>();
    assert!(hashes(&all) == hashes(&events(&two).await), "both read the same");
    let positions: Vec<_> = all.iter().map(|event| event.position.0).collect();
    assert_eq!(positions, (1..=400).collect::<Vec<_>>());
    for log in [&one, &two] {
        assert!(log.wait_for_registers(Position(400), Duration::from_secs(20)).await);
        let rows = log.rows("stock", None).await.unwrap().rows;
        let kept = |jar: &String| rows.one::<Row>("jar", jar).unwrap().unwrap().beans;
        assert_eq!(told(&all).keys().map(kept).collect::<Vec<_>>(), [80; 5]);
        for jar in 0..5 {
            assert_eq!(beans(log, &format!("jar{jar}")).await, 80);
        }
    }
}

/// Three stand on each other and on what another process changed: none may pass because it fits
/// what the ones before it would have written.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_decisions_on_a_past_that_is_not_goes_back_whole() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "first", "x", Command::Put(1)).await.unwrap();
    let other = Occupied::new(&kitchen);
    let ask = |id: &'static str, jar: &'static str, command| {
        let log = log.clone();
        tokio::spawn(async move { insist(&log, id, jar, command).await })
    };
    // The writer waits with this one, and the next ones go into one batch behind it.
    let before = ask("before", "y", Command::Put(1));
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                 AND datname = current_database()";
    while kitchen.sql::<u64>(waits) != [1] {}
    let mut chain = Vec::new();
    for (id, beans, then) in [("a", 10, 11), ("b", 20, 31), ("c", 30, 61)] {
        chain.push(ask(id, "x", Command::Put(beans)));
        // Decided on what the one before it left in memory.
        let too_many = Ask::new("x", Command::Take(1_000));
        while log.would(&too_many).await != Err(Error::Refused(TooFew(then))) {
            tokio::task::yield_now().await;
        }
    }
    other.commit(
        "INSERT INTO events SELECT aggregate_type, aggregate_id, 2, log_id, 2, \
         decode(md5('another'), 'hex'), event_type, event_version, payload, metadata, recorded_at, \
         leaf_hash FROM events WHERE position = 1; UPDATE logs SET head = 2",
    );
    before.await.unwrap();
    for answer in chain {
        answer.await.unwrap();
    }
    assert_eq!(beans(&log, "x").await, 1 + 1 + 10 + 20 + 30);
    let of_x = "SELECT sequence FROM events WHERE aggregate_id = 'x' ORDER BY position";
    assert_eq!(kitchen.sql::<u64>(of_x), [1, 2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_in_both_processes_happens_once() {
    let kitchen = Kitchen::real();
    let (one, two) = two(&kitchen, &Setup::default()).await;
    for n in 0..40 {
        let id = format!("{n}");
        let (a, b) = tokio::join!(
            insist(&one, &id, "x", Command::Put(1)),
            insist(&two, &id, "x", Command::Put(1))
        );
        assert_eq!(a.position, b.position);
        assert!(a.replayed || b.replayed);
    }
    assert_eq!((beans(&one, "x").await, beans(&two, "x").await), (40, 40));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_another_process_changed_is_read_again() {
    let kitchen = Kitchen::real();
    let (one, two) = two(&kitchen, &Setup::default()).await;
    step(&one, "a", "x", Step::Add(1)).await.unwrap();
    for n in 1..=20_u64 {
        cook(&two, &format!("c{n}"), Cook::like("y", "x")).await.unwrap();
        step(&one, &format!("s{n}"), "x", Step::Add(1)).await.unwrap();
    }
    // Each time as many as there were in x then: 1, 2, …, 20.
    assert_eq!(grains(&one, "y").await, (1..=20).sum::<u64>());
    for event in events(&one).await {
        if *event.aggregate_id == *"y" {
            let trace = event.meta(keys::TRACE).unwrap();
            let seen = format!(r#"{{"facts":{{"pot/x":{}}}}}"#, event.sequence);
            assert_eq!(trace, seen);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_acts_once_whoever_runs_it_and_is_handed_over() {
    let kitchen = Kitchen::real();
    let setup = Setup::default().policy(Refill).register(Stock::default());
    let (one, two) = two(&kitchen, &setup).await;
    ask(&two, "put", "x", Command::Put(3)).await.unwrap();
    ask(&two, "take", "x", Command::Take(1)).await.unwrap();
    refilled(&two, 1).await;
    // The process whose turn it was goes.
    one.close().await;
    ask(&two, "again", "x", Command::Take(11)).await.unwrap();
    refilled(&two, 2).await;
    two.settle().await.unwrap();
    let all = events(&two).await;
    let by_policy = |log: &[Recorded]| {
        log.iter()
            .filter(|it| it.meta(keys::COMMAND_ID).is_some_and(|id| id.starts_with("policy")))
            .count()
    };
    assert_eq!((all.len(), by_policy(&all)), (5, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_with_two_versions_of_a_register_each_get_theirs_folded() {
    let kitchen = Kitchen::real();
    let of = |version| Setup::default().register(Stock { version, fails_at: None });
    let (old, new) = (kitchen.open(&of(1)).await, kitchen.open(&of(2)).await);
    for round in 0..2_u64 {
        for n in 0..20 {
            ask(&old, &format!("{round}/{n}"), "x", Command::Put(1)).await.unwrap();
        }
        let head = Position((round + 1) * 20);
        for log in [&old, &new] {
            assert!(log.wait_for_registers(head, Duration::from_secs(20)).await);
            let rows = log.rows("stock", None).await.unwrap().rows;
            assert_eq!(rows.one::<Row>("jar", "x").unwrap().unwrap().beans, head.0);
        }
    }
    let versions = new.register_versions().await.unwrap();
    let versions: Vec<_> = versions.iter().map(|it| (it.version, it.position.0)).collect();
    assert_eq!(versions, [(1, 40), (2, 40)]);
}

/// Waits until the policy has refilled so often.
async fn refilled(log: &Log, times: usize) {
    for _ in 0..400 {
        let events = events(log).await;
        let done = events
            .iter()
            .filter(|it| it.meta(keys::COMMAND_ID).is_some_and(|id| id.starts_with("policy")));
        if times <= done.count() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody refilled");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_sealed_the_other_opens_until_it_is_erased() {
    let kitchen = Kitchen::real();
    let (one, two) = two(&kitchen, &Setup::default()).await;
    assert_eq!(one.fingerprint(b"x"), two.fingerprint(b"x"));
    // Both make the key at once, and the same one.
    let (a, b) = tokio::join!(one.seal("c-1", "王小明"), two.seal("c-1", "李小红"));
    let (a, b) = (a.unwrap(), b.unwrap());
    let value = |text: &str| Unsealed::Value(text.to_owned());
    for log in [&one, &two] {
        assert_eq!(log.open(&a).unwrap(), value("王小明"));
        assert_eq!(log.open(&b).unwrap(), value("李小红"));
    }
    assert!(one.erase("c-1").await.unwrap());
    for log in [&two, &one] {
        assert_eq!(log.open(&a).unwrap(), Unsealed::Erased, "in effect before it is answered");
    }
    let again = two.seal("c-1", "再来").await.unwrap();
    assert_eq!(one.open(&again).unwrap(), value("再来"));
    let keys =
        kitchen.sql::<String>("SELECT count(key) || '/' || count(*) FROM fugong_keys.subjects");
    assert_eq!(keys, ["1/2"]);
}

/// Of two processes that draw a key for somebody at once, the one whose act comes second is told to
/// ask again: its words would be sealed under a key that is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_keys_that_are_drawn_at_once_one_is_stored() {
    let kitchen = Kitchen::real();
    let (one, two) = two(&kitchen, &Setup::default()).await;
    let (mine, other) = (DrawnKeys::default(), DrawnKeys::default());
    let first = one.seal_for_act(&mine, "c-1", "王小明").await.unwrap();
    let second = two.seal_for_act(&other, "c-1", "李小红").await.unwrap();
    let order = |id: &str| Order { command_id: id.to_owned(), ..Order::default() };
    let label = |name: &Personal| Ask::new("x", Command::Label(name.clone()));
    one.act_sealed(&label(&first), order("1"), &mine).await.unwrap();
    let why = two.act_sealed(&label(&second), order("2"), &other).await.unwrap_err().to_string();
    assert!(why.contains("repeat it"), "{why}");
    let again = DrawnKeys::default();
    let second = two.seal_for_act(&again, "c-1", "李小红").await.unwrap();
    two.act_sealed(&label(&second), order("2"), &again).await.unwrap();
    for log in [&one, &two] {
        assert_eq!(log.open(&first).unwrap(), Unsealed::Value("王小明".to_owned()));
        assert_eq!(log.open(&second).unwrap(), Unsealed::Value("李小红".to_owned()));
    }
}

/// Before it is answered.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_asks_of_a_key_is_in_effect_in_both_processes() {
    let kitchen = Kitchen::real();
    let (one, two) = two(&kitchen, &Setup::default().consequences(JARS)).await;
    let name = one.seal("x", "王小明").await.unwrap();
    ask(&one, "put", "x", Command::Put(1)).await.unwrap();
    assert_eq!(two.open(&name).unwrap(), Unsealed::Value("王小明".to_owned()));
    ask(&one, "restrict", "x", Command::Put(RESTRICTS)).await.unwrap();
    assert_eq!(two.open(&name).unwrap(), Unsealed::Restricted);
    ask(&two, "spoil", "x", Command::Spoil).await.unwrap();
    assert_eq!(one.open(&name).unwrap(), Unsealed::Erased);
    // Told to the other process, it is the same act, and what was sealed since is spared.
    let later = one.seal("x", "再来").await.unwrap();
    assert!(ask(&one, "spoil", "x", Command::Spoil).await.unwrap().replayed);
    assert_eq!(two.open(&later).unwrap(), Unsealed::Value("再来".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_over_does_not_show_the_rows_of_before() {
    let cluster = Cluster::shared().unwrap();
    let url = cluster.database().unwrap();
    let open = async || {
        let builder = Builder::new().aggregate::<Jar>(()).acts::<Ask>();
        let builder = builder.register(Arc::new(Stock::default()));
        builder.open(Options::new(url.as_str(), LogId(7))).await.unwrap()
    };
    let holder = || cluster.run(&url, "SELECT holder FROM leases WHERE 0 < until_at").unwrap();
    let mut one = open().await;
    for n in 1..=8_u64 {
        let two = open().await;
        // Two has read the rows, and knows that one has brought them further since.
        ask(&one, &format!("a{n}"), "x", Command::Put(1)).await.unwrap();
        assert!(two.wait_for_registers(one.head(), Duration::from_secs(20)).await);
        two.rows("stock", None).await.unwrap();
        let last = ask(&one, &format!("b{n}"), "x", Command::Put(1)).await.unwrap().position;
        assert!(two.wait_for_registers(last, Duration::from_secs(20)).await);
        let of_one = holder();
        one.close().await;
        while [of_one.clone(), Vec::new()].contains(&holder()) {}
        let standing = two.rows("stock", None).await.unwrap();
        assert!(last <= standing.position, "{last} was there, {} is shown", standing.position);
        one = two;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_opened_while_another_process_writes_it() {
    let kitchen = Kitchen::real();
    let one = kitchen.open(&Setup::default()).await;
    let over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (one, over) = (one.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                for n in 0.. {
                    if over.load(Ordering::Acquire) {
                        return;
                    }
                    let (id, jar) = (format!("{writer}-{n}"), format!("jar{writer}"));
                    insist(&one, &id, &jar, Command::Put(1)).await;
                }
            })
        })
        .collect();
    for _ in 0..40 {
        // Head and events are of one moment, or it would seem to lack some.
        kitchen.open(&Setup::default()).await.close().await;
    }
    over.store(true, Ordering::Release);
    for writer in writers {
        writer.await.unwrap();
    }
}
