"""A reported contact fits its permit, or the first thing that does not is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from forbear.contexts.contact.agency.match import ContactReported, PermitSeen, fault_of
from forbear.contexts.contact.agency.word import BREACHES, SAID, FindingKind
from forbear.values.code import Channel, Outcome

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
TOLD = ContactReported("c-1", "P-1", Channel.VOICE, NOON, Outcome.RANG, uuid4())
PERMIT = PermitSeen(7, Channel.VOICE, NOON, Outcome.UNKNOWN, used=False)


@pytest.mark.parametrize(
    ("told", "debtor_id", "permit", "fault"),
    [
        ({}, 7, {}, None),
        ({}, 7, {"outcome": Outcome.RANG}, None),
        ({"started_at": NOON - timedelta(minutes=5)}, 7, {}, None),
        ({"started_at": NOON + timedelta(minutes=5, seconds=30)}, 7, {}, None),
        ({"started_at": NOON - timedelta(minutes=5, seconds=1)}, 7, {}, "OUTSIDE_WINDOW"),
        ({"started_at": NOON + timedelta(minutes=5, seconds=31)}, 7, {}, "OUTSIDE_WINDOW"),
        ({"permit_id": None}, 7, {}, "NO_PERMIT"),
        ({}, None, {}, "UNKNOWN_PERSON"),
        ({}, 7, None, "UNKNOWN_PERMIT"),
        ({}, 7, {"begun_at": None}, "NOT_BEGUN"),
        ({}, 8, {}, "OTHER_PERSON"),
        ({"channel": Channel.SMS}, 7, {}, "OTHER_CHANNEL"),
        ({}, 7, {"used": True}, "USED_TWICE"),
        ({}, 7, {"outcome": Outcome.CONVERSATION}, "OTHER_OUTCOME"),
        ({"outcome": Outcome.UNKNOWN}, 7, {"outcome": Outcome.RANG}, "OTHER_OUTCOME"),
        ({"channel": Channel.SMS}, 8, {"used": True}, "OTHER_PERSON"),
    ],
)
def test_a_contact_is_held_against_its_permit(told, debtor_id, permit, fault):
    seen = None if permit is None else replace(PERMIT, **permit)

    assert fault_of(replace(TOLD, **told), debtor_id, seen) == fault


def test_every_finding_has_words_in_both_languages():
    assert set(SAID) == set(FindingKind)
    assert all(en and zh and en != zh for en, zh in SAID.values())
    assert set(FindingKind) > BREACHES
