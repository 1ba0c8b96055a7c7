"""A permitted text message goes to a carrier once, whole, and what became of it is known."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test import override_settings

from forbear.contexts.contact.channels.port import Accepted, Envelope
from forbear.contexts.contact.gate.permit import issue
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.models import ReceiptTaken
from forbear.contexts.database.transaction import acting
from forbear.values.code import Channel, ContactPurpose, Outcome
from forbear.values.sms import measure, read_gsm7
from tests.support.carried import A_MOMENT, LONG, NAME, carrying, until
from tests.support.gate import people, state_of
from tests.support.portfolio import SETUP
from tests.support.smsc import Taken, Wire, free_port, node_smsc
from tests.support.tls import certificate, tls_door

S, O = DispatchState, Outcome
SHORT = "Your payment is due today. Call 4000000000."


def words_of(taken) -> str:
    """Put a long message's parts together, by the header that each carries."""
    parts = {}
    for one in taken:
        header, octets = b"", one.octets
        if one.esm & 0x40:
            header, octets = octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
        parts[header[-1] if header else 1] = octets
    whole = b"".join(parts[number] for number in sorted(parts))
    return whole.decode("utf-16-be") if taken[0].coding == 8 else read_gsm7(whole)


@pytest.mark.parametrize("text", [LONG, SHORT], ids=["long_chinese", "short_latin"])
def test_a_message_arrives_whole_at_either_carrier_and_its_receipt_counts(
    portfolio, tmp_path, smsc, text
):
    (who,) = people(1)
    with carrying(smsc.port, tmp_path, text=text) as gate:
        answer = gate.ask(who)
        gate.carry()

        taken = smsc.waits_for(measure(text).parts)
        assert words_of(taken) == text
        assert state_of(answer) == (S.ACCEPTED, O.SENT)
        for one in taken[:-1]:
            assert smsc.receipt(one) == 0
        gate.hear()
        assert state_of(answer) == (S.ACCEPTED, O.SENT), "half a message is not delivered"
        assert smsc.receipt(taken[-1]) == 0
        assert gate.until(answer, O.DELIVERED)


def test_what_a_channel_carried_and_cost_is_among_the_figures(portfolio, tmp_path, rust):
    from forbear.interfaces.web.metric import exposition

    path = tmp_path / "channels.yaml"
    path.write_text(FILED, encoding="utf-8")
    first, second, third = people(3)
    with (
        override_settings(FORBEAR_CHANNELS=path),
        carrying(rust.port, tmp_path) as gate,
    ):
        rust.refuses[:] = [0x0B]
        gate.ask(first)
        gate.carry()
        answers = [gate.ask(who) for who in (second, third)]
        gate.carry()
        for one in rust.taken[: measure(LONG).parts]:
            rust.receipt(one)
        assert until(lambda: O.DELIVERED in {state_of(each)[1] for each in answers}, gate.hear)

        told = exposition(now=gate.hand()).decode()

    named = f'channel="SMS",fate="%s",provider="{NAME}"'
    for fate in ("rejected", "reached", "on_its_way"):
        assert f"forbear_channel_contacts{{{named % fate}}} 1.0" in told
    cost = 2 * measure(LONG).parts * 5
    assert (
        f'forbear_channel_cost_minor{{channel="SMS",currency="CNY",provider="{NAME}"}} {cost}.0'
        in told
    )


FILED = f"""
channels:
  - name: {NAME}
    kind: simulated
    carries: [SMS]
    cost: {{per_part_minor: 5, currency: CNY}}
"""


def test_a_wrong_password_and_no_carrier_send_nothing_and_give_the_caps_back(portfolio, tmp_path):
    (who,) = people(1)
    with carrying(free_port(), tmp_path) as gate:
        answer = gate.ask(who)
        gate.carry()
        assert state_of(answer) == (S.REJECTED, O.FAILED)
        assert [each.good for each in gate.adapter.check()] == [False]


def test_haste_is_refused_and_slows_down_and_a_begun_message_is_finished(portfolio, tmp_path, rust):
    first, second = people(2)
    with carrying(rust.port, tmp_path, wait_s=4.0) as gate:
        rust.refuses[:] = [0x58]
        early = gate.ask(first)
        gate.carry()
        assert state_of(early) == (S.REJECTED, O.FAILED)
        assert not rust.taken

        rust.refuses[:] = [0, 0x58]
        late = gate.ask(second)
        gate.carry()
        assert state_of(late) == (S.ACCEPTED, O.SENT)
        assert words_of(rust.taken) == LONG


