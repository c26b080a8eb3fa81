//! What the engine says to PostgreSQL would do on tables that are distributed by their log.
//!
//! Citus itself is not at hand in tests. What it asks of every statement and of every key can be
//! read from what passes the wire while everything a log can do is done.

use chrono::Duration;
use fugong_cluster::{Cluster, Wire};
use fugong_engine::{
    Database, Filter, Log, Options, Order,
    core::{Envelope, Failure, Policy, Position, Reaction, Recorded, Rows},
};

use crate::{
    jars::{Command, JARS, Jar, Refill, Spoil, Stock},
    kitchen::{Kitchen, Setup, ask, morning},
    pots::{Cook, Step, cook},
};

/// The tables, all of which have a column `log_id`.
const TABLES: &str = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";

/// The keys, and other indexes that tell rows apart, in which the log is missing.
const KEYS: &str = "SELECT indexrelid::regclass FROM pg_index \
    JOIN pg_tables ON tablename = indrelid::regclass::text AND schemaname = 'public' \
    WHERE indisunique AND NOT EXISTS (SELECT FROM pg_attribute \
    WHERE attrelid = indrelid AND attname = 'log_id' AND attnum = ANY (indkey))";

/// What exists on one server only, or orders what must be ordered by positions.
const FORBIDDEN: [&str; 16] = [
    "sequence_",
    "nextval",
    "serial",
    "identity",
    "xmin",
    "xid",
    "txid",
    "snapshot",
    "advisory",
    "listen ",
    "notify",
    "references",
    "foreign key",
    "on constraint",
    "now()",
    "current_timestamp",
];

struct Wired {
    kitchen: Kitchen<true>,
    url: String,
    wire: Wire,
}

impl Wired {
    fn new() -> Self {
        let kitchen = Kitchen::new();
        let Database::Server(url) = kitchen.options(false).database else { panic!("a server") };
        Self { kitchen, url, wire: Wire::to(Cluster::shared().unwrap()).unwrap() }
    }

    async fn open(&self, setup: &Setup, read_only: bool) -> Log {
        let database = Database::Server(self.wire.url(&self.url));
        let options = Options { database, ..self.kitchen.options(read_only) };
        self.kitchen.builder(setup).open(options).await.unwrap()
    }

    fn look(&self, sql: &str) -> Vec<String> {
        Cluster::shared().unwrap().run(&self.url, sql).unwrap()
    }
}

/// All that is done with a log.
async fn everything(wired: &Wired) {
    let setup = |version| {
        let stock = Stock { version, fails_at: None };
        Setup::default()
            .register(stock)
            .policy(Refill)
            .policy(Spoil)
            .past_every(8)
            .consequences(JARS)
    };
    let log = wired.open(&setup(0), false).await;
    let other = wired.open(&setup(0), false).await;
    for n in 0..40 {
        let (log, jar) = (if n % 2 == 0 { &log } else { &other }, format!("{}", n % 3));
        let command = if n % 4 == 3 { Command::Take(9) } else { Command::Put(n) };
        // Some are refused.
        let _refused = ask(log, &format!("{n}"), &jar, command).await;
    }
    assert!(ask(&other, "0", "0", Command::Put(0)).await.unwrap().replayed);
    let both = Cook::new([("x", Step::Add(1)), ("y", Step::Add(2))]);
    cook(&log, "both", both).await.unwrap();
    cook(&other, "like", Cook::like("z", "y")).await.unwrap();
    let late =
        Order { command_id: "late".to_owned(), expected_version: Some(0), ..Order::default() };
    log.execute::<Jar>("1", Command::Put(1), late, Envelope::default()).await.unwrap_err();
    let name = log.seal("somebody", "a name").await.unwrap();
    ask(&log, "label", "0", Command::Label(name)).await.unwrap();
    log.settle().await.unwrap();
    log.advance(morning() + Duration::hours(2)).await.unwrap();
    other.close().await;
    read(&log).await;
    assert!(log.erase("somebody").await.unwrap());
    log.close().await;
    let log = wired.open(&setup(1), false).await;
    log.settle().await.unwrap();
    assert_eq!(log.rebuild("stock").await.unwrap().differences, []);
    assert_eq!(log.damage().await.unwrap(), None);
    assert_eq!(log.register_versions().await.unwrap().len(), 2);
    assert_eq!(log.compare_versions("stock", 0).await.unwrap().differences, []);
    assert!(0 < log.drop_version("stock", 0).await.unwrap());
    log.close().await;
    let log = wired.open(&setup(1), true).await;
    read(&log).await;
    log.close().await;
}

