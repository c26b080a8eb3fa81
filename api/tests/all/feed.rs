//! The feed: pages, waiting, and streams that go on where they were cut off.

use std::thread;

use actix_web::test::TestRequest;
use fugong_api::Settings;
use serde_json::{Value, json};

use crate::{
    answers::{Document, lived},
    rig::{CODE, District, get, listing, post, send},
    served::{Message, Served, Stream, aside},
};

const ZHANG: &str = "eic-zhang:eic:commission";
/// The end of a message, and the last chunk of an answer that is whole.
const END: &str = "\n\r\n0\r\n\r\n";
const BATCH: &str = "application/cloudevents-batch+json";

/// Every event of the feed that somebody gets, as `CloudEvents`, page by page.
async fn pages(district: &District, who: &str, query: &str) -> Vec<Value> {
    let app = district.app().await;
    let (mut all, mut after) = (Vec::new(), "0".to_owned());
    loop {
        let path = format!("/v1/events?limit=200&after={after}&{query}");
        let page = TestRequest::get().uri(&path).insert_header(("Accept", BATCH));
        let page = page.insert_header(("Authorization", format!("Bearer dev:{who}")));
        let said = send(&app, page).await;
        assert_eq!((said.status, said.header("content-type")), (200, BATCH), "{}", said.text);
        all.extend(said.json().as_array().unwrap().clone());
        let next = said.header("position").to_owned();
        if next == after {
            return all;
        }
        after = next;
    }
}

/// What a stream tells, which must be so many events and no more.
async fn streamed(district: &District, who: &str, query: &str, count: usize) -> Vec<Value> {
    let served = Served::new(district);
    let (port, who, query) = (served.port, who.to_owned(), query.to_owned());
    let (told, stream) = aside(move || {
        let mut stream = Stream::open(port, &who, &query, None);
        assert!(stream.head.starts_with("HTTP/1.1 200"), "{}", stream.head);
        (stream.take(count), stream)
    })
    .await;
    let rest = thread::spawn(move || stream.rest());
    served.stop().await;
    assert_eq!(aside(|| rest.join().unwrap()).await, END);
    let event = |message: Message| {
        let event = message.event.unwrap();
        assert_eq!(event["position"], message.id.to_string());
        event
    };
    told.into_iter().map(event).collect()
}

#[actix_web::test]
async fn a_stream_tells_each_what_his_pages_tell() {
    let lived = lived().await;
    let mut document = Document::read();
    let own = "boss:91500114MAYY01109N:enterprise";
    let of = "enterprise=91500114MAYY01109N";
    for (who, query) in [
        (ZHANG, ""),
        (ZHANG, of),
        ("x:eic:reporter", ""),
        ("x:emb:department", "types=support-raised,barrier-reported"),
        ("li:500114002:township", of),
        (own, of),
        (own, "enterprise=91500114MAYY01109N&types=inspection-opened"),
    ] {
        let paged = pages(&lived.district, who, query).await;
        assert!(!paged.is_empty(), "{who} {query}");
        let streamed = streamed(&lived.district, who, query, paged.len()).await;
        for (streamed, paged) in streamed.iter().zip(&paged) {
            assert_eq!(streamed, paged, "{who} {query}");
            document.check("CloudEvent", streamed, who);
        }
    }
}

#[actix_web::test]
async fn a_cloud_event_holds_the_event_as_it_is_read() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let page = send(&app, get(&format!("/v1/events?enterprise={CODE}"))).await.json();
    let batch = get(&format!("/v1/events?enterprise={CODE}")).insert_header(("Accept", BATCH));
    let batch = send(&app, batch).await.json();
    let (event, cloud) = (&page["items"][0], &batch[0]);
    assert_eq!(&cloud["data"], event);
    let attributes = json!({
        "specversion": "1.0",
        "id": event["event_id"],
        "source": "/v1/districts/500114",
        "type": "enterprise-registered",
        "subject": format!("enterprise/{CODE}"),
        "time": event["recorded_at"],
        "position": event["position"],
        "actorrole": "commission",
    });
    for (name, value) in attributes.as_object().unwrap() {
        assert_eq!(&cloud[name], value, "{name}");
    }
}

