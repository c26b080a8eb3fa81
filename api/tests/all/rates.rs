//! How much one actor may ask for.

use std::num::NonZeroU32;

use fugong_api::{Rate, Settings};
use serde_json::json;

use crate::rig::{District, get, listing, post, send};

fn of(at_once: u32) -> Settings {
    let at_once = NonZeroU32::new(at_once).unwrap();
    Settings {
        dev: true,
        rate: Some(Rate { a_second: NonZeroU32::MIN, at_once }),
        ..Settings::default()
    }
}

/// Each request is counted once, whatever it asks, and a batch by its acts.
#[actix_web::test]
async fn what_is_asked_is_counted_once() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let act = |n: u32| {
        json!({"key": format!("b{n}"), "method": "POST", "path": "/v1/resumptions",
               "body": {"name": format!("厂{n}"), "resumed_on": "2020-02-27"}})
    };
    // A look, an act, the feed, a proof, an answer of the past, and a batch of a hundred.
    let cost = 1 + 1 + 1 + 1 + 10 + 100;
    // One more would do if the clock ticked meanwhile, many more would not.
    for (at_once, passes) in [(cost, true), (cost - 60, false)] {
        let app = district.app_with(of(at_once)).await;
        assert_eq!(send(&app, get("/v1/enterprises")).await.status, 200);
        let said = send(&app, post("/v1/enterprises", "k", &listing())).await;
        assert_eq!(said.status, 201, "{}", said.text);
        assert_eq!(send(&app, get("/v1/events?limit=1")).await.status, 200);
        assert_eq!(send(&app, get("/v1/events/nobody")).await.status, 404);
        assert_eq!(send(&app, get("/v1/enterprises?as_of=2020-02-27")).await.status, 200);
        let acts: Vec<_> = (0..100).map(act).collect();
        let said = send(&app, post("/v1/batches", "none", &json!(acts))).await;
        assert_eq!(said.status == 200, passes, "{}", said.text);
        if !passes {
            assert_eq!(said.problem(), "RATE_LIMITED");
            let wait: u32 = said.header("retry-after").parse().unwrap();
            assert!((2..=60).contains(&wait), "{wait}");
        }
    }
}
