//! 检查整改: what a form does is what the act does over the API, and a resumption is never refused.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Browser, NOW, token};
use crate::rig::{CODE, District, Said, get, listing, post, send};

const ACTS: &str = "/console/inspections/acts";

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "%{byte:02X}").unwrap();
        all
    })
}

/// Where a form led to, without what it says there.
fn led(said: &Said) -> String {
    assert_eq!(said.status, 303, "{}", said.text);
    said.header("location").split('?').next().unwrap().to_owned()
}

#[actix_web::test]
async fn an_inspection_leads_to_an_order_that_is_served_reported_and_looked_at_again() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let signed = format!("form_token={}", token(&browser.gets("/console/inspections").await));
    let open = format!(
        "{signed}&key=a&enterprise={CODE}&kind=full&subjects=protection&subjects=responsibility&joint_with=500114001"
    );
    let to = led(&browser.fills(&format!("{ACTS}/open_inspection"), &open).await);
    assert_eq!(
        led(&browser.fills(&format!("{ACTS}/open_inspection"), &open).await),
        to,
        "sent twice"
    );
    let page = browser.gets(&to).await.text;
    assert!(
        page.contains("职工个人防护责任落实情况、履行主体责任情况")
            && page.contains("黔江示例制造有限公司"),
        "{page}"
    );
    let id = to.rsplit('/').next().unwrap();
    let find = format!(
        "{signed}&key=b&subject=protection&category=measures_not_in_place&severity=serious&facts={}",
        encoded("车间未测温")
    );
    assert_eq!(led(&browser.fills(&format!("{ACTS}/record_finding?id={id}"), &find).await), to);
    let page = browser.gets(&to).await.text;
    assert!(page.contains("车间未测温") && page.contains("严重"), "{page}");
    // The day on which an order would be due is told before it is given: working days by the calendar.
    let due = browser.gets("/console/inspections/due?working_days=3").await.text;
    assert!(due.contains("2020年3月3日（星期二）"), "{due}");
    let place = format!("{ACTS}/order_rectification?id={id}");
    let order = format!("{signed}&key=c&findings={id}.1&measures={}", encoded("设置测温点"));
    let told = browser.fills(&place, &format!("{order}&working_days=3&do=due")).await.text;
    assert!(told.contains("2020年3月3日（星期二）") && told.contains("设置测温点"), "{told}");
    // Neither days nor a day: said at the field, with what was typed kept.
    let refused = browser.fills(&place, &order).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("id=\"e-working_days\"") && refused.text.contains("设置测温点"),
        "{}",
        refused.text
    );
    let to = led(&browser.fills(&place, &format!("{order}&working_days=3")).await);
    let page = browser.gets(&to).await;
    assert!(page.text.contains("已责令") && page.text.contains("2020年3月3日"), "{}", page.text);
    let order = to.rsplit('/').next().unwrap().to_owned();
    let api = format!("/v1/rectification-orders/{order}");
    for (act, more, state) in [
        ("serve_order", "", "served"),
        ("report_order_done", "", "reported"),
        ("reinspect_order", "&result=complied", "complied"),
    ] {
        let place = format!("{ACTS}/{act}?id={order}");
        let form = browser.gets(&place).await;
        assert_eq!(form.status, 200, "{act}: {}", form.text);
        let version = field(&form.text, "version");
        // What has changed since is looked at first.
        let stale =
            browser.fills(&place, &format!("{signed}&key=stale-{act}&version=99{more}")).await;
        assert_eq!(stale.status, 412, "{act}: {}", stale.text);
        assert!(stale.text.contains("该事项刚有变化"), "{}", stale.text);
        let sent = format!("{signed}&key={act}&version={version}{more}");
        assert_eq!(led(&browser.fills(&place, &sent).await), to, "{act}");
        assert_eq!(send(&app, get(&api)).await.json()["state"]["state"], json!(state), "{act}");
    }
    let list = browser.gets(&format!("/console/inspections?enterprise={CODE}")).await.text;
    assert!(list.contains(&format!("/console/inspections/inspection/{id}")), "{list}");
}

