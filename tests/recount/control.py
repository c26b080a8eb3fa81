"""R10 and R20 for a day: barriers by unit, incidents and measures row by row."""

from datetime import timedelta

from cases import whose
from days import day, percent

ON_ROADS = ("roadblock", "freight_blocked")
ENDED = {"barrier-removed": "removed", "barrier-found-unfounded": "unfounded"}


def begun(things, on):
    return [it for it in things.values() if day(it["on"]) <= on]


def told(it, on, *kinds):
    """What was told of it up to a day, of these kinds."""
    return [(at, data) for at, kind, data in it["steps"] if at <= on and kind in kinds]


def r10(district, on):
    """设卡拦截、设置条件等问题统计."""
    found = {}
    for it in begun(district.barriers, on):
        against = it["against"]
        unit = district.rules.unit(against, on) if against else ("nobody", "未指明单位")
        found.setdefault(unit[0], (unit[1], []))[1].append(it)
    return [barrier_counts(unit, label, its, on) for unit, (label, its) in found.items()]


def barrier_counts(unit, label, its, on):
    ends = [[how for kind, how in ENDED.items() if told(it, on, kind)] for it in its]
    removed, unfounded = (sum(how in end for end in ends) for how in ("removed", "unfounded"))
    roads = sum(it["kind"] in ON_ROADS for it in its)
    return {
        "unit": unit, "label": label, "reported": len(its), "roads": roads,
        "conditions": len(its) - roads, "open": sum(not end for end in ends),
        "overdue": sum(not end and is_late(it, on) for it, end in zip(its, ends)),
        "removed": removed, "unfounded": unfounded, "rate": percent(removed, len(its) - unfounded),
    }


def is_late(it, on):
    """Whether the last day that was set is past; of two set on one day the later one counts."""
    due = told(it, on, "barrier-assigned")
    last = max((at for at, _ in due), default=None)
    set_last = [data["due"] for at, data in due if at == last]
    return bool(set_last) and day(set_last[-1]) < on


def first(it, on, kind):
    days = [at for at, _ in told(it, on, kind)]
    return str(min(days)) if days else None


def r20_incidents(district, on):
    """疫情处置台账."""
    return [incident_row(district, it, on) for it in begun(district.incidents, on)]


def incident_row(district, it, on):
    name, township = whose(district, it["enterprise"], day(it["on"]), on)
    ended = first(it, on, "epidemic-ruled-out"), first(it, on, "epidemic-closed")
    return {
        "incident": it["id"], "enterprise": district.shown(it["enterprise"], on), "name": name,
        "township": township, "reported_on": it["on"],
        "isolated_on": first(it, on, "epidemic-isolated"),
        "cdc_reported_on": first(it, on, "epidemic-cdc-reported"),
        "traced_on": first(it, on, "epidemic-traced"),
        "disinfected_on": first(it, on, "epidemic-disinfected"),
        "state": "ruled_out" if ended[0] else "closed" if ended[1] else "open",
        "ended_on": ended[0] or ended[1],
    }


def r20_measures(district, on):
    """管控措施台账."""
    return [measure_row(district, it, on) for it in begun(district.measures, on)]


def measure_row(district, it, on):
    target, rules = it["target"], district.rules
    code, lifted = target.get("enterprise"), first(it, on, "measure-lifted")
    looked = [at for at, _ in told(it, on, "measure-relaxed", "measure-kept")]
    reviewed = max(looked + [day(it["on"])])
    due = reviewed + timedelta(days=rules.at(on)["measure_review_days"])
    return {
        "measure": it["id"], "kind": it["kind"],
        "kind_label": rules.label("control_measure_kinds", it["kind"]),
        "area": None if code else rules.unit(target["area"], on)[1],
        "enterprise": district.shown(code, on) if code else None,
        "name": district.enterprises[code].name if code in district.enterprises else None,
        "by": rules.unit(it["by"], on)[1], "authority": it["authority"], "imposed_on": it["on"],
        "steps": len(told(it, on, "measure-relaxed")), "reviewed_on": str(reviewed),
        "review_due": None if lifted else str(due), "overdue": not lifted and due < on,
        "state": "lifted" if lifted else "in_force", "lifted_on": lifted,
    }
