"""sqlmap and wapiti against a running platform: `python tests/attack BINARY`. Ends with 1 when something weighty was found.

sqlmap tries every free text of the OpenAPI documents, as a guest, as a tenant's administrator and as the platform's; wapiti goes
through the pages in both languages, as a guest, as staff, as an administrator and as somebody who runs the platform. Both must find
the holes of a decoy first.
"""

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl, quote

import contract
import decoy
import explained
import injection
import node as nodes
import pages
from samples import Samples

LABEL = "nakhla"
# What ends the session that attacks, or takes away the place of who attacks; what guests see; and the forms of the blank order in
# a `<template>`, which lead nowhere before a script fills them in.
NEVER = ("/auth/*", "/admin/users/*/disable", "/admin/users/*/role")
NEVER_OF_PLATFORM = ("/auth/*", "/static/*")
FOR_GUESTS = ("/ar/*", "/en/*", "/static/*", "/weave/*", "/brand*")
BLANK = ("/admin/inbox/claim", "/admin/inbox/resolve", "/admin/inbox/reveal", "/admin/inbox/confirm-transfer")
# A visit of fewer pages and forms got in nowhere.
FEWEST = 8


def say(text):
    print(text, flush=True)


def tools_work(folder):
    """Both tools find what is there to be found."""
    with decoy.standing() as address:
        hole = contract.Operation("the decoy", "GET", "", "/pages/?q=word*", None, marks=1)
        if not injection.attack(hole, address, address, {}, folder, dbms="SQLite").findings:
            raise RuntimeError("sqlmap does not find the injection of the decoy: it would find none of ours")
        blind = contract.Operation("the decoy, blind", "GET", "", "/pages/blind?q=word*", None, marks=1)
        if not injection.attack(blind, address, address, {}, folder, dbms="SQLite").findings:
            raise RuntimeError("sqlmap does not make the decoy's database speak: it would take our holes for guesses")
        search = contract.Operation("the decoy's search", "GET", "", "/pages/search?q=word*", None, marks=1)
        if injection.attack(search, address, address, {}, folder, dbms="SQLite").findings:
            raise RuntimeError("sqlmap takes a search that touches no database for a hole")
        visit = pages.Visit("the decoy", "", f"{address}/pages/", "folder", {})
        seen = pages.attack(visit, address, folder, modules="sql,xss", depth=2)
        kinds = {finding.kind for finding in seen.heavy()}
        if not {"SQL Injection", "Reflected Cross Site Scripting"} <= kinds:
            raise RuntimeError(f"wapiti does not find the holes of the decoy, but {kinds}")
    say("both tools find the holes of the decoy")


def operations(node, samples):
    """Everything that takes free text: what both documents say, and what they do not speak of."""
    for label in (LABEL, "platform"):
        document = node.json("GET", label, "/api/v1/openapi.json")

        def caller(path, label=label):
            if label == "platform":
                return "root@platform"
            return "admin@nakhla" if path.startswith(("/api/v1/admin", "/api/v1/me")) else None

        yield from contract.operations(document, label, caller, samples)
    yield from samples.beyond()


def inject(node, folder):
    """sqlmap over all of them; answers texts tried and findings."""
    samples, tried, findings, guesses = Samples(node), 0, [], []
    for operation in operations(node, samples):
        who = {"Authorization": f"Bearer {node.token(operation.username)}"} if operation.username else {}
        status = injection.good(operation, node, who)
        if status >= 400 and not samples.may_be_refused(operation.name):
            raise RuntimeError(f"{operation.name}: {status} before any attack; say in tests/attack/samples.py what is good")
        result = injection.attack(operation, node.address, node.origin(operation.label), who, folder)
        held = f", {result.too_often} requests told to wait" if result.too_often else ""
        say(f"sqlmap  {operation.name}: {status}, {operation.marks} texts, {len(result.findings)} findings{held}")
        tried += operation.marks
        findings += result.findings
        guesses += result.guesses
    for guess in guesses:
        say(f"sqlmap  only a guess, the database said nothing: {guess}")
    for name, why in samples.left_out.items():
        say(f"sqlmap  {name} left out: {why}")
    return tried, findings


