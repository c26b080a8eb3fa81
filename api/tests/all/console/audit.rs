//! 审计: who sees what of it, and what its forms set off.

use std::{fs, time::Duration};

use actix_web::{App, test::init_service};
use fugong_api::{Desk, Settings, Webhooks};
use serde_json::json;

use super::{Browser, NOW, token};
use crate::rig::{CODE, District, listing, post, send};

const VERIFY: &str = "/console/audit/verifications";
const REBUILD: &str = "/console/audit/rebuilds";

#[actix_web::test]
async fn each_role_sees_of_the_audit_what_is_for_it() {
    let district = District::sealed_at(NOW).await;
    let app = district.app().await;
    let said = send(&app, post("/v1/enterprises", "one", &listing())).await;
    assert_eq!(said.status, 201, "{}", said.text);
    district.log.sign_checkpoint().await.unwrap();
    let own = format!("{CODE}:{CODE}:enterprise");
    // Verifies, rebuilds, reads who read, sees webhooks.
    for (who, sees) in [
        ("zhang:eic:commission", [true, true, false, true]),
        ("tan:eic:auditor", [true, false, true, true]),
        ("root:eic:admin", [true, true, true, true]),
        ("luo:eic:reporter", [false, false, false, false]),
        ("he:500114001:township", [false, false, false, false]),
        (&own, [false, false, false, false]),
    ] {
        let mut browser = Browser::new(&app);
        browser.logs_in(&format!("who={who}")).await;
        let page = browser.gets("/console/audit").await;
        assert_eq!(page.status, 200, "{who}: {}", page.text);
        let has = [VERIFY, REBUILD, "留痕链首", "未配置对外推送"];
        assert_eq!(has.map(|part| page.text.contains(part)), sees, "{who}");
        // How registers stand and what was signed is for everybody.
        assert!(page.text.contains("<code>district</code>"), "{who}");
        let note = browser.gets("/console/audit/checkpoint").await;
        let size = note.text.lines().nth(1).and_then(|size| size.parse().ok());
        assert_eq!((note.status, size), (200, Some(district.log.head().0)), "{who}");
        let hook = browser.gets("/console/audit/webhooks/none").await;
        assert_eq!(hook.status, if sees[3] { 404 } else { 403 }, "{who}");
    }
}

#[actix_web::test]
async fn what_is_verified_and_rebuilt_is_begun_once_and_shown() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let said = send(&app, post("/v1/enterprises", "one", &listing())).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let page = browser.gets("/console/audit").await;
    let form = format!("form_token={}&key=k-1&register=district", token(&page));
    for (path, done) in [(VERIFY, "核验通过"), (REBUILD, "已重建，与原台账不一致的行 0")]
    {
        let begun = browser.fills(path, &form).await;
        assert_eq!(begun.status, 303, "{path}: {}", begun.text);
        let to = begun.header("location").to_owned();
        assert_eq!(browser.fills(path, &form).await.header("location"), to, "{path}: sent twice");
        let mut shown = browser.gets(&to).await.text;
        for _ in 0..200 {
            if shown.contains(done) {
                break;
            }
            assert!(shown.contains("hx-trigger=\"load delay:1s\""), "{path}: {shown}");
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
            shown = browser.gets(&to).await.text;
        }
        assert!(shown.contains(done), "{path}: {shown}");
        // Others do not see what it came to.
        let mut other = Browser::new(&app);
        other.logs_in("who=luo:eic:reporter").await;
        assert!(!other.gets(&to).await.text.contains(done), "{path}");
    }
}

#[actix_web::test]
async fn the_forms_of_the_audit_are_for_whoever_may_and_from_our_page_alone() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let again = "/console/audit/webhooks/none/replays";
    for (who, statuses) in [
        ("tan:eic:auditor", [303, 403, 403]),
        ("luo:eic:reporter", [403, 403, 403]),
        ("zhang:eic:commission", [303, 303, 404]),
    ] {
        let mut browser = Browser::new(&app);
        browser.logs_in(&format!("who={who}")).await;
        let form = format!(
            "key=k&register=district&position=1&form_token={}",
            token(&browser.gets("/").await)
        );
        for (path, status) in [VERIFY, REBUILD, again].into_iter().zip(statuses) {
            browser.site = "cross-site";
            assert_eq!(browser.fills(path, &form).await.status, 403, "{who} {path}");
            browser.site = "same-origin";
            let unsigned = browser.fills(path, "key=k&register=district&position=1").await;
            assert_eq!(unsigned.status, 403, "{who} {path}");
            let said = browser.fills(path, &form).await;
            assert_eq!(said.status, status, "{who} {path}: {}", said.text);
        }
        // A form is sent, not read; and one that is not there is not.
        assert_eq!(browser.gets(VERIFY).await.status, 404);
        assert_eq!(browser.fills("/console/nothing", &form).await.status, 404);
    }
    // Whoever is not logged in is led to the login, and from there to where the form stands.
    let said = Browser::new(&app).fills(VERIFY, "key=k").await;
    assert_eq!(
        (said.status, said.header("location")),
        (303, "/console/login?next=%2Fconsole%2Faudit")
    );
}

