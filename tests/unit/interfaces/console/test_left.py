"""What is left of a cap is told with its own days, and not where something else refuses."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation

import tests.support.application  # noqa: F401  # sets Django up
from forbear.interfaces.console.presenter.budget import left_shown
from forbear.interfaces.console.presenter.word import in_signs


def _budget(*caps, allowed=True):
    named = [SimpleNamespace(left=left, at_most=most, days=days) for left, most, days in caps]
    return SimpleNamespace(allowed=allowed, caps=named)


def _told(budget, language="en"):
    with translation.override(language):
        return [(each["left"], each["of"], each["span"]) for each in left_shown(budget)]


def test_each_span_is_told_by_the_cap_that_leaves_least():
    budget = _budget((3, 3, 1), (2, 6, 1), (2, 2, 3), (9, 10, 7), (1, 1, 30))

    assert _told(budget) == [(2, 6, "today"), (2, 2, "within 3 days")]
    assert _told(budget, "zh-hans")[1] == (2, 2, "3 天内")


def test_of_what_something_else_refuses_only_what_is_used_up_is_told():
    assert _told(_budget((3, 3, 1), (10, 10, 7), allowed=False)) == []
    assert _told(_budget((0, 3, 1), (9, 10, 7), allowed=False)) == [(0, 3, "today")]
    assert left_shown(None) == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Payment of 1,656.35 CNY void", "Payment of ¥1,656.35 void"),
        ("-12.00 GBP und 3.10 USD", "-£12.00 und $3.10"),
        ("3 CNY, 2026-11-27", "3 CNY, 2026-11-27"),
    ],
)
def test_amounts_in_sentences_are_written_as_on_the_rest_of_the_page(said, shown):
    assert in_signs(said) == shown
