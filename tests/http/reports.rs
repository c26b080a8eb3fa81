//! Reports of the district's own: laid down by an act, run as of any moment.

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use super::bench::{Bench, EIC, HQ, LI, Said, firm, town};

const START: &str = "2020-02-27T08:00:00+08:00";
const OPEN: &str = "/v1/reports/open-orders";
const AUDITOR: &str = "ma:eic:auditor";
const REPORTER: &str = "bao:eic:reporter";

/// How many enterprises there are in each township.
const FIRMS: &str = "title = \"企业数\"\ntitle_en = \"Enterprises\"\nregister = \"r1-enterprises\"\n\
                     total = \"合计\"\n[[group]]\ncolumn = \"township\"\n\
                     [[measure]]\nname = \"firms\"\nheading = \"家\"\ncount = true\n";

async fn put(bench: &Bench, who: &str, path: &str, key: &str, body: &Value) -> Said {
    put_over(bench, who, (path, None), key, body).await
}

async fn put_over(
    bench: &Bench,
    who: &str,
    (path, version): (&str, Option<&str>),
    key: &str,
    body: &Value,
) -> Said {
    let request = TestRequest::default()
        .method(Method::PUT)
        .uri(path)
        .insert_header(("authorization", format!("Bearer dev:{who}")))
        .insert_header(("idempotency-key", key))
        .insert_header(("content-type", "application/json"))
        .set_payload(body.to_string());
    bench
        .send(version.into_iter().fold(request, |it, tag| it.insert_header(("if-match", tag))))
        .await
}

fn body(definition: &str) -> Value {
    json!({ "definition": definition })
}

#[actix_web::test]
async fn a_definition_is_laid_down_once_seen_and_replaced_by_who_has_seen_it() {
    let bench = Bench::at(START).await;
    let first = put(&bench, EIC, OPEN, "a", &body(FIRMS)).await;
    assert_eq!((first.status, first.header("location")), (201, OPEN), "{}", first.text);
    assert_eq!(
        (first.header("etag"), first.events()),
        ("\"1\"", vec!["report-defined".to_owned()])
    );
    let again = put(&bench, EIC, OPEN, "a", &body(FIRMS)).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    let other = FIRMS.replace("企业数", "企业家数");
    let blind = put(&bench, EIC, OPEN, "b", &body(&other)).await;
    assert_eq!((blind.problem().as_str(), blind.header("etag")), ("IF_MATCH_REQUIRED", "\"1\""));
    let stale = put_over(&bench, EIC, (OPEN, Some("\"7\"")), "b", &body(&other)).await;
    assert_eq!((stale.problem().as_str(), stale.header("etag")), ("VERSION_CONFLICT", "\"1\""));
    let second = put_over(&bench, HQ, (OPEN, Some("\"1\"")), "b", &body(&other)).await;
    assert_eq!((second.status, second.header("etag")), (201, "\"2\""), "{}", second.text);
    let same = put_over(&bench, EIC, (OPEN, Some("\"2\"")), "c", &body(&other)).await;
    assert_eq!((same.status, same.events()), (200, Vec::new()));
    let known = bench.get(EIC, &format!("{OPEN}/definition")).await;
    assert_eq!(
        (known.header("etag"), known.json()["definition"].as_str()),
        ("\"2\"", Some(&*other))
    );
    let laid_down = &known.json()["laid_down"];
    assert_eq!((&laid_down["version"], &laid_down["unit"]), (&json!(2), &json!("hq")));
    let listed = bench.get(AUDITOR, "/v1/reports").await.json();
    assert_eq!(listed["items"][0]["id"], "open-orders");
    assert_eq!(listed["items"][0]["laid_down"]["version"], 2);
    assert_eq!(listed["items"][1]["laid_down"], Value::Null);
    let told = bench.get(EIC, "/v1/history/report/open-orders/timeline").await.text;
    assert!(told.contains("保存报表定义《企业家数》（open-orders）"), "{told}");
}

