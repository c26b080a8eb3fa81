//! Lines that are no enterprise's own, and still name some: who is shown them.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::rig::{CODE, District, get, listing, post, send};

const OWN: &str = "li:500114001:township";
const OTHER: &str = "wu:500114106:township";
const ALL: &str = "zhang:eic:commission";

pub(crate) fn by(who: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("Authorization", format!("Bearer dev:{who}")))
}

/// A factory that works since today, with an officer, and a report of it.
async fn district() -> District {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let firm = format!("/v1/enterprises/{CODE}");
    let officer = json!({
        "id": "OFF-01", "name": "甲某", "unit": "500114001", "phone": "13000000001",
    });
    let posting = json!({
        "seat": "township", "unit": "500114001", "officer": "OFF-01", "from": "2020-02-27",
    });
    let daily = json!({"date": "2020-02-27", "staff": 30, "on_post": 20, "from_hubei": 2});
    let mut idle = listing();
    idle["uscc"] = json!("91500114MAYY010886");
    idle["name"] = json!("黔江示例停工厂");
    let mut namesake = listing();
    namesake["uscc"] = json!("91500114MAYY010961");
    namesake["township_code"] = json!("500114106");
    for (who, path, body) in [
        (ALL, "/v1/enterprises".to_owned(), listing()),
        (ALL, "/v1/enterprises".to_owned(), namesake),
        (ALL, "/v1/enterprises".to_owned(), idle),
        (ALL, "/v1/officers".to_owned(), officer),
        (OWN, format!("{firm}/postings"), posting),
        (ALL, format!("{firm}/resumptions"), json!({"resumed_on": "2020-02-27"})),
        (&format!("boss:{CODE}:enterprise"), format!("{firm}/daily-reports"), daily),
    ] {
        let key = format!("{path}.{}", body["uscc"].as_str().unwrap_or_default());
        let said = send(&app, by(who, post(&path, &key, &body))).await;
        assert_eq!(said.status, 201, "{path}: {}", said.text);
    }
    district
}

#[actix_web::test]
async fn officers_and_names_in_sums_are_shown_to_those_who_see_the_enterprise() {
    let district = district().await;
    let app = district.app().await;
    for (who, officers, named) in [(ALL, 1, true), (OWN, 1, true), (OTHER, 0, false)] {
        let ledger = send(&app, by(who, get("/v1/registers/r13/rows"))).await.json();
        assert_eq!(ledger["items"].as_array().unwrap().len(), officers, "{who}: {ledger}");
        let report = send(&app, by(who, get("/v1/reports/officer-ledger.csv"))).await.text;
        assert_eq!(report.contains("13000000001"), officers == 1, "{who}: {report}");
        for (path, column) in [
            ("/v1/registers/r1/rows?group=500114001", "new_names"),
            ("/v1/registers/r14/rows?group=500114001", "names"),
        ] {
            let rows = send(&app, by(who, get(path))).await.json();
            let shown: Vec<&Value> =
                rows["items"].as_array().unwrap().iter().map(|row| &row[column]).collect();
            let text = json!(shown).to_string();
            assert_eq!(text.contains("示例"), named, "{who} {path}: {rows}");
        }
    }
}

/// Of sums an enterprise would read how its neighbours do.
#[actix_web::test]
async fn an_enterprise_reads_its_own_lines_and_no_sums_of_the_district() {
    let district = district().await;
    let app = district.app().await;
    let weekly = json!({
        "definition": "title = \"每日\"\ntitle_en = \"Daily\"\nregister = \"r3-summary\"\nlimit = 10\n\
                       [[column]]\ncolumn = \"label\"\n",
    });
    let request = post("/v1/reports/daily", "daily", &weekly).method(actix_web::http::Method::PUT);
    let said = send(&app, by("bao:eic:reporter", request)).await;
    assert_eq!(said.status, 201, "a report clerk defines reports: {}", said.text);
    let boss = format!("boss:{CODE}:enterprise");
    for who in [&*boss, "e:nosuch:enterprise"] {
        for path in [
            "/v1/registers/r1/rows",
            "/v1/registers/r6/rows?at_position=3",
            "/v1/registers/r10/rows",
            "/v1/registers/r13/rows",
            "/v1/registers/r14/rows",
            "/v1/reports/officer-ledger.csv",
            "/v1/reports/r14-days",
            "/v1/reports/daily.csv",
        ] {
            let said = send(&app, by(who, get(path))).await;
            assert_eq!((said.status, &*said.problem()), (403, "ROLE_NOT_ALLOWED"), "{who} {path}");
        }
        let daily = send(&app, by(who, get("/v1/reports/daily-resumption.csv"))).await.text;
        assert!(daily.contains(if who == boss { ",1,0,1" } else { ",0,0,0" }), "its own: {daily}");
        let measures = send(&app, by(who, get("/v1/registers/r20-measures/rows"))).await;
        assert_eq!(measures.status, 200, "measures bind everybody: {}", measures.text);
        let own = send(&app, by(who, get("/v1/registers/r12/rows"))).await.json();
        let count = own["items"].as_array().unwrap().len();
        assert_eq!(count, usize::from(who == boss), "{who}: {own}");
    }
}

#[actix_web::test]
async fn nothing_is_computed_of_figures_that_are_left_out() {
    let district = district().await;
    let app = district.app().await;
    let head = "title = \"来鄂\"\ntitle_en = \"Hubei\"\nregister = \"r3\"\n";
    let sum = "[[group]]\ncolumn = \"enterprise\"\n[[measure]]\nname = \"n\"\nheading = \"人数\"\n\
               sum = \"from_hubei\"\n";
    let when = "[[group]]\ncolumn = \"enterprise\"\n[[measure]]\nname = \"n\"\nheading = \"户数\"\n\
                count = true\nwhen = [{ column = \"from_hubei\", at_least = 1 }]\n";
    let list =
        "limit = 10\n[[column]]\ncolumn = \"enterprise\"\n[[column]]\ncolumn = \"from_hubei\"\n";
    for (id, rest, refused) in [("sum", sum, true), ("when", when, true), ("list", list, false)] {
        let path = format!("/v1/reports/{id}");
        let body = json!({"definition": format!("{head}{rest}")});
        let request = post(&path, id, &body).method(actix_web::http::Method::PUT);
        let said = send(&app, by(ALL, request)).await;
        assert_eq!(said.status, 201, "{}", said.text);
        let path = format!("{path}.csv");
        assert_eq!(send(&app, by(OWN, get(&path))).await.status, 200, "{id}");
        let said = send(&app, by("bao:eic:reporter", get(&path))).await;
        if refused {
            assert_eq!((said.status, &*said.problem()), (403, "ROLE_NOT_ALLOWED"), "{id}");
        } else {
            assert!(said.status == 200 && !said.text.contains(",2\r\n"), "{}", said.text);
        }
    }
}
