"""One ref is one row, also when several write it at once, and when it is out of sight."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.actions.team import add_team
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.actions.debtor import OutOfSight, record_debtor
from forbear.contexts.portfolio.actions.hold import place_hold
from forbear.contexts.portfolio.actions.loan import record_loan
from forbear.contexts.portfolio.actions.point import record_contact_point
from forbear.contexts.portfolio.row import OtherContent
from forbear.contexts.portfolio.said import ConsentSaid, DebtorSaid, HoldSaid, LoanSaid, PointSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import (
    ConsentKind,
    ConsentState,
    HoldKind,
    Jurisdiction,
    Origin,
    PointKind,
    Relation,
)
from tests.support.portfolio import CREDITOR, NOW, SETUP, clerk, new_person

THREADS = 6
BY_API = {"source": Source.API, "actor": SETUP, "now": NOW}
DEBTOR = DebtorSaid("P-1", Jurisdiction.CN, name="欧阳虚构", national_id="11010519491231002X")


def at_once(act, said) -> list[bool]:
    """Let several threads say the same; return who was told that it is new."""

    def one(_number: int) -> bool:
        try:
            return act(said, **BY_API).new
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, range(THREADS)))


def entries(event: str) -> int:
    with reading(SETUP):
        return Entry.objects.filter(event=event).count()


def test_a_person_said_at_once_by_several_is_one_person(portfolio):
    new = at_once(record_debtor, DEBTOR)

    assert sorted(new) == [False] * (THREADS - 1) + [True]
    assert entries("debtor.added") == 1


@pytest.mark.parametrize(
    ("act", "said", "event"),
    [
        (
            record_contact_point,
            PointSaid(
                "C-1",
                "P-1",
                PointKind.MOBILE,
                Relation.OWN,
                Origin.CONTRACT,
                address="19900001234",
            ),
            "contact_point.added",
        ),
        (
            record_consent,
            ConsentSaid("S-1", "P-1", ConsentKind.CHANNEL, ConsentState.GIVEN),
            "consent.recorded",
        ),
        (place_hold, HoldSaid("H-1", "P-1", HoldKind.DISPUTE, NOW.date()), "hold.placed"),
        (
            record_loan,
            LoanSaid(
                "B-1",
                "P-1",
                CREDITOR,
                "instalment_loan",
                "CNY",
                date(2026, 1, 5),
                date(2026, 1, 6),
                120_000,
                1_200,
            ),
            "loan.added",
        ),
    ],
    ids=["contact point", "consent", "hold", "loan"],
)
def test_what_is_said_of_a_person_at_once_is_written_once(portfolio, act, said, event):
    record_debtor(DEBTOR, **BY_API)

    new = at_once(act, said)

    assert sorted(new) == [False] * (THREADS - 1) + [True]
    assert entries(event) == 1


def test_a_ref_of_somebody_out_of_sight_is_taken_and_tells_nothing_more(portfolio):
    words = {"name_en": "Other (invented)", "name_zh": "另一队（虚构）"}
    team = add_team(code="other", **words, time_zone="Asia/Shanghai", actor=SETUP, now=NOW)
    record_debtor(DEBTOR, **BY_API)
    narrow = clerk(Permission.BOOK_CHANGE, teams=(team,))

    with pytest.raises(OtherContent) as refused:
        record_debtor(
            DebtorSaid("P-1", Jurisdiction.CN, team="other"),
            source=Source.API,
            actor=narrow,
            now=NOW,
        )

    assert refused.value.data["field"] == "ref"


def test_who_sees_a_team_may_record_persons_of_that_team_alone(portfolio):
    words = {"name_en": "Own (invented)", "name_zh": "本队（虚构）"}
    team = add_team(code="own", **words, time_zone="Asia/Shanghai", actor=SETUP, now=NOW)
    narrow = {"source": Source.API, "actor": clerk(Permission.BOOK_CHANGE, teams=(team,))}

    made = record_debtor(
        DebtorSaid("P-2", Jurisdiction.CN, name="某人", team="own"), **narrow, now=NOW
    )

    assert made.new
    with pytest.raises(OutOfSight):
        record_debtor(DebtorSaid("P-3", Jurisdiction.CN), **narrow, now=NOW)


def test_a_fresh_person_is_not_mistaken_for_another(portfolio):
    assert new_person(ref="P-1") != new_person(ref="P-2")
