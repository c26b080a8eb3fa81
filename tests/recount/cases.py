"""R7 and R9 for a day: orders and difficulties, row by row and counted."""

from days import day, latest, percent

# How an order ends that leaves every count: as if it had never been, or nobody left to comply.
GONE = ("superseded_correction", "revoked", "terminated")
OPEN = ("ordered", "served", "reported", "lapsed")


def due_on(order, on):
    """The last day of the deadline that ran on a day."""
    return latest(order.deadlines, on)


def in_time(order, on):
    return any(at <= on and not late for at, late in order.reports)


def is_overdue(order, on):
    due = due_on(order, on)
    return due is not None and due < on and not in_time(order, on)


def is_served(order, on):
    return order.served is not None and order.served <= on


def state(order, on):
    if order.ended and order.ended[0] <= on:
        return order.ended[1]
    if order.seen and order.seen[0] <= on:
        return order.seen[2]
    if any(at <= on for at, _ in order.reports):
        return "reported"
    if is_served(order, on):
        return "lapsed" if is_overdue(order, on) else "served"
    return "ordered"


def complied_in_time(order, on):
    """The report counts, not the day of the second look."""
    done = min([order.seen[0]] + [at for at, _ in order.reports if at <= on])
    due = due_on(order, on)
    return due is None or done <= due


def reported_on(order, on):
    """Of several reports the first, or the first that came in time."""
    said = [it for it in order.reports if it[0] <= on]
    timely = [at for at, late in said if not late]
    return str((timely or [at for at, _ in said])[0]) if said else None


def whose(district, code, then, on):
    """The name of an enterprise, and the township in which it lay then."""
    it = district.enterprises.get(code)
    place = it.place(then) if it else None
    return it.name if it else "", district.rules.unit(place[0], on)[1] if place else ""


def r7(district, on):
    """整改台账."""
    return [order_row(district, it, on) for it in district.orders.values() if it.issued <= on]


def order_row(district, order, on):
    said, seen = order.said, order.seen if order.seen and order.seen[0] <= on else None
    name, township = whose(district, said["enterprise"], order.issued, on)
    now, limit = state(order, on), said["limit"]
    due = due_on(order, on)
    return {
        "order": order.id, "authority": order.event.get("authority"),
        "enterprise": district.shown(said["enterprise"], on), "name": name, "township": township,
        "inspected_on": order.inspected and order.inspected["on"],
        "inspected_by": order.inspected and order.inspected["by"],
        "inspector": order.inspected and who(district, order.inspected["by"],
                                             order.inspected["unit"], on),
        "problems": order.problems, "demands": said["measures"],
        "issued_on": str(order.issued),
        "served_on": str(order.served) if is_served(order, on) else None,
        "limit": limit["due"] if "due" in limit else f"送达后{limit['working-days']}个工作日",
        "due": str(due) if due else None,
        "responsible": said.get("responsible"), "supervisor": said["supervisor"],
        "overseer": said["supervisor"] and overseer(district, order, on),
        "state": now, "overdue": now in OPEN and is_overdue(order, on),
        "due_today": now == "served" and due_on(order, on) == on,
        "reported_on": reported_on(order, on),
        "reinspected_on": str(seen[0]) if seen else None,
        "reinspected_by": seen[1] if seen else None,
        "reinspector": who(district, seen[1], seen[3], on) if seen else None,
        "complied": now == "complied", "note": order.event.get("note"),
    }


def who(district, by, unit, on):
    """The sealed name of an enrolled officer; of anybody else the unit for which he acted."""
    if by in district.officers:
        return district.officers[by]["name"]
    return district.rules.unit(unit, on)[1] + "工作人员"


def overseer(district, order, on):
    """Who supervises: the word for a post as it stands, a login by its name or unit."""
    told = order.said["supervisor"]
    return who(district, told, order.event["actor_unit"], on) if told.isascii() else told


