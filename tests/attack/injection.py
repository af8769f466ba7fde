"""sqlmap against one operation: every technique that it has, at level 1, in every marked text."""

import json
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from contract import MARK
from renew import renewed

SQLMAP = str(Path(sys.executable).with_name("sqlmap"))
TIMEOUT = 1800
"""Seconds for one operation."""

BANNERS = {"PostgreSQL": r"PostgreSQL \d", "SQLite": r"\d+\.\d+\.\d+"}
TRIED = re.compile(r"parameter '.*' does not seem to be injectable")
TOO_OFTEN = re.compile(r"\b429 \(.*?\) - (\d+) times")

# sqlmap wants a file of its own in a folder of its own.
PREPROCESS = f"import sys\nsys.path.append({str(Path(__file__).resolve().parent)!r})\nfrom renew import preprocess\n"


def good(operation, node, headers):
    """The request as it is before it is attacked: its status. Where it is refused, a text in it may never be read."""
    path, body = operation.plain()
    key = {"Idempotency-Key": uuid.uuid4().hex}
    sent = {name: value.replace(MARK, "") for name, value in operation.headers.items()}
    kind = {"Content-Type": "application/json"} if body is not None else {}
    body = body and renewed(body, lambda: node.json("GET", operation.label, path, headers=headers))
    return node.ask(operation.method, operation.label, path, body, {**key, **kind, **headers, **sent})[0]


@dataclass
class Tried:
    """What sqlmap did: where it got in, where answers only differ as if it could, and how often it was told to wait."""

    findings: list[str]
    guesses: list[str]
    too_often: int


def attack(operation, address, origin, headers, folder, dbms="PostgreSQL"):
    """Runs it; fails when sqlmap did not try every mark to the end, for then its silence says nothing."""
    folder = Path(folder)
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = request(operation, address, origin, headers, folder, dbms)
    said = run([*command, "--flush-session", f"--report-json={report}"])
    points = found(json.loads(report.read_text())) if report.exists() else []
    if len(TRIED.findall(said)) + len(points) < operation.marks:
        raise RuntimeError(f"{operation.name}: not all of {operation.marks} texts were tried:\n{said[-3000:]}")
    too_often = sum(int(times) for times in TOO_OFTEN.findall(said))
    lines = [f"{operation.name}: {place}: {'; '.join(titles)}" for place, titles in points]
    blind = all("boolean-based blind" in title for _, titles in points for title in titles)
    if points and blind and not speaks(run([*command, "--technique=B", "--banner"]), dbms):
        # A search that finds other things for other words looks like this. A database would have said its name.
        return Tried([], lines, too_often)
    return Tried(lines, [], too_often)


def request(operation, address, origin, headers, folder, dbms):
    """The command that says whom to ask and what, and where the marks are."""
    fresh = folder / "preprocess"
    fresh.mkdir(exist_ok=True)
    (fresh / "__init__.py").touch()
    (fresh / "before.py").write_text(PREPROCESS)
    command = [
        SQLMAP, "--batch", "--disable-coloring", "--level=1", "--risk=1", f"--dbms={dbms}", "--ignore-code=*", "--skip-waf",
        "--drop-set-cookie", "--timeout=30", "--retries=1", f"--proxy={address}", f"--output-dir={folder / 'sessions'}",
        f"--preprocess={fresh / 'before.py'}", f"--method={operation.method}", "-u", origin + operation.path,
    ]
    for name, value in {**headers, **operation.headers}.items():
        command += ["-H", f"{name}: {value}"]
    if operation.body is not None:
        command += [f"--data={operation.body}"]
        if "Content-Type" not in operation.headers:
            command += ["-H", "Content-Type: application/json"]
    return command


def run(command):
    ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL, check=False)
    return ran.stdout + ran.stderr


def speaks(said, dbms):
    """Whether the database said its version: a guess gives none, or no such one."""
    banner = re.search(r"^banner: '([^']*)'", said, re.MULTILINE)
    return banner is not None and re.match(BANNERS[dbms], banner[1]) is not None


def found(report):
    """Injection points of a report: where, and by which techniques."""
    points = []
    for entry in report.get("data", []):
        values = entry.get("value") if isinstance(entry.get("value"), list) else []
        for value in values:
            if isinstance(value, dict) and "parameter" in value:
                data = value.get("data") or []
                entries = data.values() if isinstance(data, dict) else data
                points.append((value["parameter"], [each.get("title", "?") for each in entries if isinstance(each, dict)]))
    return points
