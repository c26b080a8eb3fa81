use std::task::Poll;

use fugong_core::{LogId, Position};
use fugong_engine::{ClockMode, Options};
use serde_json::json;
use tempfile::TempDir;

use super::{KEPT, Operations, Order, Passes, Stop, watch};
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
    Order {
        kind: "rebuild",
        command_id: format!("http/zhang/{key}"),
        fingerprint: "same".to_owned(),
        actor: "zhang".to_owned(),
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
    for key in 1..KEPT {
        begin(key).unwrap();
    }
    assert_eq!(begin(KEPT).unwrap_err().code, "RATE_LIMITED");
    assert!(begin(0).unwrap().1, "what runs is found again");
    go.send_replace(true);
    while !first.has_ended() {
        tokio::task::yield_now().await;
    }
    assert!(!begin(KEPT).unwrap().1);
    assert!(operations.find(first.id).is_none(), "the oldest that ended is forgotten");
    assert!(!begin(0).unwrap().1, "and begun anew");
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
    let (alive, never) = (std::sync::Arc::new(()), watch::Sender::new(false));
    let begin = |key| {
        let never = never.clone();
        let held = std::sync::Arc::clone(&alive);
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
    assert_eq!(std::sync::Arc::strong_count(&alive), 1, "nothing of it is left");
    first.cancel().await;
    operations.forget(first.id);
    assert!(operations.find(first.id).is_none());
    let stop = Stop::default();
    assert!(!stop.is_called());
    stop.call();
    stop.called().await;
    assert!(stop.is_called());
}
