"""What does a person read of one contact in their record?"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.utils.translation import override

from forbear.contexts.contact.record import Let, Recorded
from forbear.interfaces.portal.view.record import contact_shown


def _contact(purpose: str | None, asked_by: str = "staff:7") -> Recorded:
    let = purpose and Let(uuid4(), purpose, "PERMIT", asked_by, "SETTLED", None)
    at = datetime(2026, 11, 26, 4, tzinfo=UTC)
    return Recorded(at, 1, "SMS", "OUTBOUND", None, None, None, "GATE", let or None, (), None)


@pytest.mark.parametrize(
    ("purpose", "says"),
    [
        ("ACCESS", "A one-time code that was asked for"),
        ("REMINDER", "A reminder that you asked for"),
        ("EDUCATION", "A short lesson that you chose to receive"),
        ("COLLECT", "About an amount that is due"),
        (None, "Not told by the system that made it"),
    ],
)
def test_each_contact_says_what_it_was_for(purpose, says):
    with override("en"):
        assert contact_shown(_contact(purpose), "Asia/Shanghai")["purpose"] == says


@pytest.mark.parametrize(
    ("asked_by", "number"), [("staff:7", "0007"), ("anybody:door", ""), ("system:worker", "")]
)
def test_only_staff_have_a_number(asked_by, number):
    assert contact_shown(_contact("COLLECT", asked_by), "Asia/Shanghai")["who"] == number
