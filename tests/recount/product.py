"""The product's side: what it exports, and what it shows for a day."""

import http.client
import json
import socket
import subprocess
import time

# Sees the whole district, and of persons only whether there is something to see.
READER = "Bearer dev:recount:eic:reporter"
HIDDEN = {"hidden": True}


def run(fugong, *words):
    """What a command prints; a command that fails fails the recount."""
    done = subprocess.run([str(fugong), *map(str, words)], capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"fugong {' '.join(map(str, words))}: {done.stderr.decode()}")
    return done.stdout.decode()


def exported(fugong, database):
    """Every event, in order."""
    lines = run(fugong, "export", "events", "--db", database).splitlines()
    return [json.loads(line) for line in lines]


def shown(value):
    """A value as the reader is shown it: what is sealed is hidden."""
    if isinstance(value, dict):
        sealed = set(value) == {"subject", "sealed", "commitment"}
        return HIDDEN if sealed else {name: shown(inner) for name, inner in value.items()}
    return [shown(inner) for inner in value] if isinstance(value, list) else value


class Server:
    """The product, serving a database as long as it is needed."""

    def __init__(self, fugong, database):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [str(fugong), "serve", "--dev", "--listen", f"127.0.0.1:{self.port}",
             "--db", str(database)], stdout=subprocess.DEVNULL)

    def __enter__(self):
        give_up = time.monotonic() + 60
        while True:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self.line.request("GET", "/readyz")
                if self.line.getresponse().read() and self.process.poll() is None:
                    return self
            except OSError:
                pass
            self.line.close()
            if self.process.poll() is not None or give_up < time.monotonic():
                self.__exit__()
                raise RuntimeError("the product does not serve")
            time.sleep(0.02)

    def __exit__(self, *_):
        self.line.close()
        self.process.kill()
        self.process.wait()

    def rows(self, register, query):
        """Every row of a register; `query` says for which day."""
        path = f"/v1/registers/{register}/rows?{query}"
        headers = {"Authorization": READER, "Accept": "application/x-ndjson"}
        self.line.request("GET", path, headers=headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text}")
        return [json.loads(line) for line in text.splitlines()]
