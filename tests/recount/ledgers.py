"""The ledgers that ready reports print, for a day: R2, R8, R11 to R14, R16, R18 and R19."""

from datetime import timedelta

import cases
from cases import raised
from days import ONE, day, latest, percent
from facts import WORKING
from registers import Whole, seats_due


def name_of(district, unit, on):
    return district.rules.unit(unit, on)[1] if unit else None


def township(district, it, on):
    place = it.place(on)
    return name_of(district, place[0], on) if place else ""


def wholes(district, on):
    """The listed enterprises on a day, each with all its sites."""
    sites = {}
    for it in district.enterprises.values():
        if it.is_listed(on):
            sites.setdefault(it.whole, []).append(it)
    return {code: Whole(its) for code, its in sites.items()}


def open_cases(district, whole, on):
    return sum(now.is_open for case, now in raised(district, on)
               if case["enterprise"].split("~")[0] == whole)


def span(it, on):
    """What was told last of production up to a day: the event, since when, what."""
    begun = [(since, n) for n, (_, since, _) in enumerate(it.told) if since <= on]
    return it.told[max(begun)[1]] if begun else None


def hands(district, it, on):
    """Who looks after a site: the owners of its seats, the officers there, the seats without one."""
    place, units, officers, vacant = it.place(on), [], [], []
    for seat in seats_due(district, it, on):
        owner = {"township": place[0], "park": place[1], "eic": "eic"}[seat]
        units.append(name_of(district, owner, on))
        holder = it.holder(seat, on)
        (officers.append(holder["officer"]) if holder else vacant.append(seat))
    people = [district.officers[officer] for officer in officers if officer in district.officers]
    return units, people, vacant


def told(people, member):
    return [it[member] for it in people if it.get(member)]


def r2(district, on):
    """未复工清单."""
    waiting = [it for it in wholes(district, on).values()
               if not it.works(on) and it.main.is_industrial()]
    return [waiting_row(district, whole, on) for whole in waiting]


def waiting_row(district, whole, on):
    main, meant = whole.main, whole.main.intention(on)
    now, units, people = span(main, on), [], []
    for site in sorted(whole.sites, key=lambda site: site.code):
        theirs, there, _ = hands(district, site, on)
        units += [unit for unit in theirs if unit not in units]
        people += there
    expected = meant and day(meant["on"])
    return {
        "name": main.name, "township": township(district, main, on), "scale": main.size(on),
        "state": whole.state(on), "excluded": main.exclusion(on),
        "reason": meant and meant["reason"],
        "stopped_for": now and district.stops.get(now[0]),
        "expected_on": meant and meant["on"],
        "days_late": max((on - expected).days, 0) if expected else 0,
        "difficulties": open_cases(district, main.whole, on), "units": units,
        "officer_names": told(people, "name"), "officer_phones": told(people, "phone"),
    }


def r8(district, on):
    """诚信记录台账."""
    return [flag_row(district, whose, flag, on) for whose, flag in district.flags.items()
            if flag.proposed <= on]


def flag_row(district, whose, flag, on):
    def by(told):
        return told if told and told[0] <= on else None

    state, notice, flagged = flag.state(on), by(flag.notice), by(flag.flagged)
    repairs = [repair for repair in flag.repairs if repair[0] <= on]
    repaired = by(repairs[-1][1]) if repairs else None
    ended = flag.ended[1] if flag.ended and flag.ended[1] <= on else None
    if not ended and flagged and flagged[1] < on:
        ended = flagged[1] + ONE
    orders = [district.orders[order] for order in flag.grounds]
    result = by(flag.result)
    return {
        "flag": f"{whose[0]}.{whose[1]}", "enterprise": district.shown(whose[0], on),
        "name": district.enterprises[whose[0]].name, "state": state,
        "annotated": flag.is_annotated(on),
        "orders": [order.event["authority"] for order in orders],
        "proposed_on": str(flag.proposed), "notice_on": notice and str(notice[0]),
        "statement_until": notice and notice[1],
        "statements": sum(at <= on for at in flag.statements),
        "legal_review": flagged and flag.papers[0],
        "collective_discussion": flagged and flag.papers[1],
        "flagged_on": flagged and str(flagged[0]), "until": flagged and str(flagged[1]),
        "objection_on": str(flag.objection) if flag.objection and flag.objection <= on else None,
        "objection_result": result and result[1], "repair_result": repaired and repaired[1],
        "ended_on": ended and str(ended),
        "disclosed_to": [to for at, to, _ in flag.given.values() if at <= on],
        "disclosed_on": [str(at) for at, _, _ in flag.given.values() if at <= on],
        "disclosed_by": [basis for at, _, basis in flag.given.values() if at <= on],
    }