def r7_summary(district, on):
    orders = [it for it in district.orders.values() if it.issued <= on]
    soon = district.rules.next_working_day(on)
    states = [(it, state(it, on)) for it in orders]
    complied = [it for it, now in states if now == "complied"]
    timely = sum(complied_in_time(it, on) for it in complied)
    base = sum(is_served(it, on) and now not in GONE for it, now in states)
    due = [due_on(it, on) for it, now in states if now == "served"]
    return [{
        "issued": len(orders), "served": sum(is_served(it, on) for it in orders),
        "open": sum(now in OPEN for _, now in states),
        "due_soon": sum(at is not None and on <= at <= soon for at in due),
        "overdue": sum(now in OPEN and is_overdue(it, on) for it, now in states),
        "complied_on_time": timely, "complied_late": len(complied) - timely,
        "failed": sum(now not in GONE and it.seen is not None and it.seen[0] <= on
                      and it.seen[2] == "failed" for it, now in states),
        "complied": len(complied), "excluded": sum(now in GONE for _, now in states),
        "base": base, "rate": percent(len(complied), base),
    }]


class Standing:
    """Where a difficulty stands on a day."""

    def __init__(self, case, on):
        self.state, self.hands, self.due, self.above = "raised", None, None, None
        self.resolved_on = self.satisfied = None
        steps = [step for step in case["steps"] if step[0] <= on]
        for at, kind, data in sorted(steps, key=lambda step: step[0]):
            self.take(at, kind[len("support-"):], data)
        self.is_open = self.resolved_on is None
        self.is_overdue = self.is_open and self.due is not None and self.due < on

    def take(self, at, kind, data):
        if kind in ("assigned", "transferred"):
            self.state, self.hands, self.due = "assigned", data["department"], day(data["due"])
        elif kind == "resolved":
            self.state, self.resolved_on = "resolved", at
        elif kind == "confirmed":
            self.state, self.satisfied = "confirmed", data["satisfied"]
        elif kind == "escalated":
            self.above = data["to"]
        elif kind == "reopened":
            self.state, self.hands, self.due, self.above = "raised", None, None, None
            self.resolved_on = self.satisfied = None


def raised(district, on):
    cases = [case for case in district.cases.values() if day(case["on"]) <= on]
    return [(case, Standing(case, on)) for case in cases]


def r9(district, on):
    """困难问题台账."""
    return [case_row(district, case, now, on) for case, now in raised(district, on)]


def case_row(district, case, now, on):
    name, township = whose(district, case["enterprise"], day(case["on"]), on)
    rules = district.rules
    return {
        "case": case["case"], "enterprise": district.shown(case["enterprise"], on), "name": name,
        "township": township, "category": case["category"],
        "category_label": rules.label("support_categories", case["category"]),
        "text": case["text"], "source": case["source"], "raised_on": case["on"],
        "department": rules.unit(now.hands, on)[1] if now.hands else None,
        "due": str(now.due) if now.due else None, "state": now.state,
        "overdue": now.is_overdue,
        "escalated_to": rules.unit(now.above, on)[1] if now.above else None,
        "resolved_on": str(now.resolved_on) if now.resolved_on else None,
        "satisfied": now.satisfied,
    }


def r9_summary(district, on):
    found, rules = {}, district.rules
    for case, now in raised(district, on):
        hands = rules.unit(now.hands, on) if now.hands else ("unassigned", "未交办")
        label = rules.label("support_categories", case["category"])
        for by, group, label in (("all", "all", "合计"), ("category", case["category"], label),
                                 ("department", *hands)):
            found.setdefault((by, group), (label, []))[1].append(now)
    return [case_counts(key, label, cases) for key, (label, cases) in found.items()]


def case_counts(key, label, cases):
    resolved = sum(not case.is_open for case in cases)
    said = [case.satisfied for case in cases if case.satisfied is not None]
    return {
        "by": key[0], "group": key[1], "label": label, "raised": len(cases),
        "resolved": resolved, "rate": percent(resolved, len(cases)),
        "open": len(cases) - resolved, "overdue": sum(case.is_overdue for case in cases),
        "confirmed": len(said), "satisfied": sum(said),
        "satisfaction": percent(sum(said), len(said)),
    }
