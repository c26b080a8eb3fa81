"""Reads what /metrics told with Prometheus' own parser: every figure is described and has its type."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

told = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    assert family.documentation, f"{family.name} is not described"
    assert family.type in ("counter", "gauge", "histogram"), f"{family.name} is a {family.type}"
    for sample in family.samples:
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        told[f"{sample.name}{{{labels}}}"] = sample.value
json.dump(told, sys.stdout)
