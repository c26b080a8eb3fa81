//! A place to try things on, which goes back to how it began when it is asked.

use std::time::{Duration, Instant};

use super::{ends, serving::Serving};
use crate::torture::{Answer, ask, get};

const BY: &str = "Authorization: Bearer dev:zhang:eic:commission\r\n";

fn post(port: u16, path: &str, body: &str) -> Answer {
    ask(port, "POST", path, &format!("{BY}Idempotency-Key: {path}\r\n"), body).unwrap()
}

#[test]
fn what_was_tried_in_a_sandbox_is_gone_when_it_is_reset() {
    let sandbox = Serving::demonstrated(&["--sandbox"]);
    let port = sandbox.port;
    let head = || get(port, "/readyz").unwrap().body["head"].clone();
    let before = head();
    let name = "/v1/enterprises/91500114MAYY010106/guidances";
    let told = post(port, name, r#"{"points": ["错峰上下班"], "lead": "eic"}"#);
    assert_eq!(told.status, 201, "{}", told.body);
    assert_ne!(head(), before);
    let nobody = ask(port, "POST", "/dev/reset", "", "").unwrap();
    assert_eq!(nobody.status, 401);
    // Twice, since it can be tried on again.
    for _ in 0..2 {
        assert_eq!(post(port, "/dev/reset", "").status, 202);
        let began = Instant::now();
        // Whoever is served by the one that goes is told its head.
        while ask(port, "GET", "/readyz", "", "").map_or(true, |said| said.body["head"] != before) {
            assert!(began.elapsed() < Duration::from_mins(1), "it does not begin anew");
            std::thread::sleep(Duration::from_millis(50));
        }
        let told = post(port, name, r#"{"points": ["错峰上下班"], "lead": "eic"}"#);
        assert_eq!((told.status, told.replayed), (201, false), "{}", told.body);
    }
    sandbox.stop();
}

/// A log that anybody named is nobody's to throw away.
#[test]
fn nothing_is_reset_but_a_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --sandbox --db @d.db", 2, "--sandbox");
    ends(&folder, "migrate --db @d.db --clock 2020-02-20T08:00:00+08:00", 0, "head");
    let serving = Serving::of(&folder, &["d.db"]);
    assert_eq!(ask(serving.port, "GET", "/dev/clock", BY, "").unwrap().status, 200);
    assert_eq!(post(serving.port, "/dev/reset", "").status, 404);
    serving.stop();
}
