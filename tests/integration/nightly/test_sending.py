"""Nothing leaves on the word of a night that failed, is too old, or never was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.contexts.database.transaction import acting
from forbear.contexts.nightly.models import Night, NightState
from tests.support.gate import NOON, Desk, person
from tests.support.portfolio import SETUP, portfolio, ring  # noqa: F401

TODAY = date(2026, 11, 25)


def night(day: date, state: NightState, *, number: int = 1) -> None:
    with acting(SETUP):
        Night.objects.create(
            id=f"{day}-{number}",
            as_of_date=day,
            known_date=day,
            state=state.value,
            started_at=NOON - timedelta(hours=6) + timedelta(minutes=number),
        )


@pytest.mark.parametrize(
    ("nights", "refused"),
    [
        ([], "NIGHT_NONE"),
        ([(TODAY, NightState.LOADED)], None),
        ([(TODAY, NightState.LOADED), (TODAY, NightState.RUNNING)], None),
        ([(TODAY, NightState.FAILED)], "NIGHT_FAILED"),
        (
            [(TODAY - timedelta(days=1), NightState.LOADED), (TODAY, NightState.FAILED)],
            "NIGHT_FAILED",
        ),
        ([(TODAY - timedelta(days=3), NightState.LOADED)], "NIGHT_STALE"),
    ],
)
def test_the_word_of_the_night_decides(portfolio, nights, refused):  # noqa: F811
    for number, (day, state) in enumerate(nights):
        night(day, state, number=number)
    desk, who = Desk(), person()

    answer = desk.ask(who)

    assert answer.allowed is (refused is None)
    assert [one.detail for one in answer.reasons] == ([refused] if refused else [])


def test_a_queue_waits_in_vain_when_the_night_grows_old(portfolio):  # noqa: F811
    night(TODAY, NightState.LOADED)
    desk, who = Desk(), person()
    desk.ask(who, lasts=timedelta(days=9))
    desk.hand.on(days=2)

    desk.sender().carry()

    assert desk.provider.ledger == []
