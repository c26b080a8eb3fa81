//! Every act of the story decided again.

use std::collections::BTreeMap;

use fugong_core::{Intent, Position, Recorded, keys};
use fugong_engine::{Database, Loop, Rehearsal};

use uuid::Uuid;

use crate::story::told;

/// 「全过程留痕和可回溯管理」: each act comes out again as it stands in the log, on the facts that its
/// trace names and by the rules of its own day.
#[actix_web::test]
async fn every_act_of_the_story_is_decided_as_it_was() {
    let told = told().await;
    let found = told.log.decide_again(Position(u64::MAX)).await.unwrap();
    let events = u64::try_from(told.events.len()).unwrap();
    assert_eq!(found.faults, vec![]);
    assert_eq!((found.events, found.undecided), (events, 0));
    assert!(600 < found.commands, "{}", found.commands);
    assert!(0 < found.idle, "the story has acts that find nothing to do");
    for status in told.log.register_status().await {
        let compared = told.log.compare_afresh(&status.name).await.unwrap();
        assert_eq!((compared.position, compared.differences), (told.log.head(), vec![]));
    }
}

/// What an event says, its envelope with it.
fn said(event: &Recorded) -> (u64, Uuid, String, String, BTreeMap<String, String>) {
    let mut metadata = (*event.metadata).clone();
    // There is no receipt of what is only thought.
    metadata.remove(keys::RECEIPT);
    let whose = format!("{}/{}", event.aggregate_type, event.aggregate_id);
    (event.position.0, event.event_id, whose, event.payload.to_string(), metadata)
}

#[actix_web::test]
async fn the_story_lived_again_under_its_own_rules_is_the_story() {
    let told = told().await;
    for how in [Loop::Open, Loop::Closed] {
        let same = |asked: &Intent, _: &Rehearsal<'_>| asked.clone();
        let again = told.log.rehearse(how, told.log.head(), same).await.unwrap();
        assert_eq!(again.not_done, vec![]);
        for (event, stands) in again.events.iter().zip(&told.events) {
            assert_eq!(said(event), said(stands), "{how:?}");
        }
        assert_eq!(again.events.len(), told.events.len(), "{how:?}");
    }
}

/// Somebody changes what stands in the database: it is found, and where.
#[actix_web::test]
async fn what_was_changed_in_the_database_is_not_what_would_be_decided() {
    let told = told().await;
    let served = |event: &&Recorded| &*event.event_type == "rectification-served";
    let event = told.events.iter().find(served).unwrap();
    let changed = event.payload.replace("\"due\":\"2020-", "\"due\":\"2021-");
    assert_ne!(changed, *event.payload);
    let Database::File(file) = told.log.database() else { panic!("a file") };
    let database = rusqlite::Connection::open(file).unwrap();
    database.execute_batch("DROP TRIGGER events_are_never_updated").unwrap();
    let sql = "UPDATE events SET payload = ?1 WHERE position = ?2";
    let position = i64::try_from(event.position.0).unwrap();
    database.execute(sql, rusqlite::params![changed, position]).unwrap();
    let found = told.log.decide_again(told.log.head()).await.unwrap();
    let at: Vec<_> = found.faults.iter().map(|fault| fault.position).collect();
    assert_eq!(at.first(), Some(&event.position), "{:?}", found.faults);
    assert!(2 <= at.iter().filter(|at| **at == event.position).count(), "hash and decision");
}

/// A receipt is held against what the events say of it, however little of it is changed.
#[actix_web::test]
async fn a_receipt_that_was_changed_is_not_what_its_events_say() {
    let told = told().await;
    let Database::File(file) = told.log.database() else { panic!("a file") };
    let database = rusqlite::Connection::open(file).unwrap();
    let event = told.events.last().unwrap();
    let id = event.meta(keys::COMMAND_ID).unwrap();
    for (change, said) in [
        ("fingerprint = fingerprint || 'x'", "is not what the event says"),
        ("version = version + 1", "is not what the event says"),
        ("command = NULL", "is not what the event says"),
        ("position = position - 1", "stands for other events"),
        ("events = events + 1", "stands for other events"),
        ("command_id = 'x'", "is gone"),
    ] {
        let sql = format!("UPDATE commands SET {change} WHERE command_id = ?1");
        assert_eq!(database.execute(&sql, [id]).unwrap(), 1);
        let found = told.log.decide_again(told.log.head()).await.unwrap();
        let of_it = found.faults.iter().find(|fault| fault.detail.contains(said));
        assert!(of_it.is_some_and(|it| it.position <= event.position), "{change}: {found:?}");
    }
}