#[actix_web::test]
async fn what_is_wrong_is_said_all_at_once_with_line_and_column() {
    let bench = Bench::at(START).await;
    let wrong = FIRMS.replace("\"township\"", "\"townshp\"").replace("count = true", "sum = \"x\"");
    let said = put(&bench, EIC, OPEN, "a", &body(&wrong)).await;
    assert_eq!((said.status, said.problem().as_str()), (422, "REPORT_DEFINITION_WRONG"));
    let errors = said.json()["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 2, "{errors}");
    assert_eq!((&errors[0]["pointer"], &errors[0]["line"]), (&json!("/definition"), &json!(6)));
    assert_eq!(errors[0]["column"], 10);
    assert!(errors[0]["detail"].as_str().unwrap().contains("是否指「township」"), "{errors}");
    let long = format!("{FIRMS}# {}", "长".repeat(20_000));
    assert_eq!(put(&bench, EIC, OPEN, "a", &body(&long)).await.problem(), "INVALID_FIELD");
    let quoted = format!("{FIRMS}# {}", "\"".repeat(40_000));
    assert_eq!(put(&bench, EIC, OPEN, "a", &body(&quoted)).await.problem(), "EVENT_TOO_LARGE");
    assert_eq!(bench.count("report-defined").await, 0);
}

#[actix_web::test]
async fn names_are_kept_for_whom_they_belong_to() {
    let bench = Bench::at(START).await;
    let ready = "/v1/reports/daily-resumption";
    let said = put(&bench, EIC, ready, "a", &body(FIRMS)).await;
    assert_eq!((said.status, said.problem().as_str()), (422, "INVALID_FIELD"));
    assert_eq!(said.json()["errors"][0]["pointer"], "/instead_of_ready");
    let instead = json!({"definition": FIRMS, "instead_of_ready": true});
    assert_eq!(put(&bench, EIC, ready, "a", &instead).await.status, 201);
    assert_eq!(bench.get(EIC, ready).await.json()["title"], "企业数");
    for (name, status) in [("r7", 422), ("Weekly", 404), ("a.json", 404)] {
        let said = put(&bench, EIC, &format!("/v1/reports/{name}"), name, &instead).await;
        assert_eq!(said.status, status, "{name}: {}", said.text);
    }
    let withdrawals = format!("{ready}/withdrawals");
    bench.act(EIC, &withdrawals, json!({"reason": "改用原表"})).await;
    let title = bench.get(EIC, ready).await.json()["title"].clone();
    assert!(title.as_str().unwrap().starts_with("复工复产日报"), "{title}");
    for who in [&town("500114001"), AUDITOR, &firm("91500114MAYY010106")] {
        let said = put(&bench, who, OPEN, who, &body(FIRMS)).await;
        assert_eq!(said.problem(), "ROLE_NOT_ALLOWED", "{who}");
    }
    bench.refused(EIC, &format!("{OPEN}/withdrawals"), json!({"reason": "x"}), "NOT_FOUND").await;
}

/// A report of then is that of then, whatever was laid down since.
#[actix_web::test]
async fn a_report_is_run_by_the_definition_that_was_in_use_then() {
    let bench = Bench::at(START).await;
    bench.list("ENT-001").await;
    let before = bench.log.head();
    put(&bench, EIC, OPEN, "a", &body(FIRMS)).await;
    let (first, other) = (bench.log.head(), FIRMS.replace("企业数", "企业家数"));
    put_over(&bench, EIC, (OPEN, Some("\"1\"")), "b", &body(&other)).await;
    let second = bench.log.head();
    bench.act(LI, &format!("{OPEN}/withdrawals"), json!({"reason": "不再需要"})).await;
    let run = async |query: &str| bench.get(EIC, &format!("{OPEN}{query}")).await;
    // Before there was one, it is the first that there was.
    for (at, title, version) in
        [(before, "企业数", 1), (first, "企业数", 1), (second, "企业家数", 2)]
    {
        let said = run(&format!("?at_position={at}")).await.json();
        assert_eq!(
            (said["title"].as_str(), &said["rows"][1]["cells"]["firms"]),
            (Some(title), &json!(1))
        );
        let laid_down = &said["provenance"]["laid_down"];
        assert_eq!(
            (&laid_down["version"], &laid_down["by"]),
            (&json!(version), &json!("区经信委"))
        );
    }
    assert_eq!(run("").await.problem(), "NOT_FOUND");
    let hash = run(&format!("?at_position={first}")).await.json();
    let hash = hash["provenance"]["definition_sha256"].as_str().unwrap().to_owned();
    let said = run(&format!("?at_position={second}&definition={hash}")).await.json();
    assert_eq!(said["title"], "企业数");
    assert_eq!(run(&format!("?definition={hash}")).await.json()["rows"][1]["cells"]["firms"], 1);
    assert_eq!(run(&format!("?definition={}", "0".repeat(64))).await.problem(), "NOT_FOUND");
    assert_eq!(run("/definition").await.problem(), "NOT_FOUND");
    assert_eq!(
        run(&format!("/definition?at_position={first}")).await.json()["laid_down"]["version"],
        1
    );
}

/// A position names a day too: that on which its event was recorded. Whenever it is asked for, it is
/// the same report.
#[actix_web::test]
async fn a_report_of_a_position_is_the_same_whenever_it_is_run() {
    let bench = Bench::at(START).await;
    bench.list("ENT-001").await;
    put(&bench, EIC, OPEN, "a", &body(FIRMS)).await;
    let known = bench.log.head();
    let queries = [
        format!("?as_of={known}"),
        format!("?at_position={known}"),
        format!("?as_of={known}&beside={known}"),
        "?as_of=2020-02-27".to_owned(),
    ];
    bench.clock("2020-02-28T09:00:00+08:00").await;
    let all = async || {
        let mut all = Vec::new();
        for query in &queries {
            for form in ["json", "html"] {
                all.push(bench.get(EIC, &format!("{OPEN}.{form}{query}")).await.text);
            }
        }
        all
    };
    let first = all().await;
    assert_eq!((&first[0], &first[1]), (&first[2], &first[3]));
    assert!(first[0].contains("\"true_on\":\"2020-02-27\""), "{}", first[0]);
    bench.list("ENT-004").await;
    bench.clock("2020-03-20T09:00:00+08:00").await;
    assert_eq!(all().await, first);
    let definition = format!("{OPEN}/definition?as_of={known}");
    assert_eq!(bench.get(EIC, &definition).await.json()["laid_down"]["version"], 1);
    for (query, pointer) in [
        ("as_of=0", "as_of"),
        ("as_of=99999", "as_of"),
        ("at_position=0", "at_position"),
        ("at_position=2020-02-27", "at_position"),
        ("as_of=1&at_position=1", "at_position"),
        ("beside=0", "beside"),
    ] {
        let said = bench.get(EIC, &format!("{OPEN}?{query}")).await;
        let code = match query {
            _ if query.contains('&') => "MEMBERS_DISAGREE",
            _ if query.ends_with("=0") || query.ends_with("=99999") => "MOMENT_UNKNOWN",
            _ => "INVALID_FIELD",
        };
        assert_eq!(said.problem(), code, "{query}");
        assert_eq!(said.json()["errors"][0]["pointer"], pointer, "{query}");
    }
}

/// Who runs a definition sees by it what he sees of its register, whoever laid it down.
#[actix_web::test]
async fn a_definition_shows_nobody_more_than_he_may_see() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    bench.list("ENT-004").await;
    bench.enrol("OFF-01").await;
    put(&bench, EIC, OPEN, "a", &body(FIRMS)).await;
    let people = "title = \"名册\"\ntitle_en = \"Officers\"\nregister = \"r13\"\nlimit = 9\n\
                  [[column]]\ncolumn = \"name\"\n";
    let officers = "/v1/reports/officers";
    assert_eq!(put(&bench, HQ, officers, "b", &body(people)).await.status, 201);
    let total = async |who: &str| {
        let said = bench.get(who, OPEN).await.json();
        said["rows"].as_array().unwrap().last().unwrap()["cells"]["firms"].clone()
    };
    assert_eq!(total(EIC).await, 2);
    assert_eq!(total(&firm(&code)).await, 1);
    assert!(bench.get(EIC, officers).await.text.contains("驻厂员01"));
    // Who reads no words about persons is not shown them, nor that there is such a report.
    assert_eq!(bench.get(REPORTER, officers).await.problem(), "ROLE_NOT_ALLOWED");
    assert_eq!(
        bench.get(REPORTER, &format!("{officers}/definition")).await.problem(),
        "ROLE_NOT_ALLOWED"
    );
    let offered = bench.get(REPORTER, "/v1/reports").await.text;
    assert!(offered.contains("\"open-orders\"") && !offered.contains("\"officers\""));
}

