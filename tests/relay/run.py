"""A real nats-server and the real binary, both killed and started again: the stream then holds every
event of the feed, in its order, none twice.

    python3 run.py FUGONG

FUGONG is the program, built with the feature `nats`. Needs nats-server 2.2 or later. The protocol of
NATS is spoken here without a library, so that who reads is not who wrote.
"""

import base64
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

STREAM, SUBJECT = "FUGONG", "fugong.500114"
WHO = "Bearer dev:zhang:eic:commission"
ROUNDS = 4


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


class Nats:
    """A server of its own, and questions to it."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None

    def start(self):
        command = ["nats-server", "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.folder)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        waited("nats-server", lambda: self.ask("$JS.API.INFO"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, subject, said=None):
        """The answer to a question, as JSON."""
        body = b"" if said is None else json.dumps(said).encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as wire:
            lines = wire.makefile("rb")
            lines.readline()
            wire.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB answer 1\r\n')
            wire.sendall(f"PUB {subject} answer {len(body)}\r\n".encode() + body + b"\r\n")
            while head := lines.readline():
                if head.startswith(b"PING"):
                    wire.sendall(b"PONG\r\n")
                elif head.startswith(b"MSG"):
                    return json.loads(lines.read(int(head.split()[-1])))
        raise ConnectionError("no answer")

    def create_stream(self):
        config = {"name": STREAM, "subjects": [f"{SUBJECT}.>"], "storage": "file"}
        came = self.ask(f"$JS.API.STREAM.CREATE.{STREAM}", config)
        assert "error" not in came, came

    def last(self):
        return self.ask(f"$JS.API.STREAM.INFO.{STREAM}")["state"]["last_seq"]

    def message(self, sequence):
        came = self.ask(f"$JS.API.STREAM.MSG.GET.{STREAM}", {"seq": sequence})["message"]
        headers = base64.b64decode(came["hdrs"]).decode()
        msg_id = re.search(r"(?im)^nats-msg-id: *(\S+)", headers)[1]
        return came["subject"], msg_id, json.loads(base64.b64decode(came["data"]))


class Fugong:
    """The server of the API."""

    def __init__(self, program, folder, nats):
        self.program, self.folder, self.port, self.process = program, folder, free_port(), None
        settings = folder / "nats.toml"
        settings.write_text(
            f'servers = ["nats://127.0.0.1:{nats.port}"]\nstream = "{STREAM}"\n'
            'as = "robot:eic:integrator"\nafter = 0\n'
        )

    def start(self):
        command = [self.program, "serve", "--dev", "--listen", f"127.0.0.1:{self.port}"]
        command += ["--db", "f.db", "--nats", "nats.toml"]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        waited("fugong", lambda: self.ask("/v1/districts"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, path, body=None, key=None):
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data)
        asked.add_header("Authorization", WHO)
        if key:
            asked.add_header("Idempotency-Key", key)
            asked.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)

    def enrol(self, name):
        officer = {"id": name, "name": "李某（虚构）", "unit": "500114106"}
        self.ask("/v1/officers", officer, f"enrol-{name}")

    def feed(self):
        events, after = [], "0"
        while True:
            page = self.ask(f"/v1/events?limit=200&after={after}")
            events += page["items"]
            after = page["next_after"]
            if not page["more"]:
                return events


def handed_on(nats, fugong):
    """Waits until the stream has the last event of the feed, and compares."""
    events = fugong.feed()
    waited("the relay", lambda: nats.last() >= len(events))
    told = [nats.message(sequence) for sequence in range(1, nats.last() + 1)]
    wanted = [(f"{SUBJECT}.{event['event_type']}", f"500114-{event['position']}") for event in events]
    assert [(subject, msg_id) for subject, msg_id, _ in told] == wanted
    for event, (_, _, cloud) in zip(events, told):
        assert (cloud["id"], cloud["data"]["leaf_hash"]) == (event["event_id"], event["leaf_hash"])
        assert "李某" not in json.dumps(cloud, ensure_ascii=False), "words about persons stay here"
    return len(events)


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        nats = Nats(folder / "jetstream")
        fugong = Fugong(Path(program).resolve(), folder, nats)
        try:
            nats.start()
            nats.create_stream()
            fugong.start()
            for number in range(ROUNDS):
                for n in range(20):
                    fugong.enrol(f"on-{number}-{n}")
                # While it hands on: one of them goes, then the other.
                nats.kill()
                for n in range(20):
                    fugong.enrol(f"off-{number}-{n}")
                if number % 2:
                    fugong.kill()
                    nats.start()
                    fugong.start()
                else:
                    nats.start()
                    fugong.enrol(f"back-{number}")
                    fugong.kill()
                    fugong.start()
            print(handed_on(nats, fugong), "events, each once and in order")
        finally:
            for one in (fugong, nats):
                if one.process:
                    one.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
