//! Who read what of persons, what was carried away, and who was turned away stands in the access
//! log, which nobody changes unnoticed.

use std::fs;

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::rig::{CODE, District, get, listing, post, send};

const EIC: &str = "zhang:eic:commission";
const REPORTER: &str = "bao:eic:reporter";
const TOWN: &str = "wu:500114106:township";
const AUDITOR: &str = "sun:eic:auditor";

fn by(who: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("Authorization", format!("Bearer dev:{who}")))
}

/// A firm, and an officer whose name is sealed.
async fn district() -> District {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let officer =
        json!({"id": "OFF-01", "name": "甲某", "unit": "500114001", "phone": "13000000001"});
    for (path, body) in [("/v1/enterprises", listing()), ("/v1/officers", officer)] {
        let said = send(&app, post(path, path, &body)).await;
        assert_eq!(said.status, 201, "{}", said.text);
    }
    district
}

/// The lines of the log, the first first, without those of looking at it.
fn told(page: &Value) -> Vec<(String, String, Value, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = page["items"].as_array().unwrap().iter().rev();
    items
        .filter(|line| line["operation"] != "read_access_log")
        .map(|line| {
            let (kind, who) = (text(&line["kind"]), text(&line["who"]["actor"]));
            (
                format!("{kind} {}", text(&line["operation"])),
                who,
                line["of"].clone(),
                text(&line["rule"]),
            )
        })
        .collect()
}

#[actix_web::test]
async fn it_tells_who_read_of_persons_who_carried_away_and_who_was_turned_away() {
    let district = district().await;
    let app = district.app().await;
    let firm = format!("/v1/enterprises/{CODE}");
    for (who, path, status) in [
        // He is shown a name; the reporter is shown that there is one.
        (EIC, "/v1/officers/OFF-01", 200),
        (REPORTER, "/v1/officers/OFF-01", 200),
        // No word about a person is in these.
        (EIC, &*firm, 200),
        (EIC, "/v1/registers/r1/rows", 200),
        (EIC, "/v1/registers/r4/rows", 200),
        (REPORTER, "/v1/registers/r1/rows?format=csv", 422),
        (TOWN, &firm, 404),
        (REPORTER, "/v1/webhooks", 403),
        (TOWN, "/v1/officers/nobody", 404),
        (EIC, "/v1/data-subjects/OFF-01/copy", 200),
    ] {
        assert_eq!(send(&app, by(who, get(path))).await.status, status, "{who} {path}");
    }
    let csv = get("/v1/registers/r1/rows").insert_header(("Accept", "text/csv"));
    assert_eq!(send(&app, by(REPORTER, csv)).await.status, 200);
    let unknown = TestRequest::get().uri("/v1/officers/%E7%94%B2%E6%9F%90");
    assert_eq!(send(&app, unknown).await.status, 401);
    let page = send(&app, by(AUDITOR, get("/v1/access-log"))).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let line = |what: &str, who: &str, of: Value, rule: &str| {
        (what.to_owned(), who.to_owned(), of, rule.to_owned())
    };
    assert_eq!(
        told(&page.json()),
        [
            line("read read_officer", "zhang", json!(["OFF-01"]), ""),
            line("denial read_enterprise", "wu", json!([CODE]), "another-area"),
            line("denial list_webhooks", "bao", json!([]), "another-role"),
            line("export copy_data_subject", "zhang", json!(["OFF-01"]), ""),
            line("export list_rows", "bao", json!(["r1"]), ""),
            // Of whoever is unknown, nor of what he wrote, nothing is kept.
            line("denial read_officer", "", json!(["?"]), ""),
        ]
    );
    assert!(!page.text.contains("甲某") && !page.text.contains("13000000001"), "{}", page.text);
    // To look at it is told too.
    let again = send(&app, by(AUDITOR, get("/v1/access-log"))).await.json();
    assert_eq!(again["items"][0]["operation"], "read_access_log", "{again}");
    assert_eq!(send(&app, by(EIC, get("/v1/access-log"))).await.problem(), "ROLE_NOT_ALLOWED");
}

#[actix_web::test]
async fn it_is_read_page_by_page_and_goes_on_where_it_was_left() {
    let district = district().await;
    let app = district.app().await;
    for _ in 0..5 {
        send(&app, by(EIC, get("/v1/officers/OFF-01"))).await;
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("/v1/access-log?limit=2{next}");
        let page = send(&app, by(AUDITOR, get(&path))).await.json();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|line| line["n"].as_u64().unwrap()),
        );
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let file = district.log.beside("access").join("1.ndjson");
    drop(app);
    // A line that a dying process began, and told nobody of, is taken off, and the chain goes on.
    let held = fs::read(&file).unwrap();
    fs::write(&file, [&*held, b"{\"n\":9,\"bef"].concat()).unwrap();
    let app = district.app().await;
    send(&app, by(EIC, get("/v1/officers/OFF-01"))).await;
    let page = send(&app, by(AUDITOR, get("/v1/access-log?limit=1"))).await.json();
    assert_eq!((&page["head"]["file"], &page["items"][0]["n"]), (&json!("1.ndjson"), &json!(9)));
    drop(app);
    let mut before = Sha256::digest(b"");
    for (n, line) in (1..).zip(fs::read_to_string(&file).unwrap().lines()) {
        let told: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&told["n"], &told["before"]), (&json!(n), &json!(format!("{before:x}"))));
        before = Sha256::digest(line.as_bytes());
    }
}

/// What cannot be written down is not read; what was refused is refused all the same.
#[actix_web::test]
async fn nobody_reads_of_persons_where_it_cannot_be_written_down() {
    let district = district().await;
    // A file stands where the folder would be.
    fs::write(district.log.beside("access"), "").unwrap();
    let app = district.app().await;
    let said = send(&app, by(EIC, get("/v1/officers/OFF-01"))).await;
    assert_eq!((said.status, &*said.problem()), (503, "UNAVAILABLE"));
    assert!(!said.text.contains("甲某"), "{}", said.text);
    for (who, path, status) in [
        (REPORTER, "/v1/officers/OFF-01".to_owned(), 200),
        (REPORTER, "/v1/webhooks".to_owned(), 403),
        (EIC, format!("/v1/enterprises/{CODE}"), 200),
    ] {
        assert_eq!(send(&app, by(who, get(&path))).await.status, status, "{who} {path}");
    }
}
