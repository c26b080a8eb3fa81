//! 诚信记录事前告知书: before an entry the enterprise is told and may state its case.

use super::{
    day,
    facts::{Flagged, Ordered},
    order::{BASIS, said},
    sheet::{Proof, Sheet},
};

pub(super) fn sheet(flag: &Flagged, proof: &Proof) -> String {
    let mut sheet = Sheet::new("诚信记录事前告知书", &flag.unit, flag.number.as_deref());
    sheet.ended(flag.ended.as_deref());
    sheet.addressee(&flag.to);
    sheet.text("经查，你单位被责令限期整改后逾期未报告整改或者复查整改不到位，情况如下：");
    sheet.list(flag.grounds.iter().map(ground));
    sheet.text(&format!(
        "依据{BASIS}「屡教不改的企业将记入诚信记录」的规定，我单位拟将上述情况记入你单位诚信记录。诚信记录\
         不是行政处罚，供内部监督管理使用。"
    ));
    sheet.text(&format!(
        "你单位有权陈述、申辩：{}逾期不陈述、申辩的，视为放弃。陈述、申辩的意见将记录在案；不因陈述、申辩而\
         加重处理。",
        until(flag)
    ));
    sheet.text(
        "是否记入，由未参与前述检查、责令和告知的人员，经法制审核和集体讨论后决定。记入后，你单位可以提出异议、\
         申请信用修复；对记入决定不服的，可以依法申请行政复议或者提起行政诉讼，期限和途径以决定所载为准。",
    );
    sheet.text("本告知不是复工复产的条件，不影响你单位复工复产和正常生产经营。");
    sheet.signed(&flag.unit, flag.on);
    sheet.end(proof)
}

/// An order that it rests on, in a line.
fn ground(order: &Ordered) -> String {
    let found: Vec<String> = order.found.iter().map(said).collect();
    let number = order.number.as_deref().unwrap_or("（无文号）");
    let due = order.due.map(|due| format!("，整改期限至{}", day(due))).unwrap_or_default();
    format!("{}{number}责令限期整改通知书{due}。所列问题：{}", day(order.on), found.join("；"))
}

/// By when it may state its case, in words.
fn until(flag: &Flagged) -> String {
    match (&flag.statement, flag.days) {
        (Some(statement), _) => {
            format!("请于{}前（含当日）以书面或者口头方式向我单位提出。", day(statement.due))
        }
        (None, Some(days)) => {
            format!("请自收到本告知书之日起{days}个工作日内以书面或者口头方式向我单位提出。")
        }
        (None, None) => "请以书面或者口头方式向我单位提出。".to_owned(),
    }
}
