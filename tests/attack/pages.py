"""wapiti over the pages of one visitor: it follows links and forms and attacks what it finds."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

WAPITI = str(Path(sys.executable).with_name("wapiti"))
MODULES = (
    "backup,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,permanentxss,redirect,sql,timesql,upload,xss"
)
"""What applies to a server of ours: no PHP, no CMS, no LDAP, no XML, and nothing that needs a server elsewhere."""
WEIGHTY = 2
"""Medium, in wapiti's count of low 1, medium 2, high 3, critical 4."""
LONGEST = 45
"""Seconds for following links, and for each kind of attack: a visit takes some eight minutes at most."""
CUT_SHORT = re.compile(r"Max (?:attack|scan) time was reached[^\n]*")


@dataclass
class Finding:
    """One thing that wapiti says, and the request that it says it of."""

    who: str
    kind: str
    weight: int
    parameter: str
    info: str
    request: str

    def __str__(self):
        return f"{self.who}: {self.kind}: {self.request.splitlines()[0]} {self.parameter}: {self.info}"

    def is_guess(self):
        """SQL injection that no error of a database gave away: two pages differed where they would if there were one. So do two
        answers of a search."""
        return self.kind == "SQL Injection" and "DBMS" not in self.info


@dataclass
class Seen:
    """What wapiti looked at and what it says, and the attacks that ran out of time."""

    name: str
    pages: int
    findings: list[Finding]
    cut_short: list[str] = field(default_factory=list)

    def heavy(self):
        return [finding for finding in self.findings if finding.weight >= WEIGHTY]


@dataclass
class Visit:
    """Who goes where: the label of the host, the first page, how far from it (wapiti's scope), headers, addresses never to be asked."""

    name: str
    label: str
    start: str
    scope: str
    headers: dict[str, str]
    without: tuple[str, ...] = ()


def attack(visit, address, folder, modules=MODULES, depth=4):
    """Runs it over one visit."""
    folder = Path(folder)
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = [
        WAPITI, "--url", visit.start, "--proxy", address, "--module", modules, "--scope", visit.scope,
        "--depth", str(depth), "--level", "1", "--max-files-per-dir", "12", "--max-links-per-page", "60", "--tasks", "2",
        "--max-scan-time", str(LONGEST), "--max-attack-time", str(LONGEST), "--flush-session", "--no-bugreport",
        "--store-session", str(folder / "sessions"), "--store-config", str(folder / "config"),
        "--format", "json", "--output", str(report), "--verbose", "1",
        # As the browser of somebody who came from our own page.
        "--header", "Sec-Fetch-Site: same-origin",
    ]
    for header, value in visit.headers.items():
        command += ["--header", f"{header}: {value}"]
    for left_out in visit.without:
        command += ["--exclude", left_out]
    ran = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if not report.exists():
        raise RuntimeError(f"wapiti ended without a report:\n{(ran.stdout + ran.stderr)[-3000:]}")
    seen = read(visit.name, json.loads(report.read_text()))
    seen.cut_short = sorted(set(CUT_SHORT.findall(ran.stdout + ran.stderr)))
    return seen


def read(name, report):
    """A report. What it calls an anomaly (500, no answer) is as weighty as a hole: the tests allow neither."""
    findings = []
    for part in ("vulnerabilities", "anomalies"):
        for kind, entries in report[part].items():
            for entry in entries:
                weight = entry["level"] if part == "vulnerabilities" else WEIGHTY
                parameter, request = entry["parameter"] or "", entry["http_request"].strip()
                findings.append(Finding(name, kind, weight, parameter, entry["info"], request))
    return Seen(name, report["infos"]["crawled_pages_nbr"], findings)
