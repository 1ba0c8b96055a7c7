"""Any number of senders ask and carry at once, and each contact is made once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from forbear.contexts.contact.models import GateDecision
from forbear.contexts.database.embedded.place import write_json
from forbear.contexts.database.transaction import reading
from tests.support.campaign import planned
from tests.support.gate import attempts
from tests.support.portfolio import SETUP

SENDERS, TEXTS = 6, 18


def test_senders_share_the_day(campaign):
    people = [planned() for _ in range(TEXTS)]
    campaign.lay_out()
    together = Barrier(SENDERS)

    def send() -> int:
        together.wait()
        try:
            asked = 0
            for _ in range(TEXTS // SENDERS + 1):
                done = campaign.ask(limit=4)
                asked += done.allowed + done.refused
                campaign.carry()
            return asked
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        asked = sum(each.result() for each in [pool.submit(send) for _ in range(SENDERS)])

    assert asked == TEXTS
    made = Counter(entry.contact_id for entry in campaign.desk.provider.ledger)
    assert len(made) == TEXTS
    assert set(made.values()) == {1}
    assert all(attempts(who) == ["SENT"] for who in people)


def test_nobody_asks_after_a_restore_until_it_is_settled(campaign, settings_home):
    who = planned()
    campaign.lay_out()
    (settings_home / "database").mkdir()
    mark = {"restored_at": "2026-11-25T01:00:00+00:00", "made_at": "2026-11-24T22:00:00+00:00"}
    write_json(
        settings_home / "database" / "RESTORED.json",
        {**mark, "file": "night.zip", "dump_sha256": "ab" * 32},
    )

    campaign.round()

    assert attempts(who) == []
    with reading(SETUP):
        assert not GateDecision.objects.exists()
