//! How a problem is written down.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde_json::{Map, Value, json};

use super::{Entry, Problem, entry};

/// In which language titles are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// zh-CN.
    #[default]
    Chinese,
    /// en.
    English,
}

impl Language {
    /// The one that an `Accept-Language` header asks for; Chinese if it asks for neither.
    pub fn of(header: &str) -> Self {
        let mut best = (Self::Chinese, 0.0_f32);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q=").map(str::to_owned))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let language = match tag.split('-').next() {
                Some("en") => Self::English,
                Some("zh") => Self::Chinese,
                _ => continue,
            };
            if best.1 < weight {
                best = (language, weight);
            }
        }
        best.0
    }
}

impl Entry {
    /// Its title.
    pub fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh,
            Language::English => self.en,
        }
    }
}

impl Problem {
    /// Its JSON text's members.
    pub fn to_json(&self, language: Language, instance: &str, trace_id: &str) -> Value {
        let mut body = Map::new();
        let title = entry(self.code).map_or(self.code, |entry| entry.title(language));
        body.insert("type".to_owned(), json!(format!("/v1/problems/{}", self.code)));
        body.insert("title".to_owned(), json!(title));
        body.insert("status".to_owned(), json!(self.status()));
        body.insert("detail".to_owned(), json!(self.detail));
        body.insert("instance".to_owned(), json!(instance));
        body.insert("code".to_owned(), json!(self.code));
        body.insert("trace_id".to_owned(), json!(trace_id));
        body.insert("errors".to_owned(), json!(self.errors));
        if let Some(version) = self.about.version {
            body.insert("current_version".to_owned(), json!(version.to_string()));
        }
        if let Some((position, wanted)) = self.about.behind {
            body.insert("position".to_owned(), json!(position.to_string()));
            body.insert("min_position".to_owned(), json!(wanted.to_string()));
        }
        Value::Object(body)
    }

    /// The answer that says it.
    pub fn answer(&self, language: Language, instance: &str, trace_id: &str) -> HttpResponse {
        let status = StatusCode::from_u16(self.status());
        let mut answer = HttpResponse::build(status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE));
        answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        answer.insert_header((
            header::CONTENT_LANGUAGE,
            if language == Language::Chinese { "zh-CN" } else { "en" },
        ));
        if let Some(allow) = &self.about.allow {
            answer.insert_header((header::ALLOW, allow.as_str()));
        }
        if let Some(seconds) = self.about.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(bytes) = self.about.bytes {
            answer.insert_header((header::CONTENT_RANGE, format!("bytes */{bytes}")));
        }
        if let Some(version) = self.about.version {
            answer.insert_header((header::ETAG, format!("\"{version}\"")));
        }
        if self.code == "UNAUTHENTICATED" {
            // RFC 6750: only what was not believed is called an error.
            let challenge = if self.about.bad_token {
                "Bearer realm=\"fugong\", error=\"invalid_token\""
            } else {
                "Bearer realm=\"fugong\""
            };
            answer.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        answer.body(self.to_json(language, instance, trace_id).to_string())
    }
}
