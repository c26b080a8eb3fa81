//! Words about persons over HTTP: erased, held, restricted, handed out (个人信息保护法).

use serde_json::{Value, json};

use super::bench::{Bench, EIC, HQ, firm, town};

const SUBJECT: &str = "/v1/data-subjects/OFF-77";
const NAME: &str = "甲乙丙丁戊";
const PHONE: &str = "000-1234-9876";
const AUDITOR: &str = "shen:eic:auditor";

/// A district in which OFF-77 is enrolled.
async fn enrolled() -> Bench {
    let bench = Bench::at("2020-04-01T09:00:00+08:00").await;
    let officer = json!({"id": "OFF-77", "name": NAME, "unit": "eic", "phone": PHONE});
    bench.act(EIC, "/v1/officers", officer).await;
    bench
}

async fn name(bench: &Bench) -> Value {
    let rows = bench.rows("r13", "").await;
    rows.iter().find(|row| row["officer"] == "OFF-77").unwrap()["name"].clone()
}

#[actix_web::test]
async fn an_erasure_is_an_event_with_its_basis_and_a_repeat_gets_the_same_receipt() {
    let bench = enrolled().await;
    let (path, body) = (format!("{SUBJECT}/erasures"), json!({"basis": "retention_over"}));
    for who in [HQ, AUDITOR, &town("500114106"), "li:emb:emergency"] {
        bench.refused(who, &path, body.clone(), "ROLE_NOT_ALLOWED").await;
    }
    bench.refused(EIC, &path, json!({"basis": "because"}), "INVALID_FIELD").await;
    bench.refused(EIC, &path, json!({"basis": "other_law"}), "INVALID_FIELD").await;
    let nobody = "/v1/data-subjects/OFF-99/erasures";
    bench.refused(EIC, nobody, body.clone(), "NOT_FOUND").await;
    assert_eq!(name(&bench).await, NAME);
    let first = bench.post(EIC, &path, "erase", &body).await;
    assert_eq!((first.status, first.events()), (201, vec!["data-subject-erased".to_owned()]));
    assert_eq!(name(&bench).await, json!({"erased": true}));
    // What is enrolled again since is not what was erased.
    let again = json!({"id": "OFF-77", "name": "己庚", "unit": "eic",
        "supersedes": enrolment(&bench).await});
    bench.act(EIC, "/v1/officers", again).await;
    let repeat = bench.post(EIC, &path, "erase", &body).await;
    assert_eq!(repeat.header("idempotency-replayed"), "true");
    assert_eq!(repeat.json(), first.json());
    assert_eq!(name(&bench).await, "己庚");
    let act = bench.get(EIC, first.header("location")).await.json();
    assert_eq!(act["data"]["ground"], "retention_over", "{act}");
    let stands = bench.state(SUBJECT).await;
    assert_eq!((&stands["state"], &stands["on"]), (&json!("erased"), &json!("2020-04-01")));
    let told = bench.get(EIC, "/v1/history/data-subject/OFF-77/timeline").await;
    assert!(
        told.text.contains("删除OFF-77的个人信息（停止提供产品或者服务，或者保存期限已届满"),
        "{}",
        told.text
    );
    assert_eq!(bench.get(&firm("91500114MAYY01109N"), SUBJECT).await.status, 404);
}

/// The id of the event that enrolled OFF-77.
async fn enrolment(bench: &Bench) -> Value {
    let events = bench.get(EIC, "/v1/events?types=officer-enrolled").await.json();
    events["items"][0]["event_id"].clone()
}

