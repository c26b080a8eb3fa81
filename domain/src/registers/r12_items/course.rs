//! What happened at an enterprise: its production, its reports, and what became of inspections,
//! records and difficulties.

use super::{Item, Known, parts};
use crate::{
    codes::{ResultCode, Subject},
    registers::{
        Ratio, dossier::Dossier, flags::FlagRow, inspections::InspectionRow, orders::OrderRow,
        supports::SupportRow,
    },
};

/// 四、复工情况.
pub(super) fn production<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let on = known.view.on;
    let spans = dossier.production.iter().filter(|span| span.from <= on).map(|span| {
        let staff = span.on_post.map(|staff| format!("到岗 {staff} 人"));
        let why = span.stopped_for.map(|why| known.label("suspension_reasons", why.code()));
        let label = known.label("production_states", span.state.code());
        Item::of(Some(span.from), label, parts([staff, why]))
    });
    let meant = dossier.intentions.iter().filter(|said| said.said_on <= on).map(|said| {
        let content = format!("拟于 {} 复工", said.on);
        Item::of(Some(said.said_on), "复工打算", content).with(&said.reason)
    });
    let guided = dossier.guidances.iter().filter(|day| **day <= on);
    let guided = guided.map(|day| Item::of(Some(*day), "行业主管部门指导", ""));
    let mut items: Vec<Item<'a>> = spans.chain(meant).chain(guided).collect();
    items.sort_by_key(|item| item.on);
    items
}

/// 五、每日报告摘要: the last days, the latest first.
pub(super) fn reports<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let its = known.reports.get(&dossier.enterprise.to_string()).into_iter().flatten();
    let told = its.map(|row| {
        let report = &row.report;
        let people = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let rate = Ratio { numerator: people(report.on_post), base: people(report.staff) };
        let (staff, on_post) = (report.staff, report.on_post);
        let staff = format!("在册 {staff} 人，到岗 {on_post} 人，到岗率 {}", rate.percent());
        let masks = report.masks_days.map(|days| format!("口罩可用 {days} 天"));
        let capacity = report.capacity_pct.map(|part| format!("产能利用率 {part}%"));
        let power = report.power_kwh.map(|power| format!("用电 {power} 千瓦时"));
        let content = parts([Some(staff), masks, capacity, power]);
        Item::of(Some(report.date), "每日报告", content)
    });
    told.collect()
}

/// 六、检查与整改.
pub(super) fn inspections<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let id = dossier.enterprise.to_string();
    let seen = known.inspections.get(&id).into_iter().flatten();
    let ordered = known.orders.get(&id).into_iter().flatten();
    let seen = seen.map(|row| inspection(known, row));
    let mut items: Vec<Item<'a>> = seen.chain(ordered.map(|row| order(known, row))).collect();
    items.sort_by_key(|item| item.on);
    items
}

fn inspection<'a>(known: &Known<'_>, row: &'a InspectionRow) -> Item<'a> {
    let kind = known.label("inspection_kinds", row.kind.code());
    let subjects = row.subjects.iter().map(|it| Subject::code(*it));
    let subjects = known.labels("inspection_subjects", subjects);
    let results = row.results.iter().flatten().map(|it| ResultCode::code(*it));
    let results = known.labels("result_codes", results);
    let (unit, open) = (known.view.unit_name(&row.led_by), row.results.is_none());
    let results = if open { "尚未办结".to_owned() } else { results };
    let content = parts([Some(unit), Some(subjects), Some(results)]);
    let words = row.standing().map(|finding| &finding.facts);
    Item::of(Some(row.on), format!("监督检查（{kind}）"), content).with(words)
}

fn order<'a>(known: &Known<'_>, row: &'a OrderRow) -> Item<'a> {
    let on = known.view.on;
    let state = known.label("order_states", row.state_on(on));
    let served = row.served_on.filter(|day| *day <= on).map(|day| format!("{day} 送达"));
    let due = row.due_on(on).map(|due| format!("整改时限 {due}"));
    let seen = row.reinspected.as_ref().filter(|(day, _, _)| *day <= on);
    let seen = seen.map(|(day, _, _)| format!("{day} 复查"));
    let content = parts([row.authority.clone(), served, due, seen, Some(state)]);
    Item::of(Some(row.issued_on), "责令限期整改", content).with([&row.measures])
}

/// 七、诚信记录.
pub(super) fn flags<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    known.view.flags_of(dossier).map(|row| flag(known, row)).collect()
}

fn flag<'a>(known: &Known<'_>, row: &FlagRow) -> Item<'a> {
    let on = known.view.on;
    let noticed = row.notice.as_ref().filter(|(day, _)| *day <= on);
    let noticed = noticed.map(|(day, _)| format!("{day} 事前告知"));
    let entered = row.flagged.filter(|(day, _)| *day <= on);
    let entered = entered.map(|(day, until)| format!("{day} 记入，有效期至 {until}"));
    let objected = row.is_annotated_on(on).then(|| "异议处理中".to_owned());
    let state = known.label("flag_states", row.state_on(on));
    let content = parts([noticed, entered, objected, Some(state)]);
    Item::of(Some(row.proposed_on), format!("诚信记录第 {} 项", row.number), content)
}

/// 八、困难与协调: without what was said of them, which is for those who deal with them.
pub(super) fn supports<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let its = known.supports.get(&dossier.enterprise.whole().to_string());
    its.into_iter().flatten().map(|case| support(known, case)).collect()
}

fn support<'a>(known: &Known<'_>, case: &SupportRow) -> Item<'a> {
    let standing = case.on(known.view.on);
    let hands =
        standing.hands.map(|(unit, due)| format!("{}办理，时限 {due}", known.view.unit_name(unit)));
    let above = standing.above.map(|unit| format!("已升级至{}", known.view.unit_name(unit)));
    let solved = standing.resolved_on.map(|day| format!("{day} 解决"));
    let late = standing.is_overdue().then(|| "逾期".to_owned());
    let content = standing.satisfied.map(|yes| if yes { "企业满意" } else { "企业不满意" });
    let state = known.label("support_states", standing.state.code());
    let content = parts([hands, above, solved, late, content.map(str::to_owned), Some(state)]);
    let category = known.label("support_categories", case.category.as_str());
    Item::of(Some(case.raised_on), format!("困难：{category}"), content)
}

/// 九、有关文书.
pub(super) fn papers<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let papers = dossier.papers.iter().filter(|paper| paper.from <= known.view.on);
    papers.map(|paper| Item::of(Some(paper.from), "文书", paper.value.clone())).collect()
}
