"""Reads an OCEL 2.0 log with pm4py, which knows nothing of us: `ocel.py FILE`."""

import json
import sys

import pm4py

path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    said = json.load(file)
log = pm4py.read_ocel2_json(path)

assert len(log.events) == len(said["events"]), (len(log.events), len(said["events"]))
assert len(log.objects) == len(said["objects"]), (len(log.objects), len(said["objects"]))
types = {kind["name"] for kind in said["objectTypes"]}
assert set(pm4py.ocel_get_object_types(log)) == types, types
related = sum(len(event["relationships"]) for event in said["events"])
assert len(log.relations) == related, (len(log.relations), related)

# What an order goes through, found by the miner alone.
orders = pm4py.ocel_flattening(log, "rectification")
subjects = log.relations[log.relations["ocel:qualifier"] == "subject"]
own = set(subjects[subjects["ocel:type"] == "rectification"]["ocel:eid"])
orders = orders[orders["ocel:eid"].isin(own)]
follows, starts, _ends = pm4py.discover_dfg(orders)
assert follows.get(("rectification-ordered", "rectification-served"), 0) > 0, follows
assert set(starts) == {"rectification-ordered"}, starts
print(f"pm4py {pm4py.__version__}: {len(log.events)} events, {len(log.objects)} objects")
