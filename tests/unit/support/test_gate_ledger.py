"""The checker of the provider's ledger finds every kind of breach that is planted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.support.gate_ledger import Limits, Said, Seen, faults

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
LIMITS = Limits(6, 3, 8, 22, "Asia/Shanghai", {})
WHOSE = {"a": "Ann", "b": "Bo"}
NOW = NOON + timedelta(hours=1)


def seen(number: int, **other: object) -> Seen:
    at = NOON + timedelta(minutes=number)
    return replace(Seen(UUID(int=number), "a", "VOICE", at, "CONVERSATION"), **other)


def said(number: int, **other: object) -> Said:
    at = NOON + timedelta(minutes=number)
    one = Said(UUID(int=number), "Ann", "VOICE", "ACCEPTED", "CONVERSATION", at, decided=True)
    return replace(one, **other)


def found(ledger, told, limits=LIMITS, *, surely=True) -> list[str]:
    return faults(ledger, told, whose=WHOSE, limits=limits, now=NOW, answers_surely=surely)


GOOD = [seen(1), seen(2, outcome="RANG"), seen(3, outcome=None)]
TOLD = [said(1), said(2, outcome="RANG"), said(3, state="REJECTED", outcome="FAILED")]


def test_finds_nothing_where_all_is_well():
    withdrawn = said(4, state="WITHDRAWN", outcome="FAILED", intent_at=None)
    waiting = said(5, state="AUTHORISED", outcome="UNKNOWN", intent_at=None)

    assert found(GOOD, [*TOLD, withdrawn, waiting]) == []
    unknown = said(6, state="UNKNOWN", outcome="UNKNOWN")
    assert found([*GOOD, seen(6, outcome="RANG")], [*TOLD, unknown], surely=False) == []


@pytest.mark.parametrize(
    ("ledger", "told", "words"),
    [
        ([*GOOD, seen(1)], TOLD, "2 times"),
        ([*GOOD, seen(3)], TOLD, "2 times"),
        ([*GOOD, seen(3), seen(3)], TOLD, "3 times"),
        ([*GOOD, seen(9)], TOLD, "nobody knows"),
        ([*GOOD, seen(9, outcome=None)], TOLD, "nobody knows"),
        (GOOD, [replace(TOLD[0], decided=False), *TOLD[1:]], "without a decision"),
        (GOOD, [replace(TOLD[0], intent_at=None), *TOLD[1:]], "without an intent"),
        ([replace(GOOD[0], address="b"), *GOOD[1:]], TOLD, "somebody else"),
        ([replace(GOOD[0], address="?"), *GOOD[1:]], TOLD, "somebody else"),
        (GOOD, [replace(TOLD[0], debtor="Bo"), *TOLD[1:]], "somebody else"),
        ([replace(GOOD[0], channel="SMS"), *GOOD[1:]], TOLD, "another way"),
        ([replace(GOOD[0], at=NOON - timedelta(minutes=1)), *GOOD[1:]], TOLD, "before its intent"),
        ([replace(GOOD[0], at=NOON + timedelta(hours=10)), *GOOD[1:]], TOLD, "left at 22:00"),
        ([replace(GOOD[0], at=NOON + timedelta(hours=19)), *GOOD[1:]], TOLD, "left at 07:00"),
        ([seen(n) for n in range(1, 5)], [said(n) for n in range(1, 5)], "4 times on 2026-11-25"),
        (
            [seen(n, outcome="RANG") for n in range(1, 8)],
            [said(n, outcome="RANG") for n in range(1, 8)],
            "7 times on 2026-11-25",
        ),
        (
            [seen(n, address="ab"[n % 2]) for n in range(1, 9)],
            [said(n, debtor=["Ann", "Bo"][n % 2]) for n in range(1, 9)],
            "4 times on 2026-11-25",
        ),
        (GOOD[1:], TOLD, "said to have been taken and was not"),
        ([replace(GOOD[0], outcome=None), *GOOD[1:]], TOLD, "said to have been taken and was not"),
        ([*GOOD[:2], seen(3)], TOLD, "said not to have been taken and was"),
        (GOOD, [replace(TOLD[0], outcome="FAILED"), *TOLD[1:]], "counts as nothing"),
        (GOOD, [replace(TOLD[0], state="WITHDRAWN"), *TOLD[1:]], "after it had left"),
        (GOOD, [*TOLD[:2], replace(TOLD[2], state="WITHDRAWN")], "after it had left"),
        (GOOD, [replace(TOLD[0], state="INTENT"), *TOLD[1:]], "hangs between"),
        (GOOD, [replace(TOLD[0], state="UNKNOWN"), *TOLD[1:]], "although the provider knows"),
        (GOOD, [*TOLD, said(7, state="CLAIMED", intent_at=None)], "in a worker's hands"),
    ],
)
def test_finds_what_was_planted(ledger, told, words):
    assert any(words in fault for fault in found(ledger, told))


def test_finds_what_left_after_a_stop():
    stopped = replace(LIMITS, stopped_since={"Ann": NOON})

    assert any("after a stop" in fault for fault in found(GOOD, TOLD, stopped))
