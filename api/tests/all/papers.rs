//! Papers to print: what they say, and that nothing in them is taken for HTML.

use actix_web::test::TestRequest;
use fugong_api::{Desk, Form, paper};
use serde_json::json;

use crate::rig::{CODE, District, get, listing, post, send};

/// An order on a finding of which the facts try to be HTML; its id.
macro_rules! ordered {
    ($app:expr) => {{
        let mut listed = listing();
        listed["name"] = json!("示例<b>\"制造\"</b>&有限公司");
        send($app, post("/v1/enterprises", "k1", &listed)).await;
        let inspection = json!({"enterprise": CODE, "kind": "full", "subjects": ["protection"]});
        let inspection = send($app, post("/v1/inspections", "k2", &inspection)).await.json();
        let path = format!("/v1/inspections/{}/findings", inspection["id"].as_str().unwrap());
        let finding = json!({
            "subject": "protection", "category": "measures_not_in_place", "severity": "ordinary",
            "facts": "<script>alert(1)</script>未测温", "fixed_on_spot": false,
        });
        let finding = send($app, post(&path, "k3", &finding)).await.json();
        let order = json!({
            "enterprise": CODE, "findings": [finding["id"]], "working_days": 3,
            "measures": "完善测温和防护记录。", "authority": "黔经信责改〔2020〕1号",
        });
        let order = send($app, post("/v1/rectification-orders", "k4", &order)).await;
        assert_eq!(order.status, 201, "{}", order.text);
        order.json()["id"].as_str().unwrap().to_owned()
    }};
}

#[actix_web::test]
async fn an_order_is_printed_with_what_it_rests_on_and_how_it_is_objected_to() {
    let district = District::sealed_at("2020-02-28T02:00:00Z").await;
    let app = district.app().await;
    let id = ordered!(&app);
    let path = format!("/v1/rectification-orders/{id}/paper");
    let printed = send(&app, get(&path)).await;
    assert_eq!(printed.status, 200, "{}", printed.text);
    assert_eq!(printed.header("content-type"), "text/html; charset=utf-8");
    for said in [
        "责令限期整改通知书",
        "黔经信责改〔2020〕1号",
        "示例&lt;b&gt;&quot;制造&quot;&lt;/b&gt;&amp;有限公司",
        CODE,
        "措施落实不到位（一般）：&lt;script&gt;alert(1)&lt;/script&gt;未测温",
        "对企业存在管理松懈、措施落实不到位等情况责令限期整改",
        "完善测温和防护记录。",
        "自本通知书送达之日起3个工作日内完成。",
        "不是复工复产的条件",
        "六十日内",
        "行政诉讼法》（2017年修正）第四十六条",
        "黔江区经济和信息化委员会",
        "（印章）",
        "2020年2月28日",
    ] {
        assert!(printed.text.contains(said), "{said}: {}", printed.text);
    }
    assert!(!printed.text.contains("<script"), "{}", printed.text);
    // A checkpoint covers it, so that its proof is on the sheet.
    district.log.sign_checkpoint().await.unwrap();
    let printed = send(&app, get(&path)).await;
    assert!(printed.text.contains("<svg"), "{}", printed.text);
    assert!(printed.text.contains("检查点：<code>example.org/district</code>"), "{}", printed.text);
    let service = send(&app, get(&format!("{path}?form=service"))).await;
    for said in ["送达回证", "责令限期整改通知书　黔经信责改〔2020〕1号", "收件人签名或者盖章"]
    {
        assert!(service.text.contains(said), "{said}: {}", service.text);
    }
    let before = district.log.head();
    let served = send(
        &app,
        post(&path.replace("/paper", "/services"), "k5", &json!({}))
            .insert_header(("If-Match", "*")),
    )
    .await;
    assert_eq!(served.status, 201, "{}", served.text);
    let printed = send(&app, get(&path)).await;
    assert!(
        printed.text.contains("已于2020年2月28日送达，期限至2020年3月4日止"),
        "{}",
        printed.text
    );
    // As it was handed over it knows nothing of its service yet.
    let then = send(&app, get(&format!("{path}?as_of={before}"))).await;
    assert_eq!(then.status, 200, "{}", then.text);
    assert!(then.text.contains("自本通知书送达之日起3个工作日内完成。"), "{}", then.text);
    assert!(!then.text.contains("已于"), "{}", then.text);
    assert!(
        then.text.contains(&format!("按第 {before} 号事件记录之时的情况打印")),
        "{}",
        then.text
    );
    let early = send(&app, get(&format!("{path}?as_of=2020-02-01"))).await;
    assert_eq!((early.status, early.problem().as_str()), (404, "NOT_FOUND"));
}

#[actix_web::test]
async fn a_paper_is_for_those_who_may_see_it() {
    let district = District::at("2020-02-28T02:00:00Z").await;
    let app = district.app().await;
    let id = ordered!(&app);
    let path = format!("/v1/rectification-orders/{id}/paper");
    let by = |who: &str| {
        let token = format!("Bearer dev:{who}");
        TestRequest::get().uri(&path).insert_header(("Authorization", token))
    };
    let own = send(&app, by(&format!("boss:{CODE}:enterprise"))).await;
    assert_eq!(own.status, 200, "{}", own.text);
    assert!(own.text.contains("没有存证证明"), "{}", own.text);
    let other = send(&app, by("boss:91500114MAYY01168R:enterprise")).await;
    assert_eq!((other.status, other.problem().as_str()), (404, "NOT_FOUND"));
    let stranger = send(&app, by("ke:eic:reporter")).await;
    assert!(stranger.text.contains("（不予显示）"), "{}", stranger.text);
    assert!(!stranger.text.contains("未测温"), "{}", stranger.text);
    for (path, status, code) in [
        (format!("{path}?form=other"), 400, "INVALID_FIELD"),
        ("/v1/rectification-orders/none/paper".to_owned(), 404, "NOT_FOUND"),
        (format!("/v1/credit-flags/{CODE}.1/paper"), 404, "NOT_FOUND"),
    ] {
        let said = send(&app, get(&path)).await;
        assert_eq!((said.status, said.problem().as_str()), (status, code), "{path}");
    }
    let json = get(&path).insert_header(("Accept", "application/json"));
    assert_eq!(send(&app, json).await.problem(), "NOT_ACCEPTABLE");
}

/// The story's flags are told of before they are entered.
#[actix_web::test]
async fn a_notice_names_the_orders_and_until_when_the_enterprise_may_state_its_case() {
    let lived = crate::answers::lived().await;
    let desk = Desk::new(lived.district.log.clone());
    let flag = "91500114MAYY01109N.1";
    let notice = paper(&desk, &Form::Notice(flag.parse().unwrap()), None, true).await.unwrap();
    for said in [
        "诚信记录事前告知书",
        "不是行政处罚",
        "屡教不改的企业将记入诚信记录",
        "陈述、申辩",
        "请于2020年3月",
        "责令限期整改通知书",
        "2020年3月6日",
        "<div class=\"number\">黔经信告〔2020〕3号</div>",
    ] {
        assert!(notice.contains(said), "{said}: {notice}");
    }
    let service =
        paper(&desk, &Form::NoticeService(flag.parse().unwrap()), None, true).await.unwrap();
    assert!(service.contains("诚信记录事前告知书　黔经信告〔2020〕3号"), "{service}");
    assert!(service.contains("2020年3月6日（时、分由收件人填写"), "{service}");
}