async fn read(log: &Log) {
    let head = log.head();
    let all = log.events(Position::START, 1_000, &Filter::default()).await.unwrap();
    let last = all.last().unwrap();
    log.event(last.event_id).await.unwrap().unwrap();
    for filter in [
        Filter { types: vec!["beans-put".to_owned()], ..Filter::default() },
        Filter { aggregate: Some(("jar".to_owned(), "1".to_owned())), ..Filter::default() },
        Filter { ids: Some(vec!["0".to_owned(), "x".to_owned()]), ..Filter::default() },
        Filter { upto: Some(head), ids: Some(vec!["1".to_owned()]), ..Filter::default() },
    ] {
        assert!(!log.events(Position::START, 5, &filter).await.unwrap().is_empty(), "{filter:?}");
    }
    log.read::<Jar, _>("1", |_, _| ()).await.unwrap();
    log.read_at::<Jar>("1", Position(5)).await.unwrap();
    log.history("jar", "1").await.unwrap();
    log.as_of(morning()).await.unwrap();
    log.receipt("both").await.unwrap().unwrap();
    log.rows("stock", None).await.unwrap();
    log.rows("stock", Some(Position(7))).await.unwrap();
    log.rows("stock", Some(Position(25))).await.unwrap();
    log.register_status().await;
    log.health().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_names_its_log_and_nothing_that_one_server_has() {
    let wired = Wired::new();
    everything(&wired).await;
    let tables = wired.look(TABLES);
    let statements = wired.wire.statements();
    for text in statements.keys() {
        assert_eq!(fault(text, &tables), None, "{text}");
    }
    let on_tables = statements.keys().filter(|text| is_on(text, &tables)).count();
    assert!(20 < on_tables, "{statements:#?}");
}

/// A policy that has nothing to do with jars.
struct Idle(&'static str);

impl Policy for Idle {
    fn name(&self) -> &'static str {
        self.0
    }

    fn react(&self, _: &mut Rows, _: &Recorded) -> Result<Vec<Reaction>, Failure> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn policies_that_find_nothing_to_do_pass_an_event_in_one_statement() {
    const ROUNDS: u64 = 10;
    let wired = Wired::new();
    let setup = Setup::default().policy(Idle("a")).policy(Idle("b")).policy(Idle("c"));
    let log = wired.open(&setup, false).await;
    let ran = || {
        let all = wired.wire.statements();
        let begins = |with: &str| {
            all.iter().filter(|(sql, _)| sql.starts_with(with)).map(|(_, ran)| *ran).sum::<u64>()
        };
        [begins("UPDATE policy_checkpoints"), begins("BEGIN")]
    };
    ask(&log, "first", "x", Command::Put(1)).await.unwrap();
    log.settle().await.unwrap();
    let before = ran();
    for n in 0..ROUNDS {
        ask(&log, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
        log.settle().await.unwrap();
    }
    let after = ran();
    assert_eq!([after[0] - before[0], after[1] - before[1]], [ROUNDS, 0]);
    let stored = "SELECT DISTINCT position FROM policy_checkpoints";
    assert_eq!(wired.look(stored), [log.head().to_string()]);
    log.close().await;
}

#[test]
fn a_statement_without_its_log_would_be_found() {
    let tables = ["events".to_owned()];
    let fault = |text| fault(text, &tables).unwrap_or("none");
    assert_eq!(fault("SELECT 1 FROM events WHERE log_id = $1"), "none");
    assert_eq!(fault("INSERT INTO events (log_id, position) VALUES ($1, $2)"), "none");
    assert_eq!(fault("COPY (SELECT 1 FROM events WHERE log_id = 7) TO STDOUT"), "none");
    assert_eq!(fault("SELECT 1 FROM events WHERE log_id = 7"), "its log is not named");
    assert_eq!(fault("COPY (SELECT 1 FROM events) TO STDOUT"), "its log is not named");
    assert_eq!(fault("SELECT 1 FROM events WHERE position = $1"), "its log is not named");
    assert_eq!(fault("INSERT INTO events (position) VALUES ($1)"), "its log is not named");
    assert_eq!(fault("SELECT nextval('positions')"), "nextval");
    assert_eq!(fault("CREATE TABLE events (position bigserial)"), "serial");
}

/// What is wrong with a statement.
fn fault(text: &str, tables: &[String]) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let forbidden = FORBIDDEN.into_iter().find(|it| lower.contains(it));
    // A stream takes no values.
    let mut after = lower.split("log_id = ").skip(1).filter_map(|rest| rest.chars().next());
    let streams = lower.starts_with("copy ") && after.any(|it| it.is_ascii_digit());
    let names = streams || lower.contains("log_id = $") || lower.contains("(log_id, ");
    forbidden.or((is_on(text, tables) && !names).then_some("its log is not named"))
}

/// Whether a statement reads or writes rows of a table, and does not only make it.
fn is_on(text: &str, tables: &[String]) -> bool {
    let begins = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "COPY "];
    let unquoted = text.split('\'').step_by(2);
    let mut words =
        unquoted.flat_map(|part| part.split(|it: char| !it.is_alphanumeric() && it != '_'));
    begins.iter().any(|begin| text.starts_with(begin))
        && words.any(|word| tables.iter().any(|table| table == word))
}

#[tokio::test]
async fn every_key_contains_the_log() {
    let wired = Wired::new();
    wired.open(&Setup::default(), false).await.close().await;
    let tables = wired.look(TABLES);
    assert!(8 < tables.len(), "{tables:?}");
    for (what, without) in [
        ("a key", KEYS),
        (
            "a table",
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT EXISTS \
             (SELECT FROM information_schema.columns \
             WHERE table_name = tablename AND column_name = 'log_id')",
        ),
        ("a sequence", "SELECT sequencename FROM pg_sequences"),
        ("a reference", "SELECT conname FROM pg_constraint WHERE contype = 'f'"),
    ] {
        assert_eq!(wired.look(without), Vec::<String>::new(), "{what} without its log");
    }
}

#[tokio::test]
async fn a_key_without_the_log_would_be_found() {
    let wired = Wired::new();
    let made = "CREATE TABLE jars (log_id bigint, jar text UNIQUE, PRIMARY KEY (log_id, jar)); ";
    assert_eq!(wired.look(&format!("{made}{KEYS}")), ["jars_jar_key"]);
}
