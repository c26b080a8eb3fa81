//! 责令限期整改通知书 (§三).

use fugong_domain::rectification::Limit;

use super::{
    day,
    facts::{Ordered, Seen},
    law,
    sheet::{Proof, Sheet},
};

/// The sentence that orders rest on, in the notice's words.
pub(super) const BASIS: &str = "《黔江区工业企业全面复工复产工作方案》第三部分";

pub(super) fn sheet(order: &Ordered, proof: &Proof) -> String {
    let mut sheet = Sheet::new("责令限期整改通知书", &order.unit, order.number.as_deref());
    sheet.ended(order.ended.as_deref());
    sheet.addressee(&order.to);
    let first = order.found.iter().map(|seen| seen.on).min();
    let when = first.map(|on| format!("自{}起", day(on))).unwrap_or_default();
    sheet.text(&format!("经监督检查，{when}发现你单位存在下列问题："));
    sheet.list(order.found.iter().map(said));
    sheet.text(&format!(
        "依据{BASIS}「对企业存在管理松懈、措施落实不到位等情况责令限期整改」的规定，现责令你单位按下列\
         要求整改："
    ));
    sheet.list([order.measures.as_str()]);
    sheet.text(&format!("整改期限：{}", limit(order)));
    if let Some(responsible) = &order.responsible {
        sheet.text(&format!("整改责任人：{responsible}。"));
    }
    sheet.text(
        "请在期限届满前完成整改并向我单位报告，我单位将进行复查。逾期未整改或者整改不到位，且符合屡教不改\
         情形的，将依同一规定记入诚信记录；记入前将另行告知，你单位有权陈述、申辩。",
    );
    sheet.text("本通知不是复工复产的条件，不影响你单位复工复产和正常生产经营。");
    sheet.text(&law::remedies(order.on));
    sheet.signed(&order.unit, order.on);
    sheet.end(proof)
}

/// A finding in a line.
pub(super) fn said(seen: &Seen) -> String {
    format!("{}（{}）：{}", seen.category, seen.severity, seen.facts)
}

/// Until when, in words.
fn limit(order: &Ordered) -> String {
    let ordered = match order.limit {
        Limit::Due(due) => format!("于{}前（含当日）完成", day(due)),
        Limit::WorkingDays(days) => format!("自本通知书送达之日起{days}个工作日内完成"),
    };
    match (order.served_on, order.due) {
        (Some(served), Some(due)) => {
            format!("{ordered}。已于{}送达，期限至{}止（含当日）。", day(served), day(due))
        }
        (Some(_), None) | (None, Some(_) | None) => format!("{ordered}。"),
    }
}
