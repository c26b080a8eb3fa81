//! The story, with what was done in it and about whom.

use std::collections::BTreeMap;

use fugong_api::{Desk, IfMatch, Request};
use fugong_fixtures::data;
use serde_json::Value;

use super::{X, targets};
use crate::rig::District;

/// An act of the story.
pub(super) struct Done {
    pub(super) operation: &'static str,
    pub(super) path: String,
    pub(super) location: Option<String>,
    pub(super) firm: Option<String>,
}

/// Plays the story, and keeps what was done.
pub(super) async fn live(district: &District, lines: &[&str]) -> Vec<Done> {
    let desk = Desk::new(district.log.clone());
    desk.allow_hosts([data::RECEIVER]);
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut firms: BTreeMap<String, String> = BTreeMap::new();
    let mut done = Vec::new();
    for text in lines {
        let filled = ids
            .iter()
            .fold((*text).to_owned(), |text, (key, id)| text.replace(&format!("{{{key}}}"), id));
        let line: Value = serde_json::from_str(&filled).unwrap();
        let at = line["at"].as_str().unwrap().parse().unwrap();
        if district.log.now() < at {
            district.log.advance(at).await.unwrap();
        }
        let path = line["path"].as_str().unwrap().to_owned();
        let request = Request {
            by: fugong_api::principal(line["as"].as_str().unwrap()).unwrap(),
            path: path.clone(),
            key: line["key"].as_str().unwrap().to_owned(),
            if_match: line["if_match"].as_u64().map_or(IfMatch::Current, IfMatch::Version),
            body: line["body"].to_string(),
        };
        if let Ok(answer) = desk.perform(request).await {
            let subject = path.split('/').nth(3).unwrap_or_default();
            let firm = line["body"]["enterprise"].as_str().map(str::to_owned);
            let firm = firm.or_else(|| firms.get(subject).cloned());
            let reporter = line["as"].as_str().unwrap().split(':').nth(1).unwrap();
            let firm = firm.or_else(|| {
                (path == "/v1/barrier-reports" && reporter.len() == 18).then(|| reporter.to_owned())
            });
            let firm = firm.or_else(|| {
                let code = subject.split(['.', '~']).next().unwrap_or_default();
                let is_firm = code.starts_with('9') || code.starts_with("p-");
                // The one task that is claimed is about that firm.
                let claimed = subject.starts_with("fill-seat").then_some(X);
                is_firm.then_some(code).or(claimed).map(str::to_owned)
            });
            if let Some(firm) = &firm {
                firms.insert(answer.id.clone(), firm.clone());
            }
            let operation = targets::operation(&path);
            done.push(Done { operation, path, location: answer.location, firm });
            ids.insert(line["key"].as_str().unwrap().to_owned(), answer.id);
        }
        district.log.settle().await.unwrap();
    }
    done
}
