//! Who was erased is nowhere named any more: 「已删除」.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::rig::{District, get, post, send};

const NAME: &str = "甲乙丙丁戊";
const PHONE: &str = "000-1234-9876";

/// Everything that names an officer.
const READS: [&str; 6] = [
    "/v1/registers/r13/rows",
    "/v1/registers/r4/rows",
    "/v1/officers",
    "/v1/officers/OFF-77",
    "/v1/events?types=officer-enrolled",
    "/v1/tasks",
];

#[actix_web::test]
async fn an_erased_name_is_in_no_answer_and_no_export() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let body = json!({"id": "OFF-77", "name": NAME, "unit": "eic", "phone": PHONE});
    let enrolled = send(&app, post("/v1/officers", "k1", &body)).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    district.log.settle().await.unwrap();
    let read = |path: &str, accept: &'static str| -> TestRequest {
        get(path).insert_header(("Accept", accept))
    };
    let row = "/v1/registers/r13/rows";
    for accept in ["application/json", "text/csv", "application/x-ndjson"] {
        let said = send(&app, read(row, accept)).await;
        assert!(said.text.contains(NAME) && said.text.contains(PHONE), "{}", said.text);
    }
    assert!(district.log.erase("OFF-77").await.unwrap());
    for path in READS {
        let said = send(&app, get(path)).await;
        assert_eq!(said.status, 200, "{path}: {}", said.text);
        assert!(!said.text.contains(NAME) && !said.text.contains(PHONE), "{path}: {}", said.text);
    }
    let rows = send(&app, get(row)).await.json();
    let officer = rows["items"].as_array().unwrap().iter().find(|it| it["officer"] == "OFF-77");
    assert_eq!(officer.unwrap()["name"], json!({"erased": true}));
    let table = send(&app, read(row, "text/csv")).await.text;
    let line = table.lines().find(|line| line.starts_with("OFF-77")).unwrap();
    assert!(line.contains("（已删除）") && !line.contains("erased"), "{line}");
    // As it was before nobody can say any more either.
    let then = send(&app, get(&format!("{row}?as_of=2020-02-27"))).await;
    assert!(!then.text.contains(NAME), "{}", then.text);
    let hidden = get(row).insert_header(("Authorization", "Bearer dev:x:eic:reporter"));
    let hidden = send(&app, hidden.insert_header(("Accept", "text/csv"))).await.text;
    assert!(hidden.contains("（不予显示）"), "{hidden}");
    // The register itself is what it was: its rows were sealed all along.
    let rebuilt = district.log.rebuild("district").await.unwrap();
    assert_eq!(rebuilt.differences, []);
}
