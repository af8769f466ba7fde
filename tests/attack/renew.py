"""What makes a request as good the second time as it was the first. sqlmap calls [`preprocess`] before each of its own."""

import http.client
import json
import uuid
from urllib.parse import urlsplit

from contract import FRESH, REVISION


def renewed(body, read):
    """`body` with another fresh word, and with the revision that `read()` finds where it names one."""
    body = body.replace(FRESH, uuid.uuid4().hex[:12])
    if str(REVISION) in body:
        body = body.replace(str(REVISION), str(read().get("revision", 0)))
    return body


def preprocess(req):
    """An order with another body needs another key, or the first answer is given again and the text is never read."""
    if not req.has_header("Idempotency-key"):
        req.add_header("Idempotency-key", uuid.uuid4().hex)
    if req.data:
        data = req.data if isinstance(req.data, str) else req.data.decode()
        data = renewed(data, lambda: stored(req))
        req.data = data if isinstance(req.data, str) else data.encode()


def stored(req):
    """What the address of a change answers to a GET; nothing where that is an error, as for an address with a payload in it."""
    url = urlsplit(req.full_url)
    connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=60)
    connection.request("GET", url.path, headers={"Host": url.netloc, "Authorization": req.get_header("Authorization")})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return json.loads(text) if answer.status == 200 else {}
