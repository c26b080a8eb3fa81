//! Why it is so: the fewest events from which it follows.

use std::collections::{BTreeMap, BTreeSet};

use fugong_api::{Desk, History, Place, Whose};
use fugong_core::Recorded;

use crate::story::{Told, told};

/// Of so many facts that are no flag, order or inspection, one is asked for: each takes its time.
const ONE_OF: usize = 3;

/// The facts of the story that are worth asking for: how each order, flag and inspection ended, who
/// sits where, what was told last of production, how difficulties and barriers stand.
fn places(told: &Told) -> Vec<String> {
    let of = |event: &Recorded| {
        let id = &event.aggregate_id;
        match &*event.aggregate_type {
            "credit" => {
                let said: serde_json::Value = serde_json::from_str(&event.payload).unwrap();
                let flag = &said.as_object().unwrap().values().next().unwrap()["flag"];
                Some(format!("flag/{id}.{flag}"))
            }
            "task" | "regime" => None,
            kind => Some(format!("{kind}/{id}")),
        }
    };
    let all: BTreeSet<String> = told.events.iter().filter_map(of).collect();
    let heavy = |place: &str| {
        ["flag", "rectification", "inspection"].iter().any(|kind| place.starts_with(kind))
    };
    let (mut asked, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| heavy(it));
    assert!(30 < asked.len() && 60 < others.len(), "{} and {}", asked.len(), others.len());
    asked.extend(others.into_iter().step_by(ONE_OF));
    asked
}

#[actix_web::test]
async fn a_fact_of_the_story_follows_from_its_reasons_and_from_no_fewer() {
    let told = told().await;
    let desk = Desk::new(told.log.clone());
    let history = History::of(&desk);
    for place in places(&told) {
        assert_minimal(&told, &history, &place).await;
    }
}

async fn assert_minimal(told: &Told, history: &History<'_>, place: &str) {
    let parsed: Place = place.parse().unwrap();
    let why = history.why(&parsed, told.log.head()).await;
    let why = why.unwrap_or_else(|problem| panic!("{place}: {problem:?}"));
    for stands in &why.fact.stands {
        let (label, pointer) = (&stands.label, &stands.pointer);
        assert!(!label.chars().any(|c| c.is_ascii_lowercase()), "{place}#{pointer}: {label}");
        let says = pointer != "/state" || stands.value_label.is_some();
        assert!(says, "{place}#{pointer}: {} has no Chinese word", stands.value);
    }
    let events: Vec<Recorded> = why.steps.iter().map(|step| step.told.event.clone()).collect();
    let holds = async |events: &[Recorded]| {
        told.log.follows(events, |world| why.fact.holds(world)).await.unwrap()
    };
    assert!(holds(&events).await, "{place} does not follow from its reasons");
    for n in 0..events.len() {
        let mut fewer = events.clone();
        let left_out = fewer.remove(n);
        assert!(!holds(&fewer).await, "{place} follows without {}", left_out.position);
    }
}

/// Whatever stands in a state can be asked for by a pointer: each member of the state of one thing of
/// each kind, the one that most happened to.
#[actix_web::test]
async fn each_member_of_a_state_follows_from_its_reasons_and_from_no_fewer() {
    let told = told().await;
    let desk = Desk::new(told.log.clone());
    let history = History::of(&desk);
    let mut lives: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for event in &told.events {
        *lives.entry((&event.aggregate_type, &event.aggregate_id)).or_default() += 1;
    }
    let mut most: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for ((kind, id), events) in lives {
        let known = most.entry(kind).or_insert((events, id));
        *known = (*known).max((events, id));
    }
    // What is published and what is to be done are asked for by nobody.
    most.retain(|kind, _| !["regime", "task"].contains(kind));
    let mut asked = 0;
    for (kind, (_, id)) in most {
        let place: Place = format!("{kind}/{id}").parse().unwrap();
        let whose = Whose::Thing(place.kind, place.id);
        let state = history.as_of(&whose, history.now()).await.unwrap();
        for member in state.as_object().unwrap().keys() {
            assert_minimal(&told, &history, &format!("{kind}/{id}#/{member}")).await;
            asked += 1;
        }
    }
    assert!(40 < asked, "{asked}");
}