#[actix_web::test]
async fn a_stream_goes_on_as_the_log_does_and_where_it_stopped() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let served = Served::new(&district);
    let (port, head) = (served.port, district.log.head().0);
    let mut first = aside(move || Stream::open(port, ZHANG, &format!("after={head}"), None)).await;
    for header in ["content-type: text/event-stream", "cache-control: no-store"] {
        assert!(first.head.contains(header), "{}", first.head);
    }
    let listed = send(&app, post("/v1/enterprises", "k1", &listing())).await.json();
    let (told, first) = aside(move || (first.take(1), first)).await;
    assert_eq!(told[0].id, head + 1);
    assert_eq!(told[0].event.as_ref().unwrap()["id"], listed["events"][0]["event_id"]);
    drop(first);
    let body = json!({"resumed_on": "2020-02-26"});
    let path = format!("/v1/enterprises/{CODE}/resumptions");
    assert_eq!(send(&app, post(&path, "k2", &body)).await.status, 201);
    // Its query says still where it began: the last id counts.
    let query = format!("after={head}&types=resumption-resumed");
    let told = aside(move || Stream::open(port, ZHANG, &query, Some(head + 1)).take(1)).await;
    assert_eq!(told[0].event.as_ref().unwrap()["type"], "resumption-resumed");
    served.stop().await;
}

#[actix_web::test]
async fn a_stream_from_where_the_log_never_was_is_refused() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    for (last, pointer) in [("999999", "Last-Event-ID"), ("x", "Last-Event-ID"), ("", "after")] {
        let stream = get("/v1/events?after=999998").insert_header(("Last-Event-ID", last));
        let said = send(&app, stream.insert_header(("Accept", "text/event-stream"))).await;
        assert_eq!(said.problem(), "INVALID_FIELD", "{last}");
        assert_eq!(said.json()["errors"][0]["pointer"], pointer);
    }
}

#[actix_web::test]
async fn whoever_waits_is_answered_when_something_comes_and_else_with_nothing() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let head = district.log.head();
    let path = format!("/v1/events?after={head}&types=enterprise-registered");
    let ask = |wait: &'static str| get(&path).insert_header(("Prefer", wait));
    let (waited, listed) = futures::join!(
        send(&app, ask("wait=20")),
        send(&app, post("/v1/enterprises", "k1", &listing())),
    );
    assert_eq!(waited.header("preference-applied"), "wait=20");
    assert_eq!(waited.json()["items"][0]["event_id"], listed.json()["events"][0]["event_id"]);
    let after = district.log.head();
    let path = format!("/v1/events?after={after}&types=enterprise-registered");
    let quiet = send(&app, get(&path).insert_header(("Prefer", "wait=1"))).await;
    assert_eq!((quiet.status, &quiet.json()["items"]), (200, &json!([])));
}

#[actix_web::test]
async fn only_so_many_follow_at_once() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let served = Served::with(&district, &Settings { followers: 2, ..Settings::default() });
    let port = served.port;
    let open = move || Stream::open(port, ZHANG, "", None);
    let (one, two) = (aside(open).await, aside(open).await);
    let third = aside(open).await;
    assert!(third.head.starts_with("HTTP/1.1 429"), "{}", third.head);
    assert!(third.head.contains("retry-after: "), "{}", third.head);
    drop(two);
    // The place is free once the server has noticed.
    while aside(open).await.head.starts_with("HTTP/1.1 429") {}
    drop(one);
    served.stop().await;
}

#[actix_web::test]
async fn streams_end_in_order_when_the_server_goes() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let served = Served::new(&district);
    let (port, head) = (served.port, district.log.head().0);
    let mut stream = aside(move || Stream::open(port, ZHANG, "", None)).await;
    let (stream, last) = aside(move || {
        let last = stream.take(usize::try_from(head).unwrap()).pop().unwrap();
        (stream, last)
    })
    .await;
    assert_eq!(last.id, head);
    let rest = thread::spawn(move || stream.rest());
    served.stop().await;
    assert_eq!(aside(|| rest.join().unwrap()).await, END);
}

#[actix_web::test]
async fn an_erased_name_is_told_to_nobody_who_comes_later() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let body = json!({"id": "OFF-77", "name": "甲乙丙丁戊", "unit": "eic"});
    assert_eq!(send(&app, post("/v1/officers", "k1", &body)).await.status, 201);
    let served = Served::new(&district);
    let port = served.port;
    let told = move |who: &'static str| {
        aside(move || {
            let mut stream = Stream::open(port, who, "types=officer-enrolled", None);
            stream.next().unwrap().event.unwrap()["data"]["data"]["name"].clone()
        })
    };
    for _ in 0..2 {
        assert_eq!(told(ZHANG).await, json!("甲乙丙丁戊"));
        assert_eq!(told("x:eic:reporter").await, json!({"hidden": true}));
    }
    assert!(district.log.erase("OFF-77").await.unwrap());
    assert_eq!(told(ZHANG).await, json!({"erased": true}));
    served.stop().await;
}
