"""What the exported events say, as dated facts: nothing here depends on the day asked.

The names of events and their members are those of docs/events.md. What is sealed stays sealed.
"""

from days import ONE, day, day_of, latest

WORKING = ("resumed", "continuous")
# Of several sites the one furthest on speaks for the enterprise.
FURTHEST = ("not_resumed", "planned", "suspended", "resumed", "continuous")


class Rules:
    """Units, industries, labels and calendars, as they were published."""

    def __init__(self):
        self.units, self.sections, self.labels, self.calendars = {}, [], {}, []
        self.sets = []

    def publish(self, kind, data):
        if kind == "regime-rules-published":
            self.sets.append(data["rules"])
        elif kind == "regime-units-published":
            self.units = data["units"]
        elif kind == "regime-industry-published":
            self.sections = data["industries"]["sections"]
        elif kind == "regime-codes-published":
            for name, codes in data["lists"].items():
                self.labels[name] = {code["code"]: code["zh"] for code in codes}
        elif kind == "regime-calendar-published":
            self.calendars.append(data["calendar"])

    def at(self, on):
        """The rules in force on a day: those that began last; before all of them, the first."""
        begun = [it for it in self.sets if day(it["effective_from"]) <= on]
        if begun:
            return max(reversed(begun), key=lambda it: it["effective_from"])
        return min(self.sets, key=lambda it: it["effective_from"])

    def label(self, name, code):
        return self.labels.get(name, {}).get(code, code)

    def section(self, industry):
        for section in self.sections:
            if industry[:2] in section["divisions"]:
                return section
        return None

    def division(self, industry):
        section = self.section(industry)
        return (section["divisions"][industry[:2]] if section else None) or ""

    def township(self, code, on):
        """The entry that holds on a day the area which the code named when it was written."""
        entries, followed = self.units.get("divisions", []), set()
        while code not in followed:
            followed.add(code)
            for entry in entries:
                begun = "valid_from" not in entry or day(entry["valid_from"]) <= on
                over = "valid_to" in entry and day(entry["valid_to"]) < on
                if entry["code"] == code and begun and not over:
                    return entry
            code = next((e["code"] for e in entries if e.get("replaces") == code), code)
        return None

    def unit(self, code, on):
        """The code and the short name of a unit on a day."""
        entry = self.township(code, on)
        if entry:
            return entry["code"], entry["name"]
        for office in self.units.get("parks", []) + self.units.get("offices", []):
            if office["code"] == code:
                return code, office["short"]
        return code, code

    def calendar(self, year, known_on):
        def known(calendar):
            published, superseded = calendar.get("published_on"), calendar.get("superseded_on")
            return (not published or day(published) <= known_on) and (
                not superseded or known_on < day(superseded)
            )

        fits = [c for c in self.calendars if c["year"] == year and known(c)]
        return max(fits, key=lambda c: c.get("published_on") or "", default=None)

    def next_working_day(self, on):
        """As known on that day; tomorrow, where no calendar says more."""
        at = on
        while self.calendar(at.year, on):
            at += ONE
            calendar = self.calendar(at.year, on)
            if calendar and (
                str(at) in calendar["makeup_workdays"]
                or (at.weekday() < 5 and str(at) not in calendar["holidays"])
            ):
                return at
        return on + ONE


