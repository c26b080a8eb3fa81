//! The API in somebody else's app: the example is what is tried.

use actix_web::{
    App,
    test::{self, TestRequest},
};
use serde_json::json;

use crate::{platform, rig::send};

#[actix_web::test]
async fn a_platform_keeps_its_pages_its_people_and_its_answers() {
    let folder = tempfile::tempdir().unwrap();
    let log = platform::log(folder.path()).await.unwrap();
    let desk = platform::desk(log.clone());
    let app = App::new().configure(|config| platform::configure(config, desk.clone()));
    let app = test::init_service(app).await;
    let get = |path: &str| TestRequest::get().uri(path);
    let logged_in =
        |path: &str, who: &str| get(path).insert_header(("Cookie", format!("platform={who}")));
    assert_eq!(send(&app, get("/")).await.text, "the platform's own page");
    let said = send(&app, get("/nowhere")).await;
    assert_eq!((said.status, said.text.as_str()), (404, "the platform's own 404"));
    assert_eq!(send(&app, get("/v1/enterprises")).await.status, 401);
    assert_eq!(send(&app, logged_in("/v1/enterprises", "nobody")).await.status, 401);
    assert_eq!(send(&app, logged_in("/v1/enterprises", "k7")).await.status, 200);
    let act = TestRequest::post()
        .uri("/v1/resumptions")
        .insert_header(("Cookie", "other=1; platform=m3"))
        .insert_header(("Idempotency-Key", "one"))
        .set_json(json!({"name": "测试五金厂", "resumed_on": "2020-02-27"}));
    let said = send(&app, act).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let events = said.json()["events"].clone();
    let event = send(
        &app,
        logged_in(&format!("/v1/events/{}", events[0]["event_id"].as_str().unwrap()), "k7"),
    );
    assert_eq!(event.await.json()["actor_id"], "li", "who did it is who was logged in");
    desk.end();
    log.close().await;
}
