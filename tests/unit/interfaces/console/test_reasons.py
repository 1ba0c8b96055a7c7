"""On a board, reasons that read alike stand in one line."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation

import tests.support.application  # noqa: F401  # sets Django up
from forbear.contexts.cases.campaign.figures import Refused
from forbear.interfaces.console.presenter.contacts import reasons_shown


def _refused(contacts, *, cause="WORDING", rule="", taken_back=None):
    return Refused(cause, rule, contacts, None, "", taken_back)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_contacts_of_several_messages_are_counted_together_and_the_commonest_comes_first(language):
    found = SimpleNamespace(
        refused=[
            _refused(3, taken_back="cn.sms.one"),
            _refused(4, cause="NO_POINT"),
            _refused(2, taken_back="cn.sms.two"),
            _refused(1),
        ]
    )

    with translation.override(language):
        shown = reasons_shown(found, most=9)
        first = reasons_shown(found, most=1)

    assert [each["contacts"] for each in shown] == ["5", "4", "1"]
    assert len({each["words"] for each in shown}) == 3
    assert first == shown[:1]
