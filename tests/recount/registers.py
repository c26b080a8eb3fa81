"""R1 and R4 for a day, counted from the facts by their definitions."""

from days import ONE, day_of, latest, percent, points
from facts import FURTHEST, WORKING

SECTORS = {"B": "采矿", "C": "制造", "D": "电力、燃气及水"}
SEATS = ("township", "park", "eic")


def r1(district, on):
    """复工: by place, trade, tier and size, with both denominators."""
    # A township that is renumbered overnight is compared with itself.
    now, before = groups(district, on, on), groups(district, on - ONE, on)
    rows = []
    for key, (label, members) in now.items():
        earlier = rate(key, before[key][1], on - ONE) if key in before else (0, 0)
        rows.append(r1_row(key, label, members, on, earlier))
    return rows + unlisted(district, on)


class Whole:
    """An enterprise with all its sites that are in the list on a day."""

    def __init__(self, sites):
        self.sites, self.main = sites, min(sites, key=lambda site: site.code)

    def state(self, on):
        return max((site.state(on) for site in self.sites), key=FURTHEST.index)

    def works(self, on):
        return self.state(on) in WORKING

    def has_worked(self, on):
        return any(site.has_worked(on) for site in self.sites)


def groups(district, on, named_on):
    sites = {}
    for it in district.enterprises.values():
        if it.is_listed(on):
            sites.setdefault(it.whole, []).append(it)
    found = {}
    for whole in map(Whole, sites.values()):
        for by, group, label in groups_of(district.rules, whole.main, on, named_on):
            found.setdefault((by, group), (label, []))[1].append(whole)
    return found


def groups_of(rules, it, on, named_on):
    if not it.is_industrial():
        return [("park_non_industrial", "all", "园区内非工业企业")]
    # Of unknown size means below, until the statistical register says otherwise.
    size = it.size(on) or "below"
    found = [("all", "all", "合计"), ("scale", size, rules.label("scales", size)),
             ("sector", it.section, SECTORS[it.section]),
             ("division", it.industry[:2], rules.division(it.industry))]
    if it.place(on):
        township, park = it.place(on)
        found.append(("location", "park", "园区内") if park else ("location", "outside", "园区外"))
        found.append(("township", *rules.unit(township, named_on)))
    tier = latest(it.tiers, on)
    found.append(("tier", tier, rules.label("tiers", tier)) if tier else
                 ("tier", "none", "未分类"))
    return found


def rate(key, members, on):
    """In production of the base; 退库 leaves the base of above scale alone."""
    def counts(whole):
        kind = whole.main.exclusion(on)
        return kind is None or (kind == "left_register" and key != ("scale", "above"))

    base = [whole for whole in members if counts(whole)]
    return sum(whole.works(on) for whole in base), len(base)


def r1_row(key, label, members, on, earlier):
    resumed = sum(whole.works(on) for whole in members)
    in_base, base = rate(key, members, on)
    new = [w.main for w in members if w.works(on) and not w.works(on - ONE)]
    return {
        "by": key[0], "group": key[1], "label": label,
        "total": len(members), "excluded": len(members) - base, "base": base,
        "resumed": resumed, "resumed_in_base": in_base,
        "continuous": sum(whole.state(on) == "continuous" for whole in members),
        "new_today": len(new), "new_names": names(new),
        "suspended": sum(whole.state(on) == "suspended" for whole in members),
        "not_resumed": len(members) - resumed,
        "ever_resumed": sum(whole.has_worked(on) for whole in members),
        "rate_all": percent(resumed, len(members)), "rate": percent(in_base, base),
        "delta_pp": points((in_base, base), earlier),
    }


def names(enterprises):
    return [it.name for it in sorted(enterprises, key=lambda it: it.code)]


def unlisted(district, on):
    """What works without being in the list: in no base, and not forgotten."""
    working = [it for it in district.enterprises.values()
               if not it.is_listed(on) and not it.set_aside and not it.joined
               and it.state(on) in WORKING]
    if not working:
        return []
    new = [it for it in working if it.state(on - ONE) not in WORKING]
    return [{
        "by": "unlisted", "group": "all", "label": "未建档已复工",
        "total": len(working), "excluded": len(working), "base": 0,
        "resumed": len(working), "resumed_in_base": 0,
        "continuous": sum(it.state(on) == "continuous" for it in working),
        "new_today": len(new), "new_names": names(new),
        "suspended": 0, "not_resumed": 0, "ever_resumed": len(working),
        "rate_all": "—", "rate": "—", "delta_pp": "—",
    }]


def r1_fixed(district, on):
    """每日截止: the cut-offs up to the day."""
    return [{"date": str(fixed), "position": position, "fixed_at": at, "fixed_on": str(day_of(at))}
            for fixed, (position, at) in district.fixed.items() if fixed <= on]


