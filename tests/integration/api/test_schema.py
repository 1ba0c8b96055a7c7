"""Whatever is sent, the API answers as its own description says, and never with a defect."""

from __future__ import annotations

import json

from hypothesis import settings

from forbear.interfaces.api.api import document_text
from tests.support.schema import WAYS, answered_as_described, described

EXAMPLES = 3
schema = described("fuzzing")


@schema.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, **WAYS)
def test_each_call_keeps_its_description(api, in_use, case):
    answered_as_described(api, case)


def test_each_call_needs_a_key(api):
    for path, operations in json.loads(document_text())["paths"].items():
        for method, operation in operations.items():
            expected = "Signed" if path.startswith("/api/v1/receipts/") else "Bearer"
            shown = [] if path.startswith("/api/v1/caller/") else [{expected: []}]
            assert operation["security"] == shown, (path, method)
