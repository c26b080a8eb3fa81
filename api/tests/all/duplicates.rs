//! A phone that heard no answer sends again, and perhaps a hundred times at once: it happens once.

use std::collections::{BTreeMap, BTreeSet};

use fugong_api::{Desk, Slip};
use fugong_core::Position;
use fugong_engine::Filter;
use fugong_fixtures::data;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::rig::District;

/// How often the first act of each kind is sent at once, and the others.
const OF_EACH_KIND: usize = 100;
const OF_OTHERS: usize = 3;

/// The story, of which every act is sent many times at once, comes to what it comes to otherwise.
#[actix_web::test]
async fn of_a_hundred_at_once_one_happens() {
    let once = played(|_| 1).await;
    let mut met = BTreeSet::new();
    let often =
        played(|operation| if met.insert(operation.to_owned()) { OF_EACH_KIND } else { OF_OTHERS })
            .await;
    let all: BTreeSet<String> = fugong_api::acts().map(|row| row.path.to_owned()).collect();
    assert_eq!(met, all, "every kind of act is sent");
    assert_eq!(often.len(), once.len());
    let differ = often.iter().zip(&once).find(|(often, once)| often != once);
    assert_eq!(differ, None);
}

/// The events of the story, each act of which is sent so often at once.
async fn played(mut times: impl FnMut(&str) -> usize) -> Vec<(String, String, Value)> {
    let story = story();
    let first: Value = serde_json::from_str(&story[0]).unwrap();
    let district = District::at(first["at"].as_str().unwrap()).await;
    let desk = Desk::new(district.log.clone());
    desk.allow_hosts([data::RECEIVER]);
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for text in &story {
        let (line, request) = district.asked(text, &ids).await;
        let many = times(&pattern(&request.path));
        let answers = join_all((0..many).map(|_| desk.perform(request.clone()))).await;
        let mut new = 0;
        for answer in &answers {
            match (answer, line["refused"].as_str()) {
                (Ok(answer), None) => {
                    new += usize::from(!answer.replayed);
                    // The text of a key is told once.
                    let of = |slip: &Slip| Slip { secret: None, ..slip.clone() };
                    let first = answers.iter().flatten().next().unwrap();
                    assert_eq!(of(&answer.receipt), of(&first.receipt), "{text}");
                    ids.insert(line["key"].as_str().unwrap().to_owned(), answer.id.clone());
                }
                // The one that came first is under way: send it again later.
                (Err(problem), _) if problem.code == "IN_FLIGHT" => {}
                (Err(problem), Some(code)) => assert_eq!(problem.code, code, "{text}"),
                (answer, _) => panic!("{answer:?}: {text}"),
            }
        }
        assert!(new == 1 || line["refused"].is_string(), "{new} of {many} are new: {text}");
        district.log.settle().await.unwrap();
    }
    let events = district.log.events(Position::START, 10_000, &Filter::default()).await.unwrap();
    let said = |event: &fugong_core::Recorded| {
        let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        (event.event_type.to_string(), event.aggregate_id.to_string(), words_left_out(payload))
    };
    events.iter().map(said).collect()
}

/// The story, with the acts that it has none of.
fn story() -> Vec<String> {
    let mut story: Vec<String> = data::STORY.lines().map(str::to_owned).collect();
    let notice = story.iter().position(|line| line.contains("\"flag-E.1-notices-353\"")).unwrap();
    // What was proposed on these grounds stands: nothing more happens, a hundred times.
    let proposal = json!({
        "at": "2020-03-04T08:30:00+08:00", "as": "eic-li:eic:commission", "key": "proposed",
        "path": "/v1/credit-flags",
        "body": {"enterprise": "91500114MAYY01061E", "grounds": ["{R6a}", "{R6b}"]},
    });
    story.insert(notice, proposal.to_string());
    let last: Value = serde_json::from_str(story.last().unwrap()).unwrap();
    for path in ["/v1/regime/calendars", "/v1/regime/rules"] {
        let row = fugong_api::acts().find(|row| row.path == path).unwrap();
        let body: Value = serde_json::from_str(row.example).unwrap();
        let line = json!({
            "at": last["at"], "as": "eic-xu:eic:commission", "key": path, "path": path, "body": body,
        });
        story.push(line.to_string());
    }
    story
}

/// What is sealed is sealed anew each time.
fn words_left_out(mut payload: Value) -> Value {
    match &mut payload {
        Value::Object(members) if members.contains_key("sealed") => return Value::Null,
        Value::Object(members) => {
            for value in members.values_mut() {
                *value = words_left_out(value.take());
            }
        }
        Value::Array(values) => {
            for value in values.iter_mut() {
                *value = words_left_out(value.take());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    payload
}

/// Which kind of act an address is.
fn pattern(path: &str) -> String {
    let fits = |row: &str| {
        let (wanted, given): (Vec<_>, Vec<_>) =
            (row.split('/').collect(), path.split('/').collect());
        let mut both = wanted.iter().zip(&given);
        wanted.len() == given.len() && both.all(|(want, is)| want.starts_with('{') || want == is)
    };
    let rows = fugong_api::acts().map(|row| row.path).filter(|row| fits(row));
    let best = rows.min_by_key(|row| row.matches('{').count());
    best.unwrap_or(path).to_owned()
}
