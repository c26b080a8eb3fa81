//! A follower who does not read.

use std::{net::TcpStream, time::Duration};

use fugong_api::{IfMatch, Request, Settings};
use futures::{StreamExt, stream};
use serde_json::json;

use crate::{
    rig::{CODE, District, listing, post, send},
    served::{Served, Stream, aside},
};

const ZHANG: &str = "eic-zhang:eic:commission";
/// More than the sockets between hold.
const EVENTS: usize = 10_000;

/// Lets so many things happen.
async fn happen(served: &Served, count: usize) {
    let acts = stream::iter(0..count).map(|n| {
        let by = fugong_api::principal("li:eic:commission").unwrap();
        let body = json!({"enterprise": CODE, "kind": "full", "subjects": ["protection"]});
        let request = Request {
            by,
            path: "/v1/inspections".to_owned(),
            key: format!("many-{n}"),
            if_match: IfMatch::Absent,
            body: body.to_string(),
        };
        served.desk.perform(request)
    });
    let done: Vec<_> = acts.buffer_unordered(64).collect().await;
    for answer in done {
        assert_eq!(answer.unwrap().receipt.events.len(), 1);
    }
}

async fn listed(settings: Settings) -> (District, Served) {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "k1", &listing())).await;
    let served = Served::with(&district, &Settings { settles: false, ..settings });
    (district, served)
}

#[actix_web::test]
async fn a_slow_follower_is_cut_off_and_loses_nothing() {
    let (district, served) =
        listed(Settings { slow: Duration::from_millis(1), ..Settings::default() }).await;
    let (port, head) = (served.port, district.log.head().0);
    let mut slow = aside(move || {
        let socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        Stream::over(socket, ZHANG, &format!("after={head}"), None)
    })
    .await;
    // He reads nothing meanwhile.
    happen(&served, EVENTS).await;
    let last = district.log.head().0;
    let cut = aside(move || {
        let mut before = head;
        while let Some(message) = slow.next() {
            assert_eq!(message.id, before + 1);
            before = message.id;
        }
        before
    })
    .await;
    assert!(head < cut && cut < last, "cut off at {cut} of {last}");
    let resumed = aside(move || Stream::open(port, ZHANG, "", Some(cut)).next().unwrap()).await;
    assert_eq!(resumed.id, cut + 1);
    served.stop().await;
}