/// A slip of the pen would give an empty sheet, as if there were nothing to report.
#[actix_web::test]
async fn what_is_chosen_has_to_be_there_for_who_chooses() {
    let bench = Bench::at(START).await;
    let (near, far) = (bench.list("ENT-001").await, bench.list("ENT-004").await);
    let slip = format!("{}9", &near[..17]);
    for (who, query, instead) in [
        (EIC, "not-resumed?township=正阳街到", "是否指「正阳街道」？可选："),
        (EIC, "vacant-seats?unit_in_charge=马喇乡", "是否指「马喇镇」？"),
        (EIC, &format!("dossier?enterprise={slip}"), &format!("是否指「{near}」？")),
        // Another's is not there for an enterprise, and is not named to it either.
        (&firm(&near), &format!("dossier?enterprise={far}"), &format!("没有「{far}」")),
    ] {
        let said = bench.get(who, &format!("/v1/reports/{query}")).await;
        assert_eq!(said.problem(), "REPORT_PARAMETER_WRONG", "{query}");
        assert!(said.text.contains(instead), "{query}: {}", said.text);
    }
    let rows = async |query: &str| {
        let said = bench.get(EIC, &format!("/v1/reports/{query}")).await.json();
        (said["provenance"]["parameters"].clone(), said["rows"].as_array().unwrap().len())
    };
    // What is there and has nothing to show is an empty sheet, with the line of its sum.
    assert_eq!(rows("hazards?township=正阳街道").await, (json!({"township": "正阳街道"}), 1));
    assert_eq!(rows("hazards?township=500114004").await.0["township"], "正阳街道");
    let (chosen, lines) = rows(&format!("dossier?enterprise={near}")).await;
    assert_eq!((&chosen["enterprise"], 9 <= lines), (&json!(near), true), "{lines}");
    let name = super::bench::enterprise("ENT-001").name;
    assert_eq!(rows(&format!("dossier?enterprise={name}")).await, (chosen, lines));
}
