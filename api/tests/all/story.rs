//! The whole story, line by line, through the same door as HTTP.

use std::collections::BTreeMap;

use fugong_api::{Desk, district};
use fugong_core::{LogId, Position};
use fugong_engine::{ClockMode, Filter, Options};
use fugong_fixtures::data;
use serde_json::Value;

use crate::rig::District;

#[actix_web::test]
async fn the_story_plays_as_it_is_written() {
    let first: Value = serde_json::from_str(data::STORY.lines().next().unwrap()).unwrap();
    let district = District::at(first["at"].as_str().unwrap()).await;
    let desk = Desk::new(district.log.clone());
    desk.allow_hosts([data::RECEIVER]);
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (n, text) in (1_u32..).zip(data::STORY.lines()) {
        let (line, request) = district.asked(text, &ids).await;
        let answer = desk.perform(request).await;
        district.log.settle().await.unwrap();
        match (answer, line["refused"].as_str()) {
            (Ok(answer), None) => {
                ids.insert(line["key"].as_str().unwrap().to_owned(), answer.id);
            }
            (Err(problem), Some(code)) if problem.code == code => {}
            (Ok(_), Some(code)) => wrong.push(format!("{n}: not {code}: {text}")),
            (Err(problem), said) => wrong.push(format!("{n}: {problem} ({said:?}): {text}")),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What was begun and cut off goes on where it stopped, and a log that has begun is left alone.
#[actix_web::test]
async fn an_interrupted_beginning_is_finished() {
    let begin = async |cut: usize| {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            clock: ClockMode::Simulated { start: "2020-02-20T00:00:00Z".parse().unwrap(), seed: 7 },
            ..Options::new(folder.path().join("district.db"), LogId(data::DISTRICT))
        };
        let log = district::engine().open(options).await.unwrap();
        let mut first = data::district().unwrap();
        first.truncate(cut);
        district::begin(&log, first).await.unwrap();
        district::begin(&log, data::district().unwrap()).await.unwrap();
        let events = log.events(Position::START, 1000, &Filter::default()).await.unwrap();
        let hashes: Vec<_> = events.iter().map(|event| event.leaf_hash).collect();
        district::begin(&log, data::district().unwrap()).await.unwrap();
        assert_eq!(log.head().0, u64::try_from(hashes.len()).unwrap());
        hashes
    };
    assert_eq!(begin(3).await, begin(usize::MAX).await);
}
