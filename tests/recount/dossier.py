"""一企一档 for a day: what the file of an enterprise says, item by item."""

from datetime import timedelta

import cases
from days import day, latest, percent
from ledgers import name_of
from registers import SECTORS, seats_due

NOTHING = [(None, "无", "", False)]


def r12_items(district, code, on):
    """The lines of one enterprise or site: section, day, item, content, whether there are words."""
    it = district.enterprises[code]
    sections = [("一、基本情况", basics), ("二、防控方案", plan), ("三、驻厂员及岗位", seats),
                ("四、复工情况", production), ("五、每日报告摘要", reports),
                ("六、检查与整改", inspections), ("七、诚信记录", flags),
                ("八、困难与协调", supports), ("九、有关文书", papers)]
    return [(section, *item) for section, told in sections
            for item in told(district, it, on) or NOTHING]


def said(*parts):
    return "；".join(part for part in parts if part)


def dated(items):
    return sorted(items, key=lambda item: str(item[0] or ""))


def basics(district, it, on):
    firm, place, label = district.firm(it.code), it.place(on), district.rules.label
    whole = district.enterprises.get(it.whole, it)
    now = district.shown(it.code, on)
    codes = {it.whole} | {code for at, code in it.codes if at <= on}
    former = sorted(codes - {now.split("~")[0]}) if any(at <= on for at, _ in it.codes) else []
    listed = [since for since, until in it.listed
              if since <= on and (until is None or on < until)]
    industry = it.section and said(SECTORS.get(it.section, "非工业"),
                                   it.industry and f"行业代码 {it.industry}",
                                   firm.lead and "行业主管" + name_of(district, firm.lead, on))
    size, tier = whole.size(on), latest(it.tiers, on)
    found = [
        (None, "企业名称", said(f"{it.name}（{now}）", former and "曾用代码 " + "、".join(former))),
        (listed[-1] if listed else None, "名录状态", label("listings", district.listing(it, on))),
        (None, "属地", said(*(name_of(district, unit, on) for unit in place)) if place else ""),
        (None, "行业", industry or ""),
        (None, "规模和分类", said(size and label("scales", size), tier and label("tiers", tier))),
        (None, "人员和经营", said(
            firm.headcount is not None and f"在册职工 {firm.headcount} 人",
            firm.revenue is not None and f"上年营业收入 {firm.revenue} 元",
            firm.parent and f"总公司 {firm.parent}")),
        (None, "不纳入基数", whole.exclusion(on) and label("exclusion_kinds", whole.exclusion(on))),
    ]
    return [(*item, False) for item in found if item[2]]


def plan(district, it, on):
    firm = district.firm(it.code)

    def gaps(codes):
        return "缺项：" + "、".join(map(district.gap, codes)) if codes else "无缺项"

    drafts = [(at, f"方案第 {number} 版", gaps(codes), False)
              for at, (number, codes) in firm.drafts if at <= on]
    placed = [(at, f"方案第 {number} 版落实到位", gaps(codes), False)
              for at, (number, codes) in firm.in_place if at <= on]
    return dated(drafts + placed)


def seats(district, it, on):
    found, label = [], district.rules.label
    due = seats_due(district, it, on)
    for seat in ("township", "park", "eic"):
        held, called = it.holder(seat, on), label("seats", seat)
        if held:
            officer = district.officers.get(held["officer"], {})
            unit = name_of(district, held["unit"], on)
            words = bool(officer.get("name") or officer.get("phone") or held["reason"])
            content = said(unit, officer.get("title"), held["reason"] and "兼驻")
            found.append((held["from"], called, content, words))
            other = [told for told in it.stand_ins if told["seat"] == seat
                     and told["for"] == held["officer"] and told["from"] <= on <= told["until"]]
            if other:
                told = other[-1]
                found.append((told["from"], called + "顶岗", f"至 {told['until']}",
                              told["officer"] in district.officers))
        elif seat in due:
            place = it.place(on)
            owner = {"township": place[0], "park": place[1], "eic": "eic"}[seat]
            found.append((None, called, said("空缺", name_of(district, owner, on)), False))
    return found