def r8_given(district, on):
    """诚信记录对外提供台账: a line for each who was given one."""
    return [{**row, "disclosed_to": to, "disclosed_on": at, "disclosed_by": basis}
            for row in r8(district, on)
            for to, at, basis in zip(row["disclosed_to"], row["disclosed_on"], row["disclosed_by"])]


def r8_public(district, on):
    """诚信记录公开表: those that stand and were handed out."""
    return [row for row in r8_given(district, on) if row["state"] == "flagged"]


def r8_platform(district, on):
    """诚信记录信用平台报送表: those that were handed out, whether they stand or not, and what they are."""
    kind = {"standing": "诚信记录（非行政处罚）"}
    return [{**row, **kind} for row in r8_given(district, on)]


def r11(district, on):
    """产业链供应链."""
    listed = wholes(district, on)
    return [supply_row(district, listed[supplier], listed[link["anchor"]], on)
            for supplier, links in district.supplies.items() for link in links
            if link["from"] <= on and (link["until"] is None or on <= link["until"])
            and supplier in listed and link["anchor"] in listed]


def supply_row(district, supplier, anchor, on):
    main, works = supplier.main, supplier.works(on)
    meant = None if works else main.intention(on)
    since = [span(site, on)[1] for site in anchor.sites if site.state(on) in WORKING]
    place = main.place(on)
    return {
        "anchor_name": anchor.main.name, "anchor_state": anchor.state(on),
        "anchor_since": str(min(since)) if since else None, "name": main.name,
        "township": township(district, main, on), "tier": latest(main.tiers, on),
        "state": supplier.state(on), "holds_back": anchor.works(on) and not works,
        "expected_on": meant and meant["on"], "reason": meant and meant["reason"],
        "difficulties": open_cases(district, main.whole, on),
        "unit": name_of(district, place[1] or place[0], on) if place else "",
    }


def r12(district, on):
    """一企一档: every enterprise and site, but not a firm's later code."""
    return [dossier(district, it, on) for it in district.enterprises.values()
            if not (district.firm(it.code).joined and not it.code.startswith("p-"))]


def dossier(district, it, on):
    firm, place, now = district.firm(it.code), it.place(on), span(it, on)
    whole = district.enterprises.get(it.whole, it)
    draft = latest(firm.drafts, on)
    listed = [since for since, until in it.listed
              if since <= on and (until is None or on < until)]
    theirs = [order for order in district.orders.values() if order.said["enterprise"] == it.code]
    flags = [(number, flag) for (code, number), flag in district.flags.items()
             if code == it.whole and flag.proposed <= on]
    label = district.rules.label
    return {
        "enterprise": district.shown(it.code, on), "name": it.name,
        "listing": district.listing(it, on), "listed_on": str(listed[-1]) if listed else None,
        "township": place and name_of(district, place[0], on),
        "park": place and name_of(district, place[1], on),
        "industry_code": it.industry, "lead": name_of(district, firm.lead, on),
        "headcount": firm.headcount, "scale": whole.size(on), "tier": latest(it.tiers, on),
        "production": it.state(on), "since": now and str(now[1]),
        "excluded": whole.exclusion(on), "plan_revision": draft and draft[0],
        "plan_in_place": any(at <= on for at in firm.placed),
        "plan_gaps": [district.gap(gap) for gap in draft[1]] if draft else [],
        "vacant_seats": hands(district, it, on)[2],
        "open_orders": sum(order.issued <= on and cases.state(order, on) in cases.OPEN
                           for order in theirs),
        "flags": [f"{number} {label('flag_states', flag.state(on))}" for number, flag in flags],
        "papers": [f"{dated} {by}" for dated, by in firm.papers if dated <= on],
    }


def r13(district, on):
    """驻厂员履职台账."""
    been = {}
    for it in district.enterprises.values():
        for seat, at in it.visits.values():
            holder = it.holder(seat, at)
            for officer in (holder and holder["officer"], it.substitute(seat, at)):
                if officer and at <= on:
                    been.setdefault(officer, []).append((at, it.code))
    return [duty_row(district, officer, been.get(officer, []), on)
            for officer in district.officers]


def duty_row(district, officer, been, on):
    person, (referred, decided) = district.officers[officer], district.duty[officer]
    week = on - timedelta(days=6)
    lately = [code for at, code in been if week <= at]
    sites = sorted(district.enterprises.values(), key=lambda it: it.code)
    seats = ("township", "park", "eic")
    posts = [it for it in sites
             if any((it.holder(seat, on) or {}).get("officer") == officer for seat in seats)]
    return {
        "name": person["name"], "unit": name_of(district, person["unit"], on),
        "title": person["title"], "phone": person["phone"], "posts": [it.name for it in posts],
        "substituting": [it.name for it in sites
                         if any(it.substitute(seat, on) == officer for seat in seats)],
        "concurrent": 1 < len(posts), "visits_24h": sum(at == on for at, _ in been),
        "visits_7d": len(lately),
        "last_visit_on": str(max(at for at, _ in been)) if been else None,
        "not_visited": [it.name for it in posts
                        if it.state(on) in WORKING and it.code not in lately],
        "referred": referred, "decided": decided, "undecided": max(referred - decided, 0),
    }


