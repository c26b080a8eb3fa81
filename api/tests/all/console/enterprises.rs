//! 企业, 一企一档 and events: what is found, what was known when, and that texts stay texts.

use actix_web::test::TestRequest;
use fugong_api::Settings;
use serde_json::{Value, json};

use super::{Browser, NOW};
use crate::rig::{CODE, District, Said, get, listing, post, send};

const OTHER: &str = "91500114MAYY01109N";
const LIMIT: usize = 100 * 1024;

/// Nothing is sealed, and no policy acts, before somebody says so.
fn unsettled() -> Settings {
    Settings { dev: true, settles: false, ..Settings::default() }
}

/// A link of a page whose text is this.
fn link(page: &Said, text: &str) -> String {
    let (before, _) = page.text.split_once(&format!(">{text}<")).unwrap();
    let (_, to) = before.rsplit_once("href=\"").unwrap();
    to.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

#[actix_web::test]
async fn enterprises_are_found_by_what_the_address_says() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut other = listing();
    other["uscc"] = json!(OTHER);
    other["name"] = json!("黔江虚构食品有限公司");
    for (key, body) in [("a", listing()), ("b", other)] {
        assert_eq!(send(&app, post("/v1/enterprises", key, &body)).await.status, 201);
    }
    let resumed = json!({"resumed_on": "2020-02-27"});
    let path = format!("/v1/enterprises/{OTHER}/resumptions");
    assert_eq!(send(&app, post(&path, "c", &resumed)).await.status, 201);
    let unlisted = json!({"resumed_on": "2020-02-27", "name": "黔江未建档虚构厂"});
    let path = "/v1/enterprises/91500114MAYY01168R/resumptions";
    assert_eq!(send(&app, post(path, "d", &unlisted)).await.status, 201);
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    for (query, one, two) in [
        ("", true, true),
        ("?q=虚构食品", false, true),
        ("?q=MAYY010106", true, false),
        ("?production=resumed", false, true),
        ("?production=not_resumed&q=", true, false),
        ("?listing=listed&sort=-name", true, true),
        ("?q=没有这样的", false, false),
        ("?as_of=2020-02-26", false, false),
    ] {
        let page = browser.gets(&format!("/console/enterprises{query}")).await;
        assert_eq!(page.status, 200, "{query}: {}", page.text);
        let found = [CODE, OTHER].map(|code| page.text.contains(code));
        assert_eq!(found, [one, two], "{query}");
        assert!(page.text.len() < LIMIT, "{query}");
    }
    // What was found is what is exported.
    let page = browser.gets("/console/enterprises?q=虚构食品").await;
    for form in ["导出 CSV", "导出 NDJSON"] {
        let file = browser.gets(&link(&page, form)).await;
        assert!(file.text.contains(OTHER) && !file.text.contains(CODE), "{form}: {}", file.text);
    }
    let rows = browser.gets(&link(&page, "按台账查看")).await;
    assert!(
        rows.text.contains(OTHER) && !rows.text.contains(CODE) && rows.text.contains("任意内容")
    );
    for wrong in ["?scale=huge", "?sort=colour"] {
        let page = browser.gets(&format!("/console/enterprises{wrong}")).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.text.contains("处理办法") && page.text.contains("请从页面所列选项中选择"));
    }
    // The overview leads to those who work without being listed, and to what is not resolved.
    let page = browser.gets("/").await;
    let (_, rest) = page.text.split_once("未建档已复工 1").unwrap();
    assert!(!rest.is_empty());
    let rows = browser.gets("/console/registers/r12?listing=unlisted&works=true").await;
    assert!(rows.text.contains("91500114MAYY01168R") && !rows.text.contains(OTHER));
    assert!(page.text.contains("/console/registers/r12?listing=unlisted&#38;works=true"));
    assert!(page.text.contains("/console/registers/r9?resolved_on="));
}