def production(district, it, on):
    label = district.rules.label
    spans = [(since, label("production_states", state),
              said(district.on_post.get(event) is not None
                   and f"到岗 {district.on_post[event]} 人",
                   event in district.stops and label("suspension_reasons", district.stops[event])),
              False) for event, since, state in it.told if since <= on]
    meant = [(told["said"], "复工打算", f"拟于 {told['on']} 复工", bool(told["reason"]))
             for told in it.intentions if told["said"] <= on]
    guided = [(at, "行业主管部门指导", "", False) for at in district.firm(it.code).guided if at <= on]
    return dated(spans + meant + guided)


def reports(district, it, on):
    found = []
    for back in range(7):
        told = district.told_daily.get((it.code, on - timedelta(days=back)))
        if told:
            rate = percent(told["on_post"], told["staff"])
            found.append((on - timedelta(days=back), "每日报告", said(
                f"在册 {told['staff']} 人，到岗 {told['on_post']} 人，到岗率 {rate}",
                told.get("masks_days") is not None and f"口罩可用 {told['masks_days']} 天",
                told.get("capacity_pct") is not None and f"产能利用率 {told['capacity_pct']}%",
                told.get("power_kwh") is not None and f"用电 {told['power_kwh']} 千瓦时"), False))
    return found


def inspections(district, it, on):
    label, found = district.rules.label, []
    for seen in district.looked.values():
        if seen["enterprise"] != it.code or seen["void"] or on < day(seen["on"]):
            continue
        results = "尚未办结"
        if seen["results"] is not None:
            results = "、".join(label("result_codes", code) for code in seen["results"])
        subjects = "、".join(label("inspection_subjects", code) for code in seen["subjects"])
        content = said(name_of(district, seen["led_by"], on), subjects, results)
        kind = label("inspection_kinds", seen["kind"])
        found.append((day(seen["on"]), f"监督检查（{kind}）", content, bool(seen["found"])))
    for order in district.orders.values():
        if order.said["enterprise"] != it.code or on < order.issued:
            continue
        due, seen = cases.due_on(order, on), order.seen
        found.append((order.issued, "责令限期整改", said(
            order.event.get("authority"),
            cases.is_served(order, on) and f"{order.served} 送达",
            due and f"整改时限 {due}",
            seen and seen[0] <= on and f"{seen[0]} 复查",
            label("order_states", cases.state(order, on))), True))
    return dated(found)


def flags(district, it, on):
    found, label = [], district.rules.label
    for (whose, number), flag in district.flags.items():
        if whose == it.whole and flag.proposed <= on:
            noticed = flag.notice and flag.notice[0] <= on
            entered = flag.flagged and flag.flagged[0] <= on
            found.append((flag.proposed, f"诚信记录第 {number} 项", said(
                noticed and f"{flag.notice[0]} 事前告知",
                entered and f"{flag.flagged[0]} 记入，有效期至 {flag.flagged[1]}",
                flag.is_annotated(on) and "异议处理中",
                label("flag_states", flag.state(on))), False))
    return found


def supports(district, it, on):
    found, label = [], district.rules.label
    rows = {row["case"]: row for row in cases.r9(district, on)}
    for case, row in rows.items():
        if district.cases[case]["enterprise"].split("~")[0] != it.whole:
            continue
        satisfied = {True: "企业满意", False: "企业不满意", None: ""}[row["satisfied"]]
        found.append((day(row["raised_on"]), "困难：" + row["category_label"], said(
            row["department"] and f"{row['department']}办理，时限 {row['due']}",
            row["escalated_to"] and f"已升级至{row['escalated_to']}",
            row["resolved_on"] and f"{row['resolved_on']} 解决",
            row["overdue"] and "逾期", satisfied, label("support_states", row["state"])), False))
    return found


def papers(district, it, on):
    return [(at, "文书", by, False) for at, by in district.firm(it.code).papers if at <= on]
