"""What the tools say of us that is not so, each with the reason. It is printed with it, and counts as light."""

import re

EXPLAINED = (
    ("Clickjacking Protection", r"X-Frame-Options is not set", "the content policy says frame-ancestors 'none', which goes before that header"),
    ("HttpOnly Flag cookie", r"cookie : __Host-lang$", "the language that was chosen, which a script of the page sets too"),
)
"""Kind of finding, what is said or asked, and why it is none."""


def why(finding):
    """The reason why a finding is none, where one is known."""
    said = f"{finding.request.splitlines()[0]} {finding.info}"
    return next((why for kind, text, why in EXPLAINED if kind == finding.kind and re.search(text, said)), None)
