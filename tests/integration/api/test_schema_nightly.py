"""The same for a thousand cases a call, and along the boundaries of every field."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.support.schema import WAYS, answered_as_described, described, laid, opened

__all__ = ["laid", "opened"]

EXAMPLES = 1_000
# About 70 cases a call are worked out along the boundaries when this module is read.
whole = described("coverage", "fuzzing")


@pytest.mark.nightly
@whole.parametrize()
@settings(max_examples=EXAMPLES, **WAYS)
def test_each_call_keeps_its_description_a_thousand_times(opened, case):
    answered_as_described(opened, case)