def test_a_receipt_before_the_answer_is_bound_late(portfolio, tmp_path, rust):
    (who,) = people(1)
    with carrying(rust.port, tmp_path, text=SHORT) as gate:
        gate.hear()
        early = Taken("R000001", "10690000", "8613000000000", b"", 0, 0)
        assert until(lambda: gate.adapter.check()[-1].good)
        assert rust.receipt(early) == 0
        answer = gate.ask(who)
        gate.carry()

        assert gate.until(answer, O.DELIVERED)


@pytest.mark.parametrize("state", ["UNDELIV", "EXPIRED", "REJECTD"])
def test_what_never_arrived_is_said_so(portfolio, tmp_path, rust, state):
    (who,) = people(1)
    with carrying(rust.port, tmp_path, text=SHORT) as gate:
        answer = gate.ask(who)
        gate.carry()
        rust.receipt(rust.taken[0], state)

        assert gate.until(answer, O.NOT_CONNECTED)


@pytest.mark.parametrize("by", ["reference", "address"])
def test_a_lost_answer_is_settled_by_the_receipt_that_comes(portfolio, tmp_path, rust, by):
    (who,) = people(1)
    wire = Wire(rust.port)
    try:
        with carrying(wire.port, tmp_path, text=SHORT, wait_s=1.0) as gate:
            gate.adapter.receipts()
            wire.cut = "response"
            answer = gate.ask(who)
            gate.carry()
            assert state_of(answer) == (S.UNKNOWN, O.UNKNOWN)
            (one,) = rust.taken
            tlvs = {0x0204: one.reference.to_bytes(2, "big")} if by == "reference" else {}
            assert until(lambda: gate.adapter.check()[-1].good)
            assert rust.receipt(one, tlvs=tlvs) == 0
            gate.hear()
            assert state_of(answer)[0] is S.UNKNOWN, "its own answer could still come"
            gate.hand.on(minutes=2)
            assert gate.until(answer, S.ACCEPTED, O.DELIVERED)
            assert len(rust.taken) == 1
    finally:
        wire.close()


def test_two_binds_one_sends_and_one_receives(portfolio, tmp_path):
    # The other carrier's server takes no answers from a bind that only receives.
    (who,) = people(1)
    with node_smsc() as smsc, carrying(smsc.port, tmp_path, text=SHORT, pair=True) as gate:
        answer = gate.ask(who)
        gate.carry()
        (one,) = smsc.waits_for(1)
        assert until(lambda: all(seen.good for seen in gate.adapter.check()))
        assert smsc.receipt(one) == 0
        assert gate.until(answer, O.DELIVERED)


def test_messages_in_any_order_of_receipts_are_all_matched(portfolio, tmp_path, rust):
    count = 15
    crowd = people(count)
    with carrying(rust.port, tmp_path) as gate:
        answers = [gate.ask(who) for who in crowd]
        gate.carry()
        parts = measure(LONG).parts
        taken = list(rust.waits_for(count * parts, seconds=20))
        random.Random(7).shuffle(taken)  # not for secrets
        for one in taken:
            assert rust.receipt(one) == 0
        assert until(lambda: all(state_of(each)[1] is O.DELIVERED for each in answers), gate.hear)
        assert len({one.message_id for one in rust.taken}) == count * parts


def test_what_cannot_be_stored_is_not_acknowledged(portfolio, tmp_path, rust, monkeypatch):
    from forbear.contexts.contact.channels.smpp.store import Store

    (who,) = people(1)
    with carrying(rust.port, tmp_path, text=SHORT) as gate:
        answer = gate.ask(who)
        gate.carry()
        with monkeypatch.context() as broken:
            broken.setattr(Store, "keep_within", lambda *_: 1 / 0)
            assert rust.receipt(rust.taken[0]) == 0x64
        assert rust.receipt(rust.taken[0]) == 0
        assert gate.until(answer, O.DELIVERED)