#[actix_web::test]
async fn rows_are_found_by_what_stands_anywhere_in_them() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    assert_eq!(send(&app, post("/v1/enterprises", "a", &listing())).await.status, 201);
    let count = async |query: &str| {
        let said = send(&app, get(&format!("/v1/registers/r12/rows?{query}"))).await;
        said.json()["total"].as_u64().unwrap()
    };
    assert_eq!(count("q=MAYY0101").await, 1);
    assert_eq!(count("q=MAYY0101&listing=closed").await, 0);
    assert_eq!(count("q=nowhere").await, 0);
    // What persons said cannot be looked for.
    let raised = json!({"enterprise": CODE, "category": "labour", "text": "缺工二十人"});
    assert_eq!(send(&app, post("/v1/support-cases", "b", &raised)).await.status, 201);
    let said = send(&app, get("/v1/registers/r9/rows?q=%E7%BC%BA%E5%B7%A5")).await.json();
    assert_eq!(said["total"], 0, "{said}");
}

/// 一企一档, as it was known at any moment: what came later is not in it.
#[actix_web::test]
async fn a_file_is_shown_as_it_was_known_then() {
    let district = District::sealed_at(NOW).await;
    let app = district.app_with(unsettled()).await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let resumed = json!({"resumed_on": "2020-02-27"});
    let path = format!("/v1/enterprises/{CODE}/resumptions");
    assert_eq!(send(&app, post(&path, "two", &resumed)).await.status, 201);
    district.log.sign_checkpoint().await.unwrap();
    let raised = json!({"enterprise": CODE, "category": "labour", "text": "缺工"});
    assert_eq!(send(&app, post("/v1/support-cases", "b", &raised)).await.status, 201);
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let file = |query: &str| format!("/console/enterprises/{CODE}{query}");
    let now = browser.gets(&file("")).await;
    assert_eq!(now.status, 200, "{}", now.text);
    assert!(now.text.contains("已复工复产 2020-02-27") && now.text.contains("按现在所知显示"));
    assert!(
        now.text.contains("已存证") && now.text.contains("待存证"),
        "the last has no proof yet"
    );
    let difficulties = now.text.contains("困难与协调");
    assert!(difficulties && !now.text.contains("缺工"), "what was said of one is not in the file");
    let then = browser.gets(&file("?step=1")).await.text;
    assert!(then.contains("按当时所知显示") && !then.contains("已复工复产"), "{then}");
    let before = browser.gets(&file("?as_of=2020-02-26")).await;
    assert_eq!(before.status, 200);
    assert!(before.text.contains("按当时所知显示") && !before.text.contains("已复工复产 2020"));
    let between = browser.gets(&file("?from=1&to=99")).await.text;
    assert!(between.contains("<ins>2020-02-27"), "{between}");
    let same = browser.gets(&file("?from=2&to=2")).await.text;
    assert!(same.contains("档案内容没有变化"), "{same}");
    for odd in
        ["?step=99&from=x&to=", "?step=0", "?step=-1&from=0&to=0", "?as_of=2020-02-27T09:00:00Z"]
    {
        assert_eq!(browser.gets(&file(odd)).await.status, 200, "{odd}");
    }
    let english = browser.gets(&file("?lang=en")).await.text;
    assert!(english.contains("1. What it is") && english.contains("as it is known now"));
}

#[actix_web::test]
async fn reasons_are_drawn_and_told() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let path = format!("/v1/enterprises/{CODE}/resumptions");
    let resumed = json!({"resumed_on": "2020-02-27"});
    assert_eq!(send(&app, post(&path, "two", &resumed)).await.status, 201);
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let page = browser.gets(&format!("/console/enterprises/{CODE}")).await;
    let to = link(&page, "复工");
    let why = browser.gets(&to).await;
    assert_eq!(why.status, 200, "{to}: {}", why.text);
    let boxes = why.text.matches("<rect").count();
    let told = why.text.matches("<li><a href=\"/console/events/").count();
    assert_eq!(boxes, told + 1, "each event and the fact: {}", why.text);
    assert!(why.text.contains("缺一不可") && why.text.contains("第1项填报"), "{}", why.text);
    // Of nothing there are no reasons, and no enterprise of others is told of.
    let none = browser.gets(&format!("/console/enterprises/{CODE}/why?fact=plan/{CODE}")).await;
    assert!(none.status == 200 && none.text.contains("没有可以再行推演的依据"), "{}", none.text);
    for (fact, status) in [("nonsense", 422), ("", 200)] {
        let path = format!("/console/enterprises/{CODE}/why?fact={fact}");
        let said = browser.gets(&path).await;
        assert!(said.status == status || said.status == 400, "{fact}: {}", said.status);
    }
}