class Enterprise:
    """An enterprise or one of its sites."""

    def __init__(self, code):
        self.code, self.whole, self.name = code, code.split("~")[0], ""
        self.listed, self.places, self.sizes, self.tiers = [], [], [], []
        self.codes = []
        self.industry = self.section = None
        self.exclusions, self.told, self.intentions = [], [], []
        self.set_aside = self.joined = False
        self.seated, self.stand_ins, self.visits = [], [], {}

    def is_listed(self, on):
        return any(since <= on and (until is None or on < until) for since, until in self.listed)

    def place(self, on):
        """Township and park; before the first day the first one."""
        return latest(self.places, on) or (self.places[0][1] if self.places else None)

    def size(self, on):
        if any(since <= on for since, _ in self.sizes):
            return latest(self.sizes, on)
        return self.sizes[0][1] if self.sizes else None

    def is_industrial(self):
        return self.section in ("B", "C", "D")

    def exclusion(self, on):
        covers = [kind for kind, since, until in self.exclusions
                  if since <= on and (until is None or on <= until)]
        return covers[-1] if covers else None

    def is_readmitted(self, back):
        self.exclusions = [(kind, since, back - ONE if until is None or back <= until else until)
                           for kind, since, until in self.exclusions if since < back]

    def state(self, on):
        told = [(since, state) for _, since, state in self.told]
        state = latest(told, on) or "not_resumed"
        return "planned" if state == "not_resumed" and self.intention(on) else state

    def intention(self, on):
        """When it meant to resume and why not sooner, as said last while it did not work."""
        meant = [it for it in self.intentions
                 if it["said"] <= on and (it["until"] is None or on < it["until"])]
        return meant[-1] if meant else None

    def intends(self, said, expected, reason):
        self.intentions.append({"said": said, "until": None, "on": expected, "reason": reason})

    def has_worked(self, on):
        return any(since <= on and state in WORKING for _, since, state in self.told)

    def says(self, event, since, state):
        self.told.append((event, since, state))
        if state in WORKING:
            self.means_no_more(since)

    def means_no_more(self, since):
        for it in self.intentions:
            it["until"] = it["until"] or since

    def works_since(self, since):
        """Whoever works since a day says that no stop told before holds after it."""
        self.told = [it for it in self.told if it[1] <= since or it[2] in WORKING]

    def is_called(self, data, since):
        """What is not in the list has the name and the place of its reports."""
        if not self.listed and data.get("name"):
            self.name = data["name"]
        if not self.places and data.get("township"):
            self.places.append((since, (data["township"], None)))

    def sits(self, seat, since, **who):
        self.seated.append({"seat": seat, "from": since, "until": None, **who})

    def leaves(self, seat, at):
        for tenure in reversed(self.seated):
            if tenure["seat"] == seat and tenure["until"] is None:
                tenure["until"] = at
                return

    def holder(self, seat, on):
        """Who holds a seat at the end of a day."""
        for it in reversed(self.seated):
            ended = it["until"] is not None and it["until"] <= on
            if it["seat"] == seat and it["from"] <= on and not ended:
                return it
        return None

    def substitute(self, seat, on):
        """Who stands in on a day: he leaves with the one in whose place he stands."""
        holder = self.holder(seat, on)
        for it in reversed(self.stand_ins):
            theirs = holder and (it["seat"], it["for"]) == (seat, holder["officer"])
            if theirs and it["from"] <= on <= it["until"]:
                return it["officer"]
        return None


