"""What the ready reports count of the story, counted again from the exported events.

FUGONG names the program. Each day is asked for as it was known at its end.
"""

import json
import os
import pathlib
import tempfile
import unittest

import cases
import registers
from days import ONE, day, days, percent, points
from facts import District, upto
from product import Server, exported, run

FUGONG = os.environ["FUGONG"]
DAYS = days(day("2020-02-20"), day("2020-03-31"))
CLERK = "Bearer dev:zhang:eic:commission"
REPORTER = "Bearer dev:recount:eic:reporter"

PLACES = {True: "园区内", False: "园区外"}
COUNTS = ("total", "excluded", "base", "resumed", "continuous", "new_today", "suspended",
          "not_resumed", "rate_all", "rate", "delta")


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        db = pathlib.Path(cls.folder.name) / "story.db"
        run(FUGONG, "demo", "--no-serve", "--db", db)
        events = exported(FUGONG, db)
        cls.known = {on: District(upto(events, on)) for on in DAYS}
        cls.server = Server(FUGONG, db).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.folder.cleanup()

    def ask(self, path, who=CLERK):
        """An answer: its status, and what is in it."""
        self.server.line.request("GET", path, headers={"Authorization": who})
        answer = self.server.line.getresponse()
        body = answer.read()
        return answer.status, body

    def lines(self, report, on):
        """The lines of a report for a day: what each is, and its cells as they are printed."""
        status, body = self.ask(f"/v1/reports/{report}?as_of={on}")
        self.assertEqual(status, 200, body)
        told = json.loads(body)
        self.assertEqual(told["provenance"]["true_on"], str(on))
        return [(row["level"], {name: printed(cell) for name, cell in row["cells"].items()})
                for row in told["rows"]]

    def test_the_daily_table_counts_as_r1_by_place_and_trade(self):
        seen = 0
        for on, district in self.known.items():
            now, before = wholes(district, on), wholes(district, on - ONE)
            expected = [(("园区内外", "合计"), lambda _: True)]
            for inside in PLACES:
                expected.append(((PLACES[inside], "小计"), lambda w, i=inside: in_park(w, on) == i))
                for section, trade in registers.SECTORS.items():
                    expected.append(((PLACES[inside], trade), lambda w, i=inside, s=section:
                                     in_park(w, on) == i and w.main.section == s))
            theirs = {}
            for level, cells in self.lines("daily-resumption", on):
                name = (cells["in_park"], cells["section"])
                theirs[("园区内外", "合计") if level == "total" else name] = figures(cells)
            ours = {}
            for name, fits in expected:
                there = [whole for whole in now if fits(whole)]
                if there or name[1] == "合计":
                    ours[name] = counted(there, [w for w in before if fits(w)], on)
            self.assertEqual(theirs, ours, str(on))
            seen += len(ours)
        self.assertLess(100, seen)

    def test_the_daily_table_by_township_is_r1s(self):
        for on, district in self.known.items():
            rows = {row["label"]: row for row in registers.r1(district, on)
                    if row["by"] == "township"}
            lines = self.lines("daily-resumption-townships", on)
            theirs = {cells["territory"]: figures(cells) for level, cells in lines
                      if level == "detail"}
            ours = {label: [row[name] for name in COUNTS[:-1]] + [row["delta_pp"]]
                    for label, row in rows.items()}
            self.assertEqual(theirs, ours, str(on))
            total = [cells for level, cells in lines if level == "total"]
            now, before = wholes(district, on), wholes(district, on - ONE)
            self.assertEqual([figures(cells) for cells in total], [counted(now, before, on)])

    def test_the_difficulties_of_each_department_are_r9s(self):
        for on, district in self.known.items():
            found = {("合计", None): cases.r9(district, on)}
            for row in cases.r9(district, on):
                hands = row["department"] or "待交办"
                for group in (row["category_label"], "小计"):
                    found.setdefault((hands, group), []).append(row)
            theirs = {(cells.pop("department"), cells.pop("category_label")): cells for _, cells
                      in self.lines("difficulties-by-department", on)}
            ours = {name: solved(rows) for name, rows in found.items()}
            self.assertEqual(theirs, ours, str(on))

    def test_who_may_not_read_of_persons_is_not_shown_what_is_said_of_them(self):
        status, body = self.ask("/v1/reports/rectification-ledger", REPORTER)
        self.assertEqual(status, 200, body)
        rows = [row["cells"] for row in json.loads(body)["rows"] if row["level"] == "detail"]
        words = {word for row in rows for name in ("problems", "demands", "responsible")
                 for word in (row[name] or "").split("、")}
        self.assertLessEqual(words, {"（不予显示）", ""}, words)
        self.assertIn("（不予显示）", words)
        _, body = self.ask("/v1/reports", REPORTER)
        offered = {item["id"] for item in json.loads(body)["items"]}
        self.assertLessEqual({"daily-resumption", "rectification-ledger", "r7"}, offered)

    def test_a_unit_reaches_its_own_area(self):
        unit = "Bearer dev:w:500114106:township"
        status, body = self.ask("/v1/reports/r12?as_of=2020-03-05", unit)
        self.assertEqual(status, 200, body)
        told = json.loads(body)
        self.assertEqual(told["provenance"]["reach"], "本单位辖区")
        all_of_it = self.lines("r12", day("2020-03-05"))
        self.assertLess(len(told["rows"]), len(all_of_it))
        townships = {row["cells"]["township"] for row in told["rows"] if row["level"] == "detail"}
        self.assertLessEqual(len(townships), 1, townships)


def solved(rows):
    """What became of these difficulties."""
    done = [row for row in rows if row["state"] in ("resolved", "confirmed")]
    said = [row["satisfied"] for row in rows if row["satisfied"] is not None]
    return {"raised": len(rows), "resolved": len(done), "rate": percent(len(done), len(rows)),
            "overdue": sum(row["overdue"] for row in rows), "confirmed": len(said),
            "satisfied": sum(said), "satisfaction": percent(sum(said), len(said))}


def printed(cell):
    return cell["printed"] if isinstance(cell, dict) else cell


def figures(cells):
    return [cells[name] for name in COUNTS]


def wholes(district, on):
    """The industrial enterprises that are in the list on a day."""
    return registers.groups(district, on, on).get(("all", "all"), ("", []))[1]


def in_park(whole, on):
    place = whole.main.place(on)
    return bool(place and place[1])


def counted(now, before, on):
    row = registers.r1_row(("all", "all"), "", now, on, (0, 0))
    then = registers.rate(("all", "all"), before, on - ONE)
    delta = points((row["resumed_in_base"], row["base"]), then)
    return [row[name] for name in COUNTS[:-1]] + [delta]


if __name__ == "__main__":
    unittest.main()
