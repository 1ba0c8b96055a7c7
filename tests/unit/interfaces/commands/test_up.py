"""A sender runs where a provider is named, and nowhere else."""

from __future__ import annotations

import pytest

from forbear.interfaces.commands.up import _wanted
from forbear.values.errors import InvalidInput


def test_nobody_sends_unless_somebody_said_through_whom():
    assert _wanted(None, "") == ["web", "worker"]
    assert _wanted(None, "simulated") == ["web", "worker", "sender"]


def test_parts_are_run_as_asked_for_and_once():
    assert _wanted(["worker", "web", "worker"], "simulated") == ["worker", "web"]
    assert _wanted(["sender"], "simulated") == ["sender"]


@pytest.mark.parametrize(
    ("only", "providers"), [(["sender"], ""), (["sender"], "nobody"), (None, "nobody")]
)
def test_a_sender_without_a_provider_is_refused_before_anything_starts(only, providers):
    with pytest.raises(InvalidInput):
        _wanted(only, providers)