class District:
    """Everything that a log, or the beginning of one, says."""

    def __init__(self, events):
        self.rules, self.fixed, self.enterprises = Rules(), {}, {}
        self.officers, self.inspections, self.orders, self.cases = {}, {}, {}, {}
        self.barriers, self.incidents, self.measures = {}, {}, {}
        for event in events:
            take = getattr(self, "take_" + event["aggregate_type"], None)
            if take:
                take(event["event_type"], event["data"], event, day_of(event["occurred_at"]))

    def enterprise(self, code):
        return self.enterprises.setdefault(code, Enterprise(code))

    def shown(self, code, on):
        """An enterprise or a site under the code of the day; it is kept under its first one."""
        whole, *site = code.split("~")
        it = self.enterprises.get(whole)
        return "~".join([(it and latest(it.codes, on)) or whole, *site])

    def take_regime(self, kind, data, event, on):
        self.rules.publish(kind, data)
        if kind == "regime-figures-fixed":
            self.fixed[day(data["date"])] = (event["position"], event["recorded_at"])

    def take_enterprise(self, kind, data, event, on):
        it = self.enterprise(event["aggregate_id"])

        def from_listing(since):
            return max(since, it.listed[-1][0]) if it.listed else since

        if data.get("industry_code"):
            it.industry = data["industry_code"]
            section = self.rules.section(it.industry)
            it.section = section["section"] if section else None
        if kind == "enterprise-registered":
            # What was said of an unlisted one's place gives way to the list.
            it.places = it.places if it.listed else []
            it.name, it.set_aside = data["name"], False
            it.listed.append((on, None))
            it.places.append((on, (data["township"], data["park"])))
            it.sizes.append((on, data["scale"]))
        elif kind == "enterprise-details-corrected":
            it.name = data["name"] or it.name
        elif kind == "enterprise-scale-reclassified":
            it.sizes.append((from_listing(day(data["effective_on"])), data["to"]))
        elif kind == "enterprise-relocated":
            place = (data["township"], data["park"])
            it.places.append((from_listing(day(data["effective_on"])), place))
        elif kind == "enterprise-tier-assigned":
            it.tiers.append((on, data["tier"]))
        elif kind == "enterprise-excluded":
            until = day(data["until"]) if data["until"] else None
            it.exclusions.append((data["kind"], day(data["from"]), until))
        elif kind == "enterprise-readmitted":
            it.is_readmitted(day(data["from"]))
        elif kind == "enterprise-closed":
            gone = day(data["on"])
            it.listed = [(since, gone if until is None else until) for since, until in it.listed]
            # Nothing told before outlives it: listed again, it begins afresh.
            it.is_readmitted(gone)
            it.tiers.append((gone, None))
            last = from_listing(gone)
            it.places = [told for told in it.places if told[0] <= last]
            it.sizes = [told for told in it.sizes if told[0] <= last]
        elif kind == "enterprise-code-changed":
            it.codes.append((on, data["to"]))
        elif kind == "enterprise-joined-to":
            it.joined = True
        elif kind == "enterprise-set-aside":
            it.set_aside = True

    def take_resumption(self, kind, data, event, on):
        it = self.enterprise(event["aggregate_id"])
        if kind == "resumption-continuous-production-declared":
            if data.get("supersedes"):
                it.told = [told for told in it.told if told[0] != data["supersedes"]]
            else:
                it.works_since(day(data["since"]))
            it.says(event["event_id"], day(data["since"]), "continuous")
        elif kind == "resumption-planned":
            it.intends(on, data["expected_on"], data.get("reason"))
        elif kind == "resumption-resumed":
            since = day(data["resumed_on"])
            it.works_since(since)
            it.says(event["event_id"], since, "resumed")
            it.is_called(data, since)
        elif kind == "resumption-suspended":
            it.says(event["event_id"], day(data["from"]), "suspended")
        elif kind == "resumption-corrected":
            it.told = [told for told in it.told if told[0] != data["supersedes"]]
            it.says(event["event_id"], day(data["resumed_on"]), "resumed")
        elif kind == "resumption-ended":
            gone = day(data["on"])
            it.told = [told for told in it.told if told[1] <= gone]
            it.says(event["event_id"], gone, "not_resumed")
            it.means_no_more(gone)
        elif kind == "resumption-joined":
            since = data["first_resumed_on"] or data["since"]
            it.is_called(data, day(since) if since else on)
            if data["first_resumed_on"]:
                it.says(event["event_id"], day(data["first_resumed_on"]), "resumed")
            meant = it.intention(on)
            if data["since"] and data["state"] == "planned" and not meant:
                it.intends(on, data["since"], None)
            elif data["since"] and data["state"] not in ("planned", "not_resumed"):
                it.says(event["event_id"], day(data["since"]), data["state"])
        elif kind == "resumption-joined-to":
            it.joined = True

    def take_posting(self, kind, data, event, on):
        it = self.enterprise(event["aggregate_id"])
        if kind == "posting-officer-assigned":
            if data.get("was"):
                # Who was put there by mistake never sat there.
                it.leaves(data["seat"], day_of(data["was"]["from"]))
            it.sits(data["seat"], day_of(data["from"]), unit=data["unit"],
                    officer=data["officer"], reason=data["concurrent_reason"])
        elif kind == "posting-transferred":
            since = day_of(data["effective_at"])
            it.leaves(data["seat"], since)
            it.sits(data["seat"], since, unit=data["unit"],
                    officer=data["to"], reason=data["concurrent_reason"])
        elif kind == "posting-withdrawn":
            it.leaves(data["seat"], day_of(data["at"]))
        elif kind == "posting-substituted":
            if data.get("was"):
                # Who was named by mistake never stood in.
                wrong = (data["seat"], data["was"]["officer"], day_of(data["was"]["from"]))
                it.stand_ins = [told for told in it.stand_ins
                                if (told["seat"], told["officer"], told["from"]) != wrong]
            it.stand_ins.append({"seat": data["seat"], "officer": data["substitute"],
                                 "for": data["officer"], "from": day_of(data["from"]),
                                 "until": day_of(data["until"])})
        elif kind == "posting-visit-logged":
            it.visits.pop(data["supersedes"], None)
            it.visits[event["event_id"]] = (data["seat"], day_of(data["at"]))

    def take_officer(self, kind, data, event, on):
        if kind == "officer-enrolled":
            self.officers[event["aggregate_id"]] = data

    def take_inspection(self, kind, data, event, on):
        if kind == "inspection-opened":
            self.inspections[event["aggregate_id"]] = {
                "on": data["on"], "by": data["inspector"], "unit": data["led_by"], "facts": {}}
        elif kind == "inspection-finding-recorded":
            self.inspections[event["aggregate_id"]]["facts"][data["number"]] = data["facts"]

    def take_rectification(self, kind, data, event, on):
        if kind == "rectification-ordered":
            self.orders[event["aggregate_id"]] = Order(event, self.inspections)
        elif event["aggregate_id"] in self.orders:
            self.orders[event["aggregate_id"]].take(kind, data, on, event)

    def take_support(self, kind, data, event, on):
        if kind == "support-raised":
            self.cases[event["aggregate_id"]] = {**data, "case": event["aggregate_id"], "steps": []}
        else:
            self.cases[event["aggregate_id"]]["steps"].append((day(data["on"]), kind, data))


    def take_barrier(self, kind, data, event, on):
        self.noted(self.barriers, kind == "barrier-reported", kind, data, event)

    def take_epidemic(self, kind, data, event, on):
        self.noted(self.incidents, kind == "epidemic-reported", kind, data, event)

    def take_measure(self, kind, data, event, on):
        self.noted(self.measures, kind == "measure-imposed", kind, data, event)

    @staticmethod
    def noted(things, begins, kind, data, event):
        if begins:
            things[event["aggregate_id"]] = {**data, "id": event["aggregate_id"], "steps": []}
        elif "on" in data:
            things[event["aggregate_id"]]["steps"].append((day(data["on"]), kind, data))


