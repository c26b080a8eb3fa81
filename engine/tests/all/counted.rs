//! What a command costs on PostgreSQL, counted: unlike times, this repeats on any machine.

use std::{ops::Range, sync::Arc};

use fugong_cluster::{Cluster, Wire};
use fugong_engine::{
    Engine, Log, Options,
    core::{Failure, Keys, LogId, Recorded, Register, Relation, Rows},
};

use crate::pots::{Cook, Gate, Pot, Step, cook, grains, step};

/// A log on a server of its own, so that nobody else's flushes are counted.
struct Counting {
    cluster: Cluster,
    url: String,
    wire: Wire,
}

/// For one command.
#[derive(Debug)]
struct Cost {
    round_trips: f64,
    flushes: f64,
}

impl Counting {
    fn new() -> Self {
        let cluster = Cluster::start(&[]).unwrap();
        let (url, wire) = (cluster.database().unwrap(), Wire::to(&cluster).unwrap());
        Self { cluster, url, wire }
    }

    async fn open(&self) -> Log {
        let options = Options::new(self.wire.url(&self.url), LogId(7));
        let engine = Engine::builder().aggregate::<Pot>(Gate::default()).acts::<Cook>();
        engine.register(Arc::new(Grain)).open(options).await.unwrap()
    }

    /// When so many clients give so many commands of so many events, each on a pot of its own.
    async fn cost(&self, clients: u32, commands: u32, events: usize) -> Cost {
        const FIRST: u32 = 10;
        self.open().await.close().await;
        let flushed = self.cluster.flushes(&self.url).unwrap();
        let log = self.open().await;
        // Pots are in memory and statements prepared by then.
        give(&log, clients, 0..FIRST, events).await;
        let asked = self.asked();
        give(&log, clients, FIRST..FIRST + commands, events).await;
        let asked = self.asked() - asked;
        log.close().await;
        let flushed = self.cluster.flushes(&self.url).unwrap() - flushed;
        let for_one = |number: u64, commands: u32| {
            f64::from(u32::try_from(number).unwrap()) / f64::from(clients * commands)
        };
        Cost { round_trips: for_one(asked, commands), flushes: for_one(flushed, FIRST + commands) }
    }

    /// What comes with time and not with commands (a connection that has rested is tried before it
    /// is used) counts more the slower the machine is: the least of three is what commands cost.
    async fn costs_at_most(
        &self,
        (clients, commands, events): (u32, u32, usize),
        (round_trips, flushes): (f64, f64),
    ) {
        let mut costs = Vec::new();
        for _ in 0..3 {
            let cost = self.cost(clients, commands, events).await;
            if cost.round_trips <= round_trips && cost.flushes <= flushes {
                return;
            }
            costs.push(cost);
        }
        panic!("{clients} clients, {events} events: {costs:?}");
    }

    /// Without the looks at what other processes write, and the lease, which come with time and not
    /// with commands.
    fn asked(&self) -> u64 {
        let with_time = |sql: &str| {
            sql == "SELECT head FROM logs WHERE log_id = $1"
                || sql.starts_with("INSERT INTO leases")
        };
        let statements = self.wire.statements();
        let looks: u64 =
            statements.iter().filter(|(sql, _)| with_time(sql)).map(|(_, ran)| *ran).sum();
        self.wire.round_trips() - looks
    }
}

async fn give(log: &Log, clients: u32, numbers: Range<u32>, events: usize) {
    let began = log.head();
    let clients = (0..clients).map(|client| {
        let (log, numbers) = (log.clone(), numbers.clone());
        tokio::spawn(async move {
            let steps = vec![(format!("{events}/{client}"), Step::Add(1)); events];
            for n in numbers {
                let adds = Cook { steps: steps.clone(), ..Cook::new([]) };
                cook(&log, &format!("{began}/{client}/{n}"), adds).await.unwrap();
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}

/// How often something happened to each pot.
struct Grain;

impl Register for Grain {
    fn name(&self) -> &'static str {
        "grain"
    }

    fn version(&self) -> u32 {
        1
    }

    fn relations(&self) -> &[Relation] {
        const ALL: &[Relation] =
            &[Relation { name: "pot", label_zh: "缸", label_en: "pots", columns: &[] }];
        ALL
    }

    fn keys(&self, event: &Recorded) -> Keys {
        Keys(vec![("pot", event.aggregate_id.to_string())])
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        let times = rows.get::<u64>("pot", &event.aggregate_id)?.unwrap_or_default();
        rows.put("pot", &*event.aggregate_id, &(times + 1))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_asks_twice_and_flushes_once_whatever_its_events() {
    let counting = Counting::new();
    counting.costs_at_most((1, 200, 1), (2.0, 1.05)).await;
    counting.costs_at_most((1, 200, 10), (2.0, 1.05)).await;
    counting.costs_at_most((32, 100, 1), (0.3, 0.1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_aggregate_is_not_looked_for_and_that_of_another_process_is_found() {
    let counting = Counting::new();
    let log = counting.open().await;
    let other = Engine::builder().aggregate::<Pot>(Gate::default()).acts::<Cook>();
    let other = other.open(Options::new(counting.url.as_str(), LogId(7))).await.unwrap();
    let looked = || {
        let statements = counting.wire.statements().into_iter();
        let folds = statements.filter(|(sql, _)| sql.contains("ORDER BY sequence"));
        folds.map(|(_, ran)| ran).sum::<u64>()
    };
    let add = |id: String| {
        let log = log.clone();
        async move { step(&log, &id, &id, Step::Add(1)).await.unwrap() }
    };
    // The first is looked for, as is all that comes before the list of them is there.
    let mut tries = 0;
    loop {
        let before = looked();
        add(format!("first{tries}")).await;
        tries += 1;
        if looked() == before {
            break;
        }
        assert!(tries < 10_000, "new ones are still looked for");
    }
    let before = looked();
    for n in 0..20 {
        add(format!("new{n}")).await;
    }
    assert_eq!(looked(), before);
    for n in 0..20 {
        let theirs = format!("theirs{n}");
        step(&other, &format!("other{n}"), &theirs, Step::Add(1)).await.unwrap();
        // Decided on a new one, and again on what it is.
        add(theirs.clone()).await;
        assert_eq!(grains(&log, &theirs).await, 2);
        assert_eq!(grains(&other, &theirs).await, 2);
    }
    other.close().await;
    log.close().await;
}
