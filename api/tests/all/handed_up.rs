//! Whoever runs a report, is handed one, or gets a paper finds in it what is for him, and what it is
//! of.

use fugong_domain::reports::READY;
use serde_json::{Value, json};

use crate::{
    answers::lived,
    in_sight::by,
    rig::{get, send},
};

const TOWN: &str = "tw:500114003:township";
const GUARDED: [&str; 3] = ["from_hubei", "in_observation", "fever"];

/// One enterprise may be all of its township.
#[actix_web::test]
async fn who_looks_after_a_township_is_told_no_small_sums_of_the_others() {
    let lived = lived().await;
    let app = lived.district.app().await;
    let at = "as_of=2020-03-10";
    for (who, withheld) in
        [(TOWN, true), ("zheng:park-zhengyang:park", true), ("li:hq:headquarters", false)]
    {
        let report = send(&app, by(who, get(&format!("/v1/reports/r3-summary?{at}")))).await.json();
        let rows = report["rows"].as_array().unwrap();
        let told = rows.iter().flat_map(|row| GUARDED.map(|name| row["cells"][name].as_u64()));
        let small = told.flatten().filter(|figure| (1..5).contains(figure)).count();
        assert_eq!(small == 0, withheld, "{who}: {report}");
        assert_eq!(report["provenance"]["withheld"], withheld, "{who}");
        assert_eq!(report["provenance"]["reach"], "全区", "sums of the district: {who}");
        let register = format!("/v1/registers/r3-summary/rows?true_on=2020-03-10&{at}");
        let register = send(&app, by(who, get(&register))).await.json();
        let lines = register["items"].as_array().unwrap().iter();
        let small = lines
            .flat_map(|line| GUARDED.map(|name| line[name].as_u64()))
            .flatten()
            .filter(|figure| (1..5).contains(figure));
        assert_eq!(small.count() == 0, withheld, "{who}: {register}");
    }
    let own = send(&app, by(TOWN, get(&format!("/v1/reports/daily-resumption?{at}")))).await.json();
    assert_eq!(own["provenance"]["reach"], "本单位辖区");
    assert_eq!(own["provenance"]["reader"], json!({"role": "township", "unit": "500114003"}));
}

#[actix_web::test]
async fn a_recipient_is_told_of_no_other_recipient() {
    let lived = lived().await;
    let app = lived.district.app().await;
    for report in ["credit-public", "credit-platform"] {
        let path = format!("/v1/reports/{report}.csv?as_of=2020-03-31&true_on=2020-03-26");
        let clerk = |path: &str| by("zhang:eic:commission", get(path));
        let all = send(&app, clerk(&path)).await.text;
        assert!(all.contains("黔江区人民法院") && all.contains("信用中国（重庆）"), "{all}");
        let one = send(&app, clerk(&format!("{path}&recipient=%E4%BF%A1%E7%94%A8%E4%B8%AD%E5%9B%BD%EF%BC%88%E9%87%8D%E5%BA%86%EF%BC%89"))).await.text;
        assert!(one.contains("信用中国（重庆）") && !one.contains("人民法院"), "{one}");
    }
}

/// The clerk whose post it is to make them may read no words about persons.
#[actix_web::test]
async fn a_report_clerk_runs_every_ready_report_without_words_about_persons() {
    let lived = lived().await;
    let app = lived.district.app().await;
    let mut closed = 0;
    for (id, _) in READY {
        let chosen = if *id == "dossier" { "&enterprise=91500114MAYY010886" } else { "" };
        let path = format!("/v1/reports/{id}?as_of=2020-03-10{chosen}");
        let said = send(&app, by("bao:eic:reporter", get(&path))).await;
        assert_eq!(said.status, 200, "{id}: {}", said.text);
        closed += said.text.matches("（不予显示）").count();
        for word in ["示例驻厂员", "13000000"] {
            assert!(!said.text.contains(word), "{id}: {word}");
        }
    }
    assert!(20 < closed, "{closed}");
    let pdf = send(&app, get("/v1/reports/daily-resumption.pdf")).await;
    assert_eq!(pdf.status, 404, "{}", pdf.text);
    assert!(pdf.text.contains(".json, .ndjson, .csv, .xlsx, .html"), "{}", pdf.text);
}

#[actix_web::test]
async fn a_paper_says_that_what_it_tells_of_holds_no_more() {
    let lived = lived().await;
    let app = lived.district.app().await;
    let clerk = |path: &str| by("zhang:eic:commission", get(path));
    let orders = send(&app, clerk("/v1/registers/r7/rows?limit=200")).await.json();
    let mut ended = 0;
    for (state, how) in
        [("revoked", "撤销，自始不计"), ("superseded", "为准"), ("complied", ""), ("served", "")]
    {
        let of_state = |row: &&Value| row["state"] == state;
        for order in orders["items"].as_array().unwrap().iter().filter(of_state) {
            let id = order["order"].as_str().unwrap();
            let paper = send(&app, clerk(&format!("/v1/rectification-orders/{id}/paper"))).await;
            let told = paper.text.contains("<p class=\"ended\">提示：本通知书已于");
            assert_eq!(told, !how.is_empty(), "{state} {id}: {}", paper.text);
            assert!(paper.text.contains(how), "{state} {id}: {}", paper.text);
            ended += usize::from(told);
        }
    }
    assert!(1 < ended, "{orders}");
    // Proposed, and withdrawn before anybody was told of it.
    let never = "/v1/credit-flags/91500114MAYY010106.1/paper";
    let draft = send(&app, clerk(never)).await.text;
    assert!(draft.contains("提示：该拟记事项已撤回（"), "{draft}");
    assert!(draft.contains("本告知书未曾送达，不得送达"), "{draft}");
    let boss = |path: &str, code: &str| by(&format!("boss:{code}:enterprise"), get(path));
    let own = send(&app, boss(never, "91500114MAYY010106")).await;
    assert_eq!((own.status, &*own.problem()), (404, "NOT_FOUND"));
    let served = "/v1/credit-flags/91500114MAYY01109N.1/paper";
    assert_eq!(send(&app, boss(served, "91500114MAYY01109N")).await.status, 200);
}
