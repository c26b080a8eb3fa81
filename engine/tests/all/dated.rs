//! What is kept by day is read for the days that are asked for, and never taken for all there is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use fugong_engine::{
    Log,
    core::{Failure, Keys, Position, Recorded, Register, Relation, Rows, Want, shanghai_day},
};

use super::Kitchen;
use crate::{
    jars::Command,
    kitchen::{Setup, ask, minutes},
};

const DAYS: &str = "days";
const EVENTS: u64 = 90;
/// So many minutes lie between two events, so that about seven fall on a day.
const APART: i64 = 200;

/// How much happened: to each jar, and on each day to each.
#[derive(Debug, Default)]
struct Diary;

const fn relation(name: &'static str) -> Relation {
    Relation { name, label_zh: "罐", label_en: "jars", columns: &[] }
}

static RELATIONS: [Relation; 2] = [relation("jars"), relation(DAYS)];

impl Register for Diary {
    fn name(&self) -> &'static str {
        "diary"
    }

    fn version(&self) -> u32 {
        1
    }

    fn relations(&self) -> &[Relation] {
        &RELATIONS
    }

    fn dated(&self) -> &[&'static str] {
        &[DAYS]
    }

    fn keys(&self, _event: &Recorded) -> Keys {
        Keys::default()
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        let (jar, day) = (&*event.aggregate_id, shanghai_day(event.recorded_at));
        for (relation, key) in [("jars", jar.to_owned()), (DAYS, format!("{day}/{jar}"))] {
            let count: u64 = rows.get(relation, &key)?.unwrap_or_default();
            if relation == DAYS && event.position.0.is_multiple_of(10) {
                rows.delete(relation, &key);
            } else {
                rows.put(relation, key, &(count + 1))?;
            }
        }
        Ok(())
    }
}

fn setup() -> Setup {
    Setup::default().register(Diary).past_every(8)
}

type Told = BTreeMap<String, u64>;

fn told(rows: &Rows, relation: &'static str, prefix: &str) -> Result<Told, Failure> {
    let rows = rows.beginning::<u64>(relation, prefix)?;
    Ok(rows.into_iter().map(|(key, count)| (key, *count)).collect())
}

fn of(day: NaiveDate) -> Want {
    Want::Prefix(DAYS, format!("{day}/"))
}

/// What is told of all jars, and of those days.
async fn read(log: &Log, at: Option<Position>, days: &[NaiveDate]) -> (Told, Told) {
    let jars = Want::Prefix("jars", String::new());
    let wants: Vec<_> = days.iter().map(|day| of(*day)).chain([jars]).collect();
    let standing = log.rows_with("diary", at, &wants).await.unwrap();
    assert!(at.is_none_or(|at| at == standing.position));
    let mut kept = Told::new();
    for day in days {
        kept.extend(told(&standing.rows, DAYS, &format!("{day}/")).unwrap());
    }
    (told(&standing.rows, "jars", "").unwrap(), kept)
}

/// Appends events; answers the days, and after each event what was told of all of them.
async fn fill(log: &Log) -> (Vec<NaiveDate>, Vec<(Told, Told)>) {
    let (mut days, mut then) = (Vec::new(), Vec::new());
    for n in 0..EVENTS {
        let now = minutes(i64::try_from(n).unwrap() * APART);
        log.advance(now).await.unwrap();
        let day = shanghai_day(log.now());
        if days.last() != Some(&day) {
            days.push(day);
        }
        ask(log, &n.to_string(), &format!("{}", n % 5), Command::Put(1)).await.unwrap();
        log.settle().await.unwrap();
        let rows = log.rows("diary", None).await.unwrap().rows;
        then.push((told(&rows, "jars", "").unwrap(), told(&rows, DAYS, "").unwrap()));
    }
    (days, then)
}

fn on(day: NaiveDate, all: &Told) -> Told {
    let prefix = format!("{day}/");
    let its = all.iter().filter(|(key, _)| key.starts_with(&prefix));
    its.map(|(key, count)| (key.clone(), *count)).collect()
}

#[tokio::test]
async fn a_day_of_the_present_is_read_beside_the_rest_and_follows() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let (days, then) = fill(&log).await;
    log.close().await;
    let log = kitchen.open(&setup()).await;
    let standing = log.rows_with("diary", None, &[]).await.unwrap();
    let (jars, all) = then.last().unwrap();
    assert_eq!(&told(&standing.rows, "jars", "").unwrap(), jars);
    let (first, last) = (days[0], *days.last().unwrap());
    for prefix in [String::new(), format!("{first}/")] {
        let missed = told(&standing.rows, DAYS, &prefix).unwrap_err();
        assert!(missed.0.contains("were not read"), "{missed}");
    }
    assert!(standing.rows.one::<u64>(DAYS, &format!("{first}/0")).is_err());
    assert_eq!(read(&log, None, &[first]).await.1, on(first, all));
    assert_eq!(read(&log, None, &[last, first]).await.1.len(), on(first, all).len() + on(last, all).len());
    ask(&log, "more", "new", Command::Put(1)).await.unwrap();
    log.settle().await.unwrap();
    let (jars, day) = read(&log, None, &[last]).await;
    let (kept, made) = (format!("{last}/new"), "new".to_owned());
    assert_eq!((jars.get(&made), day.get(&kept)), (Some(&1), Some(&1)));
    let every = log.rows("diary", None).await.unwrap().rows;
    assert_eq!(told(&every, DAYS, "").unwrap().len(), all.len() + 1);
}

#[tokio::test]
async fn a_day_dated_back_is_as_it_was_told_then() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let (days, then) = fill(&log).await;
    log.rebuild("diary").await.unwrap();
    let whole = "SELECT count(*) FROM register_rows WHERE register LIKE 'past:diary@%'";
    assert!(40 < kitchen.sql::<u64>(whole)[0], "points are kept");
    log.close().await;
    let log = kitchen.open_to_read(&setup()).await;
    for (n, (jars, all)) in then.iter().enumerate().rev() {
        let at = Some(Position(u64::try_from(n).unwrap() + 1));
        let day = days[n % days.len()];
        assert_eq!(read(&log, at, &[day]).await, (jars.clone(), on(day, all)), "{n} {day}");
        let days = log.rows_with("diary", at, &[of(day)]).await.unwrap().rows;
        assert_eq!(told(&days, DAYS, &format!("{day}/")).unwrap(), on(day, all), "{n} {day}");
        let every = log.rows("diary", at).await.unwrap().rows;
        assert_eq!(&told(&every, DAYS, "").unwrap(), all, "{n}");
    }
}

#[tokio::test]
async fn whoever_read_from_points_that_are_gone_is_told_once_and_then_answered() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let (_, then) = fill(&log).await;
    log.rebuild("diary").await.unwrap();
    log.close().await;
    let log = kitchen.open_to_read(&setup()).await;
    let jars = [Want::Prefix("jars", String::new())];
    let at = |n: usize| Some(Position(u64::try_from(n).unwrap() + 1));
    log.rows_with("diary", at(60), &jars).await.unwrap();
    // As another process does when it makes them anew.
    kitchen.tamper("DELETE FROM register_rows WHERE register LIKE 'past:%'");
    let missed = log.rows_with("diary", at(63), &jars).await.unwrap_err().to_string();
    assert!(missed.contains("ask again"), "{missed}");
    let rows = log.rows_with("diary", at(63), &jars).await.unwrap().rows;
    assert_eq!(told(&rows, "jars", "").unwrap(), then[63].0);
}
