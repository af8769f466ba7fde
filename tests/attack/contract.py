"""What the OpenAPI documents offer to whoever writes text: each operation with a good request, and a mark at every free text."""

import copy
import json
import uuid
from dataclasses import dataclass, field
from urllib.parse import quote

MARK = "*"
"""Where sqlmap writes its payloads."""
FRESH = "0fresh0"
"""Another word in every request: what may be there once alone is not refused the second time."""
REVISION = 777_000_777
"""The revision that what is changed has by now: read before every request, or every change but the first would come too late."""


@dataclass
class Operation:
    """One request of one caller, with free texts marked."""

    name: str
    method: str
    label: str
    path: str
    username: str | None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    marks: int = 0

    def plain(self):
        """Path and body of the good request, once."""
        once = uuid.uuid4().hex[:12]
        clean = (None if text is None else text.replace(MARK, "").replace(FRESH, once) for text in (self.path, self.body))
        return tuple(clean)


def operations(document, label, caller, samples):
    """Every operation of `document` that takes free text, as `caller(path)` sends it."""
    for path, item in sorted(document["paths"].items()):
        for method, declared in sorted(item.items()):
            name = f"{method.upper()} {path}"
            if name not in samples.left_out:
                yield from of_operation(Operation(name, method.upper(), label, path, caller(path)), declared, samples)


def of_operation(sent, declared, samples):
    parameters = [p for p in declared.get("parameters", []) if is_text(p.get("schema", {}))]
    path = sent.path
    for parameter in declared.get("parameters", []):
        if parameter["in"] == "path":
            text = parameter in parameters
            value = quote(str(samples.value(sent.name, parameter["name"])), safe="") + MARK * text
            path = path.replace("{" + parameter["name"] + "}", value)
            sent.marks += text
    sent.path = path
    if "requestBody" in declared:
        marked, count = mark(samples.body(sent.name))
        sent.body = json.dumps(marked, ensure_ascii=False)
        sent.marks += count
    # Parameters that get along go together; one of the others by itself, or its value spoils every request.
    together = []
    for parameter in (p for p in parameters if p["in"] == "query"):
        value = samples.value(sent.name, parameter["name"])
        if parameter["name"] in samples.alone:
            yield with_query(sent, [(parameter["name"], value)], alone=parameter["name"])
        else:
            together.append((parameter["name"], value))
    if together:
        yield with_query(sent, together)
    elif sent.marks:
        yield sent
    for parameter in (p for p in parameters if p["in"] == "header"):
        yield with_header(sent, parameter["name"])


def unmarked(sent, what):
    """The same request with nothing marked, to have one thing marked by itself."""
    bare = copy.deepcopy(sent)
    bare.name = f"{sent.name} ({what})"
    bare.path = sent.path.replace(MARK, "")
    bare.body = None if sent.body is None else sent.body.replace(MARK, "")
    bare.marks = 0
    return bare


def with_query(sent, pairs, alone=None):
    asked = copy.deepcopy(sent) if alone is None else unmarked(sent, alone)
    asked.path += "?" + "&".join(f"{name}={quote(str(value), safe='')}{MARK}" for name, value in pairs)
    asked.marks += len(pairs)
    return asked


def with_header(sent, header):
    alone = unmarked(sent, header)
    alone.headers[header] = uuid.uuid4().hex + MARK
    alone.marks = 1
    return alone


def is_text(schema):
    """A text that a caller is free in: no number, no id, none of a few words."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return "string" in kinds and "enum" not in schema and schema.get("format") != "uuid"


def mark(value):
    """Every text of a body with a mark behind it, and how many there are. A text's own stars would be marks too."""
    match value:
        case str():
            return value.replace(MARK, "") + MARK, 1
        case list():
            pairs = [mark(each) for each in value]
            return [each for each, _ in pairs], sum(count for _, count in pairs)
        case dict():
            pairs = {name: mark(each) for name, each in value.items()}
            return {name: each for name, (each, _) in pairs.items()}, sum(count for _, count in pairs.values())
    return value, 0