#[actix_web::test]
async fn what_is_held_is_restricted_instead_and_handed_out_to_the_person() {
    let bench = enrolled().await;
    let hold = json!({"ground": "open_case", "reason": "举报核查尚未办结", "until": "2020-06-30",
        "authority": "黔防控指发〔2020〕15号"});
    let held = bench.act(HQ, &format!("{SUBJECT}/holds"), hold).await;
    let shown = bench.get(EIC, held.header("location")).await.json();
    assert_eq!(shown["data"]["reason"], "举报核查尚未办结", "{shown}");
    let (path, over) = (format!("{SUBJECT}/erasures"), json!({"basis": "purpose_achieved"}));
    let refused = bench.post(EIC, &path, "early", &over).await;
    assert_eq!(refused.problem(), "ERASURE_HELD");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    for part in ["hq", "2020-04-01", "2020-06-30", "open_case", "restriction"] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    assert_eq!(name(&bench).await, NAME, "a hold is no restriction");
    let why = json!({"ground": "cannot_be_erased", "reason": "核查期间只保存"});
    bench.act(EIC, &format!("{SUBJECT}/restrictions"), why).await;
    nobody_is_shown_the_words(&bench).await;
    for (who, may) in [
        ("OFF-77:eic:officer", true),
        (EIC, true),
        (HQ, true),
        (AUDITOR, false),
        ("OFF-78:eic:officer", false),
    ] {
        let copy = bench.get(who, &format!("{SUBJECT}/copy")).await;
        if !may {
            assert_eq!(copy.problem(), "ROLE_NOT_ALLOWED", "{who}");
            continue;
        }
        let items = copy.json()["items"].clone();
        assert_eq!(items[0]["data"]["name"], NAME, "{who}: {items}");
        assert_eq!(items[1]["data"]["reason"], "举报核查尚未办结", "{items}");
        let text = bench.get(who, &format!("{SUBJECT}/copy?format=text")).await.text;
        for part in
            ["姓名：甲乙丙丁戊", "联系电话：000-1234-9876", "依法保存", "限制处理", "第四十五条"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let settled = json!({"reason": "已办结"});
    let releases = format!("{SUBJECT}/releases");
    bench.refused(EIC, &releases, settled.clone(), "OUT_OF_JURISDICTION").await;
    bench.act(HQ, &releases, settled.clone()).await;
    bench.act(EIC, &format!("{SUBJECT}/restriction-ends"), settled).await;
    assert_eq!(name(&bench).await, NAME);
    bench.act(EIC, &path, over).await;
    assert_eq!(name(&bench).await, json!({"erased": true}));
    let copy = bench.get(EIC, &format!("{SUBJECT}/copy?format=text")).await.text;
    assert!(copy.contains("姓名：（已删除）") && copy.contains("已于2020-04-01删除"), "{copy}");
    assert_eq!(bench.get(EIC, "/v1/data-subjects/OFF-99/copy").await.problem(), "NOT_FOUND");
    let odd = bench.get(EIC, &format!("{SUBJECT}/copy?format=pdf")).await;
    assert_eq!(odd.problem(), "INVALID_FIELD");
}

/// Restricted words are in no answer, register or export, whoever asks.
async fn nobody_is_shown_the_words(bench: &Bench) {
    for who in [EIC, HQ, AUDITOR, "OFF-77:eic:officer"] {
        for path in [
            "/v1/registers/r13/rows",
            "/v1/officers",
            "/v1/officers/OFF-77",
            "/v1/events?types=officer-enrolled",
            "/v1/history/officer/OFF-77",
            "/v1/history/officer/OFF-77/steps",
        ] {
            let said = bench.get(who, path).await;
            assert_eq!(said.status, 200, "{who} {path}: {}", said.text);
            let open = said.text.contains(NAME) || said.text.contains(PHONE);
            assert!(!open && said.text.contains("restricted"), "{who} {path}: {}", said.text);
        }
    }
    let token = format!("Bearer dev:{EIC}");
    let csv = actix_web::test::TestRequest::get().uri("/v1/registers/r13/rows");
    let csv = csv.insert_header(("authorization", token)).insert_header(("accept", "text/csv"));
    let table = bench.send(csv).await.text;
    let line = table.lines().find(|line| line.starts_with("OFF-77")).unwrap();
    assert!(line.contains("（已限制处理）") && !line.contains(NAME), "{line}");
}

/// Whoever is enrolled as he was is enrolled already, also while his words are not used.
#[actix_web::test]
async fn restricted_words_are_known_again_without_being_shown() {
    let bench = enrolled().await;
    let why = json!({"ground": "on_request", "reason": "本人要求"});
    bench.act(EIC, &format!("{SUBJECT}/restrictions"), why).await;
    let officer = json!({"id": "OFF-77", "name": NAME, "unit": "eic", "phone": PHONE});
    assert_eq!(bench.act(EIC, "/v1/officers", officer).await.events(), Vec::<String>::new());
}

/// “不得对企业复工复产设置条件”: the words about an enterprise are held, restricted, erased, and it
/// works.
#[actix_web::test]
async fn nothing_about_words_holds_up_a_resumption() {
    let bench = Bench::at("2020-02-27T09:00:00+08:00").await;
    let code = bench.list("ENT-004").await;
    let path = format!("/v1/enterprises/{code}/resumptions");
    let report = json!({"resumed_on": "2020-02-27", "note": "第一批"});
    let plan = json!({"expected_on": "2020-02-28", "reason": "等待原料"});
    bench.act(&firm(&code), &format!("/v1/enterprises/{code}/resumption-plans"), plan).await;
    let words = format!("/v1/data-subjects/text:{code}");
    let why = json!({"ground": "being_verified", "reason": "有异议"});
    bench.act(EIC, &format!("{words}/restrictions"), why).await;
    bench.act(EIC, &format!("{words}/erasures"), json!({"basis": "consent_withdrawn"})).await;
    let hold = json!({"ground": "retention_period", "reason": "档案"});
    bench.act(EIC, &format!("{words}/holds"), hold).await;
    let said = bench.act(&firm(&code), &path, report).await;
    assert_eq!((said.status, said.advisories().len()), (201, said.advisories().len()));
    assert!(said.events().contains(&"resumption-resumed".to_owned()), "{}", said.text);
}

/// A refused act leaves nothing behind, not even a key; a remark on something that was opened lies
/// under the name of who made it.
#[actix_web::test]
async fn a_subject_is_whoever_something_is_stored_about() {
    let bench = enrolled().await;
    let outcome = json!({"finding": "01704fae-a400-7000-8000-000000000001.1", "outcome": "提醒"});
    bench.refused(EIC, "/v1/officers/OFF-99/duty-outcomes", outcome, "NOT_FOUND").await;
    assert!(!bench.log.knows("OFF-99").await.unwrap());
    let over = json!({"basis": "purpose_achieved"});
    let nobody = "/v1/data-subjects/OFF-99";
    bench.refused(EIC, &format!("{nobody}/erasures"), over.clone(), "NOT_FOUND").await;
    let why = json!({"ground": "open_case", "reason": "核查"});
    bench.refused(EIC, &format!("{nobody}/holds"), why, "NOT_FOUND").await;
    assert!(!bench.log.knows("text:OFF-99").await.unwrap(), "no key for the reason");
    let remark = json!({"id": "OFF-78", "name": "己庚", "unit": "eic", "note": "替甲乙丙丁戊"});
    bench.act(EIC, "/v1/officers", remark).await;
    bench.act(EIC, "/v1/data-subjects/text:zhang/erasures", over).await;
    let told = bench.get(EIC, "/v1/events?types=officer-enrolled").await.json();
    assert_eq!(told["items"][1]["note"], json!({"erased": true}), "{told}");
}
