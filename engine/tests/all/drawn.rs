//! A key that is drawn for the words of an act is stored with the act, or nowhere.

use fugong_engine::{
    DrawnKeys, Log, Order, Receipt,
    core::{Personal, Unsealed},
};

use super::Kitchen;
use crate::{
    jars::{Ask, Command},
    kitchen::{Error, Setup, events},
};

/// Labels the jar x, if it stands at this version.
async fn label(
    log: &Log,
    id: &str,
    (keys, name): (&DrawnKeys, &Personal),
    expected_version: Option<u64>,
) -> Result<Receipt, Error> {
    let order = Order { command_id: id.to_owned(), expected_version, ..Order::default() };
    log.act_sealed(&Ask::new("x", Command::Label(name.clone())), order, keys).await
}

fn value(text: &str) -> Unsealed<String> {
    Unsealed::Value(text.to_owned())
}

#[tokio::test]
async fn a_refused_act_leaves_no_key_and_one_that_is_carried_out_leaves_its_own() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    let keys = DrawnKeys::default();
    let name = log.seal_for_act(&keys, "c-1", "王小明").await.unwrap();
    let remark = log.seal_for_act(&keys, "c-1", "再来").await.unwrap();
    let refused = label(&log, "1", (&keys, &name), Some(9)).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { expected: 9, actual: 0 }), "{refused}");
    assert!(!log.knows("c-1").await.unwrap());
    label(&log, "2", (&keys, &name), Some(0)).await.unwrap();
    assert!(log.knows("c-1").await.unwrap());
    // What is known by now takes no new key.
    let (later, none) = (log.seal_for_act(&keys, "c-1", "又来").await.unwrap(), DrawnKeys::default());
    label(&log, "3", (&none, &later), None).await.unwrap();
    log.close().await;
    let log = kitchen.open(&Setup::default()).await;
    for (sealed, text) in [(&name, "王小明"), (&remark, "再来"), (&later, "又来")] {
        assert_eq!(log.open(sealed).unwrap(), value(text));
    }
}

/// Two acts that speak of somebody first at the same time.
#[tokio::test]
async fn acts_that_are_asked_at_once_share_a_key_whichever_is_first() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    let (one, two) = (DrawnKeys::default(), DrawnKeys::default());
    let first = log.seal_for_act(&one, "c-1", "王小明").await.unwrap();
    let second = log.seal_for_act(&two, "c-1", "李小红").await.unwrap();
    label(&log, "2", (&two, &second), Some(0)).await.unwrap();
    label(&log, "1", (&one, &first), Some(0)).await.unwrap_err();
    label(&log, "1", (&one, &first), Some(1)).await.unwrap();
    assert_eq!(log.open(&first).unwrap(), value("王小明"));
    assert_eq!(log.open(&second).unwrap(), value("李小红"));
}

/// The key of an act that waited is destroyed meanwhile: what is in the act would be lost, and the
/// key does not come back by it.
#[tokio::test]
async fn words_whose_key_was_destroyed_meanwhile_are_not_recorded() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    let (one, two) = (DrawnKeys::default(), DrawnKeys::default());
    let first = log.seal_for_act(&one, "c-1", "王小明").await.unwrap();
    let second = log.seal_for_act(&two, "c-1", "李小红").await.unwrap();
    label(&log, "1", (&one, &first), None).await.unwrap();
    assert!(log.erase("c-1").await.unwrap());
    let why = label(&log, "2", (&two, &second), None).await.unwrap_err();
    assert!(matches!(&why, Error::Unavailable(why) if why.contains("repeat it")), "{why}");
    assert_eq!(events(&log).await.len(), 1);
    let again = DrawnKeys::default();
    let second = log.seal_for_act(&again, "c-1", "李小红").await.unwrap();
    label(&log, "2", (&again, &second), None).await.unwrap();
    assert_eq!(log.open(&first).unwrap(), Unsealed::Erased);
    assert_eq!(log.open(&second).unwrap(), value("李小红"));
}
