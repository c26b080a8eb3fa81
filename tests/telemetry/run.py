"""A collector, and the real binary that tells it what is done: each request, the act in it and each
delivery is a span, in the trace of the caller; while the collector is away requests go on, what is lost
is counted, and it is said once.

    python3 run.py FUGONG

FUGONG is the program, built with the feature `otel`. What it sends is decoded by opentelemetry-proto, the
classes that the OpenTelemetry project generates from its own definitions.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

ACTOR, NAME, WORDS = "zhang", "李某（虚构）", "13000000001"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALLER = f"00-{TRACE}-{PARENT}-01"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


def waited(what, happened, seconds=60):
    """What comes to be true, within a time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if came := happened():
                return came
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen in {seconds} seconds")


class Collector:
    """Takes traces at /v1/traces, as a collector does, and webhooks at /hook."""

    def __init__(self):
        self.port, self.server = free_port(), None
        self.spans, self.raw, self.hooks, self.resources = [], b"", [], []

    def start(self):
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.path == "/hook":
                    collector.hooks.append(self.headers["traceparent"])
                    answer = b""
                else:
                    assert self.path == "/v1/traces", self.path
                    assert self.headers["content-type"] == "application/x-protobuf"
                    collector.take(body)
                    answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def take(self, body):
        self.raw += body
        for of in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(attributes(of.resource))
            for scope in of.scope_spans:
                self.spans += scope.spans

    def of_trace(self, trace):
        return [span for span in self.spans if span.trace_id.hex() == trace]

    def named(self, name):
        return [span for span in self.spans if span.name == name]


def attributes(of):
    def value(any_value):
        kind = any_value.WhichOneof("value")
        if kind == "array_value":
            return [value(one) for one in any_value.array_value.values]
        return getattr(any_value, kind)

    return {one.key: value(one.value) for one in of.attributes}


