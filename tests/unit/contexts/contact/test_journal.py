"""The simulated provider knows after a restart what it took, and tells no receipt twice for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from forbear.contexts.contact.channels.registry import Setting, providers_named
from forbear.contexts.contact.channels.simulated.journal import (
    KEPT,
    JournalledProvider,
    LedgerInUse,
)
from forbear.contexts.contact.channels.simulated.provider import FLAWLESS
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput
from tests.support.gate import Hand


@pytest.fixture
def hand():
    return Hand(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))


@pytest.fixture
def opened(tmp_path, hand):
    """Open the provider anew, as a new process would."""
    living = []

    def open_again() -> JournalledProvider:
        while living:
            living.pop().close()
        living.append(JournalledProvider(hand, tmp_path / "ledger.jsonl", behaviour=FLAWLESS))
        return living[0]

    yield open_again
    while living:
        living.pop().close()


def _submit(provider, contact_id: UUID | None = None):
    contact_id = contact_id or uuid4()
    return contact_id, provider.submit(contact_id, Channel.SMS, "19900001111", "")


def test_knows_what_it_took_and_under_which_number(opened):
    taken = [_submit(opened()) for _ in range(3)]

    again = opened()

    assert [again.look_up(each) for each, _ in taken] == [answer.ref for _, answer in taken]
    assert again.look_up(uuid4()) is None


def test_tells_after_a_restart_what_it_had_not_told(opened, hand):
    provider = opened()
    first, _ = _submit(provider)
    assert {told.contact_id for told in provider.due()} == {first}
    hand.on(seconds=1)
    provider.due()  # whoever asks again has heard the first
    second, _ = _submit(provider)

    again = opened()

    assert {told.contact_id for told in again.due()} == {second}


def test_tells_again_what_may_not_have_been_heard(opened):
    provider = opened()
    first, _ = _submit(provider)
    provider.due()

    assert {told.contact_id for told in opened().due()} == {first}


def test_overlooks_a_line_that_a_kill_cut_off(opened, tmp_path):
    first, _ = _submit(opened())
    with (tmp_path / "ledger.jsonl").open("a") as file:
        file.write('{"id": "0000')

    assert opened().look_up(first) is not None


def test_forgets_what_nobody_asks_about_any_more(opened, hand, tmp_path):
    first, _ = _submit(opened())
    hand.at += KEPT + timedelta(seconds=1)

    assert opened().look_up(first) is None
    assert (tmp_path / "ledger.jsonl").read_text() == ""


def test_writes_no_address_down(opened, tmp_path):
    _submit(opened())

    assert "1990000" not in (tmp_path / "ledger.jsonl").read_text()


def test_is_one_processes_alone(opened, tmp_path, hand):
    opened()

    with pytest.raises(LedgerInUse):
        JournalledProvider(hand, tmp_path / "ledger.jsonl", behaviour=FLAWLESS)


class TestNamed:
    @pytest.mark.parametrize("names", [[], ["nobody"], ["simulated", "nobody"]])
    def test_takes_a_name_that_is_known(self, tmp_path, hand, names):
        with pytest.raises(InvalidInput):
            providers_named(names, Setting(tmp_path, hand, in_earnest=False))

    def test_is_never_simulated_in_earnest(self, tmp_path, hand):
        with pytest.raises(InvalidInput, match="reaches nobody"):
            providers_named(["simulated"], Setting(tmp_path, hand, in_earnest=True))

    def test_is_ready_where_things_are_tried_out(self, tmp_path, hand):
        found = providers_named(["simulated"], Setting(tmp_path, hand, in_earnest=False))

        assert found.names == ("simulated",)
