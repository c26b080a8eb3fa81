use std::{sync::Arc, task::Poll};

use fugong_core::{LogId, Position};
use fugong_engine::{ClockMode, Options};
use serde_json::json;
use tempfile::TempDir;

use super::{EACH, KEPT, Operation, Operations, Order, Passes, Stop, watch};
use crate::{desk::Desk, district, problem::Problem};

async fn desk() -> (Desk, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let start = "2020-02-27T00:00:00Z".parse().unwrap();
    let options = Options {
        clock: ClockMode::Simulated { start, seed: 7 },
        ..Options::new(folder.path().join("district.db"), LogId(500_114))
    };
    (Desk::new(district::engine().open(options).await.unwrap()), folder)
}

fn order(key: usize) -> Order {
    order_of("zhang", key)
}

fn order_of(actor: &str, key: usize) -> Order {
    Order {
        kind: "rebuild",
        command_id: format!("http/{actor}/{key}"),
        fingerprint: "same".to_owned(),
        actor: actor.to_owned(),
    }
}

#[test]
fn progress_goes_on_through_every_pass_and_never_back() {
    let passes = Passes::of(Position(100));
    let (of, heard) = passes.heard(3);
    assert_eq!(of, Position(300));
    let mut told = Vec::new();
    for _ in 0..2 {
        passes.at(40);
        told.push(heard.borrow().0);
        // Under other rules more may happen than did.
        passes.at(170);
        told.push(heard.borrow().0);
        passes.passed();
    }
    assert_eq!(told, [40, 100, 140, 200]);
    assert_eq!(*heard.borrow(), Position(200));
}

#[actix_web::test]
async fn only_so_many_are_remembered_and_none_that_runs_is_forgotten() {
    let (desk, _folder) = desk().await;
    let operations = Operations::default();
    let go = watch::Sender::new(false);
    let begin = |key| {
        let mut told = go.subscribe();
        let work = async move {
            told.wait_for(|go| *go).await.unwrap();
            Ok(json!({}))
        };
        operations.begin(&desk, order(key), Passes::default().heard(1), work)
    };
    let (first, _) = begin(0).unwrap();
    for key in 1..EACH {
        begin(key).unwrap();
    }
    assert_eq!(begin(EACH).unwrap_err().code, "RATE_LIMITED");
    assert!(begin(0).unwrap().1, "what runs is found again");
    go.send_replace(true);
    while !first.has_ended() {
        tokio::task::yield_now().await;
    }
    assert!(!begin(EACH).unwrap().1);
    assert!(operations.find(first.id).is_none(), "the oldest that ended is forgotten");
    assert!(!begin(0).unwrap().1, "and begun anew");
}

/// Who asks for many forgets his own.
#[actix_web::test]
async fn nobody_loses_what_he_began_to_another() {
    let (desk, _folder) = desk().await;
    let operations = Operations::default();
    let begin = |actor: &str, key| {
        let (done, heard) = (async { Ok(json!({})) }, Passes::default().heard(1));
        operations.begin(&desk, order_of(actor, key), heard, done)
    };
    let ended = async |begun: Arc<Operation>| {
        while !begun.has_ended() {
            tokio::task::yield_now().await;
        }
        begun
    };
    let his = ended(begin("li", 0).unwrap().0).await;
    let first = ended(begin("zhang", 0).unwrap().0).await;
    for key in 1..70 {
        ended(begin("zhang", key).unwrap().0).await;
    }
    assert!(operations.find(his.id).is_some());
    assert!(operations.find(first.id).is_none());
    // Of all together there are not more than there is room for, until what they made is gone.
    let there = operations.kept.lock().unwrap().len();
    for n in there..KEPT {
        ended(begin(&format!("actor-{}", n / EACH), n).unwrap().0).await;
    }
    assert_eq!(begin("wang", 0).unwrap_err().code, "RATE_LIMITED");
    assert!(operations.find(his.id).is_some());
    desk.log().advance("2020-02-27T02:00:00Z".parse().unwrap()).await.unwrap();
    begin("wang", 0).unwrap();
    assert!(operations.find(his.id).is_none());
}

#[actix_web::test]
async fn a_defect_comes_to_an_end_that_is_told() {
    let (desk, _folder) = desk().await;
    let operations = Operations::default();
    let broken = std::future::poll_fn(|_| -> Poll<Result<serde_json::Value, Problem>> {
        panic!("a defect")
    });
    let (operation, _) =
        operations.begin(&desk, order(1), Passes::default().heard(1), broken).unwrap();
    while !operation.has_ended() {
        tokio::task::yield_now().await;
    }
    let shown = operation.to_json();
    assert_eq!(
        (&shown["state"], &shown["problem"]["code"]),
        (&json!("failed"), &json!("UNAVAILABLE"))
    );
    assert_eq!(shown["finished_at"], "2020-02-27T00:00:00Z");
}
/// What waits for something is stopped there; what only waits for its turn never begins.
#[actix_web::test]
async fn what_is_told_to_stop_stops() {
    let (desk, _folder) = desk().await;
    let operations = Operations::default();
    let (alive, never) = (Arc::new(()), watch::Sender::new(false));
    let begin = |key| {
        let never = never.clone();
        let held = Arc::clone(&alive);
        let work = async move {
            never.subscribe().wait_for(|go| *go).await.unwrap();
            drop(held);
            Ok(json!({}))
        };
        operations.begin(&desk, order(key), Passes::default().heard(1), work).unwrap().0
    };
    let (first, second) = (begin(1), begin(2));
    assert_eq!(first.to_json()["state"], "running");
    second.cancel().await;
    assert_eq!(second.to_json()["state"], "cancelled");
    first.cancel().await;
    assert_eq!(first.to_json()["state"], "cancelled");
    assert_eq!(first.to_json()["finished_at"], "2020-02-27T00:00:00Z");
    assert_eq!(Arc::strong_count(&alive), 1, "nothing of it is left");
    first.cancel().await;
    operations.forget(first.id);
    assert!(operations.find(first.id).is_none());
    let stop = Stop::default();
    assert!(!stop.is_called());
    stop.call();
    stop.called().await;
    assert!(stop.is_called());
}
