//! The functions on a server that append: when they write, and that both ways of writing agree.

use fugong_engine::{Error, core::Position};
use futures::future::join_all;

use crate::{
    jars::{Command, TooFew},
    kitchen::{Setup, ask, beans, events},
    postgres::Kitchen,
    shared::insist,
};

/// How the function is where tables are distributed; it needs nothing that only such a server has.
const DISTRIBUTED: &str = include_str!("../../src/store/postgres/append_distributed.sql");
/// A batch of nothing, by this writer, after this head: whether it was appended.
const NOTHING: &str = "SELECT append(7, writer + $BY, head + $AFTER, NULL, NULL, 0, '{}', '{}', \
                       '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', \
                       '{}', '{}')::text FROM logs WHERE log_id = 7";

/// Whether the head stands where it was left, because others' events are as many as those of ours
/// that failed, cannot be told by its number.
#[tokio::test(flavor = "multi_thread")]
async fn only_who_wrote_last_appends_without_a_look() {
    for distributed in [false, true] {
        let kitchen = Kitchen::real();
        let log = kitchen.open(&Setup::default()).await;
        if distributed {
            kitchen.sql::<String>(DISTRIBUTED);
        }
        ask(&log, "1", "x", Command::Put(1)).await.unwrap();
        for (by, after, appended) in [("0", "0", "true"), ("1", "0", "false"), ("0", "1", "false")]
        {
            let sql = NOTHING.replace("$BY", by).replace("$AFTER", after);
            assert_eq!(kitchen.sql::<String>(&sql), [appended], "{by} {after}");
        }
    }
}

/// What is decided, refused, repeated, and found in conflict, by two processes in turn and at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_distributed_function_appends_as_the_other_does() {
    let mut told = Vec::new();
    for distributed in [false, true] {
        let kitchen = Kitchen::real();
        let (one, two) =
            (kitchen.open(&Setup::default()).await, kitchen.open(&Setup::default()).await);
        if distributed {
            kitchen.sql::<String>(DISTRIBUTED);
        }
        for n in 0..10_u64 {
            let log = if n % 3 == 0 { &two } else { &one };
            ask(log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
        }
        assert!(ask(&two, "4", "x", Command::Put(4)).await.unwrap().replayed);
        assert!(ask(&one, "4", "x", Command::Put(4)).await.unwrap().replayed);
        let refused = ask(&one, "many", "x", Command::Take(1_000)).await.unwrap_err();
        assert_eq!(refused, Error::Refused(TooFew(45)));
        // Several batches are on their way, and some hold what the other process carries out.
        let asked = (0..200_u64).map(|n| {
            let (log, id) = if n < 150 { (one.clone(), n) } else { (two.clone(), n - 150) };
            let (id, jar) = (format!("many{id}"), format!("jar{id}"));
            tokio::spawn(async move { insist(&log, &id, &jar, Command::Put(1)).await.replayed })
        });
        let replayed = join_all(asked)
            .await
            .into_iter()
            .filter(|replayed| *replayed.as_ref().unwrap())
            .count();
        assert_eq!(replayed, 50);
        assert_eq!(beans(&two, "x").await, 45);
        let all = events(&two).await;
        let positions: Vec<_> = all.iter().map(|event| event.position).collect();
        assert_eq!(positions, (1..=160).map(Position).collect::<Vec<_>>());
        let jars = all.iter().filter(|event| event.aggregate_id.starts_with("jar")).count();
        told.push(jars);
    }
    assert_eq!(told, [150; 2]);
}
