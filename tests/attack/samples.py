"""Good requests: what ids and parameters stand for, and a body for every write. A new write with a body gets its row in `BODIES`.

A text is attacked only where the rest of the request is good, or it is never read: every request is tried before it is attacked.
"""

import hashlib
import uuid
from datetime import date
from urllib.parse import quote

from contract import FRESH, REVISION, Operation

ITEM = "general"
TODAY = date.today().isoformat()
DONOR = {"name": "Huda Salem", "phone": "+96550000123", "email": "huda@example.com", "anonymous": False}
ORDER = {
    "kind": "donation",
    "items": [{"item": ITEM, "amount": 5000}],
    "donor": DONOR,
    "payment_method": "transfer",
    "lang": "en",
    "note": "After Friday",
    "gift": {"to": "Sara", "message": "Eid Mubarak"},
    "utm": {"source": "mail", "medium": "newsletter", "campaign": "ramadan", "content": "top", "term": "wells"},
}
DRAFT = {
    "kind": "fund",
    "slug": f"wells-{FRESH}",
    "title": {"ar": "آبار", "en": "Wells"},
    "summary": {"ar": "ماء", "en": "Water"},
    "story": {"ar": "قصة", "en": "A story"},
    "unit": {"ar": "بئر", "en": "A well"},
    "tags": ["water"],
    "overfunding": "continue",
}
WHY = "Asked for by telephone"
PERSON = {"email": f"p{FRESH}@example.com", "name": "Somebody", "role": "staff"}
TENANT = {
    "slug": f"t{FRESH}", "name": {"ar": "متجر", "en": "A shop"}, "kind": "shop", "template": "empty",
    "first_admin_email": f"a{FRESH}@example.com", "first_admin_name": "Sara", "plan": "growth",
}
ROOM = {"items": 100_000, "staff": 10_000, "storage_bytes": 20_000_000_000, "ai_tokens": 2_000_000}
"""So much that no plan stands in the way of a text before it is read."""

BODIES = {
    "POST /api/v1/orders": ORDER,
    "POST /api/v1/admin/items": DRAFT,
    "PUT /api/v1/admin/items/{id}": {**DRAFT, "revision": REVISION, "reason": WHY},
    "POST /api/v1/admin/orders/{id}/confirm-transfer": {
        "amount": 1, "currency": "KWD", "received_on": TODAY, "bank_reference": f"BANK-{FRESH}",
    },
    "POST /api/v1/admin/orders/{id}/reveal": {"reason": WHY},
    "POST /api/v1/admin/users": PERSON,
    "POST /api/v1/admin/users/{id}/role": {"role": "staff"},
    "POST /api/v1/admin/domains": {"host": f"a{FRESH}.example.org"},
    "PUT /api/v1/admin/media/{id}": {"alt": {"ar": "بئر", "en": "A well"}, "position": 0},
    "POST /api/v1/platform/tenants": TENANT,
    "PUT /api/v1/platform/tenants/{id}/plan": {"plan": "growth"},
    "PUT /api/v1/platform/plans/{plan}": ROOM,
    "POST /api/v1/platform/tenants/{id}/suspend": {"reason": WHY, "collection_only": True},
    "POST /api/v1/platform/tenants/{id}/activate": {"reason": WHY},
    "POST /api/v1/platform/tenants/{id}/act-as": {"reason": WHY, "ticket": "T-1", "minutes": 5},
}

LEFT_OUT = {
    "GET /api/v1/live": "an answer without an end: nothing comes that could be compared",
}

READ_FIRST = ("PUT /api/v1/admin/settings", "PUT /api/v1/admin/settings/bank", "PUT /api/v1/admin/settings/terms", "PUT /api/v1/admin/pages/{page}")
"""Changes that send back all that was read, with its revision."""

REFUSED = {
    "POST /api/v1/admin/domains/{host}/verify": "nothing in DNS proves the name",
    "POST /api/v1/admin/items/{id}/": "a step that does not fit where the item is; the key is the text",
    "GET /auth/finish": "the code opens nothing",
    "GET /auth/invitation": "the code opens nothing",
    "GET /auth/login": "the code opens nothing",
    "GET /auth/act": "the code opens nothing",
    "GET /auth/callback": "the code opens nothing",
    "GET /media/": "the picture was never sent",
    "GET /logo.jpg": "there is no logo where the demo is without pictures",
    "GET nakhla /admin/media/": "the picture was never sent",
}
"""Operations that are refused even as they are, and why that is as good as it gets."""

