"""The story and twenty generated districts, counted again; and a recount that is led astray.

FUGONG names the program. The districts are small, so that the whole takes well under a minute:
SIZE bounds them. FUGONG_LONG=1 makes them larger, which takes minutes.
"""

import copy
import json
import os
import pathlib
import re
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from days import ONE, day, day_of, percent, points
from facts import District
from product import exported, run
from recount import REGISTERS, check, differences, recount, rows_by_name, unlike

FUGONG = os.environ["FUGONG"]
SEEDS = range(1, 21)
SIZE = (20, 45) if os.environ.get("FUGONG_LONG") else (8, 20)


class Story(unittest.TestCase):
    """February and March 2020, as `fugong demo` plays them: every kind of event occurs."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.db = pathlib.Path(cls.folder.name) / "story.db"
        run(FUGONG, "demo", "--no-serve", "--db", cls.db)
        cls.events = exported(FUGONG, cls.db)
        cls.counted, cls.product, cls.found = check(FUGONG, cls.db)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_every_figure_of_every_day_is_the_same(self):
        self.assertEqual(self.found, [])
        days = {query for _, query in self.counted}
        self.assertLess(80, len(days), "a day for each day of the story, by both clocks")
        for register in REGISTERS:
            rows = sum(len(self.counted[register, query]) for query in days)
            self.assertLess(0, rows, f"{register} is empty on every day")

    def test_what_is_sealed_is_the_same_to_the_letter(self):
        district, on = District(self.events), day_of(self.events[-1]["recorded_at"])
        for register, (_, count) in REGISTERS.items():
            words = ("registers", "show", register, "--on", on, "--format", "ndjson")
            lines = run(FUGONG, *words, "--db", self.db).splitlines()
            theirs = rows_by_name(register, [json.loads(line) for line in lines])
            ours = rows_by_name(register, count(district, on))
            self.assertEqual(set(ours), set(theirs), register)
            for name, row in ours.items():
                self.assertEqual(unlike(row, theirs[name]), [], f"{register} {name}")

    def altered(self, event_type, alter):
        """The differences that one altered event makes, on its own days and on the last."""
        events = copy.deepcopy(self.events)
        event = [event for event in events if event["event_type"] == event_type][-1]
        said = days_in(event["data"])
        alter(event["data"])
        recorded = [day_of(event["recorded_at"]), day_of(events[-1]["recorded_at"])]
        around = said | days_in(event["data"]) | set(recorded)
        known = {query for _, query in self.product}
        days = sorted(on for on in around if f"true_on={on}" in known)
        return differences(recount(events, days), self.product)

    def test_an_altered_event_is_seen(self):
        def later(member):
            def alter(data):
                data[member] = str(day_of(data[member]) + ONE)
            return alter

        for event_type, alter, register in ALTERED:
            with self.subTest(event_type, register=register):
                change = alter if callable(alter) else later(alter)
                found = self.altered(event_type, change)
                named = {difference.split(" ", 1)[0] for difference in found}
                self.assertIn(register, named, found[:3])

    def test_an_event_that_is_missing_is_seen(self):
        for event_type in ("enterprise-registered", "posting-officer-assigned",
                           "rectification-served", "support-confirmed"):
            with self.subTest(event_type):
                kept = [n for n, it in enumerate(self.events) if it["event_type"] == event_type]
                events = self.events[:kept[-1]] + self.events[kept[-1] + 1:]
                end = [day_of(events[-1]["recorded_at"])]
                self.assertTrue(differences(recount(events, end), self.product))


def days_in(data):
    """The days that an event names."""
    texts = [text for text in data.values() if isinstance(text, str)]
    return {day_of(text) for text in texts if re.match(r"\d{4}-\d\d-\d\d", text)}


def other(member, value):
    """Another value in one member of an event."""
    def alter(data):
        data[member] = value
    return alter


def due_later(data):
    data["deadline"]["due"] = str(day(data["deadline"]["due"]) + 30 * ONE)


# An event, what is altered in it, and a register that must not agree any more. A word alone names
# a day, which is put one day later.
ALTERED = [
    ("resumption-resumed", "resumed_on", "r1"),
    ("resumption-suspended", "from", "r1"),
    ("enterprise-registered", other("scale", "above"), "r1"),
    ("enterprise-registered", other("township", "500114005"), "r4"),
    ("enterprise-excluded", other("kind", "left_register"), "r1"),
    ("enterprise-readmitted", "from", "r1"),
    ("enterprise-tier-assigned", other("tier", "T1"), "r1"),
    ("regime-figures-fixed", "date", "r1-fixed"),
    ("posting-officer-assigned", other("officer", "OFF-99"), "r4"),
    ("posting-transferred", other("seat", "eic"), "r4-seats"),
    ("posting-visit-logged", "at", "r4-summary"),
    ("rectification-ordered", other("supervisor", "nobody"), "r7"),
    ("rectification-served", due_later, "r7"),
    ("rectification-complied", "on", "r7-summary"),
    ("support-raised", other("category", "labour"), "r9-summary"),
    ("support-assigned", "due", "r9"),
    ("barrier-reported", other("against", "park-zy"), "r10"),
    ("barrier-assigned", other("due", "2020-02-20"), "r10"),
    ("barrier-removed", "on", "r10"),
    ("epidemic-isolated", "on", "r20-incidents"),
    ("epidemic-ruled-out", "on", "r20-incidents"),
    ("measure-imposed", other("kind", "other"), "r20-measures"),
    ("measure-lifted", "on", "r20-measures"),
    ("support-confirmed", lambda data: data.update(satisfied=not data["satisfied"]), "r9"),
]


class Districts(unittest.TestCase):
    """Generated districts."""

    def test_every_figure_of_every_day_is_the_same(self):
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as workers:
            def one(seed):
                db, (enterprises, days) = pathlib.Path(folder) / f"{seed}.db", SIZE
                run(FUGONG, "generate", "--enterprises", enterprises, "--days", days,
                    "--seed", seed, "--db", db)
                counted, _, found = check(FUGONG, db)
                return {register for (register, _), rows in counted.items() if rows}, found

            for seed, (shown, found) in zip(SEEDS, workers.map(one, SEEDS)):
                with self.subTest(seed=seed):
                    self.assertEqual(found, [])
                    self.assertEqual(set(REGISTERS) - shown, set(), "registers without any row")


class Ratios(unittest.TestCase):
    """How ratios print: cut off, and a dash where there is nothing to divide by."""

    def test_only_all_of_them_are_a_hundred(self):
        self.assertEqual([percent(2499, 2500), percent(3, 3), percent(99_999, 100_000)],
                         ["99.96%", "100%", "99.99%"])

    def test_no_base_prints_as_a_dash(self):
        self.assertEqual([percent(0, 0), points((1, 2), (0, 0))], ["—", "—"])

    def test_points_carry_their_sign(self):
        self.assertEqual([points((1, 2), (1, 3)), points((1, 3), (1, 2)), points((1, 2), (2, 4))],
                         ["+16.67", "-16.67", "0.00"])


if __name__ == "__main__":
    unittest.main()