def seats_due(district, it, on):
    """双驻厂员: which seats an enterprise needs on a day."""
    if not it.is_listed(on) or not it.place(on):
        return ()
    size = district.enterprises.get(it.whole, it).size(on)
    in_park = it.place(on)[1] is not None
    if in_park:
        return ("township", "park") if it.is_industrial() else ("park",)
    if not it.is_industrial():
        return ()
    return ("township", "eic") if size == "above" else ("township",)


def seats_of(district, it, on):
    """The seats that are due, and those that somebody holds all the same."""
    due = seats_due(district, it, on)
    found = []
    for seat in SEATS:
        holder = it.holder(seat, on)
        if seat in due or holder:
            found.append(seat_row(district, it, on, seat, seat in due, holder))
    return found


def seat_row(district, it, on, seat, due, holder):
    township, park = it.place(on) or (None, None)
    owner = {"township": township, "park": park, "eic": "eic"}[seat]
    owner = owner or (holder["unit"] if holder else None)
    person = district.officers.get(holder["officer"], {}) if holder else {}
    reason = holder["reason"] if holder else None
    return {
        **heading(district, it, on), "seat": seat, "required": due,
        "unit": district.rules.unit(owner, on)[1] if owner else "", "vacant": holder is None,
        "officer": holder["officer"] if holder else None,
        "officer_name": person.get("name"), "title": person.get("title"),
        "phone": person.get("phone"), "since": str(holder["from"]) if holder else None,
        "substitute": it.substitute(seat, on), "concurrent": reason is not None,
        "concurrent_reason": reason,
        "visits_24h": sum(where == seat and at == on for where, at in it.visits.values()),
        "stationed": it.state(on) in WORKING,
    }


def heading(district, it, on):
    place = it.place(on)
    return {
        "enterprise": district.shown(it.code, on), "name": it.name,
        "township": district.rules.unit(place[0], on)[1] if place else "",
        "scale": district.enterprises.get(it.whole, it).size(on),
        "in_park": bool(place and place[1]),
    }


def all_seats(district, on):
    listed = [it for it in district.enterprises.values() if it.is_listed(on)]
    return [(it, seats_of(district, it, on)) for it in listed]


def r4_seats(district, on):
    return [row for _, rows in all_seats(district, on) for row in rows]


def r4(district, on):
    """驻厂员名册: one row an enterprise, its vacant seats by name."""
    return [roster(district, it, on, seats) for it, seats in all_seats(district, on) if seats]


def roster(district, it, on, seats):
    first = next((row for row in seats if row["seat"] == "township"), {})
    further = [row for row in seats if row["seat"] != "township"]
    second = next((row for row in further if row["required"]), further[0] if further else {})
    row = {**heading(district, it, on), "stationed": it.state(on) in WORKING,
           "vacant": [row["seat"] for row in seats if row["vacant"]],
           "second_seat": second.get("seat"),
           "substitutes": [row["substitute"] for row in seats if row["substitute"]],
           "concurrent": any(row["concurrent"] for row in seats),
           "concurrent_reasons": [r["concurrent_reason"] for r in seats if r["concurrent"]],
           "visits_24h": sum(row["visits_24h"] for row in seats)}
    for name, seat in (("township", first), ("second", second)):
        for column in ("unit", "officer", "title", "phone", "since"):
            row[f"{name}_{column}"] = seat.get(column)
        row[f"{name}_officer_name"] = seat.get("officer_name")
    return row


def r4_summary(district, on):
    """驻厂覆盖: designated on the base of all, stationed on the base of those in production."""
    found = {("all", "all"): ("合计", [])}
    for it, rows in all_seats(district, on):
        due = [row for row in rows if row["required"]]
        keys = [("all", "all", "合计")]
        if it.place(on):
            township, park = it.place(on)
            keys.append(("location", "park", "园区内") if park else
                        ("location", "outside", "园区外"))
            keys.append(("township", *district.rules.unit(township, on)))
        for by, group, label in keys:
            found.setdefault((by, group), (label, []))[1].append(due)
    return [coverage(key, label, plants) for key, (label, plants) in found.items()]


def coverage(key, label, plants):
    plants = [due for due in plants if due]
    seats = [row for due in plants for row in due]
    at_work = [due for due in plants if due[0]["stationed"]]
    theirs = [row for due in at_work for row in due]
    designated = sum(not row["vacant"] for row in seats)
    stationed = sum(not row["vacant"] for row in theirs)
    return {
        "by": key[0], "group": key[1], "label": label, "enterprises": len(plants),
        "seats": len(seats), "designated": designated, "vacant": len(seats) - designated,
        "designated_rate": percent(designated, len(seats)),
        "at_work": len(at_work), "seats_at_work": len(theirs), "stationed": stationed,
        "stationed_rate": percent(stationed, len(theirs)),
        "visited_24h": sum(0 < row["visits_24h"] for row in seats),
    }
