//! `fields` on the rows of a register: these columns and no others, in whichever form.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::rig::{District, get, post, send};

const REPORTER: &str = "Bearer dev:bao:eic:reporter";
const AUDITOR: &str = "Bearer dev:sun:eic:auditor";
const OFFICERS: &str = "/v1/registers/r13/rows";

/// With an officer whose name and telephone are sealed.
async fn district() -> District {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let officer = json!({"id": "OFF-01", "name": "甲某（虚构）", "unit": "500114001", "phone": "13000000001"});
    let said = send(&app, post("/v1/officers", "k", &officer)).await;
    assert_eq!(said.status, 201, "{}", said.text);
    district
}

fn by(who: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("Authorization", who))
}

#[actix_web::test]
async fn only_the_columns_that_are_named_are_answered_and_opened() {
    let district = district().await;
    let app = district.app().await;
    let all = send(&app, get(OFFICERS)).await.json();
    assert!(3 < all["items"][0].as_object().unwrap().len(), "{all}");
    let few = send(&app, get(&format!("{OFFICERS}?fields=officer"))).await.json();
    assert_eq!(few["items"], json!([{"officer": "OFF-01"}]));
    assert_eq!((&few["total"], &few["position"]), (&all["total"], &all["position"]));
    // Rows are found by columns that are not shown, and a column comes once however often it is named.
    let path = format!("{OFFICERS}?fields=name,officer,name&concurrent=false&sort=-unit");
    let found = send(&app, get(&path)).await.json();
    assert_eq!(found["items"], json!([{"officer": "OFF-01", "name": "甲某（虚构）"}]));
    let csv = get(&format!("{OFFICERS}?fields=name,officer")).insert_header(("Accept", "text/csv"));
    // In the order of the register.
    let head = all["items"][0].as_object().unwrap();
    assert!(head.contains_key("phone"), "{all}");
    let csv = send(&app, csv).await.text;
    assert_eq!(
        csv.lines().map(|line| line.split(',').count()).collect::<Vec<_>>(),
        [2, 2],
        "{csv}"
    );
    assert!(csv.contains("甲某（虚构）") && !csv.contains("13000000001"), "{csv}");
    // Who read words about persons stands in the access log; where they were not asked for, nobody did.
    let log = send(&app, by(AUDITOR, get("/v1/access-log"))).await.json();
    let read = log["items"].as_array().unwrap().iter().filter(|line| line["kind"] == "read");
    assert_eq!(read.count(), 2, "{log}");
}

#[actix_web::test]
async fn a_column_that_is_none_is_told_with_the_nearest() {
    let district = district().await;
    let app = district.app().await;
    for (query, nearest) in [
        ("fields=officer,phon", "phone"),
        ("fields=officer,%20name", "name"),
        ("sort=-offcer", "officer"),
        ("offcer=OFF-01", "officer"),
    ] {
        let said = send(&app, get(&format!("{OFFICERS}?{query}"))).await;
        assert_eq!((said.status, &*said.problem()), (422, "CODE_UNKNOWN"), "{}", said.text);
        let problem = said.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.ends_with(&format!("the nearest is {nearest}")), "{detail}");
        let name = query.split('=').next().unwrap();
        assert_eq!(problem["errors"][0]["pointer"], name, "{problem}");
    }
}

/// Naming a column gives nobody more than the whole row would.
#[actix_web::test]
async fn who_may_not_read_words_about_persons_is_refused_them_by_name_too() {
    let district = district().await;
    let app = district.app().await;
    let path = format!("{OFFICERS}?fields=officer,name");
    let hidden = json!([{"officer": "OFF-01", "name": {"hidden": true}}]);
    let said = send(&app, by(REPORTER, get(&path))).await;
    assert_eq!(said.json()["items"], hidden, "{}", said.text);
    for media in ["text/csv", "application/x-ndjson"] {
        let asked = by(REPORTER, get(&path)).insert_header(("Accept", media));
        let said = send(&app, asked).await;
        assert!(said.text.contains("OFF-01") && !said.text.contains("甲某"), "{}", said.text);
    }
    // Nor are rows found by what they must not be shown.
    let found =
        send(&app, by(REPORTER, get(&format!("{OFFICERS}?fields=officer&q=%E7%94%B2%E6%9F%90"))))
            .await;
    let found = found.json();
    assert_eq!(found["total"], 0, "{found}");
    let log = send(&app, by(AUDITOR, get("/v1/access-log"))).await.json();
    let read = log["items"].as_array().unwrap().iter().filter(|line| line["kind"] == "read");
    assert_eq!(read.count(), 0, "{log}");
}
