//! A register that sets apart what it cannot read goes on with everything else, and says so.

use fugong_engine::{
    Log,
    core::{Apart, Failure, Keys, Position, Recorded, Register, Relation, Rows, Unreadable},
};

use super::Kitchen;
use crate::{
    jars::{Command, Event},
    kitchen::{Setup, ask},
};

/// How much was put into and taken out of each jar; it cannot read a taking of so many.
struct Moved {
    fails_at: Option<u64>,
    every_event: bool,
}

static RELATIONS: [Relation; 1] =
    [Relation { name: "moved", label_zh: "进出", label_en: "moved", columns: &[] }];

impl Register for Moved {
    fn name(&self) -> &'static str {
        "moved"
    }

    fn version(&self) -> u32 {
        1
    }

    fn relations(&self) -> &[Relation] {
        &RELATIONS
    }

    fn keys(&self, event: &Recorded) -> Keys {
        let jar = ("moved", event.aggregate_id.to_string());
        // Those of a jar called "a=b" go into both.
        let both = event.aggregate_id.split('=').map(|jar| ("moved", jar.to_owned()));
        Keys(if self.every_event { both.collect() } else { vec![jar; 0] })
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        let (Event::Put(n) | Event::Taken(n) | Event::Spoiled(n)) = *event.payload_as::<Event>()?
        else {
            return Ok(());
        };
        for jar in event.aggregate_id.split('=') {
            let before: u64 = rows.get("moved", jar)?.unwrap_or_default();
            rows.put("moved", jar, &(before + n))?;
        }
        if self.fails_at == Some(n) {
            return Err(Failure(format!("{n} cannot be read")));
        }
        Ok(())
    }

    fn unreadable(&self) -> Unreadable {
        Unreadable::SetApart
    }
}

fn setup(fails_at: Option<u64>) -> Setup {
    Setup::default().register(Moved { fails_at, every_event: true }).past_every(2)
}

async fn put(log: &Log, from: u64, all: &[(&str, u64)]) {
    for (n, (jar, beans)) in (from..).zip(all) {
        ask(log, &format!("{n}"), jar, Command::Put(*beans)).await.unwrap();
    }
    log.settle().await.unwrap();
}

/// The rows, and which of them are set apart after which event.
async fn read(log: &Log, at: Option<u64>) -> (Vec<(String, u64)>, Vec<(String, u64)>) {
    let read = log.rows("moved", at.map(Position)).await.unwrap();
    assert_eq!(read.stuck, None);
    let apart = read.apart.iter().map(|it| (it.key.clone(), it.position.0)).collect();
    (read.rows.all("moved").unwrap(), apart)
}

fn of(all: &[(&str, u64)]) -> Vec<(String, u64)> {
    all.iter().map(|(jar, n)| ((*jar).to_owned(), *n)).collect()
}

#[tokio::test]
async fn what_an_unreadable_event_touches_is_set_apart_and_the_rest_goes_on() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup(Some(13))).await;
    let all = [("a", 1), ("b", 2), ("a", 13), ("b", 4), ("a", 5), ("a=c", 6), ("c", 7), ("b", 8)];
    put(&log, 0, &all).await;
    let now = (of(&[("a", 1), ("b", 14)]), of(&[("a", 3), ("c", 6)]));
    assert_eq!(read(&log, None).await, now);
    // Dated back, it is said of the day that is asked.
    assert_eq!(read(&log, Some(2)).await, (of(&[("a", 1), ("b", 2)]), vec![]));
    assert_eq!(read(&log, Some(5)).await, (of(&[("a", 1), ("b", 6)]), of(&[("a", 3)])));
    let [status] = &log.register_status().await[..] else { panic!("one register") };
    assert_eq!((status.position, status.lag(), &status.stuck), (Position(8), 0, &None));
    let first = Apart {
        relation: "moved".to_owned(),
        key: "a".to_owned(),
        position: Position(3),
        reason: "13 cannot be read".to_owned(),
    };
    assert_eq!(status.apart[0], first);
    assert_eq!(status.apart[1].reason, "moved a lacks event 3");
    let problems = log.health().await.problems;
    let said = "moved has set 2 rows apart since event 3 (13 cannot be read)";
    assert!(problems.iter().any(|it| it.contains(said)), "{problems:?}");
    assert_eq!(log.rebuild("moved").await.unwrap().differences, [], "a fresh fold does the same");
    log.close().await;
    let log = kitchen.open(&setup(Some(13))).await;
    put(&log, 100, &[("a", 1), ("b", 1)]).await;
    assert_eq!(read(&log, None).await.0, of(&[("a", 1), ("b", 15)]), "after a restart too");
    log.close().await;

    let log = kitchen.open(&setup(None)).await;
    assert_eq!(read(&log, None).await.1.len(), 2, "a mended program does not fill them by itself");
    let differences = log.rebuild("moved").await.unwrap().differences;
    let changed: Vec<_> = differences.iter().map(|it| (&*it.relation, &*it.key)).collect();
    let expected =
        [("moved", "a"), ("moved", "c"), ("set apart", "moved/a"), ("set apart", "moved/c")];
    assert_eq!(changed, expected);
    let whole = of(&[("a", 26), ("b", 15), ("c", 13)]);
    assert_eq!(read(&log, None).await, (whole, vec![]));
    assert_eq!(read(&log, Some(5)).await, (of(&[("a", 19), ("b", 6)]), vec![]));
    assert!(log.health().await.is_well());
}

#[tokio::test]
async fn an_unreadable_event_that_names_no_rows_stops_the_register() {
    let kitchen = Kitchen::new();
    let nameless = Moved { fails_at: Some(13), every_event: false };
    let log = kitchen.open(&Setup::default().register(nameless)).await;
    put(&log, 0, &[("a", 1), ("a", 13), ("a", 2)]).await;
    let [status] = &log.register_status().await[..] else { panic!("one register") };
    assert_eq!((status.position, status.lag()), (Position(1), 2));
    assert_eq!(status.stuck, Some((Position(2), "13 cannot be read".to_owned())));
    let second = log.events(Position(1), 1, &fugong_engine::Filter::default()).await.unwrap();
    assert_eq!(status.waiting_since, Some(second[0].recorded_at));
}