class Fugong:
    """The server of the API."""

    def __init__(self, program, folder, collector):
        self.program, self.folder, self.port, self.admin = program, folder, free_port(), free_port()
        self.collector, self.process = collector, None
        secret = folder / "secret"
        secret.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        secret.chmod(0o600)
        (folder / "webhooks.toml").write_text(
            f'[[webhook]]\nid = "platform"\nurl = "http://127.0.0.1:{collector.port}/hook"\n'
            f'as = "robot:eic:integrator"\nsecrets = ["secret"]\ntypes = ["officer-enrolled"]\n'
        )

    def start(self, by_environment=False):
        command = [self.program, "serve", "--dev", "--listen", f"127.0.0.1:{self.port}", "--db", "f.db"]
        command += ["--admin", f"127.0.0.1:{self.admin}", "--webhooks", "webhooks.toml"]
        env = {name: text for name, text in os.environ.items() if not name.startswith("OTEL_")}
        endpoint = f"http://127.0.0.1:{self.collector.port}"
        if by_environment:
            env |= {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "fugong-500114"}
        else:
            command += ["--otlp-endpoint", endpoint]
        log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=env, stdout=subprocess.DEVNULL, stderr=log
        )
        waited("fugong", lambda: self.ask("/livez")[0] == 200)

    def stop(self):
        """As a service is stopped; what it wrote to its log."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        self.process = None
        return (self.folder / "log").read_text()

    def ask(self, path, body=None, key=None, traceparent=None):
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data)
        asked.add_header("Authorization", f"Bearer dev:{ACTOR}:eic:commission")
        if key:
            asked.add_header("Idempotency-Key", key)
            asked.add_header("Content-Type", "application/json")
        if traceparent:
            asked.add_header("traceparent", traceparent)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as problem:
            return problem.code, json.load(problem)

    def enrol(self, n, traceparent=None):
        officer = {"id": n, "name": NAME, "unit": "500114106", "phone": WORDS}
        status, receipt = self.ask("/v1/officers", officer, f"enrol-{n}", traceparent)
        assert status == 201, receipt
        return receipt

    def figure(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        found = [float(line.split()[-1]) for line in lines if line.startswith(name)]
        return sum(found)


def check_request(collector, receipt):
    """One act over HTTP: the request in the trace of the caller, and the act in the request."""
    told = waited("both spans", lambda: len(told := collector.of_trace(TRACE)) == 2 and told)
    (served,) = [span for span in told if span.kind == Span.SPAN_KIND_SERVER]
    (command,) = [span for span in told if span.kind == Span.SPAN_KIND_INTERNAL]
    assert (served.name, served.parent_span_id.hex()) == ("enrol_officer", PARENT), served
    said = attributes(served)
    assert said["http.request.method"] == "POST" and said["http.route"] == "/v1/officers", said
    assert said["http.response.status_code"] == 201 and said["fugong.log"] == "500114", said
    assert said["user.roles"] == ["commission"] and "error.type" not in said, said
    assert command.name == "command enrol_officer" and command.parent_span_id == served.span_id
    said = attributes(command)
    assert said["fugong.command"] == "enrol_officer" and said["fugong.log"] == "500114", said
    assert said["fugong.position"] == int(receipt["position"]), (said, receipt)
    assert said["fugong.outcome"] == "recorded", said
    assert 0 < command.end_time_unix_nano - command.start_time_unix_nano
    assert served.start_time_unix_nano <= command.start_time_unix_nano
    assert command.end_time_unix_nano <= served.end_time_unix_nano


def check_refused(collector, problem):
    """What was refused is no fault of the program; its trace is the one that the problem names."""
    (served,) = waited("the refusal", lambda: collector.of_trace(problem["trace_id"]))
    said = attributes(served)
    assert said["http.response.status_code"] == 404 and said["error.type"] == problem["code"], said
    assert served.name == "read_officer" and said["http.route"] == "/v1/officers/{id}", served
    assert served.status.code == Status.STATUS_CODE_UNSET, served


def check_delivery(collector, receipt):
    sent = waited("the delivery", lambda: collector.named("deliver_webhook"))
    said = attributes(sent[0])
    assert sent[0].kind == Span.SPAN_KIND_CLIENT and said["http.request.method"] == "POST", sent
    assert said["fugong.webhook"] == "platform" and said["server.address"] == "127.0.0.1", said
    assert said["fugong.position"] == int(receipt["position"]), said
    assert said["fugong.event_type"] == "officer-enrolled" and said["http.response.status_code"] == 200
    # The receiver was told in which trace he is.
    version, trace, span, flags = collector.hooks[0].split("-")
    assert (trace, span) == (sent[0].trace_id.hex(), sent[0].span_id.hex()), collector.hooks


def check_away(collector, fugong):
    """The collector goes: nobody notices but whoever looks at the figures or the log, once."""
    collector.stop()
    slowest = 0.0
    for n in range(40):
        began = time.monotonic()
        fugong.enrol(f"away-{n}")
        slowest = max(slowest, time.monotonic() - began)
    lost = 'fugong_telemetry_spans_total{fate="lost"}'
    waited("a loss that is counted", lambda: fugong.figure(lost) >= 80)
    assert fugong.figure("fugong_telemetry_failing") == 1
    collector.start()
    before = len(collector.spans)
    fugong.enrol("back")
    waited("spans once it is back", lambda: len(collector.spans) > before)
    waited("that it is said", lambda: fugong.figure("fugong_telemetry_failing") == 0)
    return slowest


def main(program):
    collector = Collector()
    with tempfile.TemporaryDirectory() as folder:
        fugong = Fugong(Path(program).resolve(), Path(folder), collector)
        try:
            collector.start()
            fugong.start()
            receipt = fugong.enrol("first", CALLER)
            check_request(collector, receipt)
            status, problem = fugong.ask("/v1/officers/nobody")
            assert status == 404, problem
            check_refused(collector, problem)
            check_delivery(collector, receipt)
            slowest = check_away(collector, fugong)
            # What was done just before a stop is told all the same.
            last = "11" * 16
            fugong.enrol("last", f"00-{last}-{PARENT}-01")
            # A caller that does not want to be told of is not.
            unsampled = "22" * 16
            fugong.enrol("unsampled", f"00-{unsampled}-{PARENT}-00")
            log = fugong.stop()
            assert len(collector.of_trace(last)) == 2, "what waited when it was stopped is lost"
            assert not collector.of_trace(unsampled)
            assert log.count("spans are lost") == 1 and log.count("takes spans again") == 1, log
            assert collector.resources[0]["service.name"] == "fugong", collector.resources[0]
            # The same where the environment names the collector.
            collector.resources.clear()
            fugong.start(by_environment=True)
            fugong.enrol("by-environment")
            fugong.stop()
            assert collector.resources[-1]["service.name"] == "fugong-500114", collector.resources
            for word in (ACTOR, NAME, WORDS):
                assert word.encode() not in collector.raw, f"{word} was told"
            print(f"{len(collector.spans)} spans; the slowest act without a collector took {slowest:.3f} s")
        finally:
            if fugong.process:
                fugong.process.kill()
                fugong.process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
