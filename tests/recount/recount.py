"""Counts registers again from the exported events, and compares them with what Fugong shows.

    python3 tests/recount/recount.py --fugong target/debug/fugong --db fugong.db

R1 复工, R4 驻厂员, R7 整改, R9 困难, R10 阻碍 and R20 疫情、管控, every row and every figure, for every
day: what was known on that day (`as_of`), and what is known now of it (`true_on`). It shares nothing
with Fugong but the events, and uses nothing but Python's own library. It ends with 1 where a figure
differs.
"""

import argparse
import sys

import cases
import control
import registers
from days import ONE, day_of, days
from facts import District, upto
from product import Server, exported, shown

# Each register with the columns that name a row, and how it is counted.
REGISTERS = {
    "r1": (("by", "group"), registers.r1),
    "r1-fixed": (("date",), registers.r1_fixed),
    "r4": (("enterprise",), registers.r4),
    "r4-seats": (("enterprise", "seat"), registers.r4_seats),
    "r4-summary": (("by", "group"), registers.r4_summary),
    "r7": (("order",), cases.r7),
    "r7-summary": ((), cases.r7_summary),
    "r9": (("case",), cases.r9),
    "r9-summary": (("by", "group"), cases.r9_summary),
    "r10": (("unit",), control.r10),
    "r20-incidents": (("incident",), control.r20_incidents),
    "r20-measures": (("measure",), control.r20_measures),
}


def period(events):
    """The days to ask for: those of the log, the day before, and the day after."""
    return days(day_of(events[0]["recorded_at"]) - ONE, day_of(events[-1]["recorded_at"]) + ONE)


def recount(events, on_days=None):
    """Every register for every day and both clocks: {(register, query): rows}."""
    counted, whole = {}, District(events)
    last = day_of(events[-1]["recorded_at"])
    for on in on_days or period(events):
        # Nobody can have known a day that has not come.
        clocks = [(f"true_on={on}", whole)]
        if on <= last:
            clocks.append((f"as_of={on}", District(upto(events, on))))
        for query, district in clocks:
            for register, (_, count) in REGISTERS.items():
                counted[register, query] = [shown(row) for row in count(district, on)]
    return counted


def asked(server, counted):
    """What the product shows for the same questions."""
    return {question: server.rows(*question) for question in counted}


def differences(counted, product):
    """A sentence for each row or figure that is not the same on both sides."""
    found = []
    for (register, query), rows in counted.items():
        ours, theirs = rows_by_name(register, rows), rows_by_name(register, product[register, query])
        if len(theirs) != len(product[register, query]):
            found.append(f"{register} {query}: two rows of Fugong have one name")
        for name in sorted(set(ours) | set(theirs)):
            where = f"{register} {query} {' '.join(name)}"
            if name in ours and name in theirs:
                found += [f"{where}: {what}" for what in unlike(ours[name], theirs[name])]
            else:
                found.append(f"{where}: only {'the recount' if name in ours else 'Fugong'} has it")
    return found


def rows_by_name(register, rows):
    return {tuple(row[column] for column in REGISTERS[register][0]): row for row in rows}


def unlike(ours, theirs):
    """The columns of a row that are not the same, in type and value."""
    absent = "no such column"
    sides = [(name, ours.get(name, absent), theirs.get(name, absent))
             for name in sorted(set(ours) | set(theirs))]
    return [f"{name} is {b!r} in Fugong, {a!r} in the recount"
            for name, a, b in sides if a != b or type(a) is not type(b)]


def check(fugong, database):
    """Exports a database, counts it, asks the product: (counted, product, differences)."""
    events = exported(fugong, database)
    counted = recount(events)
    with Server(fugong, database) as server:
        product = asked(server, counted)
    return counted, product, differences(counted, product)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fugong", required=True, help="the program")
    parser.add_argument("--db", required=True, help="a database that nobody else serves")
    words = parser.parse_args()
    counted, _, found = check(words.fugong, words.db)
    for difference in found:
        print(difference)
    rows = sum(map(len, counted.values()))
    print(f"{len(counted)} registers of {rows} rows counted, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