/// What stands in a hidden field.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// 「不得对企业复工复产设置条件」: two fields, and it is recorded, whoever reports it of his own.
#[actix_web::test]
async fn a_resumption_is_reported_in_two_fields_and_recorded() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let own = format!("{CODE}:{CODE}:enterprise");
    let place = format!("{ACTS}/report_resumption");
    let mut browser = Browser::new(&app);
    browser.logs_in(&format!("who={own}")).await;
    let page = browser.gets(&place).await;
    assert!(page.text.contains(&format!("name=\"uscc\" value=\"{CODE}\"")), "{}", page.text);
    for word in ["审批", "备案", "申请"] {
        assert!(!page.text.contains(word), "{word}");
    }
    let form = format!("form_token={}&key=r&uscc={CODE}&resumed_on=2020-02-27", token(&page));
    let said = browser.fills(&place, &form).await;
    assert_eq!(said.header("location"), "/console/inspections?done=recorded", "{}", said.text);
    let told = send(&app, get(&format!("/v1/enterprises/{CODE}/resumptions"))).await.json();
    assert_eq!(told["version"], json!(1), "{told}");
    // Again, by another: its record stands as it was.
    for who in
        ["zhang:eic:commission", "he:500114001:township", "luo:eic:reporter", "tan:eic:auditor"]
    {
        let mut other = Browser::new(&app);
        other.logs_in(&format!("who={who}")).await;
        let page = other.gets(&place).await;
        let form = format!("form_token={}&key=r&uscc={CODE}&resumed_on=2020-02-27", token(&page));
        let said = other.fills(&place, &form).await;
        assert_eq!(
            said.header("location"),
            "/console/inspections?done=already",
            "{who}: {}",
            said.text
        );
    }
    // Without a code, by its name.
    let form = format!(
        "form_token={}&key=u&name={}&resumed_on=2020-02-26",
        token(&page),
        encoded("城东街道某家具作坊")
    );
    let mut other = Browser::new(&app);
    other.logs_in("who=he:500114001:township").await;
    let form = form.replace(&token(&page), &token(&other.gets("/console/inspections").await));
    let said = other.fills(&format!("{ACTS}/report_unlisted_resumption"), &form).await;
    assert_eq!(said.header("location"), "/console/inspections?done=recorded", "{}", said.text);
}

#[actix_web::test]
async fn difficulties_and_barriers_are_raised_and_dealt_with() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let mut firm = Browser::new(&app);
    firm.logs_in(&format!("who={CODE}:{CODE}:enterprise")).await;
    let signed = format!("form_token={}", token(&firm.gets("/console/inspections").await));
    let raise = format!(
        "{signed}&key=a&enterprise={CODE}&category=labour&text={}",
        encoded("缺操作工12人")
    );
    let case = led(&firm.fills(&format!("{ACTS}/raise_support_case"), &raise).await);
    let report = format!(
        "{signed}&key=b&kind=roadblock&place={}&against_unit=500114106&enterprise={CODE}",
        encoded("S202线5公里处")
    );
    let barrier = led(&firm.fills(&format!("{ACTS}/report_barrier"), &report).await);
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let signed = format!("form_token={}", token(&browser.gets("/console/inspections").await));
    let page = browser.gets(&case).await.text;
    assert!(page.contains("缺操作工12人") && page.contains("待交办"), "{page}");
    let id = case.rsplit('/').next().unwrap();
    let acts = [
        ("assign_support_case", "department=hrss&due=2020-03-02"),
        ("note_support_progress", "text=a"),
        ("resolve_support_case", "text=b"),
        ("confirm_support_case", "satisfied=true"),
        ("reopen_support_case", "reason=c"),
    ];
    for (act, fields) in acts {
        assert!(
            browser.gets(&case).await.text.contains(&format!("/acts/{act}?id={id}")),
            "{act} is offered"
        );
        let said = browser
            .fills(&format!("{ACTS}/{act}?id={id}"), &format!("{signed}&key={act}&{fields}"))
            .await;
        assert_eq!(led(&said), case, "{act}");
    }
    let id = barrier.rsplit('/').next().unwrap();
    let page = browser.gets(&barrier).await.text;
    assert!(page.contains("擅自设卡拦截") && page.contains("石会镇"), "{page}");
    // The unit that it is against is not told whom it hinders.
    let mut against = Browser::new(&app);
    against.logs_in("who=he:500114106:township").await;
    let page = against.gets(&barrier).await;
    assert!(!page.text.contains(CODE), "{}", page.text);
    for (act, fields) in
        [("assign_barrier", "unit=police&due=2020-02-28"), ("confirm_barrier_removed", "text=d")]
    {
        let said = browser
            .fills(&format!("{ACTS}/{act}?id={id}"), &format!("{signed}&key={act}&{fields}"))
            .await;
        assert_eq!(led(&said), barrier, "{act}");
    }
    assert!(browser.gets(&barrier).await.text.contains("已排除"));
}

#[actix_web::test]
async fn what_lacks_is_said_at_its_field_and_what_was_typed_stays() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let signed = format!("form_token={}&key=k", token(&browser.gets("/console/inspections").await));
    let place = format!("{ACTS}/raise_support_case");
    let said = browser.fills(&place, &format!("{signed}&enterprise=xx&category=labour")).await;
    assert_eq!(said.status, 422);
    assert!(
        said.text.contains("id=\"e-text\"") && said.text.contains("value=\"xx\""),
        "{}",
        said.text
    );
    let said =
        browser.fills(&place, &format!("{signed}&enterprise=xx&category=labour&text=abc")).await;
    assert_eq!(said.status, 422);
    assert!(
        said.text.contains("id=\"e-enterprise\"") && said.text.contains(">abc</textarea>"),
        "{}",
        said.text
    );
    assert!(said.text.contains("value=\"labour\" selected"), "{}", said.text);
}