def visits(node):
    """Who walks through the pages, and where: each pair at the same time. Those who run the platform come last, for what they are
    led to switches tenants off."""
    origin, platform = node.origin(LABEL), node.origin("platform")
    never = tuple(origin + path for path in NEVER + FOR_GUESTS + BLANK)
    never_there = tuple(platform + path for path in NEVER_OF_PLATFORM)
    yield [pages.Visit(f"guest {lang}", LABEL, f"{origin}/{lang}/", "folder", {}) for lang in ("ar", "en")]
    for label, username, start, without in (
        (LABEL, "staff@nakhla", f"{origin}/admin/inbox", never),
        (LABEL, "admin@nakhla", f"{origin}/admin/inbox", never),
        ("platform", "root@platform", f"{platform}/", never_there),
    ):
        headers = [{"Cookie": node.sign_in(label, username), "Accept-Language": lang} for lang in ("ar", "en")]
        yield [
            pages.Visit(f"{username} {sent['Accept-Language']}", label, f"{start}?lang={sent['Accept-Language']}", "domain", sent, without)
            for sent in headers
        ]


def guessed_right(finding, visit, node, folder):
    """Whether sqlmap makes the database speak where wapiti guesses that one could."""
    line, _, rest = finding.request.partition("\n")
    method, target = line.split(" ")[:2]
    body = rest.split("\n\n", 1)[1].strip() if "\n\n" in rest else ""
    path, _, query = target.partition("?")
    marked = {}
    for place, text in (("query", query), ("body", body)):
        pairs = parse_qsl(text, keep_blank_values=True)
        marked[place] = "&".join(
            f"{quote(name, safe='')}=" + ("word*" if name == finding.parameter else quote(value, safe=""))
            for name, value in pairs
        )
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    asked = contract.Operation(
        f"{finding.who}: {method} {path}", method, visit.label, path + (f"?{marked['query']}" if query else ""), None,
        {**visit.headers, **kind}, marked["body"] or None, sum(text.count("*") for text in marked.values()),
    )
    if not asked.marks:
        raise RuntimeError(f"nothing to look at again in: {finding}")
    return injection.attack(asked, node.address, node.origin(visit.label), {}, folder).findings


def look(visit, node, folder):
    """One visit, in a folder of its own."""
    folder = Path(folder) / visit.name.replace(" ", "-")
    folder.mkdir()
    seen = pages.attack(visit, node.address, folder, pages.MODULES + (",csrf" if "Cookie" in visit.headers else ""))
    heavy = seen.heavy()
    for finding in seen.findings:
        why = explained.why(finding)
        if why is None and finding in heavy and finding.is_guess() and not guessed_right(finding, visit, node, folder):
            why = "a guess: sqlmap, asked about the same request, finds nothing"
        if why is not None:
            finding.weight, finding.info = 0, f"{finding.info} ({why})"
    return seen


def walk(node, folder):
    """wapiti over the pages, two visits at a time; answers what it saw, a visit each."""
    for pair in visits(node):
        began = time.monotonic()
        with ThreadPoolExecutor(len(pair)) as pool:
            together = list(pool.map(lambda visit: look(visit, node, folder), pair))
        minutes = (time.monotonic() - began) / 60
        for seen in together:
            light = len(seen.findings) - len(seen.heavy())
            say(f"wapiti  {seen.name}: {seen.pages} pages and forms, {len(seen.heavy())} weighty, {light} light findings, {minutes:.1f} min")
            for line in seen.cut_short:
                say(f"wapiti  {seen.name}: {line}")
            if seen.pages < FEWEST:
                raise RuntimeError(f"{seen.name}: wapiti came to {seen.pages} pages alone")
        yield from together


def main(binary):
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sadu-attack-") as folder:
        tools_work(folder)
        with nodes.running(binary) as node:
            tried, findings = inject(node, folder)
            by_sqlmap, _ = node.count()
            seen = list(walk(node, folder))
            requests, failures = node.count()
    say(f"\nsqlmap: {tried} free texts, {by_sqlmap} requests, {len(findings)} findings")
    say(f"wapiti: {sum(s.pages for s in seen)} pages and forms of {len(seen)} visits, {requests - by_sqlmap} requests")
    heavy = [finding for s in seen for finding in s.heavy()]
    for finding in (finding for s in seen for finding in s.findings if finding not in heavy):
        say(f"  light   {finding}")
    findings += heavy
    if failures:
        findings.append(f"{failures} answers were failures of the server's own (5xx)")
    for finding in findings:
        say(f"  WEIGHTY {finding}")
    say(f"{len(findings)} findings of medium or high weight, {(time.monotonic() - began) / 60:.0f} minutes")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