#[actix_web::test]
async fn the_audit_shows_who_read_and_no_text_of_an_address_becomes_part_of_it() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let raised = json!({"enterprise": CODE, "category": "labour", "text": "缺操作工"});
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    send(&app, post("/v1/support-cases", "two", &raised)).await;
    let mut clerk = Browser::new(&app);
    clerk.logs_in("who=luo:eic:reporter").await;
    for _ in 0..51 {
        assert_eq!(clerk.gets("/console/registers/r12.csv").await.status, 200);
    }
    let mut browser = Browser::new(&app);
    browser.logs_in("who=tan:eic:auditor").await;
    let page = browser.gets("/console/audit").await.text;
    assert!(page.contains("luo · eic · reporter") && page.contains("list_rows"), "{page}");
    assert!(page.contains("导出"));
    // The older lines are behind a link.
    assert!(page.contains("更早的记录"));
    let older = page.split("<a href=\"").find(|it| it.contains("rel=\"next\"")).unwrap();
    let older = older.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let page = browser.gets(&older).await.text;
    assert!(page.contains("最近的记录") && page.contains("<code>list_rows</code>"), "{page}");
    let evil = "%3Cscript%3Ealert(1)%3C/script%3E%22'%3E";
    for path in [
        format!("/console/audit?operation={evil}"),
        format!("/console/audit?before={evil}"),
        format!("/console/audit/webhooks/{evil}"),
    ] {
        let said = browser.gets(&path).await;
        assert!(said.text.starts_with("<!doctype html>"), "{path}: {}", said.text);
        for part in ["<script>", "\"'>"] {
            assert!(!said.text.contains(part), "{path}: {part}");
        }
    }
}

/// A webhook, for which an event was set aside that could not be sent for a reason with signs in it.
fn set_aside(district: &District) -> Desk {
    let folder = district.log.beside("webhooks");
    fs::create_dir_all(&folder).unwrap();
    let at = "2020-02-26T09:00:00Z";
    let dead = json!({"position": 1, "type": "rules-published", "attempts": 9, "at": at, "why": "<script>x"});
    let sent = json!({
        "id": "a", "position": 1, "type": "rules-published", "at": at, "attempt": 9, "status": 500,
        "taken": false, "why": "\"'><img src=x",
    });
    let state = json!({"position": 1, "dead": [dead], "replays": [], "deliveries": [sent]});
    fs::write(folder.join("platform.json"), state.to_string()).unwrap();
    let secret = folder.join("secret");
    fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
    let text = format!(
        "[[webhook]]\nid = \"platform\"\nurl = \"http://127.0.0.1:9/in\"\n\
         as = \"robot:eic:integrator\"\nsecrets = [{:?}]\n",
        secret.display().to_string()
    );
    let desk = Desk::with(district.log.clone(), Settings { dev: true, ..Settings::default() });
    desk.send_to(Webhooks::parse(&text, true).unwrap()).unwrap();
    desk
}

#[actix_web::test]
async fn what_a_webhook_set_aside_is_shown_and_sent_again() {
    let district = District::at(NOW).await;
    let desk = set_aside(&district);
    let app = init_service(App::new().configure(|it| fugong_api::configure(it, desk))).await;
    let place = "/console/audit/webhooks/platform";
    let mut auditor = Browser::new(&app);
    auditor.logs_in("who=tan:eic:auditor").await;
    let page = auditor.gets("/console/audit").await.text;
    assert!(page.contains(place) && page.contains("http://127.0.0.1:9/in"), "{page}");
    let page = auditor.gets(place).await.text;
    assert!(page.contains("rules-published") && page.contains("500"), "{page}");
    for part in ["<script>", "<img src=x", "重新推送</button>"] {
        assert!(!page.contains(part), "{part}: {page}");
    }
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let page = browser.gets(place).await;
    assert!(page.text.contains("重新推送</button>"), "{}", page.text);
    let form = |position: &str| format!("position={position}&form_token={}", token(&page));
    for position in ["1", "1"] {
        let said = browser.fills(&format!("{place}/replays"), &form(position)).await;
        assert_eq!(said.header("location"), format!("{place}?done=true"), "{}", said.text);
    }
    assert!(browser.gets(&format!("{place}?done=true")).await.text.contains("已安排重新推送"));
    for position in ["2", "x", ""] {
        let said = browser.fills(&format!("{place}/replays"), &form(position)).await;
        assert_eq!(said.status, 404, "{position}");
    }
    let kept = fs::read_to_string(district.log.beside("webhooks").join("platform.json")).unwrap();
    assert!(kept.contains("\"replays\":[1]"), "{kept}");
}
