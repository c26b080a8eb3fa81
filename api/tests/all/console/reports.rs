//! 报表: those that there are, and one that somebody puts together.

use serde_json::json;

use super::{Browser, NOW, token};
use crate::rig::{CODE, District, get, listing, post, send};

const BUILDER: &str = "/console/reports/builder";
/// A report of how many enterprises each township has, as the builder's form sends it.
const FORM: &str = "register=r1-enterprises&title=%E5%88%86%E5%B1%9E%E5%9C%B0&group-1=township\
    &measure-1-kind=count&measure-1-heading=%E5%AE%B6%E6%95%B0&total=true";

#[actix_web::test]
async fn a_report_is_shown_with_what_can_be_asked_of_it_and_carried_away() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=luo:eic:reporter").await;
    let list = browser.gets("/console/reports").await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert!(
        list.text.contains("/console/reports/daily-resumption")
            && list.text.contains("复工复产日报")
    );
    let page = browser.gets("/console/reports/daily-resumption").await;
    assert_eq!(page.status, 200, "{}", page.text);
    for (form, media) in [
        ("csv", "text/csv"),
        ("xlsx", "application/vnd.openxmlformats"),
        ("html", "text/html"),
        ("json", "application/json"),
        ("ndjson", "application/x-ndjson"),
    ] {
        let to = format!("/console/reports/daily-resumption.{form}");
        assert!(page.text.contains(&to), "{to}");
        let file = browser.gets(&to).await;
        assert_eq!(file.status, 200, "{to}: {}", file.text);
        assert!(file.header("content-type").starts_with(media), "{}", file.header("content-type"));
        let named = format!("attachment; filename=\"daily-resumption.{form}\"");
        assert_eq!(file.header("content-disposition"), named);
    }
    // Whoever may not read words about persons runs what shows them without these.
    let shut = browser.gets(&format!("/console/reports/dossier?enterprise={CODE}")).await;
    assert_eq!(shut.status, 200, "{}", shut.text);
    assert!(shut.text.contains("黔江示例制造有限公司"), "{}", shut.text);
    browser.logs_in("who=zhang:eic:commission").await;
    // What has to be chosen is asked for, and what is wrong stands at its field.
    let asked = browser.gets("/console/reports/dossier").await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert!(asked.text.contains("请先填写上方必填条件") && asked.text.contains("（必填）"));
    let wrong = browser.gets("/console/reports/dossier?enterprise=nobody").await;
    assert!(
        wrong.text.contains("id=\"w-enterprise\"") && wrong.text.contains("value=\"nobody\""),
        "{}",
        wrong.text
    );
    let shown = browser.gets(&format!("/console/reports/dossier?enterprise={CODE}")).await;
    assert!(shown.text.contains("黔江示例制造有限公司"), "{}", shown.text);
    let wrong = browser.gets("/console/reports/daily-resumption?as_of=then").await;
    assert!(wrong.text.contains("id=\"w-as_of\""), "{}", wrong.text);
    for path in ["/console/reports/nothing", "/console/reports/daily-resumption.exe"] {
        assert_eq!(browser.gets(path).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn what_somebody_puts_together_is_shown_and_kept_by_whoever_may() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let page = browser.gets(BUILDER).await;
    let signed = format!("form_token={}&key=k1&{FORM}", token(&page));
    let shown = browser.fills(BUILDER, &signed).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(
        shown.text.contains("<td>城东街道</td>") && shown.text.contains("<td class=\"n\">1</td>"),
        "{}",
        shown.text
    );
    assert!(shown.text.contains("value=\"家数\""), "what was typed stays");
    // A name that cannot be is said at its field, and nothing is lost.
    let refused = browser.fills(BUILDER, &format!("{signed}&do=save&id=Ei+n")).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("value=\"Ei n\"") && refused.text.contains("value=\"家数\""));
    let save = format!("{signed}&do=save&id=by-township");
    let kept = browser.fills(BUILDER, &save).await;
    assert_eq!(
        (kept.status, kept.header("location")),
        (303, "/console/reports/by-township?saved=true"),
        "{}",
        kept.text
    );
    // Sent twice it is done once.
    assert_eq!(browser.fills(BUILDER, &save).await.status, 303);
    let told = send(&app, get("/v1/reports/by-township/definition")).await.json();
    assert_eq!(told["laid_down"]["version"], json!(1), "{told}");
    let page = browser.gets("/console/reports/by-township?saved=true").await.text;
    assert!(page.contains("报表定义已保存") && page.contains("城东街道"), "{page}");
    // Another is put in its place by somebody who has been told that it is there.
    let second = save.replace("key=k1", "key=k2").replace("%E5%AE%B6%E6%95%B0", "n");
    let met = browser.fills(BUILDER, &second).await;
    assert!(met.text.contains("name=\"version\" value=\"1\""), "{}", met.text);
    let replaced = browser.fills(BUILDER, &format!("{second}&version=1&replace=true")).await;
    assert_eq!(replaced.status, 303, "{}", replaced.text);
    // It can be begun with as a text.
    let edited = browser.gets(&format!("{BUILDER}?report=by-township")).await.text;
    assert!(edited.contains("name=\"text\"") && edited.contains("[[group]]"), "{edited}");
    // Who may not keep one may look.
    let mut clerk = Browser::new(&app);
    clerk.logs_in("who=tan:eic:auditor").await;
    let page = clerk.gets(BUILDER).await;
    assert!(!page.text.contains("value=\"save\"") && page.text.contains("不能保存报表定义"));
    let signed = format!("form_token={}&key=k3&{FORM}", token(&page));
    assert!(clerk.fills(BUILDER, &signed).await.text.contains("城东街道"));
    let denied = clerk.fills(BUILDER, &format!("{signed}&do=save&id=mine")).await;
    assert_eq!(denied.status, 403, "{}", denied.text);
    // He sees by it what he sees of its register.
    let mut other = Browser::new(&app);
    other.logs_in("who=he:500114106:township").await;
    let page = other.gets("/console/reports/by-township").await.text;
    assert!(!page.contains("城东街道"), "{page}");
}