class Order:
    """An order to rectify, with everything that was told of it."""

    def __init__(self, event, inspections):
        self.id, self.said, self.event = event["aggregate_id"], event["data"], event
        self.issued = day(event["data"]["on"])
        self.served, self.deadlines, self.reports = None, [], []
        self.seen = self.ended = None
        numbered = [finding.rsplit(".", 1) for finding in event["data"]["findings"]]
        known = [(inspections[i], int(n)) for i, n in numbered if i in inspections]
        self.inspected = known[0][0] if known else None
        self.problems = [it["facts"][n] for it, n in known if n in it["facts"]]

    def take(self, kind, data, on, event):
        kind = kind[len("rectification-"):]
        if kind == "served":
            self.served = day(data["on"])
            if data["deadline"]:
                self.deadlines.append((self.served, day(data["deadline"]["due"])))
        elif kind == "extended":
            since = max(on, self.served) if self.served else on
            self.deadlines.append((since, day(data["deadline"]["due"])))
        elif kind == "reported":
            self.reports.append((day_of(data["at"]), data["late"]))
        elif kind in ("complied", "failed"):
            self.seen = (day(data["on"]), data["by"], kind, event["actor_unit"])
        elif kind == "superseded":
            self.ended = (on, f"superseded_{data['kind']}")
        elif kind in ("revoked", "terminated"):
            self.ended = (on, kind)


def upto(events, on):
    """The beginning of the log as it stood at the end of a day: `as_of`."""
    for n, event in enumerate(events):
        if on < day_of(event["recorded_at"]):
            return events[:n]
    return events
