"""The rest of what the exported events say, for the ledgers: flags, plans, hazards, supplies, duty."""

from days import ONE, day
from facts import District


class Course(District):
    """A district with what its daily business left behind."""

    def __init__(self, events):
        self.firms, self.flags, self.hazards, self.supplies = {}, {}, {}, {}
        self.dailies, self.duty, self.stops, self.checklists = {}, {}, {}, {}
        self.told_daily, self.on_post, self.looked = {}, {}, {}
        super().__init__(events)

    def firm(self, code):
        """What the dossier of an enterprise or a site says besides."""
        self.enterprise(code)
        return self.firms.setdefault(code, Firm())

    def take_regime(self, kind, data, event, on):
        super().take_regime(kind, data, event, on)
        if kind == "regime-checklists-published":
            self.checklists = data["lists"]

    def take_enterprise(self, kind, data, event, on):
        super().take_enterprise(kind, data, event, on)
        code = event["aggregate_id"]
        firm, it = self.firm(code), self.enterprise(code)
        if data.get("industry_code"):
            firm.lead = self.rules.at(on)["sector_leads"].get(it.section)
        if data.get("headcount") is not None or kind == "enterprise-registered":
            firm.headcount = data["headcount"]
        if data.get("prior_year_revenue_cny") is not None or kind == "enterprise-registered":
            firm.revenue = data["prior_year_revenue_cny"]
        if kind == "enterprise-registered":
            firm.closing = firm.aside = None
            firm.parent = data["parent"]
        elif kind == "enterprise-guided":
            firm.guided.append(on)
        elif kind == "enterprise-joined-to":
            firm.joined = True
        elif kind == "enterprise-closure-begun":
            firm.closing = on
        elif kind == "enterprise-closed":
            gone = day(data["on"])
            firm.closed.append(gone)
            for link in self.supplies.get(code, []):
                link["until"] = gone if holds_to(link, gone) else link["until"]
        elif kind == "enterprise-set-aside":
            firm.aside = on
        elif kind in ("enterprise-earlier-paper-recorded",
                      "enterprise-other-law-reference-recorded"):
            firm.papers.append((day(data["dated"]), data["authority"]))
        elif kind == "enterprise-supply-link-declared":
            self.supply(code, data["supplier_of"], on, data["until"] and day(data["until"]))

    def supply(self, supplier, anchor, on, until):
        """Told again while it holds, a link has another end."""
        links = self.supplies.setdefault(supplier, [])
        known = [link for link in links if link["anchor"] == anchor]
        if known and holds_to(known[-1], on):
            known[-1]["until"] = until
        else:
            links.append({"anchor": anchor, "from": on, "until": until})

    def take_resumption(self, kind, data, event, on):
        code = event["aggregate_id"]
        if kind == "resumption-daily-reported":
            days = self.dailies.setdefault(code, set())
            if data.get("was"):
                days.discard(day(data["was"]))
                self.told_daily.pop((code, day(data["was"])), None)
            days.add(day(data["date"]))
            self.told_daily[code, day(data["date"])] = data
            return
        super().take_resumption(kind, data, event, on)
        self.on_post[event["event_id"]] = data.get("on_post")
        if kind == "resumption-suspended":
            self.stops[event["event_id"]] = data["reason"]
        elif kind == "resumption-joined-to":
            self.firm(code).joined = True

    def take_plan(self, kind, data, event, on):
        code = event["aggregate_id"]
        if kind in ("plan-drafted", "plan-revised"):
            self.firm(code).drafts.append((on, (data["revision"], data["gaps"])))
        elif kind == "plan-put-in-place":
            self.firm(code).placed.append(on)
            self.firm(code).in_place.append((on, (data["revision"], data["gaps"])))
        elif kind == "plan-hazard-found":
            self.hazards[code, data["number"]] = {
                **data, "by": event["actor_unit"], "cleared": None, "measures": None}
        elif kind == "plan-hazard-cleared":
            self.hazards[code, data["number"]].update(
                cleared=day(data["on"]), measures=data["measures"])
        elif kind == "plan-improvement-urged":
            self.firm(code)

    def take_inspection(self, kind, data, event, on):
        super().take_inspection(kind, data, event, on)
        seen = self.looked.setdefault(event["aggregate_id"], {
            **data, "found": {}, "results": None, "void": False})
        if kind == "inspection-finding-recorded":
            seen["found"].pop(data.get("supersedes"), None)
            seen["found"][data["number"]] = data["facts"]
        elif kind == "inspection-closed":
            seen["results"] = data["result_codes"]
        elif kind == "inspection-voided":
            seen["void"] = True

    def take_officer(self, kind, data, event, on):
        super().take_officer(kind, data, event, on)
        told = self.duty.setdefault(event["aggregate_id"], [0, 0])
        told[0] += kind == "officer-duty-referred"
        told[1] += kind == "officer-duty-outcome-recorded"

    def take_credit(self, kind, data, event, on):
        key = (event["aggregate_id"], data["flag"])
        if kind == "credit-flag-proposed":
            self.flags[key] = Flag(data)
        else:
            self.flags[key].take(kind[len("credit-"):], data, on)

    def listing(self, it, on):
        firm = self.firm(it.code)
        if firm.joined:
            return "joined_to"
        if it.is_listed(on):
            return "closing" if firm.closing and firm.closing <= on else "listed"
        if any(gone <= on for gone in firm.closed):
            return "closed"
        return "set_aside" if firm.aside and firm.aside <= on else "unlisted"

    def is_asked(self, on):
        """Whether the rules of a day ask for a daily report."""
        return self.rules.at(on).get("daily_cutoff") is not None

    def gap(self, code):
        """What a plan may lack, in words."""
        if code == "emergency":
            return "应急部分"
        musts = self.checklists["five_musts"]
        if code in musts["items"]:
            return musts["label"] + code
        known = (self.checklists.get(name, {}).get("items", {})
                 for name in ("plan_priorities", "safety", "service_eight"))
        return next((items[code] for items in known if code in items), code)