/// Whatever is typed into a field of a form that begins something, or of one about a thing, stays a
/// text.
#[actix_web::test]
async fn no_text_of_a_form_becomes_part_of_a_page() {
    const EVIL: &str = "<script>alert(1)</script>\"'>";
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let mut browser = Browser::new(&app);
    browser.logs_in("who=zhang:eic:commission").await;
    let signed = format!("form_token={}&key=k", token(&browser.gets("/console/inspections").await));
    let opened = json!({"enterprise": CODE, "kind": "full", "subjects": ["protection"]});
    let opened = send(&app, post("/v1/inspections", "i", &opened)).await.json();
    let id = opened["id"].as_str().unwrap();
    let evil = encoded(EVIL);
    let forms: [(&str, &[&str]); 7] = [
        ("report_resumption", &["uscc", "resumed_on", "key"]),
        ("report_unlisted_resumption", &["name", "resumed_on"]),
        ("open_inspection", &["enterprise", "kind", "subjects", "joint_with"]),
        ("raise_support_case", &["enterprise", "category", "text"]),
        ("report_barrier", &["kind", "place", "against_unit", "enterprise", "text"]),
        ("record_finding", &["subject", "category", "severity", "facts", "officer"]),
        (
            "order_rectification",
            &[
                "findings",
                "working_days",
                "due",
                "measures",
                "responsible",
                "supervisor",
                "authority",
            ],
        ),
    ];
    for (act, fields) in forms {
        for field in fields {
            let said = browser
                .fills(&format!("{ACTS}/{act}?id={id}"), &format!("{signed}&{field}={evil}"))
                .await;
            assert!(said.text.starts_with("<!doctype html>"), "{act} {field}: {}", said.text);
            assert!(
                !said.text.contains("<script>") && !said.text.contains("\"'>"),
                "{act} {field}"
            );
        }
    }
    let words = format!("{signed}&subject=protection&category=other&severity=minor&facts={evil}");
    led(&browser.fills(&format!("{ACTS}/record_finding?id={id}"), &words).await);
    for path in [
        format!("/console/inspections/inspection/{id}"),
        format!("{ACTS}/order_rectification?id={id}"),
        format!("/console/inspections?enterprise={evil}"),
        format!("/console/inspections/due?working_days={evil}"),
        format!("{ACTS}/{evil}"),
        format!("/console/inspections/order/{evil}"),
        format!("{ACTS}/open_inspection?enterprise={evil}"),
    ] {
        let said = browser.gets(&path).await;
        assert!(
            !said.text.contains("<script>") && !said.text.contains("\"'>"),
            "{path}: {}",
            said.text
        );
    }
}

#[actix_web::test]
async fn a_form_is_for_whoever_may_and_from_our_page_alone() {
    let district = District::at(NOW).await;
    let app = district.app().await;
    send(&app, post("/v1/enterprises", "one", &listing())).await;
    let body = format!("enterprise={CODE}&kind=full&subjects=protection");
    let place = format!("{ACTS}/open_inspection");
    let opened = |told: Value| told["items"].as_array().unwrap().len();
    let events = "/v1/events?types=inspection-opened";
    for (who, may) in [
        ("zhang:eic:commission", true),
        ("luo:eic:reporter", false),
        ("tan:eic:auditor", false),
        ("he:500114001:township", false),
        (&format!("{CODE}:{CODE}:enterprise"), false),
    ] {
        let mut browser = Browser::new(&app);
        browser.logs_in(&format!("who={who}")).await;
        let page = browser.gets("/console/inspections").await;
        assert_eq!(page.text.contains(&place), may, "{who}");
        assert_eq!(browser.gets(&place).await.status, if may { 200 } else { 403 }, "{who}");
        let before = opened(send(&app, get(events)).await.json());
        for form in [format!("key=x&{body}"), format!("key=x&form_token=0&{body}")] {
            assert_eq!(browser.fills(&place, &form).await.status, 403, "{who}");
        }
        browser.site = "cross-site";
        let signed = format!("key=x&form_token={}&{body}", token(&page));
        assert_eq!(browser.fills(&place, &signed).await.status, 403, "{who}");
        assert_eq!(opened(send(&app, get(events)).await.json()), before, "{who}");
        browser.site = "same-origin";
        let status = browser.fills(&place, &signed).await.status;
        assert_eq!(status, if may { 303 } else { 403 }, "{who}");
    }
}
