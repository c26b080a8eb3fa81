//! Who follows is let go when what he showed is no longer believed.

use std::{net::TcpStream, sync::Arc, time::SystemTime};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use fugong_api::{Authenticator, Caller, Desk, Parts, Problem, Settings};
use serde_json::json;

use crate::{
    rig::{District, post, send},
    served::{Served, Stream, aside},
};

const ADMIN: (&str, &str) = ("Authorization", "Bearer dev:it-01:eic:admin");

/// The scheme of a platform whose badges hold for a second.
#[derive(Debug)]
struct Badges;

#[async_trait]
impl Authenticator for Badges {
    fn wants(&self) -> &'static str {
        "a badge"
    }

    async fn authenticate(&self, parts: &Parts<'_>) -> Result<Option<Caller>, Problem> {
        let shown = parts.headers.get("Authorization").and_then(|shown| shown.to_str().ok());
        let who = shown.and_then(|shown| shown.strip_prefix("Badge "));
        let Some(who) = who.and_then(fugong_api::principal) else { return Ok(None) };
        let mut caller = Caller::from(who);
        caller.until = Some(DateTime::from(SystemTime::now()) + TimeDelta::seconds(1));
        Ok(Some(caller))
    }
}

#[actix_web::test]
async fn a_stream_ends_when_the_token_does() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let desk = Desk::knowing(district.log.clone(), Settings::default(), vec![Arc::new(Badges)]);
    let served = Served::of(desk);
    let (port, head) = (served.port, district.log.head());
    let told = aside(move || {
        let socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let query = format!("after={head}");
        Stream::with(socket, "Badge zhang:eic:commission", &query, None).next()
    });
    // Two minutes are waited for something to come, and a stream goes on for ten.
    assert_eq!(told.await.and_then(|message| message.event), None);
    served.stop().await;
}

#[actix_web::test]
async fn a_stream_ends_when_the_key_is_withdrawn() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let body = json!({
        "label": "一体化平台", "unit": "eic", "role": "integrator", "expires_on": "2020-12-31",
    });
    let issued = send(&app, post("/v1/api-keys", "k", &body).insert_header(ADMIN)).await.json();
    let (id, secret) = (issued["id"].as_str().unwrap(), issued["secret"].as_str().unwrap());
    let served = Served::new(&district);
    let (port, head, shown) = (served.port, district.log.head(), format!("Bearer {secret}"));
    let mut stream = aside(move || {
        let socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        Stream::with(socket, &shown, &format!("after={}", head.0 - 1), None)
    })
    .await;
    // He follows: what happened last is told him.
    let (mut stream, first) = aside(move || {
        let first = stream.next();
        (stream, first)
    })
    .await;
    assert_eq!(first.unwrap().id, head.0);
    let path = format!("/v1/api-keys/{id}/withdrawals");
    let withdraw = post(&path, "w", &json!({"reason": "已停用"})).insert_header(ADMIN);
    let done = send(&app, withdraw.insert_header(("If-Match", "*"))).await;
    assert_eq!(done.status, 201, "{}", done.text);
    assert_eq!(aside(move || stream.next()).await, None, "not even that it was withdrawn");
    served.stop().await;
}