#[actix_web::test]
async fn an_event_is_shown_with_its_proof_and_what_it_set_off() {
    let district = District::sealed_at(NOW).await;
    let app = district.app_with(unsettled()).await;
    let said = send(&app, post("/v1/enterprises", "one", &listing())).await.json();
    let id = said["events"][0]["event_id"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let path = format!("/console/events/{id}");
    let early = browser.gets(&path).await;
    assert!(early.status == 200 && early.text.contains("待存证"), "{}", early.text);
    assert_eq!(browser.gets(&format!("{path}/proof")).await.status, 404);
    district.log.advance("2020-02-27T01:30:00Z".parse().unwrap()).await.unwrap();
    district.log.sign_checkpoint().await.unwrap();
    let page = browser.gets(&path).await;
    for part in [
        "已存证",
        "行业代码",
        "规模以上",
        "存证摘要",
        "区经信委",
        "起因",
        &id,
        "curl -H &#34;Authorization: Bearer $TOKEN&#34; http://127.0.0.1:8080/v1/events/",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let proof = browser.gets(&format!("{path}/proof")).await;
    let api = send(&app, get(&format!("/v1/events/{id}/proof"))).await;
    assert_eq!((proof.status, &proof.text), (200, &api.text));
    assert!(proof.header("content-disposition").contains(".tlog-proof"));
    // What it set off leads to it, and back.
    let events = send(&app, get("/v1/events?limit=200")).await.json();
    let caused = |event: &&Value| event["causation_id"] == json!(id);
    let effect = events["items"].as_array().unwrap().iter().find(caused).unwrap();
    let effect = format!("/console/events/{}", effect["event_id"].as_str().unwrap());
    assert!(page.text.contains(&effect), "{}", page.text);
    let effect = browser.gets(&effect).await;
    assert!(effect.status == 200 && effect.text.contains(&path), "{}", effect.text);
    // Every event of the district has a page.
    for event in events["items"].as_array().unwrap() {
        let said =
            browser.gets(&format!("/console/events/{}", event["event_id"].as_str().unwrap())).await;
        assert_eq!(said.status, 200, "{event}");
        assert!(said.text.len() < LIMIT, "{}: {event}", said.text.len());
    }
    for absent in ["nonsense", "00000000-0000-7000-8000-000000000000"] {
        assert_eq!(browser.gets(&format!("/console/events/{absent}")).await.status, 404);
        assert_eq!(browser.gets(&format!("/console/events/{absent}/proof")).await.status, 404);
    }
}

/// Whoever may not see an enterprise sees neither its file nor its events.
#[actix_web::test]
async fn files_and_events_are_for_who_may_see_the_enterprise() {
    let district = District::sealed_at(NOW).await;
    let app = district.app().await;
    let said = send(&app, post("/v1/enterprises", "one", &listing())).await.json();
    let id = said["events"][0]["event_id"].as_str().unwrap();
    district.log.sign_checkpoint().await.unwrap();
    for (who, sees) in [
        ("zhang:eic:commission", true),
        ("tan:eic:auditor", true),
        ("he:500114001:township", true),
        ("he:500114106:township", false),
        (&format!("{CODE}:{CODE}:enterprise"), true),
        ("91500114MAYY01109N:91500114MAYY01109N:enterprise", false),
    ] {
        let mut browser = Browser::new(&app);
        assert_eq!(browser.logs_in(&format!("who={who}")).await.status, 303, "{who}");
        let list = browser.gets("/console/enterprises?q=示例").await;
        assert_eq!((list.status, list.text.contains(CODE)), (200, sees), "{who}");
        for path in [
            format!("/console/enterprises/{CODE}"),
            format!("/console/enterprises/{CODE}/why"),
            format!("/console/events/{id}"),
            format!("/console/events/{id}/proof"),
        ] {
            let page = browser.gets(&path).await;
            assert_eq!(page.status, if sees { 200 } else { 404 }, "{who} {path}: {}", page.text);
            assert!(sees || !page.text.contains("黔江示例制造有限公司"), "{who} {path}");
        }
    }
}

const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

/// Acts that tell texts of an enterprise.
fn told() -> Vec<(String, Value)> {
    let mut body = listing();
    for name in ["name", "note"] {
        body[name] = json!(EVIL);
    }
    let path = |part: &str| format!("/v1/enterprises/{CODE}/{part}");
    let report = json!({"date": "2020-02-27", "staff": 10, "on_post": 9, "difficulties": EVIL});
    let paper = json!({"authority": EVIL, "dated": "2020-02-10", "summary": EVIL});
    let raised = json!({"enterprise": CODE, "category": "labour", "text": EVIL});
    vec![
        ("/v1/enterprises".to_owned(), body),
        (path("resumption-plans"), json!({"expected_on": "2020-02-28", "reason": EVIL})),
        (path("resumptions"), json!({"resumed_on": "2020-02-27", "note": EVIL})),
        (path("corrections"), json!({"name": format!("{EVIL}（更名）")})),
        (path("earlier-papers"), paper),
        (path("guidances"), json!({"points": [EVIL]})),
        (path("daily-reports"), report),
        ("/v1/support-cases".to_owned(), raised),
    ]
}

/// Whatever stands in a text stays a text, wherever it is shown.
#[actix_web::test]
async fn no_text_of_an_enterprise_becomes_part_of_a_page() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    for (n, (path, body)) in told().iter().enumerate() {
        let said = send(&app, post(path, &format!("evil-{n}"), body)).await;
        assert!([201, 400, 403, 422].contains(&said.status), "{path}: {}", said.text);
    }
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let evil = "%3Cscript%3Ealert(1)%3C/script%3E%22'%3E";
    let file = format!("/console/enterprises/{CODE}");
    let mut pages = vec![
        "/console/enterprises".to_owned(),
        format!("/console/enterprises?q={evil}"),
        format!("/console/enterprises?township={evil}&sort={evil}"),
        format!("/console/enterprises/{evil}"),
        file.clone(),
        format!("{file}?from=1&to=9"),
        format!("{file}?step={evil}&from={evil}&to={evil}&lang={evil}"),
        format!("{file}?as_of={evil}"),
        format!("{file}/why"),
        format!("{file}/why?fact={evil}"),
        format!("{file}/why?fact=resumption/{CODE}"),
        format!("/console/events/{evil}"),
        "/console/registers/r12?q=script".to_owned(),
        format!("/console/registers/r12?q={evil}"),
    ];
    let events = send(&app, get(&format!("/v1/events?enterprise={CODE}&limit=200"))).await.json();
    let ids = events["items"].as_array().unwrap().iter().map(|it| it["event_id"].as_str().unwrap());
    pages.extend(ids.map(|id| format!("/console/events/{id}")));
    let mut shown = 0;
    for path in &pages {
        let said = browser.gets(path).await;
        assert!(said.text.starts_with("<!doctype html>"), "{path}: {}", said.text);
        shown += usize::from(said.text.contains("onerror"));
        for part in ["<script>", "<img src=x", "\"'>"] {
            assert!(!said.text.contains(part), "{path}: {part}");
        }
    }
    assert!(6 < shown, "it is shown on {shown} pages");
}

/// What a browser says of where it is goes into a command that somebody may copy.
#[actix_web::test]
async fn no_host_becomes_part_of_a_command() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let said = send(&app, post("/v1/enterprises", "one", &listing())).await.json();
    let path = format!("/console/events/{}", said["events"][0]["event_id"].as_str().unwrap());
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let cookie = format!("fugong={}", browser.cookie("fugong").unwrap());
    for (host, shown) in
        [("localhost:9000", "http://localhost:9000/v1"), ("localhost", "http://localhost/v1")]
    {
        let asked = TestRequest::get().uri(&path).insert_header(("Cookie", cookie.clone()));
        let said = send(&app, asked.insert_header(("Host", host))).await;
        assert!(said.status == 200 && said.text.contains(shown), "{host}: {}", said.text);
    }
    let cookie = format!("__Host-fugong={}", browser.cookie("fugong").unwrap());
    let asked = TestRequest::get().uri(&path).insert_header(("Cookie", cookie));
    let said = send(&app, asked.insert_header(("Host", "x;rm -rf $HOME"))).await;
    assert!(!said.text.contains("rm -rf"), "{}", said.text);
}
