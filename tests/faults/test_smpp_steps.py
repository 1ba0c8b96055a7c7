"""Wherever a carrier's connection dies, nobody is written to twice and the truth is found out.

The carrier's own list of what it took is the referee.
"""

from __future__ import annotations

from collections import Counter

import pytest

from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.word import DispatchState
from forbear.values.code import Outcome
from tests.support.carried import carrying, until
from tests.support.gate import attempts, people, state_of
from tests.support.portfolio import portfolio, ring
from tests.support.smsc import Wire, rust_smsc

__all__ = ["portfolio", "ring"]
S, O = DispatchState, Outcome
STEPS = ("connect", "bind", "bound", "submit", "response", "receipt", "receipt_answer")
TEXT = "Your payment is due today."


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")


@pytest.fixture
def smsc():
    with rust_smsc() as made:
        yield made


@pytest.mark.parametrize("step", STEPS)
def test_a_line_that_is_cut_costs_no_second_message_and_hides_nothing(
    portfolio, tmp_path, smsc, step
):
    crowd, wire = people(4), Wire(smsc.port)
    wire.cut = step
    with carrying(wire.port, tmp_path, text=TEXT, wait_s=1.0) as gate:
        answers = [gate.ask(who) for who in crowd]
        for _ in range(3):
            gate.carry()
            gate.hand.on(seconds=1)
        if step in {"receipt", "receipt_answer"}:
            assert until(lambda: gate.adapter.check()[-1].good)
        _tell_all(gate, smsc)
        gate.hand.on(minutes=2)
        gate.settle()
        _tell_all(gate, smsc)

        assert wire.cuts == 1
        taken = Counter(one.target for one in smsc.taken)
        assert set(taken.values()) <= {1}, "nobody is written to twice"
        stands = Counter(state_of(answer) for answer in answers)
        assert stands[(S.ACCEPTED, O.DELIVERED)] == len(smsc.taken)
        rest = set(stands) - {(S.ACCEPTED, O.DELIVERED)}
        assert rest <= {(S.REJECTED, O.FAILED), (S.UNKNOWN, O.UNKNOWN)}
        assert all(len(attempts(who)) == 1 for who in crowd)
        if step != "submit":
            assert (S.UNKNOWN, O.UNKNOWN) not in stands
    wire.close()


def _tell_all(gate, smsc) -> None:
    """Let the carrier tell of everything that it took, as often as it takes."""
    for one in list(smsc.taken):
        assert until(lambda: gate.adapter.check()[-1].good)
        for _ in range(2):
            try:
                if smsc.receipt(one) == 0:
                    break
            except Exception:  # noqa: BLE001  # the line was cut under it; the carrier tries again
                assert until(lambda: gate.adapter.check()[-1].good)
        else:
            raise AssertionError("a receipt was never acknowledged")
    gate.hear()
