"""Whatever is sent, the API answers as its own description says, and never with a defect."""

from __future__ import annotations

import json

import pytest
from hypothesis import settings

from forbear.interfaces.api.api import document_text
from tests.support.effort import at_most
from tests.support.schema import CASES_BY_DAY, WAYS, answered_as_described, described, laid, opened

__all__ = ["laid", "opened"]

CASES = at_most(CASES_BY_DAY, floor=3, dear=True)
schema = described("fuzzing")


@pytest.fixture
def said(tell):
    tell(f"calls of the API: {CASES} cases drawn for each")


@schema.parametrize()
@settings(max_examples=CASES, derandomize=True, **WAYS)
def test_each_call_keeps_its_description(said, opened, case):
    answered_as_described(opened, case)


def test_each_call_needs_a_key(api):
    for path, operations in json.loads(document_text())["paths"].items():
        for method, operation in operations.items():
            expected = "Signed" if path.startswith("/api/v1/receipts/") else "Bearer"
            shown = [] if path.startswith("/api/v1/caller/") else [{expected: []}]
            assert operation["security"] == shown, (path, method)
