"""A whole platform of its own: `sadu dev` with a fresh state folder, on free ports; and ways to be somebody there."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PATIENCE = 180
"""Seconds that a first start may take: it makes a database and writes the demo data."""


class Node:
    """A running platform. It knows its own hosts alone, so every request names one."""

    def __init__(self, port, operations):
        self.port = port
        self.operations = operations

    @property
    def address(self):
        """Where it listens. Tools take it for their proxy: names under `localhost` resolve in browsers alone, and a request
        to a proxy carries its whole address, which the server reads as it reads any other."""
        return f"http://127.0.0.1:{self.port}"

    def host(self, label):
        return f"{label}.localhost:{self.port}"

    def origin(self, label):
        return f"http://{self.host(label)}"

    def ask(self, method, label, path, body=None, headers=None):
        """One request; answers status, headers in lower case, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": self.host(label), **(headers or {})}
        connection.request(method, path, body and body.encode(), sent)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        got = [(name.lower(), value) for name, value in answer.getheaders()]
        connection.close()
        return answer.status, got, text

    def json(self, method, label, path, body=None, headers=None):
        """The same for JSON that must be answered well."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        body = None if body is None else json.dumps(body)
        status, _, text = self.ask(method, label, path, body, sent)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {label}{path}: {status} {text[:300]}")
        return json.loads(text) if text else None

    def token(self, username):
        """An access token of a demo account, good for a quarter of an hour."""
        form = {"grant_type": "password", "client_id": "sadu-dev", "username": username, "password": "demo"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, text = self.ask("POST", "id", "/token", urlencode(form), kind)
        if status != 200:
            raise RuntimeError(f"no token for {username}: {status} {text[:300]}")
        return json.loads(text)["access_token"]

    def sign_in(self, label, username):
        """Signs in as a person does, over every redirect; answers the session cookie."""
        cookies = {}

        def go(method, address, body=None):
            url = urlsplit(address)
            host = (url.hostname or f"{label}.localhost").removesuffix(".localhost")
            path = url.path + (f"?{url.query}" if url.query else "")
            headers = {"Cookie": "; ".join(f"{n}={v}" for (h, n), v in cookies.items() if h == host)}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            _, got, text = self.ask(method, host, path, body, headers)
            for name, value in got:
                if name == "set-cookie":
                    pair = value.split(";", 1)[0]
                    cookies[(host, pair.split("=", 1)[0])] = pair.split("=", 1)[1]
            to = next((value for name, value in got if name == "location"), None)
            if to is None:
                raise RuntimeError(f"signing in as {username} ended at {address}: {text[:300]}")
            return to

        provider = go("GET", f"{self.origin(label)}/auth/login")
        callback = go("POST", provider, urlencode({"username": username, "password": "demo"}))
        finish = go("GET", callback)
        go("GET", finish)
        return f"__Host-sid={cookies[(label, '__Host-sid')]}"

    def proof(self, label, page, headers):
        """The token that proves to be of this session's own pages."""
        _, _, text = self.ask("GET", label, page, headers=headers)
        found = re.search(r'name="csrf" value="([^"]+)"', text)
        if found is None:
            raise RuntimeError(f"no form on {label}{page}: {text[:300]}")
        return found[1]

    def count(self):
        """Requests answered so far, and those of them that were failures of the server's own, by its own figures."""
        connection = http.client.HTTPConnection("127.0.0.1", self.operations, timeout=60)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        found = re.findall(r'^http_seconds_count\{([^}]*)\} (\d+)', text, re.MULTILINE)
        failures = sum(int(n) for labels, n in found if 'status="5xx"' in labels)
        return sum(int(n) for _, n in found), failures


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(binary):
    """A node, ended and swept away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sadu-attack-"))
    node = Node(free_port(), free_port())
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    settings = {"PORT": str(node.port), "OPS_PORT": str(node.operations), "SADU_STATE_DIR": str(folder / "state")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([binary, "dev"], stdout=log, stderr=log, env={**clean, **settings})
    try:
        wait(node, process, folder / "log")
        yield node
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # As root the database lives elsewhere, with a link in its place.
        shutil.rmtree((folder / "state" / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def wait(node, process, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            if node.ask("GET", "nakhla", "/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"sadu dev did not start:\n{log.read_text(errors='replace')[-2000:]}")
