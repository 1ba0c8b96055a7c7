"""However many ask for a person at once, no cap is passed, and a stop that came first wins."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from forbear.contexts.cases.actions.hold import place_hold_and_refresh
from forbear.contexts.contact.gate.stop import place_stop
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.said import ConsentSaid, HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.policy.kind import FrequencyCap
from forbear.policy.pack import Pack
from forbear.values.code import Channel, ConsentKind, ConsentState, HoldKind
from tests.support.database import Database
from tests.support.effort import at_most
from tests.support.gate import FILLED, Desk, people
from tests.support.portfolio import SETUP

THREADS = 16
CAPS = [(cap, days) for cap in (1, 2, 3, 4, 5) for days in (1, 7)]
WINDOWS = pytest.mark.parametrize(("cap", "days"), CAPS)
# For each cap: 2,000 in all by day, 100,000 by night.
ROUNDS_BY_DAY, ROUNDS_BY_NIGHT, ROUNDS_AT_ONCE = 200, 10_000, 1_000
pytestmark = pytest.mark.usefixtures("portfolio")


@dataclass(frozen=True)
class Window:
    """A cap for a test: as many outbound contacts of a kind in so many days."""

    at_most: int
    days: int


@pytest.fixture
def capped(monkeypatch):
    """Let the shipped rules bind as they do, with caps of a test's own size."""
    from dataclasses import replace

    from forbear.contexts.contact import ask
    from forbear.contexts.rulebook.library import pack_in_force

    def bind(window: Window) -> None:
        @cache
        def narrowed(law, day) -> Pack:
            pack = pack_in_force(law, day)
            rules = tuple(
                replace(
                    rule,
                    parameters=replace(rule.parameters, at_most=window.at_most, days=window.days),
                )
                if isinstance(rule.parameters, FrequencyCap)
                else rule
                for rule in pack.rules
            )
            return replace(pack, rules=rules, sha256=f"{window}")

        monkeypatch.setattr(ask, "pack_in_force", narrowed)

    return bind


def at_once(*works) -> list:
    """Run every work in a thread of its own, let go together; return what they gave."""
    ready = Barrier(len(works))

    def run(work):
        try:
            ready.wait(30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@WINDOWS
def test_sixteen_at_once_never_pass_a_cap(portfolio, capped, tell, cap, days):
    capped(Window(cap, days))
    rounds = at_most(ROUNDS_BY_DAY, floor=15)
    tell(f"races for a cap: {rounds} rounds of {THREADS} threads for each of {len(CAPS)} caps")
    _rounds(portfolio, rounds, cap)


@pytest.mark.nightly
@WINDOWS
def test_sixteen_at_once_never_pass_a_cap_all_night(portfolio, capped, cap, days):
    capped(Window(cap, days))
    for _ in range(ROUNDS_BY_NIGHT // ROUNDS_AT_ONCE):
        _rounds(portfolio, ROUNDS_AT_ONCE, cap)


def _rounds(made: Database, rounds: int, cap: int) -> None:
    """Let sixteen ask for one person at once, one person after another."""
    desk, persons = Desk(), people(rounds)
    made.learn_sizes(*FILLED)
    together = Barrier(THREADS)

    def ask_for_each(number: int) -> list[bool]:
        rng, given = random.Random(number), []
        for who in persons:
            together.wait(60)
            given.append(desk.ask(who, rng.choice([Channel.VOICE, Channel.BOT])).allowed)
        return given

    given = at_once(*[lambda number=number: ask_for_each(number) for number in range(THREADS)])

    assert [sum(each) for each in zip(*given, strict=True)] == [cap] * rounds
    with reading(SETUP):
        counted = Attempt.objects.exclude(outcome="FAILED")
        rows = counted.filter(debtor_id__in=[who.debtor_id for who in persons])
        rows = rows.values_list("debtor_id", flat=True)
        assert Counter(rows) == Counter({who.debtor_id: cap for who in persons})


def _left(who) -> int:
    with reading(SETUP):
        states = ["INTENT", "ACCEPTED", "REJECTED", "UNKNOWN"]
        return Dispatch.objects.filter(debtor_id=who.debtor_id, state__in=states).count()


@pytest.mark.parametrize("number", range(12))
def test_a_stop_that_was_committed_before_the_intent_always_wins(number):
    """Sending, choices, holds and switches at once: what left, left before the commit."""
    desk = Desk()
    persons = people(4)
    answers = [desk.ask(who) for who in persons for _ in range(2)]
    assert all(answer.allowed for answer in answers)
    switch, choose = number % 3 == 0, number % 3 == 1
    stopped_after: dict[int, int] = {}

    def stop_all() -> None:
        place_stop(StopScope.GLOBAL, "", reason="drill", actor=SETUP, now=desk.hand())
        stopped_after[0] = len(desk.provider.ledger)

    def opt_out(who) -> None:
        said = ConsentSaid(
            f"choice-{uuid4()}", who.ref, ConsentKind.CHANNEL, ConsentState.WITHDRAWN
        )
        record_consent(said, source=Source.PORTAL, actor=SETUP, now=desk.hand())
        stopped_after[who.debtor_id] = _left(who)

    def hold(who) -> None:
        said = HoldSaid(
            ref=f"hold-{uuid4()}",
            debtor_ref=who.ref,
            kind=HoldKind.DISPUTE,
            start_date=date(2026, 11, 25),
        )
        place_hold_and_refresh(
            said, source=Source.STAFF, actor=SETUP, today=date(2026, 11, 25), now=desk.hand()
        )
        stopped_after[who.debtor_id] = _left(who)

    say = opt_out if choose else hold
    stops = [stop_all] if switch else [lambda who=who: say(who) for who in persons]
    senders = [desk.sender() for _ in range(4)]
    at_once(*stops, *[lambda one=one: one.carry(limit=3) for one in senders])
    for _ in range(3):
        desk.sender().carry(limit=20)
    desk.hand.on(minutes=1)
    desk.sender().carry(limit=20)

    with reading(SETUP):
        left = Dispatch.objects.exclude(state__in=["AUTHORISED", "CLAIMED", "WITHDRAWN"])
        if switch:
            # One call may be on its way for each worker when the switch is committed.
            assert len(desk.provider.ledger) <= stopped_after[0] + len(senders)
        else:
            for who in persons:
                found = left.filter(debtor_id=who.debtor_id).count()
                assert found <= stopped_after[who.debtor_id]
        waiting = Dispatch.objects.filter(state__in=["AUTHORISED", "CLAIMED"]).count()
    assert waiting == 0
    assert len({entry.contact_id for entry in desk.provider.ledger}) == len(desk.provider.ledger)