def r14(district, on):
    """月底目标: above designated size, all and by township."""
    target = day(district.rules.at(on)["month_end_target"])
    now = above(district, on, on)
    then = above(district, target, on) if target <= on else None
    groups = sorted(set(now) | set(then or {}))
    return [goal(district, group, on, target, now.get(group, []),
                 None if then is None else then.get(group, [])) for group in groups]


def above(district, on, named_on):
    """The enterprises above designated size by township; all of them under no code."""
    found = {"": []}
    for whole in wholes(district, on).values():
        if whole.main.is_industrial() and whole.main.size(on) == "above":
            found[""].append(whole)
            if whole.main.place(on):
                code = district.rules.unit(whole.main.place(on)[0], named_on)[0]
                found.setdefault(code, []).append(whole)
    return found


def goal(district, group, on, target, now, then):
    base = [whole for whole in now if whole.main.exclusion(on) is None]
    resumed, working = (sum(it.works(on) for it in some) for some in (base, now))
    row = {
        "label": name_of(district, group, on) or "合计", "target_on": str(target),
        "days_left": (target - on).days, "total": len(now), "excluded": len(now) - len(base),
        "base": len(base), "resumed_all": working, "resumed": resumed,
        "remaining": len(base) - resumed, "rate_all": percent(working, len(now)),
        "rate": percent(resumed, len(base)),
        "names": [it.main.name for it in sorted(base, key=lambda it: it.main.code)
                  if not it.works(on)],
        "target_base": None, "target_resumed": None, "target_rate": None,
    }
    if then is not None:
        counted = [whole for whole in then if whole.main.exclusion(target) is None]
        back = sum(whole.works(target) for whole in counted)
        row.update(target_base=len(counted), target_resumed=back,
                   target_rate=percent(back, len(counted)))
    return row


def r16(district, on):
    """未报清单: who worked and sent no daily report."""
    found = []
    for it in district.enterprises.values():
        sent = {at for at in district.dailies.get(it.code, ()) if at <= on}
        silent, at = 0, on
        while district.is_asked(at) and it.state(at) in WORKING and at not in sent:
            silent, at = silent + 1, at - ONE
        if silent and it.is_listed(on):
            found.append(silent_row(district, it, on, sent, silent))
    return found


def silent_row(district, it, on, sent, silent):
    units, people, vacant = hands(district, it, on)
    place = it.place(on)
    return {
        "name": it.name, "township": township(district, it, on),
        "in_park": bool(place and place[1]),
        "scale": district.enterprises.get(it.whole, it).size(on),
        "last_reported_on": str(max(sent)) if sent else None, "days_silent": silent,
        "units": units, "officer_names": told(people, "name"),
        "officer_phones": told(people, "phone"), "vacant_seats": vacant,
    }


def r18(district, on):
    """政策兑现."""
    return [paid_row(district, case, now, on) for case, now in raised(district, on)
            if case["category"] == "policy_fulfilment"]


def paid_row(district, case, now, on):
    steps = sorted((step for step in case["steps"] if step[0] <= on), key=lambda step: step[0])
    # What was paid stays paid.
    paid = [data["paid"] for _, _, data in steps if data.get("paid")]
    it = district.enterprises.get(case["enterprise"])
    return {
        "name": it.name if it else "", "raised_on": case["on"],
        "department": name_of(district, now.hands, on), "due": now.due and str(now.due),
        "promised_cny": case["amount_cny"], "paid_cny": paid[-1]["amount_cny"] if paid else None,
        "paid_on": paid[-1]["paid_on"] if paid else None, "state": now.state,
        "overdue": now.is_overdue,
    }


def r19(district, on):
    """安全隐患台账."""
    return [hazard_row(district, code, hazard, on)
            for (code, _), hazard in district.hazards.items() if day(hazard["found_on"]) <= on]


def hazard_row(district, code, hazard, on):
    it, done = district.enterprises.get(code), hazard["cleared"] and hazard["cleared"] <= on
    lead = district.firm(code).lead if it else None
    return {
        "name": it.name if it else "", "township": township(district, it, on) if it else "",
        "workplace": hazard["workplace"], "severity": hazard["severity"],
        "place": hazard["place"], "facts": hazard["facts"],
        "found_by": name_of(district, hazard["by"], on), "found_on": hazard["found_on"],
        "due": hazard["due"], "lead": name_of(district, lead, on), "cleared": bool(done),
        "cleared_on": str(hazard["cleared"]) if done else None,
        "measures": hazard["measures"] if done else None,
        "overdue": not done and bool(hazard["due"]) and day(hazard["due"]) < on,
    }
