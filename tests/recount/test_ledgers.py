"""Every cell of every list among the ready reports, on every day of the story, counted again.

FUGONG names the program. Each day is asked for as it was known at its end, and as it is known now.
What is sealed in the events cannot be read here: of it only whether there is something is compared.
"""

import json
import os
import pathlib
import tempfile
import unittest
from urllib.parse import quote

import cases
import control
import dossier
import ledgers
import registers
from course import Course
from days import day_of, days
from facts import upto
from product import Server, exported, run

FUGONG = os.environ["FUGONG"]
CLERK = "Bearer dev:zhang:eic:commission"

SEATED = {"scale": "scales", "second_seat": "seats", "vacant": "seats"}
# Each list: how it is counted, which columns hold codes of which list, which have a sum.
LISTS = {
    "not-reported": (ledgers.r16, {"scale": "scales", "vacant_seats": "seats"}, ()),
    "not-resumed": (ledgers.r2, {"scale": "scales", "state": "production_states",
                                 "excluded": "exclusion_kinds",
                                 "stopped_for": "suspension_reasons"}, ("difficulties",)),
    "rectification-ledger": (cases.r7, {"state": "order_states"}, ()),
    "credit-internal": (ledgers.r8, {"state": "flag_states",
                                     "objection_result": "objection_results",
                                     "repair_result": "repair_results"}, ()),
    "credit-public": (ledgers.r8_public, {}, ()),
    "credit-platform": (ledgers.r8_platform, {"state": "flag_states"}, None),
    "officer-roster": (registers.r4, SEATED, ("visits_24h",)),
    "hazards": (ledgers.r19, {"workplace": "workplace_kinds",
                              "severity": "hazard_severities"}, ()),
    "incidents": (control.r20_incidents, {"state": "epidemic_states"}, ()),
    "control-measures": (control.r20_measures, {"state": "measure_states"}, ()),
    "policy-fulfilment": (ledgers.r18, {"state": "support_states"},
                          ("promised_cny", "paid_cny")),
    "barriers": (control.r10, {}, ("reported", "roads", "conditions", "open", "overdue",
                                   "removed", "unfounded")),
    "supply-chain": (ledgers.r11, {"state": "production_states", "tier": "tiers",
                                   "anchor_state": "production_states"}, ()),
    "dossier-list": (ledgers.r12, {"listing": "listings", "scale": "scales", "tier": "tiers",
                              "production": "production_states", "excluded": "exclusion_kinds",
                              "vacant_seats": "seats"}, ("headcount", "open_orders")),
    "officer-ledger": (ledgers.r13, {}, ()),
    "month-end": (ledgers.r14, {}, None),
    "vacant-seats": (lambda district, on: [row for row in registers.r4_seats(district, on)
                                           if row["vacant"] and row["required"]],
                     {"scale": "scales", "seat": "seats"}, ()),
}
# For programs, which count lines themselves.
UNNUMBERED = {"credit-platform"}
# What stands where there is something that is sealed.
SOMETHING = "…"


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        db = pathlib.Path(cls.folder.name) / "story.db"
        run(FUGONG, "demo", "--no-serve", "--db", db)
        events = exported(FUGONG, db)
        first, last = (day_of(events[n]["recorded_at"]) for n in (0, -1))
        whole = Course(events)
        cls.asked = []
        for on in days(first, last):
            cls.asked.append((f"as_of={on}", on, Course(upto(events, on))))
            cls.asked.append((f"true_on={on}", on, whole))
        cls.server = Server(FUGONG, db).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.folder.cleanup()

    def report(self, name, clock):
        path = f"/v1/reports/{name}?{clock}"
        self.server.line.request("GET", path, headers={"Authorization": CLERK})
        answer = self.server.line.getresponse()
        body = answer.read()
        self.assertEqual(answer.status, 200, body)
        return json.loads(body)

    def test_every_cell_of_every_list_is_the_same(self):
        seen = {}
        for name, (count, codes, sums) in LISTS.items():
            for clock, on, district in self.asked:
                told = self.report(name, clock)
                columns = [head["name"] for head in told["columns"] if head["name"] != "number"]
                rows = count(district, on)
                ours = [[cell(district, codes.get(column), row[column]) for column in columns]
                        for row in rows]
                details = [row["cells"] for row in told["rows"] if row["level"] == "detail"]
                sealed = {n for row in ours for n, it in enumerate(row) if it == SOMETHING}
                ours = [[hidden(it) if n in sealed else it for n, it in enumerate(row)]
                        for row in ours]
                theirs = [[hidden(row[column]) if n in sealed else row[column]
                           for n, column in enumerate(columns)] for row in details]
                with self.subTest(name, clock=clock):
                    self.assertEqual(ordered(theirs), ordered(ours))
                    numbers = list(range(1, len(rows) + 1))
                    self.assertEqual([row.get("number") for row in details],
                                     [None] * len(rows) if name in UNNUMBERED else numbers)
                    self.check_total(told, columns, rows, sums)
                seen[name] = seen.get(name, 0) + len(rows)
        self.assertEqual([name for name in LISTS if not seen[name]], [], "empty on every day")

    def check_total(self, told, columns, rows, sums):
        totals = [row["cells"] for row in told["rows"] if row["level"] == "total"]
        if sums is None:
            self.assertEqual(totals, [])
            return
        ours = {column: sum(row[column] or 0 for row in rows) if column in sums else None
                for column in columns}
        ours[columns[0]] = f"合计（{len(rows)}）"
        self.assertEqual(totals, [{**ours, "number": None}])

    def test_the_file_of_each_enterprise_says_what_the_events_say(self):
        seen, told = set(), 0
        for clock, on, district in self.asked[::6]:
            for code in list(district.enterprises)[::3]:
                firm = district.firm(code)
                if firm.joined and not code.startswith("p-"):
                    continue
                shown = quote(district.shown(code, on))
                lines = self.report("dossier", f"{clock}&enterprise={shown}")["rows"]
                theirs = [tuple(row["cells"][name] for name in ("section", "on", "item", "content"))
                          + (row["cells"]["words"] is not None,) for row in lines]
                ours = [(section, at and str(at), item, content or None, words)
                        for section, at, item, content, words
                        in dossier.r12_items(district, code, on)]
                self.assertEqual(theirs, ours, (clock, code))
                seen |= {(section, item) for section, _, item, _, _ in ours}
                told += len(ours)
        sections = {section for section, item in seen if item != "无"}
        self.assertEqual(len(sections), 9, "a section without anything on every day")
        self.assertLess(1000, told)

    def test_these_are_all_the_lists_there_are(self):
        self.server.line.request("GET", "/v1/reports", headers={"Authorization": CLERK})
        offered = json.loads(self.server.line.getresponse().read())["items"]
        # Neither registers as they stand nor what somebody laid down in this log.
        ready = {item["id"] for item in offered if not item["instant"] and not item["laid_down"]}
        counted = {"dossier", "daily-resumption", "daily-resumption-townships", "difficulties-by-department"}
        self.assertEqual(ready - counted, set(LISTS))


def is_sealed(value):
    return isinstance(value, dict) and "commitment" in value


def cell(district, codes, value):
    """A value as a report prints it."""
    if is_sealed(value) or isinstance(value, list) and any(map(is_sealed, value)):
        return SOMETHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(cell(district, codes, item) for item in value) or None
    if isinstance(value, str) and codes:
        return district.rules.label(codes, value)
    return None if value == "" else value


def hidden(cell):
    return SOMETHING if cell is not None else None


def ordered(rows):
    return sorted(rows, key=lambda row: [str(it) for it in row])


if __name__ == "__main__":
    unittest.main()
