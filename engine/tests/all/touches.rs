//! Whoever reads some rows of the past has only those events folded that touch them, and gets what
//! a fold of all of them gives; an event cannot touch what is not said of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::{Arc, Mutex},
};

use fugong_engine::{
    Log,
    core::{Failure, Keys, Position, Recorded, Register, Relation, Rows, Touches, Want},
};

use super::Kitchen;
use crate::{
    jars::{Command, Event},
    kitchen::{Setup, ask, minutes},
};

const NAMES: [&str; 3] = ["puts", "takes", "spoils"];
const EVENTS: u64 = 120;

/// What was put into each jar, what was taken and is left, and how often one was spoiled.
#[derive(Debug, Default)]
struct Shelves {
    touches: &'static [Touches],
    folded: Folded,
}

/// The types of the events that were folded.
type Folded = Arc<Mutex<BTreeSet<Arc<str>>>>;

/// A taking says what was put.
const TOUCHES: &[Touches] =
    &[("beans-put", &["puts"]), ("beans-taken", &["takes", "puts"]), ("beans-", &["spoils"])];
const FORGOTTEN: &[Touches] = &[("beans-put", &["puts"]), ("beans-taken", &["takes"])];

const fn relation(name: &'static str) -> Relation {
    Relation { name, label_zh: "罐", label_en: "jars", columns: &[] }
}

static RELATIONS: [Relation; 3] = [relation(NAMES[0]), relation(NAMES[1]), relation(NAMES[2])];

impl Register for Shelves {
    fn name(&self) -> &'static str {
        "shelves"
    }

    fn version(&self) -> u32 {
        1
    }

    fn relations(&self) -> &[Relation] {
        &RELATIONS
    }

    fn touches(&self) -> &'static [Touches] {
        self.touches
    }

    fn keys(&self, _event: &Recorded) -> Keys {
        Keys::default()
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        if let Ok(mut folded) = self.folded.lock() {
            folded.insert(Arc::clone(&event.event_type));
        }
        let jar = &*event.aggregate_id;
        let count = |rows: &mut Rows, relation| {
            Ok::<_, Failure>(rows.get::<u64>(relation, jar)?.unwrap_or_default())
        };
        match &*event.payload_as::<Event>()? {
            Event::Put(n) => {
                let put = count(rows, "puts")?;
                rows.put("puts", jar, &(put + n))
            }
            Event::Taken(n) => {
                let (put, taken) = (count(rows, "puts")?, count(rows, "takes")?);
                rows.put("takes", jar, &(taken + n * put))
            }
            Event::Spoiled(_) => {
                let spoiled = count(rows, "spoils")?;
                rows.put("spoils", jar, &(spoiled + 1))
            }
            Event::Labelled(_) => Ok(()),
        }
    }
}

type Told = BTreeMap<String, u64>;

fn told(rows: &Rows, relation: &'static str) -> Told {
    let rows = rows.shared::<u64>(relation).unwrap();
    rows.into_iter().map(|(key, count)| (key, *count)).collect()
}

fn setup(folded: Folded) -> Setup {
    Setup::default().register(Shelves { touches: TOUCHES, folded }).past_every(20)
}

/// Appends events; answers what was told after each.
async fn fill(log: &Log) -> Vec<[Told; 3]> {
    let mut then = Vec::new();
    for n in 0..EVENTS {
        log.advance(minutes(i64::try_from(n).unwrap() * 200)).await.unwrap();
        let command = match n % 7 {
            0..4 => Command::Put(n % 5 + 2),
            4 | 5 => Command::Take(1),
            _ => Command::Spoil,
        };
        ask(log, &n.to_string(), &(n % 3).to_string(), command).await.unwrap();
        log.settle().await.unwrap();
        let rows = log.rows("shelves", None).await.unwrap().rows;
        then.push(NAMES.map(|name| told(&rows, name)));
    }
    then
}

#[tokio::test]
async fn rows_of_the_past_are_right_whichever_are_asked_for() {
    let setup = || setup(Folded::default());
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let then = fill(&log).await;
    log.rebuild("shelves").await.unwrap();
    log.close().await;
    let log = kitchen.open_to_read(&setup()).await;
    // Now this, now that, of days before and after, so that what was read is read on from.
    for step in 0..EVENTS * 3 {
        let n = usize::try_from(step * 37 % EVENTS).unwrap();
        let asked: Vec<_> = (0..3).filter(|bit| (step % 7 + 1) >> bit & 1 == 1).collect();
        let wants: Vec<_> =
            asked.iter().map(|bit| Want::Prefix(NAMES[*bit], String::new())).collect();
        let at = Position(u64::try_from(n).unwrap() + 1);
        let rows = log.rows_with("shelves", Some(at), &wants).await.unwrap().rows;
        for bit in asked {
            assert_eq!(told(&rows, NAMES[bit]), then[n][bit], "{} at {at}", NAMES[bit]);
        }
    }
}

#[tokio::test]
async fn only_what_concerns_the_reader_is_folded() {
    let folded = Folded::default();
    let setup = || setup(Arc::clone(&folded));
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let _then = fill(&log).await;
    log.rebuild("shelves").await.unwrap();
    log.close().await;
    let both = vec!["beans-put", "beans-taken"];
    for (name, types) in NAMES.into_iter().zip([both.clone(), both, vec!["beans-spoiled"]]) {
        let log = kitchen.open_to_read(&setup()).await;
        folded.lock().unwrap().clear();
        let (at, want) = (Some(Position(EVENTS - 1)), Want::Prefix(name, String::new()));
        log.rows_with("shelves", at, &[want]).await.unwrap();
        let folded = mem::take(&mut *folded.lock().unwrap());
        assert_eq!(folded.iter().map(|it| &**it).collect::<Vec<_>>(), types, "{name}");
    }
}

#[tokio::test]
async fn an_event_cannot_touch_what_is_not_said_of_it() {
    let kitchen = Kitchen::new();
    let shelves = Shelves { touches: FORGOTTEN, ..Shelves::default() };
    let log = kitchen.open(&Setup::default().register(shelves)).await;
    ask(&log, "put", "jar", Command::Put(3)).await.unwrap();
    ask(&log, "take", "jar", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    let [status] = &log.register_status().await[..] else { panic!("one register") };
    let why = "beans-taken touches puts, which the register does not say of it; a defect";
    assert_eq!(status.stuck, Some((Position(2), why.to_owned())));
    assert_eq!(told(&log.rows("shelves", None).await.unwrap().rows, "takes"), Told::new());
}
