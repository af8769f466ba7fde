"""sqlmap and wapiti against a running platform: `python tests/attack BINARY`. Ends with 1 when something weighty was found.

sqlmap tries every free text of the OpenAPI documents, as a guest, as staff's administrator and as the platform's; wapiti goes
through the pages in both languages, as a guest, as staff and as an administrator. Both must find the holes of a decoy first.
"""

import sys
import tempfile
from urllib.parse import parse_qsl, quote

import contract
import decoy
import injection
import node as nodes
import pages
from samples import Samples

LABEL = "nakhla"
# What ends the session that attacks, or takes away the place of who attacks; what guests see; and the forms of the blank order in
# a `<template>`, which lead nowhere before a script fills them in.
NEVER = ("/auth/*", "/admin/users/*/disable", "/admin/users/*/role")
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
        visit = pages.Visit("the decoy", f"{address}/pages/", "folder", {})
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
        say(f"sqlmap  {operation.name}: {status}, {operation.marks} texts, {len(result.findings)} findings")
        tried += operation.marks
        findings += result.findings
        guesses += result.guesses
    for guess in guesses:
        say(f"sqlmap  only a guess, the database said nothing: {guess}")
    for name, why in samples.left_out.items():
        say(f"sqlmap  {name} left out: {why}")
    return tried, findings


def visits(node):
    """Who walks through the pages, and where."""
    origin = node.origin(LABEL)
    never = tuple(origin + path for path in NEVER + FOR_GUESTS + BLANK)
    for lang in ("ar", "en"):
        yield pages.Visit(f"guest {lang}", f"{origin}/{lang}/", "folder", {})
    for username in ("staff@nakhla", "admin@nakhla"):
        for lang in ("ar", "en"):
            headers = {"Cookie": node.sign_in(LABEL, username), "Accept-Language": lang}
            yield pages.Visit(f"{username} {lang}", f"{origin}/admin/inbox?lang={lang}", "domain", headers, never)


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
        f"{finding.who}: {method} {path}", method, LABEL, path + (f"?{marked['query']}" if query else ""), None,
        {**visit.headers, **kind}, marked["body"] or None, sum(text.count("*") for text in marked.values()),
    )
    if not asked.marks:
        raise RuntimeError(f"nothing to look at again in: {finding}")
    return injection.attack(asked, node.address, node.origin(LABEL), {}, folder).findings


def walk(node, folder):
    """wapiti over the pages; answers what it saw, a visit each."""
    for visit in visits(node):
        modules = pages.MODULES + (",csrf" if "Cookie" in visit.headers else "")
        seen = pages.attack(visit, node.address, folder, modules)
        for finding in seen.heavy():
            if finding.is_guess() and not guessed_right(finding, visit, node, folder):
                finding.weight = 0
                finding.info += " (a guess: sqlmap, asked about the same request, finds nothing)"
        light = len(seen.findings) - len(seen.heavy())
        say(f"wapiti  {visit.name}: {seen.pages} pages and forms, {len(seen.heavy())} weighty, {light} light findings")
        for line in seen.cut_short:
            say(f"wapiti  {visit.name}: {line}")
        if seen.pages < FEWEST:
            raise RuntimeError(f"{visit.name}: wapiti came to {seen.pages} pages alone")
        yield seen


def main(binary):
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
    say(f"{len(findings)} findings of medium or high weight")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