def holds_to(link, on):
    return link["until"] is None or on <= link["until"]


class Firm:
    """What a dossier says besides of an enterprise or a site."""

    def __init__(self):
        self.lead = self.headcount = self.closing = self.aside = None
        self.joined, self.closed, self.papers, self.drafts, self.placed = False, [], [], [], []
        self.revenue, self.parent, self.guided, self.in_place = None, None, [], []


class Flag:
    """A proposal for the credit record, and what became of it."""

    def __init__(self, data):
        self.grounds, self.proposed = data["grounds"], day(data["on"])
        self.notice = self.flagged = self.papers = None
        self.objection = self.result = self.ended = None
        self.statements, self.repairs, self.given = [], [], {}

    def take(self, kind, data, on):
        if kind == "notice-served":
            self.notice = (day(data["on"]), data["statement"]["due"])
        elif kind == "statement-recorded":
            self.statements.append(on)
        elif kind == "flagged":
            self.flagged = (day(data["on"]), day(data["until"]))
            self.papers = (data["legal_review"], data["collective_discussion"])
        elif kind == "objection-lodged":
            self.objection = day(data["on"])
        elif kind in ("objection-upheld", "objection-rejected"):
            self.result = (day(data["on"]), kind[len("objection-"):])
        elif kind == "repair-applied":
            self.repairs.append([on, None])
        elif kind in ("repair-granted", "repair-refused"):
            self.repairs[-1][1] = (day(data["on"]), kind[len("repair-"):])
        elif kind == "flag-disclosed":
            self.given[data["disclosure"]] = (day(data["on"]), data["recipient"], data["basis"])
        ends = {"proposal-withdrawn": ("withdrawn", on), "proposal-dismissed": ("dismissed", on),
                "expunged": ("expunged", on)}
        if kind == "repair-granted":
            self.ended = ("repaired", day(data["on"]))
        elif kind == "expired":
            self.ended = ("expired", day(data["until"]) + ONE)
        elif kind in ends:
            self.ended = ends[kind]

    def state(self, on):
        if self.ended and self.ended[1] <= on:
            return self.ended[0]
        if self.flagged and self.flagged[1] < on:
            return "expired"
        if self.flagged and self.flagged[0] <= on:
            return "flagged"
        return "notified" if self.notice and self.notice[0] <= on else "proposed"

    def is_annotated(self, on):
        """异议标注: from the objection until it is decided."""
        waits = self.result is None or on < self.result[0]
        lodged = self.objection is not None and self.objection <= on
        return self.state(on) == "flagged" and lodged and waits