def test_a_silent_receipt_is_asked_for_where_the_carrier_answers(portfolio, tmp_path):
    (who,) = people(1)
    with (
        node_smsc() as smsc,
        carrying(smsc.port, tmp_path, text=SHORT, query_after=A_MOMENT) as gate,
    ):
        answer = gate.ask(who)
        gate.carry()
        assert state_of(answer)[1] is O.SENT
        gate.hand.on(minutes=3)
        assert gate.until(answer, O.DELIVERED)


@pytest.mark.parametrize(
    "count", [200, pytest.param(2000, marks=pytest.mark.nightly)], ids=["day", "night"]
)
def test_long_messages_pass_and_each_receipt_finds_its_own(portfolio, tmp_path, rust, count):
    parts = measure(LONG).parts
    with carrying(rust.port, tmp_path, window=64, wait_s=20.0) as gate:
        gate.hear()
        assert until(lambda: gate.adapter.check()[-1].good)
        permits = [permit_for(who, gate) for who in people(count)]
        began_s = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            handed = list(pool.map(lambda one: hand_over(gate, one), permits))
            list(pool.map(closed, range(64)))
        taken = list(rust.waits_for(count * parts, seconds=60))
        sent_s = time.monotonic() - began_s
        random.Random(7).shuffle(taken)  # not for secrets
        rust.receipts(taken)
        told = {one.permit_id: one.outcome for one in told_of(gate, count)}
        whole_s = time.monotonic() - began_s

        assert all(isinstance(each, Accepted) for each in handed)
        assert told == {one.id: O.DELIVERED for one in permits}, "every receipt was matched"
        assert len({one.message_id for one in rust.taken}) == count * parts
    print(
        f"\n{count} messages of {parts} parts: {count / sent_s:.0f} a second out, "
        f"{count / whole_s:.0f} a second with every receipt matched"
    )


def permit_for(who, gate):
    """A permit as the gate makes it, for the channel alone."""
    now = gate.hand()
    return issue(
        id=uuid4(),
        attempt_id=1,
        debtor_id=who.debtor_id,
        contact_point_id=who.point_id,
        loan_id=who.loan_id,
        channel=Channel.SMS,
        purpose=ContactPurpose.COLLECT,
        provider=NAME,
        message=None,
        pack_sha256="",
        decision_sha256="",
        intended_at=now,
        expires_at=now,
        fence=1,
    )


def hand_over(gate, permit):
    return gate.adapter.hand_over(permit, Envelope(f"+86138{permit.debtor_id:08d}", LONG))


def closed(_) -> None:
    """Give up a thread's connection to the database."""
    connection.close()


def told_of(gate, count):
    found = {}

    def hear():
        told = gate.adapter.receipts()
        found.update({one.permit_id: one for one in told})
        # The gate takes each; here it is only written down that it did.
        with acting(SETUP):
            ReceiptTaken.objects.bulk_create(
                [
                    ReceiptTaken(
                        provider=NAME,
                        event_id=one.event_id,
                        permit_id=one.permit_id,
                        outcome=one.outcome,
                        at=one.at,
                        taken_at=one.at,
                    )
                    for one in told
                ],
                ignore_conflicts=True,
            )

    assert until(lambda: len(found) >= count, hear, seconds=60), f"only {len(found)} were told"
    return found.values()


@pytest.mark.nightly
def test_messages_and_receipts_go_encrypted_to_whom_a_known_authority_vouches_for(
    portfolio, tmp_path, rust
):
    (first, second) = people(2)
    known, both = certificate(tmp_path)
    stranger, _ = certificate(tmp_path, "stranger")
    with tls_door(rust.port, both) as port:
        with carrying(port, tmp_path, text=LONG, ca_file=str(known)) as gate:
            answer = gate.ask(first)
            gate.carry()
            taken = rust.waits_for(measure(LONG).parts)
            assert words_of(taken) == LONG
            for one in taken:
                assert rust.receipt(one) == 0
            assert gate.until(answer, O.DELIVERED)
        with carrying(port, tmp_path, text=LONG, ca_file=str(stranger)) as gate:
            answer = gate.ask(second)
            gate.carry()
            assert state_of(answer) == (S.REJECTED, O.FAILED), "nothing leaves to a stranger"
