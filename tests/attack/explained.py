"""What the tools say of us that is not so, each with the reason. It is printed with it, and counts as light."""

import re

EXPLAINED = (
)
"""Kind of finding, what the request's first line looks like, and why it is none."""


def why(finding):
    """The reason why a finding is none, where one is known."""
    line = finding.request.splitlines()[0]
    return next((why for kind, request, why in EXPLAINED if kind == finding.kind and re.search(request, line)), None)