#[actix_web::test]
async fn what_is_wrong_with_a_definition_stands_at_its_field() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let signed = format!("form_token={}&key=k", token(&browser.gets(BUILDER).await));
    let wrong = "register=r7&title=t&filter-2-column=compiled&filter-2-op=is&filter-2-value=x&group-1=township\
        &measure-3-kind=sum&measure-3-column=name&measure-3-heading=h";
    let page = browser.fills(BUILDER, &format!("{signed}&{wrong}")).await.text;
    let at = |field: &str| {
        let (_, rest) = page.split_once(&format!("id=\"f-{field}\"")).unwrap();
        rest.split("</div>").next().unwrap().to_owned()
    };
    assert!(at("filter-2").contains("complied"), "{}", at("filter-2"));
    assert!(at("measure-3").contains("<p>"), "{}", at("measure-3"));
    for field in ["filter-1", "group-1", "measure-1"] {
        assert!(!at(field).contains("<p>"), "{field}: {}", at(field));
    }
    // As a text, each with its line.
    let text = "edits=true&register=r7&text=title+%3D+1%0D%0Aregister+%3D+%22r7%22";
    let page = browser.fills(BUILDER, &format!("{signed}&{text}")).await.text;
    assert!(page.contains("第 1 行"), "{page}");
    let day = format!("{signed}&{FORM}&as_of=2020-13-01");
    let page = browser.fills(BUILDER, &day).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let (_, rest) = page.text.split_once("id=\"f-as_of\"").unwrap();
    assert!(rest.split("</div>").next().unwrap().contains("<p>"), "{}", page.text);
}

#[actix_web::test]
async fn no_text_of_a_definition_becomes_part_of_a_page_and_its_form_is_ours() {
    const EVIL: &str = "%3Cscript%3Ealert(1)%3C/script%3E%22'%3E";
    let district = District::at(NOW).await;
    let app = district.app().await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let signed = format!("form_token={}&key=k", token(&browser.gets(BUILDER).await));
    let fields = [
        "title",
        "title_en",
        "filter-1-column",
        "filter-1-op",
        "filter-1-value",
        "group-1",
        "columns",
        "measure-1-kind",
        "measure-1-column",
        "measure-1-heading",
        "measure-1-when-value",
        "sort",
        "limit",
        "id",
        "as_of",
        "text",
        "version",
        "key",
    ];
    for field in fields {
        for rest in ["do=preview", "do=save&id=x", "do=text", "edits=true"] {
            let form = format!("{signed}&register=r7&measure-1-kind=count&{rest}&{field}={EVIL}");
            let said = browser.fills(BUILDER, &form).await;
            for part in ["<script>", "\"'>"] {
                assert!(!said.text.contains(part), "{field} {rest}: {part}");
            }
        }
    }
    // What is kept is a text wherever it is shown.
    let form = format!("{signed}-2&{FORM}&do=save&id=evil")
        .replace("%E5%88%86%E5%B1%9E%E5%9C%B0", EVIL)
        .replace("%E5%AE%B6%E6%95%B0", EVIL);
    let kept = browser.fills(BUILDER, &form).await;
    assert_eq!(kept.status, 303, "{}", kept.text);
    for path in [
        "/console/reports".to_owned(),
        "/console/reports/evil".to_owned(),
        format!("{BUILDER}?report=evil"),
        format!("{BUILDER}?register={EVIL}"),
        format!("/console/reports/dossier?enterprise={EVIL}"),
        format!("/console/reports/evil?as_of={EVIL}"),
    ] {
        let said = browser.gets(&path).await;
        assert!(said.text.starts_with("<!doctype html>"), "{path}: {}", said.text);
        for part in ["<script>", "\"'>"] {
            assert!(!said.text.contains(part), "{path}: {part}");
        }
    }
    for form in [FORM.to_owned(), format!("form_token=0&{FORM}")] {
        assert_eq!(browser.fills(BUILDER, &form).await.status, 403);
    }
    browser.site = "cross-site";
    assert_eq!(browser.fills(BUILDER, &format!("{signed}&{FORM}")).await.status, 403);
}