ALONE = ("cursor", "phone_last4")
"""A cursor is good for its own question only; digits and token are two proofs of which one counts."""


class Samples:
    """Values of one node: an order of its own, somebody of its own, an item of its own."""

    left_out = LEFT_OUT
    alone = ALONE

    def __init__(self, node):
        self.node = node
        for plan in node.json("GET", "platform", "/api/v1/platform/plans", headers=self.root)["data"]:
            node.json("PUT", "platform", f"/api/v1/platform/plans/{plan['id']}", ROOM, self.root)
        order = self.make("/api/v1/orders", ORDER, {})
        tenants = node.json("GET", "platform", "/api/v1/platform/tenants", headers=self.root)["data"]
        host = self.make("/api/v1/admin/domains", BODIES["POST /api/v1/admin/domains"])["host"]
        item = self.make("/api/v1/admin/items", DRAFT)["id"]
        picture = {"item": item, "type": "image/png", "bytes": 4, "sha256": hashlib.sha256(b"word").hexdigest()}
        # Closed for good by the first good request: nobody else's.
        closing = self.make("/api/v1/platform/tenants", TENANT, self.root, "platform")
        self.bodies = {
            **BODIES,
            "POST /api/v1/admin/media": picture,
            "POST /api/v1/platform/tenants/{id}/close": {"reason": WHY, "confirm_slug": closing["slug"]},
        }
        self.values = {
            "orders/{id}": order["id"],
            "items/{id}": item,
            "media/{id}": self.make("/api/v1/admin/media", picture)["id"],
            "users/{id}": self.make("/api/v1/admin/users", PERSON)["id"],
            "tenants/{id}/close": closing["id"],
            "tenants/{id}": next(tenant["id"] for tenant in tenants if tenant["slug"] == "masar"),
            "plan": "growth",
            "slug": ITEM,
            "page": "faq",
            "subject": f"order:{order['id']}",
            "reference": order["reference"],
            "host": host,
            "phone_last4": DONOR["phone"][-4:],
            "token": order["track_url"].split("token=")[1],
            "q": "water",
            "view": "all",
            "kind": "fund",
            "status": "active",
            "format": "jsonl",
            "actor": "system",
            "action": "order.confirm_transfer",
            "object": f"order:{order['id']}",
            "from": TODAY,
            "to": TODAY,
        }

    @property
    def admin(self):
        """An administrator of a tenant; a token lives for less than an attack."""
        return {"Authorization": f"Bearer {self.node.token('admin@nakhla')}"}

    @property
    def root(self):
        """Somebody who runs the platform."""
        return {"Authorization": f"Bearer {self.node.token('root@platform')}"}

    def may_be_refused(self, name):
        """Whether no request of this operation is answered well."""
        return any(name.startswith(known) for known in REFUSED)

    def make(self, path, body, headers=None, label="nakhla"):
        """Something new, by the administrator unless told."""
        text = {"Idempotency-Key": uuid.uuid4().hex, **(self.admin if headers is None else headers)}
        return self.node.json("POST", label, path, freshened(body), text)

    def value(self, operation, name):
        """What stands for a parameter; a word where nothing special is needed."""
        if name == "cursor":
            return self.cursor(operation)
        for known, value in self.values.items():
            if known == name or ("{" + name + "}" in known and f"/{known}" in operation):
                return value
        return "word"

    def cursor(self, operation):
        """A cursor of this very list, where it is long enough to have one."""
        path = operation.split(" ", 1)[1]
        label = "platform" if "/platform/" in path else "nakhla"
        who = self.root if label == "platform" else self.admin
        return self.node.json("GET", label, f"{path}?limit=1", headers=who).get("next_cursor") or "word"

    def body(self, operation):
        if operation in READ_FIRST:
            path = operation.split(" ")[1].replace("{page}", self.values["page"])
            stored = self.node.json("GET", "nakhla", path, headers=self.admin)
            return {**{name: value for name, value in stored.items() if name != "slug"}, "revision": REVISION}
        if operation not in self.bodies:
            raise RuntimeError(f"say in tests/attack/samples.py what a good body of {operation} is")
        return self.bodies[operation]

    def beyond(self):
        """Sign-in and the pages' own questions and forms, of which the documents do not speak."""
        reference, order = self.values["reference"], self.values["orders/{id}"]
        form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        asked = [
            ("GET", "nakhla", "/auth/login?return_to=%2Fadmin*", None),
            ("GET", "nakhla", f"/auth/login?invitation={'a' * 43}*", None),
            ("GET", "nakhla", f"/auth/finish?code={'a' * 43}*", None),
            ("GET", "nakhla", f"/auth/invitation?code={'a' * 43}*", None),
            ("GET", "nakhla", f"/auth/act?code={'a' * 43}*", None),
            ("GET", "auth", f"/auth/callback?state={'a' * 43}*&code=word*&iss={quote(self.node.origin('id'), safe='')}*", None),
            ("GET", "nakhla", "/en/items?q=water*&kind=fund*&tag=water*", None),
            ("GET", "nakhla", f"/ar/items?q={quote('ماء')}*", None),
            ("GET", "nakhla", f"/en/o/{reference}*?token={self.values['token']}*", None),
            ("GET", "nakhla", f"/en/checkout?item={ITEM}*", None),
            ("POST", "nakhla", "/en/track", f"reference={reference}*&last4={self.values['phone_last4']}*"),
            ("POST", "nakhla", "/en/zakat", "gram=40*&cash=9000*&gold24=3*&gold22=*&gold21=*&gold18=*&shares=*&goods=*&debts=*"),
            ("GET", "nakhla", f"/en/items/{ITEM}*", None),
            ("GET", "nakhla", f"/weave/item/{ITEM}*.svg", None),
            ("GET", "nakhla", f"/card/{ITEM}*.png", None),
            ("GET", "sidra", "/logo.jpg?v=word*", None),
            ("GET", "nakhla", f"/media/{self.values['media/{id}']}*/480.jpg*", None),
        ]
        for method, label, path, body in asked:
            marks = path.count("*") + (body or "").count("*")
            yield Operation(f"{method} {path.split('?')[0]}", method, label, path, None, form if body else {}, body, marks)
        yield from self.desk(form)

    def desk(self, form):
        """What the pages of staff and of the platform ask by themselves."""
        order, picture = self.values["orders/{id}"], self.values["media/{id}"]
        audit = f"actor=system*&action=order.placed*&object=order*&from={TODAY}*&to={TODAY}*"
        pages = {
            "nakhla": ("/admin/inbox?q=water*&view=all*", f"/admin/inbox/{order}*", f"/admin/inbox/{order}*/donor",
                       "/admin/items?status=active*", f"/admin/items/{self.values['items/{id}']}*?removed={picture}*",
                       f"/admin/audit?{audit}", "/admin/pages/faq*", "/admin/settings?done=saved*", "/admin/settings/logo?done=saved*",
                       "/admin/settings/preview.css?primary=%23114433*&accent=%23114433*", f"/admin/media/{picture}*/480.jpg*"),
            "platform": ("/?q=water*&done=1*",),
        }
        for label, username in (("nakhla", "admin@nakhla"), ("platform", "root@platform")):
            signed_in = {"Cookie": self.node.sign_in(label, username)}
            for path in pages[label]:
                name = f"GET {label} {path.split('?')[0]}"
                yield Operation(name, "GET", label, path, None, signed_in, None, path.count("*"))
        signed_in = {"Cookie": self.node.sign_in("nakhla", "admin@nakhla")}
        proof = {**form, **signed_in, "X-CSRF-Token": self.node.proof("nakhla", "/admin/inbox", signed_in)}
        for q in (DONOR["phone"], self.values["reference"]):
            yield Operation("POST /admin/inbox/find", "POST", "nakhla", "/admin/inbox/find", None, proof, f"q={quote(q)}*", 1)


def freshened(value):
    """A body with a word of its own wherever one is asked for."""
    match value:
        case str():
            return value.replace(FRESH, uuid.uuid4().hex[:12])
        case list():
            return [freshened(each) for each in value]
        case dict():
            return {name: freshened(each) for name, each in value.items()}
    return value
